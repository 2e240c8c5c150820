"""No item is poison: whatever strangers write, the next person is heard."""

from tests.unit.matrix.world import ANNE, ROOM, World


async def _joined(world: World, *rooms: str) -> None:
    for room_id in rooms:
        world.server.room(room_id)
    await world.open()
    for room_id in rooms:
        world.server.join(room_id)
    await world.settle()


def _bodies(world: World, room_id: str) -> list[str]:
    return [event["content"]["body"] for event in world.server.sent(room_id)]


async def test_a_room_s_part_of_a_sync_that_cannot_be_stored_leaves_the_others_theirs(world: World) -> None:
    """Here a token with NUL in it: asked for again, the sync would be the same for ever."""
    await _joined(world, ROOM, "!other")
    world.server.timeline_limit = 1
    world.server.batch_names[ROOM] = "\x00"
    world.server.say(ROOM, "!one")
    world.server.say(ROOM, "!two")
    world.server.say("!other", "!hello")

    await world.settle()

    assert _bodies(world, "!other") == ["re !hello"]
    assert not world.crashed
    world.server.batch_names.clear()
    world.server.say(ROOM, "!three")
    await world.settle()
    assert _bodies(world, ROOM) == ["re !three"]


async def test_keys_that_cannot_be_taken_leave_the_rooms_theirs(world: World) -> None:
    await _joined(world, ROOM)
    world.server.send_to_device({"type": "fake.poison"})
    world.server.say(ROOM, "!hello")

    await world.settle()

    assert _bodies(world, ROOM) == ["re !hello"]


async def test_what_names_nothing_that_can_be_stored_is_no_event(world: World) -> None:
    await _joined(world, ROOM)
    for name in ("$\x00", "$half\ud800", "$" + "x" * 255, "$ space"):
        world.server.add(ROOM, {"type": "m.room.redaction", "sender": ANNE, "content": {"redacts": name}})
    world.server.say(ROOM, "!hello")

    await world.settle()

    assert _bodies(world, ROOM) == ["re !hello"]
    assert world.edge is not None
    assert world.edge.status().failed == 0
