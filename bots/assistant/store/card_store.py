"""Which message is whose card, and what each shows, on disk."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import text

from bots.assistant.store import (
    memory,
    tables,  # noqa: F401 - declares what the statements name
)
from bots.assistant.talk.drawing import UNSAID, Card
from bots.assistant.talk.scene import Key
from bots.database.engine import Transaction
from config.identifiers import EventId, RoomId

_KEEP = text(
    "INSERT INTO assistant_card (room_id, kind, object_id, txn, shown, due)"
    " VALUES (:room_id, :kind, :object_id, :txn, :shown, :due) ON CONFLICT DO NOTHING"
)
# A card that waits for its turn keeps it; one that was edited just now waits for its pace.
_DUE = (
    "UPDATE assistant_card SET shown = COALESCE(shown, '-'), due = CASE WHEN due <= :soon THEN due"
    " WHEN edited + :pace > :soon THEN edited + :pace ELSE :soon END WHERE room_id = :room_id"
)
_TOUCH = text(f"{_DUE} AND kind = :kind AND object_id = :object_id")
# What was never said waits for a change of its own: a room is not to be filled with cards.
_TOUCH_ALL = text(f"{_DUE} AND (shown IS NULL OR shown <> '{UNSAID}' OR due IS NOT NULL)")
_NEXT = text("SELECT MIN(due) FROM assistant_card")
_WAITING = text(
    "SELECT c.room_id, c.kind, c.object_id, c.txn, c.shown, c.edited, s.event_id FROM assistant_card c"
    " LEFT JOIN assistant_shown s ON s.room_id = c.room_id AND s.txn = c.txn"
    " WHERE c.due <= :now ORDER BY c.due LIMIT :most"
)
_SETTLE = text(
    "UPDATE assistant_card SET shown = :shown, edited = :edited, due = :due"
    " WHERE room_id = :room_id AND kind = :kind AND object_id = :object_id"
)
_DROP = text("DELETE FROM assistant_card WHERE room_id = :room_id AND txn = :txn")
_SENT = text(
    "SELECT c.kind, c.object_id, s.event_id FROM assistant_card c"
    " JOIN assistant_shown s ON s.room_id = c.room_id AND s.txn = c.txn"
    " WHERE c.room_id = :room_id AND s.event_id IS NOT NULL"
)
_CARDS = text("SELECT kind, object_id FROM assistant_card WHERE room_id = :room_id ORDER BY kind, object_id")
_DROP_ALL = text("DELETE FROM assistant_card WHERE room_id = :room_id")
_INHERIT = text(
    "INSERT INTO assistant_card (room_id, kind, object_id, txn, shown, due)"
    " VALUES (:room_id, :kind, :object_id, :txn, :shown, NULL) ON CONFLICT DO NOTHING"
)
_SAID = text("SELECT txn FROM assistant_shown WHERE room_id = :room_id AND event_id = :event_id")
_FORGET = text("DELETE FROM assistant_shown WHERE room_id = :room_id AND event_id = :event_id")
_EDITS = text(
    "SELECT event_id FROM assistant_shown"
    " WHERE room_id = :room_id AND edits IN (:event_id, :txn) AND event_id IS NOT NULL"
)
_SHOWING = text(
    "SELECT event_id FROM assistant_shown"
    " WHERE room_id = :room_id AND event_id IS NOT NULL AND objects LIKE :pattern ESCAPE '|' ORDER BY event_id"
)
_DOOM_EDITS = text(
    "UPDATE assistant_shown SET edits = :doomed"
    " WHERE room_id = :room_id AND edits IN (:event_id, :txn) AND event_id IS NULL"
)
_DOOM = text(
    "UPDATE assistant_shown SET edits = :doomed"
    " WHERE room_id = :room_id AND event_id IS NULL AND objects LIKE :pattern ESCAPE '|'"
)
_SHOW = text(
    "INSERT INTO assistant_shown (room_id, txn, event_id, objects, edits)"
    " VALUES (:room_id, :txn, :event_id, :objects, :edits) ON CONFLICT DO NOTHING"
)


async def keep(transaction: Transaction, room_id: RoomId, key: Key, txn: str, shown: str | None, due: int) -> None:
    """Note that the message *txn* is the card of *key*, unless it has one."""
    row = {**_named(room_id, key), "txn": txn, "shown": shown, "due": due}
    await transaction.execute(_KEEP, row)


async def touch(transaction: Transaction, room_id: RoomId, key: Key, soon: int, pace: int) -> bool:
    """Have the card of *key* drawn again at *soon* (ms), or *pace* after its last edit; tell whether it has one."""
    done = await transaction.execute(_TOUCH, {**_named(room_id, key), "soon": soon, "pace": pace})
    return bool(done.rowcount)


async def touch_all(transaction: Transaction, room_id: RoomId, soon: int, pace: int) -> None:
    """Have all cards of a room drawn again; only those that have changed are edited."""
    await transaction.execute(_TOUCH_ALL, {"room_id": room_id, "soon": soon, "pace": pace})


async def next_due(transaction: Transaction) -> int | None:
    """Return when (ms) the next card is to be drawn, None when none is."""
    return (await transaction.execute(_NEXT)).scalar_one_or_none()


async def waiting(transaction: Transaction, now: int, most: int) -> list[Card]:
    """Return the cards to be drawn by *now* (ms), those that wait longest first."""
    rows = await transaction.execute(_WAITING, {"now": now, "most": most})
    return [
        Card(RoomId(row[0]), (row[1], row[2]), row[3], row[4], row[5], None if row[6] is None else EventId(row[6]))
        for row in rows
    ]


async def sent(transaction: Transaction, room_id: RoomId) -> dict[Key, EventId]:
    """Return the event ids of the cards in a room that the server has."""
    rows = await transaction.execute(_SENT, {"room_id": room_id})
    return {(row[0], row[1]): EventId(row[2]) for row in rows}


async def move(transaction: Transaction, room_id: RoomId) -> list[Key]:
    """Let the messages in a closed room be cards no more; return what they were the cards of."""
    found = [(row[0], row[1]) for row in await transaction.execute(_CARDS, {"room_id": room_id})]
    await transaction.execute(_DROP_ALL, {"room_id": room_id})
    return found


async def inherit(transaction: Transaction, room_id: RoomId, key: Key, txn: str) -> None:
    """Note that the card of *key* will be the message *txn*, said when the object next changes."""
    await transaction.execute(_INHERIT, {**_named(room_id, key), "txn": txn, "shown": UNSAID})


Settled = tuple[Card, str | None, int | None, int | None]
"""A card, what it shows now, when it was edited and when it is due next (ms)."""


async def settle(transaction: Transaction, cards: Iterable[Settled]) -> None:
    """Write down how things stand with each card."""
    rows: list[Mapping[str, Any]] = [
        {**_named(card.room_id, card.key), "shown": shown, "edited": edited, "due": due}
        for card, shown, edited, due in cards
    ]
    if rows:
        await transaction.execute(_SETTLE, rows)


async def drop(transaction: Transaction, room_id: RoomId, txn: str) -> None:
    """Forget that the message *txn* is a card."""
    await transaction.execute(_DROP, {"room_id": room_id, "txn": txn})


async def say(
    transaction: Transaction,
    room_id: RoomId,
    txn: str,
    keys: Iterable[Key],
    *,
    event_id: EventId | None = None,
    edits: EventId | None = None,
) -> None:
    """Note that the message *txn* shows *keys*, and which card it edits."""
    row = {"room_id": room_id, "txn": txn, "event_id": event_id, "objects": json.dumps(list(keys)), "edits": edits}
    await transaction.execute(_SHOW, row)


async def redacted(transaction: Transaction, room_id: RoomId, event_id: EventId) -> list[EventId]:
    """Forget a message that is gone, as a card too; return the edits of it, which still show what it showed.

    Those that are still on their way are doomed (:func:`memory.acknowledge`).
    """
    event = {"room_id": room_id, "event_id": event_id}
    txn = await said_as(transaction, room_id, event_id)
    if txn is None:
        return []
    await drop(transaction, room_id, txn)
    edits = await edits_of(transaction, room_id, event_id)
    await transaction.execute(_DOOM_EDITS, {**event, "txn": txn, "doomed": memory.DOOMED})
    await transaction.execute(_FORGET, event)
    return edits


async def said_as(transaction: Transaction, room_id: RoomId, event_id: EventId) -> str | None:
    """Return the transaction of a message of ours that shows something."""
    found = await transaction.execute(_SAID, {"room_id": room_id, "event_id": event_id})
    return found.scalars().first()


async def edits_of(transaction: Transaction, room_id: RoomId, event_id: EventId) -> list[EventId]:
    """Return the edits of a message of ours that the server has."""
    txn = await said_as(transaction, room_id, event_id)
    rows = await transaction.execute(_EDITS, {"room_id": room_id, "event_id": event_id, "txn": txn or event_id})
    return [EventId(each) for each in rows.scalars()]


async def showing(transaction: Transaction, room_id: RoomId, key: Key) -> list[EventId]:
    """Return our messages that show *key*."""
    found = await transaction.execute(_SHOWING, {"room_id": room_id, "pattern": memory.holding(key)})
    return [EventId(each) for each in found.scalars()]


async def doom(transaction: Transaction, room_id: RoomId, key: Key) -> None:
    """Have our messages that show *key* and are still on their way go as soon as the server has them."""
    await transaction.execute(_DOOM, {"room_id": room_id, "pattern": memory.holding(key), "doomed": memory.DOOMED})


def _named(room_id: RoomId, key: Key) -> dict[str, Any]:
    return {"room_id": room_id, "kind": key[0], "object_id": key[1]}
