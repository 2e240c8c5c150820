"""The drop boxes that this assistant keeps, on disk."""

import json
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import text

from bots.assistant.store.closing import Closing
from bots.boxes.office import tables  # noqa: F401 - declares what the statements name
from bots.boxes.talk.box import Box, BoxTerms
from bots.database.engine import Transaction
from config.identifiers import EventId, RoomId, UserId

_KEEP = text(
    "INSERT INTO boxes_box (box_id, room_id, cause, author, until, made, state)"
    " VALUES (:box_id, :room_id, :cause, :author, :until, :made, 'open') ON CONFLICT DO NOTHING"
)
_COLUMNS = "SELECT box_id, room_id, cause, author, until, made, state FROM boxes_box"
_OPEN = text(f"{_COLUMNS} WHERE state = 'open' AND room_id = :room_id ORDER BY until, box_id")
_IN_ROOM = text(f"{_COLUMNS} WHERE room_id = :room_id ORDER BY until, box_id")
_ALL_OPEN = text(f"{_COLUMNS} WHERE state = 'open' ORDER BY room_id, box_id")
_ONE = text(f"{_COLUMNS} WHERE box_id = :box_id")
_KNOWN = text("SELECT 1 FROM boxes_box WHERE room_id = :room_id AND cause = :cause")
_ANY = text("SELECT 1 FROM boxes_box LIMIT 1")
_EXTEND = text("UPDATE boxes_box SET until = :until WHERE box_id = :box_id")
closing: Final = Closing("boxes_box", "box_id", over="closed")
"""Which boxes are to be closed, and which are."""


async def keep(transaction: Transaction, box: Box) -> None:
    """Note a box, before it is opened; the same again changes nothing."""
    row = {
        "box_id": box.box_id,
        "room_id": box.room_id,
        "cause": box.cause,
        "author": box.author,
        "until": box.until,
        "made": json.dumps(box.made.as_json(), ensure_ascii=False),
    }
    await transaction.execute(_KEEP, row)


async def open_in(transaction: Transaction, room_id: RoomId) -> tuple[Box, ...]:
    """Return the boxes of a room that are not closed, what ends next first, those whose date has passed too."""
    return tuple(_box(row) for row in await transaction.execute(_OPEN, {"room_id": room_id}))


async def all_in(transaction: Transaction, room_id: RoomId) -> tuple[Box, ...]:
    """Return the boxes of a room, closed or not, what ends first before."""
    return tuple(_box(row) for row in await transaction.execute(_IN_ROOM, {"room_id": room_id}))


async def all_open(transaction: Transaction) -> tuple[Box, ...]:
    """Return all boxes that are not closed."""
    return tuple(_box(row) for row in await transaction.execute(_ALL_OPEN))


async def find(transaction: Transaction, box_id: str) -> Box | None:
    """Return a box, closed or not: what is in it is still to be fetched."""
    row = (await transaction.execute(_ONE, {"box_id": box_id})).one_or_none()
    return None if row is None else _box(row)


async def is_known(transaction: Transaction, room_id: RoomId, cause: EventId) -> bool:
    """Tell whether there is a box that *cause* asked for, closed or not, whatever the server knows it by."""
    return (await transaction.execute(_KNOWN, {"room_id": room_id, "cause": cause})).first() is not None


async def any_at_all(transaction: Transaction) -> bool:
    """Tell whether there has ever been a box: nobody asks for deposits where not."""
    return (await transaction.execute(_ANY)).first() is not None


async def extend(transaction: Transaction, box_id: str, until: int) -> None:
    """Note until when (ms) a box takes deposits."""
    await transaction.execute(_EXTEND, {"box_id": box_id, "until": until})


def _box(row: Sequence[Any]) -> Box:
    made = BoxTerms.read(json.loads(row[5]))
    return Box(row[0], RoomId(row[1]), EventId(row[2]), UserId(row[3]), row[4], made, closed=row[6] != "open")
