"""The register on disk: operations as they were signed. Everything else is folded from them."""

import json
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from orjson import loads
from sqlalchemy import RowMapping, select, text, update

from bots.database.engine import Transaction, insert
from bots.database.gathering import put
from bots.register.format.canonical import encode
from bots.register.format.operation import Identity, Operation, Tombstone, restore
from bots.register.store import tables
from bots.register.store.reading import besides, restored
from config.identifiers import EventId, RoomId, UserId

_MOST = 500
KEEP = text(
    "INSERT INTO register_operation (room_id, sender, src, seq, digest, clock, event_id, origin_room, envelope)"
    " VALUES (:room_id, :sender, :src, :seq, :digest, :clock, :event_id, :origin_room, :envelope)"
    " ON CONFLICT DO NOTHING"
)
"""Stores an operation unless its identity is taken."""
_NAME_EVENT = text(
    "UPDATE register_operation SET event_id = :event_id"
    " WHERE room_id = :room_id AND sender = :sender AND src = :src AND seq = :seq"
)
_SPOIL = text(
    "UPDATE register_chapter SET stale = 1"
    " WHERE room_id = :room_id AND snapshot IS NOT NULL AND (clock >= :clock OR early = 1)"
)
_CARRIERS = text(
    "SELECT event_id, clock, envelope LIKE '%\"void\":[%' AS voids,"
    " CASE WHEN envelope LIKE '%\"void\":[%' THEN envelope END AS envelope"
    " FROM register_operation WHERE room_id = :room_id AND event_id IS NOT NULL AND envelope IS NOT NULL"
    " ORDER BY clock DESC, event_id"
)


class StoreResult(Enum):
    """What became of an operation that was given to the store."""

    NEW = auto()
    REPEATED = auto()
    ERASED = auto()
    REPLACED = auto()
    """Another content stood under this identity; this one has the smaller digest and takes its place."""
    OUTRANKED = auto()
    """Another content stands under this identity, with the smaller digest; or a void does."""
    BESIDE = auto()
    """Another void stands under this identity: both count."""


@dataclass(frozen=True, slots=True)
class Carrier:
    """An event that brought an operation which we hold, and that one's clock."""

    event_id: EventId
    clock: int


async def keep(
    transaction: Transaction, room_id: RoomId, operation: Operation, event_id: EventId | None
) -> StoreResult:
    """Store *operation* unless its identity is taken; say what became of it."""
    row = {**_row(room_id, operation), "event_id": event_id}
    if (await transaction.execute(KEEP, row)).rowcount:
        return StoreResult.NEW
    return await _meet(transaction, room_id, operation, event_id)


async def keep_own(transaction: Transaction, room_id: RoomId, operation: Operation) -> None:
    """Store an operation whose number was taken in this transaction: nobody else can have its identity."""
    await put(transaction, KEEP, {**_row(room_id, operation), "event_id": None})


async def _meet(
    transaction: Transaction, room_id: RoomId, operation: Operation, event_id: EventId | None
) -> StoreResult:
    """Decide between two contents of one identity, by what they are alone (FORMAT.md §5)."""
    column = tables.operation.c
    same = _is(room_id, operation.identity)
    row = select(column.digest, column.event_id, column.envelope).where(same)
    held = (await transaction.execute(row)).one()
    if held.digest == operation.digest and held.envelope is not None:
        if held.event_id is None and event_id is not None:
            await transaction.execute(update(tables.operation).where(same).values(event_id=event_id))
        return StoreResult.REPEATED
    if held.envelope is not None and _is_void(held.envelope):
        return await _keep_beside(transaction, room_id, operation) if operation.void else StoreResult.OUTRANKED
    if not operation.void and held.digest <= operation.digest:
        return StoreResult.ERASED if held.envelope is None else StoreResult.OUTRANKED
    await transaction.execute(
        update(tables.operation)
        .where(same)
        .values(
            digest=operation.digest,
            clock=operation.clock,
            event_id=event_id,
            origin_room=operation.room_id,
            envelope=encode(operation.raw).decode(),
            tombstone=None,
            witness=None,
        )
    )
    return StoreResult.REPLACED


async def _keep_beside(transaction: Transaction, room_id: RoomId, void: Operation) -> StoreResult:
    done = await transaction.execute(
        insert(transaction, tables.beside).values(_row(room_id, void)).on_conflict_do_nothing()
    )
    return StoreResult.BESIDE if done.rowcount else StoreResult.REPEATED


def _row(room_id: RoomId, operation: Operation) -> dict[str, Any]:
    return {
        "room_id": room_id,
        "sender": operation.sender,
        "src": operation.src,
        "seq": operation.seq,
        "digest": operation.digest,
        "clock": operation.clock,
        "origin_room": operation.room_id,
        "envelope": encode(operation.raw).decode(),
    }


def _is_void(envelope: str) -> bool:
    # What somebody wrote may hold the same letters.
    return '"void":[' in envelope and bool(json.loads(envelope).get("void"))


async def name_event(transaction: Transaction, room_id: RoomId, identity: Identity, event_id: EventId) -> None:
    """Note which event carries one of our operations."""
    sender, src, seq = identity
    key = {"room_id": room_id, "sender": sender, "src": src, "seq": seq}
    await transaction.execute(_NAME_EVENT, key | {"event_id": event_id})


async def event_of(transaction: Transaction, room_id: RoomId, identity: Identity) -> EventId | None:
    """Return the event that carries an operation, where it is known."""
    query = select(tables.operation.c.event_id).where(_is(room_id, identity))
    found = (await transaction.execute(query)).scalar_one_or_none()
    return None if found is None else EventId(found)


