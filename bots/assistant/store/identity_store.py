"""What rooms were told of people's encryption identities, and which an administrator wants confirmed, on disk."""

from dataclasses import dataclass

from sqlalchemy import text

from bots.assistant.dispatch.identity import Heard, IdentityNotice
from bots.assistant.store import tables  # noqa: F401 - declares what the statements name
from bots.database.engine import Transaction
from config.identifiers import RoomId, UserId

_NOTE = text(
    "INSERT INTO assistant_identity_told (room_id, user_id, told, at) VALUES (:room_id, :user_id, :told, :at)"
    " ON CONFLICT (room_id, user_id, told) DO UPDATE SET at = excluded.at"
)
_HEARD = text("SELECT room_id, user_id, told, at FROM assistant_identity_told")
_AT = text("SELECT at FROM assistant_identity_told WHERE room_id = :room_id AND user_id = :user_id AND told = :told")
_ASK = text(
    "INSERT INTO assistant_identity_request (user_id, seen, at, outcome) VALUES (:user_id, :seen, :at, NULL)"
    " ON CONFLICT (user_id) DO UPDATE SET seen = excluded.seen, at = excluded.at, outcome = NULL"
)
_ASKED = text("SELECT user_id, seen, at FROM assistant_identity_request WHERE outcome IS NULL ORDER BY at, user_id")
_END = text("UPDATE assistant_identity_request SET outcome = :outcome WHERE user_id = :user_id AND at = :at")
_OUTCOME = text("SELECT outcome FROM assistant_identity_request WHERE user_id = :user_id AND at = :at")


@dataclass(frozen=True, slots=True)
class IdentityConfirmation:
    """An administrator's wish that *user_id* be known by the identity *seen* (a master key), from when (*at*, ms)."""

    user_id: UserId
    seen: str
    at: int


async def note(transaction: Transaction, room_id: RoomId, user_id: UserId, told: IdentityNotice, now: int) -> None:
    """Note that a room was told something of somebody."""
    await transaction.execute(_NOTE, {"room_id": room_id, "user_id": user_id, "told": told.value, "at": now})


async def told_at(transaction: Transaction, room_id: RoomId, user_id: UserId, told: IdentityNotice) -> int | None:
    """Return when (ms) a room was last told that of somebody."""
    row = {"room_id": room_id, "user_id": user_id, "told": told.value}
    found: int | None = (await transaction.execute(_AT, row)).scalar_one_or_none()
    return found


async def heard(transaction: Transaction) -> Heard:
    """Return all that rooms were told."""
    found: dict[tuple[RoomId, UserId], dict[IdentityNotice, int]] = {}
    for row in await transaction.execute(_HEARD):
        found.setdefault((RoomId(row.room_id), UserId(row.user_id)), {})[IdentityNotice(row.told)] = row.at
    return found


async def ask(transaction: Transaction, wish: IdentityConfirmation) -> None:
    """Leave *wish* for the assistant, instead of an earlier one about the same person."""
    await transaction.execute(_ASK, {"user_id": wish.user_id, "seen": wish.seen, "at": wish.at})


async def wishes(transaction: Transaction) -> list[IdentityConfirmation]:
    """Return what is still to be done."""
    return [IdentityConfirmation(UserId(row.user_id), row.seen, row.at) for row in await transaction.execute(_ASKED)]


async def end(transaction: Transaction, wish: IdentityConfirmation, *, confirmed: bool) -> None:
    """Note what came of *wish*."""
    outcome = "confirmed" if confirmed else "refused"
    await transaction.execute(_END, {"user_id": wish.user_id, "at": wish.at, "outcome": outcome})


async def outcome(transaction: Transaction, wish: IdentityConfirmation) -> bool | None:
    """Return whether *wish* was granted; None while it waits."""
    found = (await transaction.execute(_OUTCOME, {"user_id": wish.user_id, "at": wish.at})).scalar_one_or_none()
    return None if found is None else found == "confirmed"
