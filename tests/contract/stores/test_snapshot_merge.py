"""A snapshot goes from one store into another: what comes out is what both held, on every database."""

from collections.abc import AsyncIterator

import pytest

from bots.database.engine import Database, Transaction, metadata
from bots.register.format.chapter import GONE, Root
from bots.register.format.errors import BadSnapshot, Flaw, TooLarge
from bots.register.format.operation import Change, Operation
from bots.register.format.packing import pack, unpack
from bots.register.format.signature import Signer
from bots.register.replica.places import ERASED
from bots.register.replica.tombstone import tombstone, withdrawal
from bots.register.store import operations as store
from bots.register.store import roots, sequence, snapshot_claims, snapshot_io
from bots.register.store.ledger import Ledger
from config.identifiers import EventId, RoomId, UserId

ROOM = RoomId("!room")
V, R, C = UserId("@beffroi:valbourg.fr"), UserId("@beffroi:rivemont.fr"), UserId("@beffroi:cassel.fr")
SIGNERS = {V: Signer(b"v" * 32), R: Signer(b"r" * 32), C: Signer(b"c" * 32)}
TASKS = [f"00000000-0000-5000-8000-00000000000{each}" for each in range(4)]
NOW = 1_700_000_000_000


def keys(sender: UserId) -> tuple[str, ...]:
    return (SIGNERS[sender].public_key,) if sender in SIGNERS else ()


def ledger(author: UserId) -> Ledger:
    return Ledger(author, SIGNERS[author], keys, lambda: NOW)


@pytest.fixture
async def other() -> AsyncIterator[Database]:
    """The store of whoever writes the snapshot."""
    opened = Database.open("sqlite://")
    async with opened.engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    yield opened
    await opened.close()


async def titled(desk: Ledger, transaction: Transaction, number: int, title: str) -> Operation:
    by = UserId(f"@dgs:{desk._author.server}")
    return await desk.write(transaction, ROOM, [Change("task", TASKS[number], set={"title": title})], by=by)


async def hand_over(
    source: tuple[Database, Ledger], target: tuple[Database, Ledger], witness: UserId
) -> list[Operation]:
    prepared = await snapshot_io.prepare(*source, ROOM, {"task": 1})
    loaded = await snapshot_io.read(prepared.packed, {ROOM}, keys)
    async with target[0].begin() as transaction:
        return await target[1].adopt(transaction, ROOM, loaded, witness)


async def test_a_newcomer_holds_what_the_others_hold_and_reads_it_again_after_a_restart(
    database: Database, other: Database
) -> None:
    old, new = ledger(V), ledger(C)
    async with other.begin() as transaction:
        for number in range(30):
            await titled(old, transaction, number % 3, f"version {number}")
        secret = await titled(old, transaction, 3, "secret")
        await old.erase(transaction, ROOM, secret)

    assert await hand_over((other, old), (database, new), V) == []

    assert new.state_hash(ROOM) == old.state_hash(ROOM)
    assert new.frontier(ROOM)[V] == {next(iter(old.frontier(ROOM)[V])): 31}
    assert not new.gaps(ROOM)
    again = ledger(C)
    async with database.begin() as transaction:
        await again.open(transaction)
        later = await titled(again, transaction, 0, "la suite")
    assert again.state_hash(ROOM) != old.state_hash(ROOM)
    async with other.begin() as transaction:
        await old.receive(transaction, ROOM, dict(later.raw), C, None)
    assert again.state_hash(ROOM) == old.state_hash(ROOM)
    assert not again.gaps(ROOM)


async def test_what_a_void_in_it_names_is_not_asked_for(database: Database, other: Database) -> None:
    """The last operation of a source, withdrawn under another one: no signed operation proves that it existed."""
    old, new = ledger(V), ledger(C)
    async with other.begin() as transaction:
        mistaken = await titled(old, transaction, 0, "de trop")
        await sequence.renew_source(transaction)
    again = ledger(V)
    async with other.begin() as transaction:
        await again.open(transaction)
        await store.erase(transaction, ROOM, V, withdrawal(mistaken))
        again.forget(ROOM)
        await again.write(transaction, ROOM, [], by=V, void=[withdrawal(mistaken)])

    await hand_over((other, again), (database, new), V)
    async with database.begin() as transaction:
        await new.hear(transaction, ROOM, {V: {mistaken.src: mistaken.seq}})

    assert new.state_hash(ROOM) == again.state_hash(ROOM)
    assert not new.gaps(ROOM)


async def test_what_was_held_before_stays_and_what_the_snapshot_voids_goes(database: Database, other: Database) -> None:
    old, new = ledger(V), ledger(C)
    async with other.begin() as transaction:
        secret = await titled(old, transaction, 0, "secret")
        shown = await titled(old, transaction, 1, "montré")
    async with database.begin() as transaction:
        for each in (secret, shown):
            await new.receive(transaction, ROOM, dict(each.raw), V, None)
        mine = await titled(new, transaction, 2, "à moi")
    async with other.begin() as transaction:
        await old.erase(transaction, ROOM, secret)
        await old.write(transaction, ROOM, [], by=V, void=[tombstone(secret)])

    await hand_over((other, old), (database, new), V)

    task = new.known(ROOM).get("task", TASKS[0])
    assert task is not None
    assert task.value("title") is ERASED
    async with other.begin() as transaction:
        await old.receive(transaction, ROOM, dict(mine.raw), C, None)
    assert new.state_hash(ROOM) == old.state_hash(ROOM)


