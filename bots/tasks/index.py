"""What a room keeps beside its tasks, so that no command walks all of them: a view of the state, kept up to date."""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from bots.assistant.numbered import MAX_NUMBER, is_numbered
from bots.assistant.wording import fold
from bots.register.bulk import keeping
from bots.register.state import Key, Object, State
from bots.tasks import moment, reading
from bots.tasks.task import CLOSED, COMMENT, ITEM, KIND, Priority, Status, is_over
from config.identifiers import UserId

_NEVER: Final = date.max.toordinal()
_ALL_DAY: Final = 24 * 60
_MANY: Final = 1_000
"""Changes at once from which on it is cheaper to sort anew than to put each in its place."""

Place = tuple[int, str]
"""Where a task stands in an order: a number made of what it is sorted by, and its id."""


@dataclass(frozen=True, slots=True)
class Row:
    """What the index knows of one task."""

    number: int
    status: Status
    priority: Priority
    due: date | datetime | None
    completed: datetime | None
    assignees: tuple[UserId, ...]
    labels: tuple[str, ...]
    parent: str | None
    depends: tuple[str, ...]
    objective: str | None = None

    @property
    def open(self) -> bool:
        """Whether there is still something to do."""
        return self.status not in CLOSED

    def places(self) -> tuple[int, int, int]:
        """Return where it stands by due date, by priority and by number: each order falls back on the others."""
        due = _NEVER if self.due is None else self.due.toordinal()
        minute = self.due.hour * 60 + self.due.minute if isinstance(self.due, datetime) else _ALL_DAY
        at = due * (_ALL_DAY + 1) + minute
        ranked = self.priority * (_NEVER + 1) * (_ALL_DAY + 1) + at
        return (
            (at * 10 + self.priority) * (MAX_NUMBER + 1) + self.number,
            ranked * (MAX_NUMBER + 1) + self.number,
            self.number,
        )


