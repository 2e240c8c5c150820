"""A box is called by its title or its number, which stays its own; and closed or prolonged as people say it."""

from typing import Any

import pytest

from bots.assistant.talk.errand import Errand
from bots.assistant.testing.people import ROOM, SECRETAIRE
from bots.assistant.testing.talk import Talk
from bots.boxes.talk import errands
from bots.boxes.talk.box import KIND, NAME, Box, BoxTerms, numbers
from bots.boxes.talk.commands import drop_boxes
from bots.boxes.talk.saying import BoxStanding, listed
from bots.register.format.operation import Change
from config.identifiers import EventId

UNTIL = 1_796_000_000_000
UNTIL_30 = 1_798_671_599_000
"""The end of the day, in Paris, thirty days after that."""


class Room(Talk):
    """A room with boxes, known as their assistant keeps them."""

    boxes: tuple[Box, ...] = ()

    def opens(self, title: str, until: int = UNTIL) -> Box:
        """Open a box, as the assistant does."""
        cause = EventId(f"$box{len(self.boxes)}")
        box = Box(f"id-{title}", ROOM, cause, SECRETAIRE, until, BoxTerms(title, 5, 10**6, "", False, (), ()))
        first: dict[str, Any] = {"creator": str(SECRETAIRE), "until": until, "cause": str(cause), "room": str(ROOM)}
        self.fold(Change(KIND, box.object_id, set={"title": title}, first={**first, "made": box.made.as_json()}))
        # What ends next stands first, as in the table.
        self.boxes = tuple(sorted((*self.boxes, box), key=lambda each: each.until))
        return box

    def asks(self, words: str, **more: Any) -> dict[str, Any]:
        """Return the payload of the one errand that *words* leave, with its kind."""
        reply = self.reply(words, kept={NAME: self.boxes}, **more)
        (errand,) = (each for each in reply.errands if isinstance(each, Errand))
        return {"kind": errand.kind, **errand.payload}


@pytest.fixture
def room() -> Room:
    made = Room((drop_boxes({}),))
    made.opens("Inscriptions cantine", UNTIL + 2)
    made.opens("Concours photo", UNTIL)
    return made


@pytest.mark.parametrize(
    "words",
    [
        *(
            "ferme la boîte concours photo",
            "fermer la boite de dépôt Concours photo",
            "clos la boîte « Concours photo »",
        ),
        *("close the drop box Concours photo", "dépôt fermer concours", "ferme la boîte 2", "ferme le dépôt n° 2"),
    ],
)
def test_it_is_closed_as_people_say_it(room: Room, words: str) -> None:
    assert room.asks(f"@beffroi {words}") == {"kind": errands.CLOSE, "box": "id-Concours photo"}


@pytest.mark.parametrize(
    "words",
    [
        *("prolonge la boîte inscriptions cantine jusqu'au 15 janvier", "prolonge la boite 1 jusqu au 15 janvier"),
        *("prolonger le dépôt Inscriptions cantine jusqu’au 15 janvier", "dépôt prolonger cantine jusqu'au 15 janvier"),
    ],
)
def test_it_is_prolonged_as_people_say_it(room: Room, words: str) -> None:
    said = room.asks(f"@beffroi {words}")
    assert (said["kind"], said["box"]) == (errands.EXTEND, "id-Inscriptions cantine")
    assert said["until"] == 1_800_053_999_000  # 15 January 2027, 23:59:59 in Paris


@pytest.mark.parametrize("words", ["fermer 2", "ferme la boîte 2", "ferme la 2 stp"])
def test_in_answer_to_the_list_a_number_is_enough(room: Room, words: str) -> None:
    shown = tuple((KIND, box.object_id) for box in room.boxes)
    assert room.asks(words, shown=shown)["box"] == "id-Concours photo"


def test_a_length_counts_from_the_day_on_which_it_ends(room: Room) -> None:
    """« 30j » meant thirty days from today: nine more than it had."""
    assert room.asks("@beffroi prolonge la boîte 2 30j")["until"] == UNTIL_30
    assert room.asks("@beffroi prolonge la boîte 2 de 30 jours")["until"] == UNTIL_30


@pytest.mark.parametrize("words", ["on peut fermer", "tu peux fermer la boîte", "on va fermer", "you can close"])
def test_in_answer_to_a_box_it_is_closed_as_people_say_it(room: Room, words: str) -> None:
    shown = ((KIND, room.boxes[0].object_id),)
    assert room.asks(words, shown=shown) == {"kind": errands.CLOSE, "box": "id-Concours photo"}


def test_what_is_closed_stays_closed_and_that_is_said(room: Room) -> None:
    said = room.reply("@beffroi rouvre la boîte de la cantine", kept={NAME: room.boxes})
    assert said.body.startswith("Une boîte de dépôt fermée le reste")
    assert not said.errands


def test_in_answer_to_a_box_its_day_is_enough(room: Room) -> None:
    shown = ((KIND, room.boxes[0].object_id),)
    said = room.asks("prolonge jusqu'au 15 janvier", shown=shown)
    assert (said["kind"], said["box"]) == (errands.EXTEND, "id-Concours photo")


def test_a_number_stays_its_boxs_own_whatever_is_opened_or_closed(room: Room) -> None:
    """It was its place in a list, the next to end first: what was opened meanwhile had the number of another."""
    room.opens("Zéro papier", UNTIL - 1)
    assert room.asks("@beffroi ferme la boîte 2")["box"] == "id-Concours photo"
    first = next(box for box in room.boxes if box.made.title == "Inscriptions cantine")
    room.fold(Change(KIND, first.object_id, set={"closed": True}))
    room.boxes = tuple(box for box in room.boxes if box is not first)
    assert room.asks("@beffroi ferme la boîte 2")["box"] == "id-Concours photo"
    assert numbers(room.state)[room.boxes[0].object_id] == 3

    said = listed(room.request(""), [BoxStanding(box, "open") for box in room.boxes], 0, []).plain
    assert "3. Zéro papier" in said
    assert "2. Concours photo" in said
    assert "« fermer 3 »" in said.replace("\u00a0", " ")


def test_of_a_box_that_there_is_not_nothing_is_closed(room: Room) -> None:
    assert not room.reply("@beffroi ferme la boîte 7", kept={NAME: room.boxes}).errands
    assert not room.reply("@beffroi ferme la boîte piscine", kept={NAME: room.boxes}).errands


@pytest.mark.parametrize(
    "words",
    [
        *("quels dépôts sont ouverts ?", "quels depots sont ouverts", "liste des dépôts", "mes dépôts", "les dépôts"),
        *("quelles boîtes de dépôt sont ouvertes ?", "y a-t-il des dépôts ouverts ?", "which drop boxes are open?"),
    ],
)
def test_the_open_boxes_are_asked_for_in_a_sentence(room: Room, words: str) -> None:
    assert room.asks(f"@beffroi {words}")["kind"] == errands.LOOK


@pytest.mark.parametrize(
    "words", ["ferme tous les dépôts", "fermer tous les depots", "ferme toutes les boîtes", "close all boxes"]
)
def test_all_boxes_are_closed_one_at_a_time(room: Room, words: str) -> None:
    reply = room.reply(f"@beffroi {words}", kept={NAME: room.boxes})
    assert not reply.errands
    assert "2 · Concours photo" in reply.body
    assert reply.question is not None
    assert {candidate.puts for candidate in reply.question.candidates} == {"!dépôt fermer 1", "!dépôt fermer 2"}
