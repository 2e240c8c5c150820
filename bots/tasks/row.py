"""What the index knows of one task: as little as will do for finding it, read as ``reading`` reads it."""

from datetime import date, datetime
from functools import lru_cache
from typing import Final, NamedTuple

from bots.assistant.numbered import MAX_NUMBER, is_number
from bots.register.state import Object
from bots.tasks import moment, reading
from bots.tasks.task import CLOSED, Priority, Status
from config.identifiers import ServerName, UserId

NOBODY: Final = ServerName("")
"""Stands for a homeserver where nobody is assigned."""
_NEVER: Final = date.max.toordinal()
_ALL_DAY: Final = 24 * 60
_DONE: Final = Status.DONE
_NORMAL: Final = Priority.NORMAL
_new = tuple.__new__


class Row(NamedTuple):
    """What the index knows of one task. A tuple, because a cold start makes one for each task there is."""

    number: int
    status: Status
    priority: Priority
    due: date | datetime | None
    completed: datetime | None
    assignees: tuple[UserId, ...]
    labels: tuple[str, ...]
    """Folded, as they are compared."""
    parent: str | None
    depends: tuple[str, ...]
    objective: str | None = None

    @property
    def open(self) -> bool:
        """Whether there is still something to do."""
        return self.status not in CLOSED

    @property
    def servers(self) -> tuple[ServerName, ...]:
        """The homeservers of its assignees, each once."""
        if len(self.assignees) < 2:
            return tuple([_server(each) for each in self.assignees])
        return tuple({_server(each) for each in self.assignees})

    @property
    def shares(self) -> tuple[ServerName, ...]:
        """The homeservers for which it counts: those of its assignees, or :data:`NOBODY`."""
        return self.servers or (NOBODY,)

    def places(self) -> tuple[int, int, int]:
        """Return where it stands by due date, by priority and by number: each order falls back on the others."""
        return self.place_by_due(), self.place_by_priority(), self.place_by_number()

    def place_by_due(self) -> int:
        """Return where it stands by due date, then by priority, then by number."""
        return (self._at() * 10 + self.priority) * (MAX_NUMBER + 1) + self.number

    def place_by_priority(self) -> int:
        """Return where it stands by priority, then by due date, then by number."""
        ranked = self.priority * (_NEVER + 1) * (_ALL_DAY + 1) + self._at()
        return ranked * (MAX_NUMBER + 1) + self.number

    def place_by_number(self) -> int:
        """Return where it stands by number."""
        return self.number

    def _at(self) -> int:
        due = self.due
        if due is None:
            return _NEVER * (_ALL_DAY + 1) + _ALL_DAY
        minute = due.hour * 60 + due.minute if isinstance(due, datetime) else _ALL_DAY
        return due.toordinal() * (_ALL_DAY + 1) + minute


def first_place(day: date) -> int:
    """Return where in the order of due dates a day begins."""
    return day.toordinal() * (_ALL_DAY + 1) * 10 * (MAX_NUMBER + 1)


def read(found: Object) -> Row | None:
    """Return the row of the task in *found*; None when it has no number or no title, and so is none."""
    field, number = found.fields.get, found.firsts.get("number")
    if not is_number(number) or not isinstance(field("title"), str):
        return None
    status, priority, when = reading.status(field("status")), field("priority"), field("when")
    parent, objective = field("parent"), field("objective")
    assignees: tuple[UserId, ...] = ()
    labels: tuple[str, ...] = ()
    depends: tuple[str, ...] = ()
    if sets := found.sets():
        elements = sets.get
        if some := elements("assignees"):
            assignees = reading.assignees(some)
        if some := elements("labels"):
            labels = reading.folded_labels(some)
        if some := elements("depends"):
            depends = reading.ids(some)
    # Past the constructor, which takes twice as long.
    return _new(
        Row,
        (
            number,
            status,
            # What is not there is the rule, and asking costs more than seeing it.
            _NORMAL if priority is None else reading.priority(priority),
            None if when is None else moment.read_due(when),
            moment.read_stamp(field("completed")) if status is _DONE else None,
            assignees,
            labels,
            parent if isinstance(parent, str) else None,
            depends,
            objective if isinstance(objective, str) else None,
        ),
    )


@lru_cache(maxsize=4096)
def _server(user: UserId) -> ServerName:
    return user.server
