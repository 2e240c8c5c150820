"""On disk: what we hold of a room because a snapshot said so, and on whose word (FORMAT.md §10)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, func, select, text

from bots.database.engine import Transaction, insert
from bots.register.format.frontier import Frontier
from bots.register.format.operation import Identity
from bots.register.replica.selection import Record
from bots.register.store import operations as store
from bots.register.store import tables
from config.identifiers import RoomId, UserId

_DOUBT = text(
    "INSERT INTO register_operation (room_id, sender, src, seq, digest, clock, origin_room, tombstone, witness)"
    " VALUES (:room_id, :sender, :src, :seq, :digest, :clock, :room_id, :tombstone, :witness) ON CONFLICT DO NOTHING"
)
_AT_ONCE = 500


async def digests(transaction: Transaction, room_id: RoomId) -> dict[Identity, str | None]:
    """Return what is held of a room: the digest of each operation, None where only a tombstone is left."""
    column = tables.operation.c
    query = select(column.sender, column.src, column.seq, column.digest, column.tombstone.is_not(None))
    rows = await transaction.execute(query.where(column.room_id == room_id))
    return {(sender, src, seq): None if erased else digest for sender, src, seq, digest, erased in rows}


async def tombstones(transaction: Transaction, room_id: RoomId) -> int:
    """Return of how many operations of a room only a tombstone is left."""
    column = tables.operation.c
    query = select(func.count()).where((column.room_id == room_id) & column.tombstone.is_not(None))
    return int((await transaction.execute(query)).scalar_one())


async def keep_all(transaction: Transaction, room_id: RoomId, records: Sequence[Record]) -> None:
    """Store *records*, each with its envelope; where an identity is taken, what is held stays."""
    rows = [
        {**_row(room_id, each), "event_id": None, "origin_room": each.room_id, "envelope": each.envelope}
        for each in records
    ]
    # In pieces, so that other rooms' work gets a turn between them.
    for start in range(0, len(rows), _AT_ONCE):
        await transaction.execute(store.KEEP, rows[start : start + _AT_ONCE])


async def doubt(transaction: Transaction, room_id: RoomId, records: Sequence[Record], witness: UserId) -> None:
    """Store tombstones that rest on *witness*'s word, where nothing at all is held under their identity."""
    rows = [{**_row(room_id, each), "tombstone": each.tombstone, "witness": witness} for each in records]
    if rows:
        await transaction.execute(_DOUBT, rows)


async def cover(transaction: Transaction, room_id: RoomId, frontier: Frontier, witness: UserId) -> None:
    """Note that by *witness*'s word whatever is not held up to *frontier* does not matter."""
    column = tables.covered.c
    for sender, sources in frontier.items():
        for src, seq in sources.items():
            row = {"room_id": room_id, "sender": sender, "src": src, "witness": witness, "seq": seq}
            statement = insert(transaction, tables.covered).values(row)
            key = ["room_id", "sender", "src", "witness"]
            await transaction.execute(
                statement.on_conflict_do_update(index_elements=key, set_={"seq": seq}, where=column.seq < seq)
            )


async def covered(transaction: Transaction, room_id: RoomId) -> dict[str, dict[str, int]]:
    """Return up to where, by anybody's word that we believe, what is not held does not matter."""
    column = tables.covered.c
    found: dict[str, dict[str, int]] = {}
    query = select(column.sender, column.src, column.seq).where(column.room_id == room_id)
    for sender, src, seq in await transaction.execute(query):
        sources = found.setdefault(sender, {})
        sources[src] = max(seq, sources.get(src, 0))
    return found


async def witnesses(transaction: Transaction, room_id: RoomId) -> frozenset[UserId]:
    """Return on whose word something of a room rests."""
    own, stones = tables.covered.c, tables.operation.c
    found = {*(await transaction.execute(select(own.witness).where(own.room_id == room_id))).scalars()}
    doubtful = select(stones.witness).where((stones.room_id == room_id) & stones.witness.is_not(None))
    return frozenset(UserId(each) for each in found | {*(await transaction.execute(doubtful)).scalars()})


async def distrust(transaction: Transaction, room_id: RoomId, witness: UserId) -> None:
    """Drop all that rests on *witness*'s word, and take no other snapshot of it; the room must be read anew."""
    covered_by, stones = tables.covered.c, tables.operation.c
    await transaction.execute(
        delete(tables.covered).where((covered_by.room_id == room_id) & (covered_by.witness == witness))
    )
    await transaction.execute(delete(tables.operation).where((stones.room_id == room_id) & (stones.witness == witness)))
    row = {"room_id": room_id, "assistant": witness, "distrusted": 1}
    statement = insert(transaction, tables.peer).values(row)
    await transaction.execute(
        statement.on_conflict_do_update(index_elements=["room_id", "assistant"], set_={"distrusted": 1})
    )


def _row(room_id: RoomId, record: Record) -> dict[str, Any]:
    return {
        "room_id": room_id,
        "sender": record.sender,
        "src": record.src,
        "seq": record.seq,
        "digest": record.digest,
        "clock": record.clock,
    }
