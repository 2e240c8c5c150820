"""What is to be said is said once."""

from typing import Any

import pytest
from sqlalchemy import text

from bots.matrix.events import Outgoing, OutgoingRedaction
from config.identifiers import EventId
from tests.unit.matrix.world import BOT, ROOM, World


async def _joined(world: World, *, encrypted: bool = False) -> None:
    world.server.room(encrypted=encrypted)
    await world.open()
    world.server.join()
    await world.settle()


async def _say(world: World, body: str, txn: str, **more: Any) -> None:
    assert world.edge is not None
    async with world.database.begin() as transaction:
        await world.edge.enqueue(Outgoing(ROOM, txn, "m.room.message", {"body": body, **more}), transaction)


def _bodies(world: World) -> list[str]:
    return [each["content"]["body"] for each in world.server.sent()]


async def test_a_message_enqueued_in_any_transaction_is_sent(world: World) -> None:
    await _joined(world)

    await _say(world, "hello", "t1")
    await _say(world, "again", "t1")
    await world.pulse.until(lambda: len(world.echo.acknowledged) == 1)

    assert [each["content"] for each in world.server.sent()] == [{"body": "hello", "fr.beffroi.txn": "t1"}]


async def test_what_is_enqueued_while_we_wait_to_look_again_is_found_at_once(world: World) -> None:
    """A card is to be drawn within a second, not when the longest wait for an earlier transaction is over."""
    await _joined(world)
    world.clock.patience_s = 1.0
    await _say(world, "hello", "t1")
    await world.pulse.until(lambda: 3.0 in world.clock.slept)

    await _say(world, "again", "t2")
    await world.pulse.until(lambda: len(world.echo.acknowledged) == 2)

    assert _bodies(world) == ["hello", "again"]


async def test_a_transaction_that_is_rolled_back_says_nothing(world: World) -> None:
    await _joined(world)
    assert world.edge is not None
    with pytest.raises(KeyError):
        await _fail(world)
    await _say(world, "yes", "t2")
    await world.pulse.until(lambda: len(world.echo.acknowledged) == 1)

    assert _bodies(world) == ["yes"]


async def _fail(world: World) -> None:
    assert world.edge is not None
    async with world.database.begin() as transaction:
        await world.edge.enqueue(Outgoing(ROOM, "t1", "m.room.message", {"body": "no"}), transaction)
        raise KeyError


