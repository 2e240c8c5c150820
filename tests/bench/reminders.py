"""Many reminders that wait, a thousand of them due in the same minute: how late our own part says them, and the cost.

Everything but Matrix is real: the store (SQLite on disk), the registers, the errands, the outbox. Lateness is from the
minute until the disk has the message for the homeserver, with the note that it was said. Each conversation has its
chapter, as any in which a reminder was promised.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from time import perf_counter, process_time
from typing import Any, cast

from sqlalchemy.ext.asyncio import AsyncEngine

import bridge.operate.schema  # noqa: F401 - declares every table
from bots.assistant.dispatch.dispatcher import Dispatcher
from bots.assistant.handler.desk import Desk
from bots.assistant.talk.scene import PARIS
from bots.database.embedded import Embedded
from bots.database.engine import Database, Transaction
from bots.database.migrate import migrate
from bots.matrix.backoff import SystemClock
from bots.matrix.events import Outgoing, OutgoingRedaction
from bots.matrix.fake import FakeEdge
from bots.matrix.seams import NO_SEAMS
from bots.matrix.sending.outbox import Outbox
from bots.register.format.canonical import Json, encode
from bots.register.format.identity import object_id
from bots.register.format.operation import Change
from bots.register.format.signature import Signer
from bots.register.store import sequence, tables
from bots.register.store.ledger import Ledger
from bots.reminders.commands import reminders
from bots.reminders.reminder import KIND, Reminder
from config.identifiers import DeviceId, EventId, RoomId, UserId
from tests.bench._results import Foreign, percentiles, rss_mib, save
from tests.bench._tables import show

ME = UserId.parse("@beffroi:valbourg.localhost")
SIGNER = Signer(bytes(range(32)))
MINUTE = datetime(2026, 12, 1, 9, tzinfo=PARIS)
_BEFORE_S = 5.0
_DEADLINE_S = 600
_ROWS = 5_000


def main() -> None:
    """Measure and write ``results/reminders.json``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--counts", type=int, nargs="*", default=[1_000, 100_000, 1_000_000])
    parser.add_argument("--due", type=int, default=1_000, help="how many of them are due in the same minute")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.worker:
        print(json.dumps(asyncio.run(_measure(Path(asked.worker), asked.due))))
        return
    rounds = [found for count in asked.counts for found in _rounds(count, asked.due, asked.rounds)]
    save("reminders", {"counts": asked.counts, "due": asked.due, "rounds": asked.rounds}, rounds)
    show("reminders")


