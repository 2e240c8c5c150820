"""The clerk: gathers all that is needed to judge a request, and says and writes what the answer is."""

from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

import structlog

from bots.assistant.dispatch import deeds, sentences
from bots.assistant.dispatch.admission import weighed, word_of
from bots.assistant.dispatch.deeds import Notices
from bots.assistant.dispatch.dispatcher import Dispatcher
from bots.assistant.handler.cards import Cards
from bots.assistant.handler.forwarding import Forwarding
from bots.assistant.handler.keeping import Keepers
from bots.assistant.handler.questions import Questions
from bots.assistant.store import card_store, errand_store, memory
from bots.assistant.store.history import supplied
from bots.assistant.sync.alarm import Alarm
from bots.assistant.sync.registrar import Registrar
from bots.assistant.talk import gathering
from bots.assistant.talk.editing import not_counting
from bots.assistant.talk.errand import Cancel, Errand
from bots.assistant.talk.lineage import Lineage
from bots.assistant.talk.messages import edit_content, refers, reply_content, txn_of
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import NOTHING, Asked, Needs, Past, Request, Word
from bots.assistant.talk.scene import PARIS, Key, Scene, made_by
from bots.assistant.words.lenient import line
from bots.database.engine import Transaction
from bots.matrix.events import Event, Outgoing, Redaction, Room
from bots.matrix.port import Edge
from bots.register.format.batch import check_size
from bots.register.format.errors import TooLarge
from bots.register.format.operation import Change, Identity, Operation
from bots.register.format.wire import CHAPTER, chapter_content
from bots.register.store import operations as store
from bots.register.store.ledger import Ledger
from config.identifiers import EventId, RoomId, UserId

_log = structlog.get_logger(__name__)

_T = TypeVar("_T")
_UNDONE_WITHIN_MS: Final = 24 * 3_600_000
"""How old what ``!annuler`` takes back may be, where nobody says what: later they hardly know any more."""
_MAX_NAME: Final = 255
_DAY_MS: Final = 24 * 3_600_000
_WOKEN_MS: Final = 3_600_000
"""How long somebody is not mentioned again by the same person about the same thing."""


