"""The assistant's own memory on disk: answers that can be undone, what its messages show, reactions that wait."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from sqlalchemy import text

from bots.assistant.store import tables  # noqa: F401 - declares what the statements name
from bots.assistant.talk.gathering import WaitingReaction
from bots.assistant.talk.scene import NAMED, elsewhere
from bots.database.engine import Transaction
from bots.database.gathering import put, settle
from bots.register.format.operation import Change, parse_change
from config.identifiers import EventId, RoomId, UserId

# As text: these run for each message, and to build them anew each time would cost five times what they do.
_ANSWERED = text("SELECT sender, inverse, at FROM assistant_answer WHERE room_id = :room_id AND cause = :cause")
_REMEMBER = text(
    "INSERT INTO assistant_answer (room_id, cause, sender, inverse, at)"
    " VALUES (:room_id, :cause, :sender, :inverse, :at)"
    " ON CONFLICT (room_id, cause) DO UPDATE SET inverse = excluded.inverse, at = excluded.at"
)
# What was asked in private and done elsewhere has nothing to undo here.
_LAST = text(
    "SELECT a.cause FROM assistant_answer a"
    " WHERE a.room_id = :room_id AND a.sender = :sender AND a.at >= :since AND EXISTS"
    " (SELECT 1 FROM assistant_answer b WHERE b.cause = a.cause AND b.sender = a.sender AND b.inverse <> '[]')"
    " ORDER BY a.at DESC, a.cause DESC LIMIT 1"
)
_LATEST = text(
    "SELECT cause, inverse FROM assistant_answer WHERE room_id = :room_id AND cause <> :but"
    " AND (at >= :recent OR (sender = :sender AND at >= :since))"
    " ORDER BY CASE WHEN at < :recent THEN 2 WHEN sender = :sender THEN 0 ELSE 1 END, at DESC, cause DESC LIMIT 1"
)
_FORGET = text("DELETE FROM assistant_answer WHERE room_id = :room_id AND cause = :cause")
_FORGET_ABOUT = text("DELETE FROM assistant_answer WHERE room_id = :room_id AND inverse LIKE :pattern ESCAPE '|'")
_SHOW = text(
    "INSERT INTO assistant_shown (room_id, txn, objects, edits) VALUES (:room_id, :txn, :objects, :edits)"
    " ON CONFLICT DO NOTHING"
)
_SHOW_MORE = text("UPDATE assistant_shown SET objects = :objects WHERE room_id = :room_id AND txn = :txn")
_ACKNOWLEDGE = text(
    "UPDATE assistant_shown SET event_id = :event_id WHERE room_id = :room_id AND txn = :txn RETURNING edits"
)
_SHOWN_BY = text("SELECT objects FROM assistant_shown WHERE event_id = :event_id AND room_id = :room_id")
_SAY_ONCE = text("INSERT INTO assistant_said (room_id, what, at) VALUES (:room_id, :what, :at) ON CONFLICT DO NOTHING")
_SAY_AGAIN = text(
    "INSERT INTO assistant_said (room_id, what, at) VALUES (:room_id, :what, :at)"
    " ON CONFLICT (room_id, what) DO UPDATE SET at = excluded.at WHERE assistant_said.at <= :since"
)
_FORGET_SAID = text("DELETE FROM assistant_said WHERE what LIKE :pattern AND at < :before")
_WAS_SAID = text("SELECT at FROM assistant_said WHERE room_id = :room_id AND what = :what")
_UNSAY = text("DELETE FROM assistant_said WHERE room_id = :room_id AND what = :what")

_HOLD = text(
    "INSERT INTO assistant_held (room_id, event_id, sender, reaction, object_id, at, due)"
    " VALUES (:room_id, :event_id, :sender, :reaction, :object_id, :at, :due) ON CONFLICT DO NOTHING"
)
_RELEASE = text("DELETE FROM assistant_held WHERE room_id = :room_id AND event_id = :event_id AND sender = :sender")
_HELD_BY = text(
    "SELECT room_id, event_id, sender, reaction, object_id FROM assistant_held"
    " WHERE room_id = :room_id AND sender = :sender ORDER BY at, event_id"
)
_HELD = text(
    "SELECT room_id, event_id, sender, reaction, object_id FROM assistant_held WHERE due <= :now"
    " ORDER BY room_id, sender, at, event_id LIMIT :most"
)
_NEXT_HELD = text("SELECT MIN(due) FROM assistant_held")

_ELSEWHERE = text(
    "SELECT room_id, sender, inverse FROM assistant_answer"
    " WHERE cause = :cause AND room_id <> :room_id ORDER BY room_id"
)
_SHOWN_ELSEWHERE = text(
    "SELECT room_id, event_id, objects FROM assistant_shown"
    " WHERE event_id IS NOT NULL AND objects LIKE :pattern ESCAPE '|'"
    " ORDER BY room_id, event_id"
)

_DOOM_ELSEWHERE = text(
    "UPDATE assistant_shown SET edits = :doomed WHERE event_id IS NULL AND objects LIKE :pattern ESCAPE '|'"
)
_DOOMED = text("SELECT room_id, event_id FROM assistant_shown WHERE edits = :doomed AND event_id IS NOT NULL")
_CLEARED = text("UPDATE assistant_shown SET edits = NULL WHERE room_id = :room_id AND event_id = :event_id")

_MOST_NAMED: Final = 255
_FOR_A_WHILE: Final = "~"
"""What the names of such notes begin with."""
_REDACTED: Final = "redacted "
_ANYWHERE: Final = RoomId("*")
"""Stands for a room where something is counted in none, or in all."""

DOOMED: Final = "-"
"""What such a message edits (no event id) where what it shows was erased while it was on its way."""

Shown = tuple[tuple[str, str], ...]
"""(kind, id) of the objects that a message shows."""


@dataclass(frozen=True, slots=True)
class AnsweredCommand:
    """A command that has been answered: whose it was, what undoes it, and when that was (ms; 0: nobody looked)."""

    sender: UserId
    inverse: tuple[Change, ...]
    at: int = 0


async def answered(transaction: Transaction, room_id: RoomId, cause: EventId) -> AnsweredCommand | None:
    """Return what is remembered of a command."""
    row = (await transaction.execute(_ANSWERED, {"room_id": room_id, "cause": cause})).one_or_none()
    if row is None:
        return None
    return AnsweredCommand(UserId(row.sender), tuple(map(parse_change, json.loads(row.inverse))), row.at or 0)


async def last(transaction: Transaction, room_id: RoomId, sender: UserId, since: int) -> EventId | None:
    """Return what *sender* asked for last in a room, not before *since* (ms), of what can still be undone."""
    row = {"room_id": room_id, "sender": sender, "since": since}
    found = (await transaction.execute(_LAST, row)).scalar_one_or_none()
    return None if found is None else EventId(found)


async def spoken_of(
    transaction: Transaction, room_id: RoomId, sender: UserId, *, recent: int, since: int, but: EventId
) -> EventId | None:
    """Return the command of which *sender* most likely speaks on in a room, unless it was taken back; not *but*.

    Their own last one, if not before *recent* (ms), else anybody's, if not before then, else theirs, not before
    *since*.
    """
    row = {"room_id": room_id, "sender": sender, "recent": recent, "since": since, "but": but}
    found = (await transaction.execute(_LATEST, row)).one_or_none()
    return EventId(found.cause) if found is not None and found.inverse != "[]" else None


async def remember(
    transaction: Transaction, room_id: RoomId, cause: EventId, answer: AnsweredCommand, now: int
) -> None:
    """Remember at *now* (ms) how to undo a command, instead of what was remembered before."""
    inverse = json.dumps([each.as_json() for each in answer.inverse], ensure_ascii=False)
    row = {"room_id": room_id, "cause": cause, "sender": answer.sender, "inverse": inverse, "at": now}
    await transaction.execute(_REMEMBER, row)


async def answered_elsewhere(
    transaction: Transaction, room_id: RoomId, cause: EventId
) -> list[tuple[RoomId, AnsweredCommand]]:
    """Return what *cause*, said in this room, has done in others."""
    rows = await transaction.execute(_ELSEWHERE, {"room_id": room_id, "cause": cause})
    return [
        (RoomId(row[0]), AnsweredCommand(UserId(row[1]), tuple(map(parse_change, json.loads(row[2])))))
        for row in rows.all()
    ]


async def forget(transaction: Transaction, room_id: RoomId, cause: EventId) -> None:
    """Forget that a command was answered: another assistant's answer is the one that stands."""
    await transaction.execute(_FORGET, {"room_id": room_id, "cause": cause})


