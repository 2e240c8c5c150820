"""The last station of a message's way: the operation, the card and the message, in one transaction or not at all."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import structlog

from bots.assistant.dispatch import deeds, sentences
from bots.assistant.dispatch.admission import weighed
from bots.assistant.dispatch.deeds import Notices
from bots.assistant.dispatch.dispatcher import Dispatcher
from bots.assistant.handler.cards import Cards
from bots.assistant.handler.questions import Questions
from bots.assistant.handler.way.bounds import bounded
from bots.assistant.handler.way.gathered import Gatherer
from bots.assistant.store import errand_store, looking, memory
from bots.assistant.sync.alarm import Alarm
from bots.assistant.sync.registrar import Registrar
from bots.assistant.talk import gathering
from bots.assistant.talk.editing import not_counting
from bots.assistant.talk.errand import Cancel, Errand
from bots.assistant.talk.messages import edit_content, refers, reply_content, txn_of
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import ELSEWHERE, NUMBERED, Key
from bots.database.engine import Transaction
from bots.matrix.events import Outgoing, Room
from bots.matrix.port import Edge
from bots.register.format.batch import check_size
from bots.register.format.errors import TooLarge
from bots.register.format.operation import Change, Identity, Operation
from bots.register.format.wire import CHAPTER, Chapter, chapter_content
from bots.register.replica.places import Position
from bots.register.store.ledger import Ledger
from config.identifiers import EventId, RoomId, UserId

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an operation stands: in which *chapter*, unless its message *opens* one."""

    chapter: EventId | None = None
    opens: Chapter | None = None
    lost: Sequence[Position] = ()
    """What of it counts for nothing: somebody's later word stands."""


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes down what is answered, and enqueues the message that says so."""

    edge: Edge
    ledger: Ledger
    dispatcher: Dispatcher
    gatherer: Gatherer
    registrar: Registrar
    cards: Cards
    questions: Questions
    notices: Notices
    alarm: Alarm
    erase: Callable[[Transaction, RoomId, Identity], Awaitable[None]]
    """Erases an operation of ours, and with it what it made."""
    now_ms: Callable[[], int]

    async def write(
        self,
        transaction: Transaction,
        request: Request,
        reply: Reply,
        event_id: EventId,
        *,
        answers: EventId | None,
        thread: EventId | None = None,
        what: str = "0",
        deed: bool = False,
    ) -> Operation | None:
        """Write what the reply changes and enqueue the message that says so: both or neither.

        *what* tells apart several messages about one event. *deed*: nobody gave a command that is to be answered, so it
        is told in the notice of the room, if it can be.
        """
        room_id = request.room_id
        txn = txn_of(room_id, event_id, what)
        reply = _fitting(request, reply)
        await self.leave(transaction, request, reply, thread)
        if reply.quiet:
            await self._post(transaction, room_id, reply, f"{event_id} {what}")
            return await self._publish(transaction, request, reply, f"{event_id} {what}")
        if deed and deeds.joins(request, reply, self.cards.makers):
            return await self.tell(transaction, [(request, reply)], event_id, what=what)
        if deed and reply.changes and not request.private and (answers is None or not request.text):
            # Nothing that it answers shows who did it: a reaction, a message that was deleted, or said in another room.
            reply = replace(reply, text=deeds.named(request, reply))
        operation, place = None, _Place()
        if reply.changes:
            reply, card = self.cards.becomes(reply)
            shows = card is not None or reply.card is not None
            operation, place = await self._record(transaction, request, reply.changes, txn, thread=thread, card=shows)
            # What undoes, or brings back, is not worked out field by field: it is looked at once it stands there.
            reply = reply.below(sentences.held(request, place.lost)) if place.lost else reply
            await self.cards.wrote(transaction, room_id, operation, card, txn)
        await self._remember(transaction, [(request, reply)], operation)
        if reply.undoes is not None:
            undone = memory.AnsweredCommand(request.sender, ())
            await memory.remember(transaction, room_id, reply.undoes, undone, self.now_ms())
        shown = (*reply.shows, *self._named(request, reply))
        if shown:
            await memory.show(transaction, room_id, txn, shown)
        if answers is not None and not reply.changes and reply.question is None:
            await self._looked(transaction, request, reply)
        await self.questions.ask(transaction, request, reply, txn, thread)
        if reply.card is not None:
            await self.cards.shows(transaction, room_id, reply.card, txn)
        content = reply_content(reply, chapter=place.chapter, answers=answers, thread=thread, operation=operation)
        await self._enqueue(transaction, room_id, txn, content, place)
        for identity in reply.erases:
            await self.erase(transaction, room_id, identity)
        await self._post(transaction, room_id, reply, f"{event_id} {what}")
        await self._follow(transaction, request, reply, event_id, thread, what)
        return operation

    def _named(self, request: Request, reply: Reply) -> tuple[Key, ...]:
        """Return what a message only names, which must not go on doing so: whoever asks or refuses shows no object."""
        if reply.changes and reply.question is None:
            return ()
        return self.dispatcher.naming.named_in(reply.body, request)

    async def _looked(self, transaction: Transaction, request: Request, reply: Reply) -> None:
        """Note the one thing that somebody is shown who has asked: they may speak of it next.

        Who is shown several things, or asks after what is not there, speaks no longer of what they were shown before.
        """
        makers = self.dispatcher.makers
        keys = [key for key in reply.shows if key[0] in makers or key[0] in (ELSEWHERE, NUMBERED)]
        if len(keys) == 1 and keys[0][0] in makers:
            looked = looking.Looked(request.event_id, keys[0], self.now_ms())
            await looking.note(transaction, request.room_id, request.sender, looked)
        elif reply.shows or reply.nothing:
            await looking.pass_by(transaction, request.room_id, request.sender)

    async def _post(self, transaction: Transaction, room_id: RoomId, reply: Reply, cause: str) -> None:
        """Enqueue what clients draw by themselves, below what was said: in this order, in the same transaction."""
        for place, posted in enumerate(reply.posted):
            txn = txn_of(room_id, cause, f"posted {place}")
            await self.edge.enqueue(Outgoing(room_id, txn, posted.type, posted.content), transaction)

    async def _follow(
        self,
        transaction: Transaction,
        request: Request,
        reply: Reply,
        event_id: EventId,
        thread: EventId | None,
        what: str,
    ) -> None:
        for place, then in enumerate(reply.then, 1):
            following = await self.bounded(transaction, request, weighed(request, then))
            name = f"{what} {place}"
            await self.write(transaction, request, following, event_id, answers=None, thread=thread, what=name)

    async def tell(
        self, transaction: Transaction, done: Sequence[tuple[Request, Reply]], event_id: EventId, *, what: str = "0"
    ) -> Operation | None:
        """Write as one operation what was *done* in one room, and tell it in that room's notice: both or neither."""
        first, room_id = done[0][0], done[0][0].room_id
        txn = txn_of(room_id, event_id, what)
        told = self.notices.add(done, txn, self.now_ms())
        changes = tuple(change for _, reply in done for change in reply.changes)
        words, operation, place = Reply(told.text, changes=changes), None, _Place()
        if changes:
            operation, place = await self._record(transaction, first, changes, txn, edits=told.edits is not None)
            words = words.above(sentences.held(first, place.lost)) if place.lost else words
            await self.cards.wrote(transaction, room_id, operation, None, txn)
        await self._remember(transaction, done, operation)
        await memory.show(transaction, room_id, txn, told.shows, told.edits)
        content = (
            reply_content(words, chapter=place.chapter, operation=operation)
            if told.edits is None
            else edit_content(words, told.edits, operation)
        )
        await self._enqueue(transaction, room_id, txn, content, place)
        return operation

    async def leave(
        self, transaction: Transaction, request: Request, reply: Reply, thread: EventId | None = None
    ) -> None:
        """Note the errands that *reply* leaves."""
        for errand in reply.errands:
            room_id = errand.room_id or request.room_id
            match errand:
                case Cancel(kind, key):
                    await errand_store.cancel(transaction, kind, key, room_id)
                case Errand():
                    due = max(errand.due, self.now_ms())
                    waiting = errand_store.WaitingErrand(
                        errand.kind,
                        errand.key,
                        room_id,
                        errand.payload,
                        due,
                        request.event_id,
                        request.sender,
                        thread=thread if room_id == request.room_id else None,
                        answers=errand.due == 0 and errand.room_id is None,
                    )
                    await errand_store.keep(transaction, waiting)
                    self.alarm.soon(due)

    async def bounded(self, transaction: Transaction, request: Request, reply: Reply) -> Reply:
        """Return *reply* without what would wake somebody again and again, or the refusal to do too much in a day."""
        return await bounded(transaction, request, reply, self.dispatcher.daily, self.now_ms())

    async def stand(self, transaction: Transaction, room: Room, keys: Collection[Key] | None = None) -> None:
        """Have the errands wait that follow from what stands in *room*: from these objects, or from all there are."""
        if self.gatherer.lineage.successor(room) is not None:
            return
        scene = await self.gatherer.scene(transaction, room)
        try:
            found = self.dispatcher.following.standing(scene, UserId(self.edge.user_id), keys)
        except Exception:  # the outermost frame of a capability: a register may hold anything
            _log.exception("standing_failed", room_id=room.room_id)
            return
        waits = await errand_store.waiting_in(transaction, room.room_id, [standing.errand for standing in found])
        wanted: list[errand_store.WaitingErrand] = []
        for standing in found:
            errand = standing.errand
            due = waits.get((errand.kind, errand.key))
            if isinstance(errand, Cancel):
                if due is not None:
                    await errand_store.cancel(transaction, errand.kind, errand.key, room.room_id)
            elif due is None or (due != errand.due and not standing.keeps):
                where = errand.kind, errand.key, room.room_id, errand.payload
                wanted.append(errand_store.WaitingErrand(*where, errand.due, standing.cause, standing.sender))
                self.alarm.soon(errand.due)
        await errand_store.keep(transaction, *wanted)

    async def changed(self, transaction: Transaction, room_id: RoomId, keys: Collection[Key] | None) -> None:
        """Have the errands wait that follow from these objects (``noticeboard.Changed``)."""
        room = self.edge.room(room_id)
        if room is not None and self.dispatcher.following.stands(keys):
            await self.stand(transaction, room, keys)

    async def _record(
        self,
        transaction: Transaction,
        request: Request,
        changes: Sequence[Change],
        txn: str,
        *,
        thread: EventId | None = None,
        card: bool = False,
        edits: bool = False,
    ) -> tuple[Operation, _Place]:
        """Write *changes* as one operation for the message *txn*; where that *edits* another, in no chapter."""
        room_id = request.room_id
        root = await self.registrar.chapter(transaction, room_id)
        opens = None if root or edits else await self.registrar.opening(transaction, room_id, txn)
        chapter = root if not edits and refers(root, thread=thread, card=card) else None
        also = () if chapter is None else self.registrar.loose(room_id)
        operation = await self._write(transaction, request, changes, also)
        lost = not_counting(await self.ledger.state(transaction, room_id), operation)
        return operation, _Place(chapter, opens, lost)

    async def _publish(self, transaction: Transaction, request: Request, reply: Reply, cause: str) -> Operation | None:
        if not reply.changes:
            return None
        operation = await self._write(transaction, request, reply.changes)
        keys = {(change.kind, change.id) for change in reply.changes}
        await self.cards.changed(transaction, request.room_id, keys)
        await self.registrar.publish(transaction, request.room_id, operation, cause)
        return operation

    async def _write(
        self, transaction: Transaction, request: Request, changes: Sequence[Change], also: Sequence[EventId] = ()
    ) -> Operation:
        guest = None if request.own or self.ledger.speaks(request.sender.server) else request.sender
        operation = await self.ledger.write(
            transaction,
            request.room_id,
            changes,
            by=request.sender if request.own else request.served_by,
            behalf=guest,
            cause=request.event_id,
            also=also,
        )
        self.registrar.wrote(request.room_id)
        await self.changed(transaction, request.room_id, [(change.kind, change.id) for change in changes])
        return operation

    async def _remember(
        self, transaction: Transaction, done: Sequence[tuple[Request, Reply]], operation: Operation | None
    ) -> None:
        """Remember how to undo what was *done*, each by its own cause: whoever takes one reaction back cancels one."""
        inverses: dict[EventId, tuple[Change, ...]] = {}
        for request, reply in done:
            settled = reply.inverse if operation is None else gathering.settled(reply.inverse, operation)
            inverses[request.event_id] = (*inverses.get(request.event_id, ()), *settled)
        for request, _ in done:
            inverse = inverses.pop(request.event_id, None)
            if inverse or (inverse is not None and request.edited):
                answer = memory.AnsweredCommand(request.sender, inverse)
                await memory.remember(transaction, request.room_id, request.event_id, answer, self.now_ms())

    async def _enqueue(
        self, transaction: Transaction, room_id: RoomId, txn: str, content: dict[str, Any], place: _Place
    ) -> None:
        if place.opens is not None:
            content[CHAPTER] = chapter_content(place.opens)
        await self.edge.enqueue(Outgoing(room_id, txn, "m.room.message", content), transaction)


def _fitting(request: Request, reply: Reply) -> Reply:
    """Return *reply*, or the refusal to do what no operation can hold."""
    try:
        check_size(reply.changes)
    except TooLarge as exc:
        return replace(sentences.too_large(request.locale, exc.size, exc.most), inverse=request.inverse)
    return reply
