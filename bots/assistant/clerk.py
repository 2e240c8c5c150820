"""The clerk: gathers all that is needed to judge a request, and says and writes what the answer is."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

import structlog

from bots.assistant import card_store, errand_store, gathering, memory, sentences
from bots.assistant.cards import Cards
from bots.assistant.dispatch import Dispatcher
from bots.assistant.errand import Cancel, Errand
from bots.assistant.history import supplied
from bots.assistant.messages import reply_content, txn_of
from bots.assistant.registrar import Registrar
from bots.assistant.reply import Forward, Reply
from bots.assistant.request import NOTHING, Needs, Request
from bots.assistant.scene import PARIS, Key, Scene, made_by
from bots.database.engine import Transaction
from bots.matrix.events import Event, Outgoing, Redaction, Room
from bots.matrix.port import Edge
from bots.register import store
from bots.register.batch import check_size
from bots.register.errors import TooLarge
from bots.register.ledger import Ledger
from bots.register.operation import Operation
from config.identifiers import EventId, RoomId, UserId

_log = structlog.get_logger(__name__)

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked some time ago, as far as it is still known: a reaction that has waited, an errand."""

    room_id: RoomId
    event_id: EventId
    sender: UserId


@dataclass(slots=True)
class Clerk:
    """Makes requests of what people ask, and messages and operations of what is replied.

    ``soon`` is told when (ms) an errand is due.
    """

    edge: Edge
    ledger: Ledger
    dispatcher: Dispatcher
    registrar: Registrar
    cards: Cards
    assistants: Callable[[], Sequence[UserId]]
    now_ms: Callable[[], int]
    locale: str = "fr"
    zone: ZoneInfo = PARIS
    soon: Callable[[int], None] = field(default=lambda _: None)

    async def request(  # noqa: PLR0913 - a request is what was asked with all that surrounds it
        self,
        room: Room,
        asked: Event | Redaction | Asked,
        transaction: Transaction,
        *,
        cause: EventId,
        text: str,
        formatted: str | None = None,
        mentions: frozenset[str] = frozenset(),
        card: str | None = None,
        shown: tuple[Key, ...] = (),
        before: memory.Answered | None = None,
    ) -> Request:
        """Return what was *asked* in *room*, with all that is needed to answer it but :class:`Needs`."""
        me = UserId(self.edge.user_id)
        return Request(
            room_id=room.room_id,
            event_id=cause,
            sender=asked.sender,
            text=text,
            served_by=me,
            members=names_in(room),
            state=await self.ledger.state(transaction, room.room_id),
            now=datetime.fromtimestamp(self.now_ms() / 1000, UTC),
            formatted=formatted,
            mentions=frozenset(UserId(each) for each in mentions),
            locale=self.locale,
            zone=self.zone,
            direct=room.direct or _alone(room),
            card=card,
            own=asked.sender.server == me.server,
            late=isinstance(asked, Event) and asked.late,
            edited=before is not None,
            inverse=before.inverse if before is not None else (),
            private=self.is_private(room, asked.sender),
            shown=shown,
        )

    def is_private(self, room: Room, person: UserId) -> bool:
        """Tell whether only *person* and listed assistants can read what is said here, the invited counted."""
        present = {each for each, member in room.members.items() if member.membership in ("join", "invite", "knock")}
        return (
            room.encrypted
            and person in room.joined
            and present <= {person, UserId(self.edge.user_id), *self.assistants()}
        )

    async def with_needs(self, request: Request, needs: Needs, transaction: Transaction) -> Request:
        """Return *request* with what *needs* asks for."""
        if needs == NOTHING:
            return request
        request = await supplied(request, needs, transaction)
        if needs.cards:
            request = replace(request, cards=await card_store.sent(transaction, request.room_id))
        if not needs.rooms:
            return request
        return replace(request, rooms=tuple([await self._scene(each, request, transaction) for each in self._rooms()]))

    def _rooms(self) -> list[Room]:
        rooms = (each for each in self.edge.rooms() if not each.space)
        return sorted(rooms, key=lambda each: (each.name or "", each.room_id))

    async def _scene(self, room: Room, request: Request, transaction: Transaction) -> Scene:
        state = await self.ledger.state(transaction, room.room_id)
        members = names_in(room)
        return Scene(room.room_id, state, members, request.now, self.locale, self.zone, room.name)

    async def shown(
        self, transaction: Transaction, room_id: RoomId, event_id: EventId | None
    ) -> tuple[str | None, tuple[Key, ...]]:
        """Return of which object a message is the card, if of one, and all that it shows.

        Ours by our memory, another assistant's by its operation.
        """
        if event_id is None:
            return None, ()
        shown = await memory.shown_by(transaction, room_id, event_id)
        if len(shown) == 1:
            kind, object_id = shown[0]
            return (object_id if kind in self.dispatcher.makers else None), shown
        operation = await store.find_by_event(transaction, room_id, event_id)
        # What an operation makes is what its message is the card of, whatever else it did.
        made = made_by(operation.changes, self.cards.makers) if operation else None
        if made is not None:
            return made[1], shown or (made,)
        ids = dict.fromkeys(_ids(operation)) if operation and not shown else {}
        return (next(iter(ids)) if len(ids) == 1 else None), shown

    async def say(
        self,
        transaction: Transaction,
        request: Request,
        reply: Reply,
        event_id: EventId,
        *,
        answers: EventId | None,
        thread: EventId | None = None,
        what: str = "0",
    ) -> Operation | None:
        """Write what the reply changes and enqueue the message that says so: both or neither.

        *what* tells apart several messages about one event.
        """
        if reply.forward is not None:
            said = await self._forward(transaction, request, reply.forward, event_id)
            reply = replace(reply, forward=None) if said is None else said
        room_id = request.room_id
        txn = txn_of(room_id, event_id, what)
        reply = _fitting(request, reply)
        await self.leave(transaction, request, reply, thread)
        if reply.quiet:
            return await self._publish(transaction, request, reply, f"{event_id} {what}")
        operation, chapter, inverse = None, None, reply.inverse
        if reply.changes:
            chapter = await self.registrar.chapter(transaction, room_id)
            operation = await self._write(transaction, request, reply)
            inverse = gathering.settled(inverse, operation)
            reply, card = self.cards.becomes(reply)
            await self.cards.wrote(transaction, room_id, operation, card, txn)
        if inverse or request.edited:
            answer = memory.Answered(request.sender, inverse)
            await memory.remember(transaction, room_id, request.event_id, answer)
        if reply.shows:
            await memory.show(transaction, room_id, txn, reply.shows)
        content = reply_content(reply, chapter=chapter, answers=answers, thread=thread, operation=operation)
        await self.edge.enqueue(Outgoing(room_id, txn, "m.room.message", content), transaction)
        return operation

    async def _forward(
        self, transaction: Transaction, request: Request, forward: Forward, event_id: EventId
    ) -> Reply | None:
        """Do in another room what *request* asks to be done there; return what is said of it where it was asked."""
        room = self.edge.room(forward.room_id)
        if room is None or forward.sender not in room.joined:
            return None
        asked = Asked(forward.room_id, request.event_id, forward.sender)
        there = await self.request(
            room, asked, transaction, cause=request.event_id, text=forward.text, card=forward.card
        )
        if forward.reaction:
            reply = self.guarded("reaction", lambda it: self.dispatcher.react(it, forward.reaction), there, trouble)
        else:
            there = await self.with_needs(there, self.dispatcher.needs(there), transaction)
            reply = self.guarded("command", self.dispatcher.answer, there, trouble)
        if reply is None:
            return None
        if reply.changes:
            await self.say(transaction, there, reply, event_id, answers=None, what="forwarded")
        return Reply(reply.text)

    async def leave(
        self, transaction: Transaction, request: Request, reply: Reply, thread: EventId | None = None
    ) -> None:
        """Note the errands that *reply* leaves."""
        for each in reply.errands:
            room_id = each.room_id or request.room_id
            match each:
                case Cancel(kind, key):
                    await errand_store.cancel(transaction, kind, key, room_id)
                case Errand():
                    in_thread = thread if room_id == request.room_id else None
                    due = max(each.due, self.now_ms())
                    answers = each.due == 0 and each.room_id is None
                    waiting = errand_store.Waiting(
                        *(each.kind, each.key, room_id, each.payload, due, request.event_id, request.sender),
                        thread=in_thread,
                        answers=answers,
                    )
                    await errand_store.keep(transaction, waiting)
                    self.soon(due)

    async def _publish(self, transaction: Transaction, request: Request, reply: Reply, cause: str) -> Operation | None:
        if not reply.changes:
            return None
        operation = await self._write(transaction, request, reply)
        await self.cards.changed(transaction, request.room_id, {(each.kind, each.id) for each in reply.changes})
        await self.registrar.publish(transaction, request.room_id, operation, cause)
        return operation

    async def _write(self, transaction: Transaction, request: Request, reply: Reply) -> Operation:
        guest = not request.own
        operation = await self.ledger.write(
            transaction,
            request.room_id,
            reply.changes,
            by=request.served_by if guest else request.sender,
            behalf=request.sender if guest else None,
            cause=request.event_id,
            also=self.registrar.loose(request.room_id),
        )
        self.registrar.wrote(request.room_id)
        return operation

    def guarded(
        self, what: str, act: Callable[[Request], _T], request: Request, otherwise: Callable[[Request], _T]
    ) -> _T:
        """Return what *act* makes of *request*, or *otherwise* does where it fails: nobody must wait for ever."""
        try:
            return act(request)
        except Exception:  # the outermost frame of a command
            _log.exception(f"{what}_failed", room_id=request.room_id, event_id=request.event_id)
            return otherwise(request)


def _alone(room: Room) -> bool:
    """Tell whether somebody is alone with us: also nobody is expected, as in a project's room that was just made."""
    return len(room.joined) == 2 and not any(each.membership == "invite" for each in room.members.values())


def names_in(room: Room) -> Mapping[UserId, str | None]:
    """Return who has joined *room*, with their display names."""
    return {each: room.members[each].display_name for each in room.joined}


def trouble(request: Request) -> Reply | None:
    """Whoever gave a command must hear that it failed."""
    return replace(sentences.trouble(request.locale), inverse=request.inverse)


def trouble_for(request: Request) -> Reply | None:
    """Whoever pinned must hear that it failed, and answers nothing that would tell them."""
    return replace(sentences.trouble(request.locale), mentions=(request.sender,))


def silence(_: Request) -> Reply | None:
    """Nobody asked for anything."""
    return None


def _fitting(request: Request, reply: Reply) -> Reply:
    """Return *reply*, or the refusal to do what no operation can hold."""
    try:
        check_size(reply.changes)
    except TooLarge as exc:
        return replace(sentences.too_large(request.locale, exc.size, exc.most), inverse=request.inverse)
    return reply


def _ids(operation: Operation) -> Iterator[str]:
    return (each.id for each in operation.changes)
