"""A drop box is found by its title, by who opened it, and by when it ends; and told as the list of boxes tells it."""

import pytest

from bots.assistant.talk.errand import Errand
from bots.assistant.testing.people import plain
from bots.boxes.talk import errands
from bots.boxes.talk.box import NAME
from bots.boxes.talk.commands import drop_boxes
from bots.tasks.commands import TASKS
from tests.unit.boxes.test_called import Room

DAY_MS = 86_400_000


@pytest.fixture
def room() -> Room:
    made = Room((TASKS, drop_boxes({})))
    now = round(made.now.timestamp() * 1000)
    made.opens("Concours de photos", now + 10 * DAY_MS)
    made.opens("Permis de construire", now + 20 * DAY_MS)
    return made


def told(room: Room, words: str) -> object:
    """Return the titles of the boxes that are listed, or what is said."""
    reply = room.reply(f"@beffroi {words}", kept={NAME: room.boxes})
    left = [errand for errand in reply.errands if isinstance(errand, Errand)]
    if not left:
        return plain(reply.body)
    assert left[0].kind == errands.LOOK
    only = left[0].payload.get("only")
    return None if not isinstance(only, list) else [box.made.title for box in room.boxes if box.object_id in only]


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        ("Dépôts en cours ?", ["Concours de photos", "Permis de construire"]),
        ("dépôts ouverts ?", ["Concours de photos", "Permis de construire"]),
        ("formulaires ouverts ?", ["Concours de photos", "Permis de construire"]),
        ("il ferme quand le dépôt du concours ?", ["Concours de photos"]),
        ("la boîte du concours ferme quand ?", ["Concours de photos"]),
        ("qui a ouvert le dépôt des permis ?", ["Permis de construire"]),
        ("un dépôt qui ferme la semaine prochaine ?", ["Concours de photos"]),
        ("il y a quelque chose sur les permis ?", ["Permis de construire"]),
    ],
)
def test_boxes_are_told_as_their_list_tells_them(room: Room, words: str, titles: list[str]) -> None:
    assert told(room, words) == titles


def test_where_no_box_is_open_the_list_says_so() -> None:
    assert told(Room((TASKS, drop_boxes({}))), "dépôts en cours ?") is None


def test_a_word_of_a_title_is_found_as_well(room: Room) -> None:
    room.reply("!tâche ajouter enlever le dépôt sauvage")
    assert "enlever le dépôt sauvage" in str(told(room, "le dépôt sauvage c'est fait ?"))
    both = str(told(room, "on a quoi sur le dépôt ?"))
    assert "enlever le dépôt sauvage" in both
    assert "Concours de photos" in both


def test_what_only_its_noun_says_is_no_box(room: Room) -> None:
    assert "Concours" not in str(told(room, "il y a quelque chose sur la boîte aux lettres ?"))
