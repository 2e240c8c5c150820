"""One room's register in memory, and how it is read from the store: a thin shell around the fold."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bots.database.engine import Transaction
from bots.register.format.frontier import Holdings, Source
from bots.register.format.operation import Identity, Operation, Tombstone
from bots.register.replica.clock import AHEAD_MS, is_early
from bots.register.replica.fold import StateHash
from bots.register.replica.selection import Content
from bots.register.replica.state import State
from bots.register.store import operations as store
from bots.register.store import reading, snapshot_claims
from config.identifiers import RoomId, UserId


@dataclass(frozen=True, slots=True)
class Service:
    """An operation done for somebody whose homeserver has no assistant: where it stands, and what it is about."""

    order: tuple[int, str, str, int]
    behalf: UserId
    objects: frozenset[tuple[str, str]]

    @property
    def identity(self) -> Identity:
        """The name of the operation."""
        _, sender, src, seq = self.order
        return UserId(sender), src, seq


@dataclass(slots=True)
class Book:
    """One room's register."""

    state: State = field(default_factory=State)
    holdings: Holdings = field(default_factory=Holdings)
    waiting: dict[Content, Operation | Tombstone] = field(default_factory=dict)
    voided: set[Identity] = field(default_factory=set)
    """What folded voids name."""
    hash: StateHash = field(default_factory=StateHash)
    served: dict[str, list[Service]] = field(default_factory=dict)
    former: frozenset[str] | None = None
    """What we answered before our store went back in time, by its cause; None until somebody asks."""

    def apply(self, operation: Operation) -> None:
        """Fold *operation*; remember by its cause what was done for a guest."""
        self.state.apply(operation)
        self.voided.update((operation.sender, stone.src, stone.seq) for stone in operation.void)
        self.serve(operation)

    def read(self, operation: Operation, now_ms: int) -> tuple[Operation, ...]:
        """Fold what the store held, or let it wait for its time; return it if it voids others now."""
        if is_early(operation, now_ms):
            self.waiting[operation.identity, operation.digest] = operation
            return ()
        self.apply(operation)
        return (operation,) if operation.void else ()

    def serve(self, operation: Operation) -> None:
        """Remember by its cause what was done for a guest."""
        if operation.behalf is not None and operation.cause is not None:
            order = (operation.clock, str(operation.sender), operation.src, operation.seq)
            objects = frozenset((each.kind, each.id) for each in operation.changes)
            self.served.setdefault(operation.cause, []).append(Service(order, operation.behalf, objects))


async def read_book(transaction: Transaction, room_id: RoomId, now_ms: int) -> Book:
    """Fold a room from the store, as ``fold`` does: what its author has voided is never folded (FORMAT.md §8).

    Operations that are dated too far ahead of *now_ms* wait.
    """
    book = Book()
    erased: dict[Identity, Tombstone] = {}
    voids: list[Operation] = []
    held: dict[Source, list[int]] = defaultdict(list)
    latest = now_ms + AHEAD_MS
    async for rows in reading.load_rows(transaction, room_id):
        plain: list[tuple[str, str, Mapping[str, Any]]] = []
        for row, wire in rows:
            sender, digest, whole, _, _ = row
            if not whole:
                each = reading.erased_of(row, wire)
                erased[each.sender, each.stone.src, each.stone.seq] = each.stone
                continue
            held[sender, wire["src"]].append(wire["seq"])
            if "for" not in wire and wire["clock"] <= latest and wire.get("ops"):
                plain.append((sender, digest, wire))
            else:
                voids += book.read(reading.operation_of(row, wire, room_id), now_ms)
        # What nearly all are: nothing but changes, so no more is made of them on the way.
        book.state.adopt(plain)
    for source, seqs in held.items():
        _note(book.holdings, source, seqs)
    async for void in reading.load_beside(transaction, room_id):
        book.holdings.note(*void.identity)
        voids += book.read(void, now_ms)
    voided = {(void.sender, stone.src, stone.seq): stone for void in voids for stone in void.void}
    # A void that waited for its time, or that took another content's place, comes to this only now.
    late = [identity for identity in voided if identity not in erased]
    settled = [await store.erase(transaction, room_id, UserId(each[0]), voided[each]) for each in late]
    if any(settled):
        return await read_book(transaction, room_id, now_ms)
    for identity, stone in erased.items():
        book.holdings.note(*identity)
        if identity in voided:
            continue
        if is_early(stone, now_ms):
            book.waiting[identity, stone.digest] = stone
        else:
            book.state.erase(UserId(identity[0]), stone)
    # Before what is heard: what a snapshot stands for is no gap.
    book.holdings.cover(await snapshot_claims.covered(transaction, room_id))
    book.holdings.hear(await store.heard(transaction, room_id))
    return book


def _note(holdings: Holdings, source: Source, seqs: list[int]) -> None:
    """Note that all of *seqs*, each of them once, are held."""
    sender, src = source
    if max(seqs) == len(seqs):
        holdings.cover({sender: {src: len(seqs)}})
        return
    for seq in seqs:
        holdings.note(sender, src, seq)
