"""Commands that wait, on disk, until we know the room that they were given in."""

import json
from dataclasses import asdict

from sqlalchemy import text

from bots.assistant.store import tables  # noqa: F401 - declares what the statements name
from bots.database.engine import Transaction
from bots.matrix.events import Event
from config.identifiers import DeviceId, EventId, RoomId, UserId

_KEEP = text(
    "INSERT INTO assistant_pending (room_id, event_id, item, at) VALUES (:room_id, :event_id, :item, :at)"
    " ON CONFLICT DO NOTHING"
)
_FIRST = text("SELECT item FROM assistant_pending WHERE room_id = :room_id ORDER BY number LIMIT 1")
_DROP = text("DELETE FROM assistant_pending WHERE room_id = :room_id AND event_id = :event_id")
_OLDEST = text("SELECT event_id, at FROM assistant_pending WHERE room_id = :room_id ORDER BY number LIMIT 1")
_ROOMS = text("SELECT DISTINCT room_id FROM assistant_pending")


async def keep(transaction: Transaction, event: Event, now_ms: int) -> None:
    """Keep *event* until it can be answered; the same one twice is one."""
    # Escaped: a content may hold what no database takes.
    item = json.dumps(asdict(event))
    row = {"room_id": event.room_id, "event_id": event.event_id, "item": item, "at": now_ms}
    await transaction.execute(_KEEP, row)


async def first(transaction: Transaction, room_id: RoomId) -> Event | None:
    """Return what has waited longest in a room."""
    item = (await transaction.execute(_FIRST, {"room_id": room_id})).scalar_one_or_none()
    return None if item is None else _event(item)


async def oldest(transaction: Transaction, room_id: RoomId) -> tuple[EventId, int] | None:
    """Return what has waited longest in a room, and since when (ms)."""
    row = (await transaction.execute(_OLDEST, {"room_id": room_id})).one_or_none()
    return None if row is None else (EventId(row.event_id), row.at)


async def drop(transaction: Transaction, room_id: RoomId, event_id: EventId) -> bool:
    """Keep *event_id* no longer; tell whether it was kept."""
    done = await transaction.execute(_DROP, {"room_id": room_id, "event_id": event_id})
    return done.rowcount > 0


async def rooms(transaction: Transaction) -> frozenset[RoomId]:
    """Return the rooms in which something waits."""
    return frozenset(RoomId(each) for each in (await transaction.execute(_ROOMS)).scalars())


def _event(item: str) -> Event:
    # Written by keep(), so nothing is checked again.
    raw = json.loads(item)
    device = raw["device"]
    return Event(
        **{
            **raw,
            "room_id": RoomId(raw["room_id"]),
            "event_id": EventId(raw["event_id"]),
            "sender": UserId(raw["sender"]),
            "device": None if device is None else DeviceId(device),
        }
    )
