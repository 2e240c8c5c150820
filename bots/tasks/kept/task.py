"""What a task is, once it is read: the nouns that everything else here is about."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum, StrEnum
from typing import Final

from bots.when.values import is_all_day
from config.identifiers import EventId, UserId

KIND: Final = "task"
ITEM: Final = "task.item"
"""The kind of one line of a checklist."""
COMMENT: Final = "comment"
MAX_DESCRIPTION: Final = 4_000
MAX_LINE: Final = 500
"""Characters of one line of a checklist."""
MAX_COMMENT: Final = 2_000
MAX_LABEL: Final = 40
MAX_ESTIMATE: Final = 60 * 24 * 366
"""Minutes: a year of nothing else."""


class Status(StrEnum):
    """Where a task stands; the values are the wire's."""

    TODO = "todo"
    DOING = "doing"
    BLOCKED = "blocked"
    DONE = "done"
    DROPPED = "dropped"

    # An Enum's own hashes the name, in Python: five times as slow, and not that of the value, which is its equal.
    __hash__ = str.__hash__


class Priority(IntEnum):
    """How much it matters; the values are those of RFC 5545 3.8.1.9."""

    HIGH = 1
    NORMAL = 5
    LOW = 9


CLOSED: Final = (Status.DONE, Status.DROPPED)


@dataclass(frozen=True, slots=True)
class Span:
    """The field ``when``: days, or moments with their zone. Both inclusive; *due* is what is late afterwards."""

    due: date | datetime | None = None
    start: date | datetime | None = None


@dataclass(frozen=True, slots=True)
class Recurrence:
    """The field ``rule``: an RFC 5545 RRULE without its name, counted from *anchor*, the first due date."""

    rrule: str
    anchor: date | datetime


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """One line of a checklist; *at* is its place in it, from 1."""

    id: str
    text: str
    done: bool = False
    at: int = 0


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody said about a task; *at* is when, as its author's assistant (*voucher*) wrote it down."""

    id: str
    text: str
    by: UserId | None = None
    at: datetime | None = None
    voucher: UserId | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """One task. ``giver`` is the assistant that gave it its number; ``comments`` says how many there are.

    ``parent`` and ``depends`` are ids of tasks, without what closes a circle. ``completed`` is set of a done one.
    """

    id: str
    number: int
    title: str
    status: Status = Status.TODO
    assignees: tuple[UserId, ...] = ()
    giver: UserId | None = None
    label: str = field(default="", compare=False)
    """What people call it: its number, or ``12-valbourg`` where two have the same."""
    description: str = ""
    when: Span = Span()
    priority: Priority = Priority.NORMAL
    labels: tuple[str, ...] = ()
    checklist: tuple[ChecklistItem, ...] = ()
    parent: str | None = None
    depends: tuple[str, ...] = ()
    rule: Recurrence | None = None
    objective: str | None = None
    estimate: int | None = None
    """Minutes."""
    comments: int = 0
    source: EventId | None = None
    """The message that it was made of."""
    creator: UserId | None = None
    voucher: UserId | None = None
    """The assistant on whose word that rests."""
    completed: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether there is still something to do."""
        return self.status not in CLOSED

    @property
    def due(self) -> date | datetime | None:
        """The day or the moment by which it is to be done."""
        return self.when.due

    @property
    def all_day(self) -> bool:
        """Whether it is due on a day, at no hour."""
        return self.when.due is not None and is_all_day(self.when.due)

    def late(self, now: datetime) -> bool:
        """Tell whether it is open and should be done by *now*, which is in the zone whose days count."""
        return self.open and self.due is not None and is_over(self.due, now)


def is_over(due: date | datetime, now: datetime) -> bool:
    """Tell whether *due* has passed: a moment at once, a day when it has ended where *now* is."""
    return due < now if isinstance(due, datetime) else due < now.date()
