"""The fields ``when`` and ``rule`` on the wire: written by us, and read whoever wrote them."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bots.register.format.canonical import Json
from bots.tasks.kept.task import Recurrence, Span
from bots.when.rule import Rule

_MOMENT = re.compile(r"(?:19[7-9]|2[0-9]{2})[0-9]-[0-9]{2}-[0-9]{2}(?P<hour>T[0-9]{2}:[0-9]{2})?")
_STAMP = re.compile(r"(?:19[7-9]|2[0-9]{2})[0-9]-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}Z")
_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+-]{0,31}(?:/[A-Za-z0-9_+-]{1,31}){0,2}")
_RRULE = re.compile(r"FREQ=(?:DAILY|WEEKLY|MONTHLY|YEARLY)(?:;[A-Z]{5,10}=[A-Z0-9,-]{1,60}){0,8}")
_MOST_INTERVAL: Final = 400
_MOST_COUNT: Final = 1_000


def written(span: Span) -> Json:
    """Return the wire form of *span*: None when there is nothing in it."""
    wire: dict[str, Json] = {}
    for name, value in (("due", span.due), ("start", span.start)):
        if value is not None:
            wire[name] = _written(value)
        if isinstance(value, datetime):
            wire["zone"] = _zone_of(value)
    return wire or None


def written_rule(rule: Recurrence) -> Json:
    """Return the wire form of *rule*."""
    wire: dict[str, Json] = {"rrule": rule.rrule, "anchor": _written(rule.anchor)}
    if isinstance(rule.anchor, datetime):
        wire["zone"] = _zone_of(rule.anchor)
    return wire


def stamp(now: datetime) -> str:
    """Return *now* to the minute, in UTC, as fields that say when something happened have it."""
    return now.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


def read_stamp(raw: object) -> datetime | None:
    """Return the moment in *raw*, or None when it makes no sense."""
    if not isinstance(raw, str) or _STAMP.fullmatch(raw) is None:
        return None
    try:
        return datetime.fromisoformat(raw)
    except ValueError:
        return None


def read(raw: object) -> Span:
    """Return the span in *raw*; what makes no sense is left out, and a start after the end."""
    if not isinstance(raw, Mapping):
        return _NEVER
    due = _read(raw.get("due"), raw.get("zone"))
    start = _read(raw.get("start"), raw.get("zone"))
    if (
        start is not None
        and due is not None
        and (isinstance(start, datetime) != isinstance(due, datetime) or start > due)
    ):
        start = None
    return _NEVER if due is None and start is None else Span(due, start)


def read_due(raw: object) -> date | datetime | None:
    """Return the end of the span that :func:`read` finds in *raw*."""
    if not isinstance(raw, dict):
        return None
    due, zone = raw.get("due"), raw.get("zone")
    return _parsed(due, zone if isinstance(zone, str) else None) if isinstance(due, str) else None


def read_rule(raw: object) -> Recurrence | None:
    """Return the recurrence in *raw*, or None: a rule that we would never write is none."""
    if not isinstance(raw, Mapping):
        return None
    rrule, anchor = raw.get("rrule"), _read(raw.get("anchor"), raw.get("zone"))
    if not isinstance(rrule, str) or anchor is None or not _is_sane(rrule):
        return None
    return Recurrence(rrule, anchor)


@lru_cache(maxsize=256)
def _is_sane(rrule: str) -> bool:
    if _RRULE.fullmatch(rrule) is None:
        return False
    try:
        rule = Rule.parse(rrule)
        # What is not written back as it came has something in it that we do not know.
        return (
            str(rule) == rrule
            and 1 <= rule.interval <= _MOST_INTERVAL
            and 0 < (rule.count or 1) <= _MOST_COUNT
            and all(-31 <= each <= 31 and each for each in rule.by_month_day)
            and all(1 <= each <= 12 for each in rule.by_month)
            and all(-5 <= each <= 5 and each for each in rule.nth)
            and -31 <= (rule.set_pos or 1) <= 31
            and (rule.freq in ("DAILY", "WEEKLY") or bool(rule.by_month_day or rule.by_day))
        )
    except (ValueError, KeyError, IndexError):
        return False


_NEVER: Final = Span()


def _written(value: date | datetime) -> str:
    return value.strftime("%Y-%m-%dT%H:%M") if isinstance(value, datetime) else value.isoformat()


def _zone_of(value: datetime) -> str:
    return value.tzinfo.key if isinstance(value.tzinfo, ZoneInfo) else "UTC"


def _read(raw: Any, zone: Any) -> date | datetime | None:
    return _parsed(raw, zone if isinstance(zone, str) else None) if isinstance(raw, str) else None


@lru_cache(maxsize=4096)
def _parsed(raw: str, zone: str | None) -> date | datetime | None:
    matched = _MOMENT.fullmatch(raw)
    if matched is None:
        return None
    try:
        if matched["hour"] is None:
            return date.fromisoformat(raw)
        known = None if zone is None else _zone(zone)
        return None if known is None else datetime.fromisoformat(raw).replace(tzinfo=known)
    except ValueError:
        return None


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo | None:
    if _ZONE.fullmatch(name) is None:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
