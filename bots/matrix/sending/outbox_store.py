"""On disk: what is to be said, and what became of it (``tables.outbox``)."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import text

from bots.database.engine import Transaction
from bots.database.gathering import put
from bots.database.storable import is_storable
from bots.matrix.errors import Refused
from bots.matrix.events import Outgoing, OutgoingRedaction
from bots.matrix.port import Raw
from bots.matrix.sending.delivery import Letter
from config.identifiers import DeviceId, EventId, RoomId

Message = Outgoing | OutgoingRedaction

_ENQUEUE = (
    "INSERT INTO matrix_outbox (room_id, txn, kind, body, state, device_id, enqueued_at)"
    " VALUES (:room_id, :txn, :kind, :body, 'queued', :device_id, :now) ON CONFLICT DO NOTHING"
)
_GATHER = text(_ENQUEUE)
_INSERT = text(f"{_ENQUEUE} RETURNING id")
_QUEUED = text(
    "SELECT id, room_id, txn, kind, body, device_id, enqueued_at FROM matrix_outbox WHERE state = 'queued' ORDER BY id"
)
_SENT_AS = text("SELECT event_id FROM matrix_outbox WHERE room_id = :room_id AND txn = :txn")
_SENT = text("UPDATE matrix_outbox SET state = 'sent', body = '', event_id = :event_id WHERE id = :id")
_REFUSED = text("UPDATE matrix_outbox SET state = 'refused', body = '', error = :error WHERE id = :id")


async def gather(transaction: Transaction, message: Message, device_id: DeviceId, now_ms: int) -> None:
    """Have *message* written with all that *transaction* gathers; the same txn again is dropped."""
    row, _ = _row(message, device_id, now_ms)
    await put(transaction, _GATHER, row)


async def insert(
    transaction: Transaction, message: Message, device_id: DeviceId, now_ms: int, person: str | None
) -> Letter | None:
    """Write *message*, because of what *person* said; None where its txn is there already."""
    row, body = _row(message, device_id, now_ms)
    number = (await transaction.execute(_INSERT, row)).scalar_one_or_none()
    if number is None:
        return None
    return Letter(number, message.room_id, message.txn, row["kind"], body, device_id, now_ms, person)


async def queued(transaction: Transaction) -> list[Letter]:
    """Return what waits to be sent, in order."""
    rows = await transaction.execute(_QUEUED)
    return [Letter(row[0], RoomId(row[1]), row[2], row[3], json.loads(row[4]), row[5], row[6]) for row in rows]


async def sent_as(transaction: Transaction, room_id: RoomId, txn: str) -> EventId | None:
    """Return the event that a message of ours became; None where it is not sent."""
    found: EventId | None = (await transaction.execute(_SENT_AS, {"room_id": room_id, "txn": txn})).scalar_one_or_none()
    return found


async def acknowledge(transaction: Transaction, outcomes: Sequence[tuple[Letter, EventId | Refused]]) -> None:
    """Note what became of each letter: the event's id, or why the server refused it."""
    sent = [{"id": letter.id, "event_id": what} for letter, what in outcomes if not isinstance(what, Refused)]
    refused = [{"id": letter.id, "error": str(what)} for letter, what in outcomes if isinstance(what, Refused)]
    if sent:
        await transaction.execute(_SENT, sent)
    if refused:
        await transaction.execute(_REFUSED, refused)


def _row(message: Message, device_id: DeviceId, now_ms: int) -> tuple[dict[str, Any], Raw]:
    """Return *message* as the table keeps it, and its body."""
    match message:
        case Outgoing():
            kind, body = message.type, dict(message.content)
        case OutgoingRedaction():
            kind = "m.room.redaction"
            body = {"target": message.target} | ({"reason": message.reason} if message.reason else {})
    body, written = _writable(body)
    row = {
        "room_id": message.room_id,
        "txn": message.txn,
        "kind": kind,
        "body": written,
        "device_id": device_id,
        "now": now_ms,
    }
    return row, body


def _writable(body: Raw) -> tuple[Raw, str]:
    """Return *body*, and its JSON, without half surrogate pairs: no server takes them, and would be asked for ever."""
    written = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    if is_storable(written):
        return body, written
    mended = written.encode("utf-8", "replace").decode()
    return json.loads(mended), mended
