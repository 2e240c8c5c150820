"""Reading back: what assistants have said in a room, the latest first, where nobody is there who could tell us.

FORMAT.md §10, "Finding operations". What people say meanwhile costs nothing: the homeserver leaves it out.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import structlog

from bots.assistant.sync import paging
from bots.database.engine import Database, Transaction
from bots.matrix.events import Event, Incoming
from bots.matrix.port import Edge
from bots.register.format.chapter import LOADED
from bots.register.store import roots
from bots.register.store.ledger import Ledger, Outcome
from config.identifiers import RoomId, UserId

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class ReadBack:
    """Reads back to the newest chapter whose snapshot holds together, or to the beginning of the room.

    ``take`` takes the operation in an event and says what became of it; ``load`` loads the newest snapshot that was not
    looked at, and tells whether it holds together.
    """

    edge: Edge
    database: Database
    ledger: Ledger
    assistants: Callable[[], Sequence[UserId]]
    take: Callable[[Event, Transaction], Awaitable[Outcome | None]]
    load: Callable[[RoomId], Awaitable[bool]]
    counts: Counter[str] = field(default_factory=Counter)
    """``pages`` and ``events`` read."""

    async def read(self, room_id: RoomId, enough: Callable[[], bool] = lambda: False) -> None:
        """Read until there is nothing more to be learned, or *enough*. Not inside a transaction.

        Raises what ``Edge.fetch_messages`` does.
        """
        before = Counter(self.counts)
        passed = False
        senders = {self.edge.user_id, *self.assistants()}
        async for page in paging.said(self.edge, room_id, senders, self.counts):
            outcomes = await self._take(room_id, page)
            # What was written while the snapshot was made stands before its root: so one page more than that.
            if enough() or (passed and outcomes and {*outcomes} == {Outcome.KNOWN}):
                break
            passed = passed or await self._passes(room_id, page) or await self.load(room_id)
        done = {name: self.counts[name] - before[name] for name in ("pages", "events")}
        _log.info("read_back", room_id=room_id, to_a_chapter=passed, **done)

    async def _take(self, room_id: RoomId, page: Sequence[Incoming]) -> list[Outcome]:
        found: list[Outcome] = []
        async with self.ledger.begin(self.database, room_id) as transaction:
            # Oldest first, as they were said: a void after what it erases costs less.
            for event in reversed(page):
                if isinstance(event, Event) and not event.redacted:
                    outcome = await self.take(event, transaction)
                    found += [] if outcome is None else [outcome]
        return found

    async def _passes(self, room_id: RoomId, page: Sequence[Incoming]) -> bool:
        """Tell whether a chapter on *page* is one whose snapshot we have taken in, or made."""
        shown = {event.event_id for event in page if isinstance(event, Event)}
        async with self.database.begin() as transaction:
            known = await roots.roots(transaction, room_id)
        return any(root.root in shown and root.snapshot is not None and root.verdict == LOADED for root in known)
