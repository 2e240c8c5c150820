"""What a file asks beside being taken in (RFC 5546): answers, cancellations, other times. None replaces the event."""

import pytest

from bots.assistant.testing.hall import Hall
from bots.assistant.testing.people import DGS, ROOM, SECRETAIRE
from bots.calendar.event import Answer
from bots.calendar.people import answered
from bots.events.kept.kinds import KIND
from tests.unit.events.files.test_files import event, exported, imported

CHIEF = "ORGANIZER:mailto:chef@valbourg.example"
ONE = 'ATTENDEE;CN="Un; deux";RSVP=TRUE:mailto:un@rivemont.example'
SERIES = "RRULE:FREQ=DAILY;COUNT=5"


def file(method: str, *events: str) -> bytes:
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nMETHOD:{method}\n{''.join(events)}END:VCALENDAR\n".encode()


async def invited(hall: Hall, *lines: str) -> dict[str, object]:
    await imported(hall, file("REQUEST", event("a", "point", 1, "SEQUENCE:2", CHIEF, ONE, *lines)))
    return kept(hall)


def kept(hall: Hall) -> dict[str, object]:
    (found,) = hall.ledger.known(ROOM).all(KIND)
    return dict(found.fields)


async def out(hall: Hall) -> str:
    data = await exported(hall)
    assert data is not None
    return data.decode().replace("\r\n ", "")


@pytest.mark.parametrize("method", ["REPLY", "CANCEL", "COUNTER", "DECLINECOUNTER", "REFRESH", "ADD"])
@pytest.mark.parametrize("lines", [(), (SERIES,)])
async def test_what_is_no_request_never_takes_the_place_of_the_event(
    hall: Hall, method: str, lines: tuple[str, ...]
) -> None:
    before = await invited(hall, *lines)
    other = event("a", "tout autre chose", 9, "SEQUENCE:9", CHIEF, ONE.replace("RSVP", "PARTSTAT=TENTATIVE;RSVP"))

    await imported(hall, file(method, other))

    now = kept(hall)
    answered_to = {"people", "updated"} if method == "REPLY" else set()
    assert {name: now.get(name) for name in before if name not in answered_to} == {
        name: value for name, value in before.items() if name not in answered_to
    }
    assert (now["people"] == before["people"]) is (method != "REPLY")


@pytest.mark.parametrize("method", ["REPLY", "CANCEL", "COUNTER", "DECLINECOUNTER", "REFRESH", "ADD"])
async def test_what_is_about_nothing_here_makes_nothing_here(hall: Hall, method: str) -> None:
    said = await imported(hall, file(method, event("a", "point", 1, CHIEF, ONE)))

    assert "qui n’est pas ici" in said
    assert not [*hall.ledger.known(ROOM).all(KIND)]


async def test_an_answer_by_file_is_that_of_whoever_is_invited(hall: Hall) -> None:
    await invited(hall)
    accepted = "ATTENDEE;PARTSTAT=ACCEPTED:MAILTO:un@Rivemont.example"

    said = await imported(hall, file("REPLY", event("a", "point", 1, "SEQUENCE:2", CHIEF, accepted)))

    assert "✅" in said
    text = await out(hall)
    assert "ATTENDEE;PARTSTAT=ACCEPTED;X-CALENDARSERVER-DTSTAMP=" in text
    assert ';CN="Un; deux";RSVP=TRUE:mailto:un@rivemont.example' in text


async def test_an_answer_to_one_time_of_a_series_is_about_that_time(hall: Hall) -> None:
    await invited(hall, SERIES)
    declined = "ATTENDEE;PARTSTAT=DECLINED:mailto:un@rivemont.example"
    reference = "RECURRENCE-ID:20261203T090000Z"

    await imported(hall, file("REPLY", event("a", "point", 3, "SEQUENCE:2", reference, CHIEF, declined)))

    text = await out(hall)
    assert text.count("BEGIN:VEVENT") == 2
    assert "RECURRENCE-ID;TZID=Europe/Paris:20261203T100000" in text
    assert text.count("PARTSTAT=DECLINED") == 1
    assert text.count("un@rivemont.example") == 2


