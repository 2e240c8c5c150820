"""Three assistants over real stores, and a federation between them that loses, repeats, reorders, cuts and redacts.

What it does is a function of the steps alone: the clock stands still unless a step moves it, and sources are counted.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from itertools import count
from random import Random
from typing import Any

import pytest

from bots.assistant.sync.chapters import Chapters
from bots.assistant.sync.noticeboard import NoticeBoard
from bots.assistant.sync.reconciler import Reconciler
from bots.assistant.sync.registrar import Registrar
from bots.assistant.sync.signals import Signals, standing
from bots.assistant.talk.lineage import Lineage
from bots.database.embedded import Embedded, raw_of
from bots.database.engine import Database, Transaction
from bots.envelope.errors import Corrupt
from bots.envelope.file import Attachment as File
from bots.envelope.file import EncryptedFile
from bots.matrix.events import Event, Member, Outgoing, OutgoingRedaction, OutgoingToDevice, Room, Sent, ToDevice
from bots.matrix.port import Edge
from bots.register.format.chapter import LOADED, Root
from bots.register.format.errors import BadSnapshot
from bots.register.format.operation import Change, Operation, Tombstone
from bots.register.format.signature import Signer
from bots.register.format.wire import CHAPTER, OPS, Signal, split_relay
from bots.register.replica.clock import is_early
from bots.register.replica.fold import state_hash
from bots.register.replica.tombstone import tombstone
from bots.register.store import operations as store
from bots.register.store import reading, roots, sequence, snapshot_claims, snapshot_io
from bots.register.store.ledger import Ledger
from bots.register.store.object_history import trail
from config.identifiers import DeviceId, EventId, RoomId, UserId
from tests.model import reference
from tests.model.known import Attachment, Known
from tests.model.library import REFUSED, Library, forge
from tests.model.reference import Content, Held, Identity

Letter = Outgoing | OutgoingRedaction | OutgoingToDevice
ROOM = RoomId("!salle")
NAMES = tuple(UserId(f"@beffroi:{each}.fr") for each in ("arbre", "bourg", "chemin"))
SIGNERS = {each: Signer(bytes([number + 1] * 32)) for number, each in enumerate(NAMES)}
OBJECTS = tuple(
    (kind, f"00000000-0000-5000-8000-00000000000{number}") for kind in ("task", "later.kind") for number in range(2)
)
START = 1_795_431_600_000
HOUR = 3_600_000
ROUNDS = 24
PATIENCE = 8
"""How many rounds of asking a gap is left to those who are asked."""


def keys(sender: UserId) -> tuple[str, ...]:
    """What the member list says."""
    return (SIGNERS[sender].public_key,) if sender in SIGNERS else ()


def _stone(held: Operation | reading.Erased) -> Tombstone:
    """Return what is left of what is held, or would be."""
    return held.stone if isinstance(held, reading.Erased) else tombstone(held)


class RolledBack(Exception):
    """What takes a transaction back."""


@dataclass(frozen=True, slots=True)
class Mail:
    """An event on its way; *target* is the event that a redaction redacts."""

    event_id: EventId
    sender: UserId
    type: str
    content: dict[str, Any]
    target: EventId | None = None
    told: bool = False
    """Whether it is told to devices, and stands in no timeline."""

    @property
    def root(self) -> Root:
        """The chapter that it opens."""
        opened = self.content[CHAPTER]
        return Root(self.event_id, self.sender, opened["clock"], 1, opened["snapshot"])

    @property
    def operations(self) -> list[Held]:
        """What it carries, whoever reads it."""
        if OPS in self.content:
            return [Held(ROOM, self.sender, self.content[OPS])]
        return [Held(each["room"], each["sender"], each["ops"]) for each in self.content.get("relay", [])]


def _as_edit(operation: Operation) -> dict[str, Any]:
    """Return what makes an edit of the message that carries *operation*, for one in three (deeds are told so).

    What such an edit says anew counts for nothing, whatever stands in it.
    """
    if operation.seq % 3:
        return {}
    lie = {**operation.raw, "ops": [{"kind": "task", "id": "t", "set": {"title": "a lie"}}]}
    new = {"msgtype": "m.notice", "body": "", OPS: lie}
    return {"m.new_content": new, "m.relates_to": {"rel_type": "m.replace", "event_id": "$earlier"}}


class SimulatedEdge:
    """Of an edge, what the registrar uses: messages leave when their transaction is committed."""

    def __init__(self, user_id: UserId, library: Library) -> None:
        self.user_id = user_id
        self.pending: list[Letter] = []
        self._library = library
        self._room = Room(ROOM, True, {each: Member(each, "join") for each in NAMES})

    async def enqueue(self, message: Outgoing | OutgoingRedaction, transaction: Transaction) -> None:
        self.pending.append(message)

    async def enqueue_to_device(self, message: OutgoingToDevice, transaction: Transaction) -> None:
        self.pending.append(message)

    async def upload(self, data: bytes, *, content_type: str, encrypted: bool) -> File:
        return await self._library.upload(data, content_type=content_type, encrypted=encrypted)

    def room(self, room_id: RoomId) -> Room | None:
        return self._room if room_id == ROOM else None

    def rooms(self) -> tuple[Room, ...]:
        return (self._room,)


@dataclass(slots=True)
class Backup:
    """A copy of a store, and how far its assistant had read."""

    image: bytes
    read: int
    known: Known


class _Memory(Embedded):
    """A memory has no disk to wait for, so nothing is worth a thread here."""

    async def in_thread(self, work: Callable[[], object]) -> None:
        work()


class Cell:
    """An SQLite database in memory, emptied and put back at the price of copying some pages."""

    def __init__(self) -> None:
        memory = _Memory("sqlite://")
        self.database, self._raw, self._empty = Database(memory), raw_of(memory.held()), b""

    @classmethod
    async def make(cls, schema: Callable[[Any], None]) -> "Cell":
        """Make an empty store with the tables of *schema*."""
        cell = cls()
        async with cell.database.engine.begin() as connection:
            await connection.run_sync(schema)
        cell._empty = cell.image()
        return cell

    def image(self) -> bytes:
        return self._raw.serialize()

    def put(self, image: bytes | None = None) -> None:
        self._raw.deserialize(image or self._empty)

    def contents(self) -> set[Content]:
        """Every operation of which the store holds the words."""
        rows = self._raw.execute("SELECT sender, src, seq, digest FROM register_operation WHERE envelope IS NOT NULL")
        return {((sender, src, seq), digest) for sender, src, seq, digest in rows}


class Assistant:
    """One assistant: its store, its ledger and registrar, and what its homeserver has for it."""

    def __init__(
        self,
        user_id: UserId,
        cell: Cell,
        now_ms: Callable[[], int],
        send: Callable[[Letter], EventId],
        library: Library,
    ) -> None:
        self.user_id, self.cell, self._now_ms, self._send = user_id, cell, now_ms, send
        self.inbox: list[Mail] = []
        self.read: list[Mail] = []
        self.gone: set[EventId] = set()
        self.known = Known()
        self.doubts: set[UserId] = set()
        self.is_old = False
        """Whether its store has been lost or put back: it may not know what chapters it has opened."""
        self.edge = SimulatedEdge(user_id, library)
        cell.put()
        self.back_up()
        self.start()

    def back_up(self) -> None:
        self.backup = Backup(self.cell.image(), len(self.read), self.known.copy())

    def start(self) -> None:
        """Begin with an empty memory."""
        self.ledger = Ledger(self.user_id, SIGNERS[self.user_id], keys, self._now_ms)
        edge: Edge = self.edge  # type: ignore[assignment] # a part of one is enough here
        self.board, lineage = NoticeBoard(self._now_ms), Lineage(edge)
        board = self.board
        self.signals = Signals(edge, lambda: NAMES)
        self.reconciler = Reconciler(self.ledger, edge, board, self.signals, lineage, lambda: NAMES, self._now_ms)
        self.registrar = Registrar(self.ledger, edge, self.reconciler, board, lineage, lambda: NAMES, self._now_ms)
        self.chapters = Chapters(edge, self.cell.database, self.ledger, board, lambda: NAMES, self._now_ms)
        board.heard_by(diverged=(self._differ,))

    async def _differ(self, transaction: Transaction, room_id: RoomId, other: UserId) -> None:
        """Tell what it holds, because the other one must compare too; and have the difference mended."""
        self.doubts.add(other)
        txn = f"diverged {self.user_id} {other} {self._now_ms()}"
        await self.signals.send(transaction, ROOM, txn, standing(self.ledger, ROOM))

    async def act(self, work: Callable[[Transaction], Awaitable[Any]], *, fail: bool = False) -> None:
        """Do *work* as the desk does: in one transaction, after which what it enqueued is sent, unless it fails."""
        known = self.known.copy()
        try:
            async with self.cell.database.begin() as transaction:
                await work(transaction)
                if fail:
                    raise RolledBack  # noqa: TRY301 - what is tried is the way out
        except RolledBack:
            self.ledger.forget(ROOM)
            self.known = known
            self.edge.pending.clear()
            return
        await self._flush()

    async def _flush(self) -> None:
        """Send what is enqueued, and note at once which event carries it: a copy of the store has both or none."""
        pending, self.edge.pending[:] = [*self.edge.pending], []
        for each in pending:
            event_id = self._send(each)
            if isinstance(each, Outgoing):
                sent = Sent(ROOM, each.txn, event_id, each.type, each.content)
                async with self.cell.database.begin() as transaction:
                    await self.registrar.sent(sent, transaction)

    async def receive(self, transaction: Transaction, mail: Mail) -> None:
        """Take one event."""
        if mail.target is not None:
            operation = await store.find_by_event(transaction, ROOM, mail.target)
            if await self.registrar.erase(ROOM, mail.target, mail.sender, transaction) and operation is not None:
                self.known.erased.add((operation.identity, operation.digest))
                self._learn_pending()
            return
        if mail.event_id in self.gone:
            return
        if mail.told:
            told = ToDevice(ROOM, mail.event_id, mail.sender, mail.type, mail.content, DeviceId("D"))
            await self.registrar.listen(told, transaction)
        else:
            related = mail.content.get("m.relates_to", {})
            event = Event(ROOM, mail.event_id, mail.sender, mail.type, mail.content, 0, relates_to=related)
            await self.registrar.hear(event, transaction)
        for each in mail.operations:
            if mail.sender != self.user_id or each.sender == self.user_id:
                self.known.learn(each)

    def _learn_pending(self) -> None:
        for each in self.edge.pending:
            if not isinstance(each, OutgoingRedaction):
                for held in Mail(EventId("$unsent"), self.user_id, each.type, dict(each.content)).operations:
                    self.known.learn(held)

    async def write(self, transaction: Transaction, changes: list[Change], *, guest: bool) -> Operation:
        """Write an operation and the message that carries it."""
        operation = await self.ledger.write(
            transaction,
            ROOM,
            changes,
            by=UserId(f"@dgs:{self.user_id.server}"),
            behalf=UserId("@maire:invite.fr") if guest else None,
        )
        self.registrar.wrote(ROOM)
        content = {"msgtype": "m.notice", "body": "", OPS: dict(operation.raw), **_as_edit(operation)}
        txn = f"{operation.src} {operation.seq} {operation.digest}"
        await self.edge.enqueue(Outgoing(ROOM, txn, "m.room.message", content), transaction)
        self._learn_pending()
        return operation

    async def void(self, transaction: Transaction, stones: list[Tombstone]) -> None:
        """Write a void of one's own, as a withdrawal does."""
        operation = await self.ledger.write(transaction, ROOM, [], by=self.user_id, void=stones)
        self.registrar.wrote(ROOM)
        relayed = Signal(relay=split_relay([operation])[0])
        await self.signals.send(transaction, ROOM, f"void {operation.digest}", relayed)
        self._learn_pending()

    async def tend(self) -> None:
        """Do what is due."""
        if self.registrar.due():
            await self.act(lambda transaction: self.registrar.tend(ROOM, transaction))
        await self.chapters.tend()
        await self._flush()

    async def open_chapter(self, asked_by: UserId, event_id: str) -> None:
        """Open a chapter with a snapshot, as somebody asks for one; without anything to carry, none."""
        async with self.cell.database.begin() as transaction:
            await roots.note_wanted(transaction, ROOM, asked_by, event_id)
        self.board.touched.add(ROOM)
        await self.chapters.tend()
        await self._flush()

    async def offered(self) -> list[Root]:
        """The snapshots of others that it knows of, the latest first."""
        async with self.cell.database.begin() as transaction:
            found = await roots.roots(transaction, ROOM)
        return [each for each in found if each.snapshot is not None and each.author != self.user_id]

    async def load(self, root: Root, packed: bytes, *, fail: bool = False) -> None:
        """Take in what another one's chapter carries."""
        loaded = await snapshot_io.read(packed, {ROOM}, keys)

        async def work(transaction: Transaction) -> None:
            outranking = await self.ledger.adopt(transaction, ROOM, loaded, root.author)
            await roots.judge(transaction, ROOM, root.root, LOADED)
            for number, batch in enumerate(split_relay(outranking)):
                txn = f"outranking {self.user_id} {root.root} {number} {self._now_ms()}"
                await self.signals.send(transaction, ROOM, txn, Signal(relay=batch))
            own = (self.user_id, sequence.source_in(ROOM, await sequence.own_seed(transaction)))
            self.known.load(Attachment.unpack(packed), root.author, own)
            self.registrar.wrote(ROOM)

        await self.act(work, fail=fail)

    async def distrust_all_but(self, other: UserId) -> None:
        """Drop what rests on a third's word, as who has learned that somebody has another state does."""

        async def work(transaction: Transaction) -> None:
            for each in await snapshot_claims.witnesses(transaction, ROOM) - {other}:
                await self.ledger.distrust(transaction, ROOM, each)
                self.known.distrust(each)

        await self.act(work)

    def lose_everything(self) -> None:
        """Begin again with an empty store."""
        self.cell.put()
        self.known, self.read, self.is_old = Known(), [], True
        self.edge.pending.clear()
        self.doubts.clear()
        self.back_up()
        self.start()

    def sums(self) -> tuple[Any, ...]:
        """What a restart must not change."""
        ledger = self.ledger
        return ledger.state_hash(ROOM), ledger.frontier(ROOM), ledger.gaps(ROOM), ledger.waiting(ROOM)

    def expected(self) -> str:
        """What the reference model makes of what this assistant has been told."""
        return self.known.state_hash(self._now_ms())


