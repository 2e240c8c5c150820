"""At which instants an event's own alarms ring (RFC 5545 §3.6.6, §3.8.6)."""

from collections.abc import Iterator
from datetime import datetime

from bots.calendar.event import Alarm
from bots.calendar.format.values import Moment
from bots.calendar.format.zones import Zone
from bots.calendar.recurrence.series import Occurrence


def instants(alarm: Alarm, occurrence: Occurrence, floating: Zone) -> Iterator[datetime]:
    """Yield when *alarm* rings for *occurrence*, in UTC, its repetitions included; nothing beyond the end of time."""
    try:
        first = _first(alarm, occurrence, floating)
        for times in range(alarm.repeat + 1):
            yield first + alarm.every * times
    except OverflowError:
        return


def _first(alarm: Alarm, occurrence: Occurrence, floating: Zone) -> datetime:
    if isinstance(alarm.trigger, Moment):
        return alarm.trigger.utc(floating)
    return (occurrence.ends if alarm.related == "END" else occurrence.begins) + alarm.trigger
