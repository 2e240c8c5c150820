"""Who may invite, as a room's state says it in each room version."""

from typing import Any

import pytest

from bots.matrix.events import Powers
from bots.matrix.homeserver.powers import parse
from config.identifiers import RoomId, UserId
from tests.unit.matrix.world import ANNE, ROOM, World

ADMIN, MOD, BOB = UserId("@admin:x.fr"), UserId("@mod:x.fr"), UserId("@bob:x.fr")
LEVELS = {"invite": 100, "users": {MOD: 50, ADMIN: 100}}


def create(version: object = "10", **more: object) -> dict[str, Any]:
    return {"type": "m.room.create", "sender": ADMIN, "content": {"room_version": version, **more}}


@pytest.mark.parametrize(
    ("version", "levels", "who"),
    [
        ("10", LEVELS, {ADMIN}),
        ("10", {**LEVELS, "invite": 50}, {ADMIN, MOD}),
        ("10", {**LEVELS, "invite": "50"}, {ADMIN, MOD}),
        ("10", {**LEVELS, "users_default": 100}, {ADMIN, BOB}),
        ("10", {"users": {MOD: 50}}, {ADMIN, MOD, BOB}),
        ("10", {"invite": 100, "users": {MOD: 50}}, set()),
        # A creator stands in no list any more, and may do everything.
        ("12", {"invite": 100, "users": {MOD: 50}}, {ADMIN}),
        ("12", {"invite": 100, "users": {MOD: 50}, "users_default": 50}, {ADMIN}),
        # Without any, everybody may; and what is no number says nothing.
        ("10", None, {ADMIN, MOD, BOB}),
        ("10", {"invite": [], "users": {"nobody": 100, MOD: True}}, {ADMIN, MOD, BOB}),
    ],
)
def test_who_may_invite(version: str, levels: dict[str, Any] | None, who: set[UserId]) -> None:
    powers = parse(create(version), levels)
    assert {each for each in (ADMIN, MOD, BOB) if powers.may_invite(each)} == who


def test_others_may_have_made_it_with_its_creator() -> None:
    powers = parse(create("12", additional_creators=[MOD, 7, "nobody"]), {"invite": 100})
    assert powers.creators == {ADMIN, MOD}


@pytest.mark.parametrize("odd", [None, [], 7, {"content": 7}, {"sender": 7, "content": {"room_version": 12}}])
def test_odd_state_gives_nobody_power(odd: Any) -> None:
    assert not parse(odd if isinstance(odd, dict) else {}, {"invite": 100}).may_invite(ADMIN)


async def test_it_is_read_from_the_homeserver(world: World) -> None:
    world.server.room()
    edge = await world.open()
    world.server.join()
    world.server.state(ROOM, "m.room.power_levels", "", {"invite": 50, "users": {ANNE: 50}}, ANNE)
    await world.settle()

    assert await edge.powers(RoomId(ROOM)) == Powers(50, 0, {UserId(ANNE): 50})
    world.server.fail = lambda method, path: (
        (403, {"errcode": "M_FORBIDDEN"}) if path.endswith("m.room.create") else None
    )
    assert await edge.powers(RoomId(ROOM)) is None
