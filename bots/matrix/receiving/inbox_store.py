"""On disk: the events that wait for the handler (``tables.inbox``)."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import text

from bots.database.engine import Transaction
from bots.matrix.receiving.intake import WAKE, InboxItem
from config.identifiers import RoomId

ATTEMPTS = 6
"""How often an event is tried that fails by its own fault: some seconds."""
_KEPT_MS = 7 * 86_400_000

_CLAIM = text(
    "UPDATE matrix_inbox SET state = 'handled', raw = '' WHERE room_id = :room_id AND event_id = :event_id"
    " AND state IN ('waiting', 'keyless')"
)
_PUT_BACK = text(
    "UPDATE matrix_inbox SET state = :state, raw = :raw, session_id = :session_id, due = :due"
    " WHERE room_id = :room_id AND event_id = :event_id"
)
_COUNT = text(
    "UPDATE matrix_inbox SET attempts = attempts + 1,"
    " state = CASE WHEN attempts + 1 >= :limit THEN 'failed' ELSE state END"
    " WHERE room_id = :room_id AND event_id = :event_id AND state IN ('waiting', 'keyless') RETURNING state"
)
# Some of each person's, so that nobody's flood keeps what others said out of memory.
_LOAD = (
    "SELECT event_id, position, raw, attempts, late, stored_at, sender, many FROM ("
    "SELECT event_id, position, raw, attempts, late, stored_at, sender,"
    " row_number() OVER (PARTITION BY sender ORDER BY position) AS place, count(*) OVER (PARTITION BY sender) AS many"
    " FROM matrix_inbox WHERE room_id = :room_id AND state = 'waiting'{of}) AS ranked"
    " WHERE place <= :most ORDER BY position"
)
_LOAD_ALL = text(_LOAD.format(of=""))
_LOAD_OF = text(_LOAD.format(of=" AND sender = :sender"))
_MANY = text(
    "SELECT count(*) FROM matrix_inbox"
    " WHERE room_id = :room_id AND sender = :sender AND state IN ('waiting', 'keyless')"
)
_WAITING = text("SELECT DISTINCT room_id FROM matrix_inbox WHERE state = 'waiting'")
_KEYLESS = text(
    "SELECT room_id, event_id, position, raw, attempts, due, stored_at FROM matrix_inbox WHERE state = 'keyless'"
)
_COUNTS = text("SELECT state, count(*) FROM matrix_inbox WHERE state <> 'handled' GROUP BY state")
_PRUNE = text("DELETE FROM matrix_inbox WHERE state IN ('handled', 'failed') AND stored_at < :before")
_WAITS = text(
    "SELECT raw FROM matrix_inbox WHERE room_id = :room_id AND event_id = :event_id"
    " AND state IN ('waiting', 'keyless', 'unreadable')"
)
_EMPTY = text("UPDATE matrix_inbox SET raw = :raw WHERE room_id = :room_id AND event_id = :event_id")


async def prune(transaction: Transaction, now_ms: int) -> None:
    """Drop what was handled, or given up, long ago."""
    await transaction.execute(_PRUNE, {"before": now_ms - _KEPT_MS})


async def waiting_rooms(transaction: Transaction) -> set[RoomId]:
    """Return the rooms in which something waits."""
    return {RoomId(room_id) for room_id in (await transaction.execute(_WAITING)).scalars()}


async def keyless(transaction: Transaction) -> list[tuple[InboxItem, int]]:
    """Return what waits for a key, each with the time (ms) until which it does."""
    return [
        (InboxItem(RoomId(row[0]), row[1], row[2], json.loads(row[3]), row[4], since=row[6]), row[5])
        for row in await transaction.execute(_KEYLESS)
    ]


async def counts(transaction: Transaction) -> dict[str, int]:
    """Return how many events are in each state but ``handled``."""
    return {row[0]: row[1] for row in await transaction.execute(_COUNTS)}


async def load(
    transaction: Transaction, room_id: RoomId, most: int, sender: str | None = None
) -> tuple[list[InboxItem], set[str]]:
    """Return what waits in a room, *most* of each sender (or of *sender* alone), and of whom there is more."""
    of = {"room_id": room_id, "most": most} | ({} if sender is None else {"sender": sender})
    rows = (await transaction.execute(_LOAD_ALL if sender is None else _LOAD_OF, of)).all()
    items = [
        InboxItem(
            room_id, each.event_id, each.position, json.loads(each.raw), each.attempts, bool(each.late), each.stored_at
        )
        for each in rows
    ]
    return items, {each.sender for each in rows if each.many > most}


async def many(transaction: Transaction, room_id: RoomId, sender: str) -> int:
    """Return how much of *sender* waits in a room."""
    return int((await transaction.execute(_MANY, {"room_id": room_id, "sender": sender})).scalar_one())


async def claim(transaction: Transaction, item: InboxItem) -> bool:
    """Take *item* to be handled in this transaction; False when it has been."""
    return bool((await transaction.execute(_CLAIM, _key(item))).rowcount)


async def put_back(transaction: Transaction, item: InboxItem, state: str, session_id: str | None, due: int) -> None:
    """Keep what a key may still open."""
    raw = json.dumps(item.raw, separators=(",", ":"))
    await transaction.execute(
        _PUT_BACK, {**_key(item), "state": state, "raw": raw, "session_id": session_id, "due": due}
    )


async def count_failure(transaction: Transaction, item: InboxItem) -> bool:
    """Count that *item* failed by its own fault; tell whether it is given up."""
    state = (await transaction.execute(_COUNT, {**_key(item), "limit": ATTEMPTS})).scalar_one_or_none()
    return state not in {"waiting", "keyless"}


async def wake(transaction: Transaction, sessions: Iterable[tuple[RoomId, str]]) -> None:
    """Let what was encrypted with *sessions* wait for the handler again."""
    await transaction.execute(WAKE, [{"room_id": room, "session_id": session} for room, session in sessions])


async def empty(transaction: Transaction, room_id: RoomId, event_id: str) -> bool:
    """Empty what waits under *event_id*, because it was redacted; tell whether something did."""
    key = {"room_id": room_id, "event_id": event_id}
    raw = (await transaction.execute(_WAITS, key)).scalar_one_or_none()
    if raw is None:
        return False
    await transaction.execute(_EMPTY, {**key, "raw": json.dumps(emptied(json.loads(raw)), separators=(",", ":"))})
    return True


def emptied(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return *raw* as it is after its redaction."""
    return {**raw, "content": {}, "unsigned": {"redacted": True}}


def _key(item: InboxItem) -> dict[str, Any]:
    return {"room_id": item.room_id, "event_id": item.event_id}
