"""A town hall with rooms, a manager, and her conversation with the assistant."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from typing import Any

import pytest

import bridge.operate.schema  # noqa: F401 - declares every table
from bots.assistant.dispatch.dispatcher import Dispatcher
from bots.assistant.handler.desk import Desk
from bots.database.engine import metadata
from bots.matrix.events import Event, Member, Outgoing
from bots.matrix.fake import FakeEdge
from bots.objectives.commands import objectives
from bots.objectives.goals import ObjectiveGoals
from bots.register.format.operation import Change
from bots.register.format.signature import Signer
from bots.register.store.ledger import Ledger
from bots.report.collecting import Sources
from bots.report.commands import reports
from bots.tasks.commands import TASKS
from bots.tasks.saying.census import CENSUS
from config.identifiers import RoomId, UserId

V, R = UserId("@beffroi:valbourg.fr"), UserId("@beffroi:rivemont.fr")
MAIRE, DGS = UserId("@maire:valbourg.fr"), UserId("@dgs:rivemont.fr")
DIRECT = RoomId("!direct")
PONT, VOIRIE, SECRET = RoomId("!pont"), RoomId("!voirie"), RoomId("!secret")
SIGNER = Signer(b"v" * 32)


class Hall:
    """The assistant of Valbourg; :meth:`restart` is what is left of it after a crash."""

    def __init__(self) -> None:
        self.time = 1_795_431_600_000  # Monday 23 November 2026, 12 h in Paris
        self.edge = FakeEdge(V)
        self.restart()

    def restart(self) -> None:
        self.ledger = Ledger(V, SIGNER, lambda sender: (SIGNER.public_key,) if sender == V else (), self.now)
        sources = Sources(CENSUS, ObjectiveGoals(CENSUS), lambda server: "Valbourg" if "val" in server else str(server))
        dispatcher = Dispatcher([TASKS, objectives(CENSUS), reports(sources)])
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
        self.edge.add_room(DIRECT, [MAIRE], direct=True)
        self.edge.add_room(PONT, [MAIRE, DGS, R], name="Pont de la Lys")
        self.edge.add_room(VOIRIE, [MAIRE], name="Voirie")
        self.edge.add_room(SECRET, [DGS], name="Affaire secrète")
        await self.task(PONT, "relancer le SDIS @dgs:rivemont.fr")
        await self.task(PONT, "lire le devis @maire")
        await self.task(VOIRIE, "boucher le trou")
        await self.task(SECRET, "surtout ne rien dire", DGS)
        await self.edge.say(PONT, MAIRE, "!objectif ajouter Ouvrir le pont")

    async def task(self, room: RoomId, title: str, sender: UserId = MAIRE) -> None:
        await self.edge.say(room, sender, f"!tâche ajouter {title}")

    async def write(self, room: RoomId, *changes: Change) -> None:
        async with self.edge.database.begin() as transaction:
            await self.ledger.write(transaction, room, changes, by=MAIRE)

    async def asks(self, text: str = "!bilan", room: RoomId = DIRECT, sender: UserId = MAIRE) -> Event:
        return await self.edge.say(room, sender, text)

    async def tend(self) -> None:
        """Do what is due, as the process does."""
        self.time += 1_000
        self.desk.errands.soon(0)
        await self.desk.errands.tend()
        await self.edge.flush()

    def member(self, room: RoomId, user: UserId, membership: Any) -> None:
        held = self.edge.room(room)
        assert held is not None
        self.edge.set_room(replace(held, members={**held.members, user: Member(user, membership)}))

    def messages(self, room: RoomId = DIRECT) -> list[dict[str, Any]]:
        return [
            dict(each.content)
            for each in self.edge.said
            if isinstance(each, Outgoing) and each.type == "m.room.message" and each.room_id == room
        ]

    def said(self, room: RoomId = DIRECT) -> list[str]:
        return [_plain(each["body"]) for each in self.messages(room)]

    def images(self) -> list[dict[str, Any]]:
        return [each for each in self.messages() if each["msgtype"] == "m.image"]


def _plain(words: str) -> str:
    return words.replace("\u00a0", " ").replace("\u202f", " ")


def lines_with(said: Iterable[str], words: str) -> list[str]:
    return [line for each in said for line in each.split("\n") if words in line]


@pytest.fixture
async def hall() -> AsyncIterator[Hall]:
    made = Hall()
    await made.open()
    yield made
    await made.edge.database.close()
