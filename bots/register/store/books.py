"""The registers of all rooms in memory, over their store: read when they are needed, dropped when they may differ.

What is in memory can always be folded again from the store, so whenever the two may differ (a conflict, an erasure, a
transaction that failed) the room is dropped and read anew.
"""

import time
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bots.database.engine import Database, Transaction
from bots.database.gathering import settle
from bots.register.format.frontier import Ranges, Source
from bots.register.replica.bulk import keeping, kept
from bots.register.replica.clock import is_early
from bots.register.replica.fold import state_hash
from bots.register.replica.selection import Selection, objects_of_guests
from bots.register.replica.state import State
from bots.register.store import operations as store
from bots.register.store import reading
from bots.register.store.book import Book, read_book
from bots.register.store.numbering import Numbering
from config.identifiers import RoomId, UserId


def now_ms() -> int:
    """Return what time it is, in ms since 1970."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class Moment:
    """A room as it is now: what a snapshot is made of. *early*: some of it is dated too far ahead to be folded."""

    selection: Selection
    clock: int
    frontier: Mapping[str, Mapping[str, int]]
    state_hash: str
    early: bool


class Books:
    """What is in memory of every room that the assistant is in; :class:`~bots.register.store.ledger.Ledger` writes."""

    def __init__(self, author: UserId, now_ms: Callable[[], int] = now_ms) -> None:
        self._now_ms = now_ms
        self._books: dict[RoomId, Book] = {}
        self.numbering = Numbering(author)
        """What our own operations are numbered by."""

    async def open(self, transaction: Transaction) -> None:
        """Read all rooms from the store."""
        await self.numbering.open(transaction)
        with keeping():
            for room_id in await store.rooms(transaction):
                await self._book(transaction, room_id)
        kept()

    @asynccontextmanager
    async def begin(self, database: Database, *rooms: RoomId) -> AsyncIterator[Transaction]:
        """Open a transaction; when it fails, *rooms* (all, when none is named) are dropped from memory."""
        try:
            async with database.begin() as transaction:
                yield transaction
        except BaseException:
            for room_id in rooms or list(self._books):
                self.forget(room_id)
            raise

    def rooms(self) -> Collection[RoomId]:
        """Return the rooms that have a register in memory."""
        return self._books.keys()

    def known(self, room_id: RoomId) -> State:
        """Return the state of a room as it is in memory; empty when it has none."""
        book = self._books.get(room_id)
        return State() if book is None else book.state

    async def state(self, transaction: Transaction, room_id: RoomId) -> State:
        """Return the state of a room, including what this transaction has written."""
        return (await self._book(transaction, room_id)).state

    def state_hash(self, room_id: RoomId) -> str:
        """Return the hash of a room's state."""
        book = self._books.get(room_id)
        # A room that is not in memory is not an empty one: it must still be read when it is next needed.
        return state_hash(State()) if book is None else book.hash.update(book.state)

    def hash_ahead(self, room_id: RoomId, most: int) -> bool:
        """Do a part of what :meth:`state_hash` would, *most* objects; tell whether there may be more."""
        book = self._books.get(room_id)
        return book is not None and book.hash.advance(book.state, most)

    def is_hashed(self, room_id: RoomId) -> bool:
        """Tell whether :meth:`state_hash` has little to do."""
        book = self._books.get(room_id)
        return book is None or not book.state.touched

    def frontier(self, room_id: RoomId) -> dict[str, dict[str, int]]:
        """Return up to where we hold each source of a room."""
        book = self._books.get(room_id)
        return {} if book is None else book.holdings.frontier()

    def gaps(self, room_id: RoomId) -> dict[Source, Ranges]:
        """Return what we know to miss of a room."""
        book = self._books.get(room_id)
        return {} if book is None else book.holdings.gaps()

    def waiting(self, room_id: RoomId) -> int:
        """Return how many operations are dated too far ahead to count yet."""
        book = self._books.get(room_id)
        return 0 if book is None else len(book.waiting)

    def forget(self, room_id: RoomId) -> None:
        """Drop a room from memory, because its transaction failed; it is read again when it is next needed."""
        self._books.pop(room_id, None)
        self.numbering.forget()

    async def ripen(self, transaction: Transaction, room_id: RoomId) -> bool:
        """Fold what waited for its time and waits no longer; tell whether there was any."""
        book = await self._book(transaction, room_id)
        now = self._now_ms()
        if all(is_early(each, now) for each in book.waiting.values()):
            return False
        await self._read_again(transaction, room_id)
        return True

    async def moment(self, transaction: Transaction, room_id: RoomId) -> Moment:
        """Return what a snapshot of a room is made of; its records are to be read in the same transaction."""
        await self.ripen(transaction, room_id)
        book = await self._book(transaction, room_id)
        frontier = book.holdings.frontier()
        open_objects = objects_of_guests(await reading.guest_records(transaction, room_id))
        with keeping():
            selection = Selection(book.state, frontier, book.waiting.keys(), open_objects)
        return Moment(selection, book.state.clock, frontier, self.state_hash(room_id), early=bool(book.waiting))

    async def _book(self, transaction: Transaction, room_id: RoomId) -> Book:
        book = self._books.get(room_id)
        if book is None:
            await settle(transaction)
            book = self._books[room_id] = await read_book(transaction, room_id, self._now_ms())
        return book

    async def _read_again(self, transaction: Transaction, room_id: RoomId) -> Book:
        self._books.pop(room_id, None)
        return await self._book(transaction, room_id)