async def forget_about(transaction: Transaction, room_id: RoomId, object_id: str) -> None:
    """Forget how to undo what was done to an object: what it said before may be what was erased."""
    await transaction.execute(_FORGET_ABOUT, {"room_id": room_id, "pattern": holding({"id": object_id})})


async def show(transaction: Transaction, room_id: RoomId, txn: str, objects: Shown, edits: str | None = None) -> None:
    """Note which objects the message *txn* shows; *edits* is the transaction of the one whose place it takes."""
    row = {"room_id": room_id, "txn": txn, "objects": json.dumps(objects)}
    await put(transaction, _SHOW, {**row, "edits": edits})
    if edits is not None:
        await settle(transaction)
        await transaction.execute(_SHOW_MORE, {**row, "txn": edits})


async def acknowledge(transaction: Transaction, room_id: RoomId, txn: str, event_id: EventId) -> bool:
    """Note the event id of a message that shows something; tell whether that was erased meanwhile: it must go."""
    row = {"room_id": room_id, "txn": txn, "event_id": event_id}
    return (await transaction.execute(_ACKNOWLEDGE, row)).scalar_one_or_none() == DOOMED


async def shown_by(transaction: Transaction, room_id: RoomId, event_id: EventId) -> Shown:
    """Return the objects that one of our messages shows."""
    found = (await transaction.execute(_SHOWN_BY, {"room_id": room_id, "event_id": event_id})).scalars().first()
    shown = () if found is None else json.loads(found)
    return tuple((kind, object_id) for kind, object_id in shown if kind != NAMED)


