"""What is said of what could not be done: once per person, room and ten minutes, whatever they do."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from bots.assistant.dispatch import sentences
from bots.assistant.store import memory
from bots.assistant.talk.messages import reply_content, thread_of, txn_of
from bots.database.engine import Transaction
from bots.matrix.events import Outgoing, Room, Unreadable
from bots.matrix.port import Edge
from config.identifiers import EventId, RoomId, UserId

WINDOW_MS: Final = 600_000
"""How long one apology to a person is enough in a room."""


@dataclass(slots=True)
class _Sum:
    """What came since *person* was told that something of theirs cannot be read."""

    until: int
    count: int = 0
    last: EventId | None = None


@dataclass(slots=True)
class Apologies:
    """Says what went wrong, and sums up what goes wrong again. A crash forgets the sum."""

    edge: Edge
    now_ms: Callable[[], int]
    locale: str
    _unread: dict[tuple[RoomId, UserId], _Sum] = field(default_factory=dict)

    async def failed(self, room_id: RoomId, person: UserId, event_id: EventId, transaction: Transaction) -> None:
        """Tell *person* that the assistant has failed for good at what they asked by *event_id*."""
        if await self._first(transaction, room_id, "failed", person):
            # A mention, and no answer: nothing can answer a reaction.
            content = reply_content(replace(sentences.trouble(self.locale), mentions=(person,)))
            txn = txn_of(room_id, event_id, "failed")
            await self.edge.enqueue(Outgoing(room_id, txn, "m.room.message", content), transaction)

    async def crowded(self, room: Room, person: UserId, waiting: int, transaction: Transaction) -> None:
        """Tell a room how much of what *person* asks for there waits."""
        if not await self._first(transaction, room.room_id, "crowded", person):
            return
        content = reply_content(sentences.crowded(self.locale, person, waiting))
        txn = txn_of(room.room_id, f"{person} {self.now_ms()}", "crowded")
        await self.edge.enqueue(Outgoing(room.room_id, txn, "m.room.message", content), transaction)

    async def unreadable(self, event: Unreadable, transaction: Transaction) -> None:
        """Tell who sent *event* that it cannot be read; of more of that within ten minutes only the number."""
        place, now = (event.room_id, event.sender), self.now_ms()
        if await self._first(transaction, event.room_id, "unreadable", event.sender):
            self._unread[place] = _Sum(now + WINDOW_MS)
            content = reply_content(sentences.unreadable(self.locale), answers=event.event_id, thread=thread_of(event))
            txn = txn_of(event.room_id, event.event_id)
            await self.edge.enqueue(Outgoing(event.room_id, txn, "m.room.message", content), transaction)
            return
        # After a restart the ten minutes begin here: the sum comes a little late.
        since = self._unread.setdefault(place, _Sum(now + WINDOW_MS))
        since.count, since.last = since.count + 1, event.event_id

    def due(self) -> list[tuple[RoomId, UserId]]:
        """Return where, and of whom, there is a sum to tell; forget where there is none."""
        over = [place for place, since in self._unread.items() if since.until <= self.now_ms()]
        for place in [place for place in over if not self._unread[place].count]:
            del self._unread[place]
        return [place for place in over if place in self._unread]

    async def tell_sum(self, transaction: Transaction, room_id: RoomId, person: UserId) -> None:
        """Tell how much of *person*'s could not be read meanwhile."""
        since = self._unread.pop((room_id, person))
        if self.edge.room(room_id) is None or since.last is None:
            return
        await self._first(transaction, room_id, "unreadable", person)
        self._unread[room_id, person] = _Sum(self.now_ms() + WINDOW_MS)
        content = reply_content(sentences.unreadable_sum(self.locale, person, since.count))
        txn = txn_of(room_id, since.last, "unreadable")
        await self.edge.enqueue(Outgoing(room_id, txn, "m.room.message", content), transaction)

    async def _first(self, transaction: Transaction, room_id: RoomId, what: str, person: UserId) -> bool:
        now = self.now_ms()
        return await memory.first_time_since(transaction, room_id, f"{what} {person}", now, now - WINDOW_MS)
