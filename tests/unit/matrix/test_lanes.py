"""What may be on its way to one room at the same time, and what may not."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from bots.database.engine import Database, Transaction, metadata
from bots.matrix.edge import TABLES  # noqa: F401 - declares the tables
from bots.matrix.errors import Refused, Unreachable
from bots.matrix.events import Incoming, Outgoing, OutgoingRedaction, Sent, ToDevice
from bots.matrix.rooms import Rooms, RoomState
from bots.matrix.seams import NO_SEAMS
from bots.matrix.sending.delivery import Letter
from bots.matrix.sending.outbox import Outbox
from config.identifiers import DeviceId, EventId, RoomId, UserId
from tests.unit.matrix.world import BOT, ROOM, ManualClock, Pulse

EDIT = {"m.relates_to": {"rel_type": "m.replace", "event_id": "$card"}}


@dataclass
class Wire:
    """A delivery that ends when told; what was ever on its way together stands in ``together``."""

    flying: dict[str, "asyncio.Future[EventId]"] = field(default_factory=dict)
    together: list[set[str]] = field(default_factory=list)
    order: list[str] = field(default_factory=list)

    async def deliver(self, letter: Letter) -> EventId | Refused | None:
        self.flying[letter.txn] = asyncio.get_running_loop().create_future()
        self.order.append(letter.txn)
        self.together.append(set(self.flying))
        try:
            return await self.flying[letter.txn]
        finally:
            del self.flying[letter.txn]

    def confirm(self, letter: Letter, event_id: str) -> None: ...

    def forget(self, letter: Letter) -> None: ...

    async def end(self, *txns: str, error: Exception | None = None) -> None:
        for txn in txns:
            waiting = self.flying[txn]
            if error is None:
                waiting.set_result(EventId(f"${txn}"))
            else:
                waiting.set_exception(error)
        for _ in range(50):
            await asyncio.sleep(0)

    async def begun(self, *txns: str) -> None:
        async with asyncio.timeout(8):
            while set(self.flying) != set(txns):
                await asyncio.sleep(0.001)


class Listener:
    async def handle(self, incoming: Incoming | ToDevice, transaction: Transaction) -> None: ...

    async def sent(self, sent: Sent, transaction: Transaction) -> None: ...

    async def refused(self, outgoing_txn: str, room_id: RoomId, error: Refused, transaction: Transaction) -> None: ...

    def garbled(self, sender: UserId) -> None: ...

    async def unfilled(self, room_id: RoomId, transaction: Transaction) -> None: ...

    async def abandoned(self, incoming: Incoming, transaction: Transaction) -> None: ...

    async def crowded(self, room_id: RoomId, person: UserId, waiting: int, transaction: Transaction) -> None: ...

    async def idle(self) -> None: ...


class Bench:
    def __init__(self, database: Database) -> None:
        self.database = database
        self.wire = Wire()
        rooms = Rooms()
        rooms.keep(RoomState(ROOM, membership="join"))
        clock = ManualClock(Pulse())
        self.outbox = Outbox(BOT, database, rooms, self.wire, clock, NO_SEAMS, device_id=lambda: DeviceId("DEV"))  # type: ignore[arg-type]

    async def say(self, *messages: Outgoing | OutgoingRedaction) -> None:
        async with self.database.begin() as transaction:
            for each in messages:
                await self.outbox.enqueue(each, transaction)


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    database = Database.open("sqlite://")
    async with database.engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    made = Bench(database)

    async def work() -> None:
        async with asyncio.TaskGroup() as group:
            made.outbox.start(group, Listener())

    working = asyncio.create_task(work())
    await asyncio.sleep(0)
    yield made
    # What is on its way is let to arrive, for five seconds: it shall not cost the test those.
    for each in made.wire.flying.values():
        each.cancel()
    working.cancel()
    await asyncio.wait([working])
    await database.close()


def answer(txn: str, room_id: RoomId = ROOM, **content: Any) -> Outgoing:
    return Outgoing(room_id, txn, "m.room.message", {"body": txn, **content})


async def test_answers_go_five_at_a_time(bench: Bench) -> None:
    await bench.say(*(answer(f"a{n}") for n in range(7)))
    await bench.wire.begun("a0", "a1", "a2", "a3", "a4")
    await bench.wire.end("a2")
    await bench.wire.begun("a0", "a1", "a3", "a4", "a5")


@pytest.mark.parametrize(
    "single",
    [
        Outgoing(ROOM, "single", "fr.beffroi.chapter", {}),
        Outgoing(ROOM, "single", "m.reaction", {}),
        Outgoing(ROOM, "single", "m.room.message", {"body": "* card", **EDIT}),
        OutgoingRedaction(ROOM, "single", EventId("$target")),
    ],
    ids=["chapter", "reaction", "edit", "redaction"],
)
async def test_what_depends_on_order_goes_alone(bench: Bench, single: Outgoing | OutgoingRedaction) -> None:
    await bench.say(answer("before"), single, answer("after"))
    await bench.wire.begun("before")
    await bench.wire.end("before")
    await bench.wire.begun("single")
    await bench.wire.end("single")
    await bench.wire.begun("after")
    assert bench.wire.together == [{"before"}, {"single"}, {"after"}]


async def test_what_failed_goes_again_in_its_place(bench: Bench) -> None:
    await bench.say(answer("a0"), answer("a1"), Outgoing(ROOM, "root", "fr.beffroi.chapter", {}), answer("a2"))
    await bench.wire.begun("a0", "a1")
    await bench.wire.end("a1")
    await bench.wire.end("a0", error=Unreachable("away"))
    await bench.wire.begun("a0")
    await bench.wire.end("a0")
    await bench.wire.begun("root")
    assert bench.wire.order == ["a0", "a1", "a0", "root"]
