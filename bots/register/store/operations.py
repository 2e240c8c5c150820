"""The register on disk: operations as they were signed. Everything else is folded from them."""

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from secrets import token_urlsafe
from typing import Any

from orjson import loads
from sqlalchemy import Row, RowMapping, String, bindparam, select, text, tuple_, update

from bots.database.engine import Transaction, insert
from bots.database.gathering import put
from bots.register.format.canonical import encode
from bots.register.format.operation import Identity, Operation, Tombstone, parse_tombstone, restore
from bots.register.replica.selection import GUEST, Record
from bots.register.store import tables
from config.identifiers import EventId, RoomId, UserId

_ROWS = 100
"""Of one read: enough to make up for the way to the database, few enough that what is thrown away leaves no hole."""


# What each command needs, as text: to build these anew each time would cost five times what they do.
_TAKE_SEQ = text("UPDATE register_room SET last_seq = last_seq + 1 WHERE room_id = :room_id RETURNING last_seq")
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
_ROWS_OF = {
    "sqlite": text(
        "SELECT sender, digest, envelope IS NOT NULL, NULLIF(origin_room, room_id),"
        " CAST(COALESCE(envelope, tombstone) AS BLOB) FROM register_operation WHERE room_id = :room_id"
    ),
    "postgresql": text(
        "SELECT sender, digest, envelope IS NOT NULL, NULLIF(origin_room, room_id),"
        " convert_to(COALESCE(envelope, tombstone), 'UTF8') FROM register_operation WHERE room_id = :room_id"
    ),
}
"""The JSON as bytes: of text with accents a parser makes bytes again, and that took longer than to parse them."""
_CARRIERS = text(
    "SELECT event_id, clock, envelope LIKE '%\"void\":[%' AS voids,"
    " CASE WHEN envelope LIKE '%\"void\":[%' THEN envelope END AS envelope"
    " FROM register_operation WHERE room_id = :room_id AND event_id IS NOT NULL AND envelope IS NOT NULL"
    " ORDER BY clock DESC, event_id"
)
_HOLD = text(
    "UPDATE register_room SET last_seq = last_seq WHERE room_id IN :rooms RETURNING room_id, chapter, last_seq"
).bindparams(bindparam("rooms", expanding=True, type_=String))
_NUMBER = text("UPDATE register_room SET last_seq = :seq WHERE room_id = :room_id")
_CHAPTER = text("SELECT chapter FROM register_room WHERE room_id = :room_id")


class Kept(Enum):
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


@dataclass(frozen=True, slots=True)
class Erased:
    """An operation of which only the tombstone is left."""

    sender: UserId
    stone: Tombstone


def source_in(room_id: RoomId, seed: str) -> str:
    """Return the ``src`` of whoever has *seed* in a room: no two rooms share one, so one may take in the other."""
    digest = hashlib.sha256(f"{seed}\n{room_id}".encode()).digest()
    return urlsafe_b64encode(digest[:16]).decode().rstrip("=")


async def own_seed(transaction: Transaction) -> str:
    """Return what this store's sources are derived from, made at random the first time."""
    found = (await transaction.execute(select(tables.source.c.src))).scalar_one_or_none()
    return await renew_source(transaction) if found is None else str(found)


async def renew_source(transaction: Transaction) -> str:
    """Make and return a new seed: the old one has been used by somebody with our memory (a restored backup)."""
    src = token_urlsafe(16)
    await transaction.execute(tables.source.delete())
    await transaction.execute(tables.source.insert().values(one=1, src=src))
    # Sequence numbers count per source: they begin anew.
    await transaction.execute(update(tables.room).values(last_seq=0))
    return src


async def next_seq(transaction: Transaction, room_id: RoomId) -> int:
    """Take and return the room's next sequence number."""
    seq = (await transaction.execute(_TAKE_SEQ, {"room_id": room_id})).scalar_one_or_none()
    if seq is not None:
        return int(seq)
    await transaction.execute(tables.room.insert().values(room_id=room_id, last_seq=1, chapter_clock=0))
    return 1