class Index:
    """The tasks of one room by number, person, label, state and order. Only :meth:`update` changes it."""

    def __init__(self) -> None:
        self.rows: dict[str, Row] = {}
        self.numbers: dict[int, tuple[str, ...]] = {}
        self.highest = 0
        self.open: set[str] = set()
        self.by_status: dict[Status, set[str]] = {each: set() for each in Status}
        self.by_person: dict[UserId, set[str]] = defaultdict(set)
        self.by_label: dict[str, set[str]] = defaultdict(set)
        self.children: dict[str, set[str]] = defaultdict(set)
        self.needed_by: dict[str, set[str]] = defaultdict(set)
        self.towards: dict[str, set[str]] = defaultdict(set)
        """Those that are attached to an objective, by its id."""
        self.were_towards: dict[str, set[str]] = defaultdict(set)
        """The objectives that a task is or was attached to: what a card counts changes on both when it moves."""
        self.waiting: set[str] = set()
        """Those that depend on something, whatever has become of it."""
        self.parts: dict[str, set[Key]] = defaultdict(set)
        """Comments and lines of checklists, by the task that they belong to."""
        self.orders: tuple[list[Place], list[Place], list[Place]] = ([], [], [])
        """The open ones by due date, by priority, by number."""
        self.finished: list[tuple[datetime, str]] = []
        """The done ones of which we know when."""
        self._belongs: dict[Key, str] = {}
        self._lent: set[Key] = set()

    def lend(self, state: "State", then: dict[Key, Object]) -> None:
        """Show the room as it would be with *then* instead of what stands there, until the next call."""
        for key in self._lent:
            self._take(key, state.get(*key), sort=True)
        self._lent = set(then)
        for key, found in then.items():
            self._take(key, found, sort=True)

    def update(self, state: State, touched: Collection[Key]) -> None:
        """Take in what has become of the objects *touched*."""
        if len(touched) < _MANY:
            for key in touched:
                self._take(key, state.get(*key), sort=True)
            return
        with keeping():
            for key in touched:
                self._take(key, state.get(*key), sort=False)
            self._sort()

    def count_open(self) -> int:
        """Return how many are neither done nor dropped."""
        return len(self.open)

    def late(self, now: datetime) -> list[str]:
        """Return the open ones that are late at *now*, in the order of their due dates."""
        # A moment stands in the order by its own clock, which may be a day from ours.
        surely, after = (_first_place(now.date() + timedelta(days=days)) for days in (-1, 2))
        order = self.orders[0]
        start, end = bisect_left(order, (surely, "")), bisect_left(order, (after, ""))
        found = [task_id for _, task_id in order[:start]]
        for _, task_id in order[start:end]:
            due = self.rows[task_id].due
            if due is not None and is_over(due, now):
                found.append(task_id)
        return found

    def due_from(self, first: date, last: date) -> Iterator[str]:
        """Yield the open ones that are due from *first* to *last*, in order."""
        order = self.orders[0]
        bounds = (_first_place(first), _first_place(last + timedelta(days=1)))
        start, end = (bisect_left(order, (each, "")) for each in bounds)
        return (task_id for _, task_id in order[start:end])

    def completed_since(self, moment: datetime) -> list[str]:
        """Return those done since *moment*, the latest first."""
        return [task_id for _, task_id in reversed(self.finished[bisect_left(self.finished, (moment, "")) :])]

    def blocked_ids(self) -> set[str]:
        """Return the open ones that are blocked, or wait for one that is open."""
        rows = self.rows
        waiting = {
            each
            for each in self.waiting
            if rows[each].open and any(on in rows and rows[on].open for on in rows[each].depends)
        }
        return self.by_status[Status.BLOCKED] | waiting

    def next_number(self) -> int:
        """Return the number for a new task: never one that is taken."""
        if self.highest < MAX_NUMBER:
            return self.highest + 1
        return next(each for each in range(1, MAX_NUMBER + 2) if each not in self.numbers)

    def _sort(self) -> None:
        places = [(each, row.places()) for each, row in self.rows.items() if row.open]
        for number, order in enumerate(self.orders):
            order[:] = sorted((place[number], each) for each, place in places)
        self.finished[:] = sorted((row.completed, each) for each, row in self.rows.items() if row.completed)

    def _take(self, key: Key, found: Object | None, *, sort: bool) -> None:
        kind, task_id = key
        if kind == KIND:
            self._drop(task_id, sort=sort)
            if found is not None and is_numbered(found):
                self._put(task_id, _row(found), sort=sort)
        elif kind in (ITEM, COMMENT):
            before = self._belongs.pop(key, None)
            if before is not None:
                self.parts[before].discard(key)
            owner = None if found is None else found.first("task")
            if isinstance(owner, str):
                self._belongs[key] = owner
                self.parts[owner].add(key)

    def _put(self, task_id: str, row: Row, *, sort: bool) -> None:
        self.rows[task_id] = row
        alike = self.numbers.get(row.number, ())
        self.numbers[row.number] = (*alike, task_id)
        self.highest = max(self.highest, row.number)
        self.by_status[row.status].add(task_id)
        if row.open:
            self.open.add(task_id)
        for user in row.assignees:
            self.by_person[user].add(task_id)
        for label in row.labels:
            self.by_label[label].add(task_id)
        if row.parent is not None:
            self.children[row.parent].add(task_id)
        if row.objective is not None:
            self.towards[row.objective].add(task_id)
            self.were_towards[task_id].add(row.objective)
        if row.depends:
            self.waiting.add(task_id)
            for each in row.depends:
                self.needed_by[each].add(task_id)
        if sort and row.open:
            for order, place in zip(self.orders, row.places(), strict=True):
                insort(order, (place, task_id))
        elif sort and row.completed is not None:
            insort(self.finished, (row.completed, task_id))

    def _drop(self, task_id: str, *, sort: bool) -> None:
        row = self.rows.pop(task_id, None)
        if row is None:
            return
        self._unnumber(row.number, task_id)
        self.by_status[row.status].discard(task_id)
        self.open.discard(task_id)
        for user in row.assignees:
            self.by_person[user].discard(task_id)
        for label in row.labels:
            self.by_label[label].discard(task_id)
        if row.parent is not None:
            self.children[row.parent].discard(task_id)
        if row.objective is not None:
            self.towards[row.objective].discard(task_id)
        self.waiting.discard(task_id)
        for each in row.depends:
            self.needed_by[each].discard(task_id)
        if sort and row.open:
            for order, place in zip(self.orders, row.places(), strict=True):
                del order[bisect_left(order, (place, task_id))]
        elif sort and row.completed is not None:
            del self.finished[bisect_left(self.finished, (row.completed, task_id))]

    def _unnumber(self, number: int, task_id: str) -> None:
        alike = tuple(each for each in self.numbers[number] if each != task_id)
        if alike:
            self.numbers[number] = alike
            return
        del self.numbers[number]
        for _ in range(_MANY):
            if self.highest in self.numbers or not self.highest:
                return
            self.highest -= 1
        self.highest = max(self.numbers, default=0)


def _first_place(day: date) -> int:
    """Return where in the order of due dates a day begins."""
    return day.toordinal() * (_ALL_DAY + 1) * 10 * (MAX_NUMBER + 1)


def _row(found: Object) -> Row:
    parent, objective = found.value("parent"), found.value("objective")
    status = reading.status_of(found)
    when = found.value("when")
    sets = found.has_sets()
    return Row(
        found.first("number"),
        status,
        reading.priority_of(found),
        moment.read(when).due if when is not None else None,
        moment.read_stamp(found.value("completed")) if status is Status.DONE else None,
        reading.assignees_of(found) if sets else (),
        tuple(fold(each) for each in reading.labels_of(found)) if sets else (),
        parent if isinstance(parent, str) else None,
        reading.ids_of(found.elements("depends")) if sets else (),
        objective if isinstance(objective, str) else None,
    )