@dataclass(slots=True)
class Clerk:
    """Makes requests of what people ask, and messages and operations of what is replied."""

    edge: Edge
    ledger: Ledger
    dispatcher: Dispatcher
    registrar: Registrar
    cards: Cards
    assistants: Callable[[], Sequence[UserId]]
    now_ms: Callable[[], int]
    questions: Questions
    alarm: Alarm
    erase: Callable[[Transaction, RoomId, Identity], Awaitable[None]]
    """Erases an operation of ours, and with it what it made."""
    lineage: Lineage
    """Which room follows which."""
    notices: Notices
    keepers: Keepers
    locale: str = "fr"
    zone: ZoneInfo = PARIS
    began: datetime = field(init=False)
    """Since when we listen."""
    elsewhere: set[RoomId] = field(default_factory=set)
    """The other rooms in which the present item was written: what fails must be forgotten there too."""

    def __post_init__(self) -> None:
        self.began = datetime.fromtimestamp(self.now_ms() / 1000, UTC)

    async def request(  # noqa: PLR0913 - a request is what was asked with all that surrounds it
        self,
        room: Room,
        asked: Event | Redaction | Asked,
        transaction: Transaction,
        *,
        cause: EventId,
        text: str,
        formatted: str | None = None,
        mentions: frozenset[UserId] = frozenset(),
        card: str | None = None,
        shown: tuple[Key, ...] = (),
        answered: EventId | None = None,
        before: memory.Answered | None = None,
        theirs: tuple[Key, ...] = (),
    ) -> Request:
        """Return what was *asked* in *room*, with all that is needed to answer it but :class:`Needs`."""
        me = UserId(self.edge.user_id)
        private, doubted = self.is_private(room, asked.sender), self.edge.identity_changed(asked.sender)
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
            mentions=mentions,
            partners=frozenset(self.assistants()) - {me},
            assistants=tuple(self.assistants()),
            began=self.began,
            locale=self.locale,
            zone=self.zone,
            direct=room.direct or private or _alone(room),
            card=card,
            own=asked.sender.server == me.server,
            late=isinstance(asked, Event) and asked.late,
            edited=before is not None,
            inverse=before.inverse if before is not None else (),
            private=private and not doubted,
            doubted=doubted,
            shown=shown,
            theirs=theirs,
            answered=answered,
            word=word_of(asked) if isinstance(asked, Event) else Word.CLEAR,
        )

    @property
    def forwarding(self) -> Forwarding:
        """What acts in other rooms, by our hand."""
        return Forwarding(self)

    def is_private(self, room: Room, person: UserId) -> bool:
        """Tell whether only *person* and listed assistants read what is said here, the invited counted.

        Never where it is not encrypted: what is said in other rooms, which are, would be read by the servers here.
        """
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
        request = await supplied(request, needs, transaction, self.ledger.speaks)
        if needs.last:
            request = replace(request, last=await self._last(transaction, request))
        if needs.kept:
            request = replace(request, kept=await self.keepers.bring(request, needs, transaction))
        if needs.cards:
            request = replace(request, cards=await card_store.sent(transaction, request.room_id))
        if not needs.rooms:
            return request
        return replace(request, rooms=tuple([await self._scene(each, request, transaction) for each in self._rooms()]))

    async def _last(self, transaction: Transaction, request: Request) -> Past | None:
        """Return what the sender can take back: what made the message that they reply to, else what they asked last."""
        room_id, sender = request.room_id, request.sender
        if request.answered is None:
            since = self.now_ms() - _UNDONE_WITHIN_MS
            last = await memory.last(transaction, room_id, sender, since)
            causes = [] if last is None else [last]
        else:
            causes = await self._causes(transaction, room_id, request.answered)
        for cause in causes:
            before = await memory.answered(transaction, room_id, cause)
            if before is None or before.sender != sender:
                continue
            if before.inverse or await memory.answered_elsewhere(transaction, room_id, cause):
                return Past(cause, before.inverse)
        return None

    async def _causes(self, transaction: Transaction, room_id: RoomId, said: EventId) -> list[EventId]:
        """Return what made us say a message, a notice of several deeds too: the last of them first."""
        events = [said, *await card_store.edits_of(transaction, room_id, said)]
        found = [await store.find_by_event(transaction, room_id, event_id) for event_id in events]
        # What others name as their cause is their word.
        ours = [each for each in found if each is not None and each.sender == self.edge.user_id and each.cause]
        causes = [EventId(str(each.cause)) for each in sorted(ours, key=lambda each: each.clock, reverse=True)]
        return [*causes, said]

    def _rooms(self) -> list[Room]:
        # A closed room stands in the one that follows it: nothing counts twice.
        rooms = (each for each in self.edge.rooms() if not each.space and self.lineage.successor(each) is None)
        return sorted(rooms, key=lambda each: (each.name or "", each.room_id))

    async def _scene(self, room: Room, request: Request, transaction: Transaction) -> Scene:
        state = await self.ledger.state(transaction, room.room_id)
        private = self.is_private(room, request.sender)
        # People give no name to the room in which they are alone with us.
        name = _called(room) or (request.texts.gettext("between us") if private else None)
        return Scene(room.room_id, state, names_in(room), request.now, self.locale, self.zone, name, private)

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
        common = dict.fromkeys(_common(operation, self.dispatcher.common)) if operation and not shown else {}
        if common:
            return None, tuple(common)
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
        deed: bool = False,
    ) -> Operation | None:
        """Write what the reply changes and enqueue the message that says so: both or neither.

        *what* tells apart several messages about one event. *deed*: nobody gave a command that is to be answered, so it
        is told in the notice of the room, if it can be.
        """
        reply = weighed(request, reply)
        reply = await self._bounded(transaction, request, reply)
        if reply.forward:
            reply = await self.forwarding.forward(transaction, request, reply, event_id)
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
        operation, chapter, opens, inverse = None, None, None, reply.inverse
        if reply.changes:
            root = await self.registrar.chapter(transaction, room_id)
            opens = None if root else await self.registrar.opening(transaction, room_id, txn)
            reply, card = self.cards.becomes(reply)
            if refers(root, thread=thread, card=card is not None or reply.card is not None):
                chapter = root
            also = () if chapter is None else self.registrar.loose(room_id)
            operation = await self._write(transaction, request, reply, also)
            lost = not_counting(await self.ledger.state(transaction, room_id), operation)
            # What undoes, or brings back, is not worked out field by field: it is looked at once it stands there.
            reply = reply.below(sentences.held(request, lost)) if lost else reply
            inverse = gathering.settled(inverse, operation)
            await self.cards.wrote(transaction, room_id, operation, card, txn)
        if reply.undoes is not None:
            await self.forwarding.take_back(transaction, room_id, reply.undoes, request.sender, event_id)
            await memory.remember(
                transaction, room_id, reply.undoes, memory.Answered(request.sender, ()), self.now_ms()
            )
        if inverse or request.edited:
            answer = memory.Answered(request.sender, inverse)
            await memory.remember(transaction, room_id, request.event_id, answer, self.now_ms())
        if reply.shows:
            await memory.show(transaction, room_id, txn, reply.shows)
        await self.questions.ask(transaction, request, reply, txn, thread)
        if reply.card is not None:
            await self.cards.shows(transaction, room_id, reply.card, txn)
        content = reply_content(reply, chapter=chapter, answers=answers, thread=thread, operation=operation)
        if opens is not None:
            content[CHAPTER] = chapter_content(opens)
        await self.edge.enqueue(Outgoing(room_id, txn, "m.room.message", content), transaction)
        for each in reply.erases:
            await self.erase(transaction, room_id, each)
        await self._post(transaction, room_id, reply, f"{event_id} {what}")
        await self._follow(transaction, request, reply, event_id, thread, what)
        return operation

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
        for place, following in enumerate(reply.then, 1):
            name = f"{what} {place}"
            await self.say(transaction, request, following, event_id, answers=None, thread=thread, what=name)

    async def _bounded(self, transaction: Transaction, request: Request, reply: Reply) -> Reply:
        """Return *reply* without what would wake somebody again and again, or the refusal to do too much in a day."""
        now, sender = self.now_ms(), request.sender
        for errand in () if request.edited else reply.errands:
            most = self.dispatcher.daily.get(errand.kind) if isinstance(errand, Errand) else None
            name = f"{errand.kind} {sender}"
            if most is not None and not await memory.one_more(transaction, name, most, now, now - _DAY_MS):
                return ask(request, sentences.enough_today(request, most))
        if not reply.changes:
            return reply
        about = ",".join(sorted(object_id for _, object_id in reply.shows))
        woken = [
            user
            for user in reply.mentions
            if user == sender
            or await memory.first_time_since(
                transaction, request.room_id, f"woke {user} {sender} {about}", now, now - _WOKEN_MS
            )
        ]
        return reply if len(woken) == len(reply.mentions) else replace(reply, mentions=tuple(woken))

    async def tell(
        self, transaction: Transaction, done: Sequence[tuple[Request, Reply]], event_id: EventId, *, what: str = "0"
    ) -> Operation | None:
        """Write as one operation what was *done* in one room, and tell it in that room's notice: both or neither."""
        first, room_id = done[0][0], done[0][0].room_id
        txn = txn_of(room_id, event_id, what)
        told = self.notices.add(done, txn, self.now_ms())
        changes = tuple(change for _, reply in done for change in reply.changes)
        words, operation, chapter, opens = Reply(told.text, changes=changes), None, None, None
        if changes:
            root = await self.registrar.chapter(transaction, room_id)
            if told.edits is None:
                chapter = root
                opens = None if root else await self.registrar.opening(transaction, room_id, txn)
            also = () if chapter is None else self.registrar.loose(room_id)
            operation = await self._write(transaction, first, words, also)
            lost = not_counting(await self.ledger.state(transaction, room_id), operation)
            words = words.above(sentences.held(first, lost)) if lost else words
            await self.cards.wrote(transaction, room_id, operation, None, txn)
        await self._remember(transaction, done, operation)
        await memory.show(transaction, room_id, txn, told.shows, told.edits)
        content = (
            reply_content(words, chapter=chapter, operation=operation)
            if told.edits is None
            else edit_content(words, told.edits, operation)
        )
        if opens is not None:
            content[CHAPTER] = chapter_content(opens)
        await self.edge.enqueue(Outgoing(room_id, txn, "m.room.message", content), transaction)
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
                answer = memory.Answered(request.sender, inverse)
                await memory.remember(transaction, request.room_id, request.event_id, answer, self.now_ms())

    async def stand(self, transaction: Transaction, room: Room, keys: Collection[Key] | None = None) -> None:
        """Have the errands wait that follow from what stands in *room*: from these objects, or from all there are."""
        if self.lineage.successor(room) is not None:
            return
        scene = await self.scene(transaction, room)
        try:
            found = self.dispatcher.standing(scene, UserId(self.edge.user_id), keys)
        except Exception:  # the outermost frame of a capability: a register may hold anything
            _log.exception("standing_failed", room_id=room.room_id)
            return
        waits = await errand_store.waiting_in(transaction, room.room_id, [each.errand for each in found])
        wanted: list[errand_store.Waiting] = []
        for standing in found:
            errand = standing.errand
            due = waits.get((errand.kind, errand.key))
            if isinstance(errand, Cancel):
                if due is not None:
                    await errand_store.cancel(transaction, errand.kind, errand.key, room.room_id)
            elif due != errand.due:
                where = errand.kind, errand.key, room.room_id, errand.payload
                wanted.append(errand_store.Waiting(*where, errand.due, standing.cause, standing.sender))
                self.alarm.soon(errand.due)
        await errand_store.keep(transaction, *wanted)

    async def scene(self, transaction: Transaction, room: Room) -> Scene:
        """Return *room* as it is now; private where one person is alone with assistants."""
        people = room.joined - {UserId(self.edge.user_id), *self.assistants()}
        return Scene(
            room.room_id,
            await self.ledger.state(transaction, room.room_id),
            names_in(room),
            datetime.fromtimestamp(self.now_ms() / 1000, UTC),
            self.locale,
            self.zone,
            _called(room),
            private=len(people) == 1,
            assistants=tuple(self.assistants()),
            began=self.began,
        )

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
                    self.alarm.soon(due)

    async def _publish(self, transaction: Transaction, request: Request, reply: Reply, cause: str) -> Operation | None:
        if not reply.changes:
            return None
        operation = await self._write(transaction, request, reply)
        await self.cards.changed(transaction, request.room_id, {(each.kind, each.id) for each in reply.changes})
        await self.registrar.publish(transaction, request.room_id, operation, cause)
        return operation

    async def _write(
        self, transaction: Transaction, request: Request, reply: Reply, also: Sequence[EventId] = ()
    ) -> Operation:
        guest = None if request.own or self.ledger.speaks(request.sender.server) else request.sender
        operation = await self.ledger.write(
            transaction,
            request.room_id,
            reply.changes,
            by=request.sender if request.own else request.served_by,
            behalf=guest,
            cause=request.event_id,
            also=also,
        )
        self.registrar.wrote(request.room_id)
        await self.changed(transaction, request.room_id, [(each.kind, each.id) for each in reply.changes])
        return operation

    async def changed(self, transaction: Transaction, room_id: RoomId, keys: Collection[Key] | None) -> None:
        """Have the errands wait that follow from these objects (``noticeboard.Changed``)."""
        room = self.edge.room(room_id)
        if room is not None and self.dispatcher.stands(keys):
            await self.stand(transaction, room, keys)

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


def _called(room: Room) -> str | None:
    """Return what a room is called: whoever may name it, on any server, may write anything."""
    return line(room.name, _MAX_NAME) or None


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


def _common(operation: Operation, kinds: Collection[str]) -> Iterator[Key]:
    return ((each.kind, each.id) for each in operation.changes if each.kind in kinds)


def _ids(operation: Operation) -> Iterator[str]:
    return (each.id for each in operation.changes)
