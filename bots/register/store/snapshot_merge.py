"""What a checked snapshot adds to the store of a room: loading is a union (FORMAT.md §10)."""

import json
from collections.abc import AsyncIterator, Collection, Iterable, Iterator
from dataclasses import dataclass

from bots.database.engine import Transaction
from bots.register.format.frontier import Frontier, Source
from bots.register.format.operation import Identity, Operation, restore
from bots.register.replica.clock import AHEAD_MS, is_early
from bots.register.replica.selection import GUEST, Record
from bots.register.replica.snapshot import Loaded
from bots.register.replica.state import State
from bots.register.store import operations as store
from bots.register.store import snapshot_claims
from bots.register.store.operations import StoreResult
from config.identifiers import RoomId, UserId


@dataclass(frozen=True, slots=True)
class MergeResult:
    """What taking a snapshot in has done."""

    fresh: bool
    """Nothing was held before."""
    doubtful: tuple[Record, ...]
    """The tombstones that rest on the witness's word."""
    outranking: list[Operation]
    """What we hold under an identity of which the snapshot has another content, that counts less."""
    guests: tuple[Operation, ...]
    """What was done for guests."""
    voided: frozenset[Identity]
    """What the voids in it name."""


async def take_in(
    transaction: Transaction,
    room_id: RoomId,
    loaded: Loaded,
    witness: UserId,
    own: Collection[Source],
    now_ms: int,
    frontier: Frontier,
) -> MergeResult:
    """Store what *loaded* brings.

    *own* are our sources, of which nobody else's word tells us anything; *frontier* is what we hold ourselves.
    """
    held = await snapshot_claims.digests(transaction, room_id)
    new: dict[Identity, Record] = {}
    other: list[Record] = []
    for record in loaded.records:
        # Of two voids under one identity the second goes the ordinary way.
        if record.identity not in held and new.setdefault(record.identity, record) is record:
            continue
        if held.get(record.identity) != record.digest:
            other.append(record)
    await snapshot_claims.keep_all(transaction, room_id, [*new.values()])
    outranking = [each async for each in _settle(transaction, room_id, other)]
    voided: set[Identity] = set()
    for void in _restored(each for each in loaded.records if '"void":[' in str(each.envelope)):
        if not is_early(void, now_ms):
            for stone in void.void:
                voided.add((void.sender, stone.src, stone.seq))
                await store.erase(transaction, room_id, void.sender, stone)
    doubtful = tuple(
        Record.of_erased(room_id, each.sender, each.stone)
        for each in loaded.doubtful
        if (each.sender, each.stone.src) not in own
    )
    await snapshot_claims.doubt(transaction, room_id, doubtful, witness)
    await snapshot_claims.cover(transaction, room_id, _beyond(loaded.header.frontier, frontier), witness)
    guests = tuple(_restored(each for each in loaded.records if GUEST in str(each.envelope)))
    return MergeResult(not held, doubtful, outranking, guests, frozenset(voided))


def _beyond(theirs: Frontier, ours: Frontier) -> dict[str, dict[str, int]]:
    """Return the part of *theirs* that we do not hold ourselves: only that rests on its writer's word."""
    return {
        sender: {src: seq for src, seq in sources.items() if seq > ours.get(sender, {}).get(src, 0)}
        for sender, sources in theirs.items()
    }


def fresh_state(loaded: Loaded, now_ms: int) -> State | None:
    """Return the state of a room of which nothing was held before, None when it must be folded anew."""
    if loaded.early or any(each.early for each in loaded.doubtful) or loaded.header.clock > now_ms + AHEAD_MS:
        return None
    return loaded.state


async def _settle(transaction: Transaction, room_id: RoomId, records: Iterable[Record]) -> AsyncIterator[Operation]:
    for restored in _restored(records):
        if await store.keep(transaction, room_id, restored, None) in (StoreResult.OUTRANKED, StoreResult.BESIDE):
            sender, src, seq = restored.identity
            for ours in await store.between(transaction, room_id, sender, src, seq, seq):
                if ours.digest != restored.digest:
                    yield ours


def _restored(records: Iterable[Record]) -> Iterator[Operation]:
    for record in records:
        yield restore(json.loads(str(record.envelope)), record.room_id, record.sender, record.digest)