async def shown_elsewhere(transaction: Transaction, room_id: RoomId, object_id: str) -> list[tuple[RoomId, EventId]]:
    """Return our messages, wherever, that show an object of this room under the name of :func:`elsewhere`."""
    name = elsewhere(room_id, object_id)
    rows = await transaction.execute(_SHOWN_ELSEWHERE, {"pattern": holding([name])})
    return [(RoomId(row[0]), EventId(row[1])) for row in rows if any(name == found for _, found in json.loads(row[2]))]


async def doom_elsewhere(transaction: Transaction, room_id: RoomId, object_id: str) -> None:
    """Have our messages go that show an object of this room under that name and are still on their way."""
    row = {"pattern": holding([elsewhere(room_id, object_id)]), "doomed": DOOMED}
    await transaction.execute(_DOOM_ELSEWHERE, row)


async def doomed(transaction: Transaction) -> list[tuple[RoomId, EventId]]:
    """Return the messages that were doomed on their way, and have arrived."""
    rows = await transaction.execute(_DOOMED, {"doomed": DOOMED})
    return [(RoomId(row[0]), EventId(row[1])) for row in rows]


async def cleared(transaction: Transaction, room_id: RoomId, event_id: EventId) -> None:
    """Note that a doomed message has been seen to."""
    await transaction.execute(_CLEARED, {"room_id": room_id, "event_id": event_id})


def holding(part: Collection[object]) -> str:
    """Return the pattern, for ``LIKE … ESCAPE '|'``, of JSON that has the items of *part* in it as they stand there.

    What others wrote is in it: a ``%`` of theirs must mean just that. The escape is named because PostgreSQL's own, a
    backslash, may stand in JSON; SQLite has none.
    """
    literal = json.dumps(part)[1:-1].replace("|", "||").replace("%", "|%").replace("_", "|_")
    return f"%{literal}%"


async def first_time(transaction: Transaction, room_id: RoomId, what: str, now_ms: int) -> bool:
    """Tell whether *what* has not been said in this room before, and note that now it is."""
    done = await transaction.execute(_SAY_ONCE, {"room_id": room_id, "what": _named(what), "at": now_ms})
    return bool(done.rowcount)


