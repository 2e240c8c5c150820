"""What somebody has to do, whatever kind of object it is: how one capability lists it for another (pure).

As with :mod:`bots.assistant.talk.offers.census`, who needs one is given it where the process is wired together.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bots.assistant.talk.markup import Rich
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import Key, Place, Scene
from bots.register.replica.state import State
from config.identifiers import RoomId, UserId


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """One thing that somebody has to do in one room. ``label`` is what people call it there: ``12``, ``12-valbourg``.

    ``due`` is a day or a moment with its zone; ``start`` likewise, of what takes longer;
    ``late`` and ``waiting`` (for something else) are as of the scene's now.
    ``priority`` is that of RFC 5545 3.8.1.9: 1 is the highest, 5 the usual, 9 the lowest.
    """

    room_id: RoomId
    key: Key
    label: str
    title: str
    due: date | datetime | None = None
    start: date | datetime | None = None
    late: bool = False
    waiting: bool = False
    priority: int = 5


@dataclass(frozen=True, slots=True)
class Happening:
    """One time that something takes place which somebody may attend.

    *begins* and *ends* are moments with a zone; of whole days they are days, the last one in it.
    """

    room_id: RoomId
    key: Key
    title: str
    begins: date | datetime
    ends: date | datetime
    place: str = ""
    label: str = ""
    """What people call it in its room, where it has reminders of its own: ``3``, ``3-valbourg``."""

    def over(self, now: datetime) -> bool:
        """Tell whether it has ended; *now* is in the zone whose days count."""
        return self.ends <= now if isinstance(self.ends, datetime) else self.ends < now.date()


class Meetings(Protocol):
    """How one capability tells what takes place in a room, or towards an objective."""

    def towards(self, place: Place, state: State, objective: str) -> Iterable[Rich]:
        """Yield what is said of the next ones that are still to come; *objective* is its id."""

    def coming(self, state: State, objective: str, now: datetime) -> bool:
        """Tell whether there is any; *now* is in the zone whose days count."""

    def during(self, scene: Scene, first: date, last: date) -> Iterable[Happening]:
        """Yield all that takes place in the scene's room on these days, whomever it concerns: by its start."""


class Happenings(Protocol):
    """How one capability tells what takes place."""

    def of(self, scene: Scene, people: Collection[UserId], first: date, last: date) -> Iterable[Happening]:
        """Yield what takes place in the scene's room on these days, in the scene's zone, and concerns *people*."""


@dataclass(frozen=True, slots=True)
class Absence:
    """That *person* is away from *first* to *last*, both included, and *deputy* takes their place."""

    room_id: RoomId
    key: Key
    person: UserId
    first: date
    last: date
    deputy: UserId | None = None


class Absences(Protocol):
    """How one capability tells who is away."""

    def around(self, request: Request, first: date, last: date) -> Sequence[Absence]:
        """Return when whoever asks, and those with whom they share a room, are away on these days, the next first."""

    def here(self, request: Request, people: Collection[UserId] | None, first: date, last: date) -> Sequence[Absence]:
        """Return when *people* of this room, or all of them, are away, as far as it may be said here."""


class Agenda(Protocol):
    """How one capability lists what is to be done, without walking through all of a room."""

    def mine(self, scene: Scene, people: Collection[UserId], until: date) -> Iterable[AgendaItem]:
        """Yield what is open and assigned to one of *people* in the scene's room: due until *until*, or at no time."""


class Dated(Protocol):
    """How one capability finds what has a time by its title, and again by its id, without walking through all of it."""

    def titled(self, scene: Scene, words: Sequence[str]) -> Iterable[Happening]:
        """Yield what is still to come in the scene's room and has all of *words*, folded, in its title: when next."""

    def again(self, scene: Scene, object_id: str) -> Happening | None:
        """Return when this object is next; None where it is over, done, cancelled or gone."""
