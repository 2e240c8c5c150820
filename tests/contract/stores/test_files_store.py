"""The index of files, on every database."""

from dataclasses import replace

from bots.database.engine import Database
from bots.files.keeping import store
from bots.files.keeping.store import Horizon, RoomReading
from bots.files.library.entry import Entry
from config.identifiers import EventId, RoomId, UserId

ROOM, OTHER = RoomId("!a:valbourg.fr"), RoomId("!b:valbourg.fr")
SEC, DGS = UserId("@sec:valbourg.fr"), UserId("@dgs:valbourg.fr")
LARGEST = 2**53 - 1


def entry(number: int, position: int) -> Entry:
    name = f"Délibération {number} 🏛️.pdf"
    return Entry(
        f"id{number}", EventId(f"$e{number}"), position, SEC, 1_795_000_000_000, name, "application/pdf", LARGEST
    )


async def test_files_come_back_in_the_order_of_their_messages(database: Database) -> None:
    unsaid = replace(entry(3, -4), size=None, sha256="ab" * 32, content_type="", sender=DGS)
    async with database.begin() as transaction:
        await store.keep(transaction, ROOM, [entry(1, 7), entry(2, LARGEST), unsaid])
        await store.keep(transaction, ROOM, [])
        await store.keep(transaction, OTHER, [entry(1, 1)])
    async with database.begin() as transaction:
        assert await store.entries(transaction, ROOM) == [unsaid, entry(1, 7), entry(2, LARGEST)]
        assert await store.entries(transaction, OTHER) == [entry(1, 1)]


async def test_a_file_that_is_told_again_stays_as_it_was(database: Database) -> None:
    """Reading a room back meets what was heard live: its place among the messages is known better."""
    async with database.begin() as transaction:
        await store.keep(transaction, ROOM, [entry(1, 7)])
        await store.keep(transaction, ROOM, [replace(entry(1, -7), name="another")])
        assert await store.entries(transaction, ROOM) == [entry(1, 7)]


async def test_what_is_dropped_is_gone(database: Database) -> None:
    async with database.begin() as transaction:
        await store.keep(transaction, ROOM, [entry(1, 7)])
        assert await store.id_of(transaction, ROOM, EventId("$e1")) == "id1"
        assert await store.id_of(transaction, OTHER, EventId("$e1")) is None
        assert await store.drop(transaction, ROOM, EventId("$e1")) == "id1"
        assert await store.drop(transaction, ROOM, EventId("$e1")) is None
        assert await store.entries(transaction, ROOM) == []


async def test_since_when_somebody_reads_along_is_forgotten_one_by_one_or_for_all(database: Database) -> None:
    async with database.begin() as transaction:
        assert await store.horizon(transaction, ROOM, SEC) is None
        for user in (SEC, DGS):
            await store.see(transaction, ROOM, user, Horizon(1, 2, 3))
        await store.see(transaction, ROOM, SEC, Horizon(-4, LARGEST, 1_795_000_000_000))
        assert await store.horizon(transaction, ROOM, SEC) == Horizon(-4, LARGEST, 1_795_000_000_000)
        await store.forget_reader(transaction, ROOM, SEC)
        assert await store.horizon(transaction, ROOM, SEC) is None
        assert await store.horizon(transaction, ROOM, DGS) == Horizon(1, 2, 3)
        await store.forget_reader(transaction, ROOM)
        assert await store.horizon(transaction, ROOM, DGS) is None


async def test_how_far_a_room_was_read_back_is_kept(database: Database) -> None:
    async with database.begin() as transaction:
        assert await store.reading(transaction, ROOM) == RoomReading()
        await store.read(transaction, ROOM, RoomReading("t1-2_3", -100))
        await store.read(transaction, ROOM, RoomReading(None, -150, done=True))
    async with database.begin() as transaction:
        assert await store.reading(transaction, ROOM) == RoomReading(None, -150, done=True)
