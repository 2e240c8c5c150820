"""When something begins: of two ways to write one instant, the same (pure)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from bots.calendar.format.components import Component
from bots.calendar.format.findings import Findings
from bots.calendar.format.lines import ContentLine
from bots.calendar.format.values import BadValue, Moment, read_moment
from bots.calendar.format.zones import Zone, Zones

Beginning = date | datetime
"""A day, or an instant in UTC."""
_MOST: Final = 40


def begins(start: Moment, floating: Zone) -> Beginning:
    """Return when *start* is; *floating* is where a time without a zone is."""
    return start.day if start.clock is None else start.utc(floating)


def written_begin(when: object, floating: Zone, defined: Mapping[str, Component] | None = None) -> Beginning | None:
    """Return when the field *when* begins, whoever wrote it; its zones may be *defined*. None where it is no time."""
    start, zone = (when.get("start"), when.get("zone")) if isinstance(when, dict) else (None, None)
    if not isinstance(start, str):
        return None
    named: dict[str, tuple[str, ...]] = {"TZID": (zone,)} if isinstance(zone, str) and "T" in start else {}
    line = ContentLine("DTSTART", named, start[:_MOST], 0, "")
    try:
        return begins(read_moment(line.value, line, Zones(floating, Findings(), defined or {})), floating)
    except (BadValue, OverflowError):
        return None


def begin_alike(one: object, other: object, floating: Zone, defined: Mapping[str, Component] | None = None) -> bool:
    """Tell whether two fields ``when`` begin at the same instant, or on the same day."""
    if one == other:
        return True
    begin = written_begin(one, floating, defined)
    return begin is not None and begin == written_begin(other, floating, defined)
