"""What there is to do, whatever kind of object it is: how one capability counts it for another (pure).

Capabilities never import each other: whoever needs a count is given the other's :class:`Census` where the process is
wired together.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from bots.register.replica.state import State
from config.identifiers import ServerName, UserId


@dataclass(frozen=True, slots=True)
class Tally:
    """How much there is; ``late`` is a part of ``open``. What was dropped counts nowhere."""

    open: int = 0
    late: int = 0
    done: int = 0

    @property
    def total(self) -> int:
        """All that counts."""
        return self.open + self.done

    @property
    def percent(self) -> int:
        """How much of it is done, rounded down: 100 is all of it. 0 where there is nothing."""
        return 100 * self.done // self.total if self.total else 0


@dataclass(frozen=True, slots=True)
class Count:
    """How much there is: ``late`` and ``blocked`` are parts of ``open``, and ``both`` what is in both of these.

    ``done`` is what was done since a moment.
    """

    open: int = 0
    late: int = 0
    blocked: int = 0
    both: int = 0
    done: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(
            self.open + other.open,
            self.late + other.late,
            self.blocked + other.blocked,
            self.both + other.both,
            self.done + other.done,
        )


NONE: Count = Count()


@dataclass(frozen=True, slots=True)
class Counts:
    """The counts of a room: all of it; what is assigned to people of each homeserver; and what to nobody.

    What is assigned to people of two homeservers counts for both of them, and once in ``total``.
    """

    total: Count = NONE
    by_server: Mapping[ServerName, Count] = field(default_factory=dict)
    unassigned: Count = NONE


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing that is still to be done: what people call it in its room, who has it, and how it stands.

    ``due`` is a day or a moment with its zone.
    """

    id: str
    label: str
    title: str
    people: tuple[UserId, ...] = ()
    due: date | datetime | None = None
    late: bool = False
    blocked: bool = False


class Census(Protocol):
    """How one capability counts what is to be done in a room, without walking through all of it."""

    def towards(self, state: State, objective: str, now: datetime) -> Tally:
        """Return what is attached to the objective with this id; *now* is in the zone whose days count."""

    def count(self, state: State, now: datetime, since: datetime) -> Counts | None:
        """Count the room at *now*, which is in the zone whose days count, and what was done since *since*.

        None for a room in which there never was anything to count.
        """

    def by_person(self, state: State, now: datetime, since: datetime) -> Mapping[UserId | None, Count]:
        """Count for each person what is theirs, as :meth:`count` does; under None what is nobody's.

        What two have counts for both of them.
        """

    def matters(self, state: State, now: datetime) -> Iterator[Matter]:
        """Yield what is still to be done, the next one due first."""


@dataclass(frozen=True, slots=True)
class Goal:
    """An objective that is still to be reached: what people call it, and how far it is.

    ``target`` is its last day; ``late`` tells that this has passed.
    """

    kind: str
    id: str
    label: str
    title: str
    tally: Tally
    target: date | None = None
    late: bool = False


class Goals(Protocol):
    """How one capability tells what a room is to reach."""

    def open(self, state: State, now: datetime) -> tuple[Goal, ...]:
        """Return the open objectives, the next one due first; *now* is in the zone whose days count."""

    def any(self, state: State) -> bool:
        """Tell whether the room ever had one."""
