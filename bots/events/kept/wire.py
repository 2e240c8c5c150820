"""An event's fields in the register, and the content lines that they stand for (RFC 5545 §3.8).

What people say is a field by its name (``title``, ``location``), the times are one field (``when``: start, end, zone),
and what only programs write are content lines as RFC 5545 has them (``rule``, ``people``, ``others``). So one reader
reads both files and rooms, as leniently.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Final

from bots.assistant.talk.wording import clean
from bots.assistant.words.lenient import line
from bots.calendar.event import Alarm, Event, EventStatus
from bots.calendar.format.components import Component, read_components
from bots.calendar.format.contentline import duration, escaped
from bots.calendar.format.findings import Findings, Unreadable
from bots.calendar.format.lines import ContentLine, read_line
from bots.calendar.format.values import Moment
from bots.calendar.format.zones import UTC_ZONE, Zone, iana
from bots.calendar.writing import end_of, people_lines, rule_lines, trigger_line
from bots.events.kept.kinds import MAX_ADDRESS, MAX_ALARMS, MAX_DESCRIPTION, MAX_LINES, MAX_PLACE
from bots.register.format.canonical import Json

_MAX_TITLE: Final = 500
_TEXTS: Final = {
    "title": ("SUMMARY", _MAX_TITLE),
    "description": ("DESCRIPTION", MAX_DESCRIPTION),
    "location": ("LOCATION", MAX_PLACE),
}
_ADDRESSES: Final = {"url": "URL", "call": "CONFERENCE"}
_LINES: Final = {
    "rule": frozenset({"RRULE", "EXRULE", "RDATE", "EXDATE"}),
    "people": frozenset({"ORGANIZER", "ATTENDEE"}),
}
_KEPT_APART: Final = frozenset(
    (
        "BEGIN",
        "END",
        "UID",
        "DTSTAMP",
        "LAST-MODIFIED",
        "DTSTART",
        "DTEND",
        "DURATION",
        "RECURRENCE-ID",
        "SEQUENCE",
        "STATUS",
        "TRANSP",
    )
)
"""What no carried line may say: it would be read in place of a field."""
_NO_ALARM: Final = frozenset({"BEGIN", "END"})
_MOST_OF_ALARM: Final = 20
"""Lines of an alarm that we do not know."""
NAMES: Final = (
    *("title", "when", "rule", "location", "call", "url", "description", "categories", "status", "busy", "private"),
    *("people", "alarms", "attachments", "sequence", "others", "zones"),
)
"""All fields of an event that can be written again."""
PRIVATE: Final = frozenset(
    {"title", "location", "call", "url", "description", "categories", "people", "attachments", "others", "alarms"}
)
"""Those that hold what people wrote."""


def fields_of(event: Event, floating: Zone, defined: Mapping[str, tuple[str, ...]]) -> dict[str, Json]:
    """Return all fields of *event*; None for those that say nothing. *defined*: zones that came with its file."""
    return {
        "title": event.summary[:_MAX_TITLE].strip() or "…",
        "when": when_of(event, floating),
        "rule": _json(rule_lines(event)),
        "location": event.location[:MAX_PLACE] or None,
        "call": event.call[:MAX_ADDRESS] or None,
        "url": event.url[:MAX_ADDRESS] or None,
        "description": event.description[:MAX_DESCRIPTION] or None,
        "categories": [*event.categories[:50]] or None,
        "status": None if event.status is EventStatus.CONFIRMED else event.status.value.lower(),
        "busy": None if event.busy else False,
        "private": True if event.private else None,
        "people": _json(people_lines(event)),
        "alarms": [alarm_of(alarm) for alarm in event.alarms[:MAX_ALARMS]] or None,
        "attachments": [*event.attachments[:50]] or None,
        "sequence": event.sequence or None,
        "others": _json(found.raw for found in event.others),
        "zones": _zones(event, defined),
    }


def _json(lines: Iterable[str]) -> Json:
    kept: list[Json] = [*islice(lines, MAX_LINES)]
    return kept or None


def when_of(event: Event, floating: Zone) -> Json:
    """Return the field ``when``: what clocks show where it starts, never an offset; the end of whole days exclusive."""
    start = event.start
    found: dict[str, Json] = {"start": _shown(start)}
    if start.zone is not None:
        found["zone"] = start.zone.name
    if event.whole_days:
        found["end"] = (start.day + event.length).isoformat()
    elif event.exact:
        end = end_of(event, floating)
        found["end"] = _shown(end) + ("Z" if end.zone == UTC_ZONE != start.zone else "")
    elif event.length:
        found["duration"] = duration(event.length)
    return found


def _shown(moment: Moment) -> str:
    if moment.clock is None:
        return moment.day.isoformat()
    return moment.local.isoformat(timespec="seconds" if moment.clock.second else "minutes")


def alarm_of(alarm: Alarm) -> list[Json]:
    """Return the content lines of an alarm."""
    lines: list[Json] = [trigger_line(alarm)]
    if alarm.repeat:
        lines += [f"REPEAT:{alarm.repeat}", f"DURATION:{duration(alarm.every)}"]
    if alarm.description:
        lines.append(f"DESCRIPTION:{escaped(alarm.description)}")
    return [*lines, *(line.raw for line in alarm.others[:_MOST_OF_ALARM])]


def _zones(event: Event, defined: Mapping[str, tuple[str, ...]]) -> Json:
    named = (event.start, *(extra.start for extra in event.extras), *event.excluded)
    # What the database knows means what that says, whatever the file does.
    names = {moment.zone.name for moment in named if moment.zone is not None and iana(moment.zone.name) is None}
    return {name: [*defined[name]] for name in sorted(names & defined.keys())} or None


def component_of(uid: str, fields: Mapping[str, Any]) -> Component:
    """Return the VEVENT that *fields* say, whoever wrote them: what makes no sense in them is left out."""
    lines = [ContentLine("UID", {}, escaped(uid), 0, ""), *_times(fields.get("when")), *_said(fields)]
    for name, wanted in _LINES.items():
        lines += [found for found in _content(fields.get(name)) if found.name in wanted]
    lines += [found for found in _content(fields.get("others")) if found.name not in _KEPT_APART]
    alarms = fields.get("alarms")
    kept = alarms[:MAX_ALARMS] if isinstance(alarms, list) else []
    parts = [
        Component("VALARM", 0, [found for found in _content(alarm) if found.name not in _NO_ALARM]) for alarm in kept
    ]
    return Component("VEVENT", 0, lines, parts)


def _times(raw: object) -> Iterator[ContentLine]:
    if not isinstance(raw, dict):
        return
    zone = raw.get("zone")
    parameters: dict[str, tuple[str, ...]] = {"TZID": (zone,)} if isinstance(zone, str) else {}
    for field, name in (("start", "DTSTART"), ("end", "DTEND"), ("duration", "DURATION")):
        value = raw.get(field)
        if isinstance(value, str):
            yield ContentLine(name, parameters if "T" in value else {}, value[:40], 0, "")


def _said(fields: Mapping[str, Any]) -> Iterator[ContentLine]:
    for field, (name, most) in _TEXTS.items():
        value = fields.get(field)
        if isinstance(value, str):
            # A title of several lines could look like a sentence of ours below another one.
            shown = clean(value[:most]) if field == "description" else line(value, most)
            yield ContentLine(name, {}, escaped(shown), 0, "")
    for field, name in _ADDRESSES.items():
        value = fields.get(field)
        if isinstance(value, str) and value.isprintable():
            yield ContentLine(name, {}, value[:MAX_ADDRESS], 0, "")
    yield from _listed(fields)
    status, sequence = fields.get("status"), fields.get("sequence")
    if isinstance(status, str):
        yield ContentLine("STATUS", {}, status[:20].upper(), 0, "")
    if isinstance(sequence, int):
        yield ContentLine("SEQUENCE", {}, str(int(sequence)), 0, "")
    if fields.get("busy") is False:
        yield ContentLine("TRANSP", {}, "TRANSPARENT", 0, "")
    if fields.get("private") is True:
        yield ContentLine("CLASS", {}, "PRIVATE", 0, "")


def _listed(fields: Mapping[str, Any]) -> Iterator[ContentLine]:
    categories = [escaped(clean(word[:100])) for word in strings_in(fields.get("categories"))[:50]]
    if categories:
        yield ContentLine("CATEGORIES", {}, ",".join(categories), 0, "")
    for address in strings_in(fields.get("attachments"))[:50]:
        yield ContentLine("ATTACH", {}, address[:MAX_ADDRESS], 0, "")


def _content(raw: object) -> Iterator[ContentLine]:
    for text in strings_in(raw)[:MAX_LINES]:
        found = read_line(clean(text))
        if found is not None:
            yield found


def strings_in(raw: object) -> list[str]:
    """Return the texts in the list *raw*, whoever wrote it; none where it is no list."""
    return [each for each in raw if isinstance(each, str)] if isinstance(raw, list) else []


def defined_in(fields: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return the content lines of the zones that came with an event's file."""
    raw = fields.get("zones")
    if not isinstance(raw, dict):
        return {}
    return {name: tuple(strings_in(lines)[:MAX_LINES]) for name, lines in [*raw.items()][:10]}


def definitions_in(fields: Mapping[str, Any]) -> dict[str, Component]:
    """Return those zones as components; what is none is left out."""
    found: dict[str, Component] = {}
    for name, lines in defined_in(fields).items():
        try:
            components = read_components([said for text in lines if (said := read_line(text))], Findings())
        except Unreadable:
            continue
        found.update((name, component) for component in components if component.name == "VTIMEZONE")
    return found
