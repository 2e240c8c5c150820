"""When several people have time: what is left of working hours between what takes it (pure)."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bots.events.kept.kinds import Span

Closed = Callable[[date], bool]
"""Tells whether nobody works on a day."""
Hours = tuple[time, time]

MORNING: Final[Hours] = (time(9), time(12))
AFTERNOON: Final[Hours] = (time(14), time(18))
EVENING: Final[Hours] = (time(18), time(21))
DAY: Final[Hours] = (time(9), time(18))
_STEP: Final = timedelta(minutes=30)
_DAY: Final = timedelta(days=1)
MOST_DAYS: Final = 92


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for: so much time, on some days, within some hours of the clocks of a zone."""

    length: timedelta
    first: date
    stop: date
    """The day behind the last one."""
    hours: tuple[Hours, ...]
    zone: ZoneInfo
    closed: Closed
    """Days that are left out."""
    after: datetime
    """Nothing begins before this instant."""

    @property
    def days(self) -> Iterator[date]:
        """The days that are looked at, :data:`MOST_DAYS` at most."""
        stop = min(self.stop, self.first + MOST_DAYS * _DAY)
        days = (self.first + count * _DAY for count in range((stop - self.first).days))
        return (day for day in days if not self.closed(day))


def merged(spans: Iterable[Span]) -> list[Span]:
    """Return *spans* by start, those that touch made one."""
    found: list[Span] = []
    for start, stop in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], stop))
        elif start < stop:
            found.append((start, stop))
    return found


def slots(search: Search, taken: Iterable[Span], most: int) -> list[Span]:
    """Return *most* times that none of *taken* touches, the next ones first: one of each half of a day."""
    busy = merged(taken)
    found: list[Span] = []
    for day in search.days:
        for hours in search.hours:
            slot = _first(search, day, hours, busy)
            if slot is not None:
                found.append(slot)
            if len(found) == most:
                return found
    return found


def _first(search: Search, day: date, hours: Hours, busy: Sequence[Span]) -> Span | None:
    """Return the first time on *day*, between *hours*, that begins at a full or a half hour."""
    opens, closes = (datetime.combine(day, hour, search.zone).astimezone(UTC) for hour in hours)
    start = opens
    while start + search.length <= closes:
        stop = start + search.length
        over = [end for begin, end in busy if begin < stop and start < end]
        if not over and start >= search.after:
            return start, stop
        at = max([start + _STEP, *over]) if over else start + _STEP
        # To the grid: whole half hours from when the day begins.
        start = opens + -((opens - at) // _STEP) * _STEP
    return None