async def former_causes(transaction: Transaction, room_id: RoomId, author: UserId, src: str) -> frozenset[str]:
    """Return what *author* has answered in a room as other sources than *src*: before our store went back in time."""
    column = tables.operation.c
    mine = (column.room_id == room_id) & (column.sender == author) & column.envelope.is_not(None)
    # Two ranges of the primary key, and not all that we have written.
    rows = [
        *(await transaction.execute(select(column.envelope).where(mine & (column.src < src)))).scalars(),
        *(await transaction.execute(select(column.envelope).where(mine & (column.src > src)))).scalars(),
    ]
    return frozenset(str(cause) for raw in rows if (cause := loads(raw).get("cause")) is not None)


async def keep(transaction: Transaction, room_id: RoomId, operation: Operation, event_id: EventId | None) -> Kept:
    """Store *operation* unless its identity is taken; say what became of it."""
    row = {**_row(room_id, operation), "event_id": event_id}
    if (await transaction.execute(KEEP, row)).rowcount:
        return Kept.NEW
    return await _meet(transaction, room_id, operation, event_id)


async def keep_own(transaction: Transaction, room_id: RoomId, operation: Operation) -> None:
    """Store an operation whose number was taken in this transaction: nobody else can have its identity."""
    await put(transaction, KEEP, {**_row(room_id, operation), "event_id": None})


async def _meet(transaction: Transaction, room_id: RoomId, operation: Operation, event_id: EventId | None) -> Kept:
    """Decide between two contents of one identity, by what they are alone (FORMAT.md §5)."""
    column = tables.operation.c
    same = _is(room_id, operation.identity)
    row = select(column.digest, column.event_id, column.envelope).where(same)
    held = (await transaction.execute(row)).one()
    if held.digest == operation.digest and held.envelope is not None:
        if held.event_id is None and event_id is not None:
            await transaction.execute(update(tables.operation).where(same).values(event_id=event_id))
        return Kept.REPEATED
    if held.envelope is not None and _is_void(held.envelope):
        return await _keep_beside(transaction, room_id, operation) if operation.void else Kept.OUTRANKED
    if not operation.void and held.digest <= operation.digest:
        return Kept.ERASED if held.envelope is None else Kept.OUTRANKED
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
    return Kept.REPLACED


async def _keep_beside(transaction: Transaction, room_id: RoomId, void: Operation) -> Kept:
    done = await transaction.execute(
        insert(transaction, tables.beside).values(_row(room_id, void)).on_conflict_do_nothing()
    )
    return Kept.BESIDE if done.rowcount else Kept.REPEATED


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
    transaction: Transaction, room_id: RoomId, sender: str, src: str, first: int, last: int, most: int = 500
) -> list[Operation]:
    """Return what we hold of one source from *first* to *last*, both included, at most *most* (and voids beside)."""
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
        .limit(most)
    )
    found = [_operation(row) for row in (await transaction.execute(query)).mappings()]
    beside = (each for voids in (await besides(transaction, room_id, sender, src)).values() for each in voids)
    return found + [_restored(each) for each in beside if first <= each.seq <= last]


async def besides(
    transaction: Transaction, room_id: RoomId, sender: str | None = None, src: str | None = None
) -> dict[Identity, list[Record]]:
    """Return the voids of a room, or of one source, that stand beside another one under their identity."""
    column = tables.beside.c
    query = select(tables.beside).where(column.room_id == room_id).order_by(column.digest)
    if sender is not None and src is not None:
        query = query.where((column.sender == sender) & (column.src == src))
    found: dict[Identity, list[Record]] = {}
    for row in (await transaction.execute(query)).mappings():
        origin, author = RoomId(row["origin_room"]), UserId(row["sender"])
        place = (row["src"], row["seq"], row["digest"], row["clock"])
        found.setdefault((author, row["src"], row["seq"]), []).append(Record(origin, author, *place, row["envelope"]))
    return found


def _restored(record: Record) -> Operation:
    return restore(json.loads(str(record.envelope)), record.room_id, record.sender, record.digest)


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


async def load(transaction: Transaction, room_id: RoomId) -> AsyncIterator[Operation | Erased]:
    """Yield everything that we hold of a room, to be folded."""
    async for rows in load_rows(transaction, room_id):
        for row, wire in rows:
            yield operation_of(row, wire, room_id) if row[_WHOLE] else erased_of(row, wire)
    async for void in load_beside(transaction, room_id):
        yield void


Held = Row[Any, Any, Any, Any, Any]
"""One row of the store: sender, digest, whether it is whole (else erased), the room it was signed for if that is
another one, its JSON."""

