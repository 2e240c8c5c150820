"""The register's side of the conversation: operations are taken in, told of, sent and erased. DESIGN §4."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import structlog

from bots.assistant.dispatch import sentences
from bots.assistant.store import memory
from bots.assistant.sync.noticeboard import NoticeBoard
from bots.assistant.sync.reconciler import Reconciler
from bots.assistant.talk.lineage import Lineage
from bots.assistant.talk.messages import txn_of
from bots.database.engine import Transaction
from bots.matrix.events import Event, OutgoingRedaction, Sent, ToDevice
from bots.matrix.port import Edge
from bots.register.format.chapter import GONE, LOADED, root_of
from bots.register.format.errors import Reason, Rejected
from bots.register.format.operation import Change, Operation, Trace
from bots.register.format.wire import (
    CHAPTER,
    OPS,
    SIGNAL,
    Chapter,
    Signal,
    read_chapter,
    read_signal,
    split_relay,
)
from bots.register.replica.clock import AHEAD_MS
from bots.register.replica.tombstone import tombstone
from bots.register.store import operations as store
from bots.register.store import roots
from bots.register.store.ledger import Ledger, Outcome
from config.identifiers import EventId, RoomId, UserId

_log = structlog.get_logger(__name__)

MAX_ALSO = 50
"""How many events an operation may name that reference no chapter (FORMAT.md §1 allows a hundred)."""


@dataclass(slots=True)
class Registrar:
    """Takes in what assistants send, tells the listener, and sends what we write without words."""

    ledger: Ledger
    edge: Edge
    reconciler: Reconciler
    board: NoticeBoard
    lineage: Lineage
    assistants: Callable[[], Sequence[UserId]]
    now_ms: Callable[[], int]
    locale: str = "fr"
    rejected: Counter[str] = field(default_factory=Counter)
    _loose: dict[RoomId, list[EventId]] = field(default_factory=dict)

    async def chapter(self, transaction: Transaction, room_id: RoomId) -> EventId | None:
        """Return the current chapter's root, None where there is none that the server knows."""
        return await self.ledger.numbering.chapter(transaction, room_id)

    async def opening(self, transaction: Transaction, room_id: RoomId, txn: str) -> Chapter | None:
        """Return the chapter that the message *txn* opens, before its operation is written: the first in its room.

        None where there is one, or one is on its way.
        """
        if await roots.roots(transaction, room_id):
            return None
        state = await self.ledger.state(transaction, room_id)
        chapter = Chapter(state.clock, self.ledger.frontier(room_id), self.ledger.state_hash(room_id))
        pending = root_of(txn, UserId(self.edge.user_id), chapter, verdict=LOADED, opened=self.now_ms())
        await roots.note(transaction, room_id, pending)
        return chapter

    def loose(self, room_id: RoomId) -> list[EventId]:
        """Return, once, the events of our operations that reference no chapter: the next one that does names them.

        Only whoever reads the chapters misses them otherwise, and can ask: so a crash may forget them.
        """
        waiting = self._loose.pop(room_id, [])
        if len(waiting) > MAX_ALSO:
            self._loose[room_id] = waiting[MAX_ALSO:]
        return waiting[:MAX_ALSO]

    def wrote(self, room_id: RoomId) -> None:
        """Note that we have just written in this room: its frontier is published once we fall idle."""
        self.board.wrote(room_id)

    async def sent(self, sent: Sent, transaction: Transaction) -> None:
        """Note the event that carries an operation of ours, or opens a chapter of ours."""
        if CHAPTER in sent.content:
            self.board.touched.add(sent.room_id)
            author, chapter = UserId(self.edge.user_id), read_chapter(sent.content)
            root = root_of(sent.event_id, author, chapter, verdict=LOADED, opened=self.now_ms())
            await roots.confirm(transaction, sent.room_id, sent.txn, sent.event_id, root)
        if OPS in sent.content:
            envelope = sent.content[OPS]
            identity = (self.edge.user_id, envelope["src"], envelope["seq"])
            await store.name_event(transaction, sent.room_id, identity, sent.event_id)
            if sent.content.get("m.relates_to", {}).get("rel_type") != "m.reference":
                self._loose.setdefault(sent.room_id, []).append(sent.event_id)

    async def hear(self, event: Event, transaction: Transaction) -> None:
        """Take what an assistant, perhaps ourselves, has sent; what does not count is counted and logged."""
        (self.board.touched if CHAPTER in event.content else self.board.written).add(event.room_id)
        try:
            await self._hear(event, transaction)
        except Rejected as exc:
            self._reject(event.room_id, event.event_id, exc.reason)

    async def recall(self, event: Event, transaction: Transaction) -> Outcome | None:
        """Take the operations in an event that was read back, and the chapter that it opens.

        What else it says was heard, or is long past. Return what became of the operation that is its own.
        """
        if event.sender not in self.assistants() and event.sender != self.edge.user_id:
            return None
        try:
            if event.type == "m.room.message":
                return await self._hear(event, transaction)
        except Rejected as exc:
            self.rejected[exc.reason] += 1
        return None

    def disown(self, event: Event) -> None:
        """Count what looks like an assistant's word and comes from somebody whom the member list does not name."""
        if CHAPTER in event.content or OPS in event.content:
            self._reject(event.room_id, event.event_id, Reason.UNKNOWN_SENDER)

    def _reject(self, room_id: RoomId, event_id: str, reason: Reason) -> None:
        self.rejected[reason] += 1
        _log.info("operation_rejected", room_id=room_id, event_id=event_id, reason=reason.value)

    async def listen(self, told: ToDevice, transaction: Transaction) -> None:
        """Take what another assistant tells us beside the room; nobody else is believed."""
        if told.type != SIGNAL:
            return
        if told.sender not in self.assistants() or told.sender == self.edge.user_id:
            self._reject(told.room_id, told.key, Reason.UNKNOWN_SENDER)
            return
        try:
            signal = read_signal(told.content)
            await self._take_relayed(told, signal, transaction)
            await self.reconciler.hear(told, signal, transaction)
        except Rejected as exc:
            self._reject(told.room_id, told.key, exc.reason)

    async def _hear(self, event: Event, transaction: Transaction) -> Outcome | None:
        if event.type != "m.room.message":
            return None
        outcome = None
        if OPS in event.content:
            raw = event.content[OPS]
            outcome = await self._receive(transaction, event.room_id, raw, event.sender, event.event_id)
        if CHAPTER in event.content and event.relates_to.get("rel_type") != "m.replace":
            await self._hear_chapter(event, read_chapter(event.content), transaction)
        return outcome

    async def _hear_chapter(self, event: Event, chapter: Chapter, transaction: Transaction) -> None:
        if chapter.clock > self.now_ms() + AHEAD_MS:
            raise Rejected(Reason.MALFORMED, "a chapter that begins in the future")
        opened = min(event.timestamp, self.now_ms())
        await roots.note(transaction, event.room_id, root_of(event.event_id, event.sender, chapter, opened=opened))
        await self.ledger.hear(transaction, event.room_id, chapter.frontier)
        if chapter.snapshot is not None and event.sender != self.edge.user_id:
            self.board.offered.add(event.room_id)

    async def _receive(
        self,
        transaction: Transaction,
        room_id: RoomId,
        raw: object,
        sender: UserId,
        event_id: EventId | None,
        signed_for: RoomId | None = None,
    ) -> Outcome:
        outcome, operation = await self.ledger.receive(
            transaction, room_id, raw, sender, event_id, signed_for=signed_for
        )
        if outcome is Outcome.CONFLICT:
            self.rejected["conflict"] += 1
            _log.warning("identity_repeated", room_id=room_id, sender=sender, src=operation.src, seq=operation.seq)
        await self._tell(transaction, room_id, outcome, operation)
        if outcome is Outcome.FOLDED and operation.behalf is not None:
            await self._withdraw_repeats(transaction, room_id, operation)
        return outcome

    async def _tell(self, transaction: Transaction, room_id: RoomId, outcome: Outcome, operation: Operation) -> None:
        if outcome in (Outcome.KNOWN, Outcome.WAITING):
            return
        bare = any(not each.traces for each in operation.void)
        # What was withdrawn leaves no trace of what it was about, and of a conflict we hold one side only.
        every = bare or outcome is Outcome.CONFLICT
        keys = [(each.kind, each.id) for each in _pieces(operation)]
        await self.board.changed(transaction, room_id, None if every else keys)
        if operation.void:
            await self.board.erased(transaction, room_id, operation)

    async def _withdraw_repeats(self, transaction: Transaction, room_id: RoomId, other: Operation) -> None:
        """Take back our answer to a guest whom *other*'s author had answered first, on the other side of a cut."""
        for own, void in await self.ledger.withdraw_repeats(transaction, room_id, other):
            await memory.forget(transaction, room_id, EventId(str(own.cause)))
            await self._withdrawn(transaction, room_id, (own, void), other.sender)

    async def withdraw(self, transaction: Transaction, room_id: RoomId, own: Operation, first: UserId) -> None:
        """Take back an operation of ours, as if never written, with its message: *first* had said the same before."""
        void = await self.ledger.withdraw(transaction, room_id, own)
        await self._withdrawn(transaction, room_id, (own, void), first)

    async def _withdrawn(
        self, transaction: Transaction, room_id: RoomId, taken_back: tuple[Operation, Operation], first: UserId
    ) -> None:
        own, void = taken_back
        said = await store.event_of(transaction, room_id, own.identity)
        await self.publish(transaction, room_id, void, f"{own.cause} {own.digest}")
        if said is not None:
            # After the void, so that nobody takes the redaction for an erasure.
            reason = sentences.already_answered(self.locale, first)
            redaction = OutgoingRedaction(room_id, txn_of(room_id, said, "withdrawn"), said, reason)
            await self.edge.enqueue(redaction, transaction)
        await self.board.changed(transaction, room_id, [(each.kind, each.id) for each in own.changes])
        _log.info("answer_withdrawn", room_id=room_id, event_id=said, sender=first)

    async def _take_relayed(self, told: ToDevice, signal: Signal, transaction: Transaction) -> None:
        self.board.touched.add(told.room_id)
        rooms = (told.room_id, *self.lineage.before(told.room_id))
        for relayed in signal.relay:
            if relayed.room_id not in rooms:
                continue
            try:
                await self._receive(transaction, told.room_id, dict(relayed.raw), relayed.sender, None, relayed.room_id)
            except Rejected as exc:
                self.rejected[exc.reason] += 1

    async def erase(self, room_id: RoomId, target: EventId, by: UserId, transaction: Transaction) -> bool:
        """Erase the operation that the redacted event *target* brought; tell whether there was one."""
        self.board.touched.add(room_id)
        # Of a chapter its author opens another, without what was erased; nobody reads this one any more.
        root = await roots.judge(transaction, room_id, target, GONE)
        operation = await store.find_by_event(transaction, room_id, target)
        if operation is None:
            return root
        if operation.void:
            return False
        await self.annul(transaction, room_id, operation, target)
        return True

    async def annul(self, transaction: Transaction, room_id: RoomId, operation: Operation, cause: str) -> None:
        """Erase *operation*; of our own, tell the others, who may never have seen it, or not see that it went."""
        await self.ledger.erase(transaction, room_id, operation)
        await self.board.changed(transaction, room_id, [(each.kind, each.id) for each in operation.changes])
        await self.board.erased(transaction, room_id, operation)
        if operation.sender == self.edge.user_id:
            void = await self.ledger.write(
                transaction, room_id, [], by=UserId(self.edge.user_id), cause=cause, void=[tombstone(operation)]
            )
            await self.publish(transaction, room_id, void, cause)

    async def publish(self, transaction: Transaction, room_id: RoomId, operation: Operation, cause: str) -> None:
        """Tell the others of an operation of our own that says nothing to people."""
        self.board.wrote(room_id, silently=bool(operation.changes))
        # It travels as a relay does: the signature is what counts.
        relayed = Signal(relay=split_relay([operation])[0])
        await self.reconciler.signals.send(transaction, room_id, txn_of(room_id, cause, "void"), relayed)

    def due(self) -> list[RoomId]:
        """Return the rooms in which there is something to fold, to publish or to ask for now."""
        waiting = [each for each in self.ledger.rooms() if self.ledger.waiting(each)]
        return list(dict.fromkeys([*self.reconciler.due(), *waiting]))

    async def tend(self, room_id: RoomId, transaction: Transaction) -> None:
        """Do what is due in one room."""
        if await self.ledger.ripen(transaction, room_id):
            await self.board.changed(transaction, room_id, None)
        await self.reconciler.tend(room_id, transaction)


def _pieces(operation: Operation) -> Iterator[Change | Trace]:
    yield from operation.changes
    for stone in operation.void:
        yield from stone.traces
