"""The desk: what comes from the rooms is judged, answered and written down here, one transaction an item."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import groupby
from typing import Final, TypeVar, assert_never
from zoneinfo import ZoneInfo

import structlog

from bots.assistant import card_store, gathering, memory, pending, sentences
from bots.assistant.cards import Cards
from bots.assistant.catchup import CatchUp
from bots.assistant.chapters import Chapters
from bots.assistant.dispatch import Dispatcher
from bots.assistant.erasure import Eraser
from bots.assistant.gathering import Held, Windows
from bots.assistant.history import supplied
from bots.assistant.messages import body_of, mentions_of, relation_of, reply_content, txn_of
from bots.assistant.newcomers import Newcomers
from bots.assistant.registrar import Registrar
from bots.assistant.reply import Reply
from bots.assistant.request import NOTHING, Needs, Quoted, Request
from bots.assistant.scene import PARIS, Key, made_by
from bots.database.engine import Database, Transaction
from bots.matrix.errors import Refused, Unreachable
from bots.matrix.events import Event, Incoming, Joined, Left, Outgoing, Redaction, Room, Sent, Unreadable
from bots.matrix.port import Edge
from bots.register import roots, store
from bots.register.answering import responder
from bots.register.batch import check_size
from bots.register.errors import TooLarge
from bots.register.ledger import Ledger
from bots.register.operation import Operation
from config.identifiers import EventId, RoomId, UserId

_log = structlog.get_logger(__name__)

_T = TypeVar("_T")

_PATIENCE_MS: Final = 60_000
"""How old an event may be for which the server is asked again, when it did not answer."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A reaction that has waited, as far as it is still known."""

    room_id: RoomId
    event_id: EventId
    sender: UserId


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
    zone: ZoneInfo = PARIS
    now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000
    handled: Counter[str] = field(default_factory=Counter)
    registrar: Registrar = field(init=False)
    cards: Cards = field(init=False)
    eraser: Eraser = field(init=False)
    chapters: Chapters = field(init=False)
    newcomers: Newcomers = field(init=False)
    catch_up: CatchUp = field(init=False)
    _busy: bool = False
    """Somebody moves snapshots: that may take long, and nobody waits for it."""
    windows: Windows = field(default_factory=Windows)

    def __post_init__(self) -> None:
        makers = self.dispatcher.makers
        self.cards = Cards(self.edge, self.ledger, makers, self.assistants, self.now_ms, self.locale, self.zone)
        self.registrar = Registrar(self.ledger, self.edge, self.assistants, self.now_ms, self.locale)
        self.eraser = Eraser(self.edge, self.ledger, self.registrar, makers)
        self.registrar.listener = self
        schema = self.dispatcher.schema
        self.chapters = Chapters(self.edge, self.database, self.ledger, self.assistants, self.now_ms, schema)
        self.newcomers = Newcomers(
            self.edge, self.database, self.ledger, self.assistants, self.now_ms, self.locale, listener=self
        )
        self.catch_up = CatchUp(self.edge, self.database, self.ledger, self.now_ms, self.registrar.recall)
        self.registrar.diverged = self.newcomers.diverged
        self.registrar.quiet = self.newcomers.waiting
        self.registrar.touched = self.chapters.touched
        self.registrar.offered = self.newcomers.offered

    async def changed(self, transaction: Transaction, room_id: RoomId, keys: Iterable[Key] | None) -> None:
        """Have the cards of what has changed drawn again (``Listener.changed``)."""
        await self.cards.changed(transaction, room_id, keys)

    async def erased(self, transaction: Transaction, room_id: RoomId, operation: Operation) -> None:
        """Clear our messages of what has been erased (``Listener.erased``)."""
        await self.eraser.erased(transaction, room_id, operation)

    def loaded(self, room_id: RoomId) -> None:
        """Publish what we hold of a room whose snapshot was taken in (``newcomers.Listener.loaded``)."""
        self.registrar.wrote(room_id)

    async def handle(self, incoming: Incoming, transaction: Transaction) -> None:
        """React to what the edge brings (``Handler.handle``)."""
        self.handled[type(incoming).__name__] += 1
        try:
            await self._handle(incoming, transaction)
        except BaseException:
            self.ledger.forget(incoming.room_id)
            self.newcomers.forget()
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
                await self.newcomers.arrive(incoming, transaction)
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
        await card_store.drop(transaction, room_id, outgoing_txn)
        if await roots.withdraw(transaction, room_id, outgoing_txn):
            self.chapters.failed(room_id)

    async def idle(self) -> None:
        """Do what is due: answer reactions that waited, draw cards, tell and ask the other assistants."""
        for room_id in self.registrar.due():
            async with self.ledger.begin(self.database, room_id) as transaction:
                await self.registrar.tend(room_id, transaction)
        if self.windows.due(self.now_ms()):
            async with self.ledger.begin(self.database) as transaction:
                await self._answer_held(transaction)
        if self.cards.due():
            async with self.database.begin() as transaction:
                await self.cards.tend(transaction)
        if not self._busy:
            await self._move_snapshots()

    async def _move_snapshots(self) -> None:
        self._busy = True
        try:
            await self.newcomers.tend()
            await self._drain()
            await self.catch_up.tend(except_in=self.newcomers.waiting())
            await self.chapters.tend(except_in=self.newcomers.waiting())
        finally:
            self._busy = False

    async def _drain(self) -> None:
        """Answer what was asked while we knew nothing yet, in order, one transaction each."""
        for room_id in self.newcomers.drainable():
            while await self._drain_one(room_id):
                pass

    async def _drain_one(self, room_id: RoomId) -> bool:
        try:
            async with self.ledger.begin(self.database, room_id) as transaction:
                event = await pending.first(transaction, room_id)
                if event is None:
                    self.newcomers.release(room_id)
                    return False
                await pending.drop(transaction, room_id, event.event_id)
                await self._asked(event, transaction, waited=True)
        except BaseException:
            self.newcomers.forget()
            raise
        return True

    async def _event(self, event: Event, transaction: Transaction) -> None:
        if event.redacted:
            return
        if event.sender in self.assistants() or event.sender == self.edge.user_id:
            await self.registrar.hear(event, transaction)
            if event.type == "m.room.message":
                await self.cards.recall(transaction, event)
            if event.type != "m.room.member":
                return
        else:
            self.registrar.disown(event)
        if event.type == "m.room.member":
            await self._membership(event, transaction)
        else:
            await self._asked(event, transaction)

    async def _asked(self, event: Event, transaction: Transaction, *, waited: bool = False) -> None:
        """Answer what a person says or does; *waited*: it is one of those that were kept until now."""
        keeps = not waited and await self.newcomers.holds(transaction, event.room_id)
        if event.type == "m.room.message":
            await self._message(event, transaction, keeps=keeps)
        elif event.type == "m.reaction":
            await self._reaction(event, transaction, keeps=keeps)

    async def _membership(self, event: Event, transaction: Transaction) -> None:
        others = {*self.assistants()} - {self.edge.user_id}
        if event.content.get("membership") == "join" and event.state_key in others:
            await self.registrar.newcomer(event, transaction)

    async def _message(self, event: Event, transaction: Transaction, *, keeps: bool) -> None:
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
        thread = target if rel_type == "m.thread" else None
        if rel_type == "m.replace" and before is not None:
            thread, answers = await self._answered_by(event, cause)
        formatted = content.get("formatted_body")
        # In a thread that began at a card, what answers nothing else is about that card.
        card = await self._card(transaction, event.room_id, answers or thread)
        request = await self._request(
            room,
            event,
            transaction,
            cause=cause,
            text=body_of(content, answers=answers is not None),
            formatted=formatted if isinstance(formatted, str) else None,
            mentions=mentions_of(content),
            card=card,
            before=before if rel_type == "m.replace" else None,
        )
        request = await supplied(request, self._needs(request), transaction)
        reply = self._answer(request)
        if reply is None and card is None and answers is not None and thread is not None:
            # An answer to somebody in the thread of a card is no command to it, and still said about it.
            card = await self._card(transaction, event.room_id, thread)
            request = replace(request, card=card)
            reply = self._remark(request)
        if keeps and (reply is not None or card is not None):
            # Whether it is a remark depends on what we do not know yet.
            await pending.keep(transaction, event, self.now_ms())
            return
        if reply is None:
            return
        if answers is not None and card is None:
            request = replace(request, quoted=await self._quoted(event.room_id, answers))
            reply = self._answer(request) or reply
        if card is not None:
            self.windows.open(event.room_id, event.sender, self.now_ms())
        await self._say(transaction, request, reply, event.event_id, answers=cause, thread=thread)

    async def _answered_by(self, edit: Event, edited: EventId) -> tuple[EventId | None, EventId | None]:
        """Return the thread that what was edited stands in, and what it answers: an edit itself names neither."""
        said = await self.edge.fetch_event(edit.room_id, edited)
        if not isinstance(said, Event):
            return None, None
        rel_type, target, answers = relation_of(said)
        return target if rel_type == "m.thread" else None, answers

    def _is_recent(self, event: Event) -> bool:
        """Tell whether what *event* needs may be asked for again: everything else in the room waits meanwhile."""
        return abs(self.now_ms() - event.timestamp) < _PATIENCE_MS

    def _answer(self, request: Request) -> Reply | None:
        return self._guarded("command", self.dispatcher.answer, request, _trouble)

    def _remark(self, request: Request) -> Reply | None:
        return self._guarded("remark", self.dispatcher.remark, request, _silence)

    def _needs(self, request: Request) -> Needs:
        return self._guarded("needs", self.dispatcher.needs, request, lambda _: NOTHING)

    def _react(self, request: Request, key: str) -> Reply | None:
        # What waits must not be tried for ever.
        return self._guarded("reaction", lambda asked: self.dispatcher.react(asked, key), request, _silence)

    def _make(self, request: Request, key: str) -> Reply | None:
        return self._guarded("pin", lambda asked: self.dispatcher.pin(asked, key), request, _trouble_for)

    def _guarded(
        self, what: str, act: Callable[[Request], _T], request: Request, otherwise: Callable[[Request], _T]
    ) -> _T:
        """Return what *act* makes of *request*, or *otherwise* does where it fails: nobody must wait for ever."""
        try:
            return act(request)
        except Exception:  # the outermost frame of a command
            _log.exception(f"{what}_failed", room_id=request.room_id, event_id=request.event_id)
            return otherwise(request)

    async def _reaction(self, event: Event, transaction: Transaction, *, keeps: bool) -> None:
        rel_type, target, _ = relation_of(event)
        key = event.relates_to.get("key")
        if rel_type != "m.annotation" or target is None or not isinstance(key, str):
            return
        room = self._answering(event, frozenset())
        card = await self._card(transaction, event.room_id, target)
        if room is not None and card is None and self.dispatcher.pins(key):
            if keeps:
                await pending.keep(transaction, event, self.now_ms())
            else:
                await self._pin(room, event, target, key, transaction)
        if room is None or card is None or not self.dispatcher.reacts(key):
            return
        if keeps:
            await pending.keep(transaction, event, self.now_ms())
            return
        if event.sender.server == self.edge.user_id.server and await self._hold(transaction, event, key, card):
            return
        request = await self._request(room, event, transaction, cause=event.event_id, text="", card=card)
        reply = self._react(request, key)
        if reply is not None:
            self.windows.open(event.room_id, event.sender, self.now_ms())
            await self._say(transaction, request, reply, event.event_id, answers=target)

    async def _pin(self, room: Room, event: Event, target: EventId, key: str, transaction: Transaction) -> None:
        """Make what a reaction asks of somebody's ordinary message: 📌, a task."""
        reply, quoted = None, None
        try:
            quoted = await self._quoted(event.room_id, target)
        except Unreachable:
            if self._is_recent(event):
                raise
            reply = replace(sentences.out_of_reach(self.locale), mentions=(event.sender,))
        request = await self._request(room, event, transaction, cause=event.event_id, text="")
        if quoted is not None:
            reply = self._make(replace(request, quoted=quoted), key)
        if reply is not None:
            await self._say(transaction, request, reply, event.event_id, answers=target)

    async def _quoted(self, room_id: RoomId, event_id: EventId) -> Quoted | None:
        """Read what somebody said and a command is about; None when it is gone, or no person's words."""
        said = await self.edge.fetch_event(room_id, event_id)
        if not isinstance(said, Event) or said.type != "m.room.message" or said.content.get("msgtype") == "m.notice":
            return None
        body = body_of(said.content, answers="m.in_reply_to" in said.relates_to)
        return Quoted(said.event_id, said.sender, body) if body.strip() else None

    async def _hold(self, transaction: Transaction, event: Event, key: str, card: str) -> bool:
        """Keep a reaction whose sender has just been answered; tell whether it waits."""
        now = self.now_ms()
        due = self.windows.end(event.room_id, event.sender, now)
        if due is None:
            return False
        held = Held(event.room_id, event.event_id, event.sender, key, card)
        await memory.hold(transaction, held, now, due)
        return True

    async def _answer_held(self, transaction: Transaction) -> None:
        """Answer the reactions that have waited: those of one person together."""
        held = await memory.held_until(transaction, self.now_ms(), 4 * gathering.MOST)
        for (room_id, sender), group in groupby(held, key=lambda each: (each.room_id, each.sender)):
            for batch in gathering.rounds(list(group)):
                await self._answer_together(transaction, room_id, sender, batch)
        self.windows.look(await memory.next_held(transaction))

    async def _answer_together(
        self, transaction: Transaction, room_id: RoomId, sender: UserId, batch: Sequence[Held]
    ) -> None:
        done: list[tuple[Request, Reply]] = []
        apart: list[Held] = []
        room = self.edge.room(room_id)
        for each in batch:
            await memory.release(transaction, room_id, each.event_id, sender)
            if room is None:
                continue
            asked = Asked(room_id, each.event_id, sender)
            request = await self._request(room, asked, transaction, cause=each.event_id, text="", card=each.object_id)
            reply = self._react(request, each.reaction)
            if reply is not None and gathering.makes(reply) and len(batch) > 1:
                apart.append(each)
            elif reply is not None:
                done.append((request, reply))
        for some in gathering.fitting(done):
            await self._say_together(transaction, some)
        for each in apart:
            await self._answer_together(transaction, room_id, sender, [each])

    async def _say_together(self, transaction: Transaction, done: Sequence[tuple[Request, Reply]]) -> None:
        first = done[0][0]
        self.windows.open(first.room_id, first.sender, self.now_ms())
        whole = gathering.merge(first, [reply for _, reply in done])
        operation = await self._say(transaction, first, whole, first.event_id, answers=None)
        for request, reply in done:
            if reply.inverse and operation is not None:
                answer = memory.Answered(request.sender, gathering.settled(reply.inverse, operation))
                await memory.remember(transaction, request.room_id, request.event_id, answer)

    async def _redaction(self, redaction: Redaction, transaction: Transaction) -> None:
        room_id, target = redaction.room_id, redaction.target
        await self.eraser.withdraw_edits(transaction, room_id, target)
        if await memory.release(transaction, room_id, target, redaction.sender):
            return
        if await pending.drop(transaction, room_id, target):
            return
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
        content = reply_content(reply, answers=unreadable.event_id, thread=_thread(unreadable))
        txn = txn_of(unreadable.room_id, unreadable.event_id)
        await self.edge.enqueue(Outgoing(unreadable.room_id, txn, "m.room.message", content), transaction)

    async def _introduce(self, joined: Joined, transaction: Transaction) -> None:
        if not await memory.first_time(transaction, joined.room_id, "introduction", self.now_ms()):
            return
        content = reply_content(sentences.introduction(self.locale))
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
        asked: Event | Redaction | Asked,
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
            zone=self.zone,
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
    ) -> Operation | None:
        """Write what the reply changes and enqueue the message that says so: both or neither."""
        room_id = request.room_id
        txn = txn_of(room_id, event_id)
        reply = _fitting(request, reply)
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

    async def _card(self, transaction: Transaction, room_id: RoomId, event_id: EventId | None) -> str | None:
        """Return the object that a message shows: ours by our memory, another assistant's by its operation."""
        if event_id is None:
            return None
        shown = await memory.shown_by(transaction, room_id, event_id)
        if len(shown) == 1:
            return shown[0][1]
        operation = await store.find_by_event(transaction, room_id, event_id)
        # What an operation makes is what its message is the card of, whatever else it did.
        made = made_by(operation.changes, self.cards.makers) if operation else None
        if made is not None:
            return made[1]
        ids = dict.fromkeys(_ids(operation)) if operation else {}
        return next(iter(ids)) if len(ids) == 1 else None


def _trouble(request: Request) -> Reply | None:
    """Whoever gave a command must hear that it failed."""
    return replace(sentences.trouble(request.locale), inverse=request.inverse)


def _trouble_for(request: Request) -> Reply | None:
    """Whoever pinned must hear that it failed, and answers nothing that would tell them."""
    return replace(sentences.trouble(request.locale), mentions=(request.sender,))


def _silence(_: Request) -> Reply | None:
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


def _thread(unreadable: Unreadable) -> EventId | None:
    target = unreadable.relates_to.get("event_id")
    in_thread = unreadable.relates_to.get("rel_type") == "m.thread" and isinstance(target, str)
    return EventId(str(target)) if in_thread else None
