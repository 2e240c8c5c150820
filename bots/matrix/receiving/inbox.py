"""What was stored is handled: rooms side by side, each person's events in order, each item once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

import structlog

from bots.database.engine import Database, Transaction
from bots.database.errors import DatabaseAway
from bots.matrix.backoff import Backoff, Clock, pause
from bots.matrix.encryption import Encryption
from bots.matrix.errors import LoggedOut, Unreachable
from bots.matrix.events import Event, Incoming, Redaction, ToDevice, Unreadable
from bots.matrix.port import Handler
from bots.matrix.reading import TXN, EventReader, awaited
from bots.matrix.receiving import inbox_store
from bots.matrix.receiving.gaps import Gaps
from bots.matrix.receiving.intake import InboxItem, SyncResult
from bots.matrix.receiving.turns import KEPT, Turns
from bots.matrix.seams import Seams
from bots.matrix.whole import launch, whole
from config.identifiers import RoomId, UserId

log = structlog.get_logger(__name__)

GRACE_MS = 10_000
"""How long a key may be later than its event before we say that we cannot read it."""
UNSENT = 10
"""How many answers to one person may be on their way in a room: the rest of what they asked waits behind others."""
CROWD = 50
"""How much of one person's must wait behind their own answers before the room is told."""
# A key may still come; anything else will not get better.
_MAY_YET_COME = frozenset({"no_session", "withheld", "absent"})


class Postbox(Protocol):
    """What the inbox tells the outbox."""

    def collect(self, transaction: Transaction, person: str | None = None) -> None:
        """Remember what is enqueued in *transaction*, because of what *person* said."""

    def release(self, transaction: Transaction, *, committed: bool) -> None:
        """Send what was enqueued in *transaction*, if it was committed."""

    def confirm(self, room_id: RoomId, txn: str, event_id: str) -> None:
        """Note that a message of ours was seen in the room."""

    def unsent(self, room_id: RoomId, person: str) -> int:
        """Return how many messages because of what *person* said are on their way in a room."""


