"""Questions that somebody may still answer, and lists whose numbers somebody may still say, on disk."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from sqlalchemy import text

from bots.assistant.store import tables  # noqa: F401 - declares what the statements name
from bots.assistant.talk.markup import NOTHING
from bots.assistant.talk.question import Around, Candidate, Question, Slot, Takes
from bots.database.engine import Transaction
from config.identifiers import EventId, RoomId, UserId

_CROSSED = 2
_KEEP = text(
    "INSERT INTO assistant_question (room_id, txn, cause, asker, thread, answered, question, fresh, at)"
    " VALUES (:room_id, :txn, :cause, :asker, :thread, :answered, :question, 1, :at) ON CONFLICT DO NOTHING"
)
_SENT = text("UPDATE assistant_question SET event_id = :event_id WHERE room_id = :room_id AND txn = :txn")
_UNDER = text("SELECT * FROM assistant_question WHERE room_id = :room_id AND event_id = :event_id AND at >= :since")
_TAKEN = text("SELECT * FROM assistant_question WHERE room_id = :room_id AND taken = :event_id AND at >= :since")
_ABOUT = text(
    "SELECT * FROM assistant_question WHERE room_id = :room_id AND cause = :cause AND at >= :since"
    " ORDER BY at DESC, txn LIMIT 1"
)
_OPEN = text(
    "SELECT * FROM assistant_question WHERE room_id = :room_id AND asker = :asker AND taken IS NULL AND at >= :since"
    " ORDER BY at DESC, txn"
)
_TAKE = text(
    "UPDATE assistant_question SET taken = :event_id, fresh = 0"
    " WHERE room_id = :room_id AND txn = :txn AND (taken IS NULL OR taken = :event_id)"
)
_SUPERSEDE = text("DELETE FROM assistant_question WHERE room_id = :room_id AND cause = :cause AND taken IS NULL")
_GIVE_BACK = text("UPDATE assistant_question SET taken = NULL WHERE room_id = :room_id AND txn = :txn")
_PASS_BY = text("UPDATE assistant_question SET fresh = 0 WHERE room_id = :room_id AND txn = :txn")
_SPEAK = text(
    "UPDATE assistant_question SET fresh = 2 WHERE room_id = :room_id AND asker <> :speaker AND fresh = 1"
    " AND taken IS NULL AND question <> 'null' AND COALESCE(thread, '') = :thread"
)
_CLOSE = text("DELETE FROM assistant_question WHERE room_id = :room_id AND (cause = :event_id OR event_id = :event_id)")
_ROOMS = text("SELECT DISTINCT room_id FROM assistant_question")
_FORGET = text("DELETE FROM assistant_question WHERE at < :before")
_ERASE = text("DELETE FROM assistant_question WHERE room_id = :room_id AND taken IS NOT NULL")


@dataclass(frozen=True, slots=True)
class Posed:
    """A question of ours to *asker*, about what they said."""

    room_id: RoomId
    txn: str
    cause: EventId
    """What they said."""
    asker: UserId
    thread: EventId | None
    """Where they said it, as far as it stands in one."""
    answered: EventId | None
    """What they answered by it."""
    question: Question | None
    """With completed commands; None: it is a list with numbers."""
    at: int
    """In ms."""
    event_id: EventId | None = None
    """None until the server has our message."""
    taken: EventId | None = None
    """The event that has answered it."""
    fresh: bool = True
    """The asker has said nothing else since."""
    crossed: bool = False
    """Somebody else has spoken since."""
    digest: str = field(default="", compare=False)
    """Of the sentence."""


def digest_of(question: Question) -> str:
    """Return what tells whether the same is asked again: the sentence itself may hold what others wrote."""
    return sha256(question.sentence.plain.encode()).hexdigest()[:16]


async def keep(transaction: Transaction, posed: Posed) -> None:
    """Note what the message ``posed.txn`` asks or lists."""
    row = {
        "room_id": posed.room_id,
        "txn": posed.txn,
        "cause": posed.cause,
        "asker": posed.asker,
        "thread": posed.thread,
        "answered": posed.answered,
        "question": json.dumps(None if posed.question is None else _as_json(posed.question)),
        "at": posed.at,
    }
    await transaction.execute(_KEEP, row)


async def sent(transaction: Transaction, room_id: RoomId, txn: str, event_id: EventId) -> None:
    """Note the event id of a message, if it is one that asks or lists."""
    await transaction.execute(_SENT, {"room_id": room_id, "txn": txn, "event_id": event_id})


async def under(transaction: Transaction, room_id: RoomId, event_id: EventId, since: int) -> Posed | None:
    """Return what the message *event_id* asks or lists, if that was not before *since* (ms)."""
    return await _one(transaction, _UNDER, {"room_id": room_id, "event_id": event_id, "since": since})


async def taken_by(transaction: Transaction, room_id: RoomId, event_id: EventId, since: int) -> Posed | None:
    """Return the question that the event *event_id* has answered."""
    return await _one(transaction, _TAKEN, {"room_id": room_id, "event_id": event_id, "since": since})


async def about(transaction: Transaction, room_id: RoomId, cause: EventId, since: int) -> Posed | None:
    """Return what was last asked about the message *cause*."""
    return await _one(transaction, _ABOUT, {"room_id": room_id, "cause": cause, "since": since})


async def open_to(transaction: Transaction, room_id: RoomId, asker: UserId, since: int) -> list[Posed]:
    """Return what *asker* has not answered in a room, the newest first, lists too."""
    rows = await transaction.execute(_OPEN, {"room_id": room_id, "asker": asker, "since": since})
    return [_posed(each) for each in rows.mappings()]


async def take(transaction: Transaction, posed: Posed, event_id: EventId) -> bool:
    """Note that *event_id* answers *posed*; False when another event has. Whatever else it had asked is moot."""
    row = {"room_id": posed.room_id, "txn": posed.txn, "event_id": event_id}
    if not (await transaction.execute(_TAKE, row)).rowcount:
        return False
    await transaction.execute(_SUPERSEDE, {"room_id": posed.room_id, "cause": posed.cause})
    return True


async def give_back(transaction: Transaction, posed: Posed) -> None:
    """Note that the answer to *posed* was taken back: it can be answered again."""
    await transaction.execute(_GIVE_BACK, {"room_id": posed.room_id, "txn": posed.txn})


async def pass_by(transaction: Transaction, posed: Posed) -> None:
    """Note that *posed* is no longer what its asker heard last."""
    await transaction.execute(_PASS_BY, {"room_id": posed.room_id, "txn": posed.txn})


async def speak(transaction: Transaction, room_id: RoomId, thread: EventId | None, speaker: UserId) -> None:
    """Note that *speaker* has said something there: what others are asked, they may answer, or *speaker*."""
    await transaction.execute(_SPEAK, {"room_id": room_id, "thread": thread or "", "speaker": speaker})


async def close(transaction: Transaction, room_id: RoomId, event_id: EventId) -> None:
    """Forget what was asked about *event_id*, and what that message itself asks."""
    await transaction.execute(_CLOSE, {"room_id": room_id, "event_id": event_id})


async def rooms(transaction: Transaction) -> set[RoomId]:
    """Return the rooms in which something may be answered."""
    return {RoomId(each) for each in (await transaction.execute(_ROOMS)).scalars()}


async def forget(transaction: Transaction, before: int) -> None:
    """Forget what was asked before then (ms)."""
    await transaction.execute(_FORGET, {"before": before})


async def erase(transaction: Transaction, room_id: RoomId) -> None:
    """Forget the words of all commands of a room that were completed: what they made may have been erased."""
    await transaction.execute(_ERASE, {"room_id": room_id})


async def _one(transaction: Transaction, statement: Any, row: Mapping[str, object]) -> Posed | None:
    found = (await transaction.execute(statement, row)).mappings().first()
    return None if found is None else _posed(found)


def _posed(row: Mapping[Any, Any]) -> Posed:
    # Written by keep(), so nothing is checked again.
    question = json.loads(row["question"])
    return Posed(
        room_id=RoomId(row["room_id"]),
        txn=row["txn"],
        cause=EventId(row["cause"]),
        asker=UserId(row["asker"]),
        thread=_event_id(row["thread"]),
        answered=_event_id(row["answered"]),
        question=None if question is None else _question(question),
        at=row["at"],
        event_id=_event_id(row["event_id"]),
        taken=_event_id(row["taken"]),
        fresh=bool(row["fresh"]),
        crossed=row["fresh"] == _CROSSED,
        digest="" if question is None else question.get("digest", ""),
    )


def _event_id(raw: str | None) -> EventId | None:
    return None if raw is None else EventId(raw)


def _as_json(question: Question) -> dict[str, Any]:
    """Return what an answer needs: neither the sentence nor labels, which may hold what others wrote."""
    slot = question.slot
    return {
        "candidates": [
            {
                "command": each.command,
                "words": each.names,
                "hidden": each.hidden,
                "answers": each.answers,
            }
            for each in question.candidates
        ],
        "slot": None if slot is None else [slot.takes.value, *_ends(slot), *slot.nouns],
        "by_word": question.by_word,
        "beside": question.beside,
        "others": question.others,
        "digest": digest_of(question),
    }


def _ends(slot: Slot) -> tuple[str, str]:
    assert isinstance(slot.place, Around), "it has not been completed"
    return slot.place.before, slot.place.after


def _question(raw: Mapping[str, Any]) -> Question:
    slot = raw["slot"]
    return Question(
        NOTHING,
        tuple(
            Candidate(
                NOTHING,
                each["command"],
                words=tuple(each["words"]),
                hidden=each["hidden"],
                answers=_event_id(each["answers"]),
            )
            for each in raw["candidates"]
        ),
        slot=None if slot is None else Slot(Takes(slot[0]), Around(slot[1], slot[2]), tuple(slot[3:])),
        by_word=raw["by_word"],
        beside=raw.get("beside", False),
        others=raw.get("others", ""),
    )
