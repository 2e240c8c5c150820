"""What is told to devices, on each database."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import text

from bots.database.engine import Database, metadata
from bots.matrix import tables
from bots.matrix.events import Member, OutgoingToDevice
from bots.matrix.rooms import Rooms, RoomState
from bots.matrix.seams import NO_SEAMS
from bots.matrix.sending.courier import Courier
from config.identifiers import RoomId, UserId
from tests.unit.matrix.world import FakeEncryption, ManualClock, Pulse

R, C = UserId("@beffroi:rivemont.fr"), UserId("@beffroi:cassel.fr")
ROOM = RoomId("!room")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database.open(database_url)
    async with opened.engine.begin() as connection:
        await connection.run_sync(lambda sync: metadata.create_all(sync, tables=[tables.to_device]))
    yield opened
    await opened.close()


def courier(database: Database, encryption: Any, pulse: Pulse) -> Courier:
    rooms = Rooms()
    members = {each: Member(each, "join") for each in (R, C)}
    rooms.keep(RoomState(ROOM, membership="join", members=members))
    return Courier(database, rooms, encryption, ManualClock(pulse), NO_SEAMS, lambda: (R, C))


async def work(one: Courier) -> None:
    async with asyncio.TaskGroup() as group:
        one.start(group)


async def test_it_is_stored_once_for_each_user_and_sent_once(database: Database) -> None:
    pulse, encryption = Pulse(), FakeEncryption()
    first = courier(database, encryption, pulse)
    message = OutgoingToDevice(ROOM, "t", "fake.signal", {"é": "🔔"}, (R, C))
    for _ in range(2):
        async with database.begin() as transaction:
            await first.enqueue(message, transaction)

    # Killed here, and started again.
    again = courier(database, encryption, pulse)
    async with database.begin() as transaction:
        await again.load(transaction)
    assert again.waiting == 2
    sending = asyncio.create_task(work(again))
    await pulse.until(lambda: again.waiting == 0)
    sending.cancel()
    await asyncio.wait({sending})

    assert sorted(user for user, _ in encryption.handed) == sorted((R, C))
    assert [each["é"] for each in encryption.handed.values()] == ["🔔", "🔔"]
    async with database.begin() as transaction:
        rows = (await transaction.execute(text("SELECT state, body FROM matrix_to_device ORDER BY id"))).all()
    assert [tuple(row) for row in rows] == [("sent", ""), ("sent", "")]
