"""A room's operations read whole: to be folded, or written to a snapshot."""

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from orjson import loads
from sqlalchemy import Row, RowMapping, select, text, tuple_

from bots.database.engine import Transaction
from bots.register.format.operation import Identity, Operation, Tombstone, parse_tombstone, restore
from bots.register.replica.selection import GUEST, Record
from bots.register.store import tables
from config.identifiers import RoomId, UserId

_ROWS = 100
"""Of one read: enough to make up for the way to the database, few enough that what is thrown away leaves no hole."""
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


@dataclass(frozen=True, slots=True)
class Erased:
    """An operation of which only the tombstone is left."""

    sender: UserId
    stone: Tombstone


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


def restored(record: Record) -> Operation:
    """Return the operation in a row that stands beside another."""
    return restore(json.loads(str(record.envelope)), record.room_id, record.sender, record.digest)


_SENDER, _DIGEST, _WHOLE, _ORIGIN, _WIRE = range(5)


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
            yield restored(void)


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
    """Return the rows that may have been done for a guest: what ``selection.objects_of_guests`` looks through."""
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
