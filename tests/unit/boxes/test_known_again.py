"""What a box is known again by, of what its room's register holds."""

from bots.assistant.testing.people import BEFFROI, OTHER, ROOM
from bots.boxes.talk.box import KIND, box_object, read_box
from bots.register.format.canonical import Json
from bots.register.format.operation import Change, Operation
from bots.register.replica.state import State
from config.identifiers import EventId, UserId

CAUSE = EventId("$open")
OBJECT = box_object(ROOM, CAUSE)
FIRST: dict[str, Json] = {"cause": str(CAUSE), "room": str(ROOM), "creator": "@a:b.fr", "made": {}, "until": 7}


def said(sender: UserId, clock: int, first: dict[str, Json]) -> Operation:
    change = Change(KIND, OBJECT, set={"title": "Permis"}, first=first)
    return Operation(ROOM, sender, f"box-{clock:04}", 1, clock, 1, sender, (change,), (), "0" * 16, {}, None)


def known(*operations: Operation) -> dict[str, Json] | None:
    """Return what is known of the box by what was said of it."""
    state = State()
    for operation in operations:
        state.apply(operation)
    found = state.get(KIND, OBJECT)
    assert found is not None
    read = read_box(found, BEFFROI)
    return None if read is None else read[1]


def test_a_box_is_known_again_by_the_name_that_its_own_assistant_has_noted() -> None:
    assert known(said(BEFFROI, 1, {**FIRST, "box": "Qm3xV9pLr2Tn7aWc"})) == {**FIRST, "box": "Qm3xV9pLr2Tn7aWc"}


def test_what_a_partner_calls_a_box_of_ours_is_not_its_name() -> None:
    assert known(said(BEFFROI, 2, FIRST), said(OTHER, 3, {"box": "Qm3xV9pLr2Tn7aWc"})) == FIRST
    assert known(said(OTHER, 1, {"box": "AAAAAAAAAAAAAAAA"}), said(BEFFROI, 2, {**FIRST, "box": "x"})) == FIRST


def test_a_box_of_which_a_partner_has_said_what_matters_is_none_of_ours() -> None:
    assert known(said(OTHER, 1, {"cause": "$other"}), said(BEFFROI, 2, FIRST)) is None