_SENDER, _DIGEST, _WHOLE, _ORIGIN, _WIRE = range(5)


async def load_rows(transaction: Transaction, room_id: RoomId) -> AsyncIterator[Iterator[tuple[Held, Any]]]:
    """Yield the rows of a room by the hundred, each with its JSON read, which nobody else holds.

    What stands beside (:func:`load_beside`) is not there.
    """
    rows = await transaction.stream(_ROWS_OF[transaction.dialect.name], {"room_id": room_id})
    async for part in rows.partitions(_ROWS):
        # One document instead of one for each row, so that all rows share one copy of each key.
        yield zip(part, loads(b"[%b]" % b",".join([row[_WIRE] for row in part])), strict=True)


def operation_of(row: Held, wire: Mapping[str, Any], room_id: RoomId) -> Operation:
    """Return the operation in a row of *room_id* that is whole."""
    return restore(wire, RoomId(row[_ORIGIN] or room_id), UserId(row[_SENDER]), row[_DIGEST])


def erased_of(row: Held, wire: object) -> Erased:
    """Return what is left in a row that is not."""
    return Erased(UserId(row[_SENDER]), parse_tombstone(wire))


async def load_beside(transaction: Transaction, room_id: RoomId) -> AsyncIterator[Operation]:
    """Yield the voids of a room that stand beside another one under their identity."""
    for voids in (await besides(transaction, room_id)).values():
        for void in voids:
            yield _restored(void)


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


async def hold(transaction: Transaction, rooms: Collection[RoomId]) -> dict[RoomId, tuple[EventId | None, int]]:
    """Return the root of the current chapter and the last sequence number of each of *rooms* that has a row.

    Nobody else takes a number there until the transaction ends.
    """
    found = await transaction.execute(_HOLD, {"rooms": [*rooms]})
    return {RoomId(room): (None if root is None else EventId(root), last) for room, root, last in found}


async def number(transaction: Transaction, room_id: RoomId, seq: int) -> None:
    """Note that *seq* is the last sequence number of a room that is held (:func:`hold`)."""
    await put(transaction, _NUMBER, {"room_id": room_id, "seq": seq})


async def chapter(transaction: Transaction, room_id: RoomId) -> EventId | None:
    """Return the root of the current chapter."""
    found = (await transaction.execute(_CHAPTER, {"room_id": room_id})).scalar_one_or_none()
    return None if found is None else EventId(found)


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


async def last_own_seq(transaction: Transaction, room_id: RoomId) -> int:
    """Return the last sequence number that we gave in a room, 0 when none."""
    query = select(tables.room.c.last_seq).where(tables.room.c.room_id == room_id)
    return int((await transaction.execute(query)).scalar_one_or_none() or 0)


async def records(
    transaction: Transaction, room_id: RoomId, after: Identity | None = None, most: int = 1000
) -> list[Record]:
    """Return at most *most* rows of a room in the order of (sender, src, seq), unparsed, from the one after *after*.

    The order is that of the database's text collation: all that a snapshot needs is that each source is whole.
    """
    column = tables.operation.c
    key = (column.sender, column.src, column.seq)
    query = _kept(room_id).order_by(*key).limit(most)
    if after is not None:
        query = query.where(tuple_(*key) > tuple_(*after))
    return [_record(row) for row in (await transaction.execute(query)).mappings()]


async def guest_records(transaction: Transaction, room_id: RoomId) -> list[Record]:
    """Return the rows that may have been done for a guest: what ``selection.unsettled`` looks through."""
    query = _kept(room_id).where(tables.operation.c.envelope.contains(GUEST))
    return [_record(row) for row in (await transaction.execute(query)).mappings()]


def _kept(room_id: RoomId) -> Any:
    column = tables.operation.c
    return select(
        column.origin_room,
        column.sender,
        column.src,
        column.seq,
        column.digest,
        column.clock,
        column.envelope,
        column.tombstone,
    ).where(column.room_id == room_id)


def _record(row: RowMapping) -> Record:
    origin, sender = RoomId(row["origin_room"]), UserId(row["sender"])
    place = (row["seq"], row["digest"], row["clock"])
    return Record(origin, sender, row["src"], *place, row["envelope"], row["tombstone"])
