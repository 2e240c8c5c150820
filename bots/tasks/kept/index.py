"""What a room keeps beside its tasks, so that no command walks all of them: a view of the state, kept up to date."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Final

from bots.assistant.talk.offers.census import Count, Counts
from bots.assistant.words.objects.numbered import MAX_NUMBER
from bots.register.replica.bulk import keeping
from bots.register.replica.object import Object
from bots.register.replica.places import Key
from bots.register.replica.state import State
from bots.tasks.kept.derived import MANY, Derived, Orders, Place, seconds
from bots.tasks.kept.row import NOBODY, IndexedTask, first_place, read
from bots.tasks.kept.task import CLOSED, COMMENT, ITEM, KIND, Status, is_over
from config.identifiers import ServerName, UserId

NOBODY_PENDING: Final = object()
"""As whom all ask for whom nothing is pending: they see the room as it is."""


class Index:
    """The tasks of one room by number, person, label, state and order. Only :meth:`update` changes it.

    What only follows from :attr:`rows` is made when it is first asked for (``derived``).
    """

    def __init__(self) -> None:
        self.rows: dict[str, IndexedTask] = {}
        self.numbers: dict[int, tuple[str, ...]] = {}
        self.highest = 0
        self.open: set[str] = set()
        self.by_status: dict[Status, set[str]] = {each: set() for each in Status}
        self.children: dict[str, set[str]] = defaultdict(set)
        self.needed_by: dict[str, set[str]] = defaultdict(set)
        self.towards: dict[str, set[str]] = defaultdict(set)
        """Those that are attached to an objective, by its id."""
        self.were_towards: dict[str, set[str]] = defaultdict(set)
        """The objectives that a task is or was attached to: what a card counts changes on both when it moves."""
        self.made_of: dict[str, set[str]] = defaultdict(set)
        """Those that were made of a message, by its event id."""
        self.parts: dict[str, set[Key]] = defaultdict(set)
        """Comments and lines of checklists, by the task that they belong to."""
        self._derived: Derived | None = None
        self._belongs: dict[Key, str] = {}
        self._lent: set[Key] = set()
        self._lent_to: object = NOBODY_PENDING

    @property
    def derived(self) -> Derived:
        """What follows from the rows."""
        if self._derived is None:
            self._derived = Derived(self.rows, self.open)
        return self._derived

    @property
    def by_person(self) -> Mapping[UserId, set[str]]:
        """All tasks by who is assigned."""
        return self.derived.by_person

    @property
    def by_label(self) -> Mapping[str, set[str]]:
        """All tasks by their labels, folded."""
        return self.derived.by_label

    @property
    def by_server(self) -> Mapping[ServerName, set[str]]:
        """The open tasks by the homeservers of their assignees: of two under both, of nobody under ``NOBODY``."""
        return self.derived.by_server

    @property
    def orders(self) -> Orders:
        """The open ones by due date (0), by priority (1), by number (2)."""
        return Orders(self.derived)

    @property
    def finished(self) -> list[Place]:
        """The done ones of which we know when, in that order."""
        return self.derived.finished

    def lend(self, state: State, then: Mapping[Key, Object], to: object) -> None:
        """Show the room as it would be with *then* instead of what stands there, to whoever asks as *to*.

        Each asks again whenever it looks: what another has been shown since is taken back first.
        """
        if self._lent_to is to:
            return
        self._lent_to = to
        for key in self._lent:
            self._take(key, state.get(*key))
        self._lent = set(then)
        for key, found in then.items():
            self._take(key, found)

    def update(self, state: State, touched: Collection[Key]) -> None:
        """Take in what has become of the objects *touched*."""
        if self._lent:
            self._lent_to = None
        found = state.each(touched)
        if len(touched) < MANY:
            self._take_in(touched, found)
            return
        self._derived = None
        with keeping():
            self._take_in(touched, found)

    def _take_in(self, keys: Iterable[Key], objects: Iterable[Object | None]) -> None:
        if not (self.rows or self._belongs or self._lent):
            self._fill(keys, objects)
            return
        for key, found in zip(keys, objects, strict=True):
            self._take(key, found)

    def count_open(self) -> int:
        """Return how many are neither done nor dropped."""
        return len(self.open)

    def count(self, now: datetime, since: datetime) -> Counts:
        """Count what is open, late at *now*, blocked, and done since *since*: in the room, and for each homeserver.

        *now* is in the zone whose days count. It costs a look at those that are due within a day of *now*, however
        many there are otherwise.
        """
        made = self.derived
        done = _count_since(made.finished, since)
        total = self._count(now, len(self.open), made.by_due, made.blocked_by_due, done)
        found = {
            server: self._count(
                now,
                len(made.by_server.get(server, ())),
                made.due_at.get(server, []),
                made.blocked_by_due_at.get(server, []),
                _count_since(made.finished_at.get(server, []), since),
            )
            for server in {*made.by_server, *made.finished_at}
        }
        nobody = found.pop(NOBODY, Count())
        return Counts(total, {server: count for server, count in found.items() if count != Count()}, nobody)

    def _count(self, now: datetime, still_open: int, due: list[Place], blocked: list[Place], done: int) -> Count:
        return Count(still_open, self._count_late(due, now), len(blocked), self._count_late(blocked, now), done)

    def late(self, now: datetime) -> list[str]:
        """Return the open ones that are late at *now*, in the order of their due dates."""
        order = self.derived.by_due
        start, end = _unsure(order, now)
        return [*(task_id for _, task_id in order[:start]), *self._over(order[start:end], now)]

    def _count_late(self, order: list[Place], now: datetime) -> int:
        start, end = _unsure(order, now)
        return start + sum(1 for _ in self._over(order[start:end], now))

    def _over(self, places: Iterable[Place], now: datetime) -> Iterator[str]:
        asked, over = None, False
        for _, task_id in places:
            due = self.rows[task_id].due
            # What is due at the same time stands together, and is mostly one object.
            if due is not asked:
                asked, over = due, due is not None and is_over(due, now)
            if over:
                yield task_id

    def due_from(self, first: date, last: date) -> Iterator[str]:
        """Yield the open ones that are due from *first* to *last*, in order."""
        order = self.derived.by_due
        bounds = (first_place(first), first_place(last + timedelta(days=1)))
        start, end = (bisect_left(order, (each, "")) for each in bounds)
        return (task_id for _, task_id in order[start:end])

    def completed_since(self, moment: datetime) -> list[str]:
        """Return those done since *moment*, the latest first."""
        order = self.derived.finished
        return [task_id for _, task_id in reversed(order[_first_since(order, moment) :])]

    def blocked_ids(self) -> set[str]:
        """Return the open ones that are blocked, or wait for one that is open: to be read only."""
        return self.derived.blocked

    def next_number(self) -> int:
        """Return the number for a new task: never one that is taken."""
        if self.highest < MAX_NUMBER:
            return self.highest + 1
        return next(each for each in range(1, MAX_NUMBER + 2) if each not in self.numbers)

    def _take(self, key: Key, found: Object | None) -> None:
        kind, object_id = key
        if kind == KIND:
            before = self.rows.get(object_id)
            if before is not None:
                self._drop(object_id, before)
            row = None if found is None else read(found)
            if row is not None:
                self._put(object_id, row)
        elif kind in (ITEM, COMMENT):
            owner_before = self._belongs.pop(key, None)
            if owner_before is not None:
                self.parts[owner_before].discard(key)
            owner = None if found is None else found.first("task")
            if isinstance(owner, str):
                self._belongs[key] = owner
                self.parts[owner].add(key)

    def _fill(self, keys: Iterable[Key], objects: Iterable[Object | None]) -> None:
        """Do what :meth:`_take` does where there is nothing yet, as at a start: so nothing is looked for first."""
        self._derived = None
        rows, by_status = self.rows, {each: self.by_status[each].add for each in Status}
        for key, found in zip(keys, objects, strict=True):
            kind, task_id = key
            if kind != KIND or found is None:
                self._take(key, found)
            elif (row := read(found)) is not None:
                rows[task_id] = row
                _, status, _, _, _, _, parent, depends, objective, source = row
                by_status[status](task_id)
                if parent is not None or depends or objective is not None or source is not None:
                    self._point(task_id, row)
        self.numbers = _by_number(rows)
        self.highest = max(self.numbers, default=0)
        self.open.update(*(ids for status, ids in self.by_status.items() if status not in CLOSED))

    def _point(self, task_id: str, row: IndexedTask) -> None:
        """Note what *row* points at."""
        if row.parent is not None:
            self.children[row.parent].add(task_id)
        if row.objective is not None:
            self.towards[row.objective].add(task_id)
            self.were_towards[task_id].add(row.objective)
        for needed in row.depends:
            self.needed_by[needed].add(task_id)
        if isinstance(row.source, str):
            self.made_of[row.source].add(task_id)

    def _put(self, task_id: str, row: IndexedTask) -> None:
        self.rows[task_id] = row
        number, status = row.number, row.status
        alike = self.numbers.get(number)
        self.numbers[number] = (task_id,) if alike is None else (*alike, task_id)
        self.highest = max(self.highest, number)
        self.by_status[status].add(task_id)
        if status not in CLOSED:
            self.open.add(task_id)
        self._point(task_id, row)
        if self._derived is not None:
            self._derived.put(task_id, row, self.needed_by.get(task_id, ()))

    def _drop(self, task_id: str, row: IndexedTask) -> None:
        del self.rows[task_id]
        self._unnumber(row.number, task_id)
        self.by_status[row.status].discard(task_id)
        self.open.discard(task_id)
        if row.parent is not None:
            self.children[row.parent].discard(task_id)
        if row.objective is not None:
            self.towards[row.objective].discard(task_id)
        for needed in row.depends:
            self.needed_by[needed].discard(task_id)
        if isinstance(row.source, str):
            self.made_of[row.source].discard(task_id)
        if self._derived is not None:
            self._derived.drop(task_id, row, self.needed_by.get(task_id, ()))

    def _unnumber(self, number: int, task_id: str) -> None:
        alike = tuple(each for each in self.numbers[number] if each != task_id)
        if alike:
            self.numbers[number] = alike
            return
        del self.numbers[number]
        for _ in range(MANY):
            if self.highest in self.numbers or not self.highest:
                return
            self.highest -= 1
        self.highest = max(self.numbers, default=0)


def _by_number(rows: Mapping[str, IndexedTask]) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {row[0]: (task_id,) for task_id, row in rows.items()}
    if len(found) == len(rows):
        return found
    # Some numbers were given on both sides of a cut.
    found.clear()
    for task_id, row in rows.items():
        found[row.number] = (*found.get(row.number, ()), task_id)
    return found


def _unsure(order: list[Place], now: datetime) -> tuple[int, int]:
    """Return from where to where in *order* it takes a look to tell what is late; what comes before is."""
    # A moment stands in the order by its own clock, which may be a day from ours.
    surely, after = (first_place(now.date() + timedelta(days=days)) for days in (-1, 2))
    return bisect_left(order, (surely, "")), bisect_left(order, (after, ""))


def _first_since(order: list[Place], moment: datetime) -> int:
    return bisect_left(order, (seconds(moment), ""))


def _count_since(order: list[Place], moment: datetime) -> int:
    return len(order) - _first_since(order, moment)
