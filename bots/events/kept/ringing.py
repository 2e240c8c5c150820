"""When people are reminded of the events of a room (RFC 5545 §3.6.6), and up to when that was done (pure)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from bots.calendar.event import Alarm
from bots.calendar.reminding import instants
from bots.calendar.series import Window
from bots.calendar.zones import Zone
from bots.events.kept.record import Meeting
from bots.events.kept.sitting import Sitting, sittings

RUNG: Final = "rung"
"""The field that holds up to when reminders were said, so that they are said once."""
FORGOTTEN: Final = timedelta(days=7)
"""What was due longer ago is not said any more: we were down, and it is over."""
_UNKNOWN: Final = timedelta(hours=1)
_AHEAD: Final = timedelta(days=400)
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Ring:
    """A reminder: *at* is the instant (UTC)."""

    at: datetime
    sitting: Sitting
    alarm: Alarm


def stamp(now: datetime) -> str:
    """Return *now* as the field :data:`RUNG` holds it, to the second."""
    return now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def since(raw: object, now: datetime) -> datetime:
    """Return up to when reminders were said, by the field *raw*; where it says nothing, an hour ago."""
    try:
        said = datetime.fromisoformat(raw) if isinstance(raw, str) and len(raw) == 20 else None
    except ValueError:
        said = None
    if said is None or said.tzinfo is None or said > now:
        return now - _UNKNOWN if said is None else now
    return max(said, now - FORGOTTEN)


def rings(meeting: Meeting, start: datetime, stop: datetime, floating: Zone) -> Iterator[Ring]:
    """Yield the reminders of *meeting* after *start*, until *stop*: none for what is cancelled."""
    before = max((abs(alarm.trigger) for alarm in meeting.alarms if isinstance(alarm.trigger, timedelta)), default=_DAY)
    try:
        window = Window(start - before - _DAY, stop + before + _DAY)
    except OverflowError:
        return
    for sitting in sittings(meeting, window, floating):
        for alarm in sitting.occurrence.event.alarms if sitting.stands else ():
            for at in instants(alarm, sitting.occurrence, floating):
                if start < at <= stop:
                    yield Ring(at, sitting, alarm)


def next_ring(meeting: Meeting, now: datetime, floating: Zone) -> datetime | None:
    """Return when *meeting* is to be reminded of next: in the past, where that was not done."""
    found = rings(meeting, since(meeting.rung, now), now + _AHEAD, floating)
    return min((ring.at for ring in found), default=None)
