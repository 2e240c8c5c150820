"""Days, hours and recurrences as people and spreadsheet programs put them into cells (pure)."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from bots.assistant.talk.request import Request
from bots.tasks.kept.moment import read_rule
from bots.tasks.sheet.writing import RRULE
from bots.when.figures import FIRST_YEAR, LAST_YEAR, figures
from bots.when.finding import find
from bots.when.meaning.hours import moment
from bots.when.saying import describe
from bots.when.values import Bound, Doubt, Locale, Range, When, rest

_WITH_HOUR = re.compile(r"(?P<day>[\d/.-]{6,10})(?:[T ]\s*)(?P<hour>\d{1,2}:\d{2}(?P<seconds>:\d{2})?)Z?")
_HOUR = re.compile(
    r"(?P<hours>\d{1,2})\s*(?:[:hH]\s*(?P<minutes>\d{2})?)(?::\d{2}(?:[.,]\d+)?)?\s*(?P<half>[aApP][mM])?"
)
_MOST: Final = 80
"""Characters of a cell that the grammar of dates reads."""
MOST_IN_WORDS: Final = 500
"""Different cells of a sheet that it reads: some milliseconds each, and nobody else's request may wait for minutes."""
_NOON: Final = 12 * 60


@dataclass(frozen=True, slots=True)
class DayCell:
    """A day, with the minutes since it began where an hour stands in the same cell."""

    day: date
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class RecurrenceCell:
    """A recurrence, and the day of its first occurrence where the words say one."""

    rrule: str
    first: DayCell | None = None


class TimeReader:
    """Reads times for one request: those that need the grammar of dates once each, because that takes its time."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._days: dict[str, DayCell | str] = {}
        self._series: dict[str, RecurrenceCell | None] = {}
        self._left = MOST_IN_WORDS

    def day(self, cell: str) -> DayCell | str:
        """Return the day in *cell*, or the sentence that says why there is none."""
        if cell not in self._days:
            self._days[cell] = self._day(cell)
        return self._days[cell]

    def _day(self, cell: str) -> DayCell | str:
        with_hour = _WITH_HOUR.fullmatch(cell)
        found = figures(cell if with_hour is None else with_hour["day"], day_first=self._request.language == "fr")
        if found is not None:
            minutes = None if with_hour is None else hour(with_hour["hour"])
            # "27/11/2026 00:00:00" is how programs write a day that they take for a moment.
            return DayCell(found, None if with_hour is not None and with_hour["seconds"] and not minutes else minutes)
        doubt = None
        for language in self._languages(cell):
            match find(cell, self._request.here, self._request.zone, language):
                case When(spans, value, None, bound) if not isinstance(value, Range) and bound in (Bound.AT, Bound.BY):
                    if not rest(cell, spans) and _in_reach(value):
                        return _as_day(value)
                case Doubt() as unclear if doubt is None:
                    doubt = describe(unclear, self._request.language)
        texts = self._request.texts
        said = texts.gettext("“{typed}” is no date. Write 2026-11-27 or 27/11/2026.").format(typed=cell[:60])
        return said if doubt is None else f"{said} {doubt[:1].upper()}{doubt[1:]}"

    def series(self, cell: str) -> RecurrenceCell | None:
        """Return the recurrence in *cell*, None when there is none, or more than one."""
        if cell not in self._series:
            self._series[cell] = self._found(cell)
        return self._series[cell]

    def _found(self, cell: str) -> RecurrenceCell | None:
        bare = cell.removeprefix(RRULE)
        if bare.startswith("FREQ="):
            return RecurrenceCell(bare) if read_rule({"rrule": bare, "anchor": "2026-01-01"}) is not None else None
        for language in self._languages(cell):
            match find(cell, self._request.here, self._request.zone, language):
                case When(spans, value, str() as rule) if not rest(cell, spans):
                    return RecurrenceCell(rule, _as_day(value.start if isinstance(value, Range) else value))
                case _:
                    pass
        return None

    def _languages(self, cell: str) -> tuple[Locale, ...]:
        """Return the languages in which to read *cell*; none where that is no date, or would take too long."""
        if len(cell) > _MOST or not self._left:
            return ()
        self._left -= 1
        return self._request.languages


def hour(cell: str) -> int | None:
    """Return the minutes since the day began that ``14:00``, ``14 h 30``, ``9h`` or ``14:00:00`` says."""
    found = _HOUR.fullmatch(cell)
    if found is None:
        return None
    hours, minutes = int(found["hours"]), int(found["minutes"] or 0)
    if found["half"]:
        hours = hours % 12 + (12 if found["half"].lower() == "pm" else 0)
    return hours * 60 + minutes if hours < 24 and minutes < 60 else None


def moment_of(day: DayCell, zone: ZoneInfo) -> datetime:
    """Return *day* as a moment: at noon, where it has no hour."""
    return moment(day.day, _NOON if day.minutes is None else day.minutes, zone)


def _as_day(value: date | datetime) -> DayCell:
    return DayCell(value.date(), value.hour * 60 + value.minute) if isinstance(value, datetime) else DayCell(value)


def _in_reach(value: date | datetime) -> bool:
    return FIRST_YEAR <= value.year <= LAST_YEAR
