"""Two things in one sentence, each with its time: offered as the commands that they are, and never mixed."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

import bridge.operate.schema  # noqa: F401 - declares every table
from bots.assistant.dispatch.capability import Capability
from bots.assistant.testing.hall import Hall
from bots.assistant.testing.people import DIRECT, ROOM
from bots.events.capability import events
from bots.reminders.commands import reminders
from bots.tasks.commands import TASKS
from config.identifiers import RoomId


def made() -> list[Capability]:
    return [TASKS, reminders(), events()]


@pytest_asyncio.fixture
async def hall() -> AsyncIterator[Hall]:
    hall = Hall(made)
    await hall.open()
    yield hall
    await hall.close()


def numbered(said: str) -> list[str]:
    """What a question offers, line by line."""
    return [line.partition(" ")[2] for line in said.split("\n") if line[1:2] == "\ufe0f"]


@pytest.mark.parametrize(
    ("words", "parts", "answer", "told"),
    [
        (
            "!tâche ajouter vérifier le chauffage jeudi 10h @dgs et appeler EDF lundi 9h",
            "vérifier le chauffage jeudi 10h @dgs, appeler EDF lundi 9h",
            "les deux",
            [
                "Tâche 1 ajoutée : vérifier le chauffage (jeudi 26 novembre 2026 à 10 h) → @dgs",
                "Tâche 2 ajoutée : appeler EDF (lundi 30 novembre 2026 à 9 h)",
            ],
        ),
        (
            "!tâche ajouter relancer le traiteur demain, prévenir les élus et le dgs mercredi et imprimer jeudi",
            "relancer le traiteur demain, prévenir les élus et le dgs mercredi, imprimer jeudi",
            "les trois",
            ["Tâche 1", "Tâche 2 ajoutée : prévenir les élus et le dgs (mercredi", "Tâche 3 ajoutée : imprimer (jeudi"],
        ),
        (
            "!rappelle-nous lundi 9h la réunion et mardi 10h le SDIS",
            "lundi 9h la réunion, mardi 10h le SDIS",
            "1",
            ["lundi 30 novembre 2026 à 9 h : la réunion", "rappel 2"],
        ),
        (
            "!réunion budget lundi 14h puis voirie mardi 10h",
            "budget lundi 14h, voirie mardi 10h",
            "toutes",
            ["Réunion budget\n", "Réunion voirie\nmardi 24 novembre 2026 de 10 h"],
        ),
    ],
)
async def test_each_is_done_by_itself(hall: Hall, words: str, parts: str, answer: str, told: list[str]) -> None:
    await hall.say(words)
    offered = numbered(hall.said()[-1])
    assert offered[0] == f"chacun de son côté : {parts}"
    # An hour of one day never stands beside another day.
    assert len(offered) == len(parts.split(", ")) + 1

    await hall.say(answer)
    assert [piece for piece in told if piece not in hall.said()[-1]] == []


async def test_two_reminders_of_one_sentence_are_two_reminders_in_private(hall: Hall) -> None:
    words = "rappelle-moi jeudi midi d'appeler l'école et vendredi 14h de relancer le couvreur"
    await hall.say(f"!{words}", ROOM)
    await hall.say("les deux", ROOM)
    await hall.wait(2)
    assert [said.split("\n")[0] for said in hall.said(DIRECT)[-2:]] == [
        "⏰ Je vous le rappellerai jeudi 26 novembre 2026 à 12 h : appeler l'école",
        "⏰ Je vous le rappellerai vendredi 27 novembre 2026 à 14 h : relancer le couvreur",
    ]
    await hall.say("mes rappels", DIRECT)
    assert hall.said(DIRECT)[-1].startswith("2 rappels")


@pytest.mark.parametrize(
    ("room", "words"),
    [
        (DIRECT, "ajouter commander 20 chaises mardi 10h ou jeudi"),
        (DIRECT, "ajouter voir le maire lundi, mardi et jeudi"),
        (ROOM, "!tâche ajouter acheter du pain et du beurre lundi pour le maire et la dgs, et le curé mardi"),
    ],
)
async def test_where_it_is_not_clear_what_belongs_to_which_time_nothing_is_made_up(
    hall: Hall, room: RoomId, words: str
) -> None:
    await hall.say(words, room)
    assert "chacun de son côté" not in hall.said(room)[-1]


async def test_a_question_that_was_left_for_another_takes_no_later_words(hall: Hall) -> None:
    """Two commands ask when; one is answered, and what is said next is for somebody in the room."""
    await hall.say("!tâche ajouter relancer le maçon demain")
    card = hall.id_of("Tâche 1")
    await hall.say("!tâche reporter 1")
    await hall.say("pour jeudi ou vendredi", about=card)
    await hall.say("jeudi", about=hall.id_of("Plusieurs dates"))
    moved = hall.said()[-1]
    assert "jeudi 26 novembre 2026" in moved

    await hall.say("mercredi 9")
    await hall.say("vendredi 11")
    assert hall.said()[-1] == moved
