"""``!véhicule modifier 3 places 7``, the verb that people try first; and no object is made of one that nobody knows."""

import pytest

from bots.assistant.testing.talk import Talk
from bots.tasks.commands import TASKS
from tests.unit.items.vehicle import VEHICLES


@pytest.fixture
def talk() -> Talk:
    made = Talk([TASKS, VEHICLES])
    made.says("!véhicule ajouter Zoé 5 places")
    made.says("!tâche ajouter relancer")
    return made


@pytest.mark.parametrize(
    "words",
    [
        "!véhicule modifier 1 places 7",
        "!véhicule modifier 1 7 places",
        "!véhicule 1 modifier places 7",
        "!vehicle change 1 seats 7",
        "!changer le véhicule 1 7 places",
    ],
)
def test_it_changes_what_is_said_behind_the_number(talk: Talk, words: str) -> None:
    talk.says(words)
    assert talk.object("vehicle", 1).value("seats") == 7


def test_alone_it_asks_which_one(talk: Talk) -> None:
    assert talk.body("!véhicule modifier").startswith("Quel véhicule ?")


@pytest.mark.parametrize("words", ["!véhicule corriger 1 places 7", "!tâche corriger 1 titre devis"])
def test_of_a_verb_that_nobody_knows_no_object_is_offered(talk: Talk, words: str) -> None:
    """« Vouliez-vous dire “ajouter corriger 1 places 7” ? », and one ✅ made a vehicle of that name."""
    reply = talk.reply(words)
    assert reply.question is None
    assert "ajouter" not in reply.body


def test_what_may_be_a_title_still_is_offered(talk: Talk) -> None:
    assert "ajouter Clio grise" in talk.body("!véhicule Clio grise")
