"""One body for the register on every database that we run on."""

from collections.abc import Callable

import pytest

from bots.database.engine import Database, metadata
from bots.register.format.errors import Rejected
from bots.register.format.operation import Change, Operation
from bots.register.format.signature import Signer
from bots.register.replica.fold import state_hash
from bots.register.replica.places import ERASED
from bots.register.replica.tombstone import tombstone
from bots.register.store import operations as store
from bots.register.store import reading
from bots.register.store.ledger import Ledger, Outcome
from config.identifiers import EventId, RoomId, UserId
from tests.model.at_once import fold

ROOM = RoomId("!room")
V, R = UserId("@beffroi:valbourg.fr"), UserId("@beffroi:rivemont.fr")
SEEDS = {V: b"v" * 32, R: b"r" * 32}
TASK = "00000000-0000-5000-8000-000000000001"
NOW = 1_700_000_000_000


def keys(sender: UserId) -> tuple[str, ...]:
    return (Signer(SEEDS[sender]).public_key,) if sender in SEEDS else ()


def ledger(author: UserId, now: Callable[[], int] = lambda: NOW) -> Ledger:
    return Ledger(author, Signer(SEEDS[author]), keys, now)


def title(text: str) -> list[Change]:
    return [Change("task", TASK, set={"title": text}, first={"number": 1})]


async def elsewhere(*texts: str) -> list[Operation]:
    """Operations of the other assistant, written on a store of its own."""
    other = Database.open("sqlite://")
    async with other.engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    desk = ledger(R)
    async with other.begin() as transaction:
        written = [await desk.write(transaction, ROOM, title(each), by=UserId("@dgs:rivemont.fr")) for each in texts]
    await other.close()
    return written


async def test_what_was_written_is_there_after_a_restart(database: Database) -> None:
    first = ledger(V)
    async with database.begin() as transaction:
        one = await first.write(transaction, ROOM, title("relancer"), by=UserId("@dgs:valbourg.fr"), cause="$c")
        two = await first.write(transaction, ROOM, title("relancer le SDIS"), by=UserId("@dgs:valbourg.fr"))
    again = ledger(V)
    async with database.begin() as transaction:
        await again.open(transaction)
    assert (one.seq, two.seq, one.src) == (1, 2, two.src)
    assert again.state_hash(ROOM) == first.state_hash(ROOM) == state_hash(fold([one, two]))


async def write_and_fail(database: Database, desk: Ledger) -> None:
    async with database.begin() as transaction:
        await desk.write(transaction, ROOM, title("lost"), by=V)
        raise ConnectionError


async def test_a_transaction_that_fails_takes_its_sequence_number_back(database: Database) -> None:
    desk = ledger(V)
    with pytest.raises(ConnectionError):
        await write_and_fail(database, desk)
    async with database.begin() as transaction:
        kept = await desk.write(transaction, ROOM, title("kept"), by=V)
    assert kept.seq == 1
    assert desk.state_hash(ROOM) == state_hash(fold([kept]))


async def test_an_operation_counts_once_whatever_event_brings_it(database: Database) -> None:
    (operation,) = await elsewhere("relancer")
    desk = ledger(V)
    async with database.begin() as transaction:
        outcomes = [
            (await desk.receive(transaction, ROOM, operation.raw, R, EventId(event)))[0] for event in ("$1", "$2")
        ]
        found = await store.find_by_event(transaction, ROOM, EventId("$1"))
    assert outcomes == [Outcome.FOLDED, Outcome.KNOWN]
    assert found is not None
    assert found.digest == operation.digest


async def test_a_gap_is_seen_heard_of_and_filled(database: Database) -> None:
    one, two, three = await elsewhere("1", "2", "3")
    desk = ledger(V)
    async with database.begin() as transaction:
        await desk.receive(transaction, ROOM, two.raw, R, EventId("$2"))
        assert desk.gaps(ROOM) == {(R, two.src): ((1, 1),)}
        await desk.hear(transaction, ROOM, {R: {two.src: 3}, "@intrus:ailleurs.fr": {"source-x": 9}})
        assert desk.gaps(ROOM) == {(R, two.src): ((1, 1), (3, 3))}
    again = ledger(V)
    async with database.begin() as transaction:
        await again.open(transaction)
        assert again.gaps(ROOM) == {(R, two.src): ((1, 1), (3, 3))}
        for each in (three, one):
            await again.receive(transaction, ROOM, each.raw, R, None)
        held = await store.between(transaction, ROOM, R, one.src, 1, 3)
    assert again.gaps(ROOM) == {}
    assert [each.seq for each in held] == [1, 2, 3]
    assert again.state_hash(ROOM) == state_hash(fold([one, two, three]))


