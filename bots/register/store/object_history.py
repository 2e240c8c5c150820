"""What was done to some objects of a room, read from the operations that are stored: DESIGN.md, "The trail"."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from sqlalchemy import Select, select

from bots.database.engine import Transaction
from bots.register.format.frontier import Source
from bots.register.format.operation import Operation, parse_tombstone, restore
from bots.register.replica.places import Key
from bots.register.replica.state import State
from bots.register.store import tables
from bots.register.store.reading import Erased
from config.identifiers import EventId, RoomId, UserId

Step = Operation | Erased

_COLUMN = tables.operation.c
_MOST: Final = 500
"""Rows that one statement asks for."""


async def trail(
    transaction: Transaction, room_id: RoomId, keys: Iterable[Key], state: State
) -> Mapping[Key, tuple[Step, ...]]:
    """Return the operations, and what is left of erased ones, that name each of *keys*, in the order of the fold.

    *state* is the room's as it is now: it knows which operations are to be read. What waits for its time is not in
    it, and has not been done yet. One that makes a part of an object (its write-once field ``task`` is that task's
    id) is in the trail of both, where the part is among *keys* too.
    """
    wanted = set(keys)
    found: dict[Key, list[tuple[tuple[int, str, str, int], Step]]] = {each: [] for each in sorted(wanted)}
    for query in _queries(room_id, _sources(state, wanted)):
        for row in await transaction.execute(query):
            step = _step(row)
            for key in _named(step) & wanted:
                found[key].append(((row.clock, row.sender, row.src, row.seq), step))
    return {key: tuple(step for _, step in sorted(steps, key=lambda each: each[0])) for key, steps in found.items()}


async def carriers(
    transaction: Transaction, room_id: RoomId, keys: Iterable[Key], state: State
) -> tuple[tuple[int, EventId], ...]:
    """Return the clock of each operation that named one of *keys*, with the event that brought it, by clock.

    What came in another way (a snapshot, a relay) is left out.
    """
    found: list[tuple[int, EventId]] = []
    for (sender, src), numbers in _sources(state, keys).items():
        of_source = (_COLUMN.room_id == room_id) & (_COLUMN.sender == sender) & (_COLUMN.src == src)
        ordered = sorted(numbers)
        for start in range(0, len(ordered), _MOST):
            these = of_source & _COLUMN.seq.in_(ordered[start : start + _MOST]) & _COLUMN.event_id.is_not(None)
            rows = await transaction.execute(select(_COLUMN.clock, _COLUMN.event_id).where(these))
            found += [(row.clock, EventId(row.event_id)) for row in rows]
    return tuple(sorted(found))


def _sources(state: State, keys: Iterable[Key]) -> Mapping[Source, set[int]]:
    """Return the operations that name one of *keys*: their sequence numbers by source."""
    found: dict[Source, set[int]] = defaultdict(set)
    for held in state.each(keys):
        for sender, src, seq in () if held is None else held.steps():
            found[sender, src].add(seq)
    return found


def _queries(room_id: RoomId, sources: Mapping[Source, set[int]]) -> Iterator[Select[Any]]:
    columns = (_COLUMN.sender, _COLUMN.src, _COLUMN.seq, _COLUMN.clock, _COLUMN.digest, _COLUMN.origin_room)
    rows = select(*columns, _COLUMN.envelope, _COLUMN.tombstone)
    for (sender, src), numbers in sources.items():
        of_source = (_COLUMN.room_id == room_id) & (_COLUMN.sender == sender) & (_COLUMN.src == src)
        ordered = sorted(numbers)
        for start in range(0, len(ordered), _MOST):
            yield rows.where(of_source & _COLUMN.seq.in_(ordered[start : start + _MOST]))


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
