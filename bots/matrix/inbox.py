"""What was stored is handled: rooms side by side, each room in order, each item once."""

import asyncio
import json
from collections import deque
from contextvars import ContextVar
from typing import Any, Protocol

import structlog
from sqlalchemy import text

from bots.database.engine import Database, Transaction
from bots.database.errors import DatabaseAway
from bots.matrix.backoff import Backoff, Clock, pause
from bots.matrix.encryption import Encryption
from bots.matrix.errors import LoggedOut, Unreachable
from bots.matrix.events import Event, Incoming, ToDevice, Unreadable
from bots.matrix.gaps import Gaps
from bots.matrix.intake import WAKE, Item, Taken
from bots.matrix.port import Handler
from bots.matrix.reading import TXN, Reader, awaited
from bots.matrix.seams import Seams
from bots.matrix.whole import launch, whole
from config.identifiers import RoomId, UserId

log = structlog.get_logger(__name__)

GRACE_MS = 10_000
"""How long a key may be later than its event before we say that we cannot read it."""
_ATTEMPTS = 6
_CHUNK = 200
_LONGEST_QUEUE = 1000
_KEPT_MS = 7 * 86_400_000
# A key may still come; anything else will not get better.
_MAY_YET_COME = frozenset({"no_session", "withheld", "absent"})

_CLAIM = text(
    "UPDATE matrix_inbox SET state = 'handled', raw = '' WHERE room_id = :room_id AND event_id = :event_id"
    " AND state IN ('waiting', 'keyless')"
)
_PUT_BACK = text(
    "UPDATE matrix_inbox SET state = :state, raw = :raw, session_id = :session_id, due = :due"
    " WHERE room_id = :room_id AND event_id = :event_id"
)
_COUNT = text(
    "UPDATE matrix_inbox SET attempts = attempts + 1,"
    " state = CASE WHEN attempts + 1 >= :limit THEN 'failed' ELSE state END"
    " WHERE room_id = :room_id AND event_id = :event_id AND state IN ('waiting', 'keyless')"
)
_LOAD = text(
    "SELECT event_id, position, raw, attempts, late FROM matrix_inbox"
    " WHERE room_id = :room_id AND state = 'waiting' ORDER BY position LIMIT :limit"
)
_WAITING = text("SELECT DISTINCT room_id FROM matrix_inbox WHERE state = 'waiting'")
_KEYLESS = text("SELECT room_id, event_id, position, raw, attempts, due FROM matrix_inbox WHERE state = 'keyless'")
_COUNTS = text("SELECT state, count(*) FROM matrix_inbox WHERE state <> 'handled' GROUP BY state")
_PRUNE = text("DELETE FROM matrix_inbox WHERE state IN ('handled', 'failed') AND stored_at < :before")

CURRENT: ContextVar[Transaction | None] = ContextVar("CURRENT", default=None)
"""The transaction in which a handler runs now: SQLite has one writer, so what the handler asks of us joins it."""


class Postbox(Protocol):
    """What the inbox tells the outbox."""

    def collect(self, transaction: Transaction) -> None:
        """Remember what is enqueued in *transaction*."""

    def release(self, transaction: Transaction, *, committed: bool) -> None:
        """Send what was enqueued in *transaction*, if it was committed."""

    def confirm(self, room_id: RoomId, txn: str, event_id: str) -> None:
        """Note that a message of ours was seen in the room."""