async def test_an_erased_operation_leaves_no_value_behind(database: Database) -> None:
    one, two = await elsewhere("ancien", "secret")
    desk = ledger(V)
    async with database.begin() as transaction:
        for number, each in enumerate((one, two)):
            await desk.receive(transaction, ROOM, each.raw, R, EventId(f"${number}"))
        await desk.erase(transaction, ROOM, two)
        erased = await desk.receive(transaction, ROOM, two.raw, R, EventId("$again"))
        held = [str(each) async for each in reading.load(transaction, ROOM)]
    found = desk.known(ROOM).get("task", TASK)
    assert found is not None
    assert found.value("title") is ERASED
    assert erased[0] is Outcome.KNOWN
    assert not any("secret" in each for each in held)
    assert desk.gaps(ROOM) == {}


async def test_a_void_makes_those_agree_who_saw_and_who_did_not(database: Database) -> None:
    other = Database.open("sqlite://")
    async with other.engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    author, desk = ledger(R), ledger(V)
    async with other.begin() as transaction:
        one = await author.write(transaction, ROOM, title("secret"), by=R)
        await author.erase(transaction, ROOM, one)
        void = await author.write(transaction, ROOM, [], by=R, void=[tombstone(one)])
    async with database.begin() as transaction:
        await desk.receive(transaction, ROOM, one.raw, R, EventId("$1"))
        await desk.receive(transaction, ROOM, void.raw, R, EventId("$2"))
    assert desk.state_hash(ROOM) == author.state_hash(ROOM)
    await other.close()


async def test_two_contents_under_one_identity_end_the_same_in_any_order(database: Database) -> None:
    (one,), (two,) = await elsewhere("un"), await elsewhere("deux")
    forged = Signer(SEEDS[R]).sign({**two.raw, "src": one.src}, ROOM, R)
    hashes = []
    for order in ((one.raw, forged), (forged, one.raw)):
        async with database.engine.begin() as connection:
            await connection.run_sync(metadata.drop_all)
            await connection.run_sync(metadata.create_all)
        desk = ledger(V)
        async with database.begin() as transaction:
            await desk.receive(transaction, ROOM, order[0], R, EventId("$1"))
            assert (await desk.receive(transaction, ROOM, order[1], R, EventId("$2")))[0] is Outcome.CONFLICT
        hashes.append(desk.state_hash(ROOM))
    assert hashes[0] == hashes[1]


async def test_an_operation_dated_ahead_waits_for_its_time(database: Database) -> None:
    (operation,) = await elsewhere("relancer")
    ahead = Signer(SEEDS[R]).sign({**operation.raw, "clock": NOW + 700_000}, ROOM, R)
    now = [NOW]
    desk = ledger(V, lambda: now[0])
    async with database.begin() as transaction:
        assert (await desk.receive(transaction, ROOM, ahead, R, EventId("$1")))[0] is Outcome.WAITING
        assert not await desk.ripen(transaction, ROOM)
        assert desk.waiting(ROOM) == 1
        now[0] += 200_000
        assert await desk.ripen(transaction, ROOM)
    assert (desk.waiting(ROOM), desk.known(ROOM).get("task", TASK) is not None) == (0, True)


async def test_a_restored_backup_takes_a_new_source(database: Database) -> None:
    desk = ledger(V)
    async with database.begin() as transaction:
        one = await desk.write(transaction, ROOM, title("avant"), by=V)
    later = Signer(SEEDS[V]).sign({**one.raw, "seq": 2}, ROOM, V)
    async with database.begin() as transaction:
        await desk.receive(transaction, ROOM, later, V, EventId("$2"))
        new = await desk.write(transaction, ROOM, title("après"), by=V)
    assert new.src != one.src
    assert new.seq == 1


async def test_what_does_not_count_is_not_kept(database: Database) -> None:
    (operation,) = await elsewhere("relancer")
    desk = ledger(V)
    async with database.begin() as transaction:
        with pytest.raises(Rejected):
            await desk.receive(transaction, ROOM, {**operation.raw, "by": "@x:valbourg.fr"}, R, EventId("$1"))
        assert await store.rooms(transaction) == []


async def test_the_room_an_operation_was_signed_for_is_kept(database: Database) -> None:
    """One of the room that this one replaces is held here, and passed on, as what it was signed as."""
    before, desk = RoomId("!avant"), ledger(V)
    async with database.begin() as transaction:
        old = await desk.write(transaction, before, title("été"), by=V)
        await store.keep(transaction, ROOM, old, None)
        assert [each async for each in reading.load(transaction, ROOM)] == [old]
        assert [each async for each in reading.load(transaction, before)] == [old]
