"""Being new in a room: nothing is written before the others' snapshot is loaded (DESIGN §4, "Snapshots")."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import structlog

from bots.assistant.dispatch import sentences
from bots.assistant.store import memory, pending
from bots.assistant.sync.chores import Chores
from bots.assistant.sync.noticeboard import NoticeBoard
from bots.assistant.sync.signals import Signals, standing
from bots.assistant.sync.snapshots import UNDOWNLOADABLE, Snapshots, SnapshotWait, distrusted_in
from bots.assistant.talk.messages import reply_content, txn_of
from bots.database.engine import Database, Transaction
from bots.matrix.errors import Refused, Unreachable
from bots.matrix.events import Joined, Outgoing
from bots.matrix.port import Edge
from bots.register.format.chapter import LOADED, PASSED, Peer, Root
from bots.register.format.wire import Signal
from bots.register.store import roots, snapshot_claims
from bots.register.store.ledger import Ledger
from config.identifiers import RoomId, UserId

_log = structlog.get_logger(__name__)

PATIENCE_MS = 10_000
"""How long we wait for a snapshot when nobody sends one; then what is missing is asked for piece by piece."""
ASK_MS = 3_000
"""How long one assistant may take before another one is asked."""
LOOK_MS = 2_000
"""How often it is looked whether something waits in a room that we thought done with …"""
UNSURE_MS = 60_000
"""… and for how long: a transaction that was open then has ended."""
EXCUSE_MS = 5_000
"""How long a person waits before we say why."""
_TOLD = 2
"""How often another assistant is told that it makes something else of the same: it answers, and so on."""


@dataclass(slots=True)
class Newcomers:
    """Knows in which rooms we are new, asks for their snapshots, loads them."""

    edge: Edge
    database: Database
    ledger: Ledger
    board: NoticeBoard
    signals: Signals
    snapshots: Snapshots
    read_back: Callable[[RoomId], Awaitable[None]]
    """Reads what assistants have said in a room, where nobody else is there to tell."""
    assistants: Callable[[], Sequence[UserId]]
    now_ms: Callable[[], int]
    locale: str = "fr"
    patience_ms: int = PATIENCE_MS
    _waits: dict[RoomId, SnapshotWait] = field(default_factory=dict)
    _holding: set[RoomId] = field(default_factory=set)
    _diverged: Counter[tuple[RoomId, UserId]] = field(default_factory=Counter)
    _mending: set[RoomId] = field(default_factory=set)
    _known: bool = False
    _looked: int = 0
    """When (ms) it was last looked whether something waits."""
    _unsure: int = 0
    """Until when (ms) something may be written down that waits in a room that was released."""
    chores: Chores = field(init=False)

    def __post_init__(self) -> None:
        self.chores = Chores(self.now_ms)

    @property
    def counts(self) -> Counter[str]:
        """How we came to know rooms, and what was wrong with snapshots."""
        return self.snapshots.counts

    def waiting(self) -> list[RoomId]:
        """Return the rooms in which we know nothing yet."""
        return list(self._waits)

    def forget(self) -> None:
        """Read again what the database says: a transaction failed."""
        self._known = False

    async def holds(self, transaction: Transaction, room_id: RoomId) -> bool:
        """Tell whether commands given in a room must wait."""
        await self._recall(transaction)
        return room_id in self._holding

    def release(self, room_id: RoomId) -> None:
        """Note that nothing waits any more in a room.

        Where several transactions are open at a time, a command may have been told to wait just before, and be written
        down after that: so it is looked for.
        """
        self._holding.discard(room_id)
        self._unsure = self.now_ms() + UNSURE_MS

    def drainable(self) -> list[RoomId]:
        """Return the rooms in which commands have waited that can be answered now."""
        return sorted(self._holding - self._waits.keys())

    async def arrive(self, joined: Joined, transaction: Transaction) -> None:
        """Announce ourselves in a room where other assistants are, and wait for what they hold.

        Where none is we may have been here all the time, and our store was lost: what we said is read back.
        """
        await self._recall(transaction)
        room_id, others = joined.room_id, self.signals.others(joined.room_id)
        if self.edge.user_id not in self.assistants() or not (others or self._is_unknown(room_id)):
            return
        await self._begin(transaction, room_id, joined.event_id, others)

    def _is_unknown(self, room_id: RoomId) -> bool:
        return not self.ledger.frontier(room_id)

    async def diverged(self, transaction: Transaction, room_id: RoomId, other: UserId) -> None:
        """Mend what *other* makes something else of: drop what rests on a third's word alone, load what it holds."""
        await self._recall(transaction)
        self._diverged[room_id, other] += 1
        if other in _refused(await roots.roots(transaction, room_id)):
            # Its word against that of others: it has shown already what its word is worth.
            return
        trusted = other not in await distrusted_in(transaction, room_id)
        # Whose word was dropped drops nobody else's.
        doubted = await snapshot_claims.witnesses(transaction, room_id) - {other} if trusted else set()
        for witness in doubted:
            await self.ledger.distrust(transaction, room_id, witness)
            self.counts["distrusted"] += 1
            _log.warning("witness_distrusted", room_id=room_id, sender=witness)
        times = self._diverged[room_id, other]
        if room_id in self._waits or times > _TOLD:
            return
        # Whoever has loaded from a liar learns it by this comparison too, and mends itself first.
        mends = trusted and (bool(doubted) or times == _TOLD)
        if mends:
            # Nobody waits for this: whom another one asks for a snapshot meanwhile can give it.
            self._mending.add(room_id)
        signal = replace(standing(self.ledger, room_id), chapter=(other,) if mends else ())
        txn = txn_of(room_id, f"{other} {times} {self.now_ms()}", "diverged")
        await self.signals.send(transaction, room_id, txn, signal)

    async def _begin(self, transaction: Transaction, room_id: RoomId, cause: str, others: Sequence[UserId]) -> None:
        now = self.now_ms()
        await roots.join(transaction, room_id, now)
        await roots.pass_over(transaction, room_id)
        distrusted = await distrusted_in(transaction, room_id)
        first = next((each for each in others if each not in distrusted), None)
        asked = [] if first is None else [first]
        self._waits[room_id] = SnapshotWait(now, now, now + ASK_MS, asked)
        self.board.awaiting.add(room_id)
        self._holding.add(room_id)
        await self.ledger.state(transaction, room_id)
        if not others:
            return
        signal = replace(standing(self.ledger, room_id), ask=tuple(others), chapter=tuple(asked))
        await self.signals.send(transaction, room_id, txn_of(room_id, cause, "announcement"), signal)
        _log.info("snapshot_awaited", room_id=room_id, assistants=len(others))

    async def tend(self) -> None:
        """Load what has come, ask again, or go on without. Not inside a transaction."""
        now = self.now_ms()
        if not self._known:
            async with self.database.begin() as transaction:
                await self._recall(transaction)
        elif now < self._unsure and now - self._looked >= LOOK_MS:
            self._looked = now
            async with self.database.begin() as transaction:
                self._holding |= {*await pending.rooms(transaction)}
        for room_id in self.waiting():
            wait = partial(self._tend, room_id, self._waits[room_id])
            if not await self.chores.do("newcomer", room_id, wait, partial(self._go_on, room_id)):
                self.forget()
        for room_id in sorted(self.board.offered - self._waits.keys()):
            self.board.offered.discard(room_id)
            if self.ledger.gaps(room_id) or room_id in self._mending:
                self._mending.discard(room_id)
                await self.chores.do("snapshot", room_id, partial(self.snapshots.load_newest, room_id))

    async def _recall(self, transaction: Transaction) -> None:
        if self._known:
            return
        now = self.now_ms()
        found = await roots.all_joining(transaction)
        self._waits = {room: self._waits.get(room) or SnapshotWait(since, now) for room, since in found.items()}
        self.board.awaiting = {*found}
        self._holding = {*found, *await pending.rooms(transaction)}
        self._known = True

    async def _tend(self, room_id: RoomId, wait: SnapshotWait) -> None:
        if self.edge.room(room_id) is None:
            return
        if await self.snapshots.load_newest(room_id, wait):
            self._know(room_id, "loaded")
            return
        now = self.now_ms()
        async with self.database.begin() as transaction:
            others = self.signals.others(room_id)
            peers = [each for each in await roots.peers(transaction, room_id) if each.assistant in others]
            answered = [each for each in peers if (each.heard_at or 0) >= wait.since]
            if self._has_all(room_id, others, answered):
                how = "nothing to load"
            elif now - wait.heard >= self.patience_ms:
                how = "missing"
            else:
                await self._ask(transaction, room_id, wait, others, peers)
                await self._excuse(transaction, room_id, wait.since)
                return
            if self.ledger.frontier(room_id):
                await self._ready(transaction, room_id, how)
                return
        await self._end_untold(room_id, wait, how, alone=not others)

    async def _end_untold(self, room_id: RoomId, wait: SnapshotWait, how: str, *, alone: bool) -> None:
        """Go on where nobody tells us anything: with what we once said ourselves, if the homeserver shows that."""
        now = self.now_ms()
        if now < wait.again:
            return
        try:
            await self.read_back(room_id)
        except Unreachable:
            self.counts["unreachable"] += 1
            wait.again = now + ASK_MS
            async with self.database.begin() as transaction:
                await self._excuse(transaction, room_id, wait.since)
            return
        except Refused:
            self.counts["not shown"] += 1
        found = bool(self.ledger.frontier(room_id))
        async with self.ledger.begin(self.database, room_id) as transaction:
            if alone:
                # What is missing now nobody has.
                await self.ledger.go_without(transaction, room_id)
            await self._ready(transaction, room_id, "read back" if found else how)

    async def _go_on(self, room_id: RoomId) -> None:
        """Go on without what could be loaded: what is missing is asked for piece by piece."""
        async with self.database.begin() as transaction:
            await self._ready(transaction, room_id, "missing")

    def _has_all(self, room_id: RoomId, others: Sequence[UserId], answered: Sequence[Peer]) -> bool:
        if any(each.frontier and not each.distrusted for each in answered):
            own = (self.ledger.frontier(room_id), self.ledger.state_hash(room_id))
            return any((each.frontier, each.state_hash) == own and not each.distrusted for each in answered)
        return {*others} == {each.assistant for each in answered}

    async def _ask(
        self,
        transaction: Transaction,
        room_id: RoomId,
        wait: SnapshotWait,
        others: Sequence[UserId],
        peers: Sequence[Peer],
    ) -> None:
        now = self.now_ms()
        distrusted = {each.assistant for each in peers if each.distrusted}
        left = [each for each in others if each not in wait.asked and each not in distrusted]
        if now < wait.next or not left:
            return
        wait.asked.append(left[0])
        wait.next = now + ASK_MS
        txn = txn_of(room_id, f"{wait.since} {left[0]} {now}", "chapter asked")
        await self.signals.send(transaction, room_id, txn, Signal(chapter=(left[0],)))
        _log.info("snapshot_asked", room_id=room_id, assistant=left[0])

    async def _excuse(self, transaction: Transaction, room_id: RoomId, since: int) -> None:
        """Say why there is no answer yet: once, and only when somebody waits for one."""
        waiting = await pending.oldest(transaction, room_id)
        if waiting is None or self.now_ms() - waiting[1] < EXCUSE_MS:
            return
        event_id = waiting[0]
        if await memory.first_time(transaction, room_id, f"joining {since}", self.now_ms()):
            reply = sentences.joining(self.locale)
            # Not as a reply: each command has one answer, and this is none.
            content = reply_content(reply)
            txn = txn_of(room_id, event_id, "joining")
            await self.edge.enqueue(Outgoing(room_id, txn, "m.room.message", content), transaction)

    async def _ready(self, transaction: Transaction, room_id: RoomId, how: str) -> None:
        await roots.joined(transaction, room_id)
        self._know(room_id, how)

    def _know(self, room_id: RoomId, how: str) -> None:
        self._waits.pop(room_id, None)
        self.board.awaiting.discard(room_id)
        self.counts[how] += 1
        _log.info("room_ready", room_id=room_id, how=how)

    def is_alone(self, room_id: RoomId) -> bool:
        """Tell whether no other listed assistant is in a room."""
        return not self.signals.others(room_id)


def _refused(known: Sequence[Root]) -> frozenset[UserId]:
    """Return whose snapshots did not hold together; what could not be downloaded says nothing of its author."""
    harmless = (None, LOADED, PASSED, UNDOWNLOADABLE)
    return frozenset(each.author for each in known if each.verdict not in harmless)
