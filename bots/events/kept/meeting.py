"""An event or a series as a room has it: the times of it that are otherwise, and who comes (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bots.calendar.event import Alarm, Answer, Event, EventStatus
from bots.calendar.format.contentline import moment_line
from bots.calendar.format.values import Moment
from bots.calendar.format.zones import UTC_ZONE, Zone
from bots.events.kept.begins import begins
from bots.events.kept.kinds import ANSWER, CHANGE, KIND, ONCE
from bots.events.kept.slots import Slot, slot_of
from bots.register.format.identity import object_id
from config.identifiers import RoomId, UserId


@dataclass(frozen=True, slots=True)
class Rsvp:
    """What somebody answers; *voucher* is the assistant that says so, where it is not that of their homeserver."""

    answer: Answer
    voucher: UserId | None = None
    before: Answer | None = None
    """What they had said of a time at which it is no more (RFC 5546 §3.2.2.1): they are to be asked again."""

    @property
    def again(self) -> "Rsvp":
        """The same of another time: nothing is known of that."""
        known = self.before or self.answer
        return Rsvp(Answer.NEEDS_ACTION, self.voucher, None if known is Answer.NEEDS_ACTION else known)


@dataclass(frozen=True, slots=True)
class Once:
    """What people answer to one time of a series alone: which one, by its RECURRENCE-ID, and who says what."""

    recurrence: Moment
    answers: Mapping[UserId, Rsvp]


@dataclass(frozen=True, slots=True)
class Change:
    """A changed occurrence as it stands: which one, the event that it is, and the *fields* that it says itself."""

    id: str
    recurrence: Moment
    event: Event
    fields: Mapping[str, Any] = field(compare=False)


@dataclass(frozen=True, slots=True)
class Meeting:
    """An event or a series as the room has it; *giver* is the assistant that gave it its *number*.

    *withdrawn*: whoever made it has taken that back.
    """

    id: str
    number: int
    event: Event
    changes: tuple[Change, ...] = ()
    invited: tuple[UserId, ...] = ()
    answers: Mapping[UserId, Rsvp] = field(default_factory=dict)
    once: Mapping[Slot, Once] = field(default_factory=dict)
    """What people answer to single times of a series."""
    creator: UserId | None = None
    giver: UserId | None = None
    withdrawn: bool = False
    label: str = field(default="", compare=False)
    """What people call it: its number, or ``3-valbourg`` where two have the same."""
    defined: Mapping[str, tuple[str, ...]] = field(default_factory=dict, compare=False)
    """Zones that came with its file."""
    rung: object = field(default=None, compare=False)
    """Up to when people were reminded of it (``ringing``)."""
    floating: Zone = field(default=UTC_ZONE, compare=False)
    """Where its times are that name no zone."""
    when: object = field(default=None, compare=False)
    """When it is, as it is written: an answer says to which time it is one."""

    @property
    def title(self) -> str:
        """What it is called."""
        return self.event.summary or "…"

    @property
    def called(self) -> str:
        """What people call it by number: its label, where somebody has given it one."""
        return self.label or str(self.number)

    @property
    def name(self) -> str:
        """What tells it apart in files: its UID, and of one meeting whose series nobody knows, which one it is."""
        alone = self.event.recurrence_id
        return self.event.uid if alone is None else f"{self.event.uid}\n{moment_line('RECURRENCE-ID', alone)}"

    @property
    def stands(self) -> bool:
        """Whether it takes place, as far as the whole of it goes."""
        return not self.withdrawn and self.event.status is not EventStatus.CANCELLED

    def slot(self, recurrence: Moment) -> Slot:
        """Return which time of the series *recurrence* is."""
        return slot_of(self.event, recurrence, self.floating)

    def answers_at(self, recurrence: Moment) -> Mapping[UserId, Rsvp]:
        """Return who comes to one time of the series: what was said of that one, else of all of them."""
        once = self.once.get(self.slot(recurrence)) if self.once else None
        moved = self.when_at(recurrence) != self.when
        series = {person: said.again for person, said in self.answers.items()} if moved else self.answers
        return series if once is None else {**series, **once.answers}

    def when_at(self, recurrence: Moment) -> object:
        """Return when one time of the series is, as it is written: that of the series, unless it was moved."""
        return when_at(self.changes, self.event, self.floating, self.when, recurrence)

    @property
    def alarms(self) -> tuple[Alarm, ...]:
        """All reminders of it, of its changed occurrences too."""
        return tuple(alarm for event in self.events for alarm in event.alarms)

    @property
    def events(self) -> tuple[Event, ...]:
        """The event with its changed occurrences, as a file has them."""
        return (self.event, *(change.event for change in self.changes))


def meeting_id(room_id: RoomId, uid: str) -> str:
    """Return the id of the object that the event *uid* is in a room: whoever imports it, it is one."""
    return object_id(KIND, room_id, uid)


def change_id(meeting: str, recurrence: str) -> str:
    """Return the id of the changed occurrence whose RECURRENCE-ID is *recurrence*."""
    return object_id(CHANGE, meeting, recurrence)


def answer_id(meeting: str, person: UserId) -> str:
    """Return the id of what *person* answers to an event."""
    return object_id(ANSWER, meeting, person)


def once_id(meeting: str, recurrence: str, person: UserId) -> str:
    """Return the id of what *person* answers to the one time of an event whose RECURRENCE-ID is *recurrence*."""
    return object_id(ONCE, meeting, f"{recurrence}\n{person}")


def when_at(changes: Sequence[Change], series: Event, floating: Zone, when: object, recurrence: Moment) -> object:
    """Return when the time *recurrence* of a *series* is, as it is written: the series has it at *when*."""
    slot = slot_of(series, recurrence, floating)
    found = when
    for change in changes:
        if "when" not in change.fields:
            continue
        # What only ends otherwise is when the series has it.
        own = change.fields["when"] if is_moved(change.event, change.recurrence, floating) else when
        if slot_of(series, change.recurrence, floating) == slot:
            return own
        if change.event.onwards and change.recurrence.local <= recurrence.local:
            found = own
    return found


def is_moved(event: Event, recurrence: Moment, floating: Zone) -> bool:
    """Tell whether a changed occurrence begins at another time than *recurrence*, where its series has it."""
    return begins(event.start, floating) != begins(recurrence, floating)
