"""When a reminder that repeats comes next: bounded, because another town's assistant may write any rule (pure)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import islice, takewhile
from typing import Final
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from bots.when.rule import Rule
from bots.when.saying import say_rule

_AHEAD: Final = timedelta(days=366 * 12)
"""A rule without an occurrence in all this time has none: 29 February is at most eight years away."""
_FIRST_YEAR: Final = 2020
_LAST_YEAR: Final = 9980
_MOST: Final = 1_000
"""Occurrences that a rule may count."""


@lru_cache(maxsize=4_096)
def is_bounded(text: str) -> bool:
    """Tell whether *text* is a rule that we follow: RFC 5545 as people say it, at most one occurrence a day."""
    try:
        rule = Rule.parse(text)
        # What cannot be said is not as people say it, and nobody could read a list in which it stands.
        say_rule(text, "fr")
    except (ValueError, KeyError, IndexError, OverflowError):
        return False
    return 0 < rule.interval <= _MOST and (rule.count is None or 0 < rule.count <= _MOST)


@lru_cache(maxsize=65_536)
def following(text: str, anchor: datetime, here: datetime, zone: ZoneInfo) -> datetime | None:
    """Return the first occurrence after *here*; None where there is none any more.

    *anchor*, the first occurrence, and *here* are naive, as clocks in *zone* show them; *text* is an RRULE without its
    name.
    """
    return next((each for each in _occurrences(text, anchor, here, zone) if each > here), None)


@lru_cache(maxsize=65_536)
def latest(text: str, anchor: datetime, here: datetime, zone: ZoneInfo) -> datetime | None:
    """Return the last occurrence that is not after *here*; None where there was none yet."""
    passed = takewhile(lambda each: each <= here, _occurrences(text, anchor, here, zone))
    return max(passed, default=None)


def _occurrences(text: str, anchor: datetime, here: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """Yield the occurrences, for some years beyond *here* at the most."""
    if not is_bounded(text) or not _FIRST_YEAR <= anchor.year <= _LAST_YEAR or here.year > _LAST_YEAR:
        return
    rule = Rule.parse(text)
    last = max(here, anchor) + _AHEAD
    until = last if rule.until is None else min(last, _naive(rule.until, zone))
    try:
        # Neither COUNT nor UNTIL: dateutil wants UNTIL without a zone here, and not both.
        found = rrulestr(str(replace(rule, count=None, until=None)), dtstart=anchor).replace(until=until)
        yield from islice(found, rule.count)
    except (ValueError, TypeError, OverflowError):
        return


def _naive(until: date, zone: ZoneInfo) -> datetime:
    """Return the last moment that counts: of a day, its end."""
    if isinstance(until, datetime):
        return until.astimezone(zone).replace(tzinfo=None)
    return datetime.combine(until, datetime.max.time())
