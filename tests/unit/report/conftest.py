"""A town hall with rooms, a manager, and her conversation with the assistant."""

from collections.abc import AsyncIterator, Iterable
from typing import Any

import pytest

import bridge.operate.schema  # noqa: F401 - declares every table
from bots.assistant.dispatch.capability import Capability
from bots.assistant.testing import hall as halls
from bots.matrix.events import Event
from bots.objectives.commands import objectives
from bots.objectives.goals import ObjectiveGoals
from bots.register.format.operation import Change
from bots.report.collecting import Sources
from bots.report.commands import reports
from bots.tasks.commands import TASKS
from bots.tasks.saying.census import CENSUS
from config.identifiers import RoomId, UserId

V, R = UserId("@beffroi:valbourg.fr"), UserId("@beffroi:rivemont.fr")
MAIRE, DGS = UserId("@maire:valbourg.fr"), UserId("@dgs:rivemont.fr")
DIRECT = RoomId("!direct")
PONT, VOIRIE, SECRET = RoomId("!pont"), RoomId("!voirie"), RoomId("!secret")


def able() -> list[Capability]:
    sources = Sources(CENSUS, ObjectiveGoals(CENSUS), lambda server: "Valbourg" if "val" in server else str(server))
    return [TASKS, objectives(CENSUS), reports(sources)]


class Hall(halls.Hall):
    """The assistant of Valbourg, with a manager's rooms and one that is not hers."""

    def __init__(self) -> None:
        super().__init__(able)

    async def open(self) -> None:
        await self.make_tables()
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

    def contents(self, room: RoomId = DIRECT) -> list[dict[str, Any]]:
        return [dict(each.content) for each in self.messages(room)]

    def said(self, room: RoomId | None = DIRECT) -> list[str]:
        return super().said(room)

    def images(self) -> list[dict[str, Any]]:
        return [each for each in self.contents() if each["msgtype"] == "m.image"]


def lines_with(said: Iterable[str], words: str) -> list[str]:
    return [line for each in said for line in each.split("\n") if words in line]


@pytest.fixture
async def hall() -> AsyncIterator[Hall]:
    made = Hall()
    await made.open()
    yield made
    await made.close()
