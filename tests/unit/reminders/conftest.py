"""A town hall whose assistant keeps reminders: a shared room, and a secretary's conversation with it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

import bridge.operate.schema  # noqa: F401 - declares every table
from bots.assistant.dispatch.dispatcher import Dispatcher
from bots.assistant.handler.desk import Desk
from bots.database.engine import metadata
from bots.matrix.events import Event, Member, Outgoing, Redaction
from bots.matrix.fake import FakeEdge
from bots.register.format.signature import Signer
from bots.register.store.ledger import Ledger
from bots.reminders.commands import reminders
from bots.tasks.commands import TASKS
from config.identifiers import EventId, RoomId, UserId

V, R = UserId("@beffroi:valbourg.fr"), UserId("@beffroi:rivemont.fr")
SEC, DGS = UserId("@sec:valbourg.fr"), UserId("@dgs:valbourg.fr")
DIRECT, COMMUN = RoomId("!direct"), RoomId("!commun")
SIGNER = Signer(b"v" * 32)


class Hall:
    """The assistant of Valbourg; :meth:`restart` is what is left of it after a crash."""

    def __init__(self) -> None:
        self.time = 1_795_431_600_000  # Monday 23 November 2026, 12 h in Paris
        self.edge = FakeEdge(V)
        self.restart()

    def restart(self) -> None:
        self.ledger = Ledger(V, SIGNER, lambda sender: (SIGNER.public_key,) if sender == V else (), self.now)
        dispatcher = Dispatcher([TASKS, reminders()])
        self.desk = Desk(self.edge, self.edge.database, self.ledger, dispatcher, lambda: [V, R], now_ms=self.now)
        self.edge.attach(self.desk)

    async def reopen(self) -> None:
        self.restart()
        async with self.edge.database.begin() as transaction:
            await self.ledger.open(transaction)

    def now(self) -> int:
        return self.time

    async def open(self) -> None:
        async with self.edge.database.engine.begin() as connection:
            await connection.run_sync(metadata.create_all)
        self.edge.add_room(DIRECT, [SEC], direct=True)
        self.edge.add_room(COMMUN, [SEC, DGS, R], name="Commun")

    async def say(self, body: str, room: RoomId = DIRECT, about: EventId | None = None, sender: UserId = SEC) -> Event:
        self.time += 1_000
        relation = {} if about is None else {"m.relates_to": {"m.in_reply_to": {"event_id": about}}}
        event = await self.edge.say(room, sender, body, content={"msgtype": "m.text", "body": body, **relation})
        await self.tend()
        return event

    async def tend(self) -> None:
        """Do what is due, as the process does."""
        await self.edge.idle()
        self.desk.errands.soon(0)
        await self.desk.errands.tend()
        await self.edge.flush()

    async def wait(self, *, hours: float = 0, minutes: float = 0) -> None:
        self.time += int((hours * 60 + minutes) * 60_000)
        await self.tend()

    def member(self, room: RoomId, user: UserId) -> None:
        held = self.edge.room(room)
        assert held is not None
        self.edge.set_room(replace(held, members={**held.members, user: Member(user, "join")}))

    def id_of(self, number: int = -1, room: RoomId = DIRECT) -> EventId:
        """The event id of a message of ours."""
        sent = [each for each in self.edge.said if isinstance(each, Outgoing) and each.type == "m.room.message"]
        message = [each for each in sent if each.room_id == room][number]
        return self.edge.event_ids[room, message.txn]

    async def react(self, target: EventId, key: str, room: RoomId = DIRECT, sender: UserId = SEC) -> None:
        relation = {"rel_type": "m.annotation", "event_id": target, "key": key}
        await self.edge.say(room, sender, "", content={"m.relates_to": relation}, kind="m.reaction")
        await self.tend()

    def messages(self, room: RoomId = DIRECT) -> list[dict[str, Any]]:
        return [
            dict(each.content)
            for each in self.edge.said
            if isinstance(each, Outgoing) and each.type == "m.room.message" and each.room_id == room
        ]

    def said(self, room: RoomId = DIRECT) -> list[str]:
        return [each["body"].replace("\u00a0", " ").replace("\u202f", " ") for each in self.messages(room)]

    async def redact(self, event: Event) -> None:
        room, sender = event.room_id, event.sender
        await self.edge.deliver(Redaction(room, self.edge.new_event_id(), sender, event.event_id, self.time))
        await self.tend()


@pytest.fixture
async def hall() -> AsyncIterator[Hall]:
    made = Hall()
    await made.open()
    yield made
    await made.edge.database.close()
