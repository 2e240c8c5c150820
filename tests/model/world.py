"""Three assistants over real stores, and a federation between them that loses, repeats, reorders, cuts and redacts.

What it does is a function of the steps alone: the clock stands still unless a step moves it, and sources are counted.
"""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import StaticPool

from bots.assistant.registrar import Registrar
from bots.database.embedded import Connection
from bots.database.engine import Database, Transaction
from bots.matrix.events import Event, Member, Outgoing, OutgoingRedaction, Room
from bots.matrix.port import Edge
from bots.register import store
from bots.register.fold import state_hash
from bots.register.ledger import Ledger
from bots.register.operation import Change, Operation, Tombstone
from bots.register.signature import Signer
from bots.register.state import tombstone
from bots.register.wire import OPS, SIGNAL, Signal, signal_content, split_relay
from config.identifiers import EventId, RoomId, UserId
from tests.model import reference
from tests.model.reference import Held, Identity

ROOM = RoomId("!salle")
NAMES = tuple(UserId(f"@beffroi:{each}.fr") for each in ("arbre", "bourg", "chemin"))
SIGNERS = {each: Signer(bytes([number + 1] * 32)) for number, each in enumerate(NAMES)}
OBJECTS = tuple(
    (kind, f"00000000-0000-5000-8000-00000000000{number}") for kind in ("task", "later.kind") for number in range(2)
)
START = 1_795_431_600_000
HOUR = 3_600_000


def keys(sender: UserId) -> tuple[str, ...]:
    """What the member list says."""
    return (SIGNERS[sender].public_key,) if sender in SIGNERS else ()


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

    @property
    def operations(self) -> list[Held]:
        """What it carries, whoever reads it."""
        if OPS in self.content:
            return [Held(ROOM, self.sender, self.content[OPS])]
        return [Held(each["room"], each["sender"], each["ops"]) for each in self.content.get("relay", [])]


class SimulatedEdge:
    """Of an edge, what the registrar uses: messages leave when their transaction is committed."""

    def __init__(self, user_id: UserId) -> None:
        self.user_id = user_id
        self.pending: list[Outgoing] = []
        self._room = Room(ROOM, True, {each: Member(each, "join") for each in NAMES})

    async def enqueue(self, message: Outgoing | OutgoingRedaction, transaction: Transaction) -> None:
        assert isinstance(message, Outgoing)
        self.pending.append(message)

    def room(self, room_id: RoomId) -> Room | None:
        return self._room if room_id == ROOM else None


@dataclass(slots=True)
class Known:
    """What an assistant has been told so far: by FORMAT.md its state follows from this and the time."""

    operations: dict[tuple[Identity, str], Held] = field(default_factory=dict)
    erased: set[Identity] = field(default_factory=set)

    def copy(self) -> "Known":
        return Known(dict(self.operations), set(self.erased))

    def learn(self, held: Held) -> None:
        self.operations.setdefault((held.identity, held.digest), held)


@dataclass(slots=True)
class Backup:
    """A copy of a store, and how far its assistant had read."""

    image: bytes
    read: int
    known: Known


class _Connection(Connection):
    """A memory has no disk to wait for, so nothing is worth a thread here."""

    async def wait_for(self, work: Callable[[], Any]) -> Any:
        return work()


class Cell:
    """An SQLite database in memory, emptied and put back at the price of copying some pages."""

    def __init__(self, connection: _Connection) -> None:
        async def connect(*_: Any, **__: Any) -> _Connection:
            return connection

        engine = create_async_engine(
            "sqlite+aiosqlite://", poolclass=StaticPool, connect_args={"async_creator_fn": connect}
        )
        event.listen(engine.sync_engine, "begin", lambda one: one.exec_driver_sql("BEGIN IMMEDIATE"))
        self.database, self._raw, self._empty = Database(engine), connection.raw, b""

    @classmethod
    async def make(cls, schema: Callable[[Any], None]) -> "Cell":
        """Make an empty store with the tables of *schema*."""
        cell = cls(_Connection(":memory:"))
        async with cell.database.engine.begin() as connection:
            await connection.run_sync(schema)
        cell._empty = cell.image()
        return cell

    def image(self) -> bytes:
        return self._raw.serialize()

    def put(self, image: bytes | None = None) -> None:
        self._raw.deserialize(image or self._empty)

    def values(self) -> str:
        """Everything that the store holds in words."""
        rows = self._raw.execute("SELECT sender, src, seq, coalesce(envelope, tombstone) FROM register_operation")
        return repr(rows.fetchall())


