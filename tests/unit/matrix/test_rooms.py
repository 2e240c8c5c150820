"""What a room is, kept across restarts."""

import pytest

from bots.database.engine import Database, metadata
from bots.matrix.rooms import Rooms, RoomState
from config.identifiers import RoomId

CREATE = {"type": "m.room.create", "state_key": "", "sender": "@beffroi:valbourg.fr", "content": {"type": "m.space"}}


async def test_a_space_and_its_maker_are_known_after_a_restart() -> None:
    database = Database.open("sqlite://")
    async with database.begin() as transaction:
        await transaction.run_sync(metadata.create_all)
        state = RoomState(RoomId("!space"), membership="join")
        assert state.apply(CREATE, 1) == (None, True)
        # A start asks for the full state again: what is known changes nothing.
        assert state.apply(CREATE, 2) == (None, False)
        await Rooms.save(state, [], transaction, settings=True)
        rooms = Rooms()
        await rooms.load(transaction)
    await database.close()

    found = rooms.get(RoomId("!space")).look()
    assert (found.space, found.creator) == (True, "@beffroi:valbourg.fr")


def test_a_room_without_a_type_is_no_space() -> None:
    state = RoomState(RoomId("!room"), membership="join")
    state.apply({**CREATE, "content": {"type": 7}}, 1)

    assert not state.look().space


async def test_what_a_room_follows_and_what_follows_it_are_known_after_a_restart() -> None:
    database = Database.open("sqlite://")
    async with database.begin() as transaction:
        await transaction.run_sync(metadata.create_all)
        state = RoomState(RoomId("!room"), membership="join")
        state.apply({**CREATE, "content": {"predecessor": {"room_id": "!old", "event_id": "$last"}}}, 1)
        tombstone = {"type": "m.room.tombstone", "state_key": "", "sender": "@maire:rivemont.fr"}
        assert state.apply({**tombstone, "content": {"replacement_room": "!new"}}, 2) == (None, True)
        await Rooms.save(state, [], transaction, settings=True)
        rooms = Rooms()
        await rooms.load(transaction)
    await database.close()

    found = rooms.get(RoomId("!room"))
    assert (found.look().predecessor, found.look().successor) == ("!old", "!new")
    assert [each.moved_by for each in rooms.closed()] == ["@maire:rivemont.fr"]


def test_a_predecessor_that_is_none_is_none() -> None:
    for junk in (7, "!old", {}, {"room_id": 7}, {"room_id": "@x:y"}, None):
        state = RoomState(RoomId("!room"), membership="join")
        state.apply({**CREATE, "content": {"predecessor": junk}}, 1)
        assert state.look().predecessor is None


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"max_lifetime": 86_400_000}, 86_400_000),
        ({"min_lifetime": 1}, None),
        ({}, None),
        *(({"max_lifetime": each}, None) for each in (0, -1, True, "86400000", 1.5, 2**60)),
    ],
)
async def test_how_long_messages_stay_is_known_after_a_restart(
    content: dict[str, object], expected: int | None
) -> None:
    database = Database.open("sqlite://")
    async with database.begin() as transaction:
        await transaction.run_sync(metadata.create_all)
        state = RoomState(RoomId("!room"), membership="join", retention=1)
        state.apply({"type": "m.room.retention", "state_key": "", "sender": "@a:b", "content": content}, 1)
        await Rooms.save(state, [], transaction, settings=True)
        rooms = Rooms()
        await rooms.load(transaction)
    await database.close()

    assert rooms.get(RoomId("!room")).look().retention_ms == expected
