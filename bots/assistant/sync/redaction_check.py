"""Reviewing: operations that we hold and whose events the homeserver has erased, without our having been told.

The sync and the gap filling bring redactions like everything else. What they cannot bring is what was redacted while
we were out of the room, or in a part of the timeline that the server no longer gives.
"""

import time
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field

import structlog

from bots.assistant.store import memory
from bots.assistant.sync import paging
from bots.database.engine import Database, Transaction
from bots.database.errors import DatabaseAway
from bots.matrix.errors import LoggedOut, Refused, Unreachable
from bots.matrix.events import Event, Unreadable
from bots.matrix.port import Edge
from bots.register.format.chapter import GONE, Root
from bots.register.store import operations as store
from bots.register.store import roots
from bots.register.store.ledger import Ledger
from bots.register.store.operations import Carrier
from config.identifiers import EventId, RoomId, UserId

_log = structlog.get_logger(__name__)

MOST_CHECKED = 500
"""How many events one review asks for one by one: a server that shows no relations at all must not make it endless."""
FEW = 20
"""So many events are asked for one by one; of more, what their authors said is read back first, a hundred at a time."""
AT_ONCE_S = 1.0
"""After so long other upkeep has its turn, newcomers first: in a room that is not ready nobody is answered."""
_RECENT = 2
"""How many chapters a start reads: one that has just begun holds nothing yet."""
_SOON_MS = 1_000
_FIRST_MS = 10_000
_LONGEST_MS = 3_600_000
_WHAT = "review"


