"""The kinds behind the outside cases: neighbours of each, in bytes, zones, ends, rules and exceptions."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.calendar.format.findings import Findings, Severity, Unreadable
from bots.calendar.format.zones import Zone, iana
from bots.calendar.reading import read_calendar
from bots.calendar.recurrence.deadline import TookTooLong, deadline
from bots.calendar.recurrence.expanding import expand
from bots.calendar.recurrence.series import MOST, Window
from config.texts import texts


def _zone(name: str) -> Zone:
    found = iana(name)
    assert found is not None
    return found


PARIS = _zone("Europe/Paris")
ONE = "DTSTART;TZID=Europe/Paris:20260105T090000\nDTEND;TZID=Europe/Paris:20260105T100000"


def event(lines: str, uid: str = "u@x", more: str = "") -> str:
    return f"BEGIN:VEVENT\nUID:{uid}\nDTSTAMP:20260101T000000Z\nSUMMARY:é\n{lines}\n{more}END:VEVENT\n"


def calendar(*events: str, head: str = "") -> bytes:
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n{head}{''.join(events)}END:VCALENDAR\n".encode()


def shown(data: bytes, window: Window | None = None) -> tuple[list[str], list[Severity]]:
    findings = Findings()
    read = read_calendar(data, PARIS, findings)
    found = expand(read, window or Window(), findings, deadline)
    for language in ("fr", "en"):
        assert all(finding.said(texts(language)) for finding in findings)
    return [occurrence.shown for occurrence in found], [finding.severity for finding in findings]


def starts(data: bytes) -> list[str]:
    return [line.split("|")[1] for line in shown(data)[0]]


@pytest.mark.parametrize(
    ("zone", "utc"),
    [
        ("Romance Standard Time", "0800"),
        ("(UTC+01:00) Bruxelles, Copenhague, Madrid, Paris", "0800"),
        ("(UTC+01:00) Brussels, Copenhagen, Madrid, Paris", "0800"),
        ("(GMT+01.00) Paris/Madrid", "0800"),
        ("/freeassociation.sourceforge.net/Europe/Paris", "0800"),
        ("/mozilla.org/20050126_1/America/Argentina/Buenos_Aires", "1200"),
        ("europe/paris", "0800"),
        ('"Europe/Paris"', "0800"),
        ("Paris", "0800"),
        ("UTC+3", "0600"),
        ("GMT-0330", "1230"),
        ("SA Western Standard Time", "1300"),
        ("Pacific/Noumea", "2200"),
        ("UTC", "0900"),
        ("tzone://Microsoft/Utc", "0900"),
        ("Mairie de Valbourg", "0800"),
    ],
)
def test_a_zone_is_known_by_many_names(zone: str, utc: str) -> None:
    (start,) = starts(calendar(event(f"DTSTART;TZID={zone}:20260105T090000")))

    assert start[9:13] == utc


HOME = (
    "BEGIN:VTIMEZONE\nTZID:Maison\nX-LIC-LOCATION:Europe/Paris\n"
    "BEGIN:STANDARD\nTZNAME:hiver\nDTSTART:19701025T030000\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\n"
    "TZOFFSETFROM:+0300\nTZOFFSETTO:+0200\nEND:STANDARD\n"
    "BEGIN:DAYLIGHT\nDTSTART:19700329T020000\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\n"
    "TZOFFSETFROM:+0200\nTZOFFSETTO:+0300\nEND:DAYLIGHT\nEND:VTIMEZONE\n"
)


def test_rules_of_the_file_count_for_a_name_that_the_database_does_not_know() -> None:
    lines = "DTSTART;TZID=Maison:20260105T090000\nRRULE:FREQ=MONTHLY;INTERVAL=6;COUNT=2"

    assert starts(calendar(event(lines), head=HOME)) == ["20260105T070000Z", "20260705T060000Z"]


def test_one_files_rules_are_not_anothers() -> None:
    lines = "DTSTART;TZID=Maison:20260105T090000"
    other = HOME.replace("+0300", "+0500").replace("+0200", "+0400")

    assert starts(calendar(event(lines), head=HOME)) != starts(calendar(event(lines), head=other))


def test_rules_that_make_no_sense_cost_themselves() -> None:
    lines = "DTSTART;TZID=Maison:20260105T090000"

    found, severities = shown(calendar(event(lines), head=HOME.replace("TZOFFSETTO:+0200", "TZOFFSETTO:soon")))

    assert [line.split("|")[1] for line in found] == ["20260105T080000Z"]
    assert severities == [Severity.DROPPED, Severity.REPAIRED]


def test_a_floating_time_is_where_the_calendar_says() -> None:
    assert starts(calendar(event("DTSTART:20260105T090000"), head="X-WR-TIMEZONE:Pacific/Noumea\n")) == [
        "20260104T220000Z"
    ]


ENDS = {
    "DTSTART;VALUE=DATE:20260105": "20260105|20260106",
    "DTSTART:20260105": "20260105|20260106",
    "DTSTART;VALUE=DATE:20260105\nDTEND;VALUE=DATE:20260107": "20260105|20260107",
    "DTSTART;VALUE=DATE:20260105\nDTEND;VALUE=DATE:20260103": "20260105|20260106",
    "DTSTART;VALUE=DATE:20260105\nDURATION:P2D": "20260105|20260107",
    "DTSTART;VALUE=DATE:20260105\nDURATION:PT2H": "20260105|20260106",
    "DTSTART;VALUE=DATE:20260105T000000\nDTEND;VALUE=DATE:20260106T000000": "20260105|20260106",
    "DTSTART:20260105T090000Z": "20260105T090000Z|20260105T090000Z",
    "DTSTART:20260105T090000Z\nDTEND:20260105T090000Z": "20260105T090000Z|20260105T090000Z",
    "DTSTART:20260105T090000Z\nDURATION:PT90M": "20260105T090000Z|20260105T103000Z",
    "DTSTART:20260105T090000Z\nDURATION:P": "20260105T090000Z|20260105T090000Z",
    "DTSTART:20260105T090000Z\nDTEND;VALUE=DATE:20260106": "20260105T090000Z|20260106T000000Z",
    "DTSTART;TZID=Europe/Paris:20260105T090000\nDTEND;TZID=Europe/London:20260105T090000": (
        "20260105T080000Z|20260105T090000Z"
    ),
    "DTSTART:2026-01-05T09:00:00+01:00": "20260105T080000Z|20260105T080000Z",
    "DTSTART;TZID=Europe/Paris:20260328T120000\nDURATION:P1D": "20260328T110000Z|20260329T100000Z",
    "DTSTART;TZID=Europe/Paris:20260328T120000\nDURATION:PT24H": "20260328T110000Z|20260329T100000Z",
    "DTSTART;TZID=Europe/Paris:20260329T023000": "20260329T013000Z|20260329T013000Z",
    "DTSTART;TZID=Europe/Paris:20261025T023000": "20261025T003000Z|20261025T003000Z",
    "DTSTART;TZID=Europe/Paris:20260105T200000\nDTEND;TZID=Europe/Paris:20260105T240000": (
        "20260105T190000Z|20260105T230000Z"
    ),
    "DTSTART:20260105T240000Z\nDURATION:PT1H": "20260106T000000Z|20260106T010000Z",
}  # fmt: skip


@pytest.mark.parametrize("lines", ENDS)
def test_an_event_ends_when_its_writer_meant(lines: str) -> None:
    found, _ = shown(calendar(event(lines)))

    assert found == [f"u@x|{ENDS[lines]}"]


RULES = {
    "FREQ=WEEKLY;COUNT=2": 2,
    "FREQ=WEEKLY;UNTIL=20260112": 2,
    "FREQ=WEEKLY;UNTIL=20260112T080000Z": 2,
    "FREQ=WEEKLY;UNTIL=20260112T075959Z": 1,
    "FREQ=WEEKLY;UNTIL=20260112T090000": 2,
    "FREQ=WEEKLY;UNTIL=20251231T000000Z": 0,
    "freq=weekly;count=2": 2,
    "FREQ=WEEKLY;COUNT=2;": 2,
    "FREQ = WEEKLY ; COUNT = 2": 2,
    "FREQ=WEEKLY;INTERVAL=0;COUNT=2": 2,
    "FREQ=WEEKLY;COUNT=2;BYDAY=1MO": 2,
    "FREQ=DAILY;COUNT=2;X-NAME=1": 2,
    "FREQ=WEEKLY;BYDAY=XX": 1,
    "FREQ=MONTHLY;BYMONTHDAY=99": 1,
    "FREQ=SOMETIMES": 1,
    "COUNT=3": 1,
    "FREQ=WEEKLY;COUNT=-1;UNTIL=20260119": 3,
}  # fmt: skip


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_read_as_it_is_meant(rule: str) -> None:
    assert len(starts(calendar(event(f"{ONE}\nRRULE:{rule}")))) == RULES[rule]


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;COUNT=5",
        "FREQ=DAILY;BYHOUR=1,2;BYMINUTE=" + ",".join(map(str, range(60))),
        "FREQ=HOURLY;BYMINUTE=0,30",
        "FREQ=YEARLY;BYSECOND=" + ",".join(map(str, range(60))) + ";BYMINUTE=0,1",
    ],
)
def test_a_bomb_is_refused_before_it_is_tried(rule: str) -> None:
    before = time.process_time()
    found, severities = shown(calendar(event(f"{ONE}\nRRULE:{rule}"), event(ONE, uid="good@x")))

    assert [line.split("|")[0] for line in found] == ["good@x"]
    assert severities == [Severity.REFUSED]
    assert time.process_time() - before < 0.5


@contextmanager
def never(_seconds: float) -> Iterator[None]:
    """A limit that is always over."""
    yield
    raise TookTooLong


def test_what_takes_too_long_costs_itself() -> None:
    findings = Findings()
    data = calendar(*(event(f"{ONE}\nRRULE:FREQ=WEEKLY;COUNT=3", uid=f"{number}@x") for number in range(9)), event(ONE))
    read = read_calendar(data, PARIS, findings)

    found = expand(read, Window(), findings, never)

    assert [finding.severity for finding in findings] == [
        *[Severity.DROPPED] * 6,
        *[Severity.REFUSED] * 3,
        Severity.NOTED,
    ]
    assert len(found) == 6 * 3 + 1


def test_a_search_without_an_end_is_broken_off() -> None:
    findings = Findings()
    lines = "DTSTART;VALUE=DATE:20260301\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"
    read = read_calendar(calendar(event(lines)), PARIS, findings)
    before = time.process_time()

    (occurrence,) = expand(read, Window(), findings, deadline)

    assert occurrence.shown == "u@x|20260301|20260302"
    assert time.process_time() - before < 2


def test_a_series_without_an_end_is_bounded_and_says_so() -> None:
    found, severities = shown(calendar(event(f"{ONE}\nRRULE:FREQ=DAILY")))
    hourly, cut = shown(calendar(event(f"{ONE}\nRRULE:FREQ=HOURLY")))

    assert len(found) == 5 * 366
    assert severities == [Severity.NOTED]
    assert len(hourly) == MOST
    assert cut == [Severity.NOTED, Severity.DROPPED]


EXCEPTIONS = {
    "EXDATE;TZID=Europe/Paris:20260112T090000": ["05", "19"],
    "EXDATE:20260112T080000Z": ["05", "19"],
    "EXDATE:20260112T090000": ["05", "19"],
    "EXDATE;VALUE=DATE:20260112": ["05", "19"],
    "EXDATE;TZID=America/New_York:20260112T030000": ["05", "19"],
    "EXDATE:nonsense,20260112T080000Z": ["05", "19"],
    "EXDATE:20260112T081500Z": ["05", "12", "19"],
    "EXDATE:20260105T080000Z\nEXDATE:20260112T080000Z": ["19"],
    "RDATE;TZID=Europe/Paris:20260113T090000": ["05", "12", "13", "19"],
    "RDATE;VALUE=DATE:20260113": ["05", "12", "13", "19"],
    "RDATE:20260112T080000Z": ["05", "12", "19"],
}  # fmt: skip


@pytest.mark.parametrize("lines", EXCEPTIONS)
def test_exceptions_are_compared_as_instants(lines: str) -> None:
    data = calendar(event(f"{ONE}\nRRULE:FREQ=WEEKLY;COUNT=3\n{lines}"))

    assert [start[6:8] for start in starts(data)] == EXCEPTIONS[lines]


@pytest.mark.parametrize(
    "reference",
    [
        "RECURRENCE-ID;TZID=Europe/Paris:20260112T090000",
        "RECURRENCE-ID:20260112T080000Z",
        "RECURRENCE-ID:20260112T090000",
        "RECURRENCE-ID;VALUE=DATE:20260112",
        "RECURRENCE-ID;TZID=Romance Standard Time:20260112T090000",
    ],
)
def test_a_changed_occurrence_stands_for_the_one_that_it_names(reference: str) -> None:
    changed = event(f"{reference}\nDTSTART;TZID=Europe/Paris:20260114T150000")

    assert starts(calendar(changed, event(f"{ONE}\nRRULE:FREQ=WEEKLY;COUNT=3"))) == [
        "20260105T080000Z",
        "20260114T140000Z",
        "20260119T080000Z",
    ]


def test_this_and_what_follows_is_moved_together() -> None:
    changed = event(
        "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Paris:20260112T090000\n"
        "DTSTART;TZID=Europe/Paris:20260113T100000\nDTEND;TZID=Europe/Paris:20260113T120000"
    )

    assert shown(calendar(event(f"{ONE}\nRRULE:FREQ=WEEKLY;COUNT=3"), changed))[0] == [
        "u@x|20260105T080000Z|20260105T090000Z",
        "u@x|20260113T090000Z|20260113T110000Z",
        "u@x|20260120T090000Z|20260120T110000Z",
    ]


def test_of_two_states_of_one_event_the_newer_is_taken() -> None:
    old = event(f"SEQUENCE:1\n{ONE}")
    new = event(f"SEQUENCE:2\n{ONE}\nLOCATION:mairie")
    for data in (calendar(old, new), calendar(new, old)):
        (found,) = read_calendar(data, PARIS, Findings()).events
        assert found.location == "mairie"


def test_of_one_that_was_moved_the_newest_state_is_taken() -> None:
    old = event(f"SEQUENCE:1\n{ONE}")
    new = event("SEQUENCE:2\nDTSTART:20260107T090000Z")

    for data in (calendar(old, new), calendar(new, old)):
        assert shown(data) == (["u@x|20260107T090000Z|20260107T090000Z"], [Severity.DROPPED])


def test_what_a_rule_excludes_does_not_take_place() -> None:
    lines = f"{ONE}\nRRULE:FREQ=DAILY;COUNT=7\nEXRULE:FREQ=WEEKLY;BYDAY=TU,SU"

    assert [start[6:8] for start in starts(calendar(event(lines)))] == ["05", "07", "08", "09", "10"]


@pytest.mark.parametrize("rule", ["FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=3"])
def test_what_a_rule_that_never_comes_excludes_takes_place(rule: str) -> None:
    """All of it was hidden once, and said to be shown once."""
    exrules = f"EXRULE:{rule}\nEXRULE:FREQ=WEEKLY;BYDAY=TU\n" * 2
    lines = f"{ONE}\nRRULE:FREQ=DAILY;COUNT=4\n{exrules}"

    assert [start[6:8] for start in starts(calendar(event(lines)))] == ["05", "07", "08"]


def test_a_file_inside_of_an_event_is_named() -> None:
    lines = f"{ONE}\nATTACH;ENCODING=BASE64;VALUE=BINARY:AAAA\nATTACH:https://exemple.test/a.pdf"
    findings = Findings()

    (found,) = read_calendar(calendar(event(lines)), PARIS, findings).events

    assert found.attachments == ("https://exemple.test/a.pdf",)
    assert [finding.severity for finding in findings] == [Severity.DROPPED]


def test_a_name_with_a_comma_that_nobody_quoted_is_whole() -> None:
    lines = f"{ONE}\nATTENDEE;CN=Dupont, Jean:mailto:j@x.fr"

    assert read_calendar(calendar(event(lines)), PARIS, Findings()).events[0].attendees[0].name == "Dupont, Jean"


BYTES = {
    "a byte order mark": lambda data: b"\xef\xbb\xbf" + data,
    "UTF-16": lambda data: data.decode().encode("utf-16"),
    "Windows-1252": lambda data: data.decode().encode("cp1252"),
    "CRLF": lambda data: data.replace(b"\n", b"\r\n"),
    "CR": lambda data: data.replace(b"\n", b"\r"),
    "blank lines": lambda data: data.replace(b"\n", b"\n\n"),
    "small letters": lambda data: data.replace(b"SUMMARY", b"summary").replace(b"BEGIN:VEVENT", b"begin:vevent"),
    "NUL": lambda data: data.replace(b"SUMMARY:", b"SUMMARY:\x00"),
    "a fold at each byte": lambda data: data.replace("é".encode(), b"\xc3\n \xa9"),
    "a tab as fold": lambda data: data.replace("é".encode(), b"\xc3\n\t\xa9"),
    "no calendar around": lambda data: data[data.index(b"BEGIN:VEVENT") : data.index(b"END:VCALENDAR")],
    "no end of the calendar": lambda data: data.replace(b"END:VCALENDAR\n", b""),
    "two calendars": lambda data: data + data,
}


@pytest.mark.parametrize("what", BYTES)
def test_bytes_are_read_however_they_come(what: str) -> None:
    findings = Findings()

    read = read_calendar(BYTES[what](calendar(event(ONE))), PARIS, findings)

    assert [(found.summary, found.start.local) for found in read.events] == [("é", datetime(2026, 1, 5, 9))]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<!DOCTYPE html><p>Not found",
        b"\x00" * 1000,
        b"BEGIN:X\n" * 50,
        b"x" * 11_000_000,
        b"BEGIN:A\nEND:A\n" * 30_000,
    ],
)
def test_what_is_no_calendar_says_so(data: bytes) -> None:
    with pytest.raises(Unreadable) as caught:
        read_calendar(data, PARIS, Findings())

    assert caught.value.finding.said(texts("fr"))


def test_half_an_event_is_none() -> None:
    found, severities = shown(calendar(event(ONE, uid="whole@x"), event(ONE))[:-40])

    assert [line.split("|")[0] for line in found] == ["whole@x"]
    assert severities == [Severity.DROPPED]


@pytest.mark.parametrize("year", ["0001", "9999"])
def test_the_ends_of_time_hurt_nobody(year: str) -> None:
    lines = f"DTSTART;TZID=Europe/Paris:{year}1231T235900\nDURATION:P9D\nRRULE:FREQ=DAILY;COUNT=3"
    if year == "0001":
        lines = lines.replace("00011231", "00010101")

    found, _ = shown(calendar(event(lines), event(ONE, uid="good@x")))

    assert "good@x|20260105T080000Z|20260105T090000Z" in found


@given(st.binary(max_size=300))
def test_garbage_between_events_is_never_a_crash(garbage: bytes) -> None:
    data = calendar(event(ONE))
    middle = data.index(b"END:VCALENDAR")
    with suppress(Unreadable):
        shown(data[:middle] + garbage + b"\n" + data[middle:])


@given(st.text(alphabet='DTSTARENUILPZ;:=-+,./0123456789 "TMWHFQ\n', max_size=80))
def test_garbage_in_an_event_is_never_a_crash(garbage: str) -> None:
    found, _ = shown(calendar(event(f"{ONE}\n{garbage}"), event(ONE, uid="good@x")))

    assert "good@x|20260105T080000Z|20260105T090000Z" in found or "BEGIN" in garbage or "END" in garbage


@pytest.mark.parametrize("until", ["99991231T235959Z", "99991231T235959", "99991231"])
def test_until_the_end_of_time_is_for_ever(until: str) -> None:
    rule = f"RRULE:FREQ=WEEKLY;UNTIL={until}\n"
    window = Window(PARIS.utc(datetime(2026, 2, 1)), PARIS.utc(datetime(2026, 3, 1)))

    for zone in ("Europe/Paris", "America/Cayenne"):
        found, severities = shown(calendar(event(ONE.replace("Europe/Paris", zone), more=rule)), window)
        assert len(found) == 4
        assert not severities


def test_a_backslash_before_the_comma_of_a_list_is_a_letter_of_its_word() -> None:
    read = read_calendar(calendar(event(ONE, more="CATEGORIES:C:\\\\,voirie\\, eau\n")), PARIS, Findings())

    assert read.events[0].categories == ("C:\\", "voirie, eau")


NEIGHBOUR = event("DTSTART:20260106T090000Z", "n@x")


@pytest.mark.parametrize(
    "rule",
    [
        *("FREQ=WEEKLY;INTERVAL=-1;COUNT=2", "FREQ=DAILY;INTERVAL=-99999;COUNT=2", "FREQ=WEEKLY;INTERVAL=abc"),
        *("FREQ=MONTHLY;BYDAY=99MO;COUNT=2", "FREQ=YEARLY;BYDAY=-54MO;COUNT=2", "RSCALE=CHINESE;FREQ=YEARLY;COUNT=2"),
        *("FREQ=WEEKLY;UNTIL=", "FREQ=WEEKLY;COUNT=;UNTIL=20260112T080000Z"),
    ],
)
def test_a_rule_that_nobody_can_follow_costs_itself_and_is_named(rule: str) -> None:
    found, said = shown(
        calendar(event(ONE, more=f"RRULE:{rule}\n"), NEIGHBOUR), Window(stop=datetime(2026, 2, 1, tzinfo=UTC))
    )
    assert found[0] == "u@x|20260105T080000Z|20260105T090000Z"
    assert "n@x|20260106T090000Z|20260106T090000Z" in found
    assert Severity.DROPPED in said or Severity.REPAIRED in said


@pytest.mark.parametrize("part", ["VEVENT", "VTODO", "VJOURNAL", "VTIMEZONE", "VFREEBUSY"])
def test_what_lost_its_end_swallows_nothing(part: str) -> None:
    """A line that went missing once hid the next meeting."""
    cut = f"BEGIN:{part}\nUID:c@x\nTZID:c\nDTSTAMP:20260101T000000Z\nBEGIN:VALARM\nTRIGGER:-PT5M\n"
    found, said = shown(calendar(cut, NEIGHBOUR))
    assert "n@x|20260106T090000Z|20260106T090000Z" in found
    assert Severity.REPAIRED in said


def test_a_calendar_that_lost_its_end_swallows_no_other() -> None:
    one, other = calendar(event(ONE)), calendar(NEIGHBOUR)
    found, said = shown(one.replace(b"END:VCALENDAR\n", b"") + other)
    assert len(found) == 2
    assert said == [Severity.REPAIRED]


NAMED = ("20260112T080000Z", "20260112T090000", "20260112")
"""The same occurrence, as programs name it."""


@pytest.mark.parametrize("first", NAMED)
@pytest.mark.parametrize("second", NAMED[:2])
def test_one_occurrence_that_is_named_in_two_ways_is_one(first: str, second: str) -> None:
    """Of two states of it the newer one counts, whichever zone each was written in."""

    def changed(named: str, hour: int, sequence: int) -> str:
        start = f"DTSTART;TZID=Europe/Paris:20260112T{hour}0000\nDURATION:PT1H"
        kind = ";VALUE=DATE" if len(named) == 8 else "" if named.endswith("Z") else ";TZID=Europe/Paris"
        return event(f"RECURRENCE-ID{kind}:{named}\n{start}\nSEQUENCE:{sequence}")

    master = event(f"{ONE}\nRRULE:FREQ=WEEKLY;COUNT=2")
    found = starts(calendar(master + changed(first, 14, 1) + changed(second, 16, 2)))

    assert found == ["20260105T080000Z", "20260112T150000Z"]


@pytest.mark.parametrize("depth", [5, 50, 5_000])
@pytest.mark.parametrize("ends", [True, False])
def test_what_is_nested_too_deeply_costs_itself(depth: int, ends: bool) -> None:
    nested = "BEGIN:X\n" * depth + ("END:X\n" * depth if ends else "")
    found, findings = shown(calendar(event(f"{ONE}\n{nested}") + event(ONE, "v@x")))

    assert [line.partition("|")[0] for line in found] == ["u@x", "v@x"]
    assert Severity.DROPPED in findings


def test_parts_without_number_are_refused_however_deep_they_are() -> None:
    with pytest.raises(Unreadable):
        shown(calendar("BEGIN:X\n" * 30_000))