class Assistant:
    """One assistant: its store, its ledger and registrar, and what its homeserver has for it."""

    def __init__(
        self, user_id: UserId, cell: Cell, now_ms: Callable[[], int], send: Callable[[Outgoing], None]
    ) -> None:
        self.user_id, self.cell, self._now_ms, self._send = user_id, cell, now_ms, send
        self.inbox: list[Mail] = []
        self.read: list[Mail] = []
        self.gone: set[EventId] = set()
        self.known = Known()
        self.edge = SimulatedEdge(user_id)
        cell.put()
        self.backup = Backup(cell.image(), 0, Known())
        self.start()

    def start(self) -> None:
        """Begin with an empty memory."""
        self.ledger = Ledger(self.user_id, SIGNERS[self.user_id], keys, self._now_ms)
        edge: Edge = self.edge  # type: ignore[assignment] # a part of one is enough here
        self.registrar = Registrar(self.ledger, edge, lambda: NAMES, self._now_ms)

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
        pending, self.edge.pending[:] = [*self.edge.pending], []
        for each in pending:
            self._send(each)

    async def receive(self, transaction: Transaction, mail: Mail) -> None:
        """Take one event."""
        if mail.target is not None:
            operation = await store.find_by_event(transaction, ROOM, mail.target)
            if await self.registrar.erase(ROOM, mail.target, mail.sender, transaction):
                assert operation is not None
                self.known.erased.add(operation.identity)
                self._learn_pending()
            return
        if mail.event_id in self.gone:
            return
        shown = Event(ROOM, mail.event_id, mail.sender, mail.type, mail.content, 0)
        await self.registrar.hear(shown, transaction)
        for each in mail.operations:
            if mail.sender != self.user_id or each.sender == self.user_id:
                self.known.learn(each)

    def _learn_pending(self) -> None:
        for each in self.edge.pending:
            for held in Mail(EventId("$unsent"), self.user_id, each.type, dict(each.content)).operations:
                self.known.learn(held)

    async def write(self, transaction: Transaction, changes: list[Change]) -> Operation:
        """Write an operation and the message that carries it."""
        operation = await self.ledger.write(transaction, ROOM, changes, by=UserId(f"@dgs:{self.user_id.server}"))
        self.registrar.wrote(ROOM)
        content = {"msgtype": "m.notice", "body": "", OPS: dict(operation.raw)}
        txn = f"{operation.src} {operation.seq} {operation.digest}"
        await self.edge.enqueue(Outgoing(ROOM, txn, "m.room.message", content), transaction)
        self._learn_pending()
        return operation

    async def void(self, transaction: Transaction, stones: list[Tombstone]) -> None:
        """Write a void of one's own, as a withdrawal does."""
        operation = await self.ledger.write(transaction, ROOM, [], by=self.user_id, void=stones)
        self.registrar.wrote(ROOM)
        content = signal_content(Signal(relay=split_relay([operation])[0]))
        await self.edge.enqueue(Outgoing(ROOM, f"void {operation.digest}", SIGNAL, content), transaction)
        self._learn_pending()

    async def tend(self) -> None:
        """Do what is due."""
        if self.registrar.due():
            await self.act(lambda transaction: self.registrar.tend(ROOM, transaction))

    def sums(self) -> tuple[Any, ...]:
        """What a restart must not change."""
        ledger = self.ledger
        return ledger.state_hash(ROOM), ledger.frontier(ROOM), ledger.gaps(ROOM), ledger.waiting(ROOM)

    def expected(self) -> str:
        """What the reference model makes of what this assistant has been told."""
        return reference.state_hash(self.known.operations.values(), self.known.erased, self._now_ms())


