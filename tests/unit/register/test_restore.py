"""What the store hands back without a second look is what was accepted, to the last field."""

import json
from typing import Any

import pytest

from bots.register.format.canonical import encode
from bots.register.format.operation import Operation, parse, restore
from config.identifiers import RoomId, UserId

ROOM, SENDER = RoomId("!room"), UserId("@beffroi:valbourg.fr")
TASK = "00000000-0000-5000-8000-000000000001"
WHOLE: dict[str, Any] = {
    "v": 1,
    "src": "source-0001",
    "seq": 7,
    "clock": 41,
    "ts": 1_700_000_000_000,
    "by": "@dgs:valbourg.fr",
    "sig": "",
}
CHANGE: dict[str, Any] = {"kind": "task", "id": TASK}


def both(envelope: dict[str, Any]) -> tuple[Operation, Operation]:
    """The operation as it was received, and as it comes out of the store."""
    parsed = parse(envelope, ROOM, SENDER, "d" * 16)
    return parsed, restore(json.loads(encode(parsed.raw)), parsed.room_id, parsed.sender, parsed.digest)


@pytest.mark.parametrize(
    "more",
    [
        {"ops": [CHANGE]},
        {"ops": [{**CHANGE, "set": {"title": "relancer", "when": {"due": "2026-11-27"}, "note": None}}]},
        {"ops": [{**CHANGE, "first": {"number": 12}, "new_part": {"of": "a later version"}}, CHANGE]},
        {"ops": [{**CHANGE, "add": {"assignees": ["@dgs:rivemont.fr", 3, None], "labels": []}}]},
        {"ops": [{**CHANGE, "remove": {"labels": ["0123456789abcdef.0.1"]}}]},
        {"ops": [CHANGE], "for": "@guest:elsewhere.fr", "cause": "$command", "also": ["$one", "$two"]},
        {
            "void": [
                {
                    "src": "source-0002",
                    "seq": 3,
                    "clock": 40,
                    "digest": "0123456789abcdef",
                    "ops": [{**CHANGE, "set": ["title"], "first": ["number"]}],
                }
            ],
            "ops": [],
        },
    ],
)
def test_an_operation_comes_back_as_it_was_received(more: dict[str, Any]) -> None:
    received, restored = both({**WHOLE, **more})
    assert restored == received
    assert restored.by.server == received.by.server
