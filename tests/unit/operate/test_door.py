"""The door between Caddy and Synapse, with real sockets."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bridge.operate.services.door import Door


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Door]:
    """An open door, behind which somebody listens who answers nothing."""
    found = Door(tmp_path / "door.sock", tmp_path / "synapse.sock")
    inside: list[asyncio.StreamWriter] = []

    def enter(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inside.append(writer)

    server = await asyncio.start_unix_server(enter, found.socket)
    found.open()
    yield found
    server.close()
    for writer in inside:
        writer.close()
        await writer.wait_closed()


async def test_who_knocks_at_an_open_door_is_inside(door: Door) -> None:
    assert door.inside() == 0
    _reader, writer = await asyncio.open_unix_connection(door.link)
    assert door.inside() == 1
    writer.close()
    await writer.wait_closed()


async def test_a_shut_door_lets_nobody_in_and_whoever_is_inside_may_finish(door: Door) -> None:
    _reader, writer = await asyncio.open_unix_connection(door.link)

    shutting = asyncio.create_task(door.shut(60))
    await asyncio.sleep(0)
    with pytest.raises(FileNotFoundError):
        await asyncio.open_unix_connection(door.link)
    done, _ = await asyncio.wait({shutting}, timeout=0.2)
    assert not done

    writer.close()
    await writer.wait_closed()


async def test_nobody_is_waited_for_without_end(door: Door) -> None:
    _reader, writer = await asyncio.open_unix_connection(door.link)

    await door.shut(0.1)

    assert door.inside() == 1
    writer.close()
    await writer.wait_closed()


async def test_an_open_door_is_opened_again_without_harm(door: Door) -> None:
    door.open()
    await door.shut(0)
    door.open()
    assert door.link.resolve() == door.socket
