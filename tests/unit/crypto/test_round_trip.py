"""What two machines can rely on when everybody is honest."""

from datetime import timedelta

from bots.matrix.crypto import store
from bots.matrix.crypto.fake import FakeServer
from bots.matrix.crypto.machine import Decrypted, Rotation, Undecryptable
from tests.unit.crypto.people import ALICE, BOB, CAROL, ROOM, TEXT, Clock, Make, Person


async def test_what_alice_says_bob_reads(alice: Person, bob: Person) -> None:
    event = await alice.say(BOB)
    heard = await bob.hear(event)

    assert isinstance(heard, Decrypted)
    assert (heard.type, heard.content, heard.device_id, heard.index) == ("m.room.message", TEXT, "ALICEDEV", 0)
    assert heard.signed
    assert heard.session_id == event["content"]["session_id"]


async def test_bob_can_answer_and_the_channel_is_reused(alice: Person, bob: Person, server: FakeServer) -> None:
    await bob.hear(await alice.say(BOB))
    claims = server.count("keys/claim")

    assert isinstance(await alice.hear(await bob.say(ALICE)), Decrypted)
    assert server.count("keys/claim") == claims


async def test_we_read_our_own_messages_back(alice: Person, bob: Person) -> None:
    event = await alice.say(BOB)

    assert isinstance(await alice.read(event), Decrypted)
    await alice.start()
    assert isinstance(await alice.read(event), Decrypted)


async def test_the_relation_stands_in_the_clear(alice: Person, bob: Person) -> None:
    relation = {"rel_type": "m.reference", "event_id": "$root"}
    event = await alice.say(BOB, content={**TEXT, "m.relates_to": relation})

    assert event["content"]["m.relates_to"] == relation


async def test_keys_that_came_tell_which_events_to_try_again(alice: Person, bob: Person) -> None:
    event = await alice.say(BOB)

    assert await bob.read(event) == Undecryptable("no_session")
    assert (ROOM, event["content"]["session_id"]) in await bob.sync()
    assert isinstance(await bob.read(event), Decrypted)


async def test_an_event_that_waited_for_a_device_list_is_told_of_whoever_fetched_it(alice: Person, bob: Person) -> None:
    """Found in the demo: the list came with an answer that was being encrypted, and the event waited for ever."""
    event = await alice.say(BOB)
    async with bob.database.begin() as transaction:
        await bob.machine.receive(bob.server.sync(bob.user_id, bob.device_id), transaction)

    assert await bob.read(event) == Undecryptable("no_session")
    await bob.say(ALICE)
    assert (ROOM, event["content"]["session_id"]) in await bob.machine.maintain()
    assert isinstance(await bob.read(event), Decrypted)


async def test_one_message_more_costs_no_request(alice: Person, bob: Person, server: FakeServer) -> None:
    await alice.say(BOB)
    before = len(server.requests)

    for _ in range(10):
        await alice.say(BOB)

    assert len(server.requests) == before


async def test_a_new_session_after_n_messages(alice: Person, bob: Person) -> None:
    rotation = Rotation(messages=3)
    events = [await alice.say(BOB, rotation=rotation) for _ in range(7)]

    assert len({each["content"]["session_id"] for each in events}) == 3
    await bob.sync()
    assert all([isinstance(await bob.read(each), Decrypted) for each in events])


async def test_a_new_session_after_the_period(alice: Person, bob: Person, clock: Clock) -> None:
    rotation = Rotation(period_ms=3_600_000)
    first = await alice.say(BOB, rotation=rotation)
    clock.now += timedelta(hours=1)
    second = await alice.say(BOB, rotation=rotation)

    assert first["content"]["session_id"] != second["content"]["session_id"]


async def test_who_has_left_cannot_read_on(alice: Person, bob: Person, make: Make) -> None:
    carol = await make(CAROL, "CAROLDEV")
    await alice.say(BOB, CAROL)
    event = await alice.say(BOB)

    assert isinstance(await bob.hear(event), Decrypted)
    assert await carol.hear(event) == Undecryptable("no_session")


async def test_who_has_left_and_come_back_gets_a_new_session(alice: Person, bob: Person) -> None:
    before = await alice.say(BOB)
    alice.machine.member_left(ROOM, BOB)
    after = await alice.say(BOB)

    assert before["content"]["session_id"] != after["content"]["session_id"]


async def test_who_comes_later_reads_from_there_on(alice: Person, bob: Person, make: Make) -> None:
    before = await alice.say(BOB)
    carol = await make(CAROL, "CAROLDEV")
    after = await alice.say(BOB, CAROL)

    assert after["content"]["session_id"] == before["content"]["session_id"]
    assert isinstance(await carol.hear(after), Decrypted)
    assert await carol.read(before) == Undecryptable("no_session")