async def test_an_answer_to_an_older_version_is_not_noted(hall: Hall) -> None:
    before = await invited(hall)
    accepted = "ATTENDEE;PARTSTAT=ACCEPTED:mailto:un@rivemont.example"

    said = await imported(hall, file("REPLY", event("a", "point", 1, "SEQUENCE:1", CHIEF, accepted)))

    assert "une version plus ancienne" in said
    assert kept(hall) == before


async def test_nobody_answers_who_is_not_invited(hall: Hall) -> None:
    before = await invited(hall)
    stranger = "ATTENDEE;PARTSTAT=ACCEPTED:mailto:autre@rivemont.example"

    said = await imported(hall, file("REPLY", event("a", "point", 1, "SEQUENCE:2", CHIEF, stranger)))

    assert "ne figure pas parmi les invités" in said
    assert kept(hall) == before


async def test_people_of_the_room_answer_for_themselves_alone(hall: Hall) -> None:
    await invited(hall)
    of_dgs = f"ATTENDEE;PARTSTAT=ACCEPTED:matrix:u/{DGS.removeprefix('@')}"
    of_secretary = f"ATTENDEE;PARTSTAT=ACCEPTED:matrix:u/{SECRETAIRE.removeprefix('@')}"

    said = await imported(hall, file("REPLY", event("a", "point", 1, "SEQUENCE:2", CHIEF, of_dgs)))
    assert "pour soi-même" in said
    assert "matrix:u/dgs" not in await out(hall)

    await imported(hall, file("REPLY", event("a", "point", 1, "SEQUENCE:2", CHIEF, of_secretary)))
    assert f"PARTSTAT=ACCEPTED:matrix:u/{SECRETAIRE.removeprefix('@')}" in await out(hall)


async def test_a_cancellation_is_asked_about_and_then_done(hall: Hall) -> None:
    await invited(hall)

    said = await imported(hall, file("CANCEL", event("a", "point", 1, "SEQUENCE:3", CHIEF, "STATUS:CANCELLED")))
    assert "?" in said
    assert "STATUS:CONFIRMED" in await out(hall)
    await hall.react(hall.id_of("l’annuler"), "✅")

    assert "STATUS:CANCELLED" in await out(hall)
    assert "déjà annulé" in await imported(hall, file("CANCEL", event("a", "point", 1, "SEQUENCE:3", CHIEF)))


async def test_of_a_series_one_time_is_cancelled_where_the_file_names_it(hall: Hall) -> None:
    await invited(hall, SERIES)
    reference = "RECURRENCE-ID:20261203T090000Z"

    await imported(hall, file("CANCEL", event("a", "point", 3, "SEQUENCE:3", reference, CHIEF)))
    await hall.react(hall.id_of("l’annuler"), "✅")

    text = await out(hall)
    assert text.count("STATUS:CANCELLED") == 1
    assert "RECURRENCE-ID;TZID=Europe/Paris:20261203T100000" in text


async def test_a_whole_series_is_cancelled_where_the_file_names_no_time(hall: Hall) -> None:
    await invited(hall, SERIES)

    await imported(hall, file("CANCEL", event("a", "point", 1, "SEQUENCE:3", CHIEF)))
    await hall.react(hall.id_of("l’annuler"), "✅")

    text = await out(hall)
    assert text.count("BEGIN:VEVENT") == text.count("STATUS:CANCELLED") == 1


async def test_a_cancellation_of_an_older_version_counts_for_nothing(hall: Hall) -> None:
    await invited(hall)

    said = await imported(hall, file("CANCEL", event("a", "point", 1, "SEQUENCE:1", CHIEF)))

    assert "une version plus ancienne" in said
    assert "?" not in said


async def test_another_time_that_is_proposed_is_said(hall: Hall) -> None:
    await invited(hall)

    said = await imported(
        hall, file("COUNTER", event("a", "point", 4, "SEQUENCE:2", CHIEF, ONE, "COMMENT:Plutôt vendredi"))
    )

    assert "Un; deux propose" in said
    assert "4 décembre" in said
    assert "Plutôt vendredi" in said
    assert "Rien n’a été changé" in said


