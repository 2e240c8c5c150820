"""Calendar files in a room: what comes in is said, and goes out as it came, to whoever could read it."""

from pathlib import Path

import pytest

from bots.assistant.testing.hall import Hall
from bots.assistant.testing.people import DGS, ROOM, SECRETAIRE, plain
from bots.calendar.format.findings import Findings
from bots.calendar.format.zones import Zone, iana
from bots.calendar.reading import read_calendar
from bots.calendar.recurrence.deadline import deadline
from bots.calendar.recurrence.expanding import expand
from bots.calendar.recurrence.series import Window
from bots.envelope.file import as_content, parse_attachment
from bots.matrix.events import Event
from config.identifiers import UserId

CASES = Path(__file__).parents[2] / "calendar" / "cases"
PAUL = UserId("@paul:valbourg.fr")
HEAD, FOOT = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n", "END:VCALENDAR\n"


def paris() -> Zone:
    found = iana("Europe/Paris")
    assert found is not None
    return found


def event(uid: str, title: str, day: int = 1, *lines: str) -> str:
    start = f"DTSTART;TZID=Europe/Paris:202612{day:02}T100000"
    return "\n".join(["BEGIN:VEVENT", f"UID:{uid}", start, f"SUMMARY:{title}", *lines, "END:VEVENT\n"])


def file(*events: str) -> bytes:
    return (HEAD + "".join(events) + FOOT).encode()


async def posted(hall: Hall, data: bytes, sender: UserId = SECRETAIRE) -> Event:
    """Somebody posts a file in the room."""
    uploaded = await hall.edge.upload(data, content_type="text/calendar", encrypted=True)
    content = {"msgtype": "m.file", "filename": "agenda.ics", "info": {"size": len(data)}, **as_content(uploaded)}
    return await hall.say("agenda.ics", sender=sender, **content)


async def imported(hall: Hall, data: bytes) -> str:
    sent = await posted(hall, data)
    await hall.say("!agenda importer", about=sent.event_id)
    return hall.said()[-1]


async def exported(hall: Hall, sender: UserId = SECRETAIRE) -> bytes | None:
    """What the assistant sends as a file, as whoever asks opens it."""
    before = len(hall.messages())
    await hall.say("!agenda exporter", sender=sender)
    contents = [message.content for message in hall.messages()[before:] if message.content.get("msgtype") == "m.file"]
    if not contents:
        return None
    attachment = parse_attachment(contents[-1])
    return await hall.edge.download(attachment, most=10_000_000)


def occurrences(data: bytes) -> list[str]:
    calendar = read_calendar(data, paris(), Findings())
    return [each.shown for each in expand(calendar, Window(), Findings(), deadline)]


async def test_what_was_read_repaired_and_left_out_is_said(hall: Hall) -> None:
    data = file(event("a", "conseil"), event("b", "vœux", 2), "BEGIN:VEVENT\nUID:c\nSUMMARY:sans date\nEND:VEVENT\n")

    said = await imported(hall, data)

    assert "2 événements ajoutés" in said
    assert "« sans date »" in said
    await hall.say("!agenda décembre")
    assert "conseil" in hall.said()[-1]
    assert "vœux" in hall.said()[-1]


async def test_imported_again_it_adds_nothing_and_a_newer_file_changes_what_differs(hall: Hall) -> None:
    await imported(hall, file(event("a", "conseil"), event("b", "vœux", 2)))

    assert "2 étaient déjà là" in await imported(hall, file(event("a", "conseil"), event("b", "vœux", 2)))
    said = await imported(hall, file(event("a", "conseil municipal", 1, "SEQUENCE:2"), event("b", "vœux", 2)))
    assert "1 événement modifié" in said
    assert "📅 conseil municipal · " in said
    said = await imported(hall, file(event("a", "ancien", 1, "SEQUENCE:1")))
    assert "1 est plus récent ici" in said
    await hall.say("!agenda décembre")
    assert "conseil municipal" in hall.said()[-1]


async def test_what_came_in_is_said_with_its_time_and_what_is_otherwise_now(hall: Hall) -> None:
    assert "📅 visite · " in await imported(hall, file(event("a", "visite", 3)))

    moved = await imported(hall, file(event("a", "visite", 4, "SEQUENCE:2")))
    off = await imported(hall, file(event("a", "visite", 4, "SEQUENCE:3", "STATUS:CANCELLED")))

    assert "au lieu de : " in moved
    assert "✖ visite" in off
    assert "annulé" in off


async def answered(hall: Hall, number: int, words: str, sender: UserId) -> None:
    """Somebody answers the card of an event."""
    await hall.say(f"!agenda {number}", sender=sender)
    await hall.say(words, about=hall.id_of(), sender=sender)