async def test_a_new_device_of_a_member_gets_the_key(alice: Person, bob: Person, make: Make) -> None:
    await alice.say(BOB)
    phone = await make(BOB, "BOBPHONE")
    await alice.sync(BOB)

    assert isinstance(await phone.hear(await alice.say(BOB)), Decrypted)


async def test_who_is_back_reads_what_was_said_while_no_channel_could_be_made(
    alice: Person, bob: Person, server: FakeServer, clock: Clock
) -> None:
    """A federation cut between the device list and the one-time keys: the key is owed, even across a restart."""
    held, server.one_time[BOB, "BOBDEV"] = server.one_time[BOB, "BOBDEV"], {}
    fallback = server.fallback.pop((BOB, "BOBDEV"))
    event = await alice.say(BOB)
    assert await bob.hear(event) == Undecryptable("no_session")

    server.one_time[BOB, "BOBDEV"], server.fallback[BOB, "BOBDEV"] = held, fallback
    await alice.start()
    await alice.sync()

    assert isinstance(await bob.hear(event), Decrypted)


async def test_whoever_is_back_is_not_kept_waiting_by_devices_that_are_gone_for_good(
    alice: Person, bob: Person, server: FakeServer, clock: Clock
) -> None:
    """The newest two thousand debts were looked at, again and again: who was owed before them never had a key."""
    held, server.one_time[BOB, "BOBDEV"] = server.one_time[BOB, "BOBDEV"], {}
    fallback = server.fallback.pop((BOB, "BOBDEV"))
    event = await alice.say(BOB)
    assert await bob.hear(event) == Undecryptable("no_session")
    async with alice.database.begin() as transaction:
        (owed,) = await store.load_owed(transaction)
        later = {**owed._mapping, "since": owed.since + 60_000}
        gone = [{**later, "device_id": f"GONE{number}"} for number in range(2500)]
        await store.save_owed(transaction, gone)

    server.one_time[BOB, "BOBDEV"], server.fallback[BOB, "BOBDEV"] = held, fallback
    for _ in range(4):
        clock.pass_time(minutes=1)
        await alice.sync()

    assert isinstance(await bob.hear(event), Decrypted)


async def test_an_owed_key_is_tried_again_with_a_later_message(
    alice: Person, bob: Person, server: FakeServer, clock: Clock
) -> None:
    server.unreachable.add(BOB.server)
    first = await alice.say(BOB)
    assert isinstance(await alice.read(first), Decrypted)
    server.unreachable.clear()
    clock.pass_time(minutes=2)

    assert isinstance(await bob.hear(await alice.say(BOB)), Decrypted)


async def test_the_last_known_list_serves_while_their_server_is_down(
    alice: Person, bob: Person, server: FakeServer
) -> None:
    await alice.say(BOB)
    server.unreachable.add(BOB.server)
    await alice.sync(BOB)

    assert isinstance(await bob.hear(await alice.say(BOB)), Decrypted)


async def test_one_time_keys_are_topped_up(bob: Person, server: FakeServer) -> None:
    held = server.one_time[BOB, "BOBDEV"]
    assert len(held) == 50
    for key_id in list(held)[:40]:
        del held[key_id]

    await bob.sync()

    assert len(held) == 50


async def test_the_fallback_key_serves_more_than_once_and_is_then_replaced(
    alice: Person, bob: Person, make: Make, server: FakeServer, clock: Clock
) -> None:
    carol = await make(CAROL, "CAROLDEV")
    server.one_time[BOB, "BOBDEV"].clear()
    before = server.fallback[BOB, "BOBDEV"]
    events = [await alice.say(BOB), await carol.say(BOB)]
    clock.pass_time(hours=2)
    await bob.sync()

    assert [type(await bob.read(each)) for each in events] == [Decrypted, Decrypted]
    assert server.fallback[BOB, "BOBDEV"] != before


async def test_a_stranger_behind_a_cut_reads_it_once_the_cut_is_mended(
    alice: Person, bob: Person, server: FakeServer, clock: Clock
) -> None:
    """We had never heard of Bob's devices when his server went away; even a restart loses nothing."""
    server.unreachable.add(BOB.server)
    event = await alice.say(BOB)
    await alice.start()
    server.unreachable.clear()
    await alice.sync()

    assert isinstance(await bob.hear(event), Decrypted)


async def test_a_stranger_who_has_left_reads_no_further(
    alice: Person, bob: Person, server: FakeServer, clock: Clock
) -> None:
    server.unreachable.add(BOB.server)
    before = await alice.say(BOB)
    after = await alice.say()
    server.unreachable.clear()
    clock.pass_time(minutes=5)
    await alice.sync()

    assert isinstance(await bob.hear(before), Decrypted)
    assert await bob.read(after) == Undecryptable("no_session")


async def test_an_idle_sync_asks_nothing(alice: Person, bob: Person, server: FakeServer) -> None:
    await bob.hear(await alice.say(BOB))
    before = len(server.requests)
    for _ in range(3):
        await alice.sync()
        await bob.sync()

    assert len(server.requests) == before
