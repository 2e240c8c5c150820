"""What a secretary says in a room with tasks and a day's list beside the agenda."""

import pytest

from bots.assistant.testing.people import DGS
from bots.assistant.testing.talk import Talk
from bots.day.commands import day
from bots.events.capability import events
from bots.tasks.commands import TASKS
from bots.tasks.saying.agenda import AGENDA

# It is Tuesday 24 November 2026, 11 h in Paris.
COUNCIL = "!agenda ajouter conseil municipal jeudi 18h"


@pytest.fixture
def room() -> Talk:
    return Talk([TASKS, day([AGENDA]), events()])


@pytest.mark.parametrize(
    "asked",
    [
        "qu'est-ce qu'il y a jeudi ?",
        "qu'y a-t-il jeudi ?",
        "quoi de prévu jeudi ?",
        "quoi de prévu cette semaine ?",
        "qu'est-ce qu'il y a cette semaine ?",
    ],
)
def test_in_a_room_the_agenda_of_that_room_answers(room: Talk, asked: str) -> None:
    room.says(COUNCIL)

    assert "conseil municipal" in room.body(f"@beffroi {asked}", sender=DGS)


def test_what_is_late_is_still_of_tasks(room: Talk) -> None:
    room.says("!tâche ajouter relancer le SDIS lundi 23 novembre")
    room.says("oui")

    assert "relancer le SDIS" in room.body("@beffroi qu'est-ce qu'il y a en retard ?", sender=DGS)