class World:
    """The federation; each public coroutine is a step that one history may take."""

    def __init__(self, cells: list[Cell]) -> None:
        self.now = START
        self.seen: Counter[str] = Counter()
        self.assistants = [
            Assistant(name, cell, lambda: self.now, lambda message, name=name: self.post(name, message))  # type: ignore[misc]
            for name, cell in zip(NAMES, cells, strict=True)
        ]
        self.mails: dict[EventId, Mail] = {}
        self.all: dict[tuple[Identity, str], Held] = {}
        self.redacted: dict[EventId, Identity] = {}
        self._unhandled: set[EventId] = set()
        self._lost: list[tuple[Assistant, Mail]] = []
        self._cut: int | None = None
        self._across: list[tuple[Assistant, Mail]] = []
        self._txns: set[tuple[UserId, str]] = set()
        self._numbers = count(1)
        self._forged: Counter[str] = Counter()

    # The federation.

    def post(self, sender: UserId, message: Outgoing) -> None:
        """Send what an assistant enqueued; a homeserver takes a transaction id once."""
        if (sender, message.txn) in self._txns:
            self.seen["transaction repeated"] += 1
            return
        self._txns.add((sender, message.txn))
        self.emit(sender, message.type, dict(message.content))

    def emit(self, sender: UserId, kind: str, content: dict[str, Any], target: EventId | None = None) -> Mail:
        """Put an event into the room."""
        mail = Mail(EventId(f"${next(self._numbers)}"), sender, kind, content, target)
        self.mails[mail.event_id] = mail
        for held in mail.operations:
            self.all.setdefault((held.identity, held.digest), held)
        origin = NAMES.index(sender)
        for number, each in enumerate(self.assistants):
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
        jump = (1_000, 3_500, 6_000, 700_000)[number % 4]
        self.now += jump
        self.seen["time"] += 1
        if jump > reference.AHEAD_MS:
            await self.check(who, number)

    async def write(self, who: int, number: int, *, fail: bool = False) -> None:
        """Somebody does something."""
        me = self.assistants[who]

        async def work(transaction: Transaction) -> None:
            await me.write(transaction, self._changes(me, Random(number)))

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
        before = Counter(me.registrar.rejected)

        async def work(transaction: Transaction) -> None:
            for mail in batch:
                await me.receive(transaction, mail)

        await me.act(work, fail=fail)
        if fail:
            return
        self.seen["conflict"] += me.registrar.rejected["conflict"] > before["conflict"]
        # Two who hold the same identities differ for a while when one saw another content, or a redaction, first.
        assert me.registrar.rejected.keys() <= {"conflict", "diverged"}, me.registrar.rejected
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
            self._lost.append((me, mail))
            self.seen["loss"] += 1

    def _must_arrive(self, me: Assistant, mail: Mail) -> bool:
        """Tell what nothing would mend: see DESIGN.md, "How it is tried"."""
        return mail.target is not None and self.mails[mail.target].sender == me.user_id

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
        assert me.sums() == before
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
        step = (self.write, self.deliver, self.withdraw)[number % 3]
        await step(who, number, fail=True)
        self.seen["rollback"] += 1
        if number % 7 == 0:
            await self.restart(who, number)

    async def back_up(self, who: int, number: int) -> None:
        """The store is copied."""
        me = self.assistants[who]
        me.backup = Backup(me.cell.image(), len(me.read), me.known.copy())

    async def restore(self, who: int, number: int) -> None:
        """The copy is put back; what the assistant had read since, its homeserver shows it again."""
        me = self.assistants[who]
        own_unhandled = any(self.mails[each].sender == me.user_id for each in self._unhandled)
        if own_unhandled or len(me.read) == me.backup.read:
            return
        forgotten = me.known.operations.keys() - me.backup.known.operations.keys()
        me.cell.put(me.backup.image)
        me.known = me.backup.known.copy()
        again, me.read = me.read[me.backup.read :], me.read[: me.backup.read]
        me.inbox = [*again, *me.inbox]
        me.edge.pending.clear()
        me.start()
        self.seen["restored"] += 1
        own = [self.all[each] for each in forgotten if self.all[each].sender == me.user_id]
        self.seen["restored without an own operation"] += bool(own)
        if any("void" in each.envelope for each in own):
            await self._take(me, self._own(me))

    def _own(self, me: Assistant) -> list[Mail]:
        """What a restored assistant reads before it writes a void, or after it has lost one.

        A void that is outranked under its identity has erased all the same: see DESIGN.md, "How it is tried".
        """
        return [each for each in me.inbox if each.sender == me.user_id and each.target is None]

    async def redact(self, who: int, number: int) -> None:
        """Somebody redacts a message: its author's own, or a moderator anybody's."""
        can = [
            each
            for author in self.assistants
            for each in author.read
            if each.sender == author.user_id and OPS in each.content and each.event_id not in self.redacted
        ]
        repeated = [each for each in can if self.contents(each.operations[0].identity) > 1]
        can = repeated if repeated and number % 3 == 0 else can
        if not can:
            return
        mail = can[number % len(can)]
        author = self.assistants[NAMES.index(mail.sender)]
        await self._take(author, self._own(author))
        async with author.cell.database.begin() as transaction:
            held = await store.find_by_event(transaction, ROOM, mail.event_id)
        if held is None:
            return
        identity = held.identity
        by = self.assistants[who]
        self.seen["redaction by its author" if by is author else "redaction by a moderator"] += 1
        self.redacted[mail.event_id] = identity
        self._unhandled.add(mail.event_id)
        self.emit(by.user_id, "m.room.redaction", {}, mail.event_id)
        if self.contents(identity) > 1:
            # The author says at once which identity it erases: see DESIGN.md.
            self.seen["redaction of a repeated identity"] += 1
            self._across = [one for one in self._across if one[0] is not author or one[1].target != mail.event_id]
            author.inbox = [one for one in author.inbox if one.target != mail.event_id]
            redaction = next(one for one in self.mails.values() if one.target == mail.event_id)
            await self._take(author, [redaction])

    async def withdraw(self, who: int, number: int, *, fail: bool = False) -> None:
        """An author declares operations of its own void: as never written, or with some traces of them."""
        me = self.assistants[who]
        await self._take(me, self._own(me))
        async with me.cell.database.begin() as transaction:
            own = [
                each
                async for each in store.load(transaction, ROOM)
                if isinstance(each, Operation) and each.sender == me.user_id and not each.void
            ]
        own = [each for each in own if not any(self.redacted[one] == each.identity for one in self._unhandled)]
        if not own:
            return
        own.sort(key=lambda each: (each.src, each.seq))
        chosen = own[number % len(own)]
        stone = tombstone(chosen)
        kept = (0, 0, 1, 2)[number % 4]
        stone = Tombstone(stone.src, stone.seq, stone.clock, stone.digest, stone.traces[:kept])
        await me.act(lambda transaction: me.void(transaction, [stone]), fail=fail)
        self.seen["withdrawal" if not stone.traces else "void"] += not fail

    async def forge(self, who: int, number: int) -> None:
        """Another implementation writes, under a source of its own: dated ahead, with verbs and keys that we lack."""
        me = self.assistants[who]
        src = f"forged-{number % 2}"
        ahead = (1, 599_000, 600_001, 900_000, 1_700_000)[number % 5]
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
            if each.sender == me.user_id
            and "ops" in each.envelope
            and not any(self.redacted[one] == each.identity for one in self._unhandled)
        ]
        if own:
            dice = Random(number)
            held = own[number % len(own)]
            clock = held.envelope["clock"] + dice.choice((0, 0, 1))
            changes = [each.as_json() for each in self._changes(me, dice)]
            self._sign(me, {**held.envelope, "clock": clock, "ops": changes})
            self.seen["equivocation"] += 1

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

    # The end.

    async def heal(self) -> None:
        """Mend everything as the protocol does it: frontiers, gaps, needs, relays."""
        self.mend()
        for me, mail in self._lost:
            # Which of two contents counts can only be known where both were seen.
            if any(self.contents(held.identity) > 1 for held in mail.operations if OPS in mail.content):
                me.inbox.append(mail)
        for me in self.assistants:
            me.registrar.wrote(ROOM)
        for _ in range(16):
            self.now += HOUR + 1
            for me in self.assistants:
                await self._take(me, [*me.inbox])
            for me in self.assistants:
                await me.tend()
            quiet = not any(me.inbox for me in self.assistants)
            if quiet and not any(me.ledger.gaps(ROOM) for me in self.assistants):
                return
        return

    async def agree(self) -> None:
        """Everybody has the same state, and it is the one that follows from all that was ever said."""
        for number in range(3):
            await self.check(number, 0)
            await self.restart(number, 0, counted=False)
        assert [me.ledger.gaps(ROOM) for me in self.assistants] == [{}, {}, {}], "something is still missing"
        told = reference.state_hash(self.all.values(), self.redacted.values(), self.now)
        assert [me.ledger.state_hash(ROOM) for me in self.assistants] == [told] * 3, "they do not agree"
        self._nothing_erased_is_kept()

    def _nothing_erased_is_kept(self) -> None:
        erased = {*self.redacted.values()}
        for me in self.assistants:
            text = me.cell.values()
            for sender, src, seq in erased:
                assert f"('{sender}', '{src}', {seq}, '{{\"by\"" not in text, "an erased operation is still stored"
