"""What only names an object goes with it when it is erased: a question, an offer, a refusal, here and in private."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from bots.assistant.testing.hall import Hall
from bots.assistant.testing.people import DGS, DIRECT, ROOM, SECRETAIRE
from bots.events.capability import events
from bots.matrix.events import OutgoingRedaction
from bots.reminders.commands import reminders
from bots.tasks.commands import TASKS
from config.identifiers import RoomId

DUPONT, DURAND = "licenciement de Madame Dupont", "licenciement de Monsieur Durand"
NAMES = [  # what is said, and what is answered, which names one of several tasks
    ("Beffroi, le licenciement c'est au clair maintenant pour tout le monde je crois", "Que voulez-vous dire"),
    ("Beffroi, le licenciement est fait", "Quelle tâche est faite"),
    ("!tâche effacer 1", "Effacer pour toujours la tâche 1"),
    ("Beffroi, qui s'occupe du licenciement ?", "tâches correspondent"),
]


@pytest.fixture
async def hall() -> AsyncIterator[Hall]:
    made = Hall(lambda: [TASKS, reminders(), events()])
    await made.open()
    yield made
    await made.close()


def left(hall: Hall, word: str) -> list[str]:
    """What of ours still says *word* when all that we have deleted is gone."""
    gone = {message.target for message in hall.edge.said if isinstance(message, OutgoingRedaction)}
    rooms: list[RoomId] = [ROOM, DIRECT]
    held = [message for room in rooms for message in hall.messages(room)]
    return [
        message.content["body"]
        for message in held
        if word in message.content["body"] and hall.edge.event_ids[message.room_id, message.txn] not in gone
    ]


async def erase(hall: Hall, room: RoomId = ROOM) -> None:
    await hall.say("!tâche effacer 1", room=room)
    await hall.say("définitivement", room=room)
    await hall.wait(30)


@pytest.mark.parametrize(("said", "answered"), NAMES)
@pytest.mark.parametrize("room", [ROOM, DIRECT])
async def test_an_erased_title_stands_in_no_answer(hall: Hall, said: str, answered: str, room: RoomId) -> None:
    await hall.say(f"!tâche ajouter {DUPONT}", room=room)
    await hall.say(f"!tâche ajouter {DURAND}", room=room)
    await hall.say(said, room=room)
    assert answered in hall.said(room)[-1]
    assert left(hall, "Dupont")
    await erase(hall, room)
    assert left(hall, "Dupont") == []
    assert left(hall, "Durand"), "the card of what was not erased"


async def test_nor_in_what_was_asked_about_it_in_private(hall: Hall) -> None:
    await hall.say(f"!tâche ajouter {DUPONT}")
    await hall.say(f"!tâche ajouter {DURAND}")
    await hall.say("le licenciement est fait", room=DIRECT)
    assert "Dupont" in hall.said(DIRECT)[-1]
    await erase(hall)
    assert left(hall, "Dupont") == []


async def test_what_was_asked_about_it_can_no_longer_be_answered(hall: Hall) -> None:
    await hall.say(f"!tâche ajouter {DUPONT}")
    await hall.say(f"!tâche ajouter {DURAND}")
    await hall.say(NAMES[0][0], sender=DGS)
    await erase(hall)
    async with hall.edge.database.begin() as transaction:
        kept = (await transaction.execute(text("SELECT question FROM assistant_question"))).scalars().all()
    assert not any("Dupont" in question for question in kept)


async def test_what_names_it_stays_while_it_is_only_given_up(hall: Hall) -> None:
    await hall.say(f"!tâche ajouter {DUPONT}")
    await hall.say(f"!tâche ajouter {DURAND}")
    await hall.say("Beffroi, le licenciement est fait")
    await hall.say("!tâche abandonner 1", sender=SECRETAIRE)
    await hall.wait(30)
    assert any("Quelle tâche est faite" in said for said in left(hall, "Dupont"))
