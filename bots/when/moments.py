"""Moments and days as they are kept and compared: milliseconds, ISO 8601, the day of a moment (pure)."""

from datetime import UTC, date, datetime, tzinfo
from typing import Final

STAMP: Final = "%Y-%m-%dT%H:%M:%SZ"
"""How the register holds a moment to the second."""


def in_ms(moment: datetime) -> int:
    """Return *moment*, which has a zone, in ms since 1970."""
    return round(moment.timestamp() * 1000)


def stamp(moment: datetime) -> str:
    """Return *moment*, which has a zone, as the register holds it: in UTC, to the second."""
    return moment.astimezone(UTC).strftime(STAMP)


def day_of(value: date | datetime, zone: tzinfo | None = None) -> date:
    """Return *value*, a day, or the day of a moment: in *zone*, or in its own."""
    if not isinstance(value, datetime):
        return value
    return (value if zone is None else value.astimezone(zone)).date()


def day_from(raw: object) -> date | None:
    """Return the day that *raw*, which strangers may have written, says in ISO 8601; None for anything else."""
    try:
        return date.fromisoformat(raw) if isinstance(raw, str) else None
    except ValueError:
        return None
