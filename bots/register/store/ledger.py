"""What is received, written and taken back in the registers of rooms: the thin shell around the fold.

Everything here happens inside a caller's transaction.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import Enum, auto

from bots.database.engine import Transaction
from bots.register.format.acceptance import Keys, Speaks, accept, guest_of
from bots.register.format.batch import MAX_VOID_BYTES, check_size, split_voids
from bots.register.format.canonical import check
from bots.register.format.operation import VERSION, Change, Operation, Tombstone, parse
from bots.register.format.signature import Signer, digest_of
from bots.register.replica.bulk import keeping
from bots.register.replica.clock import is_early, tick
from bots.register.replica.snapshot import Loaded
from bots.register.replica.tombstone import tombstone, withdrawal
from bots.register.store import operations as store
from bots.register.store import sequence, snapshot_claims, succession
from bots.register.store.book import Book
from bots.register.store.books import Books, now_ms
from bots.register.store.lineage import ALONE, Lineage
from bots.register.store.operations import StoreResult
from bots.register.store.snapshot_merge import fresh_state, take_in
from bots.register.store.succession import Erasures
from config.identifiers import EventId, RoomId, UserId


class Outcome(Enum):
    """What became of an operation that we received."""

    FOLDED = auto()
    WAITING = auto()
    KNOWN = auto()
    CONFLICT = auto()


class Ledger(Books):
    """Receives, writes and folds the operations of every room that the assistant is in."""

    def __init__(self, author: UserId, signer: Signer, keys: Keys, now_ms: Callable[[], int] = now_ms) -> None:
        super().__init__(author, now_ms)
        self._author = author
        self._signer = signer
        self._keys = keys
        self.lineage: Lineage = ALONE
        """Which rooms count in which."""
        self.speaks: Speaks = lambda _: False
        """Which homeservers' people nobody else acts for."""

    @property
    def keys(self) -> Keys:
        """The register keys of each assistant, from the member list."""
        return self._keys

    async def write(
        self,
        transaction: Transaction,
        room_id: RoomId,
        changes: Sequence[Change],
        *,
        by: UserId,
        behalf: UserId | None = None,
        cause: str | None = None,
        also: Sequence[EventId] = (),
        void: Sequence[Tombstone] = (),
    ) -> Operation:
        """Sign, store and fold an operation of our own; its ``raw`` is what the message must carry.

        Raises :class:`TooLarge`, and writes nothing, when the others would refuse it for its size.
        """
        # Before a number is taken: one that is refused everywhere would be missing for ever.
        check_size(changes)
        split_voids(void, MAX_VOID_BYTES)
        for change in changes:
            check(change.as_json())
        book = await self._book(transaction, room_id)
        src = await self.numbering.source(transaction, room_id)
        seq = await self.numbering.next_seq(transaction, room_id)
        if book.holdings.has(self._author, src, seq):
            # Memory has what a failed transaction took back.
            book = await self._read_again(transaction, room_id)
        now = self._now_ms()
        envelope: dict[str, object] = {
            "v": VERSION,
            "src": src,
            "seq": seq,
            "clock": max([tick(book.state.clock, now), *(each.clock for each in void)]),
            "ts": now,
            "by": by,
        }
        optional: Mapping[str, object] = {
            "for": behalf,
            "cause": cause,
            "also": [*also],
            "ops": [each.as_json() for each in changes],
            "void": [each.as_json() for each in void],
        }
        envelope |= {key: value for key, value in optional.items() if value}
        signed = self._signer.sign(envelope, room_id, self._author)
        operation = parse(signed, room_id, self._author, digest_of(signed, room_id, self._author))
        await store.keep_own(transaction, room_id, operation)
        await self._take(transaction, room_id, book, operation)
        return operation

    async def receive(
        self,
        transaction: Transaction,
        room_id: RoomId,
        raw: object,
        sender: UserId,
        event_id: EventId | None,
        *,
        signed_for: RoomId | None = None,
    ) -> tuple[Outcome, Operation]:
        """Check, store and fold an operation of anybody's; raise ``Rejected`` when it does not count.

        *signed_for*: the room that this one was upgraded from, for which it was written.
        """
        operation = accept(raw, signed_for or room_id, sender, self._keys)
        book = await self._book(transaction, room_id)
        # What we hold we wrote: nearly always it is our own message coming back.
        if sender == self._author and not book.holdings.has(*operation.identity):
            book.former = None
            await self.numbering.meet_own(transaction, operation)
        if operation.identity in book.voided and not operation.void:
            return Outcome.KNOWN, operation
        kept = await store.keep(transaction, room_id, operation, event_id)
        if kept in (StoreResult.REPEATED, StoreResult.ERASED):
            return Outcome.KNOWN, operation
        if kept is StoreResult.OUTRANKED:
            return Outcome.CONFLICT, operation
        if kept is StoreResult.REPLACED:
            await self._read_again(transaction, room_id)
            return Outcome.CONFLICT, operation
        outcome = await self._take(transaction, room_id, book, operation)
        return Outcome.CONFLICT if kept is StoreResult.BESIDE else outcome, operation

    async def _take(self, transaction: Transaction, room_id: RoomId, book: Book, operation: Operation) -> Outcome:
        book.holdings.note(*operation.identity)
        if is_early(operation, self._now_ms()):
            book.waiting[operation.identity, operation.digest] = operation
            return Outcome.WAITING
        erased = [await store.erase(transaction, room_id, operation.sender, stone) for stone in operation.void]
        if any(erased):
            await self._read_again(transaction, room_id)
        else:
            book.apply(operation)
        return Outcome.FOLDED

    async def erase(self, transaction: Transaction, room_id: RoomId, operation: Operation) -> None:
        """Erase an operation whose event was redacted: nothing of its values stays, here or in memory."""
        await store.erase(transaction, room_id, operation.sender, tombstone(operation))
        await self._read_again(transaction, room_id)

    def is_served(self, room_id: RoomId, cause: str, behalf: UserId) -> bool:
        """Tell whether another assistant has already done for *behalf*, a guest, what *cause* asks.

        What anybody names as its cause binds nobody else's people.
        """
        if self.speaks(behalf.server):
            return False
        book = self._books.get(room_id)
        served = book.served.get(cause, ()) if book else ()
        return any(each.behalf == behalf and each.identity[0] != self._author for each in served)

    async def was_done(self, transaction: Transaction, room_id: RoomId, cause: str) -> bool:
        """Tell whether we did what *cause* asks before our store went back in time (a restored backup)."""
        book = await self._book(transaction, room_id)
        if book.former is None:
            src = await self.numbering.source(transaction, room_id)
            book.former = await sequence.former_causes(transaction, room_id, self._author, src)
        return cause in book.former

    async def withdraw_repeats(
        self, transaction: Transaction, room_id: RoomId, other: Operation
    ) -> list[tuple[Operation, Operation]]:
        """Take back what we did for a guest when *other*, an earlier operation of another assistant, did the same.

        Returns what was withdrawn, each with the void to publish. It counts as never written, so that what *other*
        and those after it wrote stands. FORMAT.md §8.
        """
        guest = guest_of(other, self.speaks)
        book = await self._book(transaction, room_id)
        order = (other.clock, str(other.sender), other.src, other.seq)
        objects = {(each.kind, each.id) for each in other.changes}
        repeats = [
            each.identity
            for each in book.served.get(other.cause or "", ())
            if each.identity[0] == self._author != other.sender
            and each.behalf == guest
            and each.order > order
            and each.objects & objects
        ]
        withdrawn: list[tuple[Operation, Operation]] = []
        for identity in repeats:
            own = await store.find(transaction, room_id, identity)
            if own is None:
                continue
            withdrawn.append((own, await self.withdraw(transaction, room_id, own)))
        return withdrawn

    async def withdraw(self, transaction: Transaction, room_id: RoomId, own: Operation) -> Operation:
        """Take back an operation of our own as if it had never been written; return the void to publish."""
        stone = withdrawal(own)
        await store.erase(transaction, room_id, own.sender, stone)
        self.forget(room_id)
        return await self.write(transaction, room_id, [], by=self._author, cause=own.cause, void=[stone])

    async def hear(self, transaction: Transaction, room_id: RoomId, frontier: Mapping[str, Mapping[str, int]]) -> None:
        """Note what another assistant says exists, where the member list knows its author."""
        book = await self._book(transaction, room_id)
        for sender, src, seq in _listed(frontier, self._keys):
            if seq > book.holdings.last(sender, src):
                book.holdings.hear({sender: {src: seq}})
                await store.hear(transaction, room_id, sender, src, seq)
                await self.numbering.hear_own(transaction, room_id, sender, src, seq)

    async def go_without(self, transaction: Transaction, room_id: RoomId) -> None:
        """Note, on our own word, that nobody has what we miss of a room: it is no gap any more.

        Whoever does have it shows another hash for the same frontier; then our word is dropped like anybody's.
        """
        missing = self.gaps(room_id)
        if missing:
            covered: dict[str, dict[str, int]] = {}
            for (sender, src), ranges in missing.items():
                covered.setdefault(sender, {})[src] = ranges[-1][1]
            await snapshot_claims.cover(transaction, room_id, covered, self._author)
            await self._read_again(transaction, room_id)

    async def adopt(
        self, transaction: Transaction, room_id: RoomId, loaded: Loaded, witness: UserId
    ) -> list[Operation]:
        """Take in a checked snapshot that *witness* made: what we held and what it brings are one room now.

        Returns what we hold under identities of which it carries another content that counts less.
        """
        rooms = (room_id, *self.lineage.before(room_id))
        own = {each: await self.numbering.source(transaction, each) for each in rooms}
        mine = [each for each in loaded.records if each.sender == self._author and each.src == own.get(each.room_id)]
        last = {each: await sequence.last_own_seq(transaction, each) for each in {one.room_id for one in mine}}
        if any(each.seq > last[each.room_id] for each in mine):
            await self.numbering.renew(transaction)
            own = {each: await self.numbering.source(transaction, each) for each in rooms}
        sources = {(self._author, src) for src in own.values()}
        now = self._now_ms()
        held = (await self._book(transaction, room_id)).holdings.frontier()
        taken = await take_in(transaction, room_id, loaded, witness, sources, now, held)
        state = fresh_state(loaded, now) if taken.fresh else None
        if state is None:
            with keeping():
                await self._read_again(transaction, room_id)
            return taken.outranking
        book = self._books[room_id] = Book(state, voided={*taken.voided}, hash=loaded.hash)
        for identity in [*taken.voided, *(each.identity for each in [*loaded.records, *taken.doubtful])]:
            book.holdings.note(*identity)
        for guest in taken.guests:
            book.serve(guest)
        book.holdings.cover(await snapshot_claims.covered(transaction, room_id))
        book.holdings.hear(await store.heard(transaction, room_id))
        return taken.outranking

    async def distrust(self, transaction: Transaction, room_id: RoomId, witness: UserId) -> None:
        """Drop what we hold by *witness*'s word alone: there may be gaps afterwards."""
        await snapshot_claims.distrust(transaction, room_id, witness)
        await self._read_again(transaction, room_id)

    async def carry(self, transaction: Transaction, old: RoomId, new: RoomId) -> Erasures | None:
        """Take into *new* all that we hold of *old*, which it was upgraded from: the union, however often it is done.

        Returns what either had still held and the other had erased; None when there was nothing new.
        """
        carried = await succession.carry(transaction, old, new)
        if carried is not None:
            if carried.left:
                self.forget(old)
            with keeping():
                await self._read_again(transaction, new)
        return carried


def _listed(frontier: Mapping[str, Mapping[str, int]], keys: Keys) -> Iterator[tuple[str, str, int]]:
    for sender, sources in frontier.items():
        if keys(UserId(sender)):
            for src, seq in sources.items():
                yield sender, src, seq
