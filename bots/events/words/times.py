"""From the time that a sentence speaks of to when an event is: start, length, rule (pure)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bots.calendar.event import Event, Rule
from bots.calendar.format.findings import Findings
from bots.calendar.format.lines import ContentLine
from bots.calendar.format.values import Moment
from bots.calendar.format.zones import UTC_ZONE, Zone, Zones
from bots.calendar.rules import RuleReader, TooOften
from bots.when.values import Range, Value, When

HOUR: Final = timedelta(hours=1)
"""How long something lasts where nobody says."""
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Times:
    """When an event is; *length* of whole days is a number of days."""

    start: Moment
    length: timedelta
    rules: tuple[Rule, ...] = ()
    exact: bool = False
    """As of :class:`~bots.calendar.event.Event`: its end was said, not how long it is."""

    @property
    def whole_days(self) -> bool:
        """Whether it takes days and not hours."""
        return self.start.clock is None


def zone_of(zone: ZoneInfo) -> Zone:
    """Return the zone of a room as the calendar knows it."""
    return Zone(zone.key, zone)


def times_of(when: When, zone: ZoneInfo, length: timedelta | None = None, *, all_day: bool = False) -> Times:
    """Return when it is; a day without an hour, which nobody has said to be a whole one, is a whole one too."""
    first = when.value.start if isinstance(when.value, Range) else when.value
    last = when.value.end if isinstance(when.value, Range) else None
    start = moment(first, zone)
    if all_day or start.clock is None:
        end = start.day if last is None else moment(last, zone).day
        found = Times(Moment(start.day), max(end - start.day, timedelta()) + _DAY, exact=False)
    elif isinstance(last, datetime):
        found = Times(start, last - _at(first), exact=True)
    else:
        found = Times(start, HOUR if length is None else length, exact=True)
    if when.said is not None and not found.whole_days:
        # Clocks skip it on the first day only: on all others it is when it was said.
        found = replace(found, start=Moment(when.said.date(), when.said.time(), zone_of(zone)))
    return found if when.rule is None else replace(found, rules=ruled(when.rule, found.start))


def _at(value: date | datetime) -> datetime:
    assert isinstance(value, datetime), "a range has two of the same"
    return value


def moment(value: date | datetime, zone: ZoneInfo) -> Moment:
    """Return what clocks in *zone* show."""
    if not isinstance(value, datetime):
        return Moment(value)
    local = value.astimezone(zone)
    return Moment(local.date(), local.time().replace(microsecond=0), zone_of(zone))


def ruled(rule: str, start: Moment) -> tuple[Rule, ...]:
    """Return the rule that an RRULE says for what starts at *start*; none where it makes no sense."""
    zones = Zones(start.zone or UTC_ZONE, Findings())
    try:
        found = RuleReader(Findings(), zones, "", start).read(ContentLine("RRULE", {}, rule, 0, rule))
    except TooOften:
        return ()
    return () if found is None else (found,)


def excluded(days: Iterable[date], start: Moment) -> tuple[Moment, ...]:
    """Return the occurrences that do not take place on *days*: at the hour at which the others do."""
    return tuple(start.at(datetime.combine(day, start.clock or time())) for day in days)


def spoken(event: Event, floating: Zone, zone: ZoneInfo) -> Value:
    """Return when *event* is, as :func:`bots.when.saying.say` says it: in *zone*, its last day in it."""
    if event.whole_days:
        last = event.start.day + event.length - _DAY
        return event.start.day if last <= event.start.day else Range(event.start.day, last)
    begins = event.start.utc(floating)
    start = begins.astimezone(zone)
    return Range(start, (begins + event.length).astimezone(zone)) if event.length else start
