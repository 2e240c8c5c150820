"""What an event is (RFC 5545 §3.6.1), field by field, as data. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Literal

from bots.calendar.format.lines import ContentLine
from bots.calendar.format.values import Moment
from bots.calendar.format.zones import Zone

MOST_SEQUENCE: Final = 2**31 - 1
"""The highest version of an event that is one (RFC 5545 §3.3.8): what says more says nothing."""


class EventStatus(StrEnum):
    """How sure an event is (RFC 5545 §3.8.1.11)."""

    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"
    CANCELLED = "CANCELLED"


class Answer(StrEnum):
    """What somebody invited has answered (RFC 5545 §3.2.12)."""

    NEEDS_ACTION = "NEEDS-ACTION"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    TENTATIVE = "TENTATIVE"
    DELEGATED = "DELEGATED"


@dataclass(frozen=True, slots=True)
class CalendarUser:
    """Somebody who invites or is invited."""

    name: str
    """To show; the address where no name was given."""
    address: str | None
    """A mail address that mail may go to, its domain in small letters; None where none was given."""
    answer: Answer = Answer.NEEDS_ACTION
    sent_by: str | None = None
    """The address of who acts for them."""
    groups: tuple[str, ...] = ()
    """The addresses of the lists through which they are invited."""
    uri: str = field(default="", compare=False)
    """What stands for an address that is none of mail: ``matrix:u/dgs:valbourg.fr``."""
    written: str = field(default="", compare=False)
    """The whole line as it came: what we do not understand in it goes back out."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """When to remind of an event: relative to its start or end, or once and for all."""

    trigger: timedelta | Moment
    related: Literal["START", "END"] = "START"
    repeat: int = 0
    """How often again."""
    every: timedelta = timedelta()
    """After how long each time."""
    description: str = ""
    others: tuple[ContentLine, ...] = field(default=(), compare=False)
    """Properties that are none of the above, how it rings among them (ACTION): they go back out as they came."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A recurrence rule whose end has been read apart from it."""

    text: str
    """RRULE without UNTIL and without what RFC 5545 does not know; COUNT stays in it."""
    until: Moment | None = None
    """The last moment at which an occurrence may start; of a whole day, its last second."""

    @property
    def endless(self) -> bool:
        """Whether nothing ends it."""
        return self.until is None and "COUNT=" not in self.text


@dataclass(frozen=True, slots=True)
class Extra:
    """A date beside the rule (RDATE)."""

    start: Moment
    length: timedelta | None = None
    """How long this one is, where it differs from the others."""


@dataclass(frozen=True, slots=True)
class Event:
    """A single event, a series, or one changed occurrence of a series (``recurrence_id``)."""

    uid: str
    start: Moment
    length: timedelta
    """How long it is. Of whole days a number of days; else of the clock, or exact where ``exact``."""
    exact: bool = True
    """Its end was given (the same exact time for each occurrence), not a number of days (RFC 5545 §3.8.5.3)."""
    recurrence_id: Moment | None = None
    dated: bool = True
    """False where the file need not say when it is, and does not: an answer, a cancellation (RFC 5546 §3.2)."""
    onwards: bool = False
    """A changed occurrence that stands for all later ones too (RANGE=THISANDFUTURE)."""
    sequence: int = 0
    rules: tuple[Rule, ...] = ()
    extras: tuple[Extra, ...] = ()
    excluded: tuple[Moment, ...] = ()
    unless: tuple[Rule, ...] = ()
    """Rules of what does not take place (EXRULE, RFC 2445 §4.8.5.2: no longer written, still found)."""
    summary: str = ""
    description: str = ""
    location: str = ""
    url: str = ""
    call: str = ""
    """The address of a call, byte for byte."""
    categories: tuple[str, ...] = ()
    status: EventStatus = EventStatus.CONFIRMED
    busy: bool = True
    """Whether it takes its people's time (TRANSP)."""
    private: bool = False
    organizer: CalendarUser | None = None
    attendees: tuple[CalendarUser, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    attachments: tuple[str, ...] = ()
    """Addresses; what is inside of the file is not taken."""
    others: tuple[ContentLine, ...] = field(default=(), compare=False)
    """Properties that are none of the above: they go back out as they came."""
    line: int = field(default=0, compare=False)
    updated: datetime | None = field(default=None, compare=False)
    """When it was last changed where it comes from (LAST-MODIFIED, else DTSTAMP), in UTC."""
    stamped: datetime | None = field(default=None, compare=False)
    """When this copy of it was written (DTSTAMP), in UTC: of an answer, when it was given (RFC 5546 §2.1.5)."""

    @property
    def whole_days(self) -> bool:
        """Whether it takes days and not hours."""
        return self.start.clock is None

    @property
    def repeats(self) -> bool:
        """Whether it is a series."""
        return bool(self.rules or self.extras)

    def renamed(self, uid: str) -> "Event":
        """Return the same event under another UID."""
        return replace(self, uid=uid)


@dataclass(frozen=True, slots=True)
class Calendar:
    """What a file holds of events, in its order."""

    events: tuple[Event, ...]
    floating: Zone
    """Where its whole days and its times without a zone are."""
    name: str = ""
    method: str = ""
    """What an invitation asks (RFC 5546); nothing in a plain file."""
    defined: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The content lines of its own zones, by their names."""
    refresh: timedelta | None = None
    """After how long its maker wants it read again (RFC 7986 §5.7)."""