class Inbox:
    """The stored events that wait for the handler."""

    def __init__(
        self,
        user_id: UserId,
        database: Database,
        reader: EventReader,
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
        self._rooms: dict[RoomId, Turns] = {}
        self._stale: set[RoomId] = set()
        self._gapped: dict[RoomId, int] = {}
        """Since when (ms) the rooms with a hole in their timeline wait for it to be filled."""
        self._filling: dict[RoomId, int] = {}
        self._crowds: set[tuple[RoomId, str]] = set()
        """Of whom a room was told that much of theirs waits."""
        self._busy: set[RoomId] = set()
        self._graces: list[tuple[InboxItem, int]] = []
        self._counts: dict[str, int] = {}
        self._redacted: set[tuple[RoomId, str]] = set()
        """What waits in memory as it was before its redaction, which overtook it."""
        self.drained = asyncio.Event()
        self.keyless = asyncio.Event()

    async def load(self, transaction: Transaction) -> None:
        """Find what an earlier process left; drop what was handled long ago."""
        await inbox_store.prune(transaction, self._clock.now_ms())
        self._rooms = {}
        self._stale = await inbox_store.waiting_rooms(transaction)
        self._gapped = dict.fromkeys(await self._gaps.load(transaction), self._clock.now_ms())
        self._graces = await inbox_store.keyless(transaction)
        self._counts = await inbox_store.counts(transaction)

    def start(self, group: asyncio.TaskGroup, handler: Handler, encryption: Encryption) -> None:
        """Work in *group* from now on."""
        self._group, self._handler, self._encryption = group, handler, encryption
        self._busy = set()
        self._slots = asyncio.Semaphore(8)
        for room_id in self._stale | self._gapped.keys():
            self.look(room_id)
        for item, due in self._graces:
            group.create_task(self._wait_for_key(item, due))
        self._graces = []

    @property
    def waiting(self) -> int:
        """How many items wait in memory for their turn."""
        return sum(len(turns) for turns in self._rooms.values())

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
        """Whether nothing is being worked on; something may wait to be tried again, or behind its own answers."""
        return not self._busy

    @property
    def stuck_ms(self) -> int:
        """How long somebody's next event, or a room, has waited without anything being done about it (ms)."""
        now = self._clock.now_ms()
        queues = (queue.since for turns in self._rooms.values() for _, queue in turns.queues())
        return now - min((now, *queues, *self._gapped.values(), *self._filling.values()))

    def accept(self, taken: SyncResult) -> None:
        """Work on what a committed sync brought."""
        now = self._clock.now_ms()
        for room_id in taken.gaps:
            self._gapped.setdefault(room_id, now)
        self._stale |= taken.gaps | taken.woken
        for item in taken.items:
            item.since = now
            self._turns(item.room_id).accept(item)
        for sender in taken.garbled:
            self._handler.garbled(sender)
        for room_id in {item.room_id for item in taken.items} | taken.gaps | taken.woken:
            self.look(room_id)
        if self.idle:
            self.drained.set()

    async def wake(self, sessions: frozenset[tuple[RoomId, str]]) -> None:
        """Try again what was encrypted with *sessions*."""
        if not sessions:
            return
        async with self._database.begin() as transaction:
            await inbox_store.wake(transaction, sessions)
        for room_id in {room for room, _ in sessions}:
            self._stale.add(room_id)
            self.look(room_id)

    def look(self, room_id: RoomId) -> None:
        """Go on in a room, if there is something to be done now."""
        if room_id not in self._busy:
            self._busy.add(room_id)
            launch(self._group, self._work(room_id))

    def _turns(self, room_id: RoomId) -> Turns:
        return self._rooms.setdefault(room_id, Turns())

    async def _work(self, room_id: RoomId) -> None:
        backoff = Backoff()
        while True:
            try:
                if not await self._step(room_id):
                    break
                backoff.succeeded()
            except DatabaseAway as exc:
                log.warning("room_postponed", room_id=room_id, error=type(exc).__name__)
                await pause(self._clock, backoff.failed())
        # Nothing awaits between the last look and this line: what comes later starts a new worker.
        self._busy.discard(room_id)
        if not self._turns(room_id):
            del self._rooms[room_id]
            self._crowds = {crowd for crowd in self._crowds if crowd[0] != room_id}
        if self.idle:
            self.drained.set()

    async def _step(self, room_id: RoomId) -> bool:
        if room_id in self._gapped:
            await self._fill(room_id)
            return True
        turns = self._turns(room_id)
        if room_id in self._stale:
            await whole(self._reload(room_id))
        elif (sender := turns.emptied()) is not None:
            await whole(self._reload(room_id, sender))
        elif (item := turns.next(lambda who: self._outbox.unsent(room_id, who) < UNSENT)) is not None:
            await self._take(item, turns)
        else:
            return await self._tell_of_crowd(room_id, turns)
        return True

    async def _fill(self, room_id: RoomId) -> None:
        # First: what opens meanwhile is for the next time.
        since = self._filling[room_id] = self._gapped.pop(room_id)
        self._stale.add(room_id)
        try:
            for user_id in await self._gaps.fill(room_id, self._handler):
                self._encryption.member_left(room_id, user_id)
        except DatabaseAway:
            self._gapped.setdefault(room_id, since)
            raise
        finally:
            del self._filling[room_id]

    async def _reload(self, room_id: RoomId, sender: str | None = None) -> None:
        self._stale.discard(room_id)
        async with self._database.begin() as transaction:
            items, unfinished = await inbox_store.load(transaction, room_id, KEPT, sender)
        self._turns(room_id).load(items, unfinished)

    async def _tell_of_crowd(self, room_id: RoomId, turns: Turns) -> bool:
        """Have the room told of whose events wait behind their own answers; tell whether that was new."""
        for person, queue in turns.queues():
            if len(queue.items) >= CROWD and not queue.held and (room_id, person) not in self._crowds:
                self._crowds.add((room_id, person))
                await whole(self._crowded(room_id, person))
                return True
        return False

    async def _crowded(self, room_id: RoomId, person: str) -> None:
        try:
            async with self._posting(None) as transaction:
                waiting = await inbox_store.many(transaction, room_id, person)
                await self._handler.crowded(room_id, UserId(person), waiting, transaction)
        except LoggedOut:
            raise
        except Exception as exc:  # the outermost frame of something that only helps to understand
            log.exception("crowd_untold", room_id=room_id, error=type(exc).__name__)

    async def _take(self, item: InboxItem, turns: Turns) -> None:
        # Nobody pauses here: eight rooms of one person's would be everybody's pause.
        async with self._slots:
            failure = await self._attempt(item)
        if failure is None:
            turns.done(item, self._clock.now_ms())
            return
        retry_after = failure.retry_after if isinstance(failure, Unreachable) else None
        launch(self._group, self._again(item, turns, turns.hold(item, retry_after)))

    async def _again(self, item: InboxItem, turns: Turns, delay: float) -> None:
        await pause(self._clock, delay)
        turns.release(item)
        self.look(item.room_id)

    async def _attempt(self, item: InboxItem) -> Exception | None:
        """Hand *item* over; return the failure after which it is tried again, None: it is done, or given up."""
        try:
            await whole(self._hand_over(item))
        except LoggedOut:
            raise
        except (Unreachable, DatabaseAway) as exc:
            # Not the item's fault: the homeserver or the database is away, and will be back.
            log.warning("item_postponed", event_id=item.event_id, error=type(exc).__name__)
            return exc
        except Exception as exc:  # the outermost frame of one item: whatever is wrong with it, the others go on
            log.exception("item_failed", event_id=item.event_id, error=type(exc).__name__)
            return None if await whole(self._gives_up(item)) else exc
        return None

    async def _gives_up(self, item: InboxItem) -> bool:
        """Count a failure that is the item's own; tell whether it was the last."""
        try:
            async with self._database.begin() as transaction:
                if not await inbox_store.count_failure(transaction, item):
                    return False
        except DatabaseAway:
            return False
        self._counts["failed"] = self.failed + 1
        log.error("item_given_up", event_id=item.event_id, room_id=item.room_id)
        try:
            async with self._posting(item.sender) as transaction:
                incoming = await self._read(item, transaction)
                if incoming is not None and not isinstance(incoming, ToDevice):
                    await self._handler.abandoned(incoming, transaction)
        except LoggedOut:
            raise
        except Exception as exc:  # the outermost frame: it was reading it, perhaps, that failed
            log.exception("failure_untold", event_id=item.event_id, error=type(exc).__name__)
        return True

    @asynccontextmanager
    async def _posting(self, person: str | None) -> AsyncIterator[Transaction]:
        """Open a transaction; what is enqueued in it, because of *person*, is sent once it is committed."""
        transaction: Transaction | None = None
        committed = False
        try:
            async with self._database.begin() as transaction:
                self._outbox.collect(transaction, person)
                yield transaction
            committed = True
        except BaseException:
            self._encryption.rolled_back()
            raise
        finally:
            if transaction is not None:
                self._outbox.release(transaction, committed=committed)

    async def _hand_over(self, item: InboxItem) -> None:
        due: int | None = None
        overtaken = False
        async with self._posting(item.sender) as transaction:
            if not await inbox_store.claim(transaction, item):
                return
            if (item.room_id, item.event_id) in self._redacted:
                item.raw = inbox_store.emptied(item.raw)
            incoming = await self._read(item, transaction)
            due = await self._put_back(item, incoming, transaction)
            if isinstance(incoming, Redaction):
                overtaken = await inbox_store.empty(transaction, item.room_id, incoming.target)
            if incoming is not None and due is None:
                await self._handler.handle(incoming, transaction)
        self._seams.reach("handled")
        self._redacted.discard((item.room_id, item.event_id))
        if isinstance(incoming, Redaction) and overtaken:
            self._redacted.add((item.room_id, incoming.target))
        if due is not None:
            launch(self._group, self._wait_for_key(item, due))
        self._note_own(item, incoming)

    async def _read(self, item: InboxItem, transaction: Transaction) -> Incoming | ToDevice | None:
        if item.told:
            return await self._reader.hear(item.room_id, item.raw, transaction)
        return await self._reader.read(item.room_id, item.raw, transaction, position=item.position, late=item.late)

    async def _put_back(
        self, item: InboxItem, incoming: Incoming | ToDevice | None, transaction: Transaction
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
        wait = incoming.reason != "withheld" and not item.final and not item.late
        if item.told and not wait:
            # Told to our device: whatever it was is told again, where it matters.
            return None
        due = self._clock.now_ms() + GRACE_MS if wait else 0
        state = "keyless" if wait else "unreadable"
        await inbox_store.put_back(transaction, item, state, awaited(item.raw, incoming.reason), due)
        return due if wait else None

    async def _wait_for_key(self, item: InboxItem, due: int) -> None:
        await pause(self._clock, max(0.0, (due - self._clock.now_ms()) / 1000))
        # In its sender's turn again: a thousand of them at once would be a thousand before anybody else's.
        item.final = True
        self._turns(item.room_id).insist(item)
        self.look(item.room_id)

    def _note_own(self, item: InboxItem, incoming: Incoming | ToDevice | None) -> None:
        """Tell the outbox of its own messages: the answer to the request that sent them may have been lost."""
        if item.raw["sender"] != self._user_id:
            return
        txn = item.raw.get("unsigned", {}).get("transaction_id")
        if isinstance(incoming, Event):
            txn = incoming.content.get(TXN) or txn
        if isinstance(txn, str):
            self._outbox.confirm(item.room_id, txn, item.event_id)
