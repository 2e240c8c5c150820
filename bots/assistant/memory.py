"""The assistant's own memory on disk: answers that can be undone, and what each of its messages shows."""

import json
from dataclasses import dataclass

from sqlalchemy import select, update

from bots.assistant import tables
from bots.database.engine import Transaction, insert
from bots.register.operation import Change, parse_change
from config.identifiers import EventId, RoomId, UserId

Shown = tuple[tuple[str, str], ...]
"""(kind, id) of the objects that a message shows."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A command that has been answered: whose it was, and what undoes it."""

    sender: UserId
    inverse: tuple[Change, ...]


async def answered(transaction: Transaction, room_id: RoomId, cause: EventId) -> Answered | None:
    """Return what is remembered of a command."""
    column = tables.answer.c
    query = select(column.sender, column.inverse).where((column.room_id == room_id) & (column.cause == cause))
    row = (await transaction.execute(query)).one_or_none()
    return None if row is None else Answered(UserId(row.sender), tuple(map(parse_change, json.loads(row.inverse))))


async def remember(transaction: Transaction, room_id: RoomId, cause: EventId, answer: Answered) -> None:
    """Remember how to undo a command, instead of what was remembered before."""
    inverse = json.dumps([each.as_json() for each in answer.inverse], ensure_ascii=False)
    row = {"room_id": room_id, "cause": cause, "sender": answer.sender, "inverse": inverse}
    statement = insert(transaction, tables.answer).values(row)
    await transaction.execute(
        statement.on_conflict_do_update(index_elements=["room_id", "cause"], set_={"inverse": inverse})
    )


async def show(transaction: Transaction, room_id: RoomId, txn: str, objects: Shown) -> None:
    """Note which objects the message *txn* shows."""
    row = {"room_id": room_id, "txn": txn, "objects": json.dumps(objects)}
    await transaction.execute(insert(transaction, tables.shown).values(row).on_conflict_do_nothing())


async def acknowledge(transaction: Transaction, room_id: RoomId, txn: str, event_id: EventId) -> None:
    """Note the event id of a message that shows something."""
    column = tables.shown.c
    statement = update(tables.shown).where((column.room_id == room_id) & (column.txn == txn))
    await transaction.execute(statement.values(event_id=event_id))


async def shown_by(transaction: Transaction, room_id: RoomId, event_id: EventId) -> Shown:
    """Return the objects that one of our messages shows."""
    column = tables.shown.c
    query = select(column.objects).where((column.event_id == event_id) & (column.room_id == room_id))
    found = (await transaction.execute(query)).scalars().first()
    return () if found is None else tuple((kind, object_id) for kind, object_id in json.loads(found))


async def first_time(transaction: Transaction, room_id: RoomId, what: str, now_ms: int) -> bool:
    """Tell whether *what* has not been said in this room before, and note that now it is."""
    row = {"room_id": room_id, "what": what, "at": now_ms}
    done = await transaction.execute(insert(transaction, tables.said).values(row).on_conflict_do_nothing())
    return bool(done.rowcount)
