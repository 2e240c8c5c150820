"""Which hour is meant, and what it makes of a day."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from bots.when.language.grammar import Node
from bots.when.values import Code, Range, Unclear, Value

PARTS: Final[Mapping[str, tuple[int, int]]] = {
    "morning": (8 * 60, 12 * 60),
    "afternoon": (14 * 60, 18 * 60),
    "evening": (18 * 60, 22 * 60),
}
"""Where the parts of a day begin and end, in minutes: the hours of an office, and those of a meeting after them."""
_NOON: Final = 12 * 60
_DAY: Final = 24 * 60


@dataclass(frozen=True, slots=True)
class Clock:
    """Minutes since the day began; *also* what else may be meant, and *why* that is not sure."""

    minutes: int
    also: int | None = None
    why: Code | None = None


@dataclass(frozen=True, slots=True)
class Hours:
    """An hour, or from one to another."""

    start: Clock
    end: Clock | None = None

    @classmethod
    def of_part(cls, part: str) -> "Hours":
        """Return the hours of a part of the day."""
        start, end = PARTS[part]
        return cls(Clock(start), Clock(end))


def clock(facts: Any) -> Clock:
    """Return the hour that a node says, or a pair of hour and minute of our own; raises :class:`Unclear`."""
    if not isinstance(facts, Node):
        return _clock(*facts)
    match facts.meaning:
        case "same":
            inner = next(each for each in facts.facts.values() if isinstance(each, Node))
            around = {key: each for key, each in facts.facts.items() if each is not inner}
            return clock(Node(inner.meaning, {**inner.facts, **around}))
        case "midnight":
            return Clock(0, _DAY, Code.WHICH_MIDNIGHT)
        case _:
            said, half = facts.facts, facts.meaning if facts.meaning in ("am", "pm") else ""
            minute = said.get("minute") or said.get("minutes") or 0
            return _earlier(_clock(said["hour"], minute, half, facts.meaning == "unsure"), said.get("less", 0))


def _earlier(said: Clock, less: int) -> Clock:
    """Return *said* less so many minutes: ``huit heures moins le quart``, ``ten to nine``."""
    if less > said.minutes:
        raise Unclear(Code.IMPOSSIBLE)
    return replace(said, minutes=said.minutes - less, also=None if said.also is None else said.also - less)


def _clock(hour: int, minute: int = 0, half: str = "", unsure: bool = False) -> Clock:
    if minute > 59 or hour > 24 or (hour == 24 and minute) or (half and not 1 <= hour <= 12):
        raise Unclear(Code.IMPOSSIBLE)
    if half:
        return Clock(hour % 12 * 60 + minute + (_NOON if half == "pm" else 0))
    minutes = hour * 60 + minute
    return Clock(minutes, minutes + _NOON, Code.WHICH_HALF) if unsure else Clock(minutes)


def in_part(said: Clock, part: str) -> Clock:
    """Return the hour that *said* is in that part of the day: ``8h du soir``, ``minuit`` of an evening."""
    minutes = said.minutes
    if part == "evening" and minutes == 0:
        return Clock(_DAY)
    if part == "morning":
        return Clock(minutes) if minutes <= _NOON else Clock(minutes, minutes % _NOON, Code.CONTRADICTION)
    if minutes >= _NOON:
        return Clock(minutes)
    if (part == "afternoon" and minutes < 9 * 60) or (part == "evening" and minutes >= 4 * 60):
        return Clock(minutes + _NOON)
    return Clock(minutes, minutes + _NOON, Code.CONTRADICTION)


def between(start: Clock, end: Clock) -> Hours:
    """Return from *start* to *end*: a midnight that ends is that of the end, and an unsure start follows the end."""
    if end.why is Code.WHICH_MIDNIGHT:
        end = Clock(_DAY)
    if start.why is Code.WHICH_MIDNIGHT:
        start = Clock(0)
    if start.also is not None and end.also is None:
        start = Clock(start.also if start.also < end.minutes else start.minutes)
    if end.also is not None and start.also is None:
        end = Clock(end.minutes if end.minutes > start.minutes else end.also)
    return Hours(start, end)


def on(day: Value, hours: Hours, zone: ZoneInfo) -> Value:
    """Return *day* with *hours*; raises :class:`Unclear` when they leave a question, or do not fit."""
    start, end = hours.start, hours.end
    value = _on(day, start.minutes, None if end is None else end.minutes, zone)
    if start.also is None:
        return value
    later = None if end is None else end.minutes if end.also is None else end.also
    raise Unclear(start.why or Code.WHICH_HALF, value, _on(day, start.also, later, zone))


def _on(day: Value, start: int, end: int | None, zone: ZoneInfo) -> Value:
    if isinstance(day, datetime):
        raise Unclear(Code.SEVERAL, day)
    first, last = (day.start, day.end) if isinstance(day, Range) else (day, day)
    if end is None:
        if isinstance(day, Range):
            raise Unclear(Code.CONTRADICTION)
        return moment(first, start, zone)
    if first == last and end <= start:
        end += _DAY
    return Range(moment(first, start, zone), moment(last, end, zone))


def moment(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """Return that local time as RFC 5545 3.3.5 reads it.

    A time that the clocks skip is taken with the offset before the gap, so it comes out later by the gap; of one that
    comes twice, the first is meant.
    """
    local = datetime.combine(day, time()) + timedelta(minutes=minutes)
    return local.replace(tzinfo=zone, fold=0).astimezone(UTC).astimezone(zone)
