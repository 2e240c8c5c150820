"""What people ask after, whatever kind of object it is: how a capability finds it for the look-up (pure).

Each hands a :class:`Finder` for each of its kinds to the assistant (``Capability.finders``); a declared kind has one by
itself (``bots/items``).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import Enum, auto
from typing import Protocol
from zoneinfo import ZoneInfo

from bots.assistant.talk.markup import Rich
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import NOTHING, Needs, Request
from bots.assistant.talk.scene import Key, Scene
from config.identifiers import RoomId, UserId


class WantedState(Enum):
    """How something is to stand."""

    ANY = auto()
    OPEN = auto()
    DONE = auto()
    LATE = auto()


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when something is asked about: instants with a zone, the end excluded."""

    start: datetime
    stop: datetime

    def meets(self, at: date, zone: ZoneInfo) -> bool:
        """Tell whether an instant, or some of a day, falls into it."""
        first = begin(at, zone)
        if isinstance(at, datetime):
            return self.start <= first < self.stop
        return first < self.stop and self.start < datetime.combine(at, time.max, zone)


def begin(at: date, zone: ZoneInfo) -> datetime:
    """Return the instant *at* which a day begins, or that a moment is; without a zone of its own it is of *zone*."""
    if isinstance(at, datetime):
        return at if at.tzinfo is not None else at.replace(tzinfo=zone)
    return datetime.combine(at, time(), zone)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked after: any of *words*, folded; what is one of *people*'s; what falls into *span*; in *state*.

    What is empty, or None, is not asked about.
    """

    words: tuple[str, ...] = ()
    people: frozenset[UserId] = frozenset()
    span: Span | None = None
    state: WantedState = WantedState.ANY

    def falls(self, at: date | None, zone: ZoneInfo) -> bool:
        """Tell whether what is *at* that day or moment, or at none, is wanted as to when it is."""
        return self.span is None or (at is not None and self.span.meets(at, zone))

    def is_of(self, people: Iterable[UserId | None]) -> bool:
        """Tell whether what is of *people* is wanted as to whose it is."""
        return not self.people or not self.people.isdisjoint(people)


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that was found: *line* says it as the lists of its kind show it, *hits* are the words that it has.

    *line* gets whether it says its number, too: what is numbered anew is called by that alone.

    *at* is when it is, or is due; *over* what is done, or past.
    """

    key: Key
    line: Callable[[bool], Rich]
    hits: frozenset[str] = frozenset()
    at: date | None = None
    over: bool = False
    room_id: RoomId | None = None
    """Where it stands, if not in the room in which it was looked for."""

    def rank(self, zone: ZoneInfo) -> tuple[bool, datetime]:
        """Return what it is sorted by: what is still to come first, and what comes next first of that."""
        at = datetime.max.replace(tzinfo=UTC) if self.at is None else begin(self.at, zone)
        return self.over, at


class Lines:
    """A finder that needs nothing but the register, and whose lines say all, unless it says otherwise."""

    __slots__ = ()

    @property
    def everyday(self) -> bool:
        """Its nouns always call it."""
        return False

    @property
    def asides(self) -> frozenset[str]:
        """None."""
        return frozenset()

    def needs(self, _: Request) -> Needs:
        """Return nothing."""
        return NOTHING

    def whole(self, _: Request, __: str) -> Rich | None:
        """Return nothing."""
        return None

    def told(self, _: Request, __: Sequence[str]) -> Reply | None:
        """Return nothing."""
        return None


class Finder(Protocol):
    """How things of one kind are found."""

    @property
    def kind(self) -> str:
        """The kind."""

    @property
    def nouns(self) -> frozenset[str]:
        """What people call it, one and several, folded."""

    @property
    def everyday(self) -> bool:
        """Whether its nouns are words of titles as often: they are looked for, too, unless they stand alone."""

    @property
    def asides(self) -> frozenset[str]:
        """What is asked of it beside an everyday noun, folded, and says not which: « ferme », « expire »."""

    @property
    def called(self) -> tuple[str, str]:
        """What several of it are called, in French and in English."""

    @property
    def icon(self) -> str:
        """What stands before its line in a list of several kinds."""

    def needs(self, request: Request) -> Needs:
        """Return what :meth:`find` must be given."""

    def find(self, request: Request, scene: Scene, wanted: Wanted) -> Iterator[Found]:
        """Yield what fits in a room that whoever asks may read; where words are wanted, what has any of them.

        What has no words of its own is not found by any.
        """

    def whole(self, request: Request, object_id: str) -> Rich | None:
        """Return all that is known of one in the room in which it is asked; None: it has no more than its line."""

    def told(self, request: Request, ids: Sequence[str]) -> Reply | None:
        """Return what tells of all *ids* where it is asked, or that there are none; None: its lines do."""
