"""What is received is handled once, in order, whatever happens."""

import json
from datetime import UTC, datetime

from sqlalchemy import text

from bots.matrix.events import Event, IdentityChange, Joined, Left, Redaction, Unreadable
from bots.matrix.receiving.inbox import GRACE_MS
from config.identifiers import UserId
from tests.unit.matrix.world import ANNE, BOT, ROOM, World, sealed


async def _joined(world: World, *, encrypted: bool = False) -> None:
    world.server.room(encrypted=encrypted)
    await world.open()
    world.server.join()
    await world.settle()


async def test_a_command_is_answered(world: World) -> None:
    """From join to acknowledgement."""
    await _joined(world)
    command = world.server.say(ROOM, "!hello")

    await world.settle()

    assert [each["content"]["body"] for each in world.server.sent()] == ["re !hello"]
    assert [each.txn for each in world.echo.acknowledged] == [f"txn{command}"]
    assert world.echo.bodies() == ["!hello"], "what we said ourselves does not come back as news"
    assert isinstance(world.echo.incoming[0], Joined)


async def test_our_own_message_from_a_lost_store_comes_as_news(world: World) -> None:
    """A backup put back: the server shows our device's message, and we know nothing of it."""
    await _joined(world)
    lost = {"type": "m.room.message", "sender": BOT, "content": {"msgtype": "m.notice", "body": "lost"}}
    world.server.add(ROOM, {**lost, "unsigned": {"transaction_id": "beffroi-lost"}})
    world.server.add(ROOM, {**lost, "unsigned": {"transaction_id": ["no string"]}})

    await world.settle()

    assert world.echo.bodies() == ["lost", "lost"]


async def test_what_was_said_before_we_joined_is_not_handled(world: World) -> None:
    world.server.room()
    world.server.say(ROOM, "!early")
    await world.open()
    world.server.join()
    world.server.say(ROOM, "!after")

    await world.settle()

    assert world.echo.bodies() == ["!after"]


async def test_of_a_gap_that_the_server_refuses_the_handler_is_told(world: World) -> None:
    """Its history was purged, perhaps: redactions were in it, too."""
    await _joined(world)
    await world.close()
    world.server.timeline_limit = 2
    for number in range(5):
        world.server.say(ROOM, f"!{number}")
    refusal = {"errcode": "M_FORBIDDEN", "error": ""}
    world.server.fail = lambda _, path: (403, refusal) if path.endswith("messages") else None
    await world.open()

    await world.settle()

    assert world.echo.unfilled_rooms == [ROOM]
    assert world.echo.bodies() == ["!3", "!4"]


async def test_a_gap_is_filled_back_to_the_last_token_and_handled_in_order(world: World) -> None:
    """Not back to the last event that we know: an event of the other side of a cut may lie before it."""
    await _joined(world)
    await world.close()
    world.server.timeline_limit = 2
    expected = [f"!{i}" for i in range(11)]
    for each in expected:
        world.server.say(ROOM, each)

    since = world.server._position - len(expected)
    await world.open()
    await world.settle()

    assert [each for each in world.echo.bodies() if not each.startswith("re")] == expected
    assert {query["to"] for _, _, query, _ in world.server.calls("messages")} == {f"s{since}"}


async def test_filling_a_gap_goes_on_after_a_crash(world: World) -> None:
    """The place to go on from is committed with each page."""
    await _joined(world)
    await world.close()
    world.server.timeline_limit = 1
    for i in range(10):
        world.server.say(ROOM, f"!{i}")
    world.server.fail = lambda method, path: (
        (500, {}) if "messages" in path and len(world.server.calls("messages")) > 2 else None
    )
    await world.open()
    await world.pulse.until(lambda: len(world.server.calls("messages")) > 4)
    await world.close()
    assert world.echo.bodies() == []
    world.server.fail = lambda method, path: None

    await world.open()
    await world.settle()

    assert [each for each in world.echo.bodies() if not each.startswith("re")] == [f"!{i}" for i in range(10)]
    assert world.server.calls("messages")[-2][2]["from"] != world.server.calls("messages")[0][2]["from"]


async def test_a_room_that_filled_up_before_our_first_look_is_read_back_to_our_join(world: World) -> None:
    world.server.room()
    world.server.say(ROOM, "!early")
    await world.open()
    await world.close()
    world.server.timeline_limit = 2
    world.server.join()
    for i in range(7):
        world.server.say(ROOM, f"!{i}")

    await world.open()
    await world.settle()

    assert [each for each in world.echo.bodies() if not each.startswith("re")] == [f"!{i}" for i in range(7)]
    assert isinstance(world.echo.incoming[0], Joined)
    assert sum(isinstance(each, Joined) for each in world.echo.incoming) == 1


async def test_a_failing_handler_is_tried_again(world: World) -> None:
    await _joined(world)
    world.echo.fail_on["!twice"] = 2
    world.server.say(ROOM, "!twice")
    world.server.say(ROOM, "!next")

    await world.settle()

    assert [each["content"]["body"] for each in world.server.sent()] == ["re !twice", "re !next"]


