"""A room to talk in, with tasks and objectives."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from bots.assistant.dispatch.capability import Capability
from bots.assistant.testing import talk as talks
from bots.objectives.commands import objectives
from bots.register.format.operation import Change
from bots.register.replica.object import Object
from bots.tasks.commands import TASKS
from bots.tasks.saying.census import CENSUS
from config.identifiers import RoomId, UserId

ROOM = RoomId("!salon")
BEFFROI = UserId("@beffroi:valbourg.localhost")
OTHER = UserId("@beffroi:rivemont.localhost")
SECRETAIRE = UserId("@secretaire:valbourg.localhost")
DGS = UserId("@dgs:rivemont.localhost")
MEMBERS: Mapping[UserId, str | None] = {
    BEFFROI: "Beffroi",
    OTHER: "Beffroi (Rivemont)",
    SECRETAIRE: "Secrétariat de mairie",
    DGS: "DGS",
    UserId("@technicien:valbourg.localhost"): "Léa <Martin>",
    UserId("@technicien:rivemont.localhost"): "Technicien",
    UserId("@maire:rivemont.localhost"): None,
}


@dataclass
class Talk(talks.Talk):
    """A conversation about tasks and objectives."""

    capabilities: Iterable[Capability] = (TASKS, objectives(CENSUS))
    now: datetime = datetime(2026, 11, 23, 10, tzinfo=UTC)
    members: Mapping[UserId, str | None] = field(default_factory=lambda: MEMBERS)
    asker: UserId = SECRETAIRE
    served_by: UserId = BEFFROI
    partners: frozenset[UserId] = frozenset()

    def task_of(self, number: int) -> Object:
        """The task with that number."""
        return next(each for each in self.state.all("task") if each.first("number") == number)

    def task(self, number: int, title: str = "x", author: UserId = BEFFROI, **fields: Any) -> str:
        task_id = f"00000000-0000-4000-8000-{len(self.state):012}"
        self.fold(Change("task", task_id, set={"title": title, **fields}, first={"number": number}), author=author)
        return task_id

    def state_of(self, task_id: str) -> Object:
        found = self.state.get("task", task_id)
        assert found is not None
        return found

    def status(self, task_id: str) -> Any:
        found = self.state.get("task", task_id)
        assert found is not None
        return found.value("status") or "todo"


@pytest.fixture
def talk() -> Talk:
    return Talk()
