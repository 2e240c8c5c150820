"""What the antivirus has said, on disk, and what it is still to be asked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text

from bots.antivirus.verdict import Scan, ScanState, Why, unscanned
from bots.database.engine import Transaction
from bots.files.scanning import tables  # noqa: F401 - declares what the statements name
from config.identifiers import EventId, RoomId

WAITING: Final = "waiting"
_WAIT = text(
    "INSERT INTO files_scan (room_id, event_id, file_id, bytes, state, why, name, at, due, tries)"
    " VALUES (:room_id, :event_id, :file_id, '', 'waiting', 'pending', '', :at, :at, 0) ON CONFLICT DO NOTHING"
)
# What was tried least comes first: a file whose data never comes must not keep the others waiting.
_DUE = text(
    "SELECT room_id, event_id, file_id, tries FROM files_scan WHERE state = 'waiting' AND due <= :now"
    " ORDER BY tries, due, room_id, event_id LIMIT :most"
)
_KNOWN = text(
    "SELECT state, why, name FROM files_scan WHERE bytes = :bytes"
    " AND (state IN ('clean', 'infected') OR state = 'unscanned' AND why IN ('encrypted', 'limit'))"
    " ORDER BY at DESC LIMIT 1"
)
_JUDGE = text(
    "INSERT INTO files_scan (room_id, event_id, file_id, bytes, state, why, name, at, due, tries)"
    " VALUES (:room_id, :event_id, :file_id, :bytes, :state, :why, :name, :at, :due, :tries)"
    " ON CONFLICT (room_id, event_id) DO UPDATE SET bytes = excluded.bytes, state = excluded.state,"
    " why = excluded.why, name = excluded.name, at = excluded.at, due = excluded.due, tries = excluded.tries"
)
_DROP = text("DELETE FROM files_scan WHERE room_id = :room_id AND event_id = :event_id")
_ALL = text("SELECT file_id, state, why, name FROM files_scan WHERE room_id = :room_id")
_ROOMS = text("SELECT room_id, MIN(event_id) FROM files_scan WHERE state = 'waiting' GROUP BY room_id")
_COUNTS = text("SELECT state, COUNT(*) FROM files_scan GROUP BY state")


@dataclass(frozen=True, slots=True)
class WaitingScan:
    """A file that the antivirus is to be asked about; *tries*: how often that was in vain."""

    room_id: RoomId
    event_id: EventId
    file_id: str
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was said (*scan*) of the plaintext *bytes* (hex), at *at* (ms); *due* (ms): ask again then, None: never."""

    scan: Scan
    bytes: str
    at: int
    due: int | None = None
    tries: int = 0


async def wait(transaction: Transaction, room_id: RoomId, files: Iterable[tuple[EventId, str]], now: int) -> None:
    """Note files (event id, file id) that the antivirus is to be asked about; the same again changes nothing."""
    rows = [{"room_id": room_id, "event_id": event_id, "file_id": file_id, "at": now} for event_id, file_id in files]
    if rows:
        await transaction.execute(_WAIT, rows)


async def due(transaction: Transaction, now: int, most: int) -> list[WaitingScan]:
    """Return *most* files that are due at *now* (ms)."""
    rows = await transaction.execute(_DUE, {"now": now, "most": most})
    return [WaitingScan(RoomId(row[0]), EventId(row[1]), row[2], row[3]) for row in rows]


async def known(transaction: Transaction, fingerprint: str) -> Scan | None:
    """Return what was last said of the very same bytes, in whatever room."""
    row = (await transaction.execute(_KNOWN, {"bytes": fingerprint})).one_or_none()
    return None if row is None else _scan(*row)


async def judge(transaction: Transaction, waiting: WaitingScan, verdict: Verdict) -> None:
    """Note what was said of a file, instead of what was said before."""
    row = {
        "room_id": waiting.room_id,
        "event_id": waiting.event_id,
        "file_id": waiting.file_id,
        "bytes": verdict.bytes,
        "state": verdict.scan.state if verdict.due is None else WAITING,
        "why": verdict.scan.why,
        "name": verdict.scan.name,
        "at": verdict.at,
        "due": verdict.due or 0,
        "tries": verdict.tries,
    }
    await transaction.execute(_JUDGE, row)


async def drop(transaction: Transaction, room_id: RoomId, event_id: EventId) -> None:
    """Forget what was said of a file."""
    await transaction.execute(_DROP, {"room_id": room_id, "event_id": event_id})


async def scans(transaction: Transaction, room_id: RoomId) -> dict[str, Scan]:
    """Return what was said of the files of a room, by their ids."""
    return {row[0]: _scan(*row[1:]) for row in await transaction.execute(_ALL, {"room_id": room_id})}


async def waiting_rooms(transaction: Transaction) -> list[tuple[RoomId, EventId]]:
    """Return the rooms in which a file waits, each with the message of one."""
    return [(RoomId(row[0]), EventId(row[1])) for row in await transaction.execute(_ROOMS)]


async def counts(transaction: Transaction) -> Mapping[str, int]:
    """Return how many files are in each state."""
    return {row[0]: row[1] for row in await transaction.execute(_COUNTS)}


def _scan(state: str, why: str, name: str) -> Scan:
    return unscanned(Why(why)) if state in (WAITING, ScanState.UNSCANNED) else Scan(ScanState(state), name=name)