async def test_an_item_that_always_fails_is_given_up_and_the_room_goes_on(world: World) -> None:
    await _joined(world)
    world.echo.fail_on["!poison"] = 1000
    poison = world.server.say(ROOM, "!poison")
    world.server.say(ROOM, "!next")

    await world.settle()

    assert [each["content"]["body"] for each in world.server.sent()] == ["failed", "re !next"], "its sender hears of it"
    assert world.edge is not None
    assert world.edge.status().failed == 1
    async with world.database.begin() as transaction:
        rows = await transaction.execute(text("SELECT event_id FROM matrix_inbox WHERE state = 'failed'"))
        assert list(rows.scalars()) == [poison]


async def test_an_event_whose_key_never_comes_is_unreadable_after_a_grace_time(world: World) -> None:
    await _joined(world, encrypted=True)
    world.server.add(
        ROOM, {"type": "m.room.encrypted", "sender": ANNE, "content": sealed("later", "m.room.message", {})}
    )
    world.server.add(
        ROOM,
        {"type": "m.room.encrypted", "sender": ANNE, "content": sealed("own", "m.room.message", {"body": "!now"})},
    )
    await world.settle()
    assert not [each for each in world.echo.incoming if isinstance(each, Unreadable)]

    world.clock.advance(GRACE_MS / 1000 + 1)
    await world.pulse.until(lambda: any(isinstance(each, Unreadable) for each in world.echo.incoming))

    assert [each.reason for each in world.echo.incoming if isinstance(each, Unreadable)] == ["no_session"]
    assert "!now" in world.echo.bodies()


async def test_whatever_somebody_says_tells_that_their_identity_has_changed(world: World) -> None:
    """Sealed or in the clear, as reactions are: whoever judges it must know that it may be somebody else."""
    await _joined(world, encrypted=True)
    content = sealed("own", "m.room.message", {"body": "!sealed"})
    world.encryption.changed = _changed(ANNE)
    for sender in (ANNE, "@marc:valbourg.fr"):
        world.server.add(ROOM, {"type": "m.room.encrypted", "sender": sender, "content": content})
        world.server.add(ROOM, {"type": "m.reaction", "sender": sender, "content": {}})
    await world.settle()

    told = [each for each in world.echo.incoming if isinstance(each, Event)]
    assert len(told) == 4
    assert [each for each in told if each.identity_changed] == [each for each in told if each.sender == ANNE]


def _changed(*people: str) -> dict[UserId, IdentityChange]:
    return {UserId(each): IdentityChange(UserId(each), "known", "new", datetime.now(UTC)) for each in people}


async def test_those_are_counted_who_share_a_room_with_us(world: World) -> None:
    await _joined(world, encrypted=True)
    assert world.edge is not None
    anne, gone = UserId(ANNE), UserId("@parti:valbourg.fr")
    world.encryption.changed = _changed(anne, gone)
    world.encryption.without_identity = dict.fromkeys((anne, gone), datetime.now(UTC))

    status = world.edge.status()
    assert (status.identities_changed, status.without_identity) == (1, 1)


async def test_a_key_within_the_grace_time_makes_no_fuss(world: World) -> None:
    await _joined(world, encrypted=True)
    content = sealed("later", "m.room.message", {"body": "!slow"})
    world.server.add(ROOM, {"type": "m.room.encrypted", "sender": ANNE, "content": content})
    await world.settle()

    world.server.send_to_device({"type": "fake.key", "room": ROOM, "session": "later"})
    await world.settle()
    world.clock.advance(GRACE_MS / 1000 + 1)
    await world.settle()

    assert not [each for each in world.echo.incoming if isinstance(each, Unreadable)]
    assert [each.late for each in world.echo.incoming if isinstance(each, Event) and each.sender == ANNE] == [False]


async def test_a_key_after_the_grace_time_makes_the_event_late_even_after_a_restart(world: World) -> None:
    await _joined(world, encrypted=True)
    content = sealed("later", "m.room.message", {"body": "!slow"})
    world.server.add(ROOM, {"type": "m.room.encrypted", "sender": ANNE, "content": content})
    await world.settle()
    await world.close()
    await world.open()
    world.clock.advance(GRACE_MS / 1000 + 1)
    await world.pulse.until(lambda: any(isinstance(each, Unreadable) for each in world.echo.incoming))
    await world.close()

    world.server.send_to_device({"type": "fake.key", "room": ROOM, "session": "later"})
    await world.open()
    await world.settle()

    assert [each.late for each in world.echo.incoming if isinstance(each, Event) and each.sender == ANNE] == [True]
    assert len(world.server.sent()) == 1


async def test_plaintext_in_an_encrypted_room_is_not_believed(world: World) -> None:
    await _joined(world, encrypted=True)
    world.server.say(ROOM, "!forged")
    world.server.add(ROOM, {"type": "m.reaction", "sender": ANNE, "content": {"m.relates_to": {"key": "✅"}}})

    await world.settle()

    assert [each.reason for each in world.echo.incoming if isinstance(each, Unreadable)] == ["plaintext"]
    assert world.server.sent() == []
    assert [each.relates_to for each in world.echo.incoming if isinstance(each, Event) and each.type == "m.reaction"]


