"""Whether an event is past, told from its object alone."""

from datetime import datetime, timedelta
from typing import Final

from bots.calendar.format.zones import UTC_ZONE
from bots.events.kept.record import read
from bots.register.replica.object import Object

_DAY: Final = timedelta(days=1)
"""What is written without a zone is where its people are, at most so far from ours."""


def is_over(found: Object, now: datetime) -> bool:
    """Tell whether the event in *found* was before *now* (aware), or is none; a series that has an end is not asked."""
    meeting = read(found, (), UTC_ZONE)
    if meeting is None or not meeting.stands:
        return True
    if meeting.event.repeats:
        return False
    try:
        return meeting.event.start.utc(UTC_ZONE) + meeting.event.length + _DAY < now
    except OverflowError:
        return False