async def test_of_two_contents_the_smaller_stays_and_goes_back(database: Database, other: Database) -> None:
    """A restored backup gave one identity to two operations, and each side saw one of them."""
    twins: list[Operation] = []
    for place in (other, database):
        desk = ledger(V)
        async with place.begin() as transaction:
            await sequence.own_seed(transaction)
            await transaction.exec_driver_sql("UPDATE register_source SET src = 'restored-backup'")
            twins.append(await titled(desk, transaction, 0, f"version {len(twins)}"))
    assert twins[0].identity == twins[1].identity

    back = await hand_over((other, ledger(V)), (database, ledger(C)), V)

    assert [each.digest for each in back] == ([twins[1].digest] if twins[1].digest < twins[0].digest else [])
    reader = ledger(C)
    async with database.begin() as transaction:
        state = await reader.state(transaction, ROOM)
    task = state.get("task", TASKS[0])
    assert task is not None
    assert task.value("title") == f"version {twins.index(min(twins, key=lambda each: each.digest))}"


async def test_a_witness_that_is_distrusted_leaves_gaps_and_no_trace(database: Database, other: Database) -> None:
    old, new = ledger(V), ledger(C)
    async with other.begin() as transaction:
        first = await titled(old, transaction, 0, "ancienne")
        await titled(old, transaction, 0, "nouvelle")
        secret = await titled(old, transaction, 1, "secret")
        await titled(old, transaction, 2, "autre")
        await old.erase(transaction, ROOM, secret)
    await hand_over((other, old), (database, new), R)
    assert not new.gaps(ROOM)

    async with database.begin() as transaction:
        assert await snapshot_claims.witnesses(transaction, ROOM) == {R}
        await new.distrust(transaction, ROOM, R)
        assert await snapshot_claims.witnesses(transaction, ROOM) == frozenset()
        assert [each.distrusted for each in await roots.peers(transaction, ROOM)] == [True]

    assert new.gaps(ROOM) == {(V, first.src): ((1, 1), (3, 3))}


async def test_nothing_is_kept_of_a_snapshot_that_was_changed(database: Database, other: Database) -> None:
    old, new = ledger(V), ledger(C)
    async with other.begin() as transaction:
        await titled(old, transaction, 0, "vrai")
    prepared = await snapshot_io.prepare(other, old, ROOM, {})
    forged = pack(each.replace(b'"vrai"', b'"faux"') + b"\n" for each in unpack([prepared.packed]))
    with pytest.raises(BadSnapshot) as refused:
        await snapshot_io.read(forged, {ROOM}, keys)
    assert refused.value.flaw is Flaw.BAD_OPERATION
    assert not new.rooms()


async def test_what_fits_no_operation_takes_no_number(database: Database) -> None:
    desk = ledger(V)
    async with database.begin() as transaction:
        with pytest.raises(TooLarge):
            await titled(desk, transaction, 0, "x" * 50_000)
        assert (await titled(desk, transaction, 0, "court")).seq == 1


async def test_the_latest_chapter_is_the_current_one_and_a_redacted_one_is_not(database: Database) -> None:
    async with database.begin() as transaction:
        for event_id, clock in (("$b", 5), ("$a", 5), ("$c", 4), ("beffroi-pending", 9)):
            await roots.note(transaction, ROOM, Root(event_id, V, clock, 0, {"v": "v2"}))
        assert await sequence.chapter(transaction, ROOM) == "$a"
        await roots.judge(transaction, ROOM, "$a", GONE)
        assert await sequence.chapter(transaction, ROOM) == "$b"
        await roots.confirm(transaction, ROOM, "beffroi-pending", EventId("$d"), Root("$d", V, 9, 0))
        assert await sequence.chapter(transaction, ROOM) == "$d"
        assert [each.root for each in await roots.roots(transaction, ROOM)] == ["$d", "$b", "$c"]


async def test_an_erasure_spoils_the_chapters_that_may_carry_what_was_erased(database: Database) -> None:
    desk = ledger(V)
    async with database.begin() as transaction:
        secret = await titled(desk, transaction, 0, "secret")
        await roots.note(transaction, ROOM, Root("$before", V, secret.clock - 1, 0, {"v": "v2"}))
        await roots.note(transaction, ROOM, Root("$after", V, secret.clock, 1, {"v": "v2"}))
        await desk.erase(transaction, ROOM, secret)
        assert {each.root: each.stale for each in await roots.roots(transaction, ROOM)} == {
            "$after": True,
            "$before": False,
        }
