"""A calendar file is offered by one quiet 📅; a press or a word takes it in; of other files nothing is said."""

from collections.abc import AsyncIterator

import pytest

from bots.assistant.handler.keeping import Keeper
from bots.assistant.testing.hall import Hall
from bots.assistant.testing.people import BEFFROI, DGS, DIRECT, MAIRE, OTHER, ROOM, SECRETAIRE
from bots.envelope.file import as_content
from bots.events.capability import events
from bots.events.ics.offering import CALENDAR_FILES
from bots.files.keeping.keeper import FileKeeper
from bots.files.library.commands import files
from bots.matrix.events import Event, Outgoing
from bots.tasks.commands import TASKS
from config.identifiers import RoomId, UserId

VISIT = (
    b"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nBEGIN:VEVENT\nUID:a\nDTSTART;TZID=Europe/Paris:20261203T100000\n"
    b"SUMMARY:visite\nEND:VEVENT\nEND:VCALENDAR\n"
)


class Library(Hall):
    """One that keeps files, too."""

    def keepers(self) -> tuple[Keeper, ...]:
        return (FileKeeper(self.edge, self.edge.database, self.now, lambda: [BEFFROI, OTHER]),)


@pytest.fixture
async def hall() -> AsyncIterator[Hall]:
    made = Library(lambda: [TASKS, events(), files((CALENDAR_FILES,))])
    await made.open()
    yield made
    await made.close()


async def sent(
    hall: Hall,
    name: str = "invitation.ics",
    kind: str = "text/calendar",
    *,
    caption: str = "",
    room: RoomId = ROOM,
    sender: UserId = SECRETAIRE,
) -> Event:
    uploaded = await hall.edge.upload(VISIT, content_type=kind, encrypted=True)
    info = {"size": len(VISIT), "mimetype": kind}
    content = {"msgtype": "m.file", "body": caption or name, "filename": name, "info": info, **as_content(uploaded)}
    event = await hall.edge.say(room, sender, "", content=content)
    await hall.tend()
    return event


def offered(hall: Hall) -> list[str]:
    """What stands below files for people to press."""
    found = [each for each in hall.edge.said if isinstance(each, Outgoing) and each.type == "m.reaction"]
    return [each.content["m.relates_to"]["key"] for each in found if "📅" in str(each.content)]


async def test_a_calendar_file_is_offered_once_and_in_silence(hall: Hall) -> None:
    await sent(hall)
    await sent(hall, "agenda", "text/calendar; charset=utf-8", caption="reçu du couvreur")
    await sent(hall, "devis.pdf", "application/pdf")

    assert offered(hall) == ["📅", "📅"]
    assert hall.said() == []


async def test_it_is_offered_to_those_whom_we_answer(hall: Hall) -> None:
    await sent(hall, sender=MAIRE)

    assert offered(hall) == []


async def test_a_press_takes_it_in_and_says_what_and_when(hall: Hall) -> None:
    event = await sent(hall)
    await hall.react(event.event_id, "📅", sender=DGS)

    assert "📅 visite · jeudi 3 décembre 2026 à 10 h" in hall.said()[-1]
    assert len([*hall.ledger.known(ROOM).all("event")]) == 1


WORDS = [
    "ajoute ça",
    "ajoute ça à l'agenda stp",
    "ok ajoute",
    "tu peux l'ajouter à l'agenda ?",
    "mets ça dans l'agenda",
    "importer",
    "@beffroi importe dans l'agenda",
    "intègre ce fichier au calendrier",
]


@pytest.mark.parametrize("words", WORDS)
@pytest.mark.parametrize("room", [ROOM, DIRECT])
async def test_a_word_in_answer_to_it_takes_it_in_and_makes_no_task(hall: Hall, words: str, room: RoomId) -> None:
    event = await sent(hall, room=room)
    await hall.say(words, room, about=event.event_id)

    assert "visite" in hall.said(room)[-1]
    assert len([*hall.ledger.known(room).all("event")]) == 1
    assert not [*hall.ledger.known(room).all("task")]


async def test_a_caption_takes_it_in(hall: Hall) -> None:
    await sent(hall, caption="@beffroi importe dans l'agenda")

    assert "📥" in hall.said()[-1]
    assert offered(hall) == []


@pytest.mark.parametrize("words", ["merci !", "super", "tu l'as ajouté ?", "ajoute Paul à la liste"])
async def test_what_is_said_of_it_to_people_is_theirs(hall: Hall, words: str) -> None:
    event = await sent(hall)
    await hall.say(words, about=event.event_id)

    assert hall.said() == []


async def test_another_file_is_taken_in_by_no_word_and_no_press(hall: Hall) -> None:
    event = await sent(hall, "devis.pdf", "application/pdf")
    await hall.say("ajoute ça", about=event.event_id)
    await hall.react(event.event_id, "📅")

    assert hall.said() == []


async def test_a_newcomer_presses_in_vain(hall: Hall) -> None:
    event = await sent(hall)
    newcomer = UserId("@nouveau:valbourg.fr")
    hall.edge.add_room(ROOM, [SECRETAIRE, DGS, newcomer], name="Commun")
    await hall.react(event.event_id, "📅", sender=newcomer)

    assert "visite" not in "".join(hall.said())
    assert not [*hall.ledger.known(ROOM).all("event")]
