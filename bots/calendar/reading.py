"""From the bytes of a calendar file to its events. A bad event costs that event, never the file."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from bots.calendar.event import Calendar
from bots.calendar.format.components import Component, read_components
from bots.calendar.format.findings import Findings, Severity
from bots.calendar.format.lines import read_lines
from bots.calendar.format.values import BadValue, read_duration, read_text
from bots.calendar.format.zones import Zone
from bots.calendar.identity import told_apart
from bots.calendar.places import places
from bots.calendar.vevent import EventReader
from config.texts import mark

_REFRESH: Final = ("REFRESH-INTERVAL", "X-PUBLISHED-TTL")
_PARTS: Final = {
    "VTODO": mark("The task “{title}” was not taken: only events are."),
    "VJOURNAL": mark("The journal entry “{title}” was not taken: only events are."),
    "VFREEBUSY": mark("A list of free and busy times was not taken: only events are."),
}
_PART: Final = mark("A part “{name}” of the file was not taken: only events are.")
_OF_NO_TIME: Final = frozenset({"CANCEL", "REPLY", "REFRESH", "DECLINECOUNTER"})
"""Methods whose events need say no start (RFC 5546 §3.2): they are about one that is known."""


def read_calendar(data: bytes, default: Zone, findings: Findings) -> Calendar:
    """Return the events of a file, each UID standing for one event or one series.

    *default* is where local times are that name no zone, unless the file says so (``X-WR-TIMEZONE``). Raises
    :class:`~bots.calendar.format.findings.Unreadable` when the file as a whole is no calendar.
    """
    components = read_components(read_lines(data, findings), findings)
    calendars = [component for component in components if component.name == "VCALENDAR"]
    loose = [component for component in components if component.name != "VCALENDAR"]
    if loose:
        findings.add(
            Severity.REPAIRED, mark("The events stand outside of a calendar (VCALENDAR) and were read all the same.")
        )
        calendars.append(Component("VCALENDAR", loose[0].number, [], loose))
    method = next((value.upper() for calendar in calendars if (value := calendar.value("METHOD"))), "")
    where, masters = places(calendars, default, findings), _masters(calendars)
    events = [
        event
        for calendar, zones in zip(calendars, where.zones, strict=True)
        for component in _events(calendar, findings)
        if (event := EventReader(component, zones, findings, masters, method in _OF_NO_TIME).read()) is not None
    ]
    name = next((read_text(value) for calendar in calendars if (value := calendar.value("X-WR-CALNAME"))), "")
    told = told_apart(events, findings, where.floating)
    return Calendar(told, where.floating, name, method, where.carried, _refresh(calendars))


def _refresh(calendars: list[Component]) -> timedelta | None:
    for value in (calendar.value(name) for calendar in calendars for name in _REFRESH):
        try:
            length = read_duration(value) if value else timedelta()
        except BadValue:
            continue
        if length > timedelta():
            return length
    return None


def _masters(calendars: list[Component]) -> dict[str, Component]:
    """Return what is no change of anything, by its identifier as it is written; the first of several."""
    found: dict[str, Component] = {}
    for calendar in calendars:
        for component in calendar.within("VEVENT"):
            if component.first("RECURRENCE-ID") is None:
                found.setdefault(component.value("UID"), component)
    return found


def _events(calendar: Component, findings: Findings) -> Iterator[Component]:
    for component in calendar.components:
        if component.name == "VEVENT":
            yield component
        elif component.name != "VTIMEZONE":
            title = read_text(component.value("SUMMARY")) or component.value("UID")
            sentence = _PARTS.get(component.name, _PART)
            findings.add(Severity.DROPPED, sentence, line=component.number, title=title, name=component.name)
