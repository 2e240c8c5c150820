"""What is to be said is stored first, then sent: once, and in order where the order matters."""

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import replace

import structlog

from bots.database.engine import Database, Transaction
from bots.database.errors import DatabaseAway
from bots.database.gathering import gathers
from bots.matrix.backoff import Backoff, Clock, pause
from bots.matrix.errors import LoggedOut, Refused, Unreachable
from bots.matrix.events import Outgoing, OutgoingRedaction, Sent
from bots.matrix.port import Handler, Raw
from bots.matrix.rooms import Rooms
from bots.matrix.seams import Seams
from bots.matrix.sending import outbox_store
from bots.matrix.sending.addressing import addressed, awaited
from bots.matrix.sending.delivery import Delivery, Letter
from bots.matrix.sending.lane import Lane
from bots.matrix.whole import launch, whole
from config.identifiers import DeviceId, EventId, RoomId, UserId

log = structlog.get_logger(__name__)

_AT_ONCE = 24
_TRIES = 3
"""How often a letter is tried that fails by its own fault."""
UNSENDABLE = "FR_BEFFROI_UNSENDABLE"
"""What stands in the place of the server's error code for such a letter."""
_REMEMBERED = 2000  # acknowledged messages whose echo may still come


class Failed:
    """A letter could not be sent by its own fault, this time."""


