"""What administrators read in their room."""

from collections.abc import AsyncIterator

import pytest

import bridge.operate.schema  # noqa: F401 - declares every table
from bots.database.engine import Database, Transaction, metadata
from bots.matrix.errors import Refused
from bots.matrix.events import Incoming, Outgoing, Sent, ToDevice
from bots.matrix.fake import FakeEdge
from bridge.watch import sample
from bridge.watch.sample import Sample
from bridge.watch.telling import Teller
from config.identifiers import RoomId, UserId
from config.texts import texts

ROOM = RoomId("!administrateurs")
AWAY = Sample(sample.PARTNER, 7200, "rivemont.fr")
THERE = Sample(sample.PARTNER, 0, "rivemont.fr")


class Nobody:
    """A handler that does nothing with what it hears."""

    async def handle(self, incoming: Incoming | ToDevice, transaction: Transaction) -> None: ...
    async def sent(self, sent: Sent, transaction: Transaction) -> None: ...
    async def refused(self, outgoing_txn: str, room_id: RoomId, error: Refused, transaction: Transaction) -> None: ...
    async def unfilled(self, room_id: RoomId, transaction: Transaction) -> None: ...
    async def abandoned(self, incoming: Incoming, transaction: Transaction) -> None: ...
    async def crowded(self, room_id: RoomId, person: UserId, waiting: int, transaction: Transaction) -> None: ...
    def garbled(self, sender: UserId) -> None: ...
    async def idle(self) -> None: ...


class Room:
    """The administrators' room, and a clock that goes by minutes."""

    def __init__(self, database: Database) -> None:
        self.edge = FakeEdge(database=database).attach(Nobody())
        self.edge.add_room(ROOM, ["@marie:valbourg.fr"])
        self.now = 1_000_000_000_000

    async def minutes(self, count: int, *samples: Sample) -> None:
        for _ in range(count):
            self.now += 60_000
            # Each time anew: whoever has started again knows what was said.
            await Teller(self.edge, self.edge.database, ROOM, texts("fr"), lambda: self.now).hear(samples)
        await self.edge.flush()

    @property
    def said(self) -> list[Outgoing]:
        return [message for message in self.edge.said if isinstance(message, Outgoing)]


@pytest.fixture
async def room() -> AsyncIterator[Room]:
    database = Database.open("sqlite://")
    async with database.engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    yield Room(database)
    await database.close()


async def test_a_partner_that_is_away_is_named_once(room: Room) -> None:
    await room.minutes(30, AWAY)

    (message,) = room.said
    told, remedy = message.content["body"].splitlines()
    assert told == "⚠ rivemont.fr n’est plus joint par notre serveur depuis 2 heures"
    assert remedy.startswith("→ Ce que nous y disons l’attend.")
    assert message.content["m.mentions"] == {}
    assert "m.relates_to" not in message.content


async def test_when_it_is_back_the_same_message_says_so_and_wakes_nobody(room: Room) -> None:
    await room.minutes(3, AWAY)
    await room.minutes(60, THERE)

    said, edit = room.said
    assert edit.content["m.relates_to"] == {"rel_type": "m.replace", "event_id": room.edge.event_ids[ROOM, said.txn]}
    told = edit.content["m.new_content"]["body"]
    assert told.startswith("✔ C’est passé, après 3 minutes")
    assert "rivemont.fr" in told


async def test_back_again_within_the_hour_it_edits_the_same_message(room: Room) -> None:
    for samples in ((AWAY,), (THERE,), (AWAY,), (THERE,)):
        await room.minutes(10, *samples)

    said, *edits = room.said
    first = room.edge.event_ids[ROOM, said.txn]
    assert [edit.content["m.relates_to"]["event_id"] for edit in edits] == [first] * 3
    assert len({message.txn for message in room.said}) == 4


async def test_where_the_assistant_is_not_nothing_is_said_and_nothing_forgotten(room: Room) -> None:
    room.edge.leave_room(ROOM)
    await room.minutes(3, AWAY)
    assert room.said == []

    room.edge.add_room(ROOM, ["@marie:valbourg.fr"])
    await room.minutes(1, AWAY)
    assert len(room.said) == 1
