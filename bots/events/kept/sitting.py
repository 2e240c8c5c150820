"""When the events of a room take place: each time that one does, with the event that it is (pure)."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from bots.calendar.event import Event, EventStatus
from bots.calendar.format.findings import Findings
from bots.calendar.format.values import Moment
from bots.calendar.format.zones import Zone
from bots.calendar.recurrence.deadline import TookTooLong
from bots.calendar.recurrence.series import Expansion, Occurrence, Series, Window
from bots.events.kept.meeting import Meeting, Rsvp
from bots.events.kept.record import named_time
from bots.events.kept.slots import Slot
from config.identifiers import UserId

_DAY: Final = timedelta(days=1)
_FARTHEST: Final = timedelta(days=400)
_AHEAD: Final = timedelta(days=800)
"""How far the next time of an event is looked for."""


@dataclass(frozen=True, slots=True)
class Sitting:
    """One time that an event takes place."""

    meeting: Meeting
    occurrence: Occurrence

    @property
    def begins(self) -> datetime:
        """The instant, in UTC."""
        return self.occurrence.begins

    @property
    def ends(self) -> datetime:
        """The instant at which it is over, in UTC."""
        return self.occurrence.ends

    @property
    def stands(self) -> bool:
        """Whether it takes place: neither it nor all of the event was cancelled."""
        return self.meeting.stands and self.occurrence.event.status is not EventStatus.CANCELLED

    @property
    def recurrence(self) -> Moment:
        """Which occurrence of its series it is: when it would be, had nobody changed it."""
        event, start = self.occurrence.event, self.occurrence.start
        if event.recurrence_id is None:
            return start
        if not event.onwards or event.start == start:
            return event.recurrence_id
        return event.recurrence_id.at(event.recurrence_id.local + (start.local - event.start.local))

    @property
    def _apart(self) -> bool:
        return bool(self.meeting.once or self.meeting.changes)

    @property
    def answers(self) -> Mapping[UserId, Rsvp]:
        """Who comes to it: what was said of this one time, else of all of them."""
        return self.meeting.answers_at(self.recurrence) if self._apart else self.meeting.answers


def sittings(meeting: Meeting, window: Window, floating: Zone) -> list[Sitting]:
    """Return when *meeting* takes place within *window*, by start; what takes too long to work out is cut short."""
    orphan = meeting.event.recurrence_id is not None
    series = Series(None, (meeting.event,)) if orphan else Series(meeting.event, tuple(_changed(meeting)))
    expansion = Expansion(series, floating, window, Findings())
    # “The 30th of February” is looked for through centuries only: what was found until then holds.
    with suppress(TookTooLong):
        expansion.occurrences()
    found = (Sitting(meeting, occurrence) for occurrence in expansion.found)
    return sorted(found, key=lambda sitting: (sitting.begins, sitting.ends))


def _changed(meeting: Meeting) -> Iterator[Event]:
    return (change.event for change in meeting.changes)


def next_sitting(meeting: Meeting, now: datetime, floating: Zone) -> Sitting | None:
    """Return the next time that *meeting* takes place and is not over at *now*, cancelled ones left out."""
    found = sittings(meeting, Window(now, now + _AHEAD), floating)
    return next((sitting for sitting in found if sitting.stands and sitting.ends > now), None)


def on_day(meeting: Meeting, day: date, floating: Zone) -> Sitting | None:
    """Return when *meeting* takes place on *day*, as clocks show it where it is; the first of several."""
    around = datetime.combine(day, time(), UTC)
    found = sittings(meeting, Window(around - 2 * _DAY, around + 3 * _DAY), floating)
    return next((sitting for sitting in found if sitting.occurrence.start.day == day), None)


def named_sitting(meeting: Meeting, recurrence: str) -> Sitting | None:
    """Return the time of a series that a file calls *recurrence* (its line), in whatever zone it does."""
    moment = named_time(recurrence, meeting.floating)
    if moment is None:
        return None
    slot = meeting.slot(moment)
    changed = next((change for change in meeting.changes if meeting.slot(change.recurrence) == slot), None)
    try:
        at = (moment if changed is None else changed.event.start).utc(meeting.floating)
        found = sittings(meeting, Window(at - 3 * _DAY, at + 3 * _DAY), meeting.floating)
    except OverflowError:
        return None
    return next((sitting for sitting in found if meeting.slot(sitting.recurrence) == slot), None)


def answered(meeting: Meeting, floating: Zone) -> dict[Slot, Sitting]:
    """Return the single times of a series to which somebody has answered, those that it still has."""
    if not meeting.once:
        return {}
    asked = sorted(once.recurrence.utc(floating) for once in meeting.once.values())
    moved = (change.event.start.utc(floating) - change.recurrence.utc(floating) for change in meeting.changes)
    reach = min(max((abs(by) for by in moved), default=_DAY), _FARTHEST) + 2 * _DAY
    try:
        window = Window(asked[0] - reach, asked[-1] + reach)
    except OverflowError:
        return {}
    found = {meeting.slot(sitting.recurrence): sitting for sitting in sittings(meeting, window, floating)}
    return {slot: found[slot] for slot in meeting.once if slot in found}


def in_order(found: Iterable[Sitting]) -> list[Sitting]:
    """Return *found* by start; of the same start, whole days first, then by number."""
    return sorted(found, key=lambda each: (each.begins, each.occurrence.start.clock is not None, each.meeting.number))


def shown(sitting: Sitting) -> Event:
    """Return the event as it is this one time: when it starts, how long it is."""
    occurrence = sitting.occurrence
    days = occurrence.last_day - occurrence.start.day
    length = days if occurrence.start.clock is None else occurrence.ends - occurrence.begins
    return replace(occurrence.event, start=occurrence.start, length=length)
