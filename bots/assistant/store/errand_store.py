"""Errands that wait, on disk."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import RowMapping, String, bindparam, text

from bots.assistant.store import tables  # noqa: F401 - declares what the statements name
from bots.assistant.talk.errand import Cancel, Errand
from bots.database.engine import Transaction
from bots.database.gathering import put, settle
from bots.register.format.canonical import Json
from config.identifiers import EventId, RoomId, UserId

_PUT = (
    "INSERT INTO assistant_errand (room_id, kind, errand, payload, due, cause, sender, thread, answers, tries)"
    " VALUES (:room_id, :kind, :errand, :payload, :due, :cause, :sender, :thread, :answers, :tries)"
    " ON CONFLICT (room_id, kind, errand) DO"
)
_KEEP = text(
    f"{_PUT} UPDATE SET payload = excluded.payload, due = excluded.due,"
    " cause = excluded.cause, sender = excluded.sender, thread = excluded.thread, answers = excluded.answers, tries = 0"
)
_PUT_BACK = text(f"{_PUT} NOTHING")
# With a type: PostgreSQL takes an empty list for one of numbers.
_EXCEPT_IN: Final = bindparam("except_in", expanding=True, type_=String)
_FIRST = text(
    "SELECT * FROM assistant_errand WHERE due <= :now AND room_id NOT IN :except_in"
    " ORDER BY due, room_id, kind, errand LIMIT 1"
).bindparams(_EXCEPT_IN)
_TAKE = text(
    "DELETE FROM assistant_errand WHERE (room_id, kind, errand) IN (SELECT room_id, kind, errand FROM assistant_errand"
    " WHERE due <= :now AND kind IN :kinds AND room_id NOT IN :except_in ORDER BY due LIMIT :most) RETURNING *"
).bindparams(_EXCEPT_IN, bindparam("kinds", expanding=True, type_=String))
_NEXT = text("SELECT MIN(due) FROM assistant_errand WHERE room_id NOT IN :except_in").bindparams(_EXCEPT_IN)
_DUE = text("SELECT due FROM assistant_errand WHERE room_id = :room_id AND kind = :kind AND errand = :errand")
_DUE_IN = text("SELECT kind, errand, due FROM assistant_errand WHERE room_id = :room_id")
_FEW: Final = 4
"""Errands that are looked up one by one: of more, all of the room are read at once."""
_POSTPONE = text(
    "UPDATE assistant_errand SET due = :later, tries = tries + 1"
    " WHERE room_id = :room_id AND kind = :kind AND errand = :errand AND due = :due AND cause = :cause"
)
_STRIKE = text(
    "DELETE FROM assistant_errand"
    " WHERE room_id = :room_id AND kind = :kind AND errand = :errand AND due = :due AND cause = :cause"
)
_CANCEL = text("DELETE FROM assistant_errand WHERE room_id = :room_id AND kind = :kind AND errand = :errand")
_CANCEL_EVERYWHERE = text("DELETE FROM assistant_errand WHERE kind = :kind")
_WITHDRAW = text("DELETE FROM assistant_errand WHERE cause = :cause AND sender = :sender")

_MOVE = text(
    "INSERT INTO assistant_errand (room_id, kind, errand, payload, due, cause, sender, thread, answers, tries)"
    " SELECT CAST(:new AS VARCHAR), kind, errand, payload, due, cause, sender, NULL, 0, tries FROM assistant_errand"
    " WHERE room_id = :old ON CONFLICT DO NOTHING"
)
_LEAVE = text("DELETE FROM assistant_errand WHERE room_id = :old")


@dataclass(frozen=True, slots=True)
class WaitingErrand:
    """One errand: what, where, for whom (*sender*, whose event *cause* asked for it), and when (*due*, ms).

    *answers*: what is said of it answers *cause*, in *thread* if that stands in one. *tries* is how often it was tried.
    """

    kind: str
    key: str
    room_id: RoomId
    payload: Mapping[str, Json]
    due: int
    cause: EventId
    sender: UserId
    thread: EventId | None = None
    answers: bool = False
    tries: int = 0


async def keep(transaction: Transaction, *waiting: WaitingErrand) -> None:
    """Keep errands, each instead of one with the same kind, room and key."""
    rows = [{**_row(each), "tries": 0} for each in waiting]
    if rows:
        await settle(transaction)
        await transaction.execute(_KEEP, rows)


def _row(waiting: WaitingErrand) -> dict[str, object]:
    return {
        **_identity(waiting),
        "payload": json.dumps(waiting.payload, ensure_ascii=False),
        "sender": waiting.sender,
        "thread": waiting.thread,
        "answers": int(waiting.answers),
    }


async def first(transaction: Transaction, now: int, except_in: Collection[RoomId] = ()) -> WaitingErrand | None:
    """Return the errand that has been due longest at *now* (ms), of all rooms but *except_in*."""
    found = await transaction.execute(_FIRST, {"now": now, "except_in": [*except_in]})
    row = found.mappings().one_or_none()
    return None if row is None else _waiting(row)


async def take(
    transaction: Transaction, now: int, kinds: Collection[str], most: int, except_in: Collection[RoomId] = ()
) -> list[WaitingErrand]:
    """Strike off, and return, *most* errands of these *kinds* that are due at *now* (ms), but of *except_in*.

    Those that have been due longest, in that order.
    """
    names = {"now": now, "kinds": [*kinds], "most": most, "except_in": [*except_in]}
    found = await transaction.execute(_TAKE, names)
    return sorted(map(_waiting, found.mappings()), key=lambda waiting: waiting.due)


def _waiting(row: RowMapping) -> WaitingErrand:
    return WaitingErrand(
        row["kind"],
        row["errand"],
        RoomId(row["room_id"]),
        json.loads(row["payload"]),
        row["due"],
        EventId(row["cause"]),
        UserId(row["sender"]),
        None if row["thread"] is None else EventId(row["thread"]),
        bool(row["answers"]),
        row["tries"],
    )


async def next_due(transaction: Transaction, except_in: Collection[RoomId] = ()) -> int | None:
    """Return when (ms) the next one is due, of all rooms but *except_in*."""
    return (await transaction.execute(_NEXT, {"except_in": [*except_in]})).scalar_one_or_none()


async def due_at(transaction: Transaction, kind: str, key: str, room_id: RoomId) -> int | None:
    """Return when (ms) an errand is due, None when it does not wait."""
    row = {"kind": kind, "errand": key, "room_id": room_id}
    return (await transaction.execute(_DUE, row)).scalar_one_or_none()


async def waiting_in(
    transaction: Transaction, room_id: RoomId, errands: Collection[Errand | Cancel]
) -> dict[tuple[str, str], int]:
    """Return when (ms) those of *errands* that wait in a room are due, by kind and key.

    Of a few, those that are to be cancelled are not looked for: they may wait, since when does not matter.
    """
    if any(isinstance(errand, Errand) for errand in errands):
        await settle(transaction)
    if len(errands) > _FEW:
        rows = await transaction.execute(_DUE_IN, {"room_id": room_id})
        return {(kind, key): due for kind, key, due in rows}
    found: dict[tuple[str, str], int] = {}
    for errand in errands:
        if isinstance(errand, Cancel):
            found[errand.kind, errand.key] = 0
            continue
        due = await due_at(transaction, errand.kind, errand.key, room_id)
        if due is not None:
            found[errand.kind, errand.key] = due
    return found


async def put_back(transaction: Transaction, waiting: WaitingErrand, later: int) -> None:
    """Have *waiting*, which was taken, wait until *later* (ms), with one try less, unless another has its place."""
    await transaction.execute(_PUT_BACK, {**_row(waiting), "due": later, "tries": waiting.tries + 1})


async def postpone(transaction: Transaction, waiting: WaitingErrand, later: int) -> None:
    """Try *waiting* again at *later* (ms), unless another has taken its place."""
    await transaction.execute(_POSTPONE, {**_identity(waiting), "later": later})


async def strike(transaction: Transaction, waiting: WaitingErrand) -> bool:
    """Strike *waiting* off; False when it was cancelled or replaced meanwhile."""
    return bool((await transaction.execute(_STRIKE, _identity(waiting))).rowcount)


async def cancel(transaction: Transaction, kind: str, key: str, room_id: RoomId) -> None:
    """Strike an errand off, whoever asked for it."""
    await put(transaction, _CANCEL, {"kind": kind, "errand": key, "room_id": room_id})


async def cancel_everywhere(transaction: Transaction, kind: str) -> None:
    """Strike all errands of a *kind* off, in every room."""
    await put(transaction, _CANCEL_EVERYWHERE, {"kind": kind})


async def withdraw(transaction: Transaction, cause: EventId, sender: UserId) -> bool:
    """Strike off what *sender* asked for by *cause* and is not done yet; tell whether there was something."""
    return bool((await transaction.execute(_WITHDRAW, {"cause": cause, "sender": sender})).rowcount)


async def move(transaction: Transaction, old: RoomId, new: RoomId) -> None:
    """Let what waits for a closed room wait for the one that follows it; there it answers nothing."""
    await transaction.execute(_MOVE, {"old": old, "new": new})
    await transaction.execute(_LEAVE, {"old": old})


def _identity(waiting: WaitingErrand) -> dict[str, object]:
    return {
        "room_id": waiting.room_id,
        "kind": waiting.kind,
        "errand": waiting.key,
        "due": waiting.due,
        "cause": waiting.cause,
    }
