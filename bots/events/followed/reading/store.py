"""What was read at followed addresses, on disk."""

import asyncio
import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

from sqlalchemy import text

from bots.database.engine import Transaction
from bots.events.followed.reading import tables  # noqa: F401 - declares what the statements name
from bots.events.followed.timetable import Timetable
from config.identifiers import RoomId

_MOST: Final = 32 * 2**20


@dataclass(frozen=True, slots=True)
class ReadingState:
    """How reading one source goes; times are ms since the epoch, 0 for never."""

    room_id: RoomId
    source_id: str
    address: str
    due: int = 0
    etag: str = ""
    modified: str = ""
    digest: str = ""
    worked: int = 0
    read_at: int = 0
    failing: int = 0
    tries: int = 0
    why: str = ""
    told: bool = False


_NAMES: Final = tuple(field.name for field in fields(ReadingState))
_ALL = text(
    "SELECT room_id, source_id, address, due, etag, modified, digest, worked, read_at, failing, tries, why, told"
    " FROM events_followed ORDER BY due, room_id, source_id"
)
_PUT = text(
    "INSERT INTO events_followed (room_id, source_id, address, due, etag, modified, digest, worked, read_at, failing,"
    " tries, why, told, timetable) VALUES (:room_id, :source_id, :address, :due, :etag, :modified, :digest, :worked,"
    " :read_at, :failing, :tries, :why, :told, :timetable) ON CONFLICT (room_id, source_id) DO UPDATE SET"
    " address = excluded.address, due = excluded.due, etag = excluded.etag, modified = excluded.modified,"
    " digest = excluded.digest, worked = excluded.worked, read_at = excluded.read_at, failing = excluded.failing,"
    " tries = excluded.tries, why = excluded.why, told = excluded.told, timetable = excluded.timetable"
)
_NOTE = text(
    "UPDATE events_followed SET address = :address, due = :due, etag = :etag, modified = :modified, digest = :digest,"
    " worked = :worked, read_at = :read_at, failing = :failing, tries = :tries, why = :why, told = :told"
    " WHERE room_id = :room_id AND source_id = :source_id"
)
_DROP = text("DELETE FROM events_followed WHERE room_id = :room_id AND source_id = :source_id")
_TIMETABLE = text("SELECT timetable FROM events_followed WHERE room_id = :room_id AND source_id = :source_id")


async def all_rows(transaction: Transaction) -> list[ReadingState]:
    """Return all rows, what is due first first."""
    return [_row(row) for row in await transaction.execute(_ALL)]


async def put(transaction: Transaction, row: ReadingState, timetable: Timetable) -> None:
    """Keep what was read."""
    await transaction.execute(_PUT, {**_values(row), "timetable": zlib.compress(timetable.dumped())})


async def note(transaction: Transaction, row: ReadingState) -> None:
    """Keep how reading it goes, not what was read."""
    await transaction.execute(_NOTE, _values(row))


async def drop(transaction: Transaction, keys: Collection[tuple[RoomId, str]]) -> None:
    """Forget sources that are followed no longer."""
    for room_id, source_id in keys:
        await transaction.execute(_DROP, {"room_id": room_id, "source_id": source_id})


async def timetable(transaction: Transaction, room_id: RoomId, source_id: str) -> Timetable:
    """Return what was read last; nothing where that is not known."""
    found = (await transaction.execute(_TIMETABLE, {"room_id": room_id, "source_id": source_id})).scalar_one_or_none()
    if found is None:
        return Timetable()
    return await asyncio.to_thread(_unpacked, bytes(found))


def _unpacked(data: bytes) -> Timetable:
    try:
        return Timetable.loaded(zlib.decompressobj().decompress(data, _MOST))
    except (ValueError, zlib.error):
        return Timetable()


def _values(row: ReadingState) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _NAMES}


def _row(raw: Sequence[Any]) -> ReadingState:
    values = dict(zip(_NAMES, raw, strict=True))
    return ReadingState(**{**values, "room_id": RoomId(values["room_id"]), "told": bool(values["told"])})
