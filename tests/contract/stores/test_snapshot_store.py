"""What the store holds of a room makes the snapshot of it, on every database."""

from bots.database.engine import Database, Transaction
from bots.register.format.operation import Change, Identity
from bots.register.format.packing import pack
from bots.register.format.signature import Signer
from bots.register.replica.selection import Record, Selection, objects_of_guests
from bots.register.replica.snapshot import Writing
from bots.register.store import reading
from bots.register.store.ledger import Ledger
from config.identifiers import RoomId, UserId
from tests.model.at_once import read_snapshot

ROOM = RoomId("!room")
V, R = UserId("@beffroi:valbourg.fr"), UserId("@beffroi:rivemont.fr")
SIGNERS = {V: Signer(b"v" * 32), R: Signer(b"r" * 32)}
TASKS = [f"00000000-0000-5000-8000-00000000000{each}" for each in range(3)]
NOW = 1_700_000_000_000


def keys(sender: UserId) -> tuple[str, ...]:
    return (SIGNERS[sender].public_key,) if sender in SIGNERS else ()


async def pages(transaction: Transaction, most: int) -> list[Record]:
    found: list[Record] = []
    after: Identity | None = None
    while page := await reading.records(transaction, ROOM, after, most):
        assert len(page) <= most
        found += page
        after = page[-1].identity
    return found


async def test_a_room_is_read_in_pages_and_loads_to_the_same_hash(database: Database) -> None:
    desk = Ledger(V, SIGNERS[V], keys, lambda: NOW)
    async with database.begin() as transaction:
        for number in range(20):
            change = Change("task", TASKS[number % 2], set={"title": f"version {number}"})
            await desk.write(transaction, ROOM, [change], by=V)
        guest = Change("task", TASKS[2], set={"title": "pour un invité"})
        await desk.write(transaction, ROOM, [guest], by=V, behalf=UserId("@dgs:ailleurs.fr"))
        erased = await desk.write(transaction, ROOM, [Change("task", TASKS[0], set={"title": "secret"})], by=V)
        await desk.erase(transaction, ROOM, erased)

        rows = await pages(transaction, 5)
        open_objects = objects_of_guests(await reading.guest_records(transaction, ROOM))
        state = await desk.state(transaction, ROOM)

    assert rows == sorted(rows, key=lambda each: each.identity)
    assert len(rows) == 22
    assert open_objects == {("task", TASKS[2])}
    writing = Writing(Selection(state, desk.frontier(ROOM), open_objects=open_objects))
    for start in range(0, len(rows), 5):
        writing.take(rows[start : start + 5])
    packed = pack(writing.lines(ROOM, state.clock, desk.state_hash(ROOM), {"task": 1}))
    loaded = read_snapshot([packed], {ROOM}, keys)
    assert loaded.header.state_hash == desk.state_hash(ROOM)
    # What won, the guest's, and the tombstone.
    assert [each.seq for each in loaded.records] == [20, 21]
    assert [each.stone.seq for each in loaded.doubtful] == [22]