class Outbox:
    """Stored messages, and the hands that send them.

    A queued message may have been attempted at any time since it was enqueued, by the device that was ours then: so an
    attempt need not be written down before it is made, which would cost a transaction for each message.
    """

    def __init__(
        self,
        user_id: UserId,
        database: Database,
        rooms: Rooms,
        delivery: Delivery,
        clock: Clock,
        seams: Seams,
        *,
        device_id: Callable[[], DeviceId],
    ) -> None:
        self._user_id = user_id
        self._database = database
        self._rooms = rooms
        self._delivery = delivery
        self._clock = clock
        self._seams = seams
        self._device_id = device_id
        self._lanes: dict[RoomId, Lane] = {}
        self._known: dict[tuple[RoomId, str], Letter] = {}
        self._collecting: dict[int, list[Letter]] = {}
        self._persons: dict[int, str | None] = {}
        self._failures: Counter[int] = Counter()
        self.relieved: Callable[[RoomId], None] = lambda _: None
        """Told of rooms in which something was acknowledged."""
        self._acknowledged: OrderedDict[tuple[RoomId, str], None] = OrderedDict()
        self._acks: list[tuple[Letter, EventId | Refused]] = []
        self._acked = asyncio.Event()
        self._look = asyncio.Event()
        self._group: asyncio.TaskGroup | None = None

    async def enqueue(self, message: Outgoing | OutgoingRedaction, transaction: Transaction) -> None:
        """Store *message*; the same txn again is dropped."""
        device_id, now = self._device_id(), self._clock.now_ms()
        if gathers(transaction):
            await outbox_store.gather(transaction, message, device_id, now)
            self._look.set()
            return
        letter = await outbox_store.insert(transaction, message, device_id, now, self._persons.get(id(transaction)))
        if letter is None:
            return
        collected = self._collecting.get(id(transaction))
        if collected is not None:
            collected.append(letter)
            return
        # Somebody else's transaction: we cannot see its end, so we look in the database until it shows.
        self._look.set()

    def collect(self, transaction: Transaction, person: str | None = None) -> None:
        """Remember what is enqueued in *transaction*, because of what *person* said, until :meth:`release`."""
        self._collecting[id(transaction)] = []
        self._persons[id(transaction)] = person

    def release(self, transaction: Transaction, *, committed: bool) -> None:
        """Send what was enqueued in *transaction*, if it was committed."""
        self._persons.pop(id(transaction), None)
        for letter in self._collecting.pop(id(transaction), []):
            if committed:
                self._queue(letter)

    async def load(self, transaction: Transaction) -> None:
        """Find what an earlier process left."""
        self._lanes, self._known = {}, {}
        self._acks = []
        await self._read(transaction)

    async def _read_again(self) -> None:
        async with self._database.begin() as transaction:
            await self._read(transaction)

    async def _read(self, transaction: Transaction) -> None:
        for letter in await outbox_store.queued(transaction):
            self._queue(letter)

    def _queue(self, letter: Letter) -> None:
        if (letter.room_id, letter.txn) in self._known:
            return
        self._known[letter.room_id, letter.txn] = letter
        lane = self._lanes.setdefault(letter.room_id, Lane())
        lane.queue.append(letter)
        if letter.person is not None:
            lane.unsent[letter.person] += 1
        self.wake(letter.room_id)

    def start(self, group: asyncio.TaskGroup, handler: Handler) -> None:
        """Work in *group* from now on."""
        self._group, self._handler = group, handler
        self._slots = asyncio.Semaphore(_AT_ONCE)
        group.create_task(self._acknowledge())
        group.create_task(self._look_for_more())
        for room_id in list(self._lanes):
            self.wake(room_id)

    @property
    def waiting(self) -> int:
        """How many messages are not acknowledged yet."""
        return len(self._known)

    def unsent(self, room_id: RoomId, person: str) -> int:
        """Return how many messages because of what *person* said are on their way in a room."""
        lane = self._lanes.get(room_id)
        return 0 if lane is None else lane.unsent[person]

    def wake(self, room_id: RoomId) -> None:
        """Go on sending to *room_id*, for instance because we are in it again."""
        lane = self._lanes.get(room_id)
        if self._group is None or lane is None or self._rooms.get(room_id).membership != "join":
            return
        while (letter := lane.next()) is not None:
            launch(self._group, self._send(lane, letter))

    def confirm(self, room_id: RoomId, txn: str, event_id: str) -> None:
        """Note that a message of ours was seen in the room; it need not be sent (again)."""
        letter = self._known.get((room_id, txn))
        if letter is not None:
            self._delivery.confirm(letter, event_id)

    def recognise(self, room_id: RoomId, raw: Raw) -> bool:
        """Tell whether a synced event is a message that we have sent: whatever it means to us, :meth:`sent` tells.

        Servers name the transaction to nobody but the device that used it. To decrypt, check and store again what we
        wrote ourselves would cost as much as the command that it answers.
        """
        txn = raw.get("unsigned", {}).get("transaction_id")
        if not isinstance(txn, str) or raw["sender"] != self._user_id or raw["type"] == "m.room.redaction":
            return False
        self.confirm(room_id, txn, raw["event_id"])
        return (room_id, txn) in self._known or (room_id, txn) in self._acknowledged

    async def _send(self, lane: Lane, letter: Letter) -> None:
        outcome: EventId | Refused | Unreachable | DatabaseAway | Failed | None
        try:
            async with self._slots:
                letter = await self._addressed(letter)
                outcome = await whole(self._delivery.deliver(letter))
        except LoggedOut:
            raise
        except (Unreachable, DatabaseAway) as exc:
            outcome = exc
        except Exception as exc:  # the outermost frame of a letter: the others, and other rooms', must go on
            outcome = self._failed(letter, exc)
        lane.flying -= 1
        lane.closed = False
        if isinstance(outcome, Unreachable | DatabaseAway | Failed):
            lane.back(letter)
            await self._pause(lane, letter, outcome)
        elif outcome is None:
            # Not in the room, and the sync has not said so yet: when we are in again, it wakes us.
            lane.back(letter)
            return
        else:
            lane.backoff.succeeded()
            self._acks.append((letter, outcome))
            self._acked.set()
        self.wake(letter.room_id)

    def _failed(self, letter: Letter, failure: Exception) -> "Failed | Refused":
        """Count a failure that is the letter's own; after a few it will never be sent."""
        self._failures[letter.id] += 1
        error = type(failure).__name__
        log.exception("send_failed", room_id=letter.room_id, txn=letter.txn, error=error)
        if self._failures[letter.id] < _TRIES:
            return Failed()
        del self._failures[letter.id]
        return Refused(0, UNSENDABLE, error)

    async def _addressed(self, letter: Letter) -> Letter:
        """Return *letter* with the event id of what it edits, which was sent before it."""
        txn = awaited(letter.body)
        if txn is None:
            return letter
        told = next((what for each, what in self._acks if (each.room_id, each.txn) == (letter.room_id, txn)), None)
        event_id = told if isinstance(told, EventId) else None
        if told is None:
            async with self._database.begin() as transaction:
                event_id = await outbox_store.sent_as(transaction, letter.room_id, txn)
        return replace(letter, body=addressed(letter.body, event_id))

    async def _pause(self, lane: Lane, letter: Letter, failure: "Unreachable | DatabaseAway | Failed") -> None:
        if lane.paused:
            # Those that were on their way together fail together.
            return
        lane.paused = True
        delay = lane.backoff.failed(failure.retry_after if isinstance(failure, Unreachable) else None)
        log.info("send_postponed", room_id=letter.room_id, txn=letter.txn, error=type(failure).__name__, seconds=delay)
        await pause(self._clock, delay)
        lane.paused = False

    async def _acknowledge(self) -> None:
        """Write down what was sent, all that is known at a time in one transaction."""
        while True:
            await self._acked.wait()
            self._acked.clear()
            while self._acks:
                batch = list(self._acks)
                await self._write_down(batch)
                del self._acks[: len(batch)]
                for letter, _ in batch:
                    self._forget(letter)
                for room_id in {letter.room_id for letter, _ in batch}:
                    self.relieved(room_id)

    def _forget(self, letter: Letter) -> None:
        self._known.pop((letter.room_id, letter.txn), None)
        self._delivery.forget(letter)
        if letter.person is not None:
            self._lanes[letter.room_id].unsent[letter.person] -= 1
        self._acknowledged[letter.room_id, letter.txn] = None
        while len(self._acknowledged) > _REMEMBERED:
            self._acknowledged.popitem(last=False)

    async def _write_down(self, batch: list[tuple[Letter, EventId | Refused]]) -> None:
        """Record *batch*, and tell of it: one by one where that fails, so that one does not silence the others."""
        backoff = Backoff()
        while True:
            try:
                return await whole(self._record(batch))
            except DatabaseAway as exc:
                log.warning("acknowledge_postponed", error=type(exc).__name__)
            except Exception as exc:  # the outermost loop: the messages are sent, whatever the handler says
                log.exception("acknowledge_failed", error=type(exc).__name__)
                if backoff.failures >= _TRIES:
                    break
            await pause(self._clock, backoff.failed())
        if len(batch) == 1:
            return await self._write_down_untold(batch)
        for queued in batch:
            await self._write_down([queued])
        return None

    async def _write_down_untold(self, batch: list[tuple[Letter, EventId | Refused]]) -> None:
        backoff = Backoff()
        while True:
            try:
                return await whole(self._record(batch, tell=False))
            except DatabaseAway as exc:
                log.warning("acknowledge_postponed", error=type(exc).__name__)
                await pause(self._clock, backoff.failed())

    async def _record(self, batch: list[tuple[Letter, EventId | Refused]], *, tell: bool = True) -> None:
        transaction: Transaction | None = None
        committed = False
        try:
            async with self._database.begin() as transaction:
                self.collect(transaction)
                await outbox_store.acknowledge(transaction, batch)
                for letter, what in batch if tell else ():
                    if isinstance(what, Refused):
                        await self._handler.refused(letter.txn, letter.room_id, what, transaction)
                    else:
                        content = {} if letter.kind == "m.room.redaction" else letter.body
                        sent_as = Sent(letter.room_id, letter.txn, what, letter.kind, content)
                        await self._handler.sent(sent_as, transaction)
            committed = True
        finally:
            if transaction is not None:
                self.release(transaction, committed=committed)
        self._seams.reach("acknowledged")

    async def _look_for_more(self) -> None:
        """Find what was enqueued in transactions that we did not open."""
        while True:
            await self._look.wait()
            self._look.clear()
            # SQLite's one writer makes the first look wait for the commit; PostgreSQL lets us look too early.
            for delay in (0.0, 0.05, 0.5, 3.0):
                if delay and await self._is_woken(delay):
                    # Something more was enqueued: looked for at once, and not after the longest of these waits.
                    break
                try:
                    await whole(self._read_again())
                except DatabaseAway as exc:
                    log.warning("outbox_unreadable", error=type(exc).__name__)
                    await pause(self._clock, 0)

    async def _is_woken(self, seconds: float) -> bool:
        """Wait; tell whether there is something to look for before that."""
        waits = [asyncio.ensure_future(self._look.wait()), asyncio.ensure_future(pause(self._clock, seconds))]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        return self._look.is_set()
