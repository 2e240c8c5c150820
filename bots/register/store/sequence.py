"""The source and the sequence numbers of what we write ourselves, and the chapter that it goes to: one row a room."""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Collection
from secrets import token_urlsafe

from orjson import loads
from sqlalchemy import String, bindparam, select, text, update

from bots.database.engine import Transaction
from bots.database.gathering import put
from bots.register.store import tables
from config.identifiers import EventId, RoomId, UserId

# What each command needs, as text: to build these anew each time would cost five times what they do.
_TAKE_SEQ = text("UPDATE register_room SET last_seq = last_seq + 1 WHERE room_id = :room_id RETURNING last_seq")
_HOLD = text(
    "UPDATE register_room SET last_seq = last_seq WHERE room_id IN :rooms RETURNING room_id, chapter, last_seq"
).bindparams(bindparam("rooms", expanding=True, type_=String))
_NUMBER = text("UPDATE register_room SET last_seq = :seq WHERE room_id = :room_id")
_CHAPTER = text("SELECT chapter FROM register_room WHERE room_id = :room_id")


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


async def last_own_seq(transaction: Transaction, room_id: RoomId) -> int:
    """Return the last sequence number that we gave in a room, 0 when none."""
    query = select(tables.room.c.last_seq).where(tables.room.c.room_id == room_id)
    return int((await transaction.execute(query)).scalar_one_or_none() or 0)
