"""The desk: what comes from the rooms is judged, answered and written down here, one transaction an item."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import assert_never

import structlog

from bots.assistant import memory, sentences
from bots.assistant.dispatch import Dispatcher
from bots.assistant.messages import body_of, mentions_of, relation_of, reply_content, txn_of
from bots.assistant.registrar import Registrar
from bots.assistant.reply import Reply
from bots.assistant.request import Request
from bots.database.engine import Database, Transaction
from bots.matrix.errors import Refused
from bots.matrix.events import Event, Incoming, Joined, Left, Outgoing, Redaction, Room, Sent, Unreadable
from bots.matrix.port import Edge
from bots.register import store
from bots.register.answering import responder
from bots.register.ledger import Ledger
from bots.register.operation import Operation
from config.identifiers import EventId, RoomId, UserId

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Desk:
    """Implements the edge's ``Handler``.

    Whatever it does for one item happens in that item's transaction. When that fails, the room is dropped from memory
    and read again from the store, so that memory never knows more than the disk.
    """

    edge: Edge
    database: Database
    ledger: Ledger
    dispatcher: Dispatcher
    assistants: Callable[[], Sequence[UserId]]
    locale: str = "fr"
    now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000
    handled: Counter[str] = field(default_factory=Counter)
    registrar: Registrar = field(init=False)

    def __post_init__(self) -> None:
        self.registrar = Registrar(self.ledger, self.edge, self.assistants, self.now_ms, self.locale)

    async def handle(self, incoming: Incoming, transaction: Transaction) -> None:
        """React to what the edge brings (``Handler.handle``)."""
        self.handled[type(incoming).__name__] += 1
        try:
            await self._handle(incoming, transaction)
        except BaseException:
            self.ledger.forget(incoming.room_id)
            raise

    async def _handle(self, incoming: Incoming, transaction: Transaction) -> None:
        match incoming:
            case Event():
                await self._event(incoming, transaction)
            case Redaction():
                await self._redaction(incoming, transaction)
            case Unreadable():
                await self._unreadable(incoming, transaction)
            case Joined():
                await self._introduce(incoming, transaction)
            case Left():
                _log.info("room_left", room_id=incoming.room_id)
            case _:
                assert_never(incoming)

    async def sent(self, sent: Sent, transaction: Transaction) -> None:
        """Note the event id of what we said, wrote or opened (``Handler.sent``)."""
        await self.registrar.sent(sent, transaction)
        if sent.type == "m.room.message":
            await memory.acknowledge(transaction, sent.room_id, sent.txn, sent.event_id)

    async def refused(self, outgoing_txn: str, room_id: RoomId, error: Refused, transaction: Transaction) -> None:
        """Log a message that the server will never take (``Handler.refused``)."""
        _log.error("message_refused", room_id=room_id, txn=outgoing_txn, errcode=error.errcode)

    async def idle(self) -> None:
        """Ask for what is missing, publish what we hold, fold what has waited long enough (``Handler.idle``)."""
        for room_id in self.registrar.due():
            try:
                async with self.database.begin() as transaction:
                    await self.registrar.tend(room_id, transaction)
            except BaseException:
                self.ledger.forget(room_id)
                raise

    async def _event(self, event: Event, transaction: Transaction) -> None:
        if event.redacted:
            return
        if event.sender in self.assistants() or event.sender == self.edge.user_id:
            await self.registrar.hear(event, transaction)
            if event.type != "m.room.member":
                return
        else:
            self.registrar.disown(event)
        if event.type == "m.room.member":
            await self._membership(event, transaction)
        elif event.type == "m.room.message":
            await self._message(event, transaction)
        elif event.type == "m.reaction":
            await self._reaction(event, transaction)

    async def _membership(self, event: Event, transaction: Transaction) -> None:
        others = {*self.assistants()} - {self.edge.user_id}
        if event.content.get("membership") == "join" and event.state_key in others:
            await self.registrar.newcomer(event, transaction)

    async def _message(self, event: Event, transaction: Transaction) -> None:
        # Bots talk in notices, and never answer them: that is how two of them do not talk for ever.
        if event.content.get("msgtype") != "m.text":
            return
        rel_type, target, answers = relation_of(event)
        content, cause = event.content, event.event_id
        if rel_type == "m.replace":
            new = event.content.get("m.new_content")
            if not isinstance(new, dict) or target is None or new.get("msgtype") != "m.text":
                return
            content, cause = new, target
        room = self._answering(event, mentions_of(content))
        if room is None or self.ledger.is_served(event.room_id, cause, event.sender):
            return
        before = await memory.answered(transaction, event.room_id, cause)
        if before is not None and before.sender != event.sender:
            return
        formatted = content.get("formatted_body")
        request = await self._request(
            room,
            event,
            transaction,
            cause=cause,
            text=body_of(content, answers=answers is not None),
            formatted=formatted if isinstance(formatted, str) else None,
            mentions=mentions_of(content),
            card=await self._card(transaction, event.room_id, answers),
            before=before if rel_type == "m.replace" else None,
        )
        reply = self._answer(request)
        if reply is None:
            return
        thread = target if rel_type == "m.thread" else None
        await self._say(transaction, request, reply, event.event_id, answers=cause, thread=thread)

    def _answer(self, request: Request) -> Reply | None:
        try:
            return self.dispatcher.answer(request)
        except Exception:  # the outermost frame of a command: whoever gave it must hear that it failed
            _log.exception("command_failed", room_id=request.room_id, event_id=request.event_id)
            return replace(sentences.trouble(request.locale), inverse=request.inverse)

    async def _reaction(self, event: Event, transaction: Transaction) -> None:
        rel_type, target, _ = relation_of(event)
        key = event.relates_to.get("key")
        if rel_type != "m.annotation" or target is None or not isinstance(key, str):
            return
        room = self._answering(event, frozenset())
        card = await self._card(transaction, event.room_id, target)
        if room is None or card is None:
            return
        request = await self._request(room, event, transaction, cause=event.event_id, text="", card=card)
        reply = self.dispatcher.react(request, key)
        if reply is not None:
            await self._say(transaction, request, reply, event.event_id, answers=target)

    async def _redaction(self, redaction: Redaction, transaction: Transaction) -> None:
        room_id, target = redaction.room_id, redaction.target
        if await self.registrar.erase(room_id, target, redaction.sender, transaction):
            return
        before = await memory.answered(transaction, room_id, target)
        room = self.edge.room(room_id)
        # Only one's own command: a moderator who removes somebody's message does not undo what it did.
        if before is None or before.sender != redaction.sender or not before.inverse or room is None:
            return
        request = await self._request(room, redaction, transaction, cause=target, text="", before=before)
        reply = self.dispatcher.undo(request)
        if reply is not None:
            await self._say(transaction, request, reply, redaction.event_id, answers=None)

    async def _unreadable(self, unreadable: Unreadable, transaction: Transaction) -> None:
        if unreadable.reason not in ("no_session", "withheld"):
            return
        if unreadable.sender in self.assistants():
            self.registrar.missed(unreadable.room_id, unreadable.sender)
            return
        if self._answering(unreadable, frozenset()) is None:
            return
        reply = sentences.unreadable(self.locale)
        content = reply_content(
            reply, chapter=None, answers=unreadable.event_id, thread=_thread(unreadable), operation=None
        )
        txn = txn_of(unreadable.room_id, unreadable.event_id)
        await self.edge.enqueue(Outgoing(unreadable.room_id, txn, "m.room.message", content), transaction)

    async def _introduce(self, joined: Joined, transaction: Transaction) -> None:
        if not await memory.first_time(transaction, joined.room_id, "introduction", self.now_ms()):
            return
        content = reply_content(
            sentences.introduction(self.locale), chapter=None, answers=None, thread=None, operation=None
        )
        txn = txn_of(joined.room_id, joined.event_id, "introduction")
        await self.edge.enqueue(Outgoing(joined.room_id, txn, "m.room.message", content), transaction)

    def _answering(self, asked: Event | Unreadable, mentions: frozenset[str]) -> Room | None:
        """Return the room when it is ours to answer there, None when another assistant does."""
        room = self.edge.room(asked.room_id)
        if room is None:
            return None
        me = UserId(self.edge.user_id)
        mentioned = [UserId(each) for each in mentions]
        # An assistant that the member list does not name yet still serves its own room.
        listed = [*self.assistants()] or [me]
        return room if responder(asked.sender, listed, {*room.joined, me}, mentioned) == me else None

    async def _request(  # noqa: PLR0913 - a request is what was asked with all that surrounds it
        self,
        room: Room,
        asked: Event | Redaction,
        transaction: Transaction,
        *,
        cause: EventId,
        text: str,
        formatted: str | None = None,
        mentions: frozenset[str] = frozenset(),
        card: str | None = None,
        before: memory.Answered | None = None,
    ) -> Request:
        me = UserId(self.edge.user_id)
        return Request(
            room_id=room.room_id,
            event_id=cause,
            sender=asked.sender,
            text=text,
            served_by=me,
            members={each: room.members[each].display_name for each in room.joined},
            state=await self.ledger.state(transaction, room.room_id),
            now=datetime.fromtimestamp(self.now_ms() / 1000, UTC),
            formatted=formatted,
            mentions=frozenset(UserId(each) for each in mentions),
            locale=self.locale,
            direct=room.direct or len(room.joined) == 2,
            card=card,
            own=asked.sender.server == me.server,
            late=isinstance(asked, Event) and asked.late,
            edited=before is not None,
            inverse=before.inverse if before is not None else (),
        )

    async def _say(
        self,
        transaction: Transaction,
        request: Request,
        reply: Reply,
        event_id: EventId,
        *,
        answers: EventId | None,
        thread: EventId | None = None,
    ) -> None:
        """Write what the reply changes and enqueue the message that says so: both or neither."""
        room_id = request.room_id
        operation, chapter = None, None
        if reply.changes:
            chapter = await self.registrar.chapter(transaction, room_id)
            operation = await self._write(transaction, request, reply)
        if reply.inverse or request.edited:
            answer = memory.Answered(request.sender, reply.inverse)
            await memory.remember(transaction, room_id, request.event_id, answer)
        txn = txn_of(room_id, event_id)
        if reply.shows:
            await memory.show(transaction, room_id, txn, reply.shows)
        content = reply_content(reply, chapter=chapter, answers=answers, thread=thread, operation=operation)
        await self.edge.enqueue(Outgoing(room_id, txn, "m.room.message", content), transaction)

    async def _write(self, transaction: Transaction, request: Request, reply: Reply) -> Operation:
        guest = not request.own
        operation = await self.ledger.write(
            transaction,
            request.room_id,
            reply.changes,
            by=request.served_by if guest else request.sender,
            behalf=request.sender if guest else None,
            cause=request.event_id,
        )
        self.registrar.wrote(request.room_id)
        return operation

    async def _card(self, transaction: Transaction, room_id: RoomId, event_id: EventId | None) -> str | None:
        """Return the object that a message shows: ours by our memory, another assistant's by its operation."""
        if event_id is None:
            return None
        shown = await memory.shown_by(transaction, room_id, event_id)
        if len(shown) == 1:
            return shown[0][1]
        operation = await store.find_by_event(transaction, room_id, event_id)
        ids = dict.fromkeys(_ids(operation)) if operation else {}
        return next(iter(ids)) if len(ids) == 1 else None


def _ids(operation: Operation) -> Iterator[str]:
    return (each.id for each in operation.changes)


def _thread(unreadable: Unreadable) -> EventId | None:
    target = unreadable.relates_to.get("event_id")
    in_thread = unreadable.relates_to.get("rel_type") == "m.thread" and isinstance(target, str)
    return EventId(str(target)) if in_thread else None
