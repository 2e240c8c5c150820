"""When events take place: rules, extra dates, exceptions and changed occurrences become occurrences (RFC 5545 §3.8.5).

Rules run on what clocks show at the start's place, by ``dateutil``; each result is then set to its instant, so that
nine o'clock stays nine o'clock when clocks are set.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import chain, takewhile
from typing import Final

from dateutil.rrule import rrule

from bots.calendar.event import Event, Rule
from bots.calendar.format.findings import Findings, Severity
from bots.calendar.format.values import Moment, stamp
from bots.calendar.format.zones import UTC_ZONE, Zone
from bots.calendar.recurrence.bounded import NeverAgain, bounded
from config.texts import mark

MOST: Final = 3_000
"""Occurrences of one series in one answer."""
HORIZON: Final = timedelta(days=5 * 366)
"""How far a series without an end is followed where nobody says how far."""
_EARLIEST: Final = datetime(1, 1, 2, tzinfo=UTC)
_LATEST: Final = datetime(9999, 12, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Window:
    """From when (inclusive) to when (exclusive) is asked; None for no limit."""

    start: datetime | None = None
    stop: datetime | None = None


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time that an event takes place."""

    event: Event
    """What it is: the series, or the changed occurrence."""
    start: Moment
    begins: datetime
    """UTC; midnight of the floating zone for whole days."""
    ends: datetime
    last_day: date
    """Of whole days: the first day after it."""

    @property
    def shown(self) -> str:
        """``UID|start|end``: in UTC, or bare dates of which the end is exclusive."""
        if self.start.clock is None:
            return f"{self.event.uid}|{self.start.day:%Y%m%d}|{self.last_day:%Y%m%d}"
        return f"{self.event.uid}|{stamp(self.begins)}|{stamp(self.ends)}"


@dataclass(frozen=True, slots=True)
class Series:
    """The events of one UID."""

    master: Event | None
    changed: tuple[Event, ...] = ()


def series_of(events: Iterable[Event]) -> list[Series]:
    """Return *events* by UID, in the order in which the UIDs appear."""
    by_uid: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        by_uid[event.uid].append(event)
    return [
        Series(
            next((event for event in same if event.recurrence_id is None), None),
            tuple(event for event in same if event.recurrence_id is not None),
        )
        for same in by_uid.values()
    ]


def is_stale(master: Event, event: Event, floating: Zone) -> bool:
    """Tell whether a changed occurrence is older than its series, which excludes it (RFC 5546 §2.1.5)."""
    reference = event.recurrence_id
    assert reference is not None
    return event.sequence < master.sequence and any(
        excluded.day == reference.day
        if None in (excluded.clock, reference.clock)
        else excluded.utc(floating) == reference.utc(floating)
        for excluded in master.excluded
    )


