"""Which state of an event is the newer one: what is moved here rises in SEQUENCE, and nothing older comes over it."""

import re

import pytest

from bots.assistant.testing.hall import Hall
from bots.assistant.testing.people import DGS, MAIRE, ROOM
from bots.events.kept.kinds import KIND
from bots.register.format.canonical import Json
from bots.register.format.operation import Change, Operation
from config.identifiers import UserId
from tests.unit.events.files.test_files import event, exported, file, imported, posted


@pytest.fixture(autouse=True)
def hours_matter(hall: Hall) -> None:
    """Files are as old as the messages that bring them: both go by one clock."""
    hall.edge.clock = hall.now


SERIES = "RRULE:FREQ=DAILY;COUNT=5"


async def out(hall: Hall) -> str:
    data = await exported(hall)
    assert data is not None
    return data.decode().replace("\r\n ", "")


async def sequences(hall: Hall) -> list[int]:
    return [int(found) for found in re.findall(r"\r\nSEQUENCE:(\d+)", await out(hall))]


def kept(hall: Hall) -> dict[str, object]:
    (found,) = hall.ledger.known(ROOM).all(KIND)
    return dict(found.fields)


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("!agenda déplacer 1 à jeudi 10h", [5]),
        ("!agenda lieu 1 mairie", [5]),
        ("!agenda annuler 1", [5]),
        ("!agenda répéter 1 tous les mardis", [5]),
        ("!agenda renommer 1 en bilan", [4]),
        ("!agenda description 1 à lire", [4]),
    ],
)
async def test_what_others_must_hear_of_raises_the_version(hall: Hall, said: str, wanted: list[int]) -> None:
    await imported(hall, file(event("a", "point", 1, "SEQUENCE:4")))

    await hall.say(said)

    assert await sequences(hall) == wanted


async def test_what_was_made_here_rises_too_and_so_does_what_takes_that_back(hall: Hall) -> None:
    await hall.say("!agenda ajouter conseil jeudi 14h-15h")
    assert await sequences(hall) == []
    command = await hall.say("!agenda déplacer 1 à vendredi 10h")
    assert await sequences(hall) == [1]
    await hall.redact(command.event_id)

    assert await sequences(hall) == [2]


async def test_an_edited_command_raises_the_version(hall: Hall) -> None:
    made = await hall.say("!agenda ajouter conseil jeudi 14h-15h")

    await hall.edit(made, "!agenda ajouter conseil jeudi 16h-17h")

    assert await sequences(hall) == [1]


async def test_one_time_of_a_series_that_is_moved_has_a_version_of_its_own(hall: Hall) -> None:
    await imported(hall, file(event("a", "point", 1, "SEQUENCE:4", SERIES)))

    await hall.say("!agenda déplacer 1 celle du 3 décembre à 15h")

    assert await sequences(hall) == [4, 5]


OLD, NEW = "DTSTAMP:20261120T080000Z", "DTSTAMP:20261123T210000Z"


async def test_of_two_files_of_one_version_the_later_counts(hall: Hall) -> None:
    await imported(hall, file(event("a", "nouveau", 1, "DTSTAMP:20261122T080000Z")))

    assert "1 est plus récent ici" in await imported(hall, file(event("a", "ancien", 1, OLD)))
    assert kept(hall)["title"] == "nouveau"


@pytest.mark.parametrize("change", ["déplacer 1 à jeudi 10h", "renommer 1 en bilan", "lieu 1 mairie"])
@pytest.mark.parametrize("lines", [(OLD,), ("LAST-MODIFIED:20261120T080000Z", NEW), ("SEQUENCE:0", OLD)])
async def test_an_older_file_never_comes_over_what_was_changed_here(
    hall: Hall, change: str, lines: tuple[str, ...]
) -> None:
    await imported(hall, file(event("a", "point", 1, *lines)))
    await hall.say(f"!agenda {change}")
    before = kept(hall)

    assert "1 est plus récent ici" in await imported(hall, file(event("a", "point", 1, *lines)))
    assert kept(hall) == before


async def test_a_file_without_a_date_is_as_old_as_its_message(hall: Hall) -> None:
    sent = await posted(hall, file(event("a", "point", 1)))
    await hall.say("!agenda importer", about=sent.event_id)
    await hall.say("!agenda renommer 1 en bilan")

    await hall.say("!agenda importer", about=sent.event_id)
    assert "1 est plus récent ici" in hall.said()[-1]
    await imported(hall, file(event("a", "point", 1)))
    assert kept(hall)["title"] == "point"


