"""A rule that is followed only so far: one that never fits runs through 8,000 years, and nobody can ask it to stop.

``dateutil`` adds the rule's interval once for each day, week, month or year that it looks at. So an interval that
counts its additions counts the work, exactly and in any thread; a clock would count whatever else the process does.
"""

from datetime import datetime
from typing import Final

from dateutil.rrule import rrule, rrulestr

from bots.calendar.recurrence.deadline import TookTooLong

_STEPS: Final = {
    "YEARLY": 500,
    "MONTHLY": 6_000,
    "WEEKLY": 12_000,
    "DAILY": 24_000,
    "HOURLY": 24_000,
}
"""So many of each are looked at: centuries of years, 65 years of days, nearly three of hours: 15 to 60 ms."""


class NeverAgain(TookTooLong):
    """A rule was looked through for all that it has."""


class _Counted(int):
    """An interval that can be added so many times."""

    left: int

    def __radd__(self, other: int) -> int:
        """Return the sum, and count it; raises :class:`TookTooLong` once that was too often."""
        self._count()
        return other + int(self)

    def __mul__(self, other: int) -> int:
        """Return the product, which a week is stepped by, and count it."""
        self._count()
        return int(self) * other

    def _count(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise NeverAgain


def bounded(text: str, start: datetime, *, cache: bool = False) -> rrule:
    """Return the rule *text* (RRULE without its name) from *start* on; it raises :class:`NeverAgain` when it goes on.

    Raises ``ValueError`` and its kind for what is no rule.
    """
    rule = rrulestr(text, dtstart=start, cache=cache)
    frequency = next(piece[5:] for piece in text.split(";") if piece.startswith("FREQ="))
    interval = _Counted(rule._interval)
    interval.left = _STEPS.get(frequency, 0)
    rule._interval = interval
    return rule