@dataclass(slots=True)
class Expansion:
    """Works out one series."""

    series: Series
    floating: Zone
    """Where whole days and floating times are taken to be."""
    window: Window
    findings: Findings
    found: list[Occurrence] = field(default_factory=list)
    """What was found, in no order: what stands here when the work is broken off holds."""
    _excluded: set[datetime] = field(default_factory=set)
    _excluded_days: set[date] = field(default_factory=set)
    _unless: list[tuple[rrule, datetime | None]] = field(default_factory=list)

    def occurrences(self) -> list[Occurrence]:
        """Return what takes place within the window, by start; at most :data:`MOST`."""
        master = self.series.master
        standing = self._standing(master)
        for event in standing:
            self._take(self._occurrence(event, event.start, None))
        if master is not None:
            self._exclude(master)
            replaced = {key for event in standing if (key := self._key(event)) is not None}
            for start, length in self._starts(master):
                if self._is_excluded(start) or self._instant(start) in replaced or start.day in replaced:
                    continue
                self._take(self._moved(master, start, length, standing))
                if len(self.found) >= MOST:
                    self._say_cut(master)
                    break
        return sorted(self.found, key=lambda occurrence: (occurrence.begins, occurrence.ends))

    def _standing(self, master: Event | None) -> list[Event]:
        """Return the changed occurrences that count: not those that a newer master excludes (RFC 5546 §2.1.5)."""
        standing = []
        for event in self.series.changed:
            if master is not None and is_stale(master, event, self.floating):
                self.findings.add(
                    Severity.DROPPED,
                    mark("A change of “{title}” is older than its deletion and was left out."),
                    uid=event.uid,
                    line=event.line,
                    title=event.summary,
                )
                continue
            standing.append(event)
        return standing

    def _key(self, event: Event) -> "datetime | date | None":
        """Return what a changed occurrence stands in for: an instant, or a day where either side names only that."""
        reference, master = event.recurrence_id, self.series.master
        assert reference is not None
        assert master is not None
        if master.start.clock is None or reference.clock is None:
            return reference.day
        return self._instant(self._placed(reference, master))

    def _placed(self, moment: Moment, master: Event) -> Moment:
        # A local time that names no zone, in a series that has one, is of that zone.
        if moment.zone is None and moment.clock is not None:
            return Moment(moment.day, moment.clock, master.start.zone)
        return moment

    def _where_it_is(self, moment: Moment, master: Event) -> Moment:
        """Return *moment* as clocks show it where the series is: in UTC, no place is named that it would move to."""
        zone = master.start.zone
        if moment.zone != UTC_ZONE or zone is None or zone == UTC_ZONE:
            return self._placed(moment, master)
        local = zone.local(moment.utc(zone))
        return Moment(local.date(), local.time(), zone)

    def _exclude(self, master: Event) -> None:
        # Asked one by one, in order: a rule without an end is followed no further than the series.
        self._unless = [
            (bounded(rule.text, master.start.local, cache=True), self._last(master, rule)) for rule in master.unless
        ]
        for excluded in master.excluded:
            if excluded.clock is None or master.start.clock is None:
                self._excluded_days.add(excluded.day)
            else:
                self._excluded.add(self._instant(self._placed(excluded, master)))

    def _is_excluded(self, start: Moment) -> bool:
        if start.day in self._excluded_days or self._instant(start) in self._excluded:
            return True
        return any(self._names(rule, last, start.local) for rule, last in [*self._unless])

    def _names(self, rule: rrule, last: datetime | None, local: datetime) -> bool:
        try:
            return (last is None or local <= last) and local in rule
        except NeverAgain:
            # What excludes no day from here on hides none.
            self._unless.remove((rule, last))
            return False

    def _starts(self, master: Event) -> Iterator[tuple[Moment, timedelta | None]]:
        """Yield each start once, with a length of its own where it has one; those of the rules in their order."""
        seen: set[datetime] = set()
        alone: list[tuple[Moment, timedelta | None]] = [(extra.start, extra.length) for extra in master.extras]
        if not self._before_itself(master):
            alone.insert(0, (master.start, None))
        stop = self._stop(master)
        ruled = ((start, None) for rule in master.rules for start in self._ruled(master, rule, stop))
        for start, length in chain(alone, ruled):
            try:
                instant = self._instant(start)
            except OverflowError:
                continue
            if instant not in seen:
                seen.add(instant)
                yield start, length

    def _before_itself(self, master: Event) -> bool:
        """Tell whether the rules end before they begin: nothing takes place then."""
        ends = [rule.until for rule in master.rules]
        return bool(ends) and all(until is not None and self._is_before(until, master.start) for until in ends)

    def _is_before(self, until: Moment, start: Moment) -> bool:
        try:
            return self._instant(until) < self._instant(start)
        except OverflowError:
            return until.local < start.local

    def _ruled(self, master: Event, rule: Rule, stop: datetime) -> Iterator[Moment]:
        local = master.start.local
        found = bounded(rule.text, local)
        last = self._last(master, rule)
        for naive in takewhile(lambda naive: last is None or naive <= last, self._contained(master, rule, found)):
            moment = master.start.at(naive)
            try:
                if self._instant(moment) >= stop:
                    return
            except OverflowError:
                return
            yield moment

    def _contained(self, master: Event, rule: Rule, found: Iterable[datetime]) -> Iterator[datetime]:
        """Yield what is *found* until it cannot be worked out: a rule that nobody has thought of costs only itself."""
        try:
            yield from found
        except (ArithmeticError, LookupError, TypeError, ValueError):
            self.findings.add(
                Severity.DROPPED,
                mark("The repetition “{rule}” cannot be worked out; the rest of it is not shown."),
                uid=master.uid,
                line=master.line,
                rule=rule.text,
            )

    def _last(self, master: Event, rule: Rule) -> datetime | None:
        """Return until when, as clocks at the start show it."""
        if rule.until is None:
            return None
        if rule.until.clock is None or master.start.clock is None:
            return datetime.combine(rule.until.day, master.start.local.time().max)
        if rule.until.zone is None or master.start.zone is None:
            return rule.until.local
        try:
            return master.start.zone.local(self._instant(rule.until))
        except OverflowError:
            # “Until the end of 9999”, as Outlook says for ever.
            return None

    def _stop(self, master: Event) -> datetime:
        if self.window.stop is not None:
            return self.window.stop
        if any(rule.endless for rule in master.rules):
            begins = max(self._instant(master.start), self.window.start or _EARLIEST)
            stop = begins + HORIZON if begins < _LATEST - HORIZON else _LATEST
            self.findings.add(
                Severity.NOTED,
                mark("“{title}” has no end; it is shown until {day}."),
                uid=master.uid,
                line=master.line,
                title=master.summary or master.uid,
                day=stop.date().isoformat(),
            )
            return stop
        return _LATEST

    def _moved(
        self, master: Event, start: Moment, length: timedelta | None, standing: Sequence[Event]
    ) -> Occurrence | None:
        """Return the occurrence at *start*, as the last change of “this and what follows” before it says."""
        later = [
            event
            for event in standing
            if event.onwards and self._instant(event.recurrence_id or start) < self._instant(start)
        ]
        if not later:
            return self._occurrence(master, start, length)
        change = max(later, key=lambda event: self._instant(event.recurrence_id or start))
        assert change.recurrence_id is not None
        try:
            moved = self._where_it_is(change.start, master)
            by = moved.local - self._placed(change.recurrence_id, master).local
            return self._occurrence(change, moved.at(start.local + by), length)
        except OverflowError:
            return None

    def _occurrence(self, event: Event, start: Moment, length: timedelta | None) -> Occurrence | None:
        length = event.length if length is None else length
        try:
            begins = self._instant(start)
            if start.clock is None:
                last_day = start.day + max(length, timedelta(days=1))
                return Occurrence(event, start, begins, self._instant(Moment(last_day)), last_day)
            ends = begins + length if event.exact else self._lasting(start, length)
        except OverflowError:
            return None
        return Occurrence(event, start, begins, ends, ends.date())

    def _lasting(self, start: Moment, length: timedelta) -> datetime:
        """Return the end of a duration: its days are of the calendar, its hours are exact (RFC 5545 §3.3.6)."""
        days = timedelta(days=length.days)
        return self._instant(start.at(start.local + days)) + (length - days)

    def _take(self, occurrence: Occurrence | None) -> None:
        if occurrence is None:
            return
        start, stop = self.window.start, self.window.stop
        if stop is not None and occurrence.begins >= stop:
            return
        if start is not None and occurrence.ends <= start and occurrence.begins < start:
            return
        self.found.append(occurrence)

    def _say_cut(self, master: Event) -> None:
        self.findings.add(
            Severity.DROPPED,
            mark("“{title}” takes place more than {most} times; the rest is not shown."),
            uid=master.uid,
            line=master.line,
            title=master.summary or master.uid,
            most=MOST,
        )

    def _instant(self, moment: Moment) -> datetime:
        return moment.utc(self.floating)
