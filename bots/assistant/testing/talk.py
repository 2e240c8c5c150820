"""For the tests of capabilities: a conversation without Matrix, in which what is answered is folded."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from bots.assistant.dispatch.capability import Capability
from bots.assistant.dispatch.dispatcher import Dispatcher
from bots.assistant.talk.gathering import settled
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import HistoryEntry, Request
from bots.assistant.talk.scene import Face, Scene
from bots.assistant.testing.people import BEFFROI, MEMBERS, NOW, OTHER, ROOM, SECRETAIRE, plain
from bots.register.format.operation import Change, Operation
from bots.register.replica.object import Object
from bots.register.replica.state import State
from config.identifiers import EventId, UserId


class _These(tuple[Capability, ...]):
    """Capabilities, equal to none but these very ones."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _These) and [*map(id, self)] == [*map(id, other)]

    def __hash__(self) -> int:
        return hash(tuple(map(id, self)))


@lru_cache(maxsize=16)
def _dispatcher(capabilities: _These) -> Dispatcher:
    """Return who answers for *capabilities*: without state, so that thousands of conversations share it."""
    return Dispatcher(capabilities)


@dataclass
class Talk:
    """One room in which *capabilities* answer; :meth:`says` returns the reply, its changes already folded.

    ``more`` of each method are fields of the :class:`Request`. What was done to an object is in its history.
    """

    capabilities: Iterable[Capability]
    locale: str = "fr"
    now: datetime = NOW
    members: Mapping[UserId, str | None] = field(default_factory=lambda: MEMBERS)
    asker: UserId = SECRETAIRE
    """Who says what is said."""
    served_by: UserId = BEFFROI
    partners: frozenset[UserId] = frozenset({OTHER})
    state: State = field(default_factory=State)
    inverses: dict[str, tuple[Change, ...]] = field(default_factory=dict)
    operations: list[Operation] = field(default_factory=list)
    dispatcher: Dispatcher = field(init=False)
    last: str = ""
    """The event of what was said last."""
    events: int = 0

    def __post_init__(self) -> None:
        self.dispatcher = _dispatcher(_These(self.capabilities))

    def request(self, text: str, **more: Any) -> Request:
        """Return what :attr:`asker` (the secretary) asks by *text*."""
        self.events += 1
        request = Request(
            room_id=ROOM,
            event_id=EventId(f"$event{self.events}"),
            sender=self.asker,
            text=text,
            served_by=self.served_by,
            members=self.members,
            partners=self.partners,
            state=self.state,
            now=self.now,
            locale=self.locale,
        )
        return self._given(replace(request, **more))

    def _given(self, request: Request) -> Request:
        keys = self.dispatcher.needs(request).history
        history = {key: tuple(self._deeds(*key)) for key in keys}
        return replace(request, history={**history, **request.history})

    def _deeds(self, kind: str, object_id: str) -> Iterable[HistoryEntry]:
        for operation in self.operations:
            if any((change.kind, change.id) == (kind, object_id) for change in operation.changes):
                yield HistoryEntry(operation, operation.sender, operation.ts)

    def says(self, text: str, **more: Any) -> Reply | None:
        """Say *text*; None where nobody answers."""
        request = self.request(text, **more)
        return self._note(request, self.dispatcher.answer(request))

    def reply(self, text: str, **more: Any) -> Reply:
        """Say *text*, which is answered."""
        reply = self.says(text, **more)
        assert reply is not None, f"nobody answers “{text}”"
        return reply

    def body(self, text: str, **more: Any) -> str:
        """Return the answer to *text* as people read it."""
        return plain(self.reply(text, **more).body)

    def edits(self, event_id: str, text: str, **more: Any) -> Reply | None:
        """Edit what was said by *event_id*."""
        inverse = self.inverses.get(event_id, ())
        return self.says(text, event_id=EventId(event_id), edited=True, inverse=inverse, **more)

    def deletes(self, event_id: str) -> Reply | None:
        """Delete what was said by *event_id*."""
        request = self.request("", event_id=EventId(event_id), inverse=self.inverses.get(event_id, ()))
        return self._note(request, self.dispatcher.undo(request))

    def reacts(self, key: str, card: str, **more: Any) -> Reply | None:
        """React with *key* on the card of the object *card*."""
        request = self.request("", card=card, **more)
        return self._note(request, self.dispatcher.pressed.react(request, key))

    def _note(self, request: Request, reply: Reply | None) -> Reply | None:
        self.last = request.event_id
        if reply is None:
            return None
        inverse = reply.inverse
        if reply.changes:
            folded = self.fold(*reply.changes, by=request.sender, cause=request.event_id)
            inverse = settled(inverse, folded)
        if inverse or request.inverse:
            self.inverses[request.event_id] = inverse
        return reply

    def fold(
        self, *changes: Change, author: UserId | None = None, by: UserId | None = None, cause: EventId | None = None
    ) -> Operation:
        """Write *changes*, as an assistant does."""
        author = author or self.served_by
        seq, at = len(self.operations) + 1, round(self.now.timestamp() * 1000)
        operation = Operation(
            room_id=ROOM,
            sender=author,
            src="source01",
            seq=seq,
            clock=seq,
            ts=at,
            by=by or author,
            changes=changes,
            void=(),
            digest=f"{seq:016}",
            raw={},
            cause=cause,
        )
        self.state.apply(operation)
        self.operations.append(operation)
        return operation

    def object(self, kind: str, number: int) -> Object:
        """Return the object of *kind* with this number."""
        return next(found for found in self.state.all(kind) if found.first("number") == number)

    def card(self, kind: str, number: int) -> str:
        """Return the card of an object as people read it."""
        return plain(self.face(kind, number).text.plain)

    def face(self, kind: str, number: int) -> Face:
        """Return the card of an object."""
        scene = Scene(ROOM, self.state, self.members, self.now, self.locale)
        face = self.dispatcher.makers[kind].face(scene, self.object(kind, number).id)
        assert face is not None
        return face
