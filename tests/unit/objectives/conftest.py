"""A room to talk in, with tasks and objectives: what the assistant answers is folded, as the desk would."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import Scene
from tests.unit.tasks import conftest as tasks
from tests.unit.tasks.conftest import BEFFROI, DGS, OTHER, ROOM, SECRETAIRE

__all__ = ["BEFFROI", "DGS", "OTHER", "SECRETAIRE"]

MEMBERS = {BEFFROI: "Beffroi", OTHER: "Beffroi (Rivemont)", SECRETAIRE: "Secrétariat", DGS: "DGS"}
NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)


@dataclass
class Talk(tasks.Talk):
    """A conversation; ``says`` returns the reply, its changes already folded."""

    now: datetime = NOW

    def request(self, text: str, **more: Any) -> Request:
        return super().request(text, **{"members": MEMBERS, "now": self.now, **more})

    def body(self, text: str, **more: Any) -> str:
        return self.reply(text, **more).body.replace("\u00a0", " ")

    def id_of(self, number: int, kind: str = "objective") -> str:
        return next(each.id for each in self.state.all(kind) if each.first("number") == number)

    def value(self, number: int, name: str) -> Any:
        found = self.state.get("objective", self.id_of(number))
        assert found is not None
        return found.value(name)

    def card(self, number: int, kind: str = "objective") -> str:
        face = self.dispatcher.makers[kind].face(Scene(ROOM, self.state, MEMBERS, self.now), self.id_of(number, kind))
        assert face is not None
        return face.text.plain.replace("\u00a0", " ")


@pytest.fixture
def talk() -> Talk:
    return Talk()