class World:
    """The federation; each public coroutine is a step that one history may take."""

    def __init__(self, cells: list[Cell]) -> None:
        self.now = START
        self.seen: Counter[str] = Counter()
        self.library = Library()
        *cells, self._spare = cells
        self.assistants = [self._assistant(name, cell) for name, cell in zip(NAMES, cells, strict=True)]
        self.mails: dict[EventId, Mail] = {}
        self.all: dict[tuple[Identity, str], Held] = {}
        self.redacted: dict[EventId, Content] = {}
        self._unhandled: set[EventId] = set()
        self._cut: int | None = None
        self._across: list[tuple[Assistant, Mail]] = []
        self._txns: dict[tuple[UserId, str], EventId] = {}
        self._numbers = count(1)
        self._forged: Counter[str] = Counter()
        self._lied = False
        """Whether a void has hidden what it erases."""

    def _assistant(self, name: UserId, cell: Cell) -> Assistant:
        return Assistant(name, cell, lambda: self.now, lambda message: self.post(name, message), self.library)

    # The federation.

    def post(self, sender: UserId, message: Letter) -> EventId:
        """Send what an assistant enqueued; a homeserver takes a transaction id once."""
        known = self._txns.get((sender, message.txn))
        if known is not None:
            self.seen["transaction repeated"] += 1
            return known
        if isinstance(message, OutgoingToDevice):
            mail = self.emit(sender, message.type, dict(message.content), to=message.to)
            self.seen["a need at another one's turn"] += "turn" in message.content
        elif isinstance(message, Outgoing):
            mail = self.emit(sender, message.type, dict(message.content))
            self.seen["a chapter with a snapshot"] += CHAPTER in message.content
            self.seen["an operation in an edit"] += OPS in message.content and "m.new_content" in message.content
        else:
            mail = self.emit(sender, "m.room.redaction", {}, message.target)
            self.seen["a chapter redacted"] += CHAPTER in self.mails[message.target].content
        self._txns[sender, message.txn] = mail.event_id
        return mail.event_id

    def emit(
        self,
        sender: UserId,
        kind: str,
        content: dict[str, Any],
        target: EventId | None = None,
        to: Iterable[UserId] | None = None,
    ) -> Mail:
        """Put an event into the room, or tell it to the devices of some."""
        mail = Mail(EventId(f"${next(self._numbers)}"), sender, kind, content, target, told=to is not None)
        self.mails[mail.event_id] = mail
        for held in mail.operations:
            self.all.setdefault((held.identity, held.digest), held)
        origin = NAMES.index(sender)
        for number, each in enumerate(self.assistants):
            if to is not None and each.user_id not in to:
                continue
            if self._cut is not None and (number == self._cut) != (origin == self._cut):
                self._across.append((each, mail))
            else:
                each.inbox.append(mail)
        return mail

    def contents(self, identity: Identity) -> int:
        """How many contents stand under one identity."""
        return sum(held == identity for held, _ in self.all)

    # Steps. Each takes the assistant that acts and a number to choose by.

    async def pause(self, who: int, number: int) -> None:
        """Let a little time pass; sometimes so much that what was dated ahead ripens."""
        jump = (700_000, 1_000, 6_000)[number % 3]
        self.now += jump
        self.seen["time"] += 1
        if jump > reference.AHEAD_MS:
            await self.check(who, number)

    async def write(self, who: int, number: int, *, fail: bool = False) -> None:
        """Somebody does something."""
        me = self.assistants[who]

        async def work(transaction: Transaction) -> None:
            await me.write(transaction, self._changes(me, Random(number)), guest=number % 3 == 0)

        await me.act(work, fail=fail)

    def _changes(self, me: Assistant, dice: Random) -> list[Change]:
        changes = []
        for _ in range(dice.choice((1, 1, 2))):
            kind, object_id = dice.choice(OBJECTS)
            verbs = dice.sample(("set", "first", "add", "remove"), dice.choice((0, 1, 2, 2, 3)))
            value: Any = dice.choice((None, dice.randrange(5), f"é🔔{dice.randrange(1000)}", [True, {"a": [1]}]))
            found = me.ledger.known(ROOM).get(kind, object_id)
            tags = [tag for each in found.elements("labels") for tag in found.tags("labels", each)] if found else []
            if "remove" in verbs:
                self.seen["a remove of nothing" if not tags else "a remove"] += 1
            if "add" in verbs:
                self.seen["an add"] += 1
            changes.append(
                Change(
                    kind,
                    object_id,
                    set={dice.choice(("title", "when")): value} if "set" in verbs else {},
                    first={"number": value} if "first" in verbs else {},
                    add={"labels": (dice.choice(("a", "b")), value)[: dice.choice((0, 1, 1, 2))]}
                    if "add" in verbs
                    else {},
                    remove={"labels": tuple(tags[: dice.choice((1, 5))])} if "remove" in verbs else {},
                )
            )
        return changes

    async def deliver(self, who: int, number: int, *, fail: bool = False) -> None:
        """One assistant takes what has arrived: all of it or a part, in order or not."""
        me = self.assistants[who]
        dice = Random(number)
        batch = [*me.inbox]
        if number % 3 == 0:
            self.seen["reordered"] += len(batch) > 1
            dice.shuffle(batch)
        if number % 2:
            batch = batch[: 1 + number % 5]
        await self._take(me, batch, fail=fail)

    async def _take(self, me: Assistant, batch: list[Mail], *, fail: bool = False) -> None:
        if not batch:
            return
        if any(mail.target is not None and self.mails[mail.target].sender == me.user_id for mail in batch):
            own = self._own(me)
            batch = [*own, *(mail for mail in batch if not any(mail is each for each in own))]
        before = me.registrar.rejected + me.reconciler.counts

        async def work(transaction: Transaction) -> None:
            for mail in batch:
                await me.receive(transaction, mail)

        await me.act(work, fail=fail)
        if fail:
            return
        self.seen["conflict"] += me.registrar.rejected["conflict"] > before["conflict"]
        self.seen["divergence"] += me.reconciler.counts["diverged"] > before["diverged"]
        # Two who hold the same identities differ for a while when one saw another content, or a redaction, first.
        assert me.registrar.rejected.keys() <= {"conflict"}, me.registrar.rejected
        taken = {id(mail) for mail in batch}
        me.inbox = [mail for mail in me.inbox if id(mail) not in taken]
        me.read += batch
        for mail in batch:
            if mail.target is not None:
                me.gone.add(mail.target)
                if self.mails[mail.target].sender == me.user_id:
                    self._unhandled.discard(mail.target)

    async def tend(self, who: int, number: int) -> None:
        """One assistant falls idle."""
        me = self.assistants[who]
        waited = me.ledger.waiting(ROOM)
        await me.tend()
        self.seen["ripening"] += me.ledger.waiting(ROOM) < waited

    async def lose(self, who: int, number: int) -> None:
        """One homeserver never shows an event to its users: it was soft-failed there, and nowhere else."""
        me = self.assistants[who]
        can = [each for each in me.inbox if each.sender != me.user_id and not self._must_arrive(me, each)]
        if can:
            mail = can[number % len(can)]
            me.inbox = [each for each in me.inbox if each is not mail]
            self.seen["loss"] += 1

    def _must_arrive(self, me: Assistant, mail: Mail) -> bool:
        """Tell what nothing would mend: see DESIGN.md, "How it is tried"."""
        if mail.target is not None:
            return self.mails[mail.target].sender == me.user_id
        known = {content for each in self.assistants for content in each.known.operations}
        return any(held.content not in known for held in mail.operations)

    async def repeat(self, who: int, number: int) -> None:
        """An event is shown again."""
        me = self.assistants[who]
        if me.read:
            me.inbox.append(me.read[number % len(me.read)])
            self.seen["repetition"] += 1

    async def cut(self, who: int, number: int) -> None:
        """One homeserver is cut off, or comes back."""
        if self._cut is None:
            self._cut = who
            self.seen["partition"] += 1
        else:
            self.mend()

    def mend(self) -> None:
        """Let what waited at the cut arrive."""
        across, self._across, self._cut = self._across, [], None
        for me, mail in across:
            me.inbox.append(mail)

    async def restart(self, who: int, number: int, *, counted: bool = True) -> None:
        """One process is killed and started again: what it knows is what it knew."""
        me = self.assistants[who]
        await self._ripen(me)
        before = me.sums()
        me.start()
        await me.act(me.ledger.open)
        after = me.sums()
        assert after == before
        self.seen["restart"] += counted

    async def _ripen(self, me: Assistant) -> None:
        if ROOM in me.ledger.rooms() and not me.ledger.waiting(ROOM):
            return
        ripened = []

        async def work(transaction: Transaction) -> None:
            ripened.append(await me.ledger.ripen(transaction, ROOM))

        await me.act(work)
        self.seen["ripening"] += any(ripened)

    async def roll_back(self, who: int, number: int) -> None:
        """A transaction fails after it has done everything; sometimes the process dies of it."""
        step = (self.write, self.deliver, self.withdraw, self.load)[number % 4]
        await step(who, number, fail=True)
        self.seen["rollback"] += 1
        if number % 7 == 0:
            await self.restart(who, number)

    async def back_up(self, who: int, number: int) -> None:
        """The store is copied."""
        self.assistants[who].back_up()

    async def restore(self, who: int, number: int) -> None:
        """The copy is put back; what the assistant had read since, its homeserver shows it again."""
        me = self.assistants[who]
        own_unhandled = any(self.mails[each].sender == me.user_id for each in self._unhandled)
        # What was told to its device, its homeserver has forgotten.
        again = [each for each in me.read[me.backup.read :] if not each.told]
        forgotten = me.known.operations.keys() - me.backup.known.operations.keys()
        if own_unhandled or not again or not self._is_elsewhere(me, forgotten, again):
            return
        me.cell.put(me.backup.image)
        me.known, me.is_old = me.backup.known.copy(), True
        me.doubts.clear()
        me.read = me.read[: me.backup.read]
        me.inbox = [*again, *me.inbox]
        me.edge.pending.clear()
        me.start()
        self.seen["restored"] += 1
        own = [self.all[each] for each in forgotten if self.all[each].sender == me.user_id]
        self.seen["restored without an own operation"] += bool(own)
        self.seen["restored without an own void"] += any("void" in each.envelope for each in own)

    def _own(self, me: Assistant) -> list[Mail]:
        """What a restored assistant reads before a redaction: its own events come back before they are redacted.

        Otherwise nobody would have what a void is made of: see DESIGN.md, "How it is tried".
        """
        return [each for each in me.inbox if each.sender == me.user_id and each.target is None]

    async def redact(self, who: int, number: int) -> None:
        """Somebody redacts a message: its author's own, or a moderator anybody's."""
        author = self.assistants[number % 3]
        await self._take(author, self._own(author))
        can = [
            each
            for each in author.read
            if each.sender == author.user_id and OPS in each.content and each.event_id not in self.redacted
        ]
        repeated = [each for each in can if self.contents(each.operations[0].identity) > 1]
        can = repeated if repeated and number % 4 else can
        if not can:
            return
        mail = can[number % len(can)]
        async with author.cell.database.begin() as transaction:
            held = await store.find_by_event(transaction, ROOM, mail.event_id)
        if held is None or held.void:
            return
        by = self.assistants[who]
        self.seen["redaction by its author" if by is author else "redaction by a moderator"] += 1
        self.seen["redaction of a repeated identity"] += self.contents(held.identity) > 1
        self.redacted[mail.event_id] = held.identity, held.digest
        self._unhandled.add(mail.event_id)
        self.emit(by.user_id, "m.room.redaction", {}, mail.event_id)

    async def withdraw(self, who: int, number: int, *, fail: bool = False) -> None:
        """An author declares operations of its own void: as never written, or with some traces of them."""
        me = self.assistants[who]
        async with me.cell.database.begin() as transaction:
            own = [
                each
                async for each in reading.load(transaction, ROOM)
                if isinstance(each, Operation) and each.sender == me.user_id and not each.void
            ]
        own = [each for each in own if not any(self.redacted[one][0] == each.identity for one in self._unhandled)]
        if not own:
            return
        own.sort(key=lambda each: (each.src, each.seq))
        chosen = own[number % len(own)]
        stone = tombstone(chosen)
        kept = (0, 0, 1, 2)[number % 4]
        # What was done for a guest may be withdrawn in good faith (FORMAT.md §8).
        self._lied = self._lied or (kept < len(stone.traces) and chosen.behalf is None)
        stone = Tombstone(stone.src, stone.seq, stone.clock, stone.digest, stone.traces[:kept])
        await me.act(lambda transaction: me.void(transaction, [stone]), fail=fail)
        self.seen["withdrawal" if not stone.traces else "void"] += not fail

    async def forge(self, who: int, number: int) -> None:
        """Another implementation writes, under a source of its own: dated ahead, with verbs and keys that we lack."""
        me = self.assistants[who]
        src = f"forged-{number % 2}"
        ahead = (600_001, 1, 900_000, 599_000, 1_700_000)[number % 5]
        self._forged[f"{who} {src}"] += 1
        changes = [each.as_json() | {"verb": {"x": [number % 7]}} for each in self._changes(me, Random(number))]
        envelope = {"v": 1, "src": src, "seq": self._forged[f"{who} {src}"], "clock": self.now + ahead, "ts": 1}
        self._sign(me, envelope | {"by": me.user_id, "later": [None], "ops": changes})
        self.seen["dated too far ahead"] += ahead > reference.AHEAD_MS

    async def equivocate(self, who: int, number: int) -> None:
        """An author tells two stories under one identity."""
        me = self.assistants[who]
        own = [
            each
            for each in self.all.values()
            if each.sender == me.user_id and not any(self.redacted[one][0] == each.identity for one in self._unhandled)
        ]
        if own:
            dice = Random(number)
            own_voids = [each for each in own if "void" in each.envelope]
            held = own_voids[0] if own_voids and number % 3 else own[number % len(own)]
            clock = held.envelope["clock"] + dice.choice((0, 0, 1))
            content = {key: value for key, value in held.envelope.items() if key not in ("ops", "void", "sig")}
            victim = own[dice.randrange(len(own))]
            if number % 2 and "ops" in victim.envelope and victim.envelope["clock"] <= clock:
                body = {"void": [reference.tombstone(victim)]}
                self.seen["two voids under one identity"] += "void" in held.envelope
            else:
                body = {"ops": [each.as_json() for each in self._changes(me, dice)]}
            self._sign(me, {**content, **body, "clock": clock})
            self.seen["equivocation"] += 1
            self.seen["a void and an operation under one identity"] += not body.keys() & held.envelope.keys()

    def _sign(self, me: Assistant, envelope: dict[str, Any]) -> None:
        content = {"msgtype": "m.notice", "body": "", OPS: SIGNERS[me.user_id].sign(envelope, ROOM, me.user_id)}
        self.emit(me.user_id, "m.room.message", content)

    async def check(self, who: int, number: int) -> None:
        """What an assistant holds is what FORMAT.md makes of what it was told, whatever the others know."""
        me = self.assistants[who]
        await self._ripen(me)
        ledger = me.ledger
        assert ledger.state_hash(ROOM) == state_hash(ledger.known(ROOM)), "the hash that is kept up to date"
        assert ledger.state_hash(ROOM) == me.expected(), "the reference model"

    # Chapters.

    async def open(self, who: int, number: int) -> None:
        """One assistant opens a chapter with a snapshot."""
        asker = NAMES[(who + 1 + number % 2) % 3]
        await self.assistants[who].open_chapter(asker, f"$asked-{number}")

    async def load(self, who: int, number: int, *, fail: bool = False) -> None:
        """One assistant takes in a snapshot of another one: the newest, or one from long ago."""
        me = self.assistants[who]
        await self._take(me, [mail for mail in me.inbox if CHAPTER in mail.content])
        found = await me.offered()
        if found:
            root = found[-1 - number % len(found)]
            await self._load(me, root, fail=fail)
            self.seen["a snapshot loaded"] += not fail
            self.seen["an older snapshot loaded"] += root is not found[0] and not fail

    async def _load(self, me: Assistant, root: Root, *, fail: bool = False) -> None:
        await me.load(root, self.library.open(EncryptedFile.parse(root.snapshot)), fail=fail)

    async def arrive(self, who: int, number: int) -> None:
        """One assistant loses its store, or is another one in its place: all it has is a snapshot, old or new."""
        me = self.assistants[who]
        handled = all(self.mails[each].sender != me.user_id for each in self._unhandled)
        if not handled or not me.known.operations or not self._is_elsewhere(me, me.known.operations.keys(), ()):
            return
        others = [each for each in self.assistants if each is not me]
        other = others[number % 2]
        me.lose_everything()
        if number % 3 or not self._chapters():
            await other.open_chapter(me.user_id, f"$arrived-{number}")
        chapters = [each for each in self._chapters() if each.sender != me.user_id]
        self.seen["a store lost"] += 1
        if chapters:
            newest = max(chapters, key=lambda mail: int(mail.event_id[1:]))
            mail = newest if number % 3 else chapters[number % len(chapters)]
            root = Root(
                mail.event_id, mail.sender, mail.content[CHAPTER]["clock"], 1, mail.content[CHAPTER]["snapshot"]
            )
            await self._load(me, root)
            await self.check(who, number)
            me.back_up()
            self.seen["a newcomer"] += 1

    def _chapters(self) -> list[Mail]:
        gone = {each.target for each in self.mails.values() if each.target is not None}
        return [
            each
            for each in self.mails.values()
            if each.content.get(CHAPTER, {}).get("snapshot") is not None and each.event_id not in gone
        ]

    def _is_elsewhere(self, me: Assistant, contents: Iterable[Content], again: Iterable[Mail]) -> bool:
        """Tell whether nothing is gone for ever when *me* forgets *contents*, and is shown *again* some mails."""
        others = [each for each in self.assistants if each is not me]
        found = {held.content for mail in again for held in mail.operations}
        for mail in [mail for each in others for mail in each.inbox] + [
            mail for each, mail in self._across if each is not me
        ]:
            found.update(held.content for held in mail.operations)
        for each in others:
            found |= each.known.operations.keys()
        reached = [each.ledger.frontier(ROOM) for each in others]
        return all(
            content in found
            or (
                self.contents(content[0]) == 1
                and any(each.get(content[0][0], {}).get(content[0][1], 0) >= content[0][2] for each in reached)
            )
            for content in contents
        )

    async def offer_forged(self, who: int, number: int) -> None:
        """Somebody offers a snapshot that is not what it says; it is refused, and nothing of it stays."""
        me, chapters = self.assistants[who], self._chapters()
        if not chapters:
            return
        file = EncryptedFile.parse(chapters[number % len(chapters)].content[CHAPTER]["snapshot"])
        before = me.cell.image()
        with pytest.raises(Corrupt):
            self.library.open(file, flip=number)
        self.seen["a forged snapshot refused: ciphertext"] += 1
        good = Attachment.unpack(self.library.open(file))
        for flaw in REFUSED if good.header["frontier"] else ():
            with pytest.raises(BadSnapshot, match=f"^{flaw}: "):
                await snapshot_io.read(forge(good, flaw, number).pack(), {ROOM}, keys)
            self.seen[f"a forged snapshot refused: {flaw}"] += 1
        assert me.cell.image() == before

    # The end.

    async def heal(self) -> None:
        """Mend everything as the protocol does it: frontiers, gaps, needs, relays."""
        self.mend()
        quiet = 0
        for number in range(ROUNDS):
            for me in self.assistants:
                me.registrar.wrote(ROOM)
            self.now += HOUR + 1
            for me in self.assistants:
                await self._take(me, [*me.inbox])
            for me in self.assistants:
                await me.tend()
            await self._mend(number)
            quiet = quiet + 1 if not any(me.inbox for me in self.assistants) and self._is_settled() else 0
            if quiet == 2:
                return

    def _is_settled(self) -> bool:
        hashes = {me.ledger.state_hash(ROOM) for me in self.assistants}
        return len(hashes) == 1 and not any(me.ledger.gaps(ROOM) for me in self.assistants)

    async def _mend(self, number: int) -> None:
        """Let who has another state than somebody that holds the same, or a gap that nobody fills, load a snapshot."""
        for me in self.assistants:
            doubts, me.doubts = sorted(me.doubts), set()
            for each in doubts:
                await me.distrust_all_but(each)
                await self._fetch(me, each)
                self.seen["a divergence mended"] += 1
            if me.ledger.gaps(ROOM) and number >= PATIENCE:
                others = [each for each in NAMES if each != me.user_id]
                await self._fetch(me, others[number % 2])
                self.seen["a gap that only a snapshot filled"] += 1

    async def _fetch(self, me: Assistant, author: UserId) -> None:
        await self.assistants[NAMES.index(author)].open_chapter(me.user_id, f"$reconcile-{self.now}")
        chapters = [each for each in self._chapters() if each.sender == author]
        if chapters:
            mail = chapters[-1]
            root = Root(
                mail.event_id, mail.sender, mail.content[CHAPTER]["clock"], 1, mail.content[CHAPTER]["snapshot"]
            )
            await self._load(me, root)

    async def agree(self) -> None:
        """Everybody has the same state, and it is the one that follows from all that was ever said."""
        for number in range(3):
            await self.check(number, 0)
            await self.restart(number, 0, counted=False)
        assert [me.ledger.gaps(ROOM) for me in self.assistants] == [{}, {}, {}], "something is still missing"
        remembered = Known()
        for me in self.assistants:
            remembered.join(me.known)
        told = remembered.state_hash(self.now)
        assert [me.ledger.state_hash(ROOM) for me in self.assistants] == [told] * 3, "they do not agree"
        if not self._uncovers():
            erased = {*self.redacted.values()}
            assert told == reference.state_hash(self.all.values(), erased, self.now), "something has been forgotten"
            self.seen["all that was ever said"] += 1
        for me in self.assistants:
            await self._trails_are_whole(me)
        await self._newcomer_agrees(told)
        self._nothing_erased_is_kept()

    def _uncovers(self) -> bool:
        """Tell whether a lie may have uncovered what snapshots had left out, in good faith: see DESIGN.md."""
        return any(self.contents(held.identity) > 1 for held in self.all.values()) or self._lied

    async def _newcomer_agrees(self, told: str) -> None:
        """A fourth assistant that is told nothing but a snapshot has the same state."""
        writer = self.assistants[len(self.mails) % 3]
        prepared = await snapshot_io.prepare(writer.cell.database, writer.ledger, ROOM, {})
        assert prepared.state_hash == told
        self._spare.put()
        newcomer = Ledger(UserId("@beffroi:dernier.fr"), Signer(b"4" * 32), keys, lambda: self.now)
        loaded = await snapshot_io.read(prepared.packed, {ROOM}, keys)
        async with self._spare.database.begin() as transaction:
            await newcomer.adopt(transaction, ROOM, loaded, writer.user_id)
        assert (newcomer.state_hash(ROOM), newcomer.gaps(ROOM)) == (told, {}), "a newcomer does not agree"

    async def _trails_are_whole(self, me: Assistant) -> None:
        """What the state remembers finds as much of each object as looking through the whole store does."""
        async with me.cell.database.begin() as transaction:
            state = await me.ledger.state(transaction, ROOM)
            held = [each async for each in reading.load(transaction, ROOM)]
            found = await trail(transaction, ROOM, OBJECTS, state)
        counted = [each for each in held if not is_early(_stone(each), self.now)]
        for key in OBJECTS:
            naming = [each for each in counted if key in {(trace.kind, trace.id) for trace in _stone(each).traces}]
            assert len(found[key]) == len(naming), "the history of an object has a hole"

    def _nothing_erased_is_kept(self) -> None:
        erased = {*self.redacted.values()}
        for me in self.assistants:
            kept = {each for each in me.cell.contents() & erased if not self._is_hidden(me, each)}
            assert not kept, "an erased operation is still stored"
        for mail in self._chapters():
            author = self.assistants[NAMES.index(mail.sender)]
            if not author.is_old:
                carried = Attachment.unpack(self.library.open(EncryptedFile.parse(mail.content[CHAPTER]["snapshot"])))
                assert not {held.content for held in carried.operations} & erased, "a chapter carries the erased"

    def _is_hidden(self, me: Assistant, content: Content) -> bool:
        """Tell whether *me* cannot know that *content* was erased: see register/DESIGN.md, "Left open".

        The redaction was lost on its server, or came before what it redacts; and each void that names it stands under
        an identity that has another content too: whoever holds that one does not see that the void is missing.
        """
        brought = False
        for mail in me.read:
            brought = brought or any(held.content == content for held in mail.operations)
            if brought and mail.target is not None and self.redacted.get(mail.target) == content:
                return False
        identity, digest = content
        voids = [
            each
            for each in self.all.values()
            for stone in each.envelope.get("void", ())
            if (each.sender, stone["src"], stone["seq"], stone["digest"]) == (*identity, digest)
        ]
        return bool(voids) and all(self.contents(each.identity) > 1 for each in voids)
