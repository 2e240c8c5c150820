"""What somebody was shown last in a room, alone in an answer: what they speak of next, on disk."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import text

from bots.assistant.store import tables  # noqa: F401 - declares what the statements name
from bots.assistant.talk.scene import Key
from bots.database.engine import Transaction
from config.identifiers import EventId, RoomId, UserId

_NOTE: Final = text(
    "INSERT INTO assistant_looked (room_id, person, cause, kind, object_id, at)"
    " VALUES (:room_id, :person, :cause, :kind, :object_id, :at)"
    " ON CONFLICT (room_id, person) DO UPDATE SET cause = excluded.cause, kind = excluded.kind,"
    " object_id = excluded.object_id, at = excluded.at"
)
_LOOKED: Final = text(
    "SELECT cause, kind, object_id, at FROM assistant_looked"
    " WHERE room_id = :room_id AND person = :person AND at >= :since"
)
_PASS_BY: Final = text("DELETE FROM assistant_looked WHERE room_id = :room_id AND person = :person")
_WITHDRAW: Final = text("DELETE FROM assistant_looked WHERE room_id = :room_id AND cause = :cause")
_FORGET: Final = text("DELETE FROM assistant_looked WHERE at < :before")


@dataclass(frozen=True, slots=True)
class Looked:
    """The object *key* was shown *at* (ms) in answer to *cause*."""

    cause: EventId
    key: Key
    at: int


async def note(transaction: Transaction, room_id: RoomId, person: UserId, looked: Looked) -> None:
    """Note what *person* was shown, in place of what was noted before."""
    kind, object_id = looked.key
    row = {"room_id": room_id, "person": person, "cause": looked.cause, "kind": kind, "object_id": object_id}
    await transaction.execute(_NOTE, {**row, "at": looked.at})


async def looked(transaction: Transaction, room_id: RoomId, person: UserId, since: int) -> Looked | None:
    """Return what *person* was shown last, if not before *since* (ms)."""
    row = {"room_id": room_id, "person": person, "since": since}
    found = (await transaction.execute(_LOOKED, row)).one_or_none()
    return None if found is None else Looked(EventId(found.cause), (found.kind, found.object_id), found.at)


async def pass_by(transaction: Transaction, room_id: RoomId, person: UserId) -> None:
    """Forget what *person* was shown: they have gone on to something else."""
    await transaction.execute(_PASS_BY, {"room_id": room_id, "person": person})


async def withdraw(transaction: Transaction, room_id: RoomId, cause: EventId) -> None:
    """Forget what was shown in answer to *cause*, which was deleted."""
    await transaction.execute(_WITHDRAW, {"room_id": room_id, "cause": cause})


async def forget(transaction: Transaction, before: int) -> None:
    """Forget what was shown before *before* (ms), whoever has asked: nobody speaks of it any more."""
    await transaction.execute(_FORGET, {"before": before})
