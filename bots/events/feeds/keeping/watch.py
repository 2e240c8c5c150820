"""Closes feeds by themselves: when their author leaves the room, or deletes the command (shell)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Final

from bots.assistant.store.watch import Watch
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import Key
from bots.database.engine import Database, Transaction
from bots.events.feeds.feed import NAME, Feed
from bots.events.feeds.keeping import store
from bots.matrix.events import Event
from bots.matrix.port import Edge
from config.identifiers import EventId, RoomId, UserId

_HOUR_MS: Final = 3_600_000
_GONE: Final = frozenset({"leave", "ban"})


@dataclass(slots=True)
class FeedWatch(Watch):
    """Implements ``Keeper`` for feeds; *wake* has the files looked at at once."""

    name: ClassVar[str] = NAME
    edge: Edge
    database: Database
    wake: Callable[[], None]
    now_ms: Callable[[], int]
    _due: int = 0
    """When (ms) all authors are looked for next: at a start, and each hour; somebody may have left unseen."""

    async def moved(self, room_id: RoomId, event: Event, transaction: Transaction) -> None:
        """Close the feeds of whoever has left; who is deactivated leaves all rooms."""
        person = UserId(str(event.state_key))
        if event.content.get("membership") in _GONE:
            await store.left(transaction, room_id, person)
        else:
            # They may have been away meanwhile, and nobody has told us.
            await store.forget(transaction, room_id, person)
        self.wake()

    async def withdraw(self, room_id: RoomId, event_id: EventId, transaction: Transaction) -> Key | None:
        """Close what was asked for by a command that is deleted."""
        del room_id
        await store.withdrawn(transaction, event_id)
        self.wake()
        return None

    async def bring(self, request: Request, transaction: Transaction) -> tuple[Feed, ...]:
        """Return the feeds of the room; alone with somebody, theirs."""
        if request.private:
            return await store.of_author(transaction, request.sender)
        return await store.of_room(transaction, request.room_id)

    async def tend(self) -> None:
        """Look for authors who are gone."""
        if self._due > self.now_ms():
            return
        async with self.database.begin() as transaction:
            for feed in await store.all_open(transaction):
                room = self.edge.room(feed.room_id)
                # A room that we are not in gives nothing to read; whether they are in it, nobody tells us.
                if room is not None and feed.author not in room.joined:
                    await store.left(transaction, feed.room_id, feed.author)
        self._due = self.now_ms() + _HOUR_MS
        self.wake()
