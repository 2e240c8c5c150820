"""What a sync says of a room's state, before its timeline or after it."""

from typing import Any

from bots.matrix.homeserver.sync import SyncResponse, parse
from bots.matrix.receiving.intake import Intake
from bots.matrix.rooms import Rooms
from config.identifiers import RoomId, UserId
from tests.unit.matrix.world import ANNE, BOT, ROOM, World


def membership(user_id: str, what: str, number: int) -> dict[str, Any]:
    return {
        "type": "m.room.member",
        "state_key": user_id,
        "sender": user_id,
        "event_id": f"$member{number}",
        "content": {"membership": what},
        "origin_server_ts": number,
    }


def answer(timeline: list[dict[str, Any]], **state: list[dict[str, Any]]) -> SyncResponse:
    room: dict[str, Any] = {"timeline": {"events": timeline, "limited": False}}
    room |= {name.replace("msc4222_", "org.matrix.msc4222."): {"events": events} for name, events in state.items()}
    found = parse({"next_batch": "s1", "rooms": {"join": {ROOM: room}}})
    assert found is not None
    return found


async def members_after(world: World, response: SyncResponse) -> dict[str, str]:
    rooms = Rooms()
    intake = Intake(UserId(BOT), rooms, tuple)
    async with world.database.begin() as transaction:
        await intake.take(response, "s0", world.encryption, 0, transaction)
    return {user_id: each.membership for user_id, each in rooms.get(RoomId(ROOM)).members.items()}


async def test_the_state_before_a_timeline_is_changed_by_it(world: World) -> None:
    response = answer([membership(ANNE, "join", 2)], state=[membership(ANNE, "invite", 1)])

    assert await members_after(world, response) == {ANNE: "join"}


async def test_the_state_after_a_timeline_is_not_changed_by_it(world: World) -> None:
    """The timeline shows an event of a branch that lost."""
    for name in ("state_after", "msc4222_state_after"):
        response = answer([membership(ANNE, "leave", 2)], **{name: [membership(ANNE, "join", 1)]})

        assert await members_after(world, response) == {ANNE: "join"}


async def test_we_ask_for_the_state_after_the_timeline(world: World) -> None:
    await world.open()
    await world.pulse.until(lambda: bool(world.server.calls("sync")))

    assert world.server.calls("sync")[0][2]["use_state_after"] == "true"
