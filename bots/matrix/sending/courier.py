"""What is told to devices, outside of any timeline, is stored first, then sent, user by user."""

import asyncio
import hashlib
import json
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

import structlog
from sqlalchemy import text

from bots.database.engine import Database, Transaction
from bots.database.errors import DatabaseAway
from bots.matrix.backoff import Backoff, Clock, pause
from bots.matrix.encryption import Encryption
from bots.matrix.errors import LoggedOut, Refused, Unreachable
from bots.matrix.events import OutgoingToDevice
from bots.matrix.port import Raw
from bots.matrix.reading import ROOM, TXN, is_member
from bots.matrix.rooms import Rooms
from bots.matrix.seams import Seams
from bots.matrix.whole import launch, whole
from config.identifiers import RoomId, UserId

log = structlog.get_logger(__name__)

LONGEST_MS = 24 * 3_600_000
"""How long we try to reach a device. Whoever was away longer is told anew at its next start, or at our next word."""
_MOST = 500
"""How many messages wait for one user; of more, the oldest are dropped."""
_KEPT_MS = 7 * 86_400_000
_FIRST_S, _LONGEST_S = 1.0, 60.0

_INSERT = text(
    "INSERT INTO matrix_to_device (user_id, room_id, txn, kind, body, state, enqueued_at)"
    " VALUES (:user_id, :room_id, :txn, :kind, :body, 'queued', :now) ON CONFLICT DO NOTHING RETURNING id"
)
_QUEUED = text(
    "SELECT id, user_id, room_id, txn, kind, body, enqueued_at FROM matrix_to_device WHERE state = 'queued' ORDER BY id"
)
_DONE = text("UPDATE matrix_to_device SET state = :state, body = '' WHERE id = :id")
_PRUNE = text("DELETE FROM matrix_to_device WHERE state <> 'queued' AND enqueued_at < :before")


@dataclass(frozen=True, slots=True)
class Note:
    """One row: what is to be told to one user's devices."""

    id: int
    user_id: UserId
    room_id: RoomId
    txn: str
    kind: str
    body: Raw
    enqueued_at: int

    @property
    def content(self) -> Raw:
        """What is encrypted: which room it is about, and by what a repeat is known, stand inside."""
        return {**self.body, ROOM: self.room_id, TXN: self.txn}

    @property
    def request_id(self) -> str:
        """The transaction id of the request: another one for each user."""
        return hashlib.sha256(f"{self.user_id}\n{self.room_id}\n{self.txn}".encode()).hexdigest()[:32]


@dataclass(slots=True)
class _Round:
    """One user's messages, in order; *busy* while somebody sends them."""

    queue: deque[Note] = field(default_factory=deque)
    busy: bool = False
    backoff: Backoff = field(default_factory=lambda: Backoff(first_s=_FIRST_S, longest_s=_LONGEST_S))