async def test_edits_keep_their_order_through_rate_limits_and_failures(world: World) -> None:
    """The server's word on how long to wait is kept, and no edit overtakes another."""
    await _joined(world)
    answers: list[tuple[int, dict[str, Any]]] = [
        (429, {"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 4000}),
        (502, {}),
    ]
    world.server.fail = lambda method, path: answers.pop(0) if "/send/" in path and answers else None

    for number in range(3):
        await _say(world, str(number), f"t{number}", **{"m.relates_to": {"rel_type": "m.replace", "event_id": "$card"}})
    await world.pulse.until(lambda: len(world.echo.acknowledged) == 3)

    assert _bodies(world) == ["0", "1", "2"]
    assert 4.0 in world.clock.slept


async def test_an_answer_that_was_lost_does_not_double_the_message(world: World) -> None:
    await _joined(world)
    lost, attempts = [True], set()

    def lose(method: str, path: str) -> tuple[int, dict[str, Any]] | None:
        if "/send/" in path:
            attempts.add(path.rpartition("/")[2])
        if "/send/" in path and lost:
            lost.pop()
            world.server._send(ROOM, "m.room.message", "t0", {"body": "0", "fr.beffroi.txn": "t0"}, "other")
            return 504, {}
        return None

    world.server.fail = lose
    # As if the server had taken it: the same transaction id of the same device.
    world.server._send = _same_device(world.server._send)  # type: ignore[method-assign]
    await _say(world, "0", "t0")
    await world.pulse.until(lambda: len(world.echo.acknowledged) == 1)

    assert _bodies(world) == ["0"]
    # Whether the echo or the second try comes first, the server would have known it again.
    assert attempts == {"t0"}


def _same_device(send: Any) -> Any:
    return lambda room_id, kind, txn, body, device: send(room_id, kind, txn, body, "device")


async def test_a_permanent_refusal_is_recorded_and_told(world: World) -> None:
    await _joined(world)
    world.server.fail = lambda method, path: (
        (413, {"errcode": "M_TOO_LARGE", "error": "too large"}) if path.endswith("/big") else None
    )
    await _say(world, "x", "big")
    await _say(world, "y", "small")
    await world.pulse.until(lambda: len(world.echo.acknowledged) == 1 and bool(world.echo.refusals))

    assert [(txn, error.errcode) for txn, error in world.echo.refusals] == [("big", "M_TOO_LARGE")]
    assert _bodies(world) == ["y"]


def _edit(words: str, of: str) -> dict[str, Any]:
    return {"m.new_content": {"body": words}, "m.relates_to": {"rel_type": "m.replace", "event_id": of}}


async def test_an_edit_finds_what_it_edits_after_a_restart(world: World) -> None:
    await _joined(world)
    await _say(world, "done", "t1")
    await world.pulse.until(lambda: len(world.echo.acknowledged) == 1)
    await world.close()
    await world.open()
    await _say(world, "* done twice", "t2", **_edit("done twice", "t1"))
    await world.pulse.until(lambda: len(world.server.sent()) == 2)

    first, edit = world.server.sent()
    assert edit["content"]["m.relates_to"] == {"rel_type": "m.replace", "event_id": first["event_id"]}


async def test_an_edit_of_what_was_refused_says_it_all_by_itself(world: World) -> None:
    """What it carries must not be lost with the message that the server did not take."""
    await _joined(world)
    world.server.fail = lambda method, path: (413, {"errcode": "M_TOO_LARGE"}) if path.endswith("/t1") else None
    await _say(world, "too long", "t1")
    await _say(world, "* done twice", "t2", carried=1, **_edit("done twice", "t1"))
    await world.pulse.until(lambda: len(world.server.sent()) == 1)

    (alone,) = world.server.sent()
    assert alone["content"] == {"body": "done twice", "carried": 1, "fr.beffroi.txn": "t2"}


async def test_what_is_said_to_a_room_that_we_were_kicked_from_waits_until_we_are_back(world: World) -> None:
    await _joined(world)
    world.server.kick()
    await world.settle()
    await _say(world, "later", "t1")
    await world.pulse.until(lambda: world.edge is not None and world.edge.status().outbox_waiting == 1)
    assert _bodies(world) == []

    world.server.join()
    await world.pulse.until(lambda: len(world.echo.acknowledged) == 1)

    assert _bodies(world) == ["later"]


async def test_a_forbidden_send_that_means_kicked_waits_too(world: World) -> None:
    """The sync that says so may come after the refusal."""
    await _joined(world)
    world.server.rooms[ROOM].joined = False
    await _say(world, "later", "t1")
    await world.pulse.until(lambda: bool(world.server.calls("m.room.member")))

    world.server.join()
    await world.pulse.until(lambda: len(world.echo.acknowledged) == 1)

    assert world.echo.refusals == []
    assert _bodies(world) == ["later"]


async def test_a_message_attempted_more_than_a_day_ago_is_looked_for_first(world: World) -> None:
    """Synapse forgets transaction ids after a day."""
    await _joined(world, encrypted=True)
    await _say(world, "once", "t1")
    await world.pulse.until(lambda: len(world.echo.acknowledged) == 1)
    await world.settle()
    await world.close()
    await _forget(world)
    world.clock.now += 25 * 3_600_000
    world.server.txns.clear()

    await world.open()
    await world.pulse.until(lambda: len(world.echo.acknowledged) == 2)

    assert len(world.server.sent()) == 1


async def test_a_message_attempted_by_another_device_is_looked_for_first(world: World) -> None:
    await _joined(world)
    await _say(world, "once", "t1")
    await world.pulse.until(lambda: len(world.echo.acknowledged) == 1)
    await world.settle()
    await world.close()
    await _forget(world)
    world.server.tokens.clear()

    await world.open()
    await world.pulse.until(lambda: len(world.echo.acknowledged) == 2)

    assert len({each["device_id"] for each in world.server.logins}) == 2
    assert len(world.server.sent()) == 1


async def _forget(world: World) -> None:
    """As if the process had died between the server's answer and writing it down."""
    async with world.database.begin() as transaction:
        await transaction.execute(
            text("UPDATE matrix_outbox SET state = 'queued', body = :body"), {"body": '{"body":"once"}'}
        )


async def test_encryption_goes_to_all_members_and_the_relation_stays_in_the_clear(world: World) -> None:
    await _joined(world, encrypted=True)
    assert world.edge is not None
    relation = {"rel_type": "m.reference", "event_id": "$root"}
    async with world.database.begin() as transaction:
        content = {"body": "secret", "m.relates_to": relation}
        await world.edge.enqueue(Outgoing(ROOM, "t1", "m.room.message", content), transaction)
    await world.pulse.until(lambda: len(world.echo.acknowledged) == 1)

    assert world.server.sent()[0]["type"] == "m.room.encrypted"
    assert world.server.sent()[0]["content"]["m.relates_to"] == relation
    assert world.encryption.members == [frozenset({BOT, "@anne:valbourg.fr"})]


async def test_a_room_of_two_towns_is_strict_about_identities(world: World) -> None:
    """Also where the other one's people are only invited; and each message says when it was written."""
    await _joined(world, encrypted=True)
    rita = "@rita:rivemont.fr"
    for membership in ("leave", "invite", "join"):
        world.server.state(ROOM, "m.room.member", rita, {"membership": membership}, rita)
        await world.settle()
        await _say_sealed(world, f"t{membership}")

    assert world.encryption.strict == [False, True, True]
    assert world.encryption.written == [world.clock.now] * 3


async def _say_sealed(world: World, txn: str) -> None:
    assert world.edge is not None
    async with world.database.begin() as transaction:
        await world.edge.enqueue(Outgoing(ROOM, txn, "m.room.message", {"body": "x"}), transaction)
    await world.pulse.until(lambda: any(each.txn == txn for each in world.echo.acknowledged))


async def test_a_redaction_is_sent(world: World) -> None:
    await _joined(world)
    assert world.edge is not None
    async with world.database.begin() as transaction:
        await world.edge.enqueue(OutgoingRedaction(ROOM, "t1", EventId("$x"), "erreur"), transaction)
    await world.pulse.until(lambda: len(world.echo.acknowledged) == 1)

    assert world.server.sent()[0]["content"] == {"reason": "erreur", "redacts": "$x"}
