"""The days that have a name in France, and the days on which its offices are open."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

_FIXED: Final[Mapping[str, tuple[int, int]]] = {
    "new_year": (1, 1),
    "labour": (5, 1),
    "victory": (5, 8),
    "bastille": (7, 14),
    "assumption": (8, 15),
    "all_saints": (11, 1),
    "armistice": (11, 11),
    "christmas": (12, 25),
}
_FROM_EASTER: Final[Mapping[str, int]] = {
    "mardi_gras": -47,
    "good_friday": -2,
    "easter": 0,
    "easter_monday": 1,
    "ascension": 39,
    "pentecost": 49,
    "pentecost_monday": 50,
}
MOVABLE: Final = frozenset(_FROM_EASTER)
"""The feasts that are on another day each year."""
# Code du travail, article L3133-1; Alsace-Moselle has two more.
_CLOSED: Final = (*_FIXED, "easter_monday", "ascension", "pentecost_monday")
_SATURDAY: Final = 5


def feast(name: str, year: int) -> date:
    """Return the day of the feast *name* in *year*."""
    if name in _FIXED:
        return date(year, *_FIXED[name])
    return easter(year) + timedelta(days=_FROM_EASTER[name])


def easter(year: int) -> date:
    """Return Easter Sunday (Gregorian; the algorithm of Meeus, Jones and Butcher)."""
    golden, (century, rest) = year % 19, divmod(year, 100)
    leap, over = divmod(century, 4)
    moon = (19 * golden + century - leap - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    step = (32 + 2 * over + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (golden + 11 * moon + 22 * step) // 451
    month, day = divmod(moon + step - 7 * late + 114, 31)
    return date(year, month, day + 1)


@lru_cache(maxsize=64)
def _closed(year: int) -> frozenset[date]:
    return frozenset(feast(each, year) for each in _CLOSED)


def add_working_days(day: date, count: int, *, saturdays: bool) -> date:
    """Return the *count*-th working day after *day*: neither a Sunday nor a public holiday.

    Saturdays count among the *jours ouvrables*, and not among the *jours ouvrés*.
    """
    while count:
        day += timedelta(days=1)
        count -= is_working(day, saturdays=saturdays)
    return day


def is_working(day: date, *, saturdays: bool = False) -> bool:
    """Tell whether offices are open on *day*: *jours ouvrés*; with *saturdays*, *jours ouvrables*."""
    return day.weekday() < _SATURDAY + saturdays and day not in _closed(day.year)


def working_from(day: date) -> date:
    """Return *day*, or the first working day after it."""
    while not is_working(day):
        day += timedelta(days=1)
    return day