async def test_a_newer_file_comes_over_what_was_moved_here(hall: Hall) -> None:
    await imported(hall, file(event("a", "point", 1, OLD)))
    await hall.say("!agenda déplacer 1 à jeudi 10h")

    said = await imported(hall, file(event("a", "point", 5, NEW, "SEQUENCE:2")))

    assert "1 événement modifié" in said


async def test_an_older_state_of_one_time_of_a_series_comes_over_nothing(hall: Hall) -> None:
    once = "RECURRENCE-ID;TZID=Europe/Paris:20261203T100000"
    series = event("a", "point", 1, OLD, SERIES)
    await imported(hall, file(series, event("a", "point", 3, OLD, once)))
    await hall.say("!agenda déplacer 1 celle du 3 décembre à 15h")

    await imported(hall, file(series, event("a", "point", 3, OLD, once, "LOCATION:ailleurs")))

    text = await out(hall)
    assert "20261203T150000" in text
    assert "ailleurs" not in text


async def test_one_time_of_a_series_that_comes_alone_is_that_of_the_series(hall: Hall) -> None:
    await imported(hall, file(event("a", "point", 1, OLD, SERIES, "LOCATION:mairie")))

    said = await imported(
        hall, file(event("a", "point", 4, NEW, "RECURRENCE-ID:20261203T090000Z", "LOCATION:mairie", "SEQUENCE:1"))
    )

    assert "1 événement modifié" in said
    text = await out(hall)
    assert len([*hall.ledger.known(ROOM).all(KIND)]) == 1
    assert "RECURRENCE-ID;TZID=Europe/Paris:20261203T100000" in text
    assert "DTSTART;TZID=Europe/Paris:20261204T100000" in text


async def test_who_had_answered_is_asked_again_where_the_time_changes(hall: Hall) -> None:
    await hall.say("!agenda ajouter conseil jeudi 14h-15h avec @dgs")
    card = hall.id_of("conseil")
    await hall.react(card, "✅", sender=DGS)
    await hall.react(card, "❌", sender=MAIRE)
    assert "PARTSTAT=ACCEPTED:matrix:u/dgs" in await out(hall)

    await hall.say("!agenda déplacer 1 à vendredi 10h")
    assert "PARTSTAT" not in await out(hall)
    assert "vous aviez dit venir" in "\n".join(hall.said())
    await hall.say("!agenda voir 1")
    assert "à interroger de nouveau depuis le déplacement" in hall.said()[-1]

    await hall.say("!agenda déplacer 1 à vendredi 11h")
    assert "vous aviez dit venir" in hall.said()[-1]
    await hall.react(hall.id_of("vendredi"), "✅", sender=DGS)
    assert "PARTSTAT=ACCEPTED:matrix:u/dgs" in await out(hall)
    assert "PARTSTAT=DECLINED" not in await out(hall)


async def test_what_takes_the_move_back_brings_the_answers_back(hall: Hall) -> None:
    await hall.say("!agenda ajouter conseil jeudi 14h-15h avec @dgs")
    await hall.react(hall.id_of("conseil"), "✅", sender=DGS)

    command = await hall.say("!agenda déplacer 1 à vendredi 10h")
    await hall.redact(command.event_id)

    assert "PARTSTAT=ACCEPTED:matrix:u/dgs" in await out(hall)


@pytest.mark.parametrize("said", ["!agenda lieu 1 mairie", "!agenda renommer 1 en bilan"])
async def test_another_place_or_name_leaves_the_answers(hall: Hall, said: str) -> None:
    await hall.say("!agenda ajouter conseil jeudi 14h-15h avec @dgs")
    await hall.react(hall.id_of("conseil"), "✅", sender=DGS)

    await hall.say(said)

    assert "PARTSTAT=ACCEPTED:matrix:u/dgs" in await out(hall)


async def test_one_time_that_is_moved_is_asked_about_and_the_others_are_not(hall: Hall) -> None:
    await hall.say("!agenda ajouter point tous les jeudis 14h-15h jusqu'au 31 décembre avec @dgs")
    await hall.react(hall.id_of("point"), "✅", sender=DGS)

    await hall.say("!agenda déplacer 1 celle du 10 décembre à 16h")

    text = await out(hall)
    whole, once = text.split("BEGIN:VEVENT")[1:]
    assert "PARTSTAT=ACCEPTED" in whole
    assert "PARTSTAT" not in once