@dataclass(slots=True)
class RedactionCheck:
    """Compares the operations that we hold with what the chapters' look-ups still show, and erases what is gone.

    At a start the last two chapters are read, where nothing is expected; after a hole that could not be filled, and
    where we have come back to a room, all of them, which is noted on disk until it is done. The cost is that of the
    operations since, not of the chat between them. Loose ones, each card's, are in no look-up: they are looked for in
    what assistants said.
    """

    edge: Edge
    database: Database
    ledger: Ledger
    now_ms: Callable[[], int]
    assistants: Callable[[], Sequence[UserId]]
    erase: Callable[[RoomId, EventId, Transaction], Awaitable[None]]
    """Does what the redaction of this event would have done, had we been told."""
    counts: Counter[str] = field(default_factory=Counter)
    """``pages`` and ``events`` read, ``checked`` one by one, ``erased``, ``refused`` and ``unreachable`` look-ups."""
    _due: dict[RoomId, int] = field(default_factory=dict)
    _delays: dict[RoomId, int] = field(default_factory=dict)
    _started: bool = False

    async def missed(self, transaction: Transaction, room_id: RoomId) -> None:
        """Note that something may have been redacted in a room without our ever hearing of it."""
        await memory.first_time(transaction, room_id, _WHAT, self.now_ms())
        # Not before the transaction is committed.
        self._due[room_id] = self.now_ms() + _SOON_MS

    async def tend(self, except_in: Collection[RoomId] = ()) -> None:
        """Check the rooms in which it is due, for a moment: newcomers wait behind. Not inside a transaction."""
        if not self._started:
            self._due = dict.fromkeys(self.ledger.rooms(), self.now_ms()) | self._due
            self._started = True
        now, began = self.now_ms(), time.monotonic()
        for room_id in [each for each, at in self._due.items() if at <= now and each not in except_in]:
            if self.edge.room(room_id) is None:
                # We are told again when we come back.
                del self._due[room_id]
            elif await self._contained(room_id):
                self._due.pop(room_id, None)
                self._delays.pop(room_id, None)
            else:
                delay = self._delays[room_id] = min(_LONGEST_MS, self._delays.get(room_id, _FIRST_MS // 2) * 2)
                self._due[room_id] = now + delay
            if time.monotonic() - began > AT_ONCE_S:
                # The others have their turn when we are idle again: a start has a hundred rooms to check.
                break

    async def _contained(self, room_id: RoomId) -> bool:
        try:
            return await self._look(room_id)
        except (LoggedOut, DatabaseAway):
            raise
        except Exception as exc:  # the outermost frame of a room's review: other rooms' must not wait for it
            _log.exception("review_failed", room_id=room_id, error=type(exc).__name__)
            return False

    async def _look(self, room_id: RoomId) -> bool:
        """Check one room; False when the server could not be reached."""
        started, before = time.monotonic(), Counter(self.counts)
        async with self.database.begin() as transaction:
            whole = await memory.was_said(transaction, room_id, _WHAT)
            # What referenced a chapter that was redacted since still counts, and is still shown under it.
            known = [each for each in await roots.roots(transaction, room_id, redacted=whole) if each.sent]
            held = await store.carriers(transaction, room_id)
        try:
            shown = [(root, await self._shown(room_id, root)) for root in (known if whole else known[:_RECENT])]
            missing = list(_missing(held, shown, whole=whole))
            gone, missing = await self._sweep(room_id, missing)
            gone += [each for each in missing[:MOST_CHECKED] if await self._is_gone(room_id, each)]
            standing = [EventId(root.root) for root, _ in shown if root.verdict != GONE]
            gone += [each for each in standing if await self._is_gone(room_id, each)]
        except Unreachable:
            self.counts["unreachable"] += 1
            return False
        async with self.ledger.begin(self.database, room_id) as transaction:
            for event_id in gone:
                await self.erase(room_id, event_id, transaction)
            if whole:
                await memory.forget_was_said(transaction, room_id, _WHAT)
        self.counts["erased"] += len(gone)
        done = {name: self.counts[name] - before[name] for name in ("pages", "events", "checked", "erased")}
        ms = round((time.monotonic() - started) * 1000)
        _log.info("reviewed", room_id=room_id, whole=whole, ms=ms, unchecked=len(missing[MOST_CHECKED:]), **done)
        return True

    async def _shown(self, room_id: RoomId, root: Root) -> frozenset[EventId] | None:
        """Return the events that reference a chapter and have not been redacted; None where we may not look."""
        found: set[EventId] = set()
        try:
            async for page in paging.relations(self.edge, room_id, EventId(root.root), self.counts):
                found.update(each.event_id for each in page if not (isinstance(each, Event) and each.redacted))
        except LoggedOut:
            raise
        except Refused:
            self.counts["refused"] += 1
            return None
        return frozenset(found)

    async def _sweep(self, room_id: RoomId, wanted: list[EventId]) -> tuple[list[EventId], list[EventId]]:
        """Look for many events where their authors said them; return those that are redacted, and those not found."""
        if len(wanted) <= FEW:
            return [], wanted
        left, gone, pages = {*wanted}, [], 0
        senders = {self.edge.user_id, *self.assistants()}
        try:
            async for page in paging.said(self.edge, room_id, senders, self.counts):
                for event in page:
                    if isinstance(event, Event | Unreadable) and event.event_id in left:
                        left.discard(event.event_id)
                        gone += [event.event_id] if isinstance(event, Event) and event.redacted else []
                pages += 1
                # Where so few are found among what they said, asking for the rest is cheaper than reading on.
                if not left or pages > 2 + len(wanted) // 10:
                    break
        except LoggedOut:
            raise
        except Refused:
            self.counts["refused"] += 1
        return gone, [event_id for event_id in wanted if event_id in left]

    async def _is_gone(self, room_id: RoomId, event_id: EventId) -> bool:
        """Tell whether the server shows the event as redacted.

        One that it does not show (purged, or not ours to see), or shows and left out of the look-up, proves nothing.
        """
        self.counts["checked"] += 1
        found = await self.edge.fetch_event(room_id, event_id)
        return isinstance(found, Event) and found.redacted


def _missing(
    held: Sequence[Carrier], shown: Sequence[tuple[Root, frozenset[EventId] | None]], *, whole: bool
) -> Iterator[EventId]:
    """Yield the events of what we hold that no look-up shows, the latest operation first.

    *shown* is in the order of the chapters, the latest first. An operation is looked for in the chapter that was the
    current one at its clock: where that one may not be read, it is not missing.
    """
    everywhere = frozenset[EventId]().union(*(events for _, events in shown if events is not None))
    for carrier in held:
        chapter = next((events for root, events in shown if carrier.clock > root.clock), frozenset() if whole else None)
        if chapter is not None and carrier.event_id not in everywhere:
            yield carrier.event_id
