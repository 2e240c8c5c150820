"""Tasks, read from the register (pure).

What another server signed may hold anything: a field that makes no sense is read as if nobody had written it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import islice
from typing import Final, TypeGuard

from bots.assistant.wording import clean
from bots.register.operation import Change
from bots.register.state import Object, State
from config.errors import MalformedId
from config.identifiers import ServerName, UserId

KIND: Final = "task"
MAX_NUMBER: Final = 999_999
"""A number that people still say; a larger one, from whomever, is none."""
MAX_TITLE: Final = 500


class Status(StrEnum):
    """Where a task stands; the values are the wire's."""

    TODO = "todo"
    DOING = "doing"
    BLOCKED = "blocked"
    DONE = "done"
    DROPPED = "dropped"


_STATUSES: Final = {each.value: each for each in Status}
_CLOSED: Final = (Status.DONE, Status.DROPPED)


@dataclass(frozen=True, slots=True)
class Task:
    """One task. ``giver`` is the assistant that gave it its number."""

    id: str
    number: int
    title: str
    status: Status = Status.TODO
    assignees: tuple[UserId, ...] = ()
    giver: UserId | None = None
    label: str = field(default="", compare=False)
    """What people call it: its number, or ``12-valbourg`` where two have the same."""

    @property
    def open(self) -> bool:
        """Whether there is still something to do."""
        return self.status not in _CLOSED


class Board:
    """The tasks of one room, in the order of their numbers, as they stand once *pending* is applied too.

    Only what is asked for is read: a room may hold many tasks, and a command is about few.
    """

    def __init__(self, state: State, pending: Iterable[Change] = ()) -> None:
        self._state = state
        self._statuses = {each.id: each.set["status"] for each in pending if each.kind == KIND and "status" in each.set}
        by_number: dict[int, list[Object]] = defaultdict(list)
        for each in state.all(KIND):
            number = each.first("number")
            if _is_number(number) and isinstance(each.value("title"), str):
                by_number[number].append(each)
        self._by_number = by_number

    def get(self, task_id: str) -> Task | None:
        """Return the task with this id."""
        found = self._state.get(KIND, task_id)
        number = None if found is None else found.first("number")
        alike = self.called(number) if _is_number(number) else ()
        return next((each for each in alike if each.id == task_id), None)

    def called(self, number: int, suffix: str = "") -> tuple[Task, ...]:
        """Return the tasks that people may mean by ``12`` or ``12-valbourg``."""
        alike = _labelled([self._read(each) for each in self._by_number.get(number, ())])
        wanted = f"{number}-{suffix.lower()}"
        return tuple(each for each in alike if not suffix or _fits(each, wanted))

    def count_open(self) -> int:
        """Return how many tasks are neither done nor dropped."""
        return sum(self._is_open(each) for alike in self._by_number.values() for each in alike)

    def open(self, most: int) -> tuple[Task, ...]:
        """Return the first *most* tasks that are neither done nor dropped."""
        numbers = (
            number for number in sorted(self._by_number) if any(self._is_open(each) for each in self._by_number[number])
        )
        return tuple(islice((each for number in numbers for each in self.called(number) if each.open), most))

    def next_number(self) -> int:
        """Return the number for a new task: never one that is taken."""
        above = max(self._by_number, default=0) + 1
        if above <= MAX_NUMBER:
            return above
        return next(each for each in range(1, MAX_NUMBER + 2) if each not in self._by_number)

    def _is_open(self, found: Object) -> bool:
        return _status(self._pending_status(found)) not in _CLOSED

    def _pending_status(self, found: Object) -> object:
        return self._statuses[found.id] if found.id in self._statuses else found.value("status")

    def _read(self, found: Object) -> Task:
        return _read(found, _status(self._pending_status(found)))


def _read(found: Object, status: Status) -> Task:
    title = " ".join(clean(found.value("title")[: 2 * MAX_TITLE]).split())[:MAX_TITLE]
    return Task(
        id=found.id,
        number=found.first("number"),
        title=title or "…",
        status=status,
        assignees=_users(found.elements("assignees")),
        giver=found.first_author("number"),
    )


def _is_number(raw: object) -> TypeGuard[int]:
    return isinstance(raw, int) and not isinstance(raw, bool) and 0 < raw <= MAX_NUMBER


def _status(raw: object) -> Status:
    return _STATUSES.get(raw, Status.TODO) if isinstance(raw, str) else Status.TODO


def _users(raw: Iterable[object]) -> tuple[UserId, ...]:
    users = []
    for each in raw:
        try:
            users.append(UserId.parse(each))
        except MalformedId:
            continue
    return tuple(sorted(set(users)))


def _labelled(alike: Sequence[Task]) -> list[Task]:
    """Give those that share a number the shortest names that tell them apart: ``12-valbourg``, ``12-valbourg.fr``."""
    if len(alike) < 2:
        return [replace(each, label=str(each.number)) for each in alike]
    ordered = sorted(alike, key=lambda each: (each.giver or "", each.id))
    names = next(each for each in zip(*map(_names, ordered), strict=True) if len(set(each)) == len(each))
    return [replace(each, label=f"{each.number}-{name}") for each, name in zip(ordered, names, strict=True)]


def _names(task: Task) -> tuple[str, str, str, str]:
    server = (task.giver.server if task.giver else ServerName("?")).lower()
    return server.split(".")[0], server, f"{server}-{task.id[:4]}", f"{server}-{task.id}"


def _fits(task: Task, wanted: str) -> bool:
    return wanted in {f"{task.number}-{each}" for each in _names(task)}
