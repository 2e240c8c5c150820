"""Where and when something is said, and the little arithmetic of months that everything rests on."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bots.when.values import Range

JUST_PAST: Final = timedelta(days=31)
"""A day without a year that is over since no longer than this may well be the one that was meant: we ask."""
MONTHS: Final = 12


@dataclass(frozen=True, slots=True)
class Scene:
    """Where and when something is said; *recurring* when it is about a series, which has no past."""

    now: datetime
    zone: ZoneInfo
    day_first: bool
    recurring: bool = False

    @property
    def today(self) -> date:
        """The day it is there."""
        return self.now.date()

    @property
    def monday(self) -> date:
        """The first day of this week."""
        return self.today - timedelta(days=self.today.weekday())


def months_on(day: date, months: int) -> date:
    """Return the same day so many months later, or the last one of a month that is too short."""
    year, month = day.year + (day.month - 1 + months) // MONTHS, (day.month - 1 + months) % MONTHS + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def week_from(monday: date) -> Range:
    """Return the seven days from *monday* on."""
    return Range(monday, monday + timedelta(days=6))
