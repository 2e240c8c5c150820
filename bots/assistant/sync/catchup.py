"""Catching up: what is missing is read from the chapters, operation by operation, not from the chat between them."""

import time
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

import structlog

from bots.assistant.sync import paging
from bots.assistant.sync.chores import Chores
from bots.database.engine import Database, Transaction
from bots.matrix.errors import LoggedOut, Refused, Unreachable
from bots.matrix.events import Event
from bots.matrix.port import Edge
from bots.register.format.chapter import Root
from bots.register.format.frontier import Ranges, Source
from bots.register.format.wire import OPS
from bots.register.store import operations as store
from bots.register.store import roots
from bots.register.store.ledger import Ledger
from config.errors import MalformedId
from config.identifiers import EventId, RoomId

_log = structlog.get_logger(__name__)

AGAIN_MS = 600_000
"""How long after a look that left the same missing the chapters are looked through again."""

_MOST_BESIDE = 500

_Gaps = dict[Source, Ranges]


@dataclass(slots=True)
class CatchUp:
    """Looks through the known chapters of rooms in which something is missing (DESIGN §4, "Chapters").

    What the look-ups do not show (where the homeserver refuses them, and loose operations that no later one names) the
    others are asked for (``need``); where nobody else is, what assistants have said is read back.
    """

    edge: Edge
    database: Database
    ledger: Ledger
    now_ms: Callable[[], int]
    recall: Callable[[Event, Transaction], Awaitable[object]]
    """Takes the operations in an event that was read back, and nothing else of it."""
    alone: Callable[[RoomId], bool]
    """Tells whether no other assistant is in a room."""
    read_back: Callable[[RoomId, Callable[[], bool]], Awaitable[None]]
    """Reads what assistants have said in a room, until it is enough."""
    counts: Counter[str] = field(default_factory=Counter)
    """``pages`` and ``events`` read, ``refused`` look-ups, how often we had to read ``back``."""
    _tried: dict[RoomId, tuple[_Gaps, int]] = field(default_factory=dict)
    chores: Chores = field(init=False)

    def __post_init__(self) -> None:
        self.chores = Chores(self.now_ms)

    async def tend(self, except_in: Collection[RoomId] = ()) -> None:
        """Look where something is missing that was not looked for. Not inside a transaction."""
        for room_id in list(self.ledger.rooms()):
            gaps = self.ledger.gaps(room_id)
            if not gaps:
                self._tried.pop(room_id, None)
            elif room_id not in except_in and self.edge.room(room_id) is not None and self._is_new(room_id, gaps):
                await self.chores.do("catching up", room_id, partial(self._look_once, room_id))

    async def _look_once(self, room_id: RoomId) -> None:
        await self.look(room_id)
        self._tried[room_id] = (self.ledger.gaps(room_id), self.now_ms())

    def _is_new(self, room_id: RoomId, gaps: _Gaps) -> bool:
        found, at = self._tried.get(room_id, ({}, 0))
        return gaps != found or self.now_ms() - at >= AGAIN_MS

    async def look(self, room_id: RoomId) -> None:
        """Read the chapters of a room, the latest first, until nothing is missing or all have been read."""
        async with self.database.begin() as transaction:
            known = await roots.roots(transaction, room_id)
        before, pages, started = self.counts["events"], self.counts["pages"], time.monotonic()
        for root in known:
            if root.sent and self.ledger.gaps(room_id):
                await self._read(room_id, root)
        if self.ledger.gaps(room_id) and self.alone(room_id):
            await self._back(room_id)
        missing = len(self.ledger.gaps(room_id))
        _log.info(
            "caught_up",
            room_id=room_id,
            events=self.counts["events"] - before,
            requests=self.counts["pages"] - pages,
            ms=round((time.monotonic() - started) * 1000),
            sources_missing=missing,
        )

    async def _read(self, room_id: RoomId, root: Root) -> None:
        try:
            async for page in paging.relations(self.edge, room_id, EventId(root.root), self.counts):
                found = [each for each in page if isinstance(each, Event)]
                await self._take(room_id, found)
                await self._take(room_id, await self._beside(room_id, found))
                if not self.ledger.gaps(room_id):
                    return
        except LoggedOut:
            raise
        except (Refused, Unreachable) as exc:
            self.counts["refused" if isinstance(exc, Refused) else "unreachable"] += 1
            _log.info("chapter_unreadable", room_id=room_id, event_id=root.root, error=type(exc).__name__)

    async def _back(self, room_id: RoomId) -> None:
        self.counts["back"] += 1
        try:
            await self.read_back(room_id, lambda: not self.ledger.gaps(room_id))
        except (Refused, Unreachable) as exc:
            self.counts["refused" if isinstance(exc, Refused) else "unreachable"] += 1

    async def _beside(self, room_id: RoomId, events: Collection[Event]) -> list[Event]:
        """Read what these operations name beside themselves (``also``): it references no chapter."""
        named = dict.fromkeys(name for each in events for name in _also(each))
        async with self.database.begin() as transaction:
            unknown = [each for each in named if await store.find_by_event(transaction, room_id, each) is None]
        found: list[Event] = []
        for name in unknown[:_MOST_BESIDE]:
            if not self.ledger.gaps(room_id):
                break
            self.counts["beside"] += 1
            event = await self.edge.fetch_event(room_id, name)
            if isinstance(event, Event):
                found.append(event)
        return found

    async def _take(self, room_id: RoomId, events: Collection[Event]) -> None:
        async with self.ledger.begin(self.database, room_id) as transaction:
            # Oldest first, as they were said: a void after what it erases costs less.
            for event in reversed([*events]):
                if not event.redacted:
                    await self.recall(event, transaction)


def _also(event: Event) -> Iterator[EventId]:
    envelope = event.content.get(OPS)
    named = envelope.get("also") if isinstance(envelope, Mapping) else None
    for name in named if isinstance(named, list) else ():
        with suppress(MalformedId):
            yield EventId.parse(name)
