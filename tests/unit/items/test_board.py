"""The items of a room: a view that follows the register, and what is pending laid over it by one board alone."""

from typing import Any

from bots.assistant.testing.talk import Talk
from bots.items.board import Board
from bots.register.format.operation import Change
from tests.unit.items.vehicle import SEATS, VEHICLE

NEW = "00000000-0000-5000-8000-000000000009"


def seats(board: Board) -> dict[int, Any]:
    return {item.number: item.get(SEATS) for item in board.open()}


def test_what_is_pending_is_in_one_board_alone(talk: Talk) -> None:
    talk.says("!véhicule ajouter Zoé 5 places")
    vehicle = talk.object("vehicle", 1).id
    made = Change("vehicle", NEW, {"title": "Clio", "seats": 4}, {"number": 2})
    first = Board(VEHICLE, talk.state, (Change("vehicle", vehicle, {"seats": 7}), made))
    other = Board(VEHICLE, talk.state)
    assert seats(first) == {1: 7, 2: 4}
    assert seats(other) == {1: 5}
    assert (first.next_number(), other.next_number()) == (3, 2)


def test_it_follows_the_register_even_after_it_was_made(talk: Talk) -> None:
    talk.says("!véhicule ajouter Zoé 5 places")
    board = Board(VEHICLE, talk.state)
    assert seats(board) == {1: 5}
    talk.says("!véhicule places 1 7")
    talk.says("!véhicule ajouter Clio 4 places")
    assert seats(Board(VEHICLE, talk.state)) == {1: 7, 2: 4}


def test_one_that_loses_its_title_is_there_no_more(talk: Talk) -> None:
    talk.says("!véhicule ajouter Zoé 5 places")
    vehicle = talk.object("vehicle", 1).id
    assert Board(VEHICLE, talk.state).get(vehicle) is not None
    talk.fold(Change("vehicle", vehicle, {"title": None}))
    assert Board(VEHICLE, talk.state).get(vehicle) is None
    assert Board(VEHICLE, talk.state).next_number() >= 1


def test_a_long_list_is_read_page_by_page(talk: Talk) -> None:
    for number in range(1, 121):
        object_id = f"00000000-0000-5000-8000-{number:012}"
        talk.fold(Change("vehicle", object_id, {"title": f"n° {number}", "seats": 5}, {"number": number}))
    firsts = {1: "1", 2: "51", 3: "101", 9: "1"}
    for page, first in firsts.items():
        lines = talk.body(f"!véhicules page {page}").splitlines()
        assert lines[0] == "120 véhicules ouverts :"
        assert lines[1].startswith(f"• {first} · n° {first}")
        assert ("… et " in lines[-1]) == (page != 3)
    assert talk.body("!véhicules page 2").endswith("… et 20 autres.")
    assert talk.body("!véhicules cherche 117").startswith("1 véhicule :")