async def first_time_since(transaction: Transaction, room_id: RoomId, what: str, now_ms: int, since: int) -> bool:
    """Tell whether *what* has not been said in this room after *since* (ms), and note that now it is."""
    row = {"room_id": room_id, "what": _named(f"{_FOR_A_WHILE}{what}"), "at": now_ms, "since": since}
    return bool((await transaction.execute(_SAY_AGAIN, row)).rowcount)


async def redacted(transaction: Transaction, room_id: RoomId, event_id: EventId, now_ms: int) -> None:
    """Note for a while that an event was redacted of which we know nothing: it may be one that we have just sent."""
    await first_time_since(transaction, room_id, f"{_REDACTED}{event_id}", now_ms, now_ms)


async def was_redacted(transaction: Transaction, room_id: RoomId, event_id: EventId) -> bool:
    """Tell whether that was noted of an event."""
    return await was_said(transaction, room_id, f"{_FOR_A_WHILE}{_REDACTED}{event_id}")


async def forget_said(transaction: Transaction, before: int) -> None:
    """Forget what was only to be known for a while, and is from before *before* (ms)."""
    await transaction.execute(_FORGET_SAID, {"pattern": f"{_FOR_A_WHILE}%", "before": before})


async def one_more(transaction: Transaction, what: str, most: int, now_ms: int, since: int) -> bool:
    """Tell whether *what* was done less than *most* times after *since* (ms), in whatever room, and count one more."""
    for number in range(most):
        if await first_time_since(transaction, _ANYWHERE, f"{number} {what}", now_ms, since):
            return True
    return False


async def was_said(transaction: Transaction, room_id: RoomId, what: str) -> bool:
    """Tell whether *what* is noted as said in this room."""
    return (
        await transaction.execute(_WAS_SAID, {"room_id": room_id, "what": _named(what)})
    ).scalar_one_or_none() is not None


def _named(what: str) -> str:
    """Return *what* so that its column takes it: whatever names of people and rooms are in it, 255 letters each."""
    return what if len(what) <= _MOST_NAMED else f"{what[:60]} {sha256(what.encode()).hexdigest()}"


async def forget_was_said(transaction: Transaction, room_id: RoomId, what: str) -> None:
    """Strike the note that *what* was said in this room."""
    await transaction.execute(_UNSAY, {"room_id": room_id, "what": _named(what)})


async def hold(transaction: Transaction, held: WaitingReaction, now: int, due: int) -> None:
    """Keep a reaction until *due* (ms)."""
    row = {
        "room_id": held.room_id,
        "event_id": held.event_id,
        "sender": held.sender,
        "reaction": held.reaction[:64],
        "object_id": held.object_id,
        "at": now,
        "due": due,
    }
    await transaction.execute(_HOLD, row)


async def release(transaction: Transaction, room_id: RoomId, event_id: EventId, sender: UserId) -> bool:
    """Keep a reaction of *sender* no longer; tell whether it was kept."""
    row = {"room_id": room_id, "event_id": event_id, "sender": sender}
    return bool((await transaction.execute(_RELEASE, row)).rowcount)


async def held_until(transaction: Transaction, now: int, most: int) -> list[WaitingReaction]:
    """Return the reactions that have waited long enough at *now* (ms), by room and sender, in order."""
    rows = await transaction.execute(_HELD, {"now": now, "most": most})
    return [WaitingReaction(RoomId(row[0]), EventId(row[1]), UserId(row[2]), row[3], row[4]) for row in rows]


async def held_by(transaction: Transaction, room_id: RoomId, sender: UserId) -> list[WaitingReaction]:
    """Return the reactions of *sender* that wait in a room, in order."""
    rows = await transaction.execute(_HELD_BY, {"room_id": room_id, "sender": sender})
    return [WaitingReaction(RoomId(row[0]), EventId(row[1]), UserId(row[2]), row[3], row[4]) for row in rows]


async def next_held(transaction: Transaction) -> int | None:
    """Return until when (ms) the first of them is kept, None when none is."""
    return (await transaction.execute(_NEXT_HELD)).scalar_one_or_none()
