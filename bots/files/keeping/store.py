"""The index of files on disk."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text

from bots.database.engine import Transaction
from bots.files.keeping import tables  # noqa: F401 - declares what the statements name
from bots.files.library.entry import Entry
from config.identifiers import EventId, RoomId, UserId

_KEEP = text(
    "INSERT INTO files_entry"
    " (room_id, event_id, file_id, position, sender, at, name, content_type, size, sha256, folder)"
    " VALUES (:room_id, :event_id, :file_id, :position, :sender, :at, :name, :content_type, :size, :sha256, :folder)"
    " ON CONFLICT DO NOTHING"
)
_ALL = text(
    "SELECT file_id, event_id, position, sender, at, name, content_type, size, sha256, folder FROM files_entry"
    " WHERE room_id = :room_id ORDER BY position, event_id"
)
_HIGHEST = text("SELECT COALESCE(MAX(position), 0) FROM files_entry WHERE room_id = :room_id")
_ID = text("SELECT file_id FROM files_entry WHERE room_id = :room_id AND event_id = :event_id")
_DROP = text("DELETE FROM files_entry WHERE room_id = :room_id AND event_id = :event_id RETURNING file_id")
_SEEN = text("SELECT first, upto, asked_at FROM files_horizon WHERE room_id = :room_id AND user_id = :user_id")
_SEE = text(
    "INSERT INTO files_horizon (room_id, user_id, first, upto, asked_at)"
    " VALUES (:room_id, :user_id, :first, :upto, :asked_at)"
    " ON CONFLICT (room_id, user_id) DO UPDATE"
    " SET first = excluded.first, upto = excluded.upto, asked_at = excluded.asked_at"
)
_UNSEE = text("DELETE FROM files_horizon WHERE room_id = :room_id AND user_id = :user_id")
_UNSEE_ALL = text("DELETE FROM files_horizon WHERE room_id = :room_id")
_READING = text("SELECT cursor, lowest, done FROM files_reading WHERE room_id = :room_id")
_READ = text(
    "INSERT INTO files_reading (room_id, cursor, lowest, done) VALUES (:room_id, :cursor, :lowest, :done)"
    " ON CONFLICT (room_id) DO UPDATE"
    " SET cursor = excluded.cursor, lowest = excluded.lowest, done = excluded.done"
)


@dataclass(frozen=True, slots=True)
class Horizon:
    """Somebody could read what stands from position *first* on, of all up to *upto*, when we asked (*asked_at*, ms)."""

    first: int
    upto: int
    asked_at: int


@dataclass(frozen=True, slots=True)
class RoomReading:
    """How far a room was read back: from *cursor* on, below the position *lowest*."""

    cursor: str | None = None
    lowest: int = 0
    done: bool = False


async def keep(transaction: Transaction, room_id: RoomId, entries: Sequence[Entry]) -> None:
    """Keep files; one that is kept already stays as it is."""
    rows = [
        {
            "room_id": room_id,
            "event_id": entry.event_id,
            "file_id": entry.id,
            "position": entry.position,
            "sender": entry.sender,
            "at": entry.at,
            "name": entry.name,
            "content_type": entry.content_type,
            "size": entry.size,
            "sha256": entry.sha256,
            "folder": entry.folder,
        }
        for entry in entries
    ]
    if rows:
        await transaction.execute(_KEEP, rows)


async def entries(transaction: Transaction, room_id: RoomId) -> list[Entry]:
    """Return the files of a room, in the order of its messages."""
    rows = await transaction.execute(_ALL, {"room_id": room_id})
    return [Entry(row[0], EventId(row[1]), row[2], UserId(row[3]), *row[4:]) for row in rows]


async def highest(transaction: Transaction, room_id: RoomId) -> int:
    """Return the position of the newest file of a room; 0 where there is none."""
    return int((await transaction.execute(_HIGHEST, {"room_id": room_id})).scalar_one())


async def id_of(transaction: Transaction, room_id: RoomId, event_id: EventId) -> str | None:
    """Return the id of the file in a message, if it carries one."""
    found = await transaction.execute(_ID, {"room_id": room_id, "event_id": event_id})
    return found.scalar_one_or_none()


async def drop(transaction: Transaction, room_id: RoomId, event_id: EventId) -> str | None:
    """Forget the file in a message; return its id, if there was one."""
    found = await transaction.execute(_DROP, {"room_id": room_id, "event_id": event_id})
    return found.scalar_one_or_none()


async def horizon(transaction: Transaction, room_id: RoomId, user_id: UserId) -> Horizon | None:
    """Return since when somebody reads along, as far as we have asked."""
    row = (await transaction.execute(_SEEN, {"room_id": room_id, "user_id": user_id})).one_or_none()
    return None if row is None else Horizon(*row)


async def see(transaction: Transaction, room_id: RoomId, user_id: UserId, found: Horizon) -> None:
    """Note since when somebody reads along."""
    row = {"first": found.first, "upto": found.upto, "asked_at": found.asked_at}
    await transaction.execute(_SEE, {"room_id": room_id, "user_id": user_id, **row})


async def forget_reader(transaction: Transaction, room_id: RoomId, user_id: UserId | None = None) -> None:
    """Forget since when somebody, or (None) everybody, reads along."""
    if user_id is None:
        await transaction.execute(_UNSEE_ALL, {"room_id": room_id})
        return
    await transaction.execute(_UNSEE, {"room_id": room_id, "user_id": user_id})


async def reading(transaction: Transaction, room_id: RoomId) -> RoomReading:
    """Return how far a room was read back."""
    row = (await transaction.execute(_READING, {"room_id": room_id})).one_or_none()
    return RoomReading() if row is None else RoomReading(row[0], row[1], bool(row[2]))


async def read(transaction: Transaction, room_id: RoomId, found: RoomReading) -> None:
    """Note how far a room was read back."""
    row = {"cursor": found.cursor, "lowest": found.lowest, "done": found.done}
    await transaction.execute(_READ, {"room_id": room_id, **row})
