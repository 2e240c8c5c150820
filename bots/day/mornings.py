"""Working mornings: Monday to Friday, unless it is a public holiday there (pure)."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bots.calendar.daysoff import DaysOff

_SATURDAY = 5
_MOST_DAYS = 30
"""However the holidays fall, there is a working day within these."""

Closed = Callable[[date], bool]
"""Tells whether offices are closed on a day because it is a public holiday."""


def holidays_of(territory: str) -> Closed:
    """Return the public holidays of France, or of one of its territories (``57``, ``6AE``, ``971`` …)."""
    return DaysOff(territory).closed


def is_working(day: date, closed: Closed) -> bool:
    """Tell whether offices are open on *day*."""
    return day.weekday() < _SATURDAY and not closed(day)


def at(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """Return the moment, in UTC, when it is so many *minutes* past midnight by the clocks of *zone*.

    An hour that is skipped in spring is the one after it, one that comes twice in autumn its first.
    """
    # In UTC, because two moments of one zone are compared by their clocks (datetime, "naive comparison").
    return datetime.combine(day, time(minutes // 60, minutes % 60), zone).astimezone(UTC)


def next_morning(now: datetime, minutes: int, zone: ZoneInfo, closed: Closed, said: date | None = None) -> datetime:
    """Return the first morning that is still to be said, in UTC: of a working day, today or later, after *said*.

    Today's stays due until the day ends: late rather than never. That of a day that has passed is not.
    """
    today = now.astimezone(zone).date()
    # A day in the future, by a clock that was wrong or by whoever wrote it, must not end the digest.
    after = min(said, today) if said is not None else today - timedelta(days=1)
    first = max(today, after + timedelta(days=1))
    days = (first + timedelta(days=each) for each in range(_MOST_DAYS))
    return at(next((each for each in days if is_working(each, closed)), first), minutes, zone)
