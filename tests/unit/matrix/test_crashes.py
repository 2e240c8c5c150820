"""A process may die at any seam: each command is still answered once."""

import random

import pytest

from bots.matrix.seams import SEAMS, SeamName
from tests.unit.matrix.world import World


class Died(BaseException):
    """Stands for SIGKILL: nothing catches it."""


class CrashingSeams:
    def __init__(self, name: SeamName, nth: int) -> None:
        self._name, self._left = name, nth

    def reach(self, name: SeamName) -> None:
        if name == self._name:
            self._left -= 1
        if self._left <= 0:
            raise Died


@pytest.mark.parametrize("nth", [1, 3])
@pytest.mark.parametrize("seam", SEAMS)
async def test_each_command_is_answered_once_whatever_the_seam(world: World, seam: SeamName, nth: int) -> None:
    rooms = ["!a", "!b"]
    for each in rooms:
        world.server.room(each)
    await world.open()
    for each in rooms:
        world.server.join(each)
    await world.settle()
    await world.close()
    order = random.Random(7)
    expected: dict[str, list[str]] = {each: [] for each in rooms}

    for start in range(0, 12, 4):
        for number in range(start, start + 4):
            room = order.choice(rooms)
            world.server.say(room, f"!{number}")
            expected[room].append(f"re !{number}")
        try:
            await world.open(CrashingSeams(seam, nth))
            await world.settle()
        except BaseExceptionGroup as exc:
            assert exc.subgroup(Died)  # noqa: PT017
        await world.close()
    await world.open()
    await world.settle()

    for room in rooms:
        assert [each["content"]["body"] for each in world.server.sent(room)] == expected[room]


async def test_the_homeserver_may_go_away_and_come_back(world: World) -> None:
    world.server.room()
    await world.open()
    world.server.join()
    await world.settle()
    world.server.fail = lambda method, path: (503, {})
    world.server.say("!room", "!hello")
    await world.pulse.until(lambda: len(world.clock.slept) > 3)
    world.server.fail = lambda method, path: None

    await world.settle()

    assert [each["content"]["body"] for each in world.server.sent()] == ["re !hello"]
