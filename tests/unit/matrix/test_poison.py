"""No item is poison: whatever strangers write, the next person is heard."""

import json

from bots.matrix.events import Event, Joined, Left, Redaction
from bots.matrix.receiving.inbox import CROWD, UNSENT
from bots.matrix.sending.outbox import UNSENDABLE
from tests.unit.matrix.world import ANNE, ROOM, World, sealed

ZOE = "@zoe:valbourg.fr"


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


async def test_an_item_that_waits_to_be_tried_again_holds_no_slot(world: World) -> None:
    """Ten rooms of one person's were once everybody's pause: there are eight slots."""
    rooms = [f"!poison{number}" for number in range(10)]
    await _joined(world, ROOM, *rooms)
    world.clock.patience_s = 0.0
    world.echo.away_on["!poison"] = 1000
    for room_id in rooms:
        world.server.say(room_id, "!poison", ZOE)
    await world.pulse.until(lambda: len(world.clock.slept) >= 10)

    world.server.say(ROOM, "!hello")
    await world.pulse.until(lambda: _bodies(world, ROOM) == ["re !hello"])

    assert not any(_bodies(world, room_id) for room_id in rooms)


async def test_what_somebody_s_poison_waits_for_is_not_waited_for_by_others_in_the_room(world: World) -> None:
    await _joined(world, ROOM)
    world.clock.patience_s = 0.0
    world.echo.away_on["!poison"] = 1000
    world.server.say(ROOM, "!poison", ZOE)
    world.server.say(ROOM, "!after", ZOE)
    world.server.say(ROOM, "!hello")

    await world.pulse.until(lambda: _bodies(world, ROOM) == ["re !hello"])

    assert world.edge is not None
    assert world.edge.status().stuck_ms == 0
    world.clock.now += 61_000
    assert world.edge.status().stuck_ms == 61_000, "somebody's event has waited for a minute"


async def test_a_lost_connection_is_no_fault_of_the_item(world: World) -> None:
    await _joined(world, ROOM)
    world.echo.away_on["!slow"] = 20
    world.clock.patience_s = 1e9
    world.server.say(ROOM, "!slow")

    await world.settle()

    assert _bodies(world, ROOM) == ["re !slow"]
    assert world.echo.abandonments == []


async def test_somebody_else_is_answered_while_one_floods_the_room(world: World) -> None:
    await _joined(world, ROOM)
    await world.close()
    world.server.timeline_limit = 1000
    for number in range(160):
        world.server.say(ROOM, f"!{number}", ZOE)
    world.server.say(ROOM, "!hello")
    await world.open()
    await world.settle()

    bodies = _bodies(world, ROOM)
    assert bodies.index("re !hello") <= 2 * UNSENT
    assert [body for body in bodies if body != "re !hello"] == [f"re !{number}" for number in range(160)], "in order"


async def test_of_a_flood_the_room_is_told_once(world: World) -> None:
    await _joined(world, ROOM)
    world.server.fail = lambda _, path: (503, {}) if "/send/" in path else None
    for number in range(100):
        world.server.say(ROOM, f"!{number}", ZOE)
    await world.pulse.until(lambda: bool(world.echo.crowds))
    world.server.fail = lambda _, path: None
    world.clock.advance(60)
    await world.settle()

    assert [(room_id, person) for room_id, person, _ in world.echo.crowds] == [(ROOM, ZOE)]
    assert world.echo.crowds[0][2] >= CROWD


async def test_a_redaction_that_overtakes_what_it_removes_removes_it_all_the_same(world: World) -> None:
    """A moderator's, of what stands far back in somebody's flood: it must not be read afterwards."""
    await _joined(world, ROOM)
    await world.close()
    world.server.timeline_limit = 1000
    for number in range(150):
        world.server.say(ROOM, f"!{number}", ZOE)
    targets = [world.server.say(ROOM, "!secret", ZOE), world.server.say(ROOM, "!end", ZOE)]
    redaction = {"type": "m.room.redaction", "sender": ANNE, "content": {"redacts": targets[0]}}
    world.server.add(ROOM, redaction)

    await world.open()
    await world.settle()

    assert "re !secret" not in _bodies(world, ROOM)
    assert "re !end" in _bodies(world, ROOM)
    heard = [event for event in world.echo.incoming if isinstance(event, Event | Redaction)]
    gone = next(event for event in heard if event.event_id == targets[0])
    assert isinstance(gone, Event)
    assert gone.redacted


async def test_nothing_overtakes_our_own_coming(world: World) -> None:
    """What is said after it may not be answered before we know what the room holds."""
    await _joined(world, ROOM)
    world.echo.away_on["!poison"] = 1
    world.clock.patience_s = 0.0
    world.server.say(ROOM, "!poison", ZOE)
    await world.pulse.until(lambda: bool(world.clock.slept))
    world.server.kick()
    world.server.join()
    world.server.say(ROOM, "!hello")
    edge = world.edge
    assert edge is not None
    await world.pulse.until(lambda: edge._progress.since == f"s{world.server._position}" and edge._inbox.idle)
    assert not _bodies(world, ROOM)

    world.clock.patience_s = 5.0
    world.clock.advance(60)
    await world.settle()
    kinds = [type(event) for event in world.echo.incoming[-3:]]
    assert kinds == [Left, Joined, Event]


async def test_a_letter_that_cannot_be_sent_is_given_up_and_the_next_one_goes(world: World) -> None:
    """Before, it ended the process, and again after each start."""
    await _joined(world, ROOM)
    world.encryption.refuses.add("re !poison")
    world.server.state(ROOM, "m.room.encryption", "", {"algorithm": "m.megolm.v1.aes-sha2"}, ANNE)
    for body in ("!poison", "!hello"):
        content = sealed("own", "m.room.message", {"msgtype": "m.text", "body": body})
        world.server.add(ROOM, {"type": "m.room.encrypted", "sender": ANNE, "content": content})

    await world.settle()

    assert not world.crashed
    assert [json.loads(event["content"]["ciphertext"])["content"]["body"] for event in world.server.sent()] == [
        "re !hello"
    ]
    assert [refusal.errcode for _, refusal in world.echo.refusals] == [UNSENDABLE]


async def test_half_a_character_is_not_sent(world: World) -> None:
    """Synapse answers 500 to it, which is worth another try, for ever."""
    await _joined(world, ROOM)
    world.server.say(ROOM, "!half \ud800, whole 🔔")

    await world.settle()

    assert _bodies(world, ROOM) == ["re !half ?, whole 🔔"]


async def test_an_acknowledgement_that_cannot_be_told_of_leaves_the_others_theirs(world: World) -> None:
    await _joined(world, ROOM, "!other")
    world.echo.deaf_to.add("re !poison")
    world.server.say(ROOM, "!poison")
    world.server.say("!other", "!hello")

    await world.settle()

    assert [sent.content["body"] for sent in world.echo.acknowledged] == ["re !hello"]


async def test_a_gap_that_cannot_be_taken_in_is_given_up(world: World) -> None:
    await _joined(world, ROOM)
    await world.close()
    world.server.timeline_limit = 1
    for number in range(5):
        world.server.say(ROOM, f"!{number}")
    world.server.page_names[ROOM] = "\x00"

    await world.open()
    await world.settle()

    assert world.echo.unfilled_rooms == [ROOM]
    assert "re !4" in _bodies(world, ROOM)
