"""The feeds that are open, on disk."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text

from bots.database.engine import Transaction
from bots.events.feeds.feed import Feed
from bots.events.feeds.keeping import tables  # noqa: F401 - declares what the statements name
from config.identifiers import EventId, RoomId, UserId

_KEEP = text(
    "INSERT INTO events_feed (name, room_id, author, cause, mine, busy, made)"
    " VALUES (:name, :room_id, :author, :cause, :mine, :busy, :made) ON CONFLICT DO NOTHING"
)
_COLUMNS = "SELECT name, room_id, author, cause, mine, busy, made FROM events_feed"
_ALL = text(f"{_COLUMNS} ORDER BY made, name")
_OF_ROOM = text(f"{_COLUMNS} WHERE room_id = :room_id AND NOT mine ORDER BY made, name")
_OF_AUTHOR = text(f"{_COLUMNS} WHERE author = :author ORDER BY made, name")
_END = text("DELETE FROM events_feed WHERE name = :name")
_LEFT = text("DELETE FROM events_feed WHERE room_id = :room_id AND author = :author")
_WITHDRAWN = text("DELETE FROM events_feed WHERE cause = :cause")
_READS = text(
    "INSERT INTO events_reader (room_id, author, since) VALUES (:room_id, :author, :since) ON CONFLICT DO NOTHING"
)
_READERS = text("SELECT room_id, author, since FROM events_reader")
_FORGET = text("DELETE FROM events_reader WHERE room_id = :room_id AND author = :author")


async def keep(transaction: Transaction, feed: Feed) -> None:
    """Note a feed; the same again changes nothing."""
    row = {
        "name": feed.name,
        "room_id": feed.room_id,
        "author": feed.author,
        "cause": feed.cause,
        "mine": feed.mine,
        "busy": feed.busy,
        "made": feed.made,
    }
    await transaction.execute(_KEEP, row)


async def all_open(transaction: Transaction) -> tuple[Feed, ...]:
    """Return all feeds, the oldest first."""
    return tuple(_feed(row) for row in await transaction.execute(_ALL))


async def of_room(transaction: Transaction, room_id: RoomId) -> tuple[Feed, ...]:
    """Return the feeds of a room's events; not those across rooms."""
    return tuple(_feed(row) for row in await transaction.execute(_OF_ROOM, {"room_id": room_id}))


async def of_author(transaction: Transaction, author: UserId) -> tuple[Feed, ...]:
    """Return all feeds of somebody."""
    return tuple(_feed(row) for row in await transaction.execute(_OF_AUTHOR, {"author": author}))


async def end(transaction: Transaction, name: str) -> None:
    """Close a feed."""
    await transaction.execute(_END, {"name": name})


async def left(transaction: Transaction, room_id: RoomId, author: UserId) -> None:
    """Close what *author* had of a room, and forget since when they read along: they do not."""
    await transaction.execute(_LEFT, {"room_id": room_id, "author": author})
    await forget(transaction, room_id, author)


async def withdrawn(transaction: Transaction, cause: EventId) -> None:
    """Close what was asked for by a command that is deleted."""
    await transaction.execute(_WITHDRAWN, {"cause": cause})


async def reads(transaction: Transaction, room_id: RoomId, author: UserId, since: int) -> None:
    """Note from which clock on *author* could read a room."""
    await transaction.execute(_READS, {"room_id": room_id, "author": author, "since": since})


async def readers(transaction: Transaction) -> dict[tuple[RoomId, UserId], int]:
    """Return from which clock on who could read which room, as far as that was found out."""
    rows = await transaction.execute(_READERS)
    return {(RoomId(room_id), UserId(author)): since for room_id, author, since in rows}


async def forget(transaction: Transaction, room_id: RoomId, author: UserId) -> None:
    """Have it found out anew."""
    await transaction.execute(_FORGET, {"room_id": room_id, "author": author})


def _feed(row: Sequence[Any]) -> Feed:
    mine, busy = bool(row[4]), bool(row[5])
    return Feed(row[0], RoomId(row[1]), UserId(row[2]), EventId(row[3]), mine=mine, busy=busy, made=row[6])
