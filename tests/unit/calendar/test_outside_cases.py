"""Files as other programs write them, one idea each, with the right answer (RFC 5545 and what people expect)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bots.calendar.event import Answer, Calendar
from bots.calendar.format.findings import Findings, Severity
from bots.calendar.format.values import stamp
from bots.calendar.format.zones import Zone, iana
from bots.calendar.reading import read_calendar
from bots.calendar.recurrence.busy import busy
from bots.calendar.recurrence.deadline import deadline
from bots.calendar.recurrence.expanding import expand
from bots.calendar.recurrence.reminding import instants
from bots.calendar.recurrence.series import Occurrence, Window

CASES = Path(__file__).parent / "cases"


def _zone(name: str) -> Zone:
    found = iana(name)
    assert found is not None
    return found


PARIS = _zone("Europe/Paris")


def expected() -> dict[str, tuple[set[str], set[str]]]:
    """The occurrences that must be shown, and those that may be, by file."""
    wanted = {}
    for line in (CASES / "occurrences.txt").read_text().splitlines():
        name, _, listed = line.partition(": ")
        shown = [word.strip() for word in listed.split(";")]
        allowed = {word.removeprefix("?") for word in shown if word.startswith("?")}
        wanted[name] = ({word for word in shown if not word.startswith("?")}, allowed)
    return wanted


def read(name: str) -> tuple[Calendar, list[Occurrence], Findings]:
    (path,) = CASES.glob(f"{name}-*.ics")
    return read_bytes(path.read_bytes())


def read_bytes(data: bytes) -> tuple[Calendar, list[Occurrence], Findings]:
    findings = Findings()
    calendar = read_calendar(data, PARIS, findings)
    return calendar, expand(calendar, Window(), findings, deadline), findings


def severities(findings: Findings) -> list[Severity]:
    return [finding.severity for finding in findings]


@pytest.mark.parametrize("name", sorted(expected()))
def test_each_file_takes_place_when_it_should(name: str) -> None:
    must, may = expected()[name]

    _, occurrences, _ = read_bytes((CASES / name).read_bytes())

    shown = {
        occurrence.shown.split("@")[0] + occurrence.shown[occurrence.shown.index("|") :] for occurrence in occurrences
    }
    assert len(shown) == len(occurrences)
    assert must <= shown <= must | may


def test_a_floating_time_is_that_of_the_calendar_and_stays_floating() -> None:
    calendar, occurrences, _ = read("c07")

    assert calendar.events[0].start.zone is None
    assert occurrences[0].shown.endswith("|20261111T100000Z|20261111T101500Z")


@pytest.mark.parametrize("name", ["c13", "c15"])
def test_an_end_before_the_start_is_left_out_and_named(name: str) -> None:
    _, _, findings = read(name)

    assert severities(findings) == [Severity.DROPPED]


def test_a_bomb_is_refused_and_its_neighbours_are_not() -> None:
    data = (CASES / "c40-secondly-for-ever.ics").read_bytes()
    neighbour = (CASES / "c03-iana-name-no-vtimezone.ics").read_bytes()

    _, occurrences, findings = read_bytes(data + neighbour)

    assert severities(findings) == [Severity.REFUSED]
    assert {occurrence.event.uid for occurrence in occurrences} == {"c03@valbourg.example"}


def test_two_events_under_one_identifier_are_both_there_and_the_same_each_time() -> None:
    first, again = read("c44"), read("c44")

    assert [event.summary for event in first[0].events] == ["Premier", "Second"]
    assert first[0].events[0].uid == "c44@valbourg.example"
    assert first[0] == again[0]


def test_an_identifier_that_everything_bears_tells_nothing_apart() -> None:
    calendar, occurrences, _ = read("c62")

    assert len({event.uid for event in calendar.events}) == len(occurrences) == 3


def test_letters_survive_a_fold_in_their_middle() -> None:
    calendar, _, _ = read("c47")

    assert calendar.events[0].summary.endswith("préparer le marché d’été")


def test_a_line_that_lost_its_indent_is_joined_to_the_text_before_it() -> None:
    calendar, _, findings = read("c51")

    assert calendar.events[0].description == "Première ligne\ndeuxième ligne sans espace devant"
    assert severities(findings) == [Severity.REPAIRED]


def test_a_colon_in_quotation_marks_belongs_to_the_parameter() -> None:
    calendar, _, _ = read("c53")
    event = calendar.events[0]

    assert event.organizer is not None
    assert event.organizer.name == "Service: culture, sport; jeunesse"
    assert event.attendees[0].address == "agent1@valbourg.example"
    assert event.attendees[0].answer is Answer.ACCEPTED


def test_who_acts_for_the_mayor_and_through_which_lists_one_is_invited() -> None:
    calendar, _, _ = read("c55")
    event = calendar.events[0]

    assert event.organizer is not None
    assert (event.organizer.address, event.organizer.sent_by) == (
        "maire@valbourg.example",
        "secretariat@valbourg.example",
    )
    assert event.attendees[0].groups == ("elus@valbourg.example", "bureau@valbourg.example")


def test_a_link_stays_as_it_is_to_the_byte_and_unknown_properties_are_kept() -> None:
    calendar, _, _ = read("c57")
    event = calendar.events[0]

    assert "https://visio.exemple.test/l/19%3ameeting_AbC%40t.v2/0?ctx=%7b%22a%22%7d" in event.description
    assert [line.name for line in event.others] == ["X-ALT-DESC", "X-MICROSOFT-CDO-BUSYSTATUS"]


def test_odd_lines_cost_themselves() -> None:
    calendar, _, findings = read("c59")

    assert calendar.events[0].summary == "Noms de propriété interdits"
    assert severities(findings) == [Severity.DROPPED]


def test_identifiers_with_odd_letters_are_kept() -> None:
    calendar, _, _ = read("c60")

    assert [event.uid for event in calendar.events] == [
        "UbNA5e6/WVmk/3UeL+vW0A==",
        "https://exemple.test/seances/2026/07?x=%2F",
    ]


def rings(occurrence: Occurrence) -> list[str]:
    return [stamp(moment) for alarm in occurrence.event.alarms for moment in instants(alarm, occurrence, PARIS)]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("c71", ["20260803T085500Z"]),
        ("c73", ["20260805T074500Z", "20260805T075000Z", "20260805T075500Z", "20260805T073000Z"]),
        ("c75", ["20260808T075000Z"]),
    ],
)
def test_alarms_ring_when_they_should(name: str, wanted: list[str]) -> None:
    _, (occurrence,), _ = read(name)

    assert rings(occurrence) == wanted


def test_badly_written_alarms_are_named() -> None:
    _, _, findings = read("c75")

    assert severities(findings) == [Severity.DROPPED] * 2


def test_mail_goes_to_addresses_only() -> None:
    calendar, _, _ = read("c76")
    attendees = calendar.events[0].attendees

    assert [person.address for person in attendees if person.address] == [
        "agent1@valbourg.example",
        "Agent2@valbourg.example",
    ]
    assert [person.name for person in attendees if not person.address] == [
        "/principals/agent3/",
        "invalid:nomail",
        "Vide",
    ]


def test_what_takes_time_and_what_does_not() -> None:
    _, occurrences, _ = read("c87")

    assert [(stamp(span.start), stamp(span.stop), span.kind) for span in busy(occurrences)] == [
        ("20261002T100000Z", "20261002T110000Z", "BUSY-TENTATIVE"),
        ("20261002T140000Z", "20261002T150000Z", "BUSY"),
        ("20261002T220000Z", "20261003T220000Z", "BUSY"),
    ]


@pytest.mark.parametrize(("name", "count"), [("c89", 1), ("c64", 2), ("c65", 2), ("c67", 3)])
def test_what_is_no_event_is_named(name: str, count: int) -> None:
    _, _, findings = read(name)

    assert severities(findings) == [Severity.DROPPED] * count


def test_people_are_warned_of_a_series_in_utc_and_of_the_31st() -> None:
    noted: Callable[[str], list[Severity]] = lambda name: severities(read(name)[2])  # noqa: E731

    assert noted("c10") == [Severity.NOTED]
    assert noted("c34") == [Severity.NOTED] * 2


def test_the_window_takes_what_touches_it() -> None:
    findings = Findings()
    calendar = read_calendar((CASES / "c46-stale-override-newer-exdate.ics").read_bytes(), PARIS, findings)
    day = PARIS.utc(datetime(2026, 8, 2))

    assert len(expand(calendar, Window(day, day + timedelta(days=1)), findings, deadline)) == 1
    assert expand(calendar, Window(day + timedelta(days=1), day + timedelta(days=30)), findings, deadline) == []