async def test_people_outside_are_asked_again_too(hall: Hall) -> None:
    chief = "ORGANIZER:mailto:chef@x.fr"
    people = ("ATTENDEE;PARTSTAT=ACCEPTED:mailto:chef@x.fr", "ATTENDEE;PARTSTAT=ACCEPTED;CN=Un:mailto:un@x.fr")
    await imported(hall, file(event("a", "point", 1, chief, *people)))

    await hall.say("!agenda déplacer 1 à jeudi 10h")

    text = await out(hall)
    assert "ATTENDEE;CN=Un:mailto:un@x.fr" in text
    assert "ATTENDEE;PARTSTAT=ACCEPTED:mailto:chef@x.fr" in text


async def test_a_request_for_another_time_asks_again_whatever_it_says(hall: Hall) -> None:
    person = "ATTENDEE;PARTSTAT=ACCEPTED;RSVP=TRUE:mailto:un@x.fr"
    head = "BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:REQUEST\n"
    await imported(hall, file(event("a", "point", 1, person, "SEQUENCE:0")))

    moved = event("a", "point", 2, person, "SEQUENCE:1")
    await imported(hall, f"{head}{moved}END:VCALENDAR\n".encode())

    assert "ATTENDEE;RSVP=TRUE:mailto:un@x.fr" in await out(hall)


def signed(hall: Hall, **fields: Json) -> None:
    """Another town signs *fields* of the event, of which no file would be taken."""
    state = hall.ledger.known(ROOM)
    (found,) = state.all(KIND)
    by = UserId("@beffroi:rivemont.fr")
    at = state.clock + 1
    state.apply(
        Operation(ROOM, by, "source99", 1, at, 1, by, (Change(KIND, found.id, set=fields),), (), f"{at:016}", {})
    )


@pytest.mark.parametrize("sequence", [2**53 - 1, 2**31, -5, True])
async def test_a_version_that_is_none_keeps_nobody_from_moving_the_event(hall: Hall, sequence: int) -> None:
    await imported(hall, file(event("a", "point", 1, OLD)))
    signed(hall, sequence=sequence)

    command = await hall.say("!agenda déplacer 1 à jeudi 10h")

    assert await sequences(hall) == [2 if sequence is True else 1]
    await hall.redact(command.event_id)
    assert "202612" in await out(hall)


@pytest.mark.parametrize("sequence", [999_999_999, 2**31 - 2, 2**31 - 1])
async def test_the_highest_versions_are_read_again_once_the_event_is_moved(hall: Hall, sequence: int) -> None:
    await imported(hall, file(event("a", "point", 1, OLD, f"SEQUENCE:{sequence}")))

    command = await hall.say("!agenda déplacer 1 à jeudi 10h")

    assert await sequences(hall) == [min(sequence + 1, 2**31 - 1)]
    await hall.redact(command.event_id)
    assert await sequences(hall) == [min(sequence + 2, 2**31 - 1)]


@pytest.mark.parametrize("fields", [{"updated": 2**53 - 1}, {"sequence": 2**53 - 1}])
async def test_what_somebody_signed_of_later_keeps_no_file_out_for_ever(hall: Hall, fields: dict[str, Json]) -> None:
    await imported(hall, file(event("a", "point", 1, OLD)))
    signed(hall, **fields)
    await hall.later(hours=1)

    await imported(hall, file(event("a", "bilan", 1)))

    assert kept(hall)["title"] == "bilan"


@pytest.mark.parametrize("said", ["jusqu'à 20h", "de 14h à 20h"])
async def test_another_end_leaves_the_answers_and_calls_nobody(hall: Hall, said: str) -> None:
    await hall.say("!agenda ajouter conseil jeudi 14h-15h avec @dgs")
    await hall.react(hall.id_of("conseil"), "✅", sender=DGS)

    await hall.say(f"!agenda déplacer 1 {said}")

    text = await out(hall)
    assert "T200000" in text
    assert "PARTSTAT=ACCEPTED:matrix:u/dgs" in text
    await hall.say("!agenda voir 1")
    assert "depuis le déplacement" not in hall.said()[-1]


async def test_another_end_of_one_time_of_a_series_leaves_its_answers(hall: Hall) -> None:
    await hall.say("!agenda ajouter point tous les jeudis 14h-15h jusqu'au 31 décembre avec @dgs")
    await hall.react(hall.id_of("point"), "✅", sender=DGS)

    await hall.say("!agenda déplacer 1 celle du 10 décembre à 14h-18h")

    whole, once = (await out(hall)).split("BEGIN:VEVENT")[1:]
    assert "T180000" in once
    assert "PARTSTAT=ACCEPTED" in whole
    assert "PARTSTAT=ACCEPTED" in once


