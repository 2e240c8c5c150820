"""A room to talk in: what the assistant answers is folded, as the desk would."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bots.assistant.dispatch.dispatcher import Dispatcher
from bots.assistant.talk.gathering import settled
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Request
from bots.objectives.commands import objectives
from bots.register.format.operation import Change, Operation
from bots.register.replica.state import Object, State
from bots.tasks.commands import TASKS
from bots.tasks.saying.census import CENSUS
from config.identifiers import EventId, RoomId, UserId

ROOM = RoomId("!salon")
BEFFROI = UserId("@beffroi:valbourg.localhost")
OTHER = UserId("@beffroi:rivemont.localhost")
SECRETAIRE = UserId("@secretaire:valbourg.localhost")
DGS = UserId("@dgs:rivemont.localhost")
MEMBERS = {
    BEFFROI: "Beffroi",
    OTHER: "Beffroi (Rivemont)",
    SECRETAIRE: "Secrétariat de mairie",
    DGS: "DGS",
    UserId("@technicien:valbourg.localhost"): "Léa <Martin>",
    UserId("@technicien:rivemont.localhost"): "Technicien",
    UserId("@maire:rivemont.localhost"): None,
}


@dataclass
class Talk:
    """A conversation; ``says`` returns the reply, its changes already folded."""

    state: State = field(default_factory=State)
    inverses: dict[str, tuple[Change, ...]] = field(default_factory=dict)
    dispatcher: Dispatcher = field(default_factory=lambda: Dispatcher([TASKS, objectives(CENSUS)]))
    events: int = 0
    seq: int = 0
    last: str = ""

    def request(self, text: str, **more: Any) -> Request:
        self.events += 1
        request = Request(
            room_id=ROOM,
            event_id=EventId(f"$event{self.events}"),
            sender=SECRETAIRE,
            text=text,
            served_by=BEFFROI,
            members=MEMBERS,
            state=self.state,
            now=datetime(2026, 11, 23, 10, tzinfo=UTC),
        )
        return replace(request, **more)

    def says(self, text: str, **more: Any) -> Reply | None:
        request = self.request(text, **more)
        return self._note(request, self.dispatcher.answer(request))

    def reply(self, text: str, **more: Any) -> Reply:
        reply = self.says(text, **more)
        assert reply is not None
        return reply

    def edits(self, event_id: str, text: str, **more: Any) -> Reply | None:
        inverse = self.inverses.get(event_id, ())
        return self.says(text, event_id=EventId(event_id), edited=True, inverse=inverse, **more)

    def deletes(self, event_id: str) -> Reply | None:
        request = self.request("", event_id=EventId(event_id), inverse=self.inverses.get(event_id, ()))
        return self._note(request, self.dispatcher.undo(request))

    def task_of(self, number: int) -> Object:
        """The task with that number."""
        return next(each for each in self.state.all("task") if each.first("number") == number)

    def reacts(self, key: str, card: str, **more: Any) -> Reply | None:
        request = self.request("", card=card, **more)
        return self._note(request, self.dispatcher.pressed.react(request, key))

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

    def fold(self, *changes: Change, author: UserId = BEFFROI) -> Operation:
        self.seq += 1
        operation = Operation(
            ROOM, author, "source01", self.seq, self.seq, self.seq, author, changes, (), f"{self.seq:016}", {}
        )
        self.state.apply(operation)
        return operation

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
