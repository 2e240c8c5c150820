"""The rules of a zone, as a file carries them for programs that do not know it (RFC 5545 §3.6.5)."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, Final
from zoneinfo import ZoneInfo

import icalendar

from bots.calendar.event import Event
from bots.calendar.format.components import Component
from bots.calendar.format.lines import ContentLine
from bots.calendar.format.values import Moment
from bots.calendar.format.zones import UTC_ZONE, Zone

_FIRST, _LAST = 1970, 2040
"""Years whose rules are written: programs that know the zone by name look them up themselves."""
_SOME_DAY: Final = datetime(2000, 1, 1, tzinfo=UTC)


def zones_of(event: Event) -> Iterator[Zone]:
    """Yield the zones that the times of *event* name, perhaps repeatedly."""
    extras = (extra.start for extra in event.extras)
    alarms = (alarm.trigger for alarm in event.alarms if isinstance(alarm.trigger, Moment))
    for moment in (event.start, event.recurrence_id, *extras, *event.excluded, *alarms):
        if moment is not None and moment.zone is not None and moment.zone != UTC_ZONE:
            yield moment.zone


def definition(zone: Zone, since: date, carried: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Return the content lines that define *zone* from *since* on; *carried* are those that came with a file."""
    if isinstance(zone.rules, ZoneInfo):
        first = min(max(since.year - 1, _FIRST), _LAST - 10)
        made = icalendar.Timezone.from_tzid(zone.name, first_date=date(first, 1, 1), last_date=date(_LAST, 1, 1))
        for part in made.subcomponents:
            _in_clocks_before(part)
        lines: list[str] = made.to_ical().decode().replace("\r\n ", "").split("\r\n")[:-1]
        return lines
    if zone.name in carried:
        return [*carried[zone.name]]
    return [*_fixed(zone)] if isinstance(zone.rules, timezone) else []


def _in_clocks_before(part: Mapping[str, Any]) -> None:
    """Say the onsets of *part* as clocks showed them before (§3.6.5): icalendar says what they are set forward to."""
    forward = part["TZOFFSETTO"].td - part["TZOFFSETFROM"].td
    if forward > timedelta():
        onsets = [part["DTSTART"], *(part["RDATE"].dts if "RDATE" in part else ())]
        for onset in onsets:
            onset.dt -= forward


def _fixed(zone: Zone) -> Iterator[str]:
    offset = _SOME_DAY.astimezone(zone.rules).strftime("%z")[:5]
    yield from ("BEGIN:VTIMEZONE", f"TZID:{zone.name}", "BEGIN:STANDARD", "DTSTART:19700101T000000")
    yield from (f"TZOFFSETFROM:{offset}", f"TZOFFSETTO:{offset}", "END:STANDARD", "END:VTIMEZONE")


def _onsets(line: ContentLine) -> str:
    """Return *line*; of onsets that were written as periods, which readers choke on, their starts (§3.6.5)."""
    if line.name != "RDATE" or "/" not in line.value:
        return line.raw
    return "RDATE:" + ",".join(period.partition("/")[0].strip() for period in line.value.split(","))


def lines_of(component: Component) -> Iterator[str]:
    """Yield the content lines of *component* as they were written, not folded."""
    yield f"BEGIN:{component.name}"
    for line in component.lines:
        yield _onsets(line)
    for inner in component.components:
        yield from lines_of(inner)
    yield f"END:{component.name}"