async def test_whom_a_file_moves_is_called_as_by_a_command(hall: Hall) -> None:
    """Who comes, or perhaps: neither who does not, nor whoever brings the file, nor where all stays when it was."""
    hall.member(ROOM, PAUL)
    await imported(hall, file(event("a", "visite", 3)))
    for words, sender in (("je viens", SECRETAIRE), ("peut-être", DGS), ("je ne viens pas", PAUL)):
        await answered(hall, 1, words, sender)

    await imported(hall, file(event("a", "visite du chantier", 3, "SEQUENCE:1")))
    assert hall.messages()[-1].content["m.mentions"] == {}
    moved = await imported(hall, file(event("a", "visite", 4, "SEQUENCE:2")))
    assert "@dgs : vous aviez dit venir. Appuyez sur ✅" in moved
    assert hall.messages()[-1].content["m.mentions"] == {"user_ids": [DGS]}
    await hall.react(hall.id_of(), "✅", sender=DGS)
    off = await imported(hall, file(event("a", "visite", 4, "SEQUENCE:3", "STATUS:CANCELLED")))
    assert "@dgs : inutile de venir" in off
    assert hall.messages()[-1].content["m.mentions"] == {"user_ids": [DGS]}


async def test_one_message_calls_all_whom_a_file_moves_whatever_it_has_to_be_cut_into(hall: Hall) -> None:
    hall.member(ROOM, PAUL)
    many = [event(f"u{number}", f"réunion {number}", 1 + number % 28) for number in range(200)]
    await imported(hall, file(*many))
    for number, sender in ((1, DGS), (2, DGS), (200, PAUL)):
        await answered(hall, number, "je viens", sender)

    later = [event(f"u{number}", f"réunion {number}", 2 + number % 28, "SEQUENCE:1") for number in range(200)]
    said = await imported(hall, file(*later))

    assert "@dgs : vous aviez dit venir aux événements 1, 2, qui ont été déplacés." in said
    assert "@paul : vous aviez dit venir à l’événement 200, qui a été déplacé." in said
    assert hall.messages()[-1].content["m.mentions"] == {"user_ids": [DGS, PAUL]}


async def test_of_a_series_those_are_called_whose_time_is_moved(hall: Hall) -> None:
    hall.member(ROOM, PAUL)
    series = event("a", "point", 1, "RRULE:FREQ=WEEKLY;COUNT=4")
    await imported(hall, file(series))
    await hall.say("!agenda 1")
    card = hall.id_of()
    await hall.say("je viens le 8 décembre", about=card, sender=DGS)
    await hall.say("je ne viens pas le 8 décembre", about=card, sender=PAUL)

    time, then = "RECURRENCE-ID;TZID=Europe/Paris:20261208T100000", "DTSTART;TZID=Europe/Paris:20261209T140000"
    once = "\n".join(["BEGIN:VEVENT", "UID:a", time, then, "SUMMARY:point", "SEQUENCE:1", "END:VEVENT\n"])
    await imported(hall, file(once))
    assert hall.messages()[-1].content["m.mentions"] == {"user_ids": [DGS]}


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (("RRULE:FREQ=WEEKLY;COUNT=4", "EXDATE;TZID=Europe/Paris:20261208T100000"), "le mardi 8 décembre 2026."),
        (("RRULE:FREQ=WEEKLY;COUNT=2",), "à ces dates : mardi 15 décembre 2026, mardi 22 décembre 2026."),
        (("RRULE:FREQ=WEEKLY;COUNT=4;INTERVAL=2",), "vous aviez dit venir. Appuyez sur ✅"),
        (("RRULE:FREQ=WEEKLY;COUNT=5",), None),
    ],
)
async def test_whoever_comes_to_a_time_that_a_file_leaves_out_is_called(
    hall: Hall, lines: tuple[str, ...], told: str | None
) -> None:
    """As by a time that is cancelled in the room; a day on which they do not come anyway is not told."""
    hall.member(ROOM, PAUL)
    await imported(hall, file(event("a", "point", 1, "RRULE:FREQ=WEEKLY;COUNT=4")))
    await answered(hall, 1, "je viens", DGS)
    await answered(hall, 1, "je ne viens pas", PAUL)

    said = await imported(hall, file(event("a", "point", 1, "SEQUENCE:1", *lines)))

    assert hall.messages()[-1].content["m.mentions"] == ({"user_ids": [DGS]} if told else {})
    assert told is None or told in plain(said)