async def find_by_event(transaction: Transaction, room_id: RoomId, event_id: EventId) -> Operation | None:
    """Return the operation that *event_id* brought, unless it has been erased."""
    column = tables.operation.c
    query = select(tables.operation).where(
        (column.event_id == event_id) & (column.room_id == room_id) & column.envelope.is_not(None)
    )
    row = (await transaction.execute(query)).mappings().one_or_none()
    return None if row is None else _operation(row)


async def carriers(transaction: Transaction, room_id: RoomId) -> list[Carrier]:
    """Return which events of a room brought what we hold of it whole, the latest operation first; no voids."""
    rows = await transaction.execute(_CARRIERS, {"room_id": room_id})
    return [Carrier(EventId(row.event_id), row.clock) for row in rows if not (row.voids and _is_void(row.envelope))]


async def find(transaction: Transaction, room_id: RoomId, identity: Identity) -> Operation | None:
    """Return one operation, unless it is unknown or erased."""
    query = select(tables.operation).where(_is(room_id, identity) & tables.operation.c.envelope.is_not(None))
    row = (await transaction.execute(query)).mappings().one_or_none()
    return None if row is None else _operation(row)


async def between(
    transaction: Transaction, room_id: RoomId, sender: str, src: str, first: int, last: int
) -> list[Operation]:
    """Return what we hold of one source from *first* to *last*, both included: 500 at most (and voids beside)."""
    column = tables.operation.c
    query = (
        select(tables.operation)
        .where(
            (column.room_id == room_id)
            & (column.sender == sender)
            & (column.src == src)
            & column.seq.between(first, last)
            & column.envelope.is_not(None)
        )
        .order_by(column.seq)
        .limit(_MOST)
    )
    found = [_operation(row) for row in (await transaction.execute(query)).mappings()]
    beside = (each for voids in (await besides(transaction, room_id, sender, src)).values() for each in voids)
    return found + [restored(each) for each in beside if first <= each.seq <= last]


async def erase(transaction: Transaction, room_id: RoomId, sender: UserId, stone: Tombstone) -> bool:
    """Replace an operation, known or not, by its tombstone: no value of it is left in the store.

    Tell whether that changed anything: a void cannot be erased.
    """
    held = await find(transaction, room_id, (sender, stone.src, stone.seq))
    if held is not None and held.void:
        return False
    wire = encode(stone.as_json()).decode()
    row = {
        "room_id": room_id,
        "sender": sender,
        "src": stone.src,
        "seq": stone.seq,
        "digest": stone.digest,
        "clock": stone.clock,
        "origin_room": room_id,
        "tombstone": wire,
    }
    statement = insert(transaction, tables.operation).values(row)
    # Whoever erases knows; it rests on nobody else's word any more.
    replaced = {"envelope": None, "tombstone": wire, "digest": stone.digest, "clock": stone.clock, "witness": None}
    done = await transaction.execute(
        statement.on_conflict_do_update(
            index_elements=["room_id", "sender", "src", "seq"],
            set_=replaced,
            where=tables.operation.c.tombstone.is_distinct_from(wire) | tables.operation.c.witness.is_not(None),
        )
    )
    if held is not None:
        # A snapshot that may carry it must be followed by one that does not.
        await transaction.execute(_SPOIL, {"room_id": room_id, "clock": held.clock})
    return done.rowcount > 0


async def rooms(transaction: Transaction) -> list[RoomId]:
    """Return the rooms that have a register."""
    found = await transaction.execute(select(tables.operation.c.room_id).distinct())
    known = await transaction.execute(select(tables.room.c.room_id))
    return sorted({RoomId(each) for each in [*found.scalars(), *known.scalars()]})


async def hear(transaction: Transaction, room_id: RoomId, sender: str, src: str, seq: int) -> None:
    """Remember that a source has been heard to reach *seq*."""
    row = {"room_id": room_id, "sender": sender, "src": src, "seq": seq}
    statement = insert(transaction, tables.heard).values(row)
    await transaction.execute(
        statement.on_conflict_do_update(
            index_elements=["room_id", "sender", "src"], set_={"seq": seq}, where=tables.heard.c.seq < seq
        )
    )


async def heard(transaction: Transaction, room_id: RoomId) -> dict[str, dict[str, int]]:
    """Return the frontier that others have told us of."""
    result: dict[str, dict[str, int]] = {}
    column = tables.heard.c
    query = select(column.sender, column.src, column.seq).where(column.room_id == room_id)
    for sender, src, seq in await transaction.execute(query):
        result.setdefault(sender, {})[src] = seq
    return result


def _operation(row: RowMapping) -> Operation:
    return restore(json.loads(row["envelope"]), RoomId(row["origin_room"]), UserId(row["sender"]), row["digest"])


def _is(room_id: RoomId, identity: Identity) -> Any:
    column = tables.operation.c
    sender, src, seq = identity
    return (column.room_id == room_id) & (column.sender == sender) & (column.src == src) & (column.seq == seq)


async def unsaid(transaction: Transaction, room_id: RoomId, author: UserId, clock: int) -> list[tuple[str, int]]:
    """Return (src, seq) of what *author* has written after *clock* and no event has brought; voids are not among it."""
    column = tables.operation.c
    query = select(column.src, column.seq, column.envelope).where(
        column.room_id == room_id,
        column.sender == author,
        column.clock > clock,
        column.event_id.is_(None),
        column.envelope.is_not(None),
    )
    rows = await transaction.execute(query)
    return [(row.src, row.seq) for row in rows if "ops" in loads(row.envelope)]
