"""Public and school holidays of a town, and up to when they are known (pure).

Public ones are computed for each territory (code du travail, L3133-1 and L3422-2), school ones for the zones A, B and C
of the arrêtés that python-holidays cites, checked against the open data of the ministry as the package
vacances-scolaires-france has it. Corsica and overseas fix their own: nobody computes those here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

SCHOOL_UNTIL: Final = date(2028, 7, 4)
"""The last school day that an arrêté has fixed: that of 21 July 2026, for the school year 2027-2028."""
_SCHOOL_SINCE: Final = date(2021, 9, 2)
"""Before that, the zones moved with the pandemic."""
ZONES: Final = frozenset({"A", "B", "C"})
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Break:
    """School holidays: their name, the first day and the last one."""

    name: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class DaysOff:
    """The days off of a town: *territory* as in ``Collectivity.territory``, *zone* as in ``Collectivity.school_zone``.

    Without a *zone* nothing is known of its school holidays.
    """

    territory: str = ""
    zone: str = ""

    def feast(self, day: date, language: str = "fr") -> str | None:
        """Return what the public holiday of *day* is called; None where there is none."""
        return _public(self.territory, day.year, _spoken(language)).get(day)

    def closed(self, day: date) -> bool:
        """Tell whether offices are closed on *day* because it is a public holiday."""
        return self.feast(day) is not None

    def breaks(self, first: date, stop: date, language: str = "fr") -> list[Break]:
        """Return the school holidays that touch the days from *first* until before *stop*, as far as they are known."""
        years = range(first.year - 1, min(stop.year, SCHOOL_UNTIL.year) + 1) if self.zone in ZONES else range(0)
        days = {day: name for year in years for day, name in _school(self.zone, year, _spoken(language)).items()}
        found = (each for each in _runs(days) if each.first >= _SCHOOL_SINCE)
        return [each for each in found if each.first < stop and each.last >= first and each.last <= SCHOOL_UNTIL]

    def unknown(self, stop: date) -> bool:
        """Tell whether no arrêté has fixed yet all the school holidays before *stop*."""
        return self.zone in ZONES and stop > SCHOOL_UNTIL + _DAY


MAINLAND: Final = DaysOff()
"""Those of most of France; nothing is known of its school holidays."""


def _runs(days: Mapping[date, str]) -> Iterator[Break]:
    first: date | None = None
    for day in sorted(days):
        if first is None:
            first = day
        if days.get(day + _DAY) != days[day]:
            yield Break(days[day], first, day)
            first = None


def _spoken(language: str) -> str:
    return "en_US" if language[:2] == "en" else "fr"


@lru_cache(maxsize=64)
def _public(territory: str, year: int, language: str) -> Mapping[date, str]:
    # It takes a quarter of a second to import, and most assistants are asked for no day off at their start.
    from holidays import country_holidays  # noqa: PLC0415

    return _named(country_holidays("FR", subdiv=territory or None, years=year, language=language))


@lru_cache(maxsize=64)
def _school(zone: str, year: int, language: str) -> Mapping[date, str]:
    from holidays import country_holidays  # noqa: PLC0415

    return _named(country_holidays("FR", subdiv=f"Zone {zone}", categories=("school",), years=year, language=language))


def _named(found: Mapping[date, str]) -> Mapping[date, str]:
    return {day: name.replace("'", "’") for day, name in found.items()}
