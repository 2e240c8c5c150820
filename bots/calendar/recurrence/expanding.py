"""All that takes place in a calendar within a window, one series after the other, each within its time."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Final

from bots.calendar.event import Calendar
from bots.calendar.format.findings import Findings, Severity
from bots.calendar.recurrence.deadline import TookTooLong
from bots.calendar.recurrence.series import Expansion, Occurrence, Series, Window, series_of
from config.texts import mark

SECONDS_A_SERIES: Final = 0.5
"""Of computing: what people really have takes a hundredth of it."""
_MOST_SLOW: Final = 6
"""After so many series that took too long, no other one with a rule is tried: the file is an attack."""

Limit = Callable[[float], AbstractContextManager[None]]
"""Lets its body compute for so many seconds at the most; raises :class:`TookTooLong`."""


def expand(calendar: Calendar, window: Window, findings: Findings, limit: Limit) -> list[Occurrence]:
    """Return the occurrences in *window*, by start; a series that takes too long costs only itself."""
    found: list[Occurrence] = []
    slow = 0
    for series in series_of(event for event in calendar.events if event.dated):
        if slow >= _MOST_SLOW and series.master is not None and series.master.rules:
            _refuse(series, findings)
            continue
        expansion = Expansion(series, calendar.floating, window, findings)
        try:
            with limit(SECONDS_A_SERIES):
                expansion.occurrences()
        except TookTooLong:
            slow += 1
            _break_off(series, findings, once=len(expansion.found) <= 1)
        found += expansion.found
    return sorted(found, key=lambda occurrence: (occurrence.begins, occurrence.ends, occurrence.event.uid))


def _break_off(series: Series, findings: Findings, *, once: bool) -> None:
    if once:
        # “The 30th of February”: whoever looks for the next one looks until the year 9999.
        _say(series, findings, Severity.NOTED, mark("The repetition of “{title}” falls on no day; it is shown once."))
        return
    _say(series, findings, Severity.DROPPED, mark("“{title}” takes too long to work out; the rest of it is not shown."))


def _refuse(series: Series, findings: Findings) -> None:
    sentence = mark("“{title}” was left out: the file holds too many repetitions that take too long to work out.")
    _say(series, findings, Severity.REFUSED, sentence)


def _say(series: Series, findings: Findings, severity: Severity, sentence: str) -> None:
    event = series.master or series.changed[0]
    findings.add(severity, sentence, uid=event.uid, line=event.line, title=event.summary or event.uid)
