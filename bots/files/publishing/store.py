"""The links that this assistant has made, on disk."""

import json
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import text

from bots.assistant.store.closing import Closing
from bots.database.engine import Transaction
from bots.files.publishing import tables  # noqa: F401 - declares what the statements name
from bots.files.sharing.share import Share
from config.identifiers import EventId, RoomId, UserId

_KEEP = text(
    "INSERT INTO files_share (link_id, room_id, cause, author, files, until, downloads, protected, state)"
    " VALUES (:link_id, :room_id, :cause, :author, :files, :until, :downloads, :protected, 'open')"
    " ON CONFLICT DO NOTHING"
)
_COLUMNS = "SELECT link_id, room_id, cause, author, files, until, downloads, protected FROM files_share"
_OPEN = text(f"{_COLUMNS} WHERE state = 'open' AND room_id = :room_id AND until > :now ORDER BY until, link_id")
_ALL_OPEN = text(f"{_COLUMNS} WHERE state = 'open' AND until > :now ORDER BY room_id, link_id")
_FIND = text(f"{_COLUMNS} WHERE state = 'open' AND link_id = :link_id")
_CHANGE = text("UPDATE files_share SET downloads = :downloads, until = :until WHERE link_id = :link_id")
closing: Final = Closing("files_share", "link_id", over="ended")
"""Which links are to be closed, and which are."""


async def keep(transaction: Transaction, share: Share) -> None:
    """Note a link, before it is opened; the same again changes nothing."""
    row = {
        "link_id": share.link_id,
        "room_id": share.room_id,
        "cause": share.cause,
        "author": share.author,
        "files": json.dumps(share.files),
        "until": share.until,
        "downloads": share.downloads,
        "protected": share.protected,
    }
    await transaction.execute(_KEEP, row)


async def open_in(transaction: Transaction, room_id: RoomId, now: int) -> tuple[Share, ...]:
    """Return the links to files of a room that are open at *now* (ms), what ends next first."""
    rows = await transaction.execute(_OPEN, {"room_id": room_id, "now": now})
    return tuple(_share(row) for row in rows)


async def all_open(transaction: Transaction, now: int) -> tuple[Share, ...]:
    """Return all links that are open at *now* (ms)."""
    return tuple(_share(row) for row in await transaction.execute(_ALL_OPEN, {"now": now}))


async def find(transaction: Transaction, link_id: str) -> Share | None:
    """Return an open link by its id."""
    row = (await transaction.execute(_FIND, {"link_id": link_id})).one_or_none()
    return None if row is None else _share(row)


async def change(transaction: Transaction, link_id: str, until: int, downloads: int | None) -> None:
    """Note until when (ms) a link is open, and how many downloads it may have."""
    await transaction.execute(_CHANGE, {"link_id": link_id, "until": until, "downloads": downloads})


def _share(row: Sequence[Any]) -> Share:
    files = tuple(EventId(event_id) for event_id in json.loads(row[4]))
    return Share(row[0], RoomId(row[1]), EventId(row[2]), UserId(row[3]), files, row[5], row[6], protected=bool(row[7]))
