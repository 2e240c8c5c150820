"""What was done to some objects of a room, read from the operations that are stored: DESIGN.md, "The trail"."""

import json
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from bots.database.engine import Transaction
from bots.register import tables
from bots.register.operation import Operation, parse_tombstone, restore
from bots.register.state import Key
from bots.register.store import Erased
from config.identifiers import RoomId, UserId

Step = Operation | Erased

_COLUMN = tables.operation.c


async def trail(
    transaction: Transaction, room_id: RoomId, keys: Iterable[Key], until: int
) -> Mapping[Key, tuple[Step, ...]]:
    """Return the operations, and what is left of erased ones, that name each of *keys*, in the order of the fold.

    One that makes a part of an object (its write-once field ``task`` is that task's id) is in the trail of both.
    *until* is the room's clock: what is dated later waits, and has not been done yet.
    """
    wanted = sorted(set(keys))
    found: dict[Key, list[tuple[tuple[int, str, str, int], Step]]] = {each: [] for each in wanted}
    if not wanted:
        return {}
    query = select(
        *(_COLUMN.sender, _COLUMN.src, _COLUMN.seq, _COLUMN.clock, _COLUMN.digest, _COLUMN.origin_room),
        *(_COLUMN.envelope, _COLUMN.tombstone),
    ).where((_COLUMN.room_id == room_id) & (_COLUMN.clock <= until) & _names(wanted))
    for row in await transaction.execute(query):
        step = _step(row)
        for key in _named(step) & found.keys():
            found[key].append(((row.clock, row.sender, row.src, row.seq), step))
    return {key: tuple(step for _, step in sorted(steps, key=lambda each: each[0])) for key, steps in found.items()}


def _names(keys: list[Key]) -> ColumnElement[bool]:
    """Return the condition that a row names one of *keys*: perhaps elsewhere than where it counts."""
    kinds = {kind: [object_id for _, object_id in group] for kind, group in groupby(keys, key=lambda each: each[0])}
    return or_(*(_contains(kind, ids) for kind, ids in kinds.items()))


def _contains(kind: str, ids: list[str]) -> ColumnElement[bool]:
    some = or_(*(_holds(each) for each in ids))
    # Each pattern is looked for in the whole text of a row: first the one that most rows do not have.
    return some if len(ids) == 1 else and_(_holds(f'{kind}"'), some)


def _holds(words: str) -> ColumnElement[bool]:
    return or_(_COLUMN.envelope.contains(words, autoescape=True), _COLUMN.tombstone.contains(words, autoescape=True))


def _step(row: Any) -> Step:
    if row.envelope is None:
        return Erased(UserId(row.sender), parse_tombstone(json.loads(row.tombstone)))
    return restore(json.loads(row.envelope), RoomId(row.origin_room), UserId(row.sender), row.digest)


def _named(step: Step) -> set[Key]:
    """Return what *step* is a step of: the objects that it changes, and those of which it makes a part."""
    if isinstance(step, Erased):
        return {(each.kind, each.id) for each in step.stone.traces}
    named = {(each.kind, each.id) for each in step.changes}
    return named | {(name, of) for each in step.changes for name, of in each.first.items() if isinstance(of, str)}
