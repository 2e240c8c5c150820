"""What an event that came may be taken for."""

from typing import Any

import pytest

from bots.matrix.events import Event
from config.identifiers import EventId, RoomId
from tests.unit.matrix.world import ANNE, ROOM, World, sealed


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


@pytest.mark.parametrize(
    ("inside", "outside", "differs"),
    [
        ({"m.in_reply_to": {"event_id": "$a"}}, {"m.in_reply_to": {"event_id": "$b"}}, True),
        ({"m.in_reply_to": {"event_id": "$a"}}, None, True),
        ({"rel_type": "m.thread", "event_id": "$a"}, {"rel_type": "m.replace", "event_id": "$a"}, True),
        ({"m.in_reply_to": {"event_id": "$a"}}, {"m.in_reply_to": {"event_id": "$a"}}, False),
        # Not every client writes it inside, too.
        (None, {"m.in_reply_to": {"event_id": "$b"}}, False),
        (None, None, False),
    ],
)
async def test_a_relation_that_a_server_has_changed_is_noticed(
    world: World, inside: dict[str, Any] | None, outside: dict[str, Any] | None, differs: bool
) -> None:
    await joined(world)
    content = {"msgtype": "m.text", "body": "abandonner"} | ({"m.relates_to": inside} if inside else {})
    ciphertext = {**sealed("own", "m.room.message", content)}
    ciphertext.pop("m.relates_to", None)
    if outside is not None:
        ciphertext["m.relates_to"] = outside
    world.server.add(ROOM, {"type": "m.room.encrypted", "sender": ANNE, "content": ciphertext})

    await world.settle()

    (said,) = [each for each in world.echo.incoming if isinstance(each, Event) and each.type == "m.room.message"]
    assert (said.relation_differs, said.relates_to) == (differs, outside or {})
