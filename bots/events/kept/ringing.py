"""When people are reminded of the events of a room (RFC 5545 §3.6.6), and up to when that was done (pure)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bots.assistant.talk.later import firing
from bots.calendar.event import Alarm
from bots.calendar.format.zones import Zone
from bots.calendar.recurrence.reminding import instants
from bots.calendar.recurrence.series import Window
from bots.events.kept.meeting import Meeting
from bots.events.kept.sitting import Sitting, sittings

RUNG: Final = "rung"
"""The field that holds up to when reminders were said, or were over when its event was made or moved."""
FORGOTTEN: Final = timedelta(days=7)
"""What was due longer ago is not said any more: we were down, and it is over."""
CLOCK: Final = ZoneInfo("UTC")
"""What clocks show where firings name the instant of a reminder."""
_UNKNOWN: Final = timedelta(hours=1)
_AHEAD: Final = timedelta(days=400)
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Ring:
    """A reminder: *at* is the instant (UTC)."""

    at: datetime
    sitting: Sitting
    alarm: Alarm

    @property
    def meeting(self) -> Meeting:
        """The event that it reminds of."""
        return self.sitting.meeting

    @property
    def due(self) -> datetime:
        """The minute by which its firing is known, naive, in :data:`CLOCK`."""
        return self.at.astimezone(UTC).replace(tzinfo=None, second=0, microsecond=0)

    @property
    def firing_id(self) -> str:
        """The object that notes that it was said."""
        return firing.firing_id(self.meeting.id, self.due)


def since(raw: object, now: datetime) -> datetime:
    """Return up to when reminders were said, by the field *raw*; where it says nothing that can be, an hour ago.

    Not a moment to come either, whoever wrote it: that would keep everybody silent until then.
    """
    try:
        said = datetime.fromisoformat(raw) if isinstance(raw, str) and len(raw) == 20 else None
    except ValueError:
        said = None
    if said is None or said.tzinfo is None or said > now:
        return now - _UNKNOWN
    return max(said, now - FORGOTTEN)


def rings(meeting: Meeting, start: datetime, stop: datetime, floating: Zone) -> Iterator[Ring]:
    """Yield the reminders of *meeting* after *start*, until *stop*: none for what is cancelled, one for each minute."""
    before = max((abs(alarm.trigger) for alarm in meeting.alarms if isinstance(alarm.trigger, timedelta)), default=_DAY)
    try:
        window = Window(start - before - _DAY, stop + before + _DAY)
    except OverflowError:
        return
    seen: set[datetime] = set()
    for sitting in sittings(meeting, window, floating):
        for alarm in sitting.occurrence.event.alarms if sitting.stands else ():
            for at in instants(alarm, sitting.occurrence, floating):
                ring = Ring(at, sitting, alarm)
                if start < at <= stop and ring.due not in seen:
                    seen.add(ring.due)
                    yield ring


def due(meeting: Meeting, now: datetime, floating: Zone) -> Iterator[Ring]:
    """Yield what is due at *now*, or was before: as far as the event itself says up to when that was said."""
    return rings(meeting, since(meeting.rung, now), now, floating)


def to_come(meeting: Meeting, now: datetime, floating: Zone) -> Ring | None:
    """Return the next reminder of *meeting* after *now*."""
    return min(rings(meeting, now, now + _AHEAD, floating), key=lambda ring: ring.at, default=None)