async def test_what_was_said_before_encryption_was_switched_on_is_believed(world: World) -> None:
    await _joined(world)
    await world.close()
    world.server.say(ROOM, "!before")
    world.server.state(ROOM, "m.room.encryption", "", {"algorithm": "m.megolm.v1.aes-sha2"}, ANNE)
    world.server.say(ROOM, "!after")

    await world.open()
    await world.settle()

    assert [each for each in world.echo.bodies() if each.startswith("!")] == ["!before"]
    answers = world.server.sent()
    assert [each["type"] for each in answers] == ["m.room.encrypted"]


async def test_a_server_that_takes_encryption_back_is_not_followed(world: World) -> None:
    await _joined(world, encrypted=True)
    world.server.state(ROOM, "m.room.encryption", "", {}, ANNE)
    await world.settle()
    await world.close()
    await world.open()
    content = sealed("own", "m.room.message", {"body": "!still"})
    world.server.add(ROOM, {"type": "m.room.encrypted", "sender": ANNE, "content": content})

    await world.settle()

    assert [each["type"] for each in world.server.sent()] == ["m.room.encrypted"]


async def test_redactions_and_redacted_events_are_told(world: World) -> None:
    await _joined(world)
    target = world.server.say(ROOM, "oops")
    world.server.add(ROOM, {"type": "m.room.redaction", "sender": ANNE, "content": {"redacts": target}})
    world.server.add(
        ROOM,
        {"type": "m.room.message", "sender": ANNE, "content": {}},
        {"redacted_because": {"type": "m.room.redaction"}},
    )

    await world.settle()

    assert [each.target for each in world.echo.incoming if isinstance(each, Redaction)] == [target]
    assert [each.redacted for each in world.echo.incoming if isinstance(each, Event)] == [False, True]


async def test_the_token_is_saved_with_the_events_and_never_before(world: World) -> None:
    """Whatever commit the process dies at, the stored token covers only stored events."""
    await _joined(world)
    command = world.server.say(ROOM, "!x")
    position = world.server._position
    await world.settle()

    async with world.database.begin() as transaction:
        since = (await transaction.execute(text("SELECT value FROM matrix_edge WHERE name = 'since'"))).scalar_one()
        stored = (await transaction.execute(text("SELECT event_id FROM matrix_inbox"))).scalars().all()
    # Our own answer came after it, and left nothing to write.
    assert since == f"s{position}"
    assert command in stored


async def test_junk_is_ignored_and_the_next_command_still_answered(world: World) -> None:
    await _joined(world)
    deep: dict[str, object] = {}
    for _ in range(90):
        deep = {"a": deep}
    for junk in (
        {"type": "m.room.message", "sender": ANNE, "content": {"body": "\ud800", "n": 2**70, "deep": deep}},
        {"type": "m.room.message", "sender": "nobody", "content": {}},
        {"type": "m.room.message", "sender": ANNE, "content": []},
        {"type": "m.room.redaction", "sender": ANNE, "content": {}},
        {"type": "m.room.member", "state_key": "x", "sender": ANNE, "content": {"membership": ["join"]}},
        {"type": "m.room.name", "state_key": "", "sender": ANNE, "content": {"name": "a\x00\ud800b" * 200}},
        {"type": "m.room.encryption", "state_key": "other", "sender": ANNE, "content": {}},
        {"type": "m.room.tombstone", "state_key": "", "sender": ANNE, "content": {"replacement_room": "!\ud800"}},
    ):
        world.server.add(ROOM, junk)
    world.server.say(ROOM, "!next")

    await world.settle()

    assert [each["content"]["body"] for each in world.server.sent()] == ["re !next"]


async def test_being_kicked_is_told_and_the_room_is_gone(world: World) -> None:
    await _joined(world)
    assert world.edge is not None
    world.server.kick()
    await world.settle()

    assert [each.sender for each in world.echo.incoming if isinstance(each, Left)] == [ANNE]
    assert world.edge.room(ROOM) is None


async def test_members_and_settings_survive_a_restart(world: World) -> None:
    await _joined(world, encrypted=True)
    world.server.state(ROOM, "m.room.name", "", {"name": "Voirie"}, ANNE)
    await world.settle()
    await world.close()
    edge = await world.open()

    room = edge.room(ROOM)

    assert room is not None
    assert (room.encrypted, room.name, room.joined) == (True, "Voirie", frozenset({ANNE, BOT}))


async def test_who_leaves_is_told_to_the_end_to_end_machine(world: World) -> None:
    await _joined(world, encrypted=True)
    world.server.state(ROOM, "m.room.member", ANNE, {"membership": "leave"}, ANNE)
    await world.settle()

    assert (ROOM, ANNE) in world.encryption.departed


def test_a_response_that_is_nested_too_deep_is_pruned() -> None:
    from bots.matrix.homeserver.http import parse_json  # noqa: PLC0415

    deep = "[" * 3000 + "]" * 3000
    parsed = parse_json(json.dumps({"next_batch": "s1"})[:-1].encode() + f', "x": {deep}, "n": {"9" * 5000}}}'.encode())
    assert parsed["next_batch"] == "s1"
