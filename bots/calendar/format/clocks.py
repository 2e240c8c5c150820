"""When clocks are set by the rules that a file itself defines (RFC 5545 §3.6.5), whoever wrote them.

Only what is set once in a while is a zone's rule: each year is looked at by itself, so that no rule, however odd, is
followed from 1601 on, or for ever.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import MAXYEAR, MINYEAR, datetime, time, timedelta, tzinfo
from itertools import islice
from typing import Final

from dateutil.rrule import rrulestr

from bots.calendar.format.components import Component

_MOST_ONSETS: Final = 200
_MOST_A_YEAR: Final = 24
_MOST_YEARS: Final = 8
"""So many years are looked through for the last onset: 29 February may be that far away."""
_ONLY_THAT_YEAR: Final = "INTERVAL=10000"
"""Else ``dateutil`` looks for 30 February until the year 9999."""
_MOST_INTERVAL: Final = 100
_MOST_COUNT: Final = 9_999
_STAMP: Final = re.compile(r"(\d{8})(?:T(\d{6}))?(Z?)", re.IGNORECASE)
_OFFSET: Final = re.compile(r"([+-]?)(\d\d):?([0-5]\d)(?::?[0-5]\d)?")
_FURTHEST: Final = timedelta(hours=24)
_DAY: Final = timedelta(days=1)
_DAYS_OF_ITS_OWN: Final = ("BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO")
_PARTS: Final = (*_DAYS_OF_ITS_OWN, "BYMONTH", "BYSETPOS", "WKST")
Set = tuple[datetime, timedelta]
"""An instant (UTC, naive) at which clocks are set, and how far from UTC they are then."""


@dataclass(frozen=True, slots=True)
class Onset:
    """One STANDARD or DAYLIGHT: when clocks are set to *after*, as they showed it before."""

    first: datetime
    before: timedelta
    after: timedelta
    extra: tuple[datetime, ...] = ()
    rule: str = ""
    """For one year; nothing where there is none."""
    interval: int = 1
    last: int = 9999
    """The last year of the rule."""
    until: datetime = datetime.max

    def alone(self) -> Iterator[Set]:
        """Yield those that no rule says."""
        return (self._set(local) for local in (self.first, *self.extra))

    def within(self, year: int) -> Iterator[Set]:
        """Yield those of the rule in *year*."""
        if not self.rule or not self.first.year <= year <= self.last or (year - self.first.year) % self.interval:
            return
        begins = self.first.replace(year=year, month=1, day=1)
        for local in islice(rrulestr(self.rule, dtstart=begins), _MOST_A_YEAR):
            if self.first <= local <= self.until:
                yield self._set(local)

    def _set(self, local: datetime) -> Set:
        try:
            return local - self.before, self.after
        except OverflowError:
            return local, self.after


@dataclass(eq=False)
class Clocks(tzinfo):
    """The clocks of a place, by its onsets."""

    onsets: tuple[Onset, ...]
    _alone: list[Set] = field(init=False, repr=False)
    _known: dict[int, tuple[list[datetime], list[timedelta]]] = field(default_factory=dict, init=False, repr=False)
    _years: dict[tuple[int, int], list[Set]] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        """Find what no rule says."""
        self._alone = sorted(found for onset in self.onsets for found in onset.alone())

    def utcoffset(self, at: datetime | None) -> timedelta | None:
        """Return how far clocks are from UTC that show *at*: before an hour that is skipped, the first of two."""
        if at is None:
            return None
        local = at.replace(tzinfo=None, fold=0)
        before, after = self._offset(local - _DAY), self._offset(local + _DAY)
        fitting = [offset for offset in (before, after) if self._offset(local - offset) == offset] or [before, after]
        return fitting[-1] if at.fold else fitting[0]

    def fromutc(self, at: datetime) -> datetime:
        """Return what clocks show at the instant *at*."""
        instant = at.replace(tzinfo=None)
        local = (instant + self._offset(instant)).replace(tzinfo=self)
        return local.replace(fold=int(local.utcoffset() != self._offset(instant)))

    def dst(self, at: datetime | None) -> timedelta | None:
        """Return nothing: nobody asks."""
        return None

    def tzname(self, at: datetime | None) -> str | None:
        """Return nothing: nobody asks."""
        return None

    def _offset(self, instant: datetime) -> timedelta:
        instants, offsets = self._in_year(instant.year)
        return offsets[bisect_right(instants, instant)]

    def _in_year(self, year: int) -> tuple[list[datetime], list[timedelta]]:
        """Return when clocks are set in a year of UTC, and how far from it they are before, and from each on."""
        if year not in self._known:
            places = range(len(self.onsets))
            near = (at for at in (year - 1, year, year + 1) if MINYEAR <= at <= MAXYEAR)
            ruled = (found for at in near for place in places for found in self._within(place, at))
            sets = sorted(found for found in (*self._alone, *ruled) if found[0].year == year)
            before = self._before(datetime(year, 1, 1))
            self._known[year] = [at for at, _ in sets], [before, *(offset for _, offset in sets)]
        return self._known[year]

    def _before(self, instant: datetime) -> timedelta:
        found = [one for one in self._alone if one[0] < instant][-1:]
        found += filter(None, (self._ruled(place, instant) for place in range(len(self.onsets))))
        if not found:
            return min(self.onsets, key=lambda onset: onset.first).before
        return max(found, key=lambda one: one[0])[1]

    def _ruled(self, place: int, instant: datetime) -> Set | None:
        """Return the last time before *instant* at which the rule of the onset at *place* sets clocks."""
        onset = self.onsets[place]
        top = min(instant.year, onset.last)
        for year in range(top, max(top - _MOST_YEARS * onset.interval, onset.first.year) - 1, -1):
            before = [found for found in self._within(place, year) if found[0] < instant]
            if before:
                return max(before)
        return None

    def _within(self, place: int, year: int) -> list[Set]:
        if (place, year) not in self._years:
            self._years[place, year] = [*self.onsets[place].within(year)]
        return self._years[place, year]


def clocks(definition: Component) -> Clocks:
    """Return the clocks that a VTIMEZONE defines; raises ``ValueError`` where its rules make no sense."""
    onsets = tuple(islice(map(_onset, definition.within("STANDARD", "DAYLIGHT")), _MOST_ONSETS))
    if not onsets:
        raise ValueError("no onset")
    return Clocks(onsets)


def _onset(component: Component) -> Onset:
    after = _offset(component.value("TZOFFSETTO"))
    before = _offset(component.value("TZOFFSETFROM") or component.value("TZOFFSETTO"))
    # Of a period, the start is the onset; onsets are local times, whatever letter stands behind them.
    first, _ = _local(component.value("DTSTART"))
    extra = (said for line in component.all("RDATE") for said in line.value.split(",") if _STAMP.match(said.strip()))
    onset = Onset(first, before, after, tuple(_local(said)[0] for said in islice(extra, _MOST_ONSETS)))
    rule = component.value("RRULE").upper()
    return _ruled(onset, rule) if rule else onset


def _ruled(onset: Onset, said: str) -> Onset:
    """Return *onset* with the rule *said*, for one year at a time."""
    parts = dict(piece.partition("=")[::2] for piece in said.replace(" ", "").split(";") if piece)
    interval, count = int(parts.get("INTERVAL", 1)), int(parts.get("COUNT", _MOST_COUNT))
    if parts.get("FREQ") != "YEARLY" or not 0 < interval <= _MOST_INTERVAL or count < 1:
        raise ValueError(said)
    until = _until(parts["UNTIL"], onset.before) if "UNTIL" in parts else datetime.max
    kept = {name: value for name, value in parts.items() if name in _PARTS}
    if not any(name in kept for name in _DAYS_OF_ITS_OWN):
        kept = {"BYMONTH": f"{onset.first.month}", **kept, "BYMONTHDAY": f"{onset.first.day}"}
    rule = ";".join(["FREQ=YEARLY", _ONLY_THAT_YEAR, *(f"{name}={value}" for name, value in kept.items())])
    try:
        rrulestr(rule, dtstart=onset.first)
    except (KeyError, IndexError, TypeError, AttributeError) as exc:
        raise ValueError(said) from exc
    last = min(onset.first.year + (min(count, _MOST_COUNT) - 1) * interval, until.year)
    return replace(onset, rule=rule, interval=interval, last=last, until=until)


def _until(said: str, before: timedelta) -> datetime:
    local, universal = _local(said)
    return local + before if universal else local


def _local(said: str) -> tuple[datetime, bool]:
    """Return what clocks show, and whether that is said of those in UTC; the end of a day that says no more."""
    match = _STAMP.match(said.strip())
    if match is None:
        raise ValueError(said)
    if match[2] is None:
        return datetime.combine(datetime.strptime(match[1], "%Y%m%d"), time.max), False
    return datetime.strptime(match[1] + match[2], "%Y%m%d%H%M%S"), bool(match[3])


def _offset(said: str) -> timedelta:
    match = _OFFSET.fullmatch(said)
    found = timedelta(hours=int(match[2]), minutes=int(match[3])) if match else _FURTHEST
    if match is None or found >= _FURTHEST:
        raise ValueError(said)
    return -found if match[1] == "-" else found
