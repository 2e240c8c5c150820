"""The tasks of one room: found by number, by id and by what they are."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from heapq import nlargest
from itertools import islice
from typing import Final

from bots.assistant.words.objects import numbered
from bots.assistant.words.objects.searched import searched
from bots.assistant.words.objects.titled import is_titled
from bots.register.format.operation import Change
from bots.register.replica.object import Object
from bots.register.replica.places import Key, Position
from bots.register.replica.state import State
from bots.tasks.kept import circles, reading
from bots.tasks.kept.index import NOBODY_PENDING, Index
from bots.tasks.kept.task import COMMENT, ITEM, KIND, ChecklistItem, Comment, Status, Task

__all__ = ["COMMENT", "ITEM", "KIND", "Board", "Status", "Task"]

WORDS: Final = searched(KIND, sets=("labels",))
"""What makes the view of the words of tasks: those of their titles and labels."""
_MOST_PARTS: Final = 200
"""Lines or comments of one task that are read."""


class Board:
    """The tasks of one room, as they stand once *pending* is applied too; of several boards each sees its own."""

    def __init__(self, state: State, pending: Iterable[Change] = ()) -> None:
        self._state = state
        self._then: dict[Key, Object] = {}
        for change in pending:
            key = (change.kind, change.id)
            self._then[key] = (self.object(*key) or Object(*key)).after(change)
        self._index = state.view(Index)
        self._asking = object() if self._then else NOBODY_PENDING

    @property
    def index(self) -> Index:
        """The view of the room, with what is pending in it: to be asked anew after anybody else may have looked."""
        self._index.lend(self._state, self._then, self._asking)
        return self._index

    def object(self, kind: str, object_id: str) -> Object | None:
        """Return what the register holds under this id, once what is pending is applied."""
        return self._then.get((kind, object_id)) or self._state.get(kind, object_id)

    def get(self, task_id: str) -> Task | None:
        """Return the task with this id."""
        row = self.index.rows.get(task_id)
        if row is None:
            return None
        return next(each for each in self.called(row.number) if each.id == task_id)

    def called(self, number: int, suffix: str = "") -> tuple[Task, ...]:
        """Return the tasks that people may mean by ``12`` or ``12-valbourg``."""
        alike = _labelled([self._read(each) for each in self.index.numbers.get(number, ())])
        return tuple(each for each in alike if numbered.fits((each.giver, each.id), suffix))

    def count_open(self) -> int:
        """Return how many tasks are neither done nor dropped."""
        return self.index.count_open()

    def open(self, most: int) -> tuple[Task, ...]:
        """Return the first *most* tasks, by number, that are neither done nor dropped."""
        return self.tasks(task_id for _, task_id in islice(self.index.orders[2], most))

    def open_called(self, words: Collection[str], most: int) -> Iterator[Task]:
        """Yield those of the first *most* open tasks of which the room has one of *words*, folded: no other is read."""
        view = self._state.view(WORDS)
        return self._open_of(frozenset[str]().union(*map(view.having, words)), most)

    def titled(self, words: Sequence[str], most: int) -> Iterator[Task]:
        """Yield those of the first *most* open tasks whose titles have all of *words*, folded; of none, nothing."""
        view = self._state.view(WORDS)
        having = frozenset.intersection(*map(view.having, words)) if words else frozenset[str]()
        return (task for task in self._open_of(having, most) if is_titled(words, task.title))

    def done_lately(self, most: int) -> tuple[Task, ...]:
        """Return the *most* tasks that were done last, the last one last; first those of which nobody noted when."""
        index = self.index
        lately = [task_id for _, task_id in index.finished[-most:]]
        left = most - len(lately)
        undated = nlargest(left, index.by_status[Status.DONE].difference(lately)) if left else []
        return self.tasks((*reversed(undated), *lately))

    def _open_of(self, ids: Collection[str], most: int) -> Iterator[Task]:
        found = [task_id for _, task_id in islice(self.index.orders[2], most) if task_id in ids]
        return (task for task in map(self.get, found) if task is not None)

    def tasks(self, ids: Iterable[str]) -> tuple[Task, ...]:
        """Return the tasks with these ids, in their order; others are left out."""
        return tuple(found for found in map(self.get, ids) if found is not None)

    def children(self, task_id: str) -> tuple[Task, ...]:
        """Return the tasks under this one, by number."""
        under = self.tasks(islice(sorted(self.index.children.get(task_id, ())), _MOST_PARTS))
        return tuple(sorted((each for each in under if each.parent == task_id), key=lambda each: each.number))

    def made_of(self, event_id: str) -> Task | None:
        """Return the task that was made of a message, the first of several; none that was dropped."""
        found = self.tasks(self.index.made_of.get(event_id, ()))
        return min((each for each in found if each.status is not Status.DROPPED), key=_by_number, default=None)

    def comments(self, task_id: str) -> tuple[Comment, ...]:
        """Return what was said about a task, the oldest first."""
        return tuple(found for found in map(reading.comment, self._parts(task_id, COMMENT)) if found)

    def checklist(self, task_id: str) -> tuple[ChecklistItem, ...]:
        """Return the lines of a task's checklist, numbered from 1."""
        items = [found for found in map(reading.item, self._parts(task_id, ITEM)) if found]
        return tuple(replace(each, at=number) for number, each in enumerate(items, 1))

    def owner(self, kind: str, object_id: str) -> Task | None:
        """Return the task that an object is, or is a part of."""
        if kind == KIND:
            return self.get(object_id)
        found = self.object(kind, object_id)
        owner = None if found is None else found.first("task")
        return self.get(owner) if isinstance(owner, str) else None

    def next_number(self) -> int:
        """Return the number for a new task: never one that is taken."""
        return self.index.next_number()

    def way(self, start: str, end: str, field: str) -> tuple[str, ...] | None:
        """Return how *start* leads to *end* by the edges in *field* (``parent`` or ``depends``), or None."""
        return circles.path(start, end, lambda each: circles.without_circles(each, self._edges(field)))

    def _parts(self, task_id: str, kind: str) -> list[Object]:
        keys = [each for each in self.index.parts.get(task_id, ()) if each[0] == kind]
        found = (self.object(*each) for each in keys)
        return sorted((each for each in found if each is not None), key=reading.rank)[:_MOST_PARTS]

    def _read(self, task_id: str) -> Task:
        found = self.object(KIND, task_id)
        assert found is not None, "the index knows no other"
        task = reading.task(found)
        row = self.index.rows[task_id]
        comments = bool(self.index.parts.get(task_id))
        parents = circles.without_circles(task_id, self._edges("parent")) if row.parent else ()
        return replace(
            task,
            parent=next(iter(parents), None),
            depends=circles.without_circles(task_id, self._edges("depends")) if row.depends else (),
            checklist=self.checklist(task_id) if comments else (),
            comments=len(self.comments(task_id)) if comments else 0,
        )

    def _edges(self, field: str) -> circles.Edges:
        def parent(task_id: str) -> Sequence[tuple[Position, str]]:
            found = self.object(KIND, task_id)
            target, at = (None, None) if found is None else (found.value("parent"), found.changed("parent"))
            return [(at, target)] if at is not None and isinstance(target, str) and target in self.index.rows else []

        def depends(task_id: str) -> Sequence[tuple[Position, str]]:
            found = self.object(KIND, task_id)
            added = () if found is None else found.added("depends")
            # Of an edge that was said twice, the earlier one counts.
            first = {target: at for at, target in reversed(added) if isinstance(target, str)}
            return [(at, target) for target, at in first.items() if target in self.index.rows]

        return parent if field == "parent" else depends


def _by_number(task: Task) -> tuple[int, str]:
    return task.number, task.id


def _labelled(alike: Sequence[Task]) -> list[Task]:
    """Give those that share a number the shortest names that tell them apart."""
    if len(alike) < 2:
        return [replace(each, label=str(each.number)) for each in alike]
    ordered = sorted(alike, key=lambda each: (each.giver or "", each.id))
    names = numbered.labels(ordered[0].number, [(each.giver, each.id) for each in ordered])
    return [replace(each, label=name) for each, name in zip(ordered, names, strict=True)]
