"""What the assistants of a room hold is compared and made the same, by signals. DESIGN §4."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import structlog

from bots.assistant.sync.noticeboard import NoticeBoard
from bots.assistant.sync.signals import Signals, standing
from bots.assistant.talk.lineage import Lineage
from bots.assistant.talk.messages import txn_of
from bots.database.engine import Transaction
from bots.matrix.events import Event, ToDevice
from bots.matrix.port import Edge
from bots.register.format.frontier import Ranges, Source
from bots.register.format.operation import Operation
from bots.register.format.wire import Signal, split_relay
from bots.register.replica.answering import speaker
from bots.register.store import operations as store
from bots.register.store import roots
from bots.register.store.ledger import Ledger
from config.identifiers import RoomId, UserId

_log = structlog.get_logger(__name__)

NEED_GRACE_MS = 3_000
"""How long something may be missing before it is asked for: it may just be on its way."""

NEED_MOST_MS = 3_600_000
RELAYED_MOST = 2_000
"""How many operations one signal may have us send, however many gaps it names: it is asked again for the rest."""
IDLE_MS = 5_000
"""How long after we last wrote in a room we publish its frontier."""


@dataclass(slots=True)
class _Asked:
    next: int
    times: int = 0

    def again(self, now: int) -> None:
        """Note that it has been asked for; the next time is four times as far away."""
        self.times += 1
        self.next = now + min(NEED_MOST_MS, NEED_GRACE_MS * 4 ** min(self.times, 10))


@dataclass(slots=True)
class Reconciler:
    """Publishes what we hold, asks for what is missing, relays what is asked for."""

    ledger: Ledger
    edge: Edge
    board: NoticeBoard
    signals: Signals
    lineage: Lineage
    assistants: Callable[[], Sequence[UserId]]
    now_ms: Callable[[], int]
    counts: Counter[str] = field(default_factory=Counter)
    """``diverged``: how often that was told."""
    _asked: dict[tuple[RoomId, Source], _Asked] = field(default_factory=dict)
    _unread: dict[tuple[RoomId, UserId], _Asked] = field(default_factory=dict)
    _greeting: set[RoomId] | None = None
    """The rooms in which the others have not been told since the start that we are here; None: all."""

    def missed(self, room_id: RoomId, author: UserId) -> None:
        """Note that an assistant's event could not be read: it may have been an operation, so its frontier is asked."""
        now = self.now_ms()
        self._unread.setdefault((room_id, author), _Asked(now + NEED_GRACE_MS))

    def greeted(self, room_id: RoomId) -> None:
        """Note that the others in a room know that we are here."""
        self._ungreeted().discard(room_id)

    def garbled(self, author: UserId) -> None:
        """Note that something which an assistant told us is lost: in each room that we share it is asked anew."""
        for room in self.edge.rooms():
            if author in self.signals.others(room.room_id):
                self.missed(room.room_id, author)

    async def hear(self, told: ToDevice, signal: Signal, transaction: Transaction) -> None:
        """Compare what the sender holds, and answer what it asks; what it relays has been taken before."""
        room_id, sender = told.room_id, told.sender
        await self.ledger.hear(transaction, room_id, signal.frontier)
        if signal.state_hash is not None:
            await roots.hear_peer(transaction, room_id, sender, signal.frontier, signal.state_hash, self.now_ms())
        if signal.frontier:
            self._unread.pop((room_id, sender), None)
            await self._compare(room_id, sender, signal, transaction)
        if self.edge.user_id in signal.chapter:
            await roots.note_wanted(transaction, room_id, sender, told.key)
        if signal.need:
            await self._relay(told, signal, transaction)
        if any(self._speaks(room_id, each, asker=sender) for each in signal.ask):
            await self._tell(transaction, room_id, sender, txn_of(room_id, told.key, "asked"))

    async def _tell(self, transaction: Transaction, room_id: RoomId, asker: UserId, txn: str) -> None:
        await self.signals.send(transaction, room_id, txn, standing(self.ledger, room_id), to=[asker])

    async def _compare(self, room_id: RoomId, sender: UserId, signal: Signal, transaction: Transaction) -> None:
        """Report two assistants that hold the same and make something else of it: that must never be."""
        same = signal.frontier == self.ledger.frontier(room_id) and not self.ledger.waiting(room_id)
        if same and signal.state_hash not in (None, self.ledger.state_hash(room_id)):
            self.counts["diverged"] += 1
            _log.error("states_diverged", room_id=room_id, sender=sender)
            await self.board.diverged(transaction, room_id, sender)

    async def _relay(self, told: ToDevice, signal: Signal, transaction: Transaction) -> None:
        room_id, asker = told.room_id, told.sender
        found: list[Operation] = []
        for (sender, src), ranges in signal.need.items():
            if self._speaks(room_id, UserId(sender), asker=asker, turn=signal.turn):
                for first, last in ranges:
                    if len(found) >= RELAYED_MOST:
                        break
                    found += await store.between(transaction, room_id, sender, src, first, last)
        for number, batch in enumerate(split_relay(found)):
            txn = txn_of(room_id, told.key, f"relay {number}")
            await self.signals.send(transaction, room_id, txn, Signal(relay=batch), to=[asker])

    def _speaks(self, room_id: RoomId, author: UserId, asker: UserId, turn: int = 0) -> bool:
        room = self.edge.room(room_id)
        present = (room.joined if room else frozenset()) - {asker}
        return speaker(author, self.assistants(), present, turn) == self.edge.user_id

    async def newcomer(self, event: Event, transaction: Transaction) -> None:
        """Tell an assistant that has just joined what exists, if it is ours to tell."""
        newcomer = UserId(str(event.state_key))
        ours = self._speaks(event.room_id, UserId(self.edge.user_id), asker=newcomer)
        if ours and self.ledger.frontier(event.room_id):
            txn = txn_of(event.room_id, event.event_id, "newcomer")
            await self._tell(transaction, event.room_id, newcomer, txn)

    def due(self) -> list[RoomId]:
        """Return the rooms in which there is something to publish or to ask for now."""
        now = self.now_ms()
        for room_id in [each for each in self.board.unpublished if self.lineage.after(each) is not None]:
            # Closed: all of it is told where the room goes on.
            del self.board.unpublished[room_id]
        rooms = [room for room, at in self.board.unpublished.items() if now - at >= IDLE_MS]
        rooms += self._to_greet()
        rooms += [room for (room, _), asked in self._unread.items() if asked.next <= now]
        rooms += [room for room in self.ledger.rooms() if self.edge.room(room) and self._due_gaps(room, now)]
        return list(dict.fromkeys(rooms))

    async def tend(self, room_id: RoomId, transaction: Transaction) -> None:
        """Publish and ask for what is due in one room."""
        now = self.now_ms()
        await self._greet(room_id, transaction, now)
        await self._publish(room_id, transaction, now)
        await self._ask(room_id, transaction, now)
        await self._need(room_id, transaction, now)

    def _to_greet(self) -> list[RoomId]:
        """Return the rooms to be greeted now: those that are ready, so that nobody waits for their hash."""
        return sorted(each for each in self._ungreeted() if self.ledger.is_hashed(each))

    def _ungreeted(self) -> set[RoomId]:
        if self._greeting is None:
            self._greeting = {each.room_id for each in self.edge.rooms() if self.lineage.after(each.room_id) is None}
        return self._greeting

    async def _greet(self, room_id: RoomId, transaction: Transaction, now: int) -> None:
        """Tell what we hold, and ask for the same: a lost store, a new device and a word that was lost find out so."""
        if room_id not in self._ungreeted():
            return
        others = tuple(self.signals.others(room_id))
        signal = replace(standing(self.ledger, room_id), ask=others)
        await self.signals.send(transaction, room_id, txn_of(room_id, f"{self.edge.user_id} {now}", "greeting"), signal)
        self.greeted(room_id)

    async def _publish(self, room_id: RoomId, transaction: Transaction, now: int) -> None:
        wrote = self.board.unpublished.get(room_id)
        if wrote is None or now - wrote < IDLE_MS:
            return
        others = tuple(self.signals.others(room_id)) if room_id in self.board.doubted else ()
        held = replace(standing(self.ledger, room_id), ask=others)
        txn = txn_of(room_id, f"{self.edge.user_id} {held.frontier} {held.state_hash}", "frontier")
        await self.signals.send(transaction, room_id, txn, held)
        self.board.unpublished.pop(room_id, None)
        self.board.doubted.discard(room_id)

    async def _ask(self, room_id: RoomId, transaction: Transaction, now: int) -> None:
        unread = {key[1]: asked for key, asked in self._unread.items() if key[0] == room_id and asked.next <= now}
        if not unread:
            return
        for asked in unread.values():
            asked.again(now)
        authors = tuple(sorted(unread))
        txn = txn_of(room_id, f"{authors} {now}", "ask")
        await self.signals.send(transaction, room_id, txn, replace(standing(self.ledger, room_id), ask=authors))

    async def _need(self, room_id: RoomId, transaction: Transaction, now: int) -> None:
        need = self._due_gaps(room_id, now)
        # Whoever was asked may not hold it: each time it is another one's turn.
        for turn in sorted({self._asked[room_id, source].times for source in need}):
            part = {source: ranges for source, ranges in need.items() if self._asked[room_id, source].times == turn}
            txn = txn_of(room_id, f"{part} {now}", "need")
            await self.signals.send(transaction, room_id, txn, Signal(need=part, turn=turn))
        for source in need:
            self._asked[room_id, source].again(now)
        if need:
            _log.info("operations_needed", room_id=room_id, sources=len(need))

    def _due_gaps(self, room_id: RoomId, now: int) -> dict[Source, Ranges]:
        gaps = self.ledger.gaps(room_id)
        if gaps and (room_id in self.board.awaiting or self.lineage.after(room_id) is not None):
            # Asked for as a whole, or where the room goes on.
            gaps = {}
        for key in [each for each in self._asked if each[0] == room_id and each[1] not in gaps]:
            del self._asked[key]
        for source in gaps:
            self._asked.setdefault((room_id, source), _Asked(now + NEED_GRACE_MS))
        return {source: ranges[:50] for source, ranges in gaps.items() if self._asked[room_id, source].next <= now}
