"""On disk: a room takes in what is held of the room that it was upgraded from (DESIGN.md, "Upgraded rooms").

The rows are copied, each with the room that it was signed for. What the old room learns later is copied later: the
result is the union, in whatever order that happens and however often.
"""

import json
from dataclasses import dataclass

from sqlalchemy import text

from bots.database.engine import Transaction
from bots.register.format.operation import Identity, Operation
from bots.register.store import operations as store
from bots.register.store import reading
from bots.register.store.operations import StoreResult
from config.identifiers import RoomId, UserId

# Without their events: those are the old room's. PostgreSQL does not guess the type of what is selected.
_COPY = text(
    "INSERT INTO register_operation"
    " (room_id, sender, src, seq, digest, clock, event_id, origin_room, envelope, tombstone, witness)"
    " SELECT CAST(:new AS VARCHAR), o.sender, o.src, o.seq, o.digest, o.clock, NULL, o.origin_room, o.envelope,"
    " o.tombstone, o.witness"
    " FROM register_operation o WHERE o.room_id = :old"
    " AND NOT EXISTS (SELECT 1 FROM register_operation n WHERE n.room_id = CAST(:new AS VARCHAR)"
    " AND n.sender = o.sender AND n.src = o.src AND n.seq = o.seq) ON CONFLICT DO NOTHING"
)
_COPY_BESIDE = text(
    "INSERT INTO register_beside (room_id, sender, src, seq, digest, clock, origin_room, envelope)"
    " SELECT CAST(:new AS VARCHAR), o.sender, o.src, o.seq, o.digest, o.clock, o.origin_room, o.envelope"
    " FROM register_beside o WHERE o.room_id = :old"
    " ON CONFLICT DO NOTHING"
)
_COPY_HEARD = text(
    "INSERT INTO register_heard (room_id, sender, src, seq) SELECT CAST(:new AS VARCHAR), o.sender, o.src, o.seq"
    " FROM register_heard o WHERE o.room_id = :old"
    " ON CONFLICT (room_id, sender, src) DO UPDATE SET seq = excluded.seq WHERE register_heard.seq < excluded.seq"
)
_COPY_COVERED = text(
    "INSERT INTO register_covered (room_id, sender, src, witness, seq)"
    " SELECT CAST(:new AS VARCHAR), o.sender, o.src, o.witness, o.seq FROM register_covered o WHERE o.room_id = :old"
    " ON CONFLICT (room_id, sender, src, witness) DO UPDATE SET seq = excluded.seq"
    " WHERE register_covered.seq < excluded.seq"
)
_DIFFERENT = text(
    "SELECT o.sender, o.src, o.seq FROM register_operation o JOIN register_operation n"
    " ON n.room_id = CAST(:new AS VARCHAR) AND n.sender = o.sender AND n.src = o.src AND n.seq = o.seq"
    " WHERE o.room_id = :old AND n.envelope IS NOT NULL"
    " AND (o.digest <> n.digest OR (o.envelope IS NULL AND o.witness IS NULL))"
)
# What a third has told to be erased counts only where nothing better is held.
_BETTER = text(
    "DELETE FROM register_operation WHERE room_id = :new AND witness IS NOT NULL"
    " AND EXISTS (SELECT 1 FROM register_operation o WHERE o.room_id = :old AND o.witness IS NULL"
    " AND o.sender = register_operation.sender AND o.src = register_operation.src AND o.seq = register_operation.seq)"
)
_LEFT = text(
    "SELECT o.sender, o.src, o.seq FROM register_operation o JOIN register_operation n"
    " ON n.room_id = CAST(:new AS VARCHAR) AND n.sender = o.sender AND n.src = o.src AND n.seq = o.seq"
    " WHERE o.room_id = :old AND o.envelope IS NOT NULL AND n.envelope IS NULL AND n.witness IS NULL"
)
_TOMBSTONE = text(
    "SELECT sender, digest, envelope IS NOT NULL, origin_room, tombstone FROM register_operation"
    " WHERE room_id = :room_id AND sender = :sender AND src = :src AND seq = :seq AND witness IS NULL"
)


@dataclass(frozen=True, slots=True)
class Erasures:
    """What the new room, and the old one, still held of what the other one had learned to be erased."""

    erased: list[Operation]
    left: list[Operation]


async def carry(transaction: Transaction, old: RoomId, new: RoomId) -> Erasures | None:
    """Copy into *new* what is held of *old*, and erase in each what was erased in the other; None: nothing was new."""
    rooms = {"old": old, "new": new}
    found = Erasures([], [])
    changed = 0
    for sender, src, seq in (await transaction.execute(_DIFFERENT, rooms)).all():
        changed += await _meet(transaction, old, new, (UserId(sender), src, seq), found)
    # With what we are told to miss there: we miss it here.
    for statement in (_BETTER, _COPY, _COPY_BESIDE, _COPY_HEARD, _COPY_COVERED):
        changed += (await transaction.execute(statement, rooms)).rowcount
    for sender, src, seq in (await transaction.execute(_LEFT, rooms)).all():
        left = await _erase(transaction, new, old, (UserId(sender), src, seq))
        found.left.extend(() if left is None else (left,))
    return found if changed or found.left else None


async def _meet(transaction: Transaction, old: RoomId, new: RoomId, identity: Identity, found: Erasures) -> bool:
    """Let *new* have what *old* holds under an identity that both have, by what the contents are (FORMAT.md §5)."""
    ours = await store.find(transaction, old, identity)
    if ours is not None:
        return await store.keep(transaction, new, ours, None) not in (
            StoreResult.REPEATED,
            StoreResult.ERASED,
            StoreResult.OUTRANKED,
        )
    erased = await _erase(transaction, old, new, identity)
    found.erased.extend(() if erased is None else (erased,))
    return erased is not None


async def _erase(transaction: Transaction, knows: RoomId, holds: RoomId, identity: Identity) -> Operation | None:
    """Erase in one room what the other one *knows* to be erased; return it, unless it counts all the same."""
    held = await store.find(transaction, holds, identity)
    sender, src, seq = identity
    key = {"room_id": knows, "sender": sender, "src": src, "seq": seq}
    row = (await transaction.execute(_TOMBSTONE, key)).one_or_none()
    if held is None or row is None:
        return None
    stone = reading.erased_of(row, json.loads(row.tombstone)).stone
    # A content with a smaller digest counts in the place of what was erased.
    if stone.digest > held.digest or not await store.erase(transaction, holds, held.sender, stone):
        return None
    return held
