"""A room to talk in, with tasks and objectives: what the assistant answers is folded, as the desk would."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from config.identifiers import UserId
from tests.unit.tasks import conftest as tasks
from tests.unit.tasks.conftest import BEFFROI, DGS, OTHER, SECRETAIRE

__all__ = ["BEFFROI", "DGS", "OTHER", "SECRETAIRE"]

MEMBERS: Mapping[UserId, str | None] = {
    BEFFROI: "Beffroi",
    OTHER: "Beffroi (Rivemont)",
    SECRETAIRE: "Secrétariat",
    DGS: "DGS",
}
NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)


@dataclass
class Talk(tasks.Talk):
    """A conversation about tasks and objectives, a day later."""

    now: datetime = NOW
    members: Mapping[UserId, str | None] = field(default_factory=lambda: MEMBERS)

    def id_of(self, number: int, kind: str = "objective") -> str:
        return next(each.id for each in self.state.all(kind) if each.first("number") == number)

    def value(self, number: int, name: str) -> Any:
        found = self.state.get("objective", self.id_of(number))
        assert found is not None
        return found.value(name)


@pytest.fixture
def talk() -> Talk:
    return Talk()
