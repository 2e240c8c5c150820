"""A room takes in the one that it was upgraded from: the union of both, on every database."""

import pytest

from bots.database.engine import Database, Transaction, metadata
from bots.register.format.errors import BadSnapshot, Flaw
from bots.register.format.operation import Change, Operation
from bots.register.format.signature import Signer
from bots.register.replica.fold import state_hash
from bots.register.replica.places import ERASED
from bots.register.replica.selection import Record
from bots.register.replica.tombstone import tombstone
from bots.register.store import reading, snapshot_claims, snapshot_io
from bots.register.store.ledger import Ledger
from config.identifiers import RoomId, UserId
from tests.model.at_once import fold

OLD, NEW = RoomId("!old"), RoomId("!new")
V, R = UserId("@beffroi:valbourg.fr"), UserId("@beffroi:rivemont.fr")
SIGNERS = {V: Signer(b"v" * 32), R: Signer(b"r" * 32)}
TASKS = [f"00000000-0000-5000-8000-00000000000{each}" for each in range(4)]
NOW = 1_700_000_000_000


class Follows:
    def before(self, room_id: RoomId) -> tuple[RoomId, ...]:
        return (OLD,) if room_id == NEW else ()

    def after(self, room_id: RoomId) -> RoomId | None:
        return NEW if room_id == OLD else None


def keys(sender: UserId) -> tuple[str, ...]:
    return (SIGNERS[sender].public_key,) if sender in SIGNERS else ()


def ledger(author: UserId) -> Ledger:
    made = Ledger(author, SIGNERS[author], keys, lambda: NOW)
    made.lineage = Follows()
    return made


async def titled(desk: Ledger, transaction: Transaction, room: RoomId, number: int, title: str) -> Operation:
    change = Change("task", TASKS[number], set={"title": title}, first={"number": number})
    return await desk.write(transaction, room, [change], by=desk._author)


async def test_the_union_is_what_both_hold_and_the_same_after_a_restart(database: Database) -> None:
    desk = ledger(V)
    async with database.begin() as transaction:
        said = [await titled(desk, transaction, OLD, each, f"{each}") for each in range(3)]
        said.append(await titled(desk, transaction, NEW, 3, "née ici"))
        assert await desk.carry(transaction, OLD, NEW) is not None
        assert await desk.carry(transaction, OLD, NEW) is None
        said.append(await titled(desk, transaction, NEW, 0, "suite"))
        said.append(await titled(desk, transaction, OLD, 1, "tard"))
        assert await desk.carry(transaction, OLD, NEW) is not None
    assert len({each.identity for each in said}) == len(said), "no two rooms share a source"
    again = ledger(V)
    async with database.begin() as transaction:
        await again.open(transaction)
        assert await again.carry(transaction, OLD, NEW) is None
    assert again.state_hash(NEW) == desk.state_hash(NEW) == state_hash(fold(said))
    assert again.frontier(NEW)[V] == {said[0].src: 4, said[3].src: 2}
    assert again.frontier(OLD)[V] == {said[0].src: 4}


async def test_what_either_has_erased_is_gone_from_both(database: Database) -> None:
    desk = ledger(V)
    async with database.begin() as transaction:
        one = await titled(desk, transaction, OLD, 0, "un")
        two = await titled(desk, transaction, OLD, 1, "deux")
        await desk.carry(transaction, OLD, NEW)
        await desk.erase(transaction, OLD, one)
        await desk.write(transaction, NEW, [], by=V, void=[tombstone(two)])
        carried = await desk.carry(transaction, OLD, NEW)
    assert carried is not None
    assert [[each.identity for each in some] for some in (carried.erased, carried.left)] == [
        [one.identity],
        [two.identity],
    ]
    for room, number in ((OLD, 0), (OLD, 1), (NEW, 0), (NEW, 1)):
        async with database.begin() as transaction:
            task = (await desk.state(transaction, room)).get("task", TASKS[number])
        assert task is not None
        assert task.value("title") is ERASED
    async with database.begin() as transaction:
        kept = [each.envelope for room in (OLD, NEW) for each in await reading.records(transaction, room)]
    assert not any("deux" in str(each) or '"un"' in str(each) for each in kept)


async def test_what_a_third_says_to_be_erased_counts_only_where_nothing_better_is_held(database: Database) -> None:
    desk = ledger(V)
    async with database.begin() as transaction:
        one = await titled(desk, transaction, OLD, 0, "un")
        stone = Record.of_erased(NEW, V, tombstone(one))
        await snapshot_claims.doubt(transaction, NEW, [stone], R)
        await desk.carry(transaction, OLD, NEW)
        task = (await desk.state(transaction, NEW)).get("task", TASKS[0])
    assert task is not None
    assert task.value("title") == "un"


async def test_one_that_was_never_in_the_old_room_loads_both_and_only_where_it_follows(database: Database) -> None:
    desk, other = ledger(V), Database.open("sqlite://")
    async with other.engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    async with other.begin() as transaction:
        await titled(desk, transaction, OLD, 0, "un")
        await titled(desk, transaction, NEW, 1, "deux")
        await desk.carry(transaction, OLD, NEW)
    prepared = await snapshot_io.prepare(other, desk, NEW, {})
    await other.close()
    with pytest.raises(BadSnapshot) as refused:
        await snapshot_io.read(prepared.packed, {NEW}, keys)
    assert refused.value.flaw is Flaw.OTHER_ROOM
    loaded = await snapshot_io.read(prepared.packed, {NEW, OLD}, keys)
    newcomer = ledger(R)
    async with database.begin() as transaction:
        assert await newcomer.adopt(transaction, NEW, loaded, V) == []
    assert newcomer.state_hash(NEW) == desk.state_hash(NEW)
    assert newcomer.frontier(NEW) == desk.frontier(NEW)


async def test_a_store_restored_from_before_the_upgrade_does_not_write_its_old_numbers_again(
    database: Database,
) -> None:
    """Its own operations of the old room come back to it in the new one."""
    desk = ledger(V)
    async with database.begin() as transaction:
        one = await titled(desk, transaction, OLD, 0, "un")
        later = SIGNERS[V].sign({**one.raw, "seq": 2}, OLD, V)
        await desk.receive(transaction, NEW, later, V, None, signed_for=OLD)
        new = await titled(desk, transaction, OLD, 1, "après")
    assert (new.src != one.src, new.seq) == (True, 1)
