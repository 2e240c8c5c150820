"""Since when a feed's author could read a room's events: found out once a stay, by asking the homeserver (shell)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from bots.database.engine import Database
from bots.events.feeds.keeping import store
from bots.events.ics.seen import first_seen
from bots.events.kept.book import Book
from bots.events.kept.kinds import KIND
from bots.matrix.port import Edge
from bots.register.store.ledger import Ledger
from bots.register.store.object_history import carriers
from config.identifiers import RoomId, UserId

_AGAIN_MS: Final = 60_000
"""How soon it may be asked again: somebody who comes and goes costs so much and no more."""


@dataclass(slots=True)
class Readers:
    """Who could read which room since which clock."""

    edge: Edge
    database: Database
    ledger: Ledger
    now_ms: Callable[[], int]
    _known: dict[tuple[RoomId, UserId], int] = field(default_factory=dict)
    _asked: dict[tuple[RoomId, UserId], int] = field(default_factory=dict)

    async def refresh(self) -> None:
        """Read what is known: somebody may have left."""
        async with self.database.begin() as transaction:
            self._known = await store.readers(transaction)

    async def since(self, room_id: RoomId, author: UserId, agenda: Book) -> int | None:
        """Return the clock from which on *author* could read it all; None: it is not known yet.

        Raises ``Unreachable``.
        """
        key = (room_id, author)
        if key in self._known:
            return self._known[key]
        now = self.now_ms()
        if now - self._asked.get(key, -_AGAIN_MS) < _AGAIN_MS:
            return None
        self._asked[key] = now
        keys = [key for event_id in agenda.ids for key in ((KIND, event_id), *agenda.part_keys(event_id))]
        async with self.database.begin() as transaction:
            state = await self.ledger.state(transaction, room_id)
            steps = await carriers(transaction, room_id, keys, state)
            clock = state.clock
        found = await first_seen(self.edge, author, room_id, steps)
        # Of all that is here they could read nothing: what is written from now on they can.
        since = clock + 1 if found is None else found
        async with self.database.begin() as transaction:
            room = self.edge.room(room_id)
            if room is None or author not in room.joined:
                return None
            await store.reads(transaction, room_id, author, since)
        self._known[key] = since
        return since
