"""Where messages do not stay, the operations that still matter are said again before they go."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from tests.unit.assistant.town import ROOM, R, Town, V

_DAY = 86_400_000


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    made = Town(V, R)
    yield made
    await made.close()


async def test_in_a_silent_room_one_assistant_opens_a_chapter_by_half_its_retention(town: Town) -> None:
    valbourg, rivemont = await town.enter(V), await town.enter(R)
    await town.pass_time()
    await valbourg.write("la seule", 1)
    await town.pass_time(10_000)
    for side in (valbourg, rivemont):
        room = side.edge.room(ROOM)
        assert room is not None
        side.edge.set_room(replace(room, retention_ms=30 * _DAY))
    before = len(valbourg.chapters()) + len(rivemont.chapters())

    town.time += 14 * _DAY
    await town.pass_time(5_000)
    assert len(valbourg.chapters()) + len(rivemont.chapters()) == before

    town.time += _DAY
    await town.pass_time(10_000)
    assert len(valbourg.chapters()) + len(rivemont.chapters()) == before + 1

    # Half of it later, which is half of it after the new one, it is time again.
    town.time += 14 * _DAY
    await town.pass_time(5_000)
    assert len(valbourg.chapters()) + len(rivemont.chapters()) == before + 1
    town.time += 2 * _DAY
    await town.pass_time(10_000)
    assert len(valbourg.chapters()) + len(rivemont.chapters()) == before + 2
    assert valbourg.hash == rivemont.hash
