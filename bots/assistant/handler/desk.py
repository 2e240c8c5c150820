"""The desk: what comes from the rooms is judged, answered and written down here, one transaction an item."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final, assert_never
from zoneinfo import ZoneInfo

import structlog

from bots.assistant.dispatch import sentences
from bots.assistant.dispatch.admission import WORDS, Flaw, flaw_of
from bots.assistant.dispatch.answered import Answers
from bots.assistant.dispatch.deeds import Notices
from bots.assistant.dispatch.dispatcher import Dispatcher
from bots.assistant.dispatch.sources import Sources
from bots.assistant.handler.admitted import Admission
from bots.assistant.handler.apologies import Apologies
from bots.assistant.handler.cards import Cards
from bots.assistant.handler.conversation import Conversation
from bots.assistant.handler.dialogue import Dialogue
from bots.assistant.handler.erasure import Eraser
from bots.assistant.handler.errands import Errands
from bots.assistant.handler.forwarding import Forwarding
from bots.assistant.handler.gathered import Gatherer
from bots.assistant.handler.identities import Identities
from bots.assistant.handler.keeping import Keepers
from bots.assistant.handler.line import Line
from bots.assistant.handler.questions import Questions
from bots.assistant.handler.reactions import Reactions
from bots.assistant.handler.repeats import Repeats
from bots.assistant.handler.unverified import Unverified
from bots.assistant.handler.written import Writer
from bots.assistant.store import card_store, errand_store, memory, pending
from bots.assistant.sync.alarm import Alarm
from bots.assistant.sync.catchup import CatchUp
from bots.assistant.sync.chapters import Chapters
from bots.assistant.sync.chores import Chores
from bots.assistant.sync.newcomers import Newcomers
from bots.assistant.sync.noticeboard import NoticeBoard
from bots.assistant.sync.readback import ReadBack
from bots.assistant.sync.readiness import Readiness
from bots.assistant.sync.reconciler import Reconciler
from bots.assistant.sync.registrar import Registrar
from bots.assistant.sync.review import Review
from bots.assistant.sync.signals import Signals
from bots.assistant.sync.snapshots import Snapshots
from bots.assistant.sync.upgrades import Upgrades
from bots.assistant.talk.gathering import Held
from bots.assistant.talk.lineage import Lineage
from bots.assistant.talk.messages import CARD, FILED, body_of, buttons_of, reply_content, txn_of
from bots.assistant.talk.scene import PARIS
from bots.assistant.words.following import is_brought
from bots.database.engine import Database, Transaction
from bots.matrix.errors import Refused
from bots.matrix.events import Event, Incoming, Joined, Left, Outgoing, Redaction, Room, Sent, ToDevice, Unreadable
from bots.matrix.port import Edge
from bots.register.store import roots
from bots.register.store.ledger import Ledger, Outcome
from config.identifiers import RoomId, ServerName, UserId

_log = structlog.get_logger(__name__)
_HOUR_MS: Final = 3_600_000
_ROOMS_AT_ONCE: Final = 50
"""Rooms whose errands are compared with their registers before anything else has its turn."""


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
    keepers: Keepers = field(default_factory=Keepers)
    handled: Counter[str] = field(default_factory=Counter)
    board: NoticeBoard = field(init=False)
    reconciler: Reconciler = field(init=False)
    registrar: Registrar = field(init=False)
    cards: Cards = field(init=False)
    eraser: Eraser = field(init=False)
    chapters: Chapters = field(init=False)
    newcomers: Newcomers = field(init=False)
    catch_up: CatchUp = field(init=False)
    read_back: ReadBack = field(init=False)
    review: Review = field(init=False)
    line: Line = field(init=False)
    sources: Sources = field(init=False)
    reactions: Reactions = field(init=False)
    conversation: Conversation = field(init=False)
    errands: Errands = field(init=False)
    upgrades: Upgrades = field(init=False)
    readiness: Readiness = field(init=False)
    identities: Identities = field(init=False)
    apologies: Apologies = field(init=False)
    chores: Chores = field(init=False)
    questions: Questions = field(init=False)
    unverified: Unverified = field(init=False)
    repeats: Repeats = field(init=False)
    notices: Notices = field(init=False)
    _stands: int = 0
    """When (ms) the errands are next compared with what stands in the registers: at a start, and each hour."""
    _standing: list[RoomId] = field(default_factory=list)
    """The rooms that are still to be compared this time."""
    _doomed: bool = True
    """Messages may have arrived that are to go."""
    _busy: bool = False
    """Somebody moves snapshots: that may take long, and nobody waits for it."""

    def __post_init__(self) -> None:
        """Make all parts from the bottom up: each is given what it needs when it is made."""
        board = self.board = NoticeBoard(self.now_ms)
        lineage = self.ledger.lineage = Lineage(self.edge)
        self.ledger.speaks = self._speaks
        self._make_register(board, lineage)
        self._make_line(board, lineage)
        board.heard_by(
            changed=(self.upgrades.changed, self.cards.changed, self.line.writer.changed, self.repeats.changed),
            erased=(self.upgrades.erased, self.questions.erased, self.eraser.erased),
            diverged=(self.newcomers.diverged,),
        )

    def _make_register(self, board: NoticeBoard, lineage: Lineage) -> None:
        """Make what assistants hold together."""
        edge, database, ledger, assistants, now = self.edge, self.database, self.ledger, self.assistants, self.now_ms
        makers = self.dispatcher.makers
        signals = Signals(edge, assistants)
        self.notices = Notices()
        self.reconciler = Reconciler(ledger, edge, board, signals, lineage, assistants, now)
        self.registrar = Registrar(ledger, edge, self.reconciler, board, lineage, assistants, now, self.locale)
        self.cards = Cards(edge, ledger, makers, lineage, assistants, now, self.locale, self.zone)
        self.eraser = Eraser(edge, ledger, self.registrar, makers, self.notices)
        snapshots = Snapshots(edge, database, ledger, board, signals, now)
        self.read_back = ReadBack(edge, database, ledger, assistants, self._recall, snapshots.load_newest)
        self.newcomers = Newcomers(
            edge,
            database,
            ledger,
            board,
            signals,
            snapshots,
            self.read_back.read,
            assistants,
            now,
            self.locale,
        )
        self.catch_up = CatchUp(
            edge,
            database,
            ledger,
            now,
            recall=self._recall,
            alone=self.newcomers.is_alone,
            read_back=self.read_back.read,
        )
        self.review = Review(edge, database, ledger, now, assistants, self.eraser.gone)
        self.chapters = Chapters(
            edge, database, ledger, board, assistants, now, self.dispatcher.schema, makers, self.locale
        )
        self.upgrades = Upgrades(edge, database, ledger, lineage, board, assistants, now, self.locale)

    def _make_line(self, board: NoticeBoard, lineage: Lineage) -> None:
        """Make what answers people."""
        edge, database, now, locale = self.edge, self.database, self.now_ms, self.locale
        alarm = Alarm()
        self.sources = Sources(edge, now)
        self.apologies = Apologies(edge, now, locale)
        self.chores = Chores(now)
        self.questions = Questions(now)
        admission = Admission(edge, self.sources, self.assistants)
        gatherer = Gatherer(
            edge, self.ledger, self.dispatcher, admission, self.keepers, lineage, now, locale, self.zone
        )
        answers = Answers(self.dispatcher)
        writer = Writer(
            edge,
            self.ledger,
            self.dispatcher,
            gatherer,
            self.registrar,
            self.cards,
            self.questions,
            self.notices,
            alarm,
            self.eraser.erase,
            now,
        )
        forwarding = Forwarding(edge, gatherer, answers, writer)
        self.line = Line(edge, self.ledger, self.dispatcher, admission, gatherer, answers, writer, forwarding)
        self.reactions = Reactions(self.line, self.sources, now)
        dialogue = Dialogue(self.questions, self.dispatcher, locale)
        self.conversation = Conversation(self.line, self.sources, self.questions, self.reactions, dialogue, now)
        self.errands = Errands(self.line, database, now, self.apologies, alarm)
        self.readiness = Readiness(self.ledger, self.dispatcher.ready, now)
        self.identities = Identities(edge, database, self.assistants, now, locale)
        self.repeats = Repeats(self.line, database, now)
        self.unverified = Unverified(edge, self.conversation, self.assistants, now, locale)

    def _speaks(self, server: ServerName) -> bool:
        return any(each.server == server and self.ledger.keys(each) for each in self.assistants())

    async def handle(self, incoming: Incoming | ToDevice, transaction: Transaction) -> None:
        """React to what the edge brings (``Handler.handle``)."""
        self.handled[type(incoming).__name__] += 1
        self.line.forwarding.elsewhere.clear()
        try:
            await self._handle(incoming, transaction)
        except BaseException:
            before = self.ledger.lineage.before(incoming.room_id)
            for room_id in (incoming.room_id, *before, *self.line.forwarding.elsewhere):
                self.ledger.forget(room_id)
                self.keepers.forget(room_id)
                self.notices.close(room_id)
            self.newcomers.forget()
            self.upgrades.forget()
            raise

    async def _handle(self, incoming: Incoming | ToDevice, transaction: Transaction) -> None:
        room = self.edge.room(incoming.room_id)
        if room is not None and room.space:
            return
        self.upgrades.touch(incoming.room_id)
        await self.upgrades.settle(transaction, incoming.room_id)
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
                self.reconciler.greeted(incoming.room_id)
                if self.ledger.frontier(incoming.room_id):
                    # We were here before, and what was redacted since is in no sync.
                    await self.review.missed(transaction, incoming.room_id)
            case ToDevice():
                await self.registrar.listen(incoming, transaction)
            case Left():
                _log.info("room_left", room_id=incoming.room_id)
            case _:
                assert_never(incoming)

    async def sent(self, sent: Sent, transaction: Transaction) -> None:
        """Note the event id of what we said, wrote or opened (``Handler.sent``)."""
        await self.registrar.sent(sent, transaction)
        if sent.type == "m.room.message":
            await self.questions.sent(transaction, sent)
            if FILED in sent.content:
                await self.keepers.hear(self._said(sent), transaction)
            if await memory.acknowledge(transaction, sent.room_id, sent.txn, sent.event_id):
                # Not here: it may have to be written anew, and this transaction is not ours alone.
                self._doomed = True
            for content in buttons_of(sent.event_id, sent.content):
                txn = txn_of(sent.room_id, sent.event_id, content["m.relates_to"]["key"])
                await self.edge.enqueue(Outgoing(sent.room_id, txn, "m.reaction", content), transaction)

    def _said(self, sent: Sent) -> Event:
        """Return what we have sent as others hear it: where it stands among what they say, nobody has told us."""
        me = UserId(self.edge.user_id)
        return Event(sent.room_id, sent.event_id, me, sent.type, sent.content, self.now_ms())

    async def refused(self, outgoing_txn: str, room_id: RoomId, error: Refused, transaction: Transaction) -> None:
        """Log a message that the server will never take (``Handler.refused``)."""
        _log.error("message_refused", room_id=room_id, txn=outgoing_txn, errcode=error.errcode)
        await card_store.drop(transaction, room_id, outgoing_txn)
        if await roots.withdraw(transaction, room_id, outgoing_txn):
            self.chapters.failed(room_id)

    async def unfilled(self, room_id: RoomId, transaction: Transaction) -> None:
        """Look for redactions that were in what cannot be had (``Handler.unfilled``)."""
        await self.review.missed(transaction, room_id)

    async def abandoned(self, incoming: Incoming, transaction: Transaction) -> None:
        """Tell who has asked for something at which we have failed for good (``Handler.abandoned``)."""
        room = self.edge.room(incoming.room_id)
        if room is None or not isinstance(incoming, Event) or self.line.admission.is_assistant(incoming.sender):
            return
        if incoming.type == "m.reaction":
            asked = self.reactions.means(incoming) and self.line.admission.answers(incoming.sender, room)
        else:
            asked = flaw_of(incoming) is None and await self.conversation.asks(incoming, room, transaction)
        if asked:
            await self.apologies.failed(incoming.room_id, incoming.sender, incoming.event_id, transaction)

    async def crowded(self, room_id: RoomId, person: UserId, waiting: int, transaction: Transaction) -> None:
        """Say whose commands wait behind one another (``Handler.crowded``)."""
        room = self.edge.room(room_id)
        if (
            room is not None
            and not self.line.admission.is_assistant(person)
            and self.line.admission.answers(person, room)
        ):
            await self.apologies.crowded(room, person, waiting, transaction)

    def garbled(self, sender: UserId) -> None:
        """Ask an assistant anew for what it told us in vain (``Handler.garbled``)."""
        self.reconciler.garbled(sender)

    async def idle(self) -> None:
        """Do what is due: answer reactions that waited, draw cards, tell and ask the other assistants."""
        do = self.chores.do
        await do("upgrades", "", self.upgrades.tend)
        if self._stands <= self.now_ms():
            await do("errands", "", self._stand)
        await do("identities", "", self.identities.tend)
        await do("doomed messages", "", self._clear_doomed)
        for room_id in self.registrar.due():
            await do("register", room_id, partial(self._tend_register, room_id))
        for room_id in self.repeats.due():
            await do("repeats", room_id, partial(self.repeats.tend, room_id))
        if self.reactions.due():
            await do("held reactions", "", self._answer_held)
        if self.cards.due():
            await do("cards", "", self._tend_cards)
        for room_id, person in self.apologies.due():
            await do("apology", f"{room_id} {person}", partial(self._apologise, room_id, person))
        for keeper in self.keepers.each:
            await do("keeping", keeper.name, keeper.tend)
        if not self._busy:
            await self._move_snapshots()
        self.notices.sweep(self.now_ms())
        self.readiness.tend()

    async def _tend_register(self, room_id: RoomId) -> None:
        async with self.ledger.begin(self.database, room_id) as transaction:
            await self.registrar.tend(room_id, transaction)

    async def _tend_cards(self) -> None:
        async with self.database.begin() as transaction:
            await self.cards.tend(transaction)

    async def _apologise(self, room_id: RoomId, person: UserId) -> None:
        async with self.database.begin() as transaction:
            await self.apologies.tell_sum(transaction, room_id, person)

    async def _answer_held(self) -> None:
        """Answer the reactions that have waited, those of one person apart from others'."""
        async with self.database.begin() as transaction:
            groups = await self.reactions.held(transaction)
        for held in groups:
            about = f"{held[0].room_id} {held[0].sender}"
            give_up = partial(self._give_up_held, held)
            await self.chores.do("held reaction", about, partial(self._answer_group, held), give_up)

    async def _answer_group(self, held: Sequence[Held]) -> None:
        try:
            async with self.ledger.begin(self.database) as transaction:
                await self.reactions.answer(transaction, held)
        except BaseException:
            self.notices.close(held[0].room_id)
            raise

    async def _give_up_held(self, held: Sequence[Held]) -> None:
        async with self.database.begin() as transaction:
            for reaction in held:
                await memory.release(transaction, reaction.room_id, reaction.event_id, reaction.sender)
            self.reactions.windows.answered(held[0].room_id, held[0].sender)
            await self.apologies.failed(held[0].room_id, held[0].sender, held[0].event_id, transaction)

    async def _clear_doomed(self) -> None:
        """Redact what was on its way to the server when what it shows was erased, and is there now."""
        if not self._doomed:
            return
        # First: what arrives meanwhile is for the next time.
        self._doomed = False
        try:
            async with self.database.begin() as transaction:
                found = await memory.doomed(transaction)
            for room_id, event_id in found:
                async with self.ledger.begin(self.database, room_id) as transaction:
                    await self.eraser.arrived(transaction, room_id, event_id)
        except BaseException:
            self._doomed = True
            raise

    async def _stand(self) -> None:
        """Have the errands wait that follow from the registers: the table of them may be lost, or one have failed."""
        if not self._standing and self.dispatcher.stands(None):
            self._standing = [room.room_id for room in self.edge.rooms()]
        some, self._standing = self._standing[:_ROOMS_AT_ONCE], self._standing[_ROOMS_AT_ONCE:]
        for room_id in some:
            room = self.edge.room(room_id)
            if room is not None:
                async with self.ledger.begin(self.database, room_id) as transaction:
                    await self.line.writer.stand(transaction, room)
        if self._standing:
            # The others have their turn when we are idle again: nobody's card waits for a thousand conversations.
            return
        async with self.database.begin() as transaction:
            await memory.forget_said(transaction, self.now_ms() - 48 * _HOUR_MS)
            await self.questions.forget(transaction)
        # Noted by a transaction that had not ended when we looked: only where there are several at a time.
        self._doomed = True
        self._stands = self.now_ms() + _HOUR_MS

    async def _move_snapshots(self) -> None:
        do, quiet = self.chores.do, self.newcomers.waiting
        self._busy = True
        try:
            await do("newcomers", "", self.newcomers.tend)
            for room_id in self.newcomers.drainable():
                await do("pending", room_id, partial(self._drain, room_id), partial(self._give_up_pending, room_id))
            await do("catching up", "", lambda: self.catch_up.tend(except_in=quiet()))
            await do("review", "", lambda: self.review.tend(except_in=quiet()))
            await do("chapters", "", lambda: self.chapters.tend(except_in=quiet()))
        finally:
            self._busy = False

    async def _drain(self, room_id: RoomId) -> None:
        """Answer what was asked in a room while we knew nothing of it yet, in order, one transaction each."""
        while await self._drain_one(room_id):
            pass

    async def _give_up_pending(self, room_id: RoomId) -> None:
        """Say that the first of what waits in a room cannot be done, and let those behind it have their turn."""
        async with self.database.begin() as transaction:
            event = await pending.first(transaction, room_id)
            if event is not None:
                await pending.drop(transaction, room_id, event.event_id)
                await self.abandoned(event, transaction)

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
            self.notices.close(room_id)
            for other in self.line.forwarding.elsewhere:
                self.ledger.forget(other)
                self.notices.close(other)
            self.newcomers.forget()
            raise
        return True

    async def _event(self, event: Event, transaction: Transaction) -> None:
        if event.redacted:
            return
        if self.line.admission.is_assistant(event.sender):
            await self.registrar.hear(event, transaction)
            if event.type == "m.room.message":
                await self.cards.recall(transaction, event)
                await self.identities.hear(transaction, event)
                if FILED in event.content and flaw_of(event) is None:
                    await self.keepers.hear(event, transaction)
            if event.type != "m.room.member":
                return
        else:
            self.registrar.disown(event)
        if event.type == "m.room.member":
            await self.keepers.moved(event, transaction)
            await self._membership(event, transaction)
            return
        if event.type not in WORDS:
            return
        flaw = await self.line.admission.flaw_of(event, transaction)
        if flaw is not None:
            _log.warning("event_not_admitted", room_id=event.room_id, event_id=event.event_id, reason=flaw.value)
            if flaw is Flaw.DOUBTED:
                await self.unverified.doubted(event, transaction)
            return
        if event.type == "m.room.message":
            await self.keepers.hear(event, transaction)
        await self._asked(event, transaction)

    async def _recall(self, event: Event, transaction: Transaction) -> Outcome | None:
        """Take what an assistant, perhaps ourselves, said some time ago."""
        outcome = await self.registrar.recall(event, transaction)
        listed = event.sender == self.edge.user_id or event.sender in self.assistants()
        if listed and event.type == "m.room.message" and (outcome is not None or CARD in event.content):
            await self.cards.recall(transaction, event)
        return outcome

    async def _asked(self, event: Event, transaction: Transaction, *, waited: bool = False) -> None:
        """Answer what a person says or does; *waited*: it is one of those that were kept until now."""
        room = self.edge.room(event.room_id)
        if room is None:
            return
        if self.upgrades.held(event.room_id) is not None and await self._brings(event, room, transaction):
            return
        keeps = not waited and await self.newcomers.holds(transaction, event.room_id)
        if event.type == "m.room.message":
            await self.conversation.hear(event, room, transaction, keeps=keeps)
        elif event.type == "m.reaction" and self.ledger.lineage.after(event.room_id) is None:
            if await self.conversation.press(event, room, transaction, keeps=keeps):
                return
            ours = self.line.admission.answers(event.sender, room)
            if ours or self.line.admission.is_private(room, event.sender):
                await self.reactions.hear(event, room, transaction, keeps=keeps, ours=ours)

    async def _brings(self, event: Event, room: Room, transaction: Transaction) -> bool:
        """Let the register of a room come along where somebody says so who may; tell whether this is such a word."""
        if event.type != "m.room.message" or not is_brought(body_of(event.content, answers=True)):
            return False
        asked = await self.line.gatherer.request(room, event, transaction, cause=event.event_id, text="")
        reply = await self.upgrades.hear(asked, transaction)
        if reply is not None and self.line.admission.answers(event.sender, room):
            await self.line.say(transaction, asked, reply, event.event_id, answers=event.event_id)
        return True

    async def _membership(self, event: Event, transaction: Transaction) -> None:
        others = {*self.assistants()} - {self.edge.user_id}
        if event.content.get("membership") == "join" and event.state_key in others:
            await self.reconciler.newcomer(event, transaction)

    async def _redaction(self, redaction: Redaction, transaction: Transaction) -> None:
        room_id, target = redaction.room_id, redaction.target
        for key in await self.keepers.withdraw(room_id, target, transaction):
            await self.eraser.clear(transaction, room_id, key)
        await self.eraser.withdraw_edits(transaction, room_id, target)
        if await memory.release(transaction, room_id, target, redaction.sender):
            return
        if await pending.drop(transaction, room_id, target):
            return
        if await self.registrar.erase(room_id, target, redaction.sender, transaction):
            return
        target = await self.questions.withdraw(transaction, room_id, target, redaction.sender)
        # Its answer may already be said, so what it did is taken back all the same.
        await errand_store.withdraw(transaction, target, redaction.sender)
        before = await memory.answered(transaction, room_id, target)
        room = self.edge.room(room_id)
        # Only one's own command: a moderator who removes somebody's message does not undo what it did.
        if before is None or before.sender != redaction.sender or room is None:
            return
        await self.line.forwarding.take_back(transaction, room_id, target, redaction.sender, redaction.event_id)
        if not before.inverse:
            return
        request = await self.line.gatherer.request(room, redaction, transaction, cause=target, text="", before=before)
        reply = self.dispatcher.undo(request)
        if reply is not None:
            await self.line.say(transaction, request, reply, redaction.event_id, answers=None, deed=True)

    async def _unreadable(self, unreadable: Unreadable, transaction: Transaction) -> None:
        if unreadable.reason == "untrusted_device":
            await self.unverified.hear(unreadable, transaction)
            return
        if unreadable.reason not in ("no_session", "withheld"):
            return
        if unreadable.sender in self.assistants():
            self.reconciler.missed(unreadable.room_id, unreadable.sender)
            return
        room = self.edge.room(unreadable.room_id)
        if room is None or not self.line.admission.answers(unreadable.sender, room):
            return
        await self.apologies.unreadable(unreadable, transaction)

    async def _introduce(self, joined: Joined, transaction: Transaction) -> None:
        room = self.edge.room(joined.room_id)
        if room is not None and room.creator in (self.edge.user_id, *self.assistants()):
            # Whoever made it says what it is for.
            return
        if any(self.edge.room(each) is not None for each in self.ledger.lineage.before(joined.room_id)):
            # People know us from the room that it follows.
            return
        if not await memory.first_time(transaction, joined.room_id, "introduction", self.now_ms()):
            return
        alone = (
            room is not None and sum(each not in {*self.assistants(), self.edge.user_id} for each in room.joined) <= 1
        )
        said = sentences.introduction_alone if alone and room is not None and room.direct else sentences.introduction
        content = reply_content(said(self.locale))
        txn = txn_of(joined.room_id, joined.event_id, "introduction")
        await self.edge.enqueue(Outgoing(joined.room_id, txn, "m.room.message", content), transaction)