def _rounds(count: int, due: int, rounds: int) -> Iterator[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "assistant.db"
        asyncio.run(_fill(path, count, due))
        for number in range(rounds):
            foreign = Foreign.look([])
            copy = Path(folder) / "round.db"
            copy.write_bytes(path.read_bytes())
            command = (sys.executable, "-m", "tests.bench.reminders", "--worker", str(copy), "--due", str(due))
            said = subprocess.run(command, capture_output=True, text=True, check=False)
            if said.returncode:
                raise RuntimeError(said.stderr[-4000:])
            found = json.loads(said.stdout.splitlines()[-1])
            yield {"round": number, "pending": count, "foreign_percent": foreign.percent(), **found}


def _room(number: int) -> RoomId:
    return RoomId(f"!direct{number:06}:valbourg.localhost")


def _person(number: int) -> UserId:
    return UserId.parse(f"@agent{number:06}:valbourg.localhost")


def _reminders(room: int, count: int) -> Iterator[Reminder]:
    """Yield those of one conversation: the first is due at the minute, the others in the year after it."""
    for number in range(1, count + 1):
        local = MINUTE.replace(tzinfo=None) + timedelta(minutes=(number - 1) * 500 + (room % 400 if number > 1 else 0))
        cause = EventId(f"$command{room:06}x{number:06}")
        yield Reminder(
            id=object_id(KIND, _room(room), cause),
            number=number,
            title=f"relancer le SDIS pour le dossier {number}",
            of=_person(room),
            local=local,
            zone=PARIS,
            cause=cause,
        )


async def _fill(path: Path, count: int, due: int) -> None:
    """Put *count* reminders into a store, as many to each of *due* conversations; signatures are placeholders."""
    database = _Timed.open(f"sqlite:///{path}")
    try:
        await migrate(database)
        async with database.begin() as transaction:
            for room in range(due):
                await _fill_room(transaction, room, max(1, count // due))
        await _stood(database, due)
    finally:
        await database.close()


async def _fill_room(transaction: Transaction, room: int, count: int) -> None:
    room_id = _room(room)
    src = sequence.source_in(room_id, await sequence.own_seed(transaction))
    rows = []
    for seq, reminder in enumerate(_reminders(room, count), 1):
        first: dict[str, Json] = {"number": reminder.number, "creator": str(reminder.of)}
        change = Change(KIND, reminder.id, set=reminder.written(), first=first)
        envelope = {
            "v": 1,
            "src": src,
            "seq": seq,
            "clock": seq,
            "ts": 1_780_000_000_000 + seq,
            "by": str(reminder.of),
            "cause": str(reminder.cause),
            "ops": [change.as_json()],
            "sig": "x" * 86,
        }
        digest = f"{room:06}{seq:010}"
        rows.append(
            {
                "room_id": room_id,
                "sender": ME,
                "src": src,
                "seq": seq,
                "digest": digest,
                "clock": seq,
                "event_id": f"${digest}",
                "origin_room": room_id,
                "envelope": encode(envelope).decode(),
            }
        )
    for start in range(0, len(rows), _ROWS):
        await transaction.execute(tables.operation.insert(), rows[start : start + _ROWS])
    row = {"room_id": room_id, "last_seq": len(rows), "chapter": f"$chapter{room:06}", "chapter_clock": 0}
    await transaction.execute(tables.room.insert().values(row))


async def _stood(database: "_Timed", due: int) -> None:
    """Have the errands wait, as an assistant that made these reminders would have them in its table."""
    hall = _Hall(database, due)
    await hall.start()
    await hall.compare()


class _Timed(Database):
    """Notes when each message was on the disk."""

    def __init__(self, engine: AsyncEngine | Embedded) -> None:
        super().__init__(engine)
        self.kept: list[float] = []
        self.written = 0
        """Messages of the present transaction."""

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Transaction]:
        self.written = 0
        async with super().begin() as transaction:
            yield transaction
        self.kept += [perf_counter()] * self.written


class _Sink(FakeEdge):
    """Enqueues as the real edge does, and sends nothing."""

    def __init__(self, database: "_Timed") -> None:
        super().__init__(str(ME), database=database)
        self._timed = database
        nothing = cast("Any", None)
        nothing = cast("Any", None)
        self._outbox = Outbox(
            ME, database, nothing, nothing, SystemClock(), NO_SEAMS, device_id=lambda: DeviceId("BENCH")
        )

    async def enqueue(self, message: Outgoing | OutgoingRedaction, transaction: Transaction) -> None:
        await self._outbox.enqueue(message, transaction)
        self._timed.written += isinstance(message, Outgoing)


class _Hall:
    """An assistant with a conversation with each of many people."""

    def __init__(self, database: _Timed, rooms: int) -> None:
        self.database = database
        self.edge = _Sink(database)
        for number in range(rooms):
            self.edge.add_room(_room(number), [_person(number)], direct=True)
        self._begun, self._at = perf_counter(), MINUTE.astimezone(UTC) - timedelta(seconds=3_600)
        self.ledger = Ledger(ME, SIGNER, lambda sender: (SIGNER.public_key,) if sender == ME else (), self.now_ms)
        self.desk = Desk(self.edge, database, self.ledger, Dispatcher([reminders()]), lambda: [ME], now_ms=self.now_ms)
        self.edge.attach(self.desk)

    def now_ms(self) -> int:
        passed = timedelta(seconds=perf_counter() - self._begun)
        return round((self._at + passed).timestamp() * 1000)

    async def start(self) -> None:
        async with self.database.begin() as transaction:
            await self.ledger.open(transaction)

    async def compare(self) -> None:
        """Be idle until the errands have been compared with all registers."""
        while self.desk.upkeep.stands <= self.now_ms():
            await self.desk.idle()

    def wait_for_the_minute(self) -> float:
        """Set the clock shortly before the minute; return when that is, by the clock of this process."""
        self._begun, self._at = perf_counter(), MINUTE.astimezone(UTC) - timedelta(seconds=_BEFORE_S)
        return self._begun + _BEFORE_S


async def _measure(path: Path, due: int) -> dict[str, Any]:
    database = _Timed.open(f"sqlite:///{path}")
    try:
        started = perf_counter()
        hall = _Hall(database, due)
        await hall.start()
        opened = perf_counter()
        await hall.compare()
        stood = perf_counter()
        computing = process_time()
        lateness = await _say(hall, due)
        computing = process_time() - computing
        return {
            "open_s": round(opened - started, 2),
            "stand_s": round(stood - opened, 2),
            "said": len(lateness),
            **percentiles(lateness),
            "p99_ms": round(quantiles(lateness, n=100, method="inclusive")[98] * 1000, 1),
            "last_ms": round(max(lateness) * 1000, 1),
            "cpu_ms": round(computing * 1000, 1),
            "rss_mib": rss_mib(os.getpid()),
        }
    finally:
        await database.close()


async def _say(hall: _Hall, due: int) -> list[float]:
    minute = hall.wait_for_the_minute()
    hall.database.kept.clear()
    while len(hall.database.kept) < due and perf_counter() < minute + _DEADLINE_S:
        await hall.desk.errands.tend()
        await asyncio.sleep(0.25)
    return [each - minute for each in hall.database.kept]


if __name__ == "__main__":
    main()
