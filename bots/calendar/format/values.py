"""Dates, times and durations of a calendar file (RFC 5545 §3.3.4 to §3.3.9), each with the zone that it names."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from icalendar import vDuration

from bots.calendar.format.lines import ContentLine
from bots.calendar.format.zones import UTC_ZONE, Zone, Zones

_MOMENT = re.compile(
    r"(?P<year>\d{4})-?(?P<month>\d\d)-?(?P<day>\d\d)"
    r"(?:[T ](?P<hour>\d\d):?(?P<minute>\d\d)(?::?(?P<second>\d\d)(?:\.\d+)?)?(?P<offset>Z|[+-]\d\d(?::?\d\d)?)?)?",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"[,;]+")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_PIECE = re.compile(r"(?:\\.|[^,\\]|\\$)+", re.DOTALL)
LONGEST: Final = timedelta(days=10 * 366)
"""What lasts longer is a mistake of whoever wrote it."""


class BadValue(ValueError):
    """The text is no such value."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, or what clocks somewhere show: never an offset, so that it stays true when clocks are set."""

    day: date
    clock: time | None = None
    """None for a whole day."""
    zone: Zone | None = None
    """None for a whole day, and for a local time that is the same everywhere (floating)."""

    @property
    def local(self) -> datetime:
        """What clocks there show, naive; midnight for a day."""
        return datetime.combine(self.day, self.clock or time())

    def utc(self, floating: Zone) -> datetime:
        """Return the instant; *floating* is where a time without a zone, or a day, is taken to be."""
        return (self.zone or floating).utc(self.local)

    def at(self, local: datetime) -> "Moment":
        """Return the moment at which clocks in the same zone show *local*; a day of a day."""
        if self.clock is None:
            return Moment(local.date())
        return Moment(local.date(), local.time(), self.zone)


def read_moment(text: str, line: ContentLine, zones: Zones) -> Moment:
    """Return the moment that *text*, of the property *line*, is; raises :class:`BadValue`."""
    match = _MOMENT.fullmatch(text.strip())
    if match is None:
        raise BadValue(text)
    try:
        day = date(int(match["year"]), int(match["month"]), int(match["day"]))
        if match["hour"] is None or line.parameter("VALUE").upper() == "DATE":
            return Moment(day)
        if match["hour"] == "24" and int(match["minute"]) == int(match["second"] or 0) == 0:
            # Midnight as the end of a day (ISO 8601), which RFC 5545 §3.3.12 does not know and people write.
            day, hour = day + timedelta(days=1), 0
        else:
            hour = int(match["hour"])
        # A leap second is the last second of its minute, for clocks that know none.
        clock = time(hour, int(match["minute"]), min(59, int(match["second"] or 0)))
    except (ValueError, OverflowError) as exc:
        raise BadValue(text) from exc
    offset = match["offset"]
    if offset is None:
        name = ",".join(line.parameters.get("TZID", ()))
        return Moment(day, clock, zones.zone(name, line.number) if name else zones.local)
    if offset.upper() == "Z":
        return Moment(day, clock, UTC_ZONE)
    return _shifted(datetime.combine(day, clock), offset, text)


def _shifted(local: datetime, offset: str, text: str) -> Moment:
    by = timedelta(hours=int(offset[1:3]), minutes=int(offset[3:].strip(":") or 0))
    try:
        instant = local - by if offset[0] == "+" else local + by
    except OverflowError as exc:
        raise BadValue(text) from exc
    return Moment(instant.date(), instant.time(), UTC_ZONE)


def day_of(moment: Moment, floating: Zone) -> date:
    """Return the day that a time names among whole days: midnight of the calendar's place is often written in UTC."""
    if moment.zone == UTC_ZONE and moment.clock is not None:
        try:
            local = floating.local(moment.utc(floating))
        except OverflowError:
            return moment.day
        return local.date() if local.time() == time() else moment.day
    return moment.day


def read_duration(text: str) -> timedelta:
    """Return a duration, which may be negative; raises :class:`BadValue`."""
    cleaned = text.strip().upper()
    if not re.search(r"\d", cleaned):
        raise BadValue(text)
    try:
        duration = vDuration.from_ical(cleaned)  # type: ignore[no-untyped-call]
    except (ValueError, OverflowError) as exc:
        raise BadValue(text) from exc
    if not isinstance(duration, timedelta) or abs(duration) > LONGEST:
        raise BadValue(text)
    return duration


def read_period(text: str, line: ContentLine, zones: Zones) -> tuple[Moment, timedelta]:
    """Return the start of a period and how long it is; raises :class:`BadValue`."""
    first, slash, last = text.partition("/")
    start = read_moment(first, line, zones)
    if not slash:
        raise BadValue(text)
    if last.strip().upper().startswith(("P", "+P")):
        length = read_duration(last)
    else:
        length = read_moment(last, line, zones).utc(zones.default) - start.utc(zones.default)
    if length < timedelta():
        raise BadValue(text)
    return start, length


def read_list(value: str) -> Iterator[str]:
    """Yield the times of a list (RFC 5545 §3.8.5), whose commas some programs escape or write as semicolons."""
    return filter(None, _BETWEEN.split(value.replace("\\", "")))


def read_text(value: str) -> str:
    """Return a text without its escapes (RFC 5545 §3.3.11)."""
    return _ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)


def read_texts(value: str) -> tuple[str, ...]:
    """Return the texts of a list: commas that are escaped belong to a text."""
    return tuple(word for word in (read_text(piece).strip() for piece in _PIECE.findall(value)) if word)


def stamp(instant: datetime) -> str:
    """Return an instant as iCalendar writes it in UTC."""
    return instant.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ").rjust(16, "0")