async def test_people_outside_are_not_asked_again_for_another_end(hall: Hall) -> None:
    await imported(hall, file(event("a", "point", 1, "ATTENDEE;PARTSTAT=ACCEPTED:mailto:un@x.fr")))

    command = await hall.say("!agenda déplacer 1 de 10h à 20h")
    assert "ATTENDEE;PARTSTAT=ACCEPTED:mailto:un@x.fr" in await out(hall)
    await hall.redact(command.event_id)
    assert "ATTENDEE;PARTSTAT=ACCEPTED:mailto:un@x.fr" in await out(hall)


async def test_from_then_on_moved_those_who_come_are_called(hall: Hall) -> None:
    await hall.say("!agenda ajouter point tous les jeudis 14h-15h jusqu'au 31 décembre avec @dgs")
    await hall.react(hall.id_of("point"), "✅", sender=DGS)

    await hall.say("!agenda déplacer 1 à partir du 10 décembre à 16h")

    assert "vous aviez dit venir" in hall.said()[-1]


SAME = [
    ["DTSTART:20261201T090000Z"],
    ["DTSTART;TZID=Europe/Berlin:20261201T100000"],
    ["DTSTART;TZID=Europe/Paris:20261201T100000", "DURATION:PT2H"],
    ["DTSTART;TZID=Europe/Paris:20261201T100000", "DTEND;TZID=Europe/Paris:20261201T120000"],
]


@pytest.mark.parametrize("lines", SAME)
@pytest.mark.parametrize("method", ["", "METHOD:REQUEST\n"])
async def test_the_same_instant_written_otherwise_leaves_the_answers(hall: Hall, lines: list[str], method: str) -> None:
    person = "ATTENDEE;PARTSTAT=ACCEPTED:mailto:un@x.fr"
    await imported(hall, file(event("a", "point", 1, person)))
    await hall.say("!agenda inviter 1 @dgs")
    await hall.react(hall.id_of("point"), "✅", sender=DGS)
    vevent = "\n".join(["BEGIN:VEVENT", "UID:a", "SUMMARY:point", "SEQUENCE:1", *lines, person, "END:VEVENT\n"])

    await imported(hall, f"BEGIN:VCALENDAR\n{method}{vevent}END:VCALENDAR\n".encode())

    text = await out(hall)
    assert person in text
    assert "PARTSTAT=ACCEPTED:matrix:u/dgs" in text


async def test_a_plain_file_that_moves_an_event_says_who_comes_then(hall: Hall) -> None:
    person = "ATTENDEE;PARTSTAT=ACCEPTED;CN=Zoe:mailto:zoe@x.fr"
    await imported(hall, file(event("a", "point", 1, person)))

    await imported(hall, file(event("a", "point", 2, person, "SEQUENCE:1")))

    assert person in await out(hall)


@pytest.mark.parametrize("method", ["", "METHOD:REQUEST\n"])
async def test_a_file_that_moves_one_time_says_who_comes_then_unless_it_asks(hall: Hall, method: str) -> None:
    person = "ATTENDEE;PARTSTAT=ACCEPTED;CN=Zoe:mailto:zoe@x.fr"
    await imported(hall, file(event("a", "point", 1, person, SERIES)))
    once = event("a", "point", 4, person, "RECURRENCE-ID;TZID=Europe/Paris:20261203T100000", "SEQUENCE:1", OLD)

    for _ in range(2):
        await imported(hall, f"BEGIN:VCALENDAR\n{method}{once}END:VCALENDAR\n".encode())

        _, then = (await out(hall)).split("BEGIN:VEVENT")[1:]
        assert (person in then) is (not method)


async def test_the_same_request_twice_changes_nothing_the_second_time(hall: Hall) -> None:
    person = "ATTENDEE;PARTSTAT=ACCEPTED:mailto:un@x.fr"
    await imported(hall, file(event("a", "point", 1, person, OLD)))
    moved = event("a", "point", 2, person, "SEQUENCE:1", OLD)
    request = f"BEGIN:VCALENDAR\nMETHOD:REQUEST\n{moved}END:VCALENDAR\n".encode()

    await imported(hall, request)

    assert "était déjà là" in await imported(hall, request)
    assert "PARTSTAT" not in await out(hall)