async def test_only_who_comes_on_that_day_is_called_for_it(hall: Hall) -> None:
    hall.member(ROOM, PAUL)
    await imported(hall, file(event("a", "point", 1, "RRULE:FREQ=WEEKLY;COUNT=4"), event("b", "bilan", 9)))
    await hall.say("!agenda 1")
    card = hall.id_of()
    await hall.say("je viens le 8 décembre", about=card, sender=DGS)
    await hall.say("je viens le 15 décembre", about=card, sender=PAUL)

    without = ("RRULE:FREQ=WEEKLY;COUNT=4", "EXDATE;TZID=Europe/Paris:20261208T100000", "SEQUENCE:1")
    said = await imported(hall, file(event("a", "point", 1, *without), event("b", "bilan annuel", 9, "SEQUENCE:1")))

    assert "@dgs : vous aviez dit venir à l’événement 1, qui n’a pas lieu à certaines dates." in said
    assert hall.messages()[-1].content["m.mentions"] == {"user_ids": [DGS]}


async def test_nobody_is_called_to_what_is_over(hall: Hall) -> None:
    await imported(hall, file(event("a", "visite", 3)))
    await answered(hall, 1, "je viens", DGS)
    await hall.later(hours=24 * 40)

    await imported(hall, file(event("a", "visite", 4, "SEQUENCE:2")))
    assert hall.messages()[-1].content["m.mentions"] == {}


async def test_of_several_that_came_together_no_title_stands_where_it_could_not_be_erased(hall: Hall) -> None:
    said = await imported(hall, file(event("a", "conseil"), event("b", "vœux", 2)))

    assert said.count("📅") == 2
    assert "conseil" not in said


async def test_a_file_of_a_thousand_events_comes_in_whole_whatever_dies(hall: Hall) -> None:
    sent = await posted(
        hall, file(*(event(f"u{number}", f"réunion {number}", 1 + number % 28) for number in range(600)))
    )
    await hall.say("!agenda importer", about=sent.event_id)

    assert "600 événements ajoutés" in hall.said()[-1]
    numbers = sorted(found.first("number") for found in hall.ledger.known(ROOM).all("event"))
    assert numbers == [*range(1, 601)]


async def test_deleting_the_command_takes_the_import_back(hall: Hall) -> None:
    sent = await posted(hall, file(event("a", "conseil")))
    command = await hall.say("!agenda importer", about=sent.event_id)
    await hall.redact(command.event_id)
    await hall.say("!agenda décembre")

    assert "conseil" not in hall.said()[-1]


async def test_a_newcomer_imports_nothing_that_was_sent_before_they_came(hall: Hall) -> None:
    sent = await posted(hall, file(event("a", "secret")))
    newcomer = UserId("@nouveau:valbourg.fr")
    hall.edge.add_room(ROOM, [SECRETAIRE, DGS, newcomer], name="Commun")
    await hall.say("!agenda importer", about=sent.event_id, sender=newcomer)

    assert "secret" not in "".join(hall.said())
    assert not [*hall.ledger.known(ROOM).all("event")]


async def test_a_newcomer_s_export_holds_nothing_from_before_they_came(hall: Hall) -> None:
    await hall.say("!agenda ajouter secret le 3 décembre 18h")
    newcomer = UserId("@nouveau:valbourg.fr")
    hall.edge.add_room(ROOM, [SECRETAIRE, DGS, newcomer], name="Commun")
    assert await exported(hall, newcomer) is None

    await hall.say("!agenda ajouter conseil le 4 décembre 18h")
    out = await exported(hall, newcomer)

    assert out is not None
    assert b"conseil" in out
    assert b"secret" not in out
    assert "1, d’avant votre arrivée ici" in hall.said()[-1]


async def test_who_is_invited_and_comes_is_in_the_file(hall: Hall) -> None:
    await hall.say("!agenda ajouter conseil le 4 décembre 18h avec @dgs")
    await hall.react(hall.id_of("ajouté"), "✅", sender=DGS)
    out = await exported(hall)

    assert out is not None
    assert b"PARTSTAT=ACCEPTED:matrix:u/dgs:valbourg.fr" in b"".join(out.split(b"\r\n "))


async def test_a_stranger_s_words_are_no_command_and_no_sentence_of_ours(hall: Hall) -> None:
    title = "!tâche ajouter voler\\n✔ Tâche 12 faite <a href=x>@dgs</a>"
    await imported(hall, file(event("a", title)))
    await hall.say("!agenda décembre")
    await hall.wait(2)

    assert not [*hall.ledger.known(ROOM).all("task")]
    assert "\n✔" not in hall.said()[-1]
    assert "<a href=x>" not in str(hall.messages()[-1].content["formatted_body"])


async def test_it_is_said_how_a_file_is_imported(hall: Hall) -> None:
    await hall.say("!agenda importer")

    assert "répondez à ce message" in hall.said()[-1]
    assert "ni événement ni tâche" in plain(await imported(hall, b"rien"))