class Courier:
    """Stored to-device messages, and the hands that bring them.

    Each user has a queue of their own, so nobody waits for somebody else's server. A message is dropped when its user
    has left the room, or we have, or it is no longer one of *partners*; when the server refuses it; after a day.
    """

    def __init__(
        self,
        database: Database,
        rooms: Rooms,
        encryption: Encryption,
        clock: Clock,
        seams: Seams,
        partners: Callable[[], Collection[UserId]],
    ) -> None:
        self._database = database
        self._rooms = rooms
        self._encryption = encryption
        self._clock = clock
        self._seams = seams
        self._partners = partners
        self._rounds: dict[UserId, _Round] = {}
        self._known: set[int] = set()
        self._expected: set[int] = set()
        self._look = asyncio.Event()
        self._group: asyncio.TaskGroup | None = None

    async def enqueue(self, message: OutgoingToDevice, transaction: Transaction) -> None:
        """Store *message*, for each of its users; the same txn again is dropped."""
        for user_id in message.to:
            values: dict[str, Any] = {
                "user_id": user_id,
                "room_id": message.room_id,
                "txn": message.txn,
                "kind": message.type,
                "body": json.dumps(dict(message.content), separators=(",", ":")),
                "now": self._clock.now_ms(),
            }
            number = (await transaction.execute(_INSERT, values)).scalar_one_or_none()
            if number is not None:
                self._expected.add(number)
                self._look.set()

    async def load(self, transaction: Transaction) -> None:
        """Find what an earlier process left; forget what was done long ago."""
        await transaction.execute(_PRUNE, {"before": self._clock.now_ms() - _KEPT_MS})
        self._rounds, self._known, self._expected = {}, set(), set()
        await self._read(transaction)

    def start(self, group: asyncio.TaskGroup) -> None:
        """Work in *group* from now on."""
        self._group = group
        for user_id, round_ in self._rounds.items():
            round_.busy = False
            self._go(user_id)
        group.create_task(self._look_for_more())

    @property
    def waiting(self) -> int:
        """How many messages are not with the server yet, those included whose transaction may still be open."""
        return len(self._known | self._expected)

    async def _look_for_more(self) -> None:
        """Find what was enqueued once its transaction has ended: whose it was, we do not know."""
        while True:
            await self._look.wait()
            self._look.clear()
            # SQLite's one writer makes the first look wait for the commit; PostgreSQL lets us look too early.
            for delay in (0.0, 0.05, 0.5, 3.0):
                if delay:
                    await pause(self._clock, delay)
                try:
                    await whole(self._read_again())
                except DatabaseAway as exc:
                    log.warning("courier_unreadable", error=type(exc).__name__)
                if not self._expected:
                    break
            # What is still expected was taken back with its transaction.
            self._expected.clear()

    async def _read_again(self) -> None:
        async with self._database.begin() as transaction:
            await self._read(transaction)

    async def _read(self, transaction: Transaction) -> None:
        for row in await transaction.execute(_QUEUED):
            self._expected.discard(row[0])
            if row[0] not in self._known:
                self._known.add(row[0])
                note = Note(row[0], UserId(row[1]), RoomId(row[2]), row[3], row[4], json.loads(row[5]), row[6])
                self._rounds.setdefault(note.user_id, _Round()).queue.append(note)
                self._go(note.user_id)

    def _go(self, user_id: UserId) -> None:
        round_ = self._rounds[user_id]
        if self._group is not None and round_.queue and not round_.busy:
            round_.busy = True
            launch(self._group, self._bring(round_))

    async def _bring(self, round_: _Round) -> None:
        while round_.queue:
            note = round_.queue[0]
            state = await self._try(round_, note)
            if state is None:
                continue
            await self._note_done(round_, note, state)
            round_.queue.popleft()
            self._known.discard(note.id)
        # Nothing awaits between the last look and this line: what comes later starts anew.
        round_.busy = False

    async def _try(self, round_: _Round, note: Note) -> str | None:
        """Send *note*; return what became of it, None when it is to be tried again."""
        if len(round_.queue) > _MOST or not self._is_wanted(note):
            return "dropped"
        retry_after = None
        try:
            if await whole(self._send(note)):
                round_.backoff.succeeded()
                return "sent"
        except LoggedOut:
            raise
        except Refused as exc:
            log.warning("to_device_refused", room_id=note.room_id, user_id=note.user_id, errcode=exc.errcode)
            return "dropped"
        except Unreachable as exc:
            retry_after = exc.retry_after
        except DatabaseAway as exc:
            log.warning("to_device_postponed", user_id=note.user_id, error=type(exc).__name__)
        except Exception as exc:  # the outermost loop of one message: whatever is wrong with it, the others go on
            log.exception("to_device_failed", room_id=note.room_id, txn=note.txn, error=type(exc).__name__)
            return "dropped"
        await pause(self._clock, round_.backoff.failed(retry_after))
        return None

    async def _send(self, note: Note) -> bool:
        done = await self._encryption.send_to_devices(note.user_id, note.kind, note.content, txn=note.request_id)
        if done:
            self._seams.reach("told")
        return done

    def _is_wanted(self, note: Note) -> bool:
        here = is_member(self._rooms.get(note.room_id), note.user_id)
        return here and note.user_id in self._partners() and self._clock.now_ms() - note.enqueued_at < LONGEST_MS

    async def _note_done(self, round_: _Round, note: Note, state: str) -> None:
        if state == "dropped":
            log.info("to_device_dropped", room_id=note.room_id, user_id=note.user_id, txn=note.txn)
        while True:
            try:
                return await whole(self._write(note, state))
            except DatabaseAway as exc:
                log.warning("to_device_not_noted", user_id=note.user_id, error=type(exc).__name__)
                await pause(self._clock, round_.backoff.failed())

    async def _write(self, note: Note, state: str) -> None:
        async with self._database.begin() as transaction:
            await transaction.execute(_DONE, {"id": note.id, "state": state})
