"""What the index knows of one task: as little as will do for finding it, read as ``reading`` reads it."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple

from bots.assistant.words.objects.numbered import MAX_NUMBER, is_number
from bots.register.replica.object import Object
from bots.tasks.kept import moment, reading
from bots.tasks.kept.task import CLOSED, Priority, Status
from config.identifiers import ServerName, UserId

NOBODY: Final = ServerName("")
"""Stands for a homeserver where nobody is assigned."""
_NEVER: Final = date.max.toordinal()
_ALL_DAY: Final = 24 * 60
_DONE: Final = Status.DONE
_NORMAL: Final = Priority.NORMAL
_new = tuple.__new__


class IndexedTask(NamedTuple):
    """What the index knows of one task.

    A tuple that keeps what was written as it was written, because a cold start makes one for each task there is: dates,
    people and labels are read when somebody asks for them.
    """

    number: int
    status: Status
    ranked: object
    when: object
    ended: object
    sets: Mapping[str, Collection[Any]]
    parent: str | None
    depends: tuple[str, ...]
    objective: str | None = None
    source: object = None
    """The event id of the message that it was made of."""

    @property
    def priority(self) -> Priority:
        """The priority; normal where nobody has said one."""
        return _NORMAL if self.ranked is None else reading.priority(self.ranked)

    @property
    def due(self) -> date | datetime | None:
        """When it is to be done."""
        return None if self.when is None else moment.read_due(self.when)

    @property
    def completed(self) -> datetime | None:
        """When it was done, if it is and somebody has written that down."""
        return moment.read_stamp(self.ended) if self.status is _DONE else None

    @property
    def assignees(self) -> tuple[UserId, ...]:
        """Who is assigned."""
        some = self.sets.get("assignees")
        return reading.assignees(some) if some else ()

    @property
    def labels(self) -> tuple[str, ...]:
        """Its labels, folded, as they are compared."""
        some = self.sets.get("labels")
        return reading.folded_labels(some) if some else ()

    @property
    def open(self) -> bool:
        """Whether there is still something to do."""
        return self.status not in CLOSED

    @property
    def servers(self) -> tuple[ServerName, ...]:
        """The homeservers of its assignees, each once."""
        people = self.assignees
        if len(people) < 2:
            return tuple([_server(each) for each in people])
        return tuple({_server(each) for each in people})

    @property
    def shares(self) -> tuple[ServerName, ...]:
        """The homeservers for which it counts: those of its assignees, or :data:`NOBODY`."""
        return self.servers or (NOBODY,)

    def places(self) -> tuple[int, int, int]:
        """Return where it stands by due date, by priority and by number: each order falls back on the others."""
        return self.place_by_due(), self.place_by_priority(), self.place_by_number()

    def place_by_due(self) -> int:
        """Return where it stands by due date, then by priority, then by number."""
        return (self._minute() * 10 + self.priority) * (MAX_NUMBER + 1) + self.number

    def place_by_priority(self) -> int:
        """Return where it stands by priority, then by due date, then by number."""
        ranked = self.priority * (_NEVER + 1) * (_ALL_DAY + 1) + self._minute()
        return ranked * (MAX_NUMBER + 1) + self.number

    def place_by_number(self) -> int:
        """Return where it stands by number."""
        return self.number

    def _minute(self) -> int:
        """Return the minute of its due date by its own clock; of a whole day, the last."""
        due = self.due
        if due is None:
            return _NEVER * (_ALL_DAY + 1) + _ALL_DAY
        minute = due.hour * 60 + due.minute if isinstance(due, datetime) else _ALL_DAY
        return due.toordinal() * (_ALL_DAY + 1) + minute


def first_place(day: date) -> int:
    """Return where in the order of due dates a day begins."""
    return day.toordinal() * (_ALL_DAY + 1) * 10 * (MAX_NUMBER + 1)


def read(found: Object) -> IndexedTask | None:
    """Return the row of the task in *found*; None when it has no number or no title, and so is none."""
    field, number = found.fields.get, found.firsts.get("number")
    if not is_number(number) or not isinstance(field("title"), str):
        return None
    sets, parent, objective = found.sets(), field("parent"), field("objective")
    depends = sets.get("depends")
    # Past the constructor, which takes twice as long.
    return _new(
        IndexedTask,
        (
            number,
            reading.status(field("status")),
            field("priority"),
            field("when"),
            field("completed"),
            sets,
            parent if isinstance(parent, str) else None,
            reading.ids(depends) if depends else (),
            objective if isinstance(objective, str) else None,
            found.firsts.get("source"),
        ),
    )


@lru_cache(maxsize=4096)
def _server(user: UserId) -> ServerName:
    return user.server
