"""A room to talk in, with tasks and objectives: what the assistant answers is folded, as the desk would."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bots.assistant.dispatch import Dispatcher
from bots.assistant.gathering import settled
from bots.assistant.reply import Reply
from bots.assistant.request import Request
from bots.assistant.scene import Scene
from bots.objectives.commands import objectives
from bots.register.operation import Change, Operation
from bots.register.state import State
from bots.tasks.census import CENSUS
from bots.tasks.commands import TASKS
from config.identifiers import EventId, RoomId, UserId

ROOM = RoomId("!salon")
BEFFROI, OTHER = UserId("@beffroi:valbourg.localhost"), UserId("@beffroi:rivemont.localhost")
SECRETAIRE, DGS = UserId("@secretaire:valbourg.localhost"), UserId("@dgs:rivemont.localhost")
MEMBERS = {BEFFROI: "Beffroi", OTHER: "Beffroi (Rivemont)", SECRETAIRE: "Secrétariat", DGS: "DGS"}
NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)


@dataclass
class Talk:
    """A conversation; ``says`` returns the reply, its changes already folded."""

    state: State = field(default_factory=State)
    inverses: dict[str, tuple[Change, ...]] = field(default_factory=dict)
    dispatcher: Dispatcher = field(default_factory=lambda: Dispatcher([TASKS, objectives(CENSUS)]))
    now: datetime = NOW
    events: int = 0
    seq: int = 0
    last: str = ""

    def request(self, text: str, **more: Any) -> Request:
        self.events += 1
        event_id = EventId(f"$event{self.events}")
        request = Request(ROOM, event_id, SECRETAIRE, text, BEFFROI, MEMBERS, self.state, self.now)
        return replace(request, **more)

    def says(self, text: str, **more: Any) -> Reply | None:
        request = self.request(text, **more)
        return self._note(request, self.dispatcher.answer(request))

    def body(self, text: str, **more: Any) -> str:
        reply = self.says(text, **more)
        assert reply is not None
        return reply.body.replace("\u00a0", " ")

    def edits(self, event_id: str, text: str) -> Reply | None:
        inverse = self.inverses.get(event_id, ())
        return self.says(text, event_id=EventId(event_id), edited=True, inverse=inverse)

    def deletes(self, event_id: str) -> Reply | None:
        request = self.request("", event_id=EventId(event_id), inverse=self.inverses.get(event_id, ()))
        return self._note(request, self.dispatcher.undo(request))

    def reacts(self, key: str, card: str, **more: Any) -> Reply | None:
        request = self.request("", card=card, **more)
        return self._note(request, self.dispatcher.react(request, key))

    def fold(self, *changes: Change, author: UserId = BEFFROI) -> Operation:
        self.seq += 1
        seq = self.seq
        operation = Operation(ROOM, author, "source01", seq, seq, seq, author, changes, (), f"{seq:016}", {})
        self.state.apply(operation)
        return operation

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

    def _note(self, request: Request, reply: Reply | None) -> Reply | None:
        self.last = request.event_id
        if reply is None:
            return None
        inverse = reply.inverse
        if reply.changes:
            inverse = settled(inverse, self.fold(*reply.changes))
        if inverse or request.inverse:
            self.inverses[request.event_id] = inverse
        return reply


@pytest.fixture
def talk() -> Talk:
    return Talk()