class Inbox:
    """The stored events that wait for the handler."""

    def __init__(
        self,
        user_id: UserId,
        database: Database,
        reader: Reader,
        gaps: Gaps,
        clock: Clock,
        seams: Seams,
        outbox: Postbox,
    ) -> None:
        self._user_id = user_id
        self._database = database
        self._reader = reader
        self._gaps = gaps
        self._clock = clock
        self._seams = seams
        self._outbox = outbox
        self._queues: dict[RoomId, deque[Item]] = {}
        self._stale: set[RoomId] = set()
        self._gapped: set[RoomId] = set()
        self._busy: set[RoomId] = set()
        self._graces: list[tuple[Item, int]] = []
        self._counts: dict[str, int] = {}
        self.drained = asyncio.Event()
        self.keyless = asyncio.Event()

    async def load(self, transaction: Transaction) -> None:
        """Find what an earlier process left; drop what was handled long ago."""
        await transaction.execute(_PRUNE, {"before": self._clock.now_ms() - _KEPT_MS})
        self._queues = {}
        self._stale = {RoomId(each) for each in (await transaction.execute(_WAITING)).scalars()}
        self._gapped = await self._gaps.load(transaction)
        self._graces = [
            (Item(RoomId(row[0]), row[1], row[2], json.loads(row[3]), row[4]), row[5])
            for row in await transaction.execute(_KEYLESS)
        ]
        self._counts = {row[0]: row[1] for row in await transaction.execute(_COUNTS)}

    def start(self, group: asyncio.TaskGroup, handler: Handler, encryption: Encryption) -> None:
        """Work in *group* from now on."""
        self._group, self._handler, self._encryption = group, handler, encryption
        self._busy = set()
        self._slots = asyncio.Semaphore(8)
        for room_id in self._stale | self._gapped:
            self._work_on(room_id)
        for item, due in self._graces:
            group.create_task(self._wait_for_key(item, due))
        self._graces = []

    @property
    def waiting(self) -> int:
        """How many items wait in memory for their turn."""
        return sum(len(each) for each in self._queues.values())

    @property
    def unreadable(self) -> int:
        """How many events could not be decrypted since the start, and before if they still may be."""
        return self._counts.get("unreadable", 0)

    @property
    def failed(self) -> int:
        """How many items the handler has failed on for good."""
        return self._counts.get("failed", 0)

    @property
    def idle(self) -> bool:
        """Whether nothing is being worked on."""
        return not self._busy

    def accept(self, taken: Taken) -> None:
        """Work on what a committed sync brought."""
        self._gapped |= taken.gaps
        self._stale |= taken.gaps | taken.woken
        for item in taken.items:
            queue = self._queues.setdefault(item.room_id, deque())
            if item.room_id in self._stale or len(queue) >= _LONGEST_QUEUE:
                self._stale.add(item.room_id)
                continue
            queue.append(item)
        for sender in taken.garbled:
            self._handler.garbled(sender)
        for room_id in {each.room_id for each in taken.items} | taken.gaps | taken.woken:
            self._work_on(room_id)
        if self.idle:
            self.drained.set()

    async def wake(self, sessions: frozenset[tuple[RoomId, str]]) -> None:
        """Try again what was encrypted with *sessions*."""
        if not sessions:
            return
        async with self._database.begin() as transaction:
            await transaction.execute(WAKE, [{"room_id": room, "session_id": session} for room, session in sessions])
        for room_id in {room for room, _ in sessions}:
            self._stale.add(room_id)
            self._work_on(room_id)

    def _work_on(self, room_id: RoomId) -> None:
        if room_id not in self._busy:
            self._busy.add(room_id)
            launch(self._group, self._work(room_id))

    async def _work(self, room_id: RoomId) -> None:
        while await self._step(room_id):
            pass
        # Nothing awaits between the last look and this line: what comes later starts a new worker.
        self._busy.discard(room_id)
        self._queues.pop(room_id, None)
        if self.idle:
            self.drained.set()

    async def _step(self, room_id: RoomId) -> bool:
        if room_id in self._gapped:
            self._gapped.discard(room_id)
            self._stale.add(room_id)
            for user_id in await self._gaps.fill(room_id, self._handler):
                self._encryption.member_left(room_id, user_id)
            return True
        queue = self._queues.get(room_id)
        if queue:
            async with self._slots:
                await self._handle(queue[0])
            queue.popleft()
            return True
        if room_id in self._stale:
            await whole(self._reload(room_id))
            return True
        return False

    async def _reload(self, room_id: RoomId) -> None:
        self._stale.discard(room_id)
        async with self._database.begin() as transaction:
            rows = (await transaction.execute(_LOAD, {"room_id": room_id, "limit": _CHUNK})).all()
        queue = self._queues.setdefault(room_id, deque())
        known = {each.event_id for each in queue}
        items = [
            Item(room_id, row[0], row[1], json.loads(row[2]), row[3], bool(row[4]))
            for row in rows
            if row[0] not in known
        ]
        self._queues[room_id] = deque(sorted((*queue, *items), key=lambda each: each.position))
        if len(rows) == _CHUNK:
            self._stale.add(room_id)

    async def _handle(self, item: Item, *, final: bool = False) -> None:
        """Hand *item* over until it is done or given up."""
        backoff = Backoff()
        while True:
            try:
                return await whole(self._hand_over(item, final=final))
            except LoggedOut:
                raise
            except (Unreachable, DatabaseAway) as exc:
                # Not the item's fault: the homeserver or the database is away, and will be back.
                log.warning("item_postponed", event_id=item.event_id, error=type(exc).__name__)
                retry_after = exc.retry_after if isinstance(exc, Unreachable) else None
                await pause(self._clock, backoff.failed(retry_after))
            except Exception as exc:  # the outermost loop of one item: whatever is wrong with it, the room goes on
                item.attempts += 1
                log.exception("item_failed", event_id=item.event_id, attempts=item.attempts, error=type(exc).__name__)
                if await whole(self._count_failure(item)):
                    return None
                await pause(self._clock, backoff.failed())

    async def _count_failure(self, item: Item) -> bool:
        async with self._database.begin() as transaction:
            key = {"room_id": item.room_id, "event_id": item.event_id}
            await transaction.execute(_COUNT, key | {"limit": _ATTEMPTS})
        if item.attempts < _ATTEMPTS:
            return False
        self._counts["failed"] = self.failed + 1
        log.error("item_given_up", event_id=item.event_id, room_id=item.room_id)
        return True

    async def _hand_over(self, item: Item, *, final: bool) -> None:
        committed = False
        transaction: Transaction | None = None
        due: int | None = None
        try:
            async with self._database.begin() as transaction:
                self._outbox.collect(transaction)
                key = {"room_id": item.room_id, "event_id": item.event_id}
                if (await transaction.execute(_CLAIM, key)).rowcount == 0:
                    return
                incoming = await self._read(item, transaction)
                due = await self._put_back(item, incoming, transaction, final=final)
                if incoming is not None and due is None:
                    await self._tell(incoming, transaction)
            committed = True
        except BaseException:
            self._encryption.rolled_back()
            raise
        finally:
            if transaction is not None:
                self._outbox.release(transaction, committed=committed)
        self._seams.reach("handled")
        if due is not None:
            launch(self._group, self._wait_for_key(item, due))
        self._note_own(item, incoming)

    async def _read(self, item: Item, transaction: Transaction) -> Incoming | ToDevice | None:
        if item.told:
            return await self._reader.hear(item.room_id, item.raw, transaction)
        return await self._reader.read(item.room_id, item.raw, transaction, position=item.position, late=item.late)

    async def _tell(self, incoming: Incoming | ToDevice, transaction: Transaction) -> None:
        token = CURRENT.set(transaction)
        try:
            await self._handler.handle(incoming, transaction)
        finally:
            CURRENT.reset(token)

    async def _put_back(
        self, item: Item, incoming: Incoming | ToDevice | None, transaction: Transaction, *, final: bool
    ) -> int | None:
        """Keep what a key may still open; return until when (ms) the handler is not to be told."""
        if not isinstance(incoming, Unreadable):
            return None
        self._counts["unreadable"] = self.unreadable + 1
        if incoming.reason == "no_session":
            # Perhaps only the sender's devices are not known yet.
            self.keyless.set()
        log.info("event_unreadable", event_id=item.event_id, room_id=item.room_id, reason=incoming.reason)
        if incoming.reason not in _MAY_YET_COME:
            return None
        # Somebody who was already told is not told again: a late item was unreadable once.
        wait = incoming.reason != "withheld" and not final and not item.late
        if item.told and not wait:
            # Told to our device: whatever it was is told again, where it matters.
            return None
        due = self._clock.now_ms() + GRACE_MS if wait else 0
        values: dict[str, Any] = {
            "room_id": item.room_id,
            "event_id": item.event_id,
            "state": "keyless" if wait else "unreadable",
            "raw": json.dumps(item.raw, separators=(",", ":")),
            "session_id": awaited(item.raw, incoming.reason),
            "due": due,
        }
        await transaction.execute(_PUT_BACK, values)
        return due if wait else None

    async def _wait_for_key(self, item: Item, due: int) -> None:
        await pause(self._clock, max(0.0, (due - self._clock.now_ms()) / 1000))
        await self._handle(item, final=True)

    def _note_own(self, item: Item, incoming: Incoming | ToDevice | None) -> None:
        """Tell the outbox of its own messages: the answer to the request that sent them may have been lost."""
        if item.raw["sender"] != self._user_id:
            return
        txn = item.raw.get("unsigned", {}).get("transaction_id")
        if isinstance(incoming, Event):
            txn = incoming.content.get(TXN) or txn
        if isinstance(txn, str):
            self._outbox.confirm(item.room_id, txn, item.event_id)
