"""What follows from the rows of an index: made when it is first asked for, and kept up to date from then on.

A cold start makes nothing of this, and a room that nobody sorts by priority never has that order (DESIGN.md, "A cold
start").
"""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from functools import cached_property
from math import ceil
from typing import Any, Final, TypeVar

from bots.register.replica.bulk import keeping
from bots.tasks.kept.row import IndexedTask
from bots.tasks.kept.task import Status
from config.identifiers import ServerName, UserId

Place = tuple[int, str]
"""Where a task stands in an order: a number made of what it is sorted by, and its id."""

MANY: Final = 1_000
"""Tasks from which on it is cheaper to make what follows from them anew than to change it for each."""

_Name = TypeVar("_Name", bound=str)


class Derived:
    """The tables and orders that somebody has asked for, of the rows of an index and the ids of the open ones."""

    def __init__(self, rows: Mapping[str, IndexedTask], still_open: Collection[str]) -> None:
        self._rows, self._open = rows, still_open

    @cached_property
    def by_person(self) -> dict[UserId, set[str]]:
        """All tasks by who is assigned."""
        return self._table(lambda row: row.assignees)

    @cached_property
    def by_label(self) -> dict[str, set[str]]:
        """All tasks by their labels, folded."""
        return self._table(lambda row: row.labels)

    @cached_property
    def by_server(self) -> dict[ServerName, set[str]]:
        """The open tasks by the homeservers of those who are assigned, or :data:`NOBODY`."""
        return self._table(lambda row: row.shares if row.open else ())

    @cached_property
    def by_due(self) -> list[Place]:
        """The open ones by due date."""
        return self._sorted(IndexedTask.place_by_due)

    @cached_property
    def by_priority(self) -> list[Place]:
        """The open ones by priority."""
        return self._sorted(IndexedTask.place_by_priority)

    @cached_property
    def by_number(self) -> list[Place]:
        """The open ones by number."""
        return self._sorted(IndexedTask.place_by_number)

    @cached_property
    def finished(self) -> list[Place]:
        """The done ones of which we know when, in that order: in seconds since 1970."""
        with self._staying():
            return sorted([(seconds(row.completed), each) for each, row in self._rows.items() if row.completed])

    @cached_property
    def due_at(self) -> dict[ServerName, list[Place]]:
        """Those of :attr:`by_due` as :attr:`by_server` has them."""
        return self._shared_out(self.by_due)

    @cached_property
    def finished_at(self) -> dict[ServerName, list[Place]]:
        """Those of :attr:`finished` as :attr:`by_server` has them."""
        return self._shared_out(self.finished)

    @cached_property
    def blocked(self) -> set[str]:
        """The open ones that are blocked, or wait for one that is open."""
        return {each for each, row in self._rows.items() if self._is_blocked(row)}

    @cached_property
    def blocked_by_due(self) -> list[Place]:
        """Those of :attr:`blocked` by due date."""
        return sorted([(self._rows[each].place_by_due(), each) for each in self.blocked])

    @cached_property
    def blocked_by_due_at(self) -> dict[ServerName, list[Place]]:
        """Those of :attr:`blocked_by_due` as :attr:`by_server` has them."""
        return self._shared_out(self.blocked_by_due)

    def put(self, task_id: str, row: IndexedTask, dependents: Iterable[str]) -> None:
        """Take in *row*, which stands among the rows now; *dependents* are the ids of those that wait for it."""
        for table, name in self._tables_of(row):
            table[name].add(task_id)
        for order, place in self._places_of(task_id, row):
            insort(order, place)
        self._reconsider((task_id, *dependents))

    def drop(self, task_id: str, row: IndexedTask, dependents: Iterable[str]) -> None:
        """Take *row* out, which stands among the rows no more."""
        for table, name in self._tables_of(row):
            table[name].discard(task_id)
        for order, place in self._places_of(task_id, row):
            del order[bisect_left(order, place)]
        self._note_blocked(task_id, row, blocked=False)
        self._reconsider(dependents)

    def _table(self, names: Callable[[IndexedTask], Iterable[_Name]]) -> dict[_Name, set[str]]:
        table: dict[_Name, set[str]] = defaultdict(set)
        with self._staying():
            for task_id, row in self._rows.items():
                for name in names(row):
                    table[name].add(task_id)
        return table

    def _sorted(self, place: Callable[[IndexedTask], int]) -> list[Place]:
        # The rows in the order in which they lie in memory, and not in that of a set of ids: half the time.
        with self._staying():
            return sorted([(place(row), each) for each, row in self._rows.items() if row.open])

    def _staying(self) -> AbstractContextManager[None]:
        """Spare the garbage collector what is made of many rows: it took ten milliseconds of whatever came next."""
        return keeping() if len(self._rows) >= MANY else nullcontext()

    def _shared_out(self, order: Iterable[Place]) -> dict[ServerName, list[Place]]:
        shares: dict[ServerName, list[Place]] = defaultdict(list)
        for place in order:
            for server in self._rows[place[1]].shares:
                shares[server].append(place)
        return shares

    def _is_blocked(self, row: IndexedTask) -> bool:
        return row.status is Status.BLOCKED or (row.open and any(each in self._open for each in row.depends))

    def _reconsider(self, ids: Iterable[str]) -> None:
        """Say anew of each of *ids* whether it is blocked."""
        for task_id in ids:
            row = self._rows.get(task_id)
            if row is not None:
                self._note_blocked(task_id, row, blocked=self._is_blocked(row))

    def _note_blocked(self, task_id: str, row: IndexedTask, *, blocked: bool) -> None:
        made = self.__dict__
        if "blocked" not in made or blocked == (task_id in self.blocked):
            return
        (self.blocked.add if blocked else self.blocked.discard)(task_id)
        place = row.place_by_due(), task_id
        orders = [self.blocked_by_due] if "blocked_by_due" in made else []
        if "blocked_by_due_at" in made:
            orders += [self.blocked_by_due_at[each] for each in row.shares]
        for order in orders:
            if blocked:
                insort(order, place)
            else:
                del order[bisect_left(order, place)]

    def _tables_of(self, row: IndexedTask) -> Iterator[tuple[dict[Any, set[str]], str]]:
        """Yield the tables that there are, each with a name under which *row* stands in it."""
        made = self.__dict__
        if "by_person" in made:
            yield from ((self.by_person, each) for each in row.assignees)
        if "by_label" in made:
            yield from ((self.by_label, each) for each in row.labels)
        if "by_server" in made and row.open:
            yield from ((self.by_server, each) for each in row.shares)

    def _places_of(self, task_id: str, row: IndexedTask) -> Iterator[tuple[list[Place], Place]]:
        """Yield the orders that there are, each with the place where *row* stands in it."""
        made = self.__dict__
        if row.open:
            for name, place in (
                ("by_due", row.place_by_due()),
                ("by_priority", row.place_by_priority()),
                ("by_number", row.place_by_number()),
            ):
                if name in made:
                    yield made[name], (place, task_id)
            if "due_at" in made:
                yield from ((self.due_at[each], (row.place_by_due(), task_id)) for each in row.shares)
        elif row.completed is not None:
            place = seconds(row.completed)
            if "finished" in made:
                yield self.finished, (place, task_id)
            if "finished_at" in made:
                yield from ((self.finished_at[each], (place, task_id)) for each in row.shares)


class Orders:
    """The orders of the open ones by their numbers: by due date (0), by priority (1), by number (2)."""

    def __init__(self, derived: Derived) -> None:
        self._derived = derived

    def __getitem__(self, number: int) -> list[Place]:
        """Return that order; it is made when it is first taken."""
        found: list[Place] = getattr(self._derived, ("by_due", "by_priority", "by_number")[number])
        return found


def seconds(moment: datetime) -> int:
    """Return a moment in seconds since 1970, rounded up: so what is done to the minute is since it or is not."""
    return ceil(moment.timestamp())
