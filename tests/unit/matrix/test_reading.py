"""What an event that came may be taken for."""

from typing import Any

import pytest

from config.identifiers import EventId, RoomId
from tests.unit.matrix.world import ANNE, ROOM, World


async def joined(world: World) -> None:
    world.server.room(encrypted=True)
    await world.open()
    world.server.join()
    await world.settle()


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("m.room.message", {"msgtype": "m.text", "body": "!forged"}),
        ("m.reaction", {"m.relates_to": {"rel_type": "m.annotation", "event_id": "$card", "key": "✅"}}),
        ("m.room.encrypted", {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "!forged"}),
        ("m.room.redaction", {"redacts": "$card"}),
        ("fr.beffroi.signal", {"v": 1}),
        ("fr.beffroi.chapter", {"v": 1}),
    ],
)
async def test_what_is_state_is_nobodys_word(world: World, kind: str, content: dict[str, Any]) -> None:
    """State is never encrypted, so whoever runs somebody's homeserver could say anything in their name."""
    await joined(world)
    before = len(world.echo.incoming)
    forged = world.server.state(ROOM, kind, "x", content, ANNE)

    await world.settle()

    assert world.echo.incoming[before:] == []
    assert world.edge is not None
    assert await world.edge.fetch_event(RoomId(ROOM), EventId(forged)) is None
