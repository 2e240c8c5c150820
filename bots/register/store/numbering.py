"""Which source and which number an operation of our own gets, and which chapter it goes to (shell)."""

from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager

from bots.database.engine import Transaction
from bots.register.format.operation import Operation
from bots.register.store import operations as store
from bots.register.store import sequence
from config.identifiers import EventId, RoomId, UserId


class Numbering:
    """What this store gives the operations of *author*: numbers without holes, of a source that nobody else has."""

    def __init__(self, author: UserId) -> None:
        self._author = author
        self._seed: str | None = None
        self._renewed = False
        self._held: dict[RoomId, tuple[EventId | None, int]] = {}
        self._holder: Transaction | None = None
        """The transaction that writes in many rooms now; of each of them, the chapter and the last number given."""

    async def open(self, transaction: Transaction) -> None:
        """Read what our sources are derived from."""
        self._seed = await sequence.own_seed(transaction)

    def forget(self) -> None:
        """Read it again when it is next needed: a transaction that failed may have made it."""
        self._seed = None

    @asynccontextmanager
    async def holding(self, transaction: Transaction, rooms: Collection[RoomId]) -> AsyncIterator[None]:
        """Look up all at once where *rooms* stand, and keep it in the block: many are written in one transaction."""
        self._held, self._holder = await sequence.hold(transaction, rooms), transaction
        try:
            yield
        finally:
            self._held, self._holder = {}, None

    async def chapter(self, transaction: Transaction, room_id: RoomId) -> EventId | None:
        """Return the root of a room's current chapter, None where there is none that the server knows."""
        root, _ = self._held_by(transaction).get(room_id, (None, 0))
        return root or await sequence.chapter(transaction, room_id)

    def _held_by(self, transaction: Transaction) -> Mapping[RoomId, tuple[EventId | None, int]]:
        # Others' transactions go on beside it: the numbers are not theirs.
        return self._held if self._holder is transaction else {}

    async def next_seq(self, transaction: Transaction, room_id: RoomId) -> int:
        """Take and return the room's next sequence number."""
        held = self._held_by(transaction).get(room_id)
        if held is None:
            return await sequence.next_seq(transaction, room_id)
        root, last = held
        self._held[room_id] = root, last + 1
        await sequence.number(transaction, room_id, last + 1)
        return last + 1

    async def source(self, transaction: Transaction, room_id: RoomId) -> str:
        """Return the ``src`` of what we write in a room."""
        if self._seed is None:
            self._seed = await sequence.own_seed(transaction)
        return sequence.source_in(room_id, self._seed)

    async def renew(self, transaction: Transaction) -> None:
        """Take a new source: ours has been used by somebody with our memory."""
        self._seed = await sequence.renew_source(transaction)

    async def meet_own(self, transaction: Transaction, operation: Operation) -> None:
        """Take a new source when somebody has used ours: our store was restored from a backup, or copied."""
        room_id = operation.room_id
        if (
            operation.src == await self.source(transaction, room_id)
            and await store.find(transaction, room_id, operation.identity) is None
            and operation.seq > await sequence.last_own_seq(transaction, room_id)
        ):
            await self.renew(transaction)

    async def hear_own(self, transaction: Transaction, room_id: RoomId, sender: str, src: str, seq: int) -> None:
        """Take a new source when somebody holds more of ours than we ever wrote: our store was restored from a backup.

        What we wrote without words comes back by relays alone, so a number of it must not be given again meanwhile.
        Once a start: it is anybody's word.
        """
        if self._renewed or sender != self._author or src != await self.source(transaction, room_id):
            return
        if seq > await sequence.last_own_seq(transaction, room_id):
            self._renewed = True
            await self.renew(transaction)