async def test_an_unknown_method_is_read_as_a_plain_file(hall: Hall) -> None:
    assert "1 événement ajouté" in await imported(hall, file("X-PUBLISH", event("a", "point")))


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("ATTENDEE:mailto:a@x.fr", "ATTENDEE;PARTSTAT=DECLINED:mailto:a@x.fr"),
        ("ATTENDEE;PARTSTAT=ACCEPTED;CN=A:mailto:a@x.fr", "ATTENDEE;PARTSTAT=DECLINED;CN=A:mailto:a@x.fr"),
        ('attendee;CN=";PARTSTAT=A";partstat="X":a', 'attendee;PARTSTAT=DECLINED;CN=";PARTSTAT=A":a'),
        ("ATTENDEE;CN=A:mailto:a;PARTSTAT=B@x.fr", "ATTENDEE;PARTSTAT=DECLINED;CN=A:mailto:a;PARTSTAT=B@x.fr"),
    ],
)
def test_an_answer_is_put_into_the_line_and_nowhere_else(line: str, wanted: str) -> None:
    assert answered(line, Answer.DECLINED) == wanted
    assert answered(answered(line, Answer.DECLINED), Answer.NEEDS_ACTION) == wanted.replace(";PARTSTAT=DECLINED", "")


def answering(answer: str, *lines: str) -> bytes:
    person = f"ATTENDEE;PARTSTAT={answer}:mailto:un@rivemont.example"
    return file("REPLY", event("a", "point", 1, "SEQUENCE:2", CHIEF, person, *lines))


@pytest.mark.parametrize("lines", [(), (SERIES,)])
async def test_an_answer_by_file_outlives_the_invitation_that_comes_again(hall: Hall, lines: tuple[str, ...]) -> None:
    hall.edge.clock = hall.now
    data = file("REQUEST", event("a", "point", 1, "SEQUENCE:2", "DTSTAMP:20261120T080000Z", CHIEF, ONE, *lines))
    await imported(hall, data)
    await imported(hall, answering("ACCEPTED", "DTSTAMP:20261121T080000Z"))

    assert "1 est plus récent ici" in await imported(hall, data)

    assert "PARTSTAT=ACCEPTED" in await out(hall)


async def test_an_older_answer_never_comes_over_a_newer_one(hall: Hall) -> None:
    hall.edge.clock = hall.now
    await invited(hall, "DTSTAMP:20261120T080000Z")
    modified = "LAST-MODIFIED:20261120T080000Z"
    await imported(hall, answering("DECLINED", "DTSTAMP:20261122T080000Z", modified))

    said = await imported(hall, answering("ACCEPTED", "DTSTAMP:20261121T080000Z", modified))

    assert "entre-temps" in said
    assert "PARTSTAT=DECLINED" in await out(hall)
    await imported(hall, answering("ACCEPTED", "DTSTAMP:20261122T090000Z", modified))
    assert "PARTSTAT=ACCEPTED" in await out(hall)


async def test_a_cancellation_of_several_events_asks_about_all_of_them(hall: Hall) -> None:
    names = [f"e{number}" for number in range(14)]
    await imported(hall, file("REQUEST", *(event(name, name, 1, "SEQUENCE:2", CHIEF) for name in names)))

    said = await imported(hall, file("CANCEL", *(event(name, name, 1, "SEQUENCE:3", CHIEF) for name in names)))

    assert "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12" in said
    assert "2 autres événements" in said
    await hall.react(hall.id_of("les annuler"), "✅")
    assert (await out(hall)).count("STATUS:CANCELLED") == 12


async def test_a_cancellation_of_several_times_says_how_each_is_cancelled(hall: Hall) -> None:
    await invited(hall, SERIES)
    times = [
        event("a", "point", day, "SEQUENCE:3", f"RECURRENCE-ID:202612{day:02}T090000Z", CHIEF) for day in (2, 3, 4)
    ]

    said = await imported(hall, file("CANCEL", *times))

    assert "!agenda annuler 1 le 2026-12-03" in said
    assert "!agenda annuler 1 le 2026-12-04" in said
    await hall.react(hall.id_of("l’annuler"), "✅")
    assert (await out(hall)).count("STATUS:CANCELLED") == 1
