"""Who invites and who is invited, and when to remind: the parts of an event that other programs write oddly."""

import re
from datetime import datetime, timedelta
from typing import Final

from bots.calendar.event import Alarm, Answer, CalendarUser
from bots.calendar.format.components import Component
from bots.calendar.format.findings import Findings, Severity
from bots.calendar.format.lines import ContentLine
from bots.calendar.format.values import BadValue, Moment, read_duration, read_moment, read_text, stamp
from bots.calendar.format.zones import Zones
from config.texts import mark

_ADDRESS = re.compile(r"[^\s@:/<>\"]+@[^\s@:/<>\"]+\.[^\s@:/<>\"]+")
GIVEN: Final = "X-CALENDARSERVER-DTSTAMP"
"""Of an ATTENDEE: the DTSTAMP of the REPLY in which they answered, as Apple's calendar server writes it."""
_NAME = re.compile(r"[A-Za-z-]+")
_PARTSTAT = re.compile(r"(\"[^\"]*\"|:.*)|;(?:PARTSTAT|X-CALENDARSERVER-DTSTAMP)=[^;:]*", re.IGNORECASE | re.DOTALL)
"""What stands in quotation marks, and the value, is passed over."""
_OF_ALARMS: Final = frozenset({"TRIGGER", "REPEAT", "DURATION", "DESCRIPTION"})
_SHOWS: Final = frozenset({"DISPLAY", "AUDIO", "NONE"})
_ACTS: Final = frozenset({"ATTACH", "ATTENDEE", "ACKNOWLEDGED"})
"""What would open a file, write to somebody or keep quiet, in the program of whoever takes the event from us."""
_MOST_REPEATS: Final = 20


def address_of(value: str) -> str | None:
    """Return the mail address in the value of an ATTENDEE or ORGANIZER, with or without ``mailto:``."""
    bare = re.sub(r"^mailto:\s*", "", value.strip(), flags=re.IGNORECASE)
    if not _ADDRESS.fullmatch(bare):
        return None
    local, _, domain = bare.rpartition("@")
    return f"{local}@{domain.lower()}"


def read_person(line: ContentLine) -> CalendarUser | None:
    """Return who an ATTENDEE or ORGANIZER is (RFC 5545 §3.8.4.1); None where nothing says."""
    # RFC 7986 §6.2: the address where the value is another name of them.
    address = address_of(line.value) or address_of(line.parameter("EMAIL"))
    # One line: RFC 6868 §3.1 can put line ends into a parameter, and a name is shown among words of ours.
    said = " ".join(",".join(line.parameters.get("CN", ())).split())
    name = said or address or line.value.strip().removeprefix("mailto:").strip()
    if not name:
        return None
    answer = line.parameter("PARTSTAT").upper()
    known = answer in [known.value for known in Answer]
    return CalendarUser(
        name,
        address,
        Answer(answer) if known else Answer.NEEDS_ACTION,
        sent_by=address_of(line.parameter("SENT-BY")),
        groups=tuple(filter(None, map(address_of, line.parameters.get("MEMBER", ())))),
        uri="" if address is not None else line.value.strip(),
        written=line.raw,
    )


def answered(written: str, answer: Answer, given: datetime | None = None) -> str:
    """Return the line of an ATTENDEE with another answer, *given* then, all else in it as it came."""
    without = _PARTSTAT.sub(lambda found: found[1] or "", written)
    name = _NAME.match(without)
    if name is None or answer is Answer.NEEDS_ACTION:
        return without
    at = "" if given is None else f";{GIVEN}={stamp(given)}"
    return f"{name[0]};PARTSTAT={answer.value}{at}{without[name.end() :]}"


def read_alarm(alarm: Component, uid: str, zones: Zones, findings: Findings) -> Alarm | None:
    """Return a VALARM (RFC 5545 §3.6.6); None, and a finding, where its trigger is none."""
    line = alarm.first("TRIGGER")
    try:
        trigger = _trigger(line, zones)
    except BadValue as exc:
        findings.add(
            Severity.DROPPED,
            mark("A reminder is not written as the standard says (“{trigger}”) and was left out."),
            uid=uid,
            line=alarm.number,
            trigger=str(exc),
        )
        return None
    repeat, every = _repetition(alarm)
    from_end = line is not None and line.parameter("RELATED").upper() == "END"
    unknown = [line for line in alarm.lines if line.name not in _OF_ALARMS]
    others = tuple(line for line in unknown if not _acts(line))
    left = dict.fromkeys(_named(line) for line in unknown if _acts(line))
    if left:
        findings.add(
            Severity.DROPPED,
            mark("A reminder only rings here; this of it was left out: {what}."),
            uid=uid,
            line=alarm.number,
            what=", ".join(left),
        )
    description = read_text(alarm.value("DESCRIPTION"))
    return Alarm(trigger, "END" if from_end else "START", repeat, every, description, others)


def _acts(line: ContentLine) -> bool:
    """Tell whether a line of an alarm would do more than show a text or sound (RFC 5545 §3.6.6, RFC 9074 §6)."""
    return line.name in _ACTS or (line.name == "ACTION" and line.value.strip().upper() not in _SHOWS)


def _named(line: ContentLine) -> str:
    return f"ACTION:{line.value.strip()}" if line.name == "ACTION" else line.name


def _trigger(line: ContentLine | None, zones: Zones) -> timedelta | Moment:
    if line is None:
        raise BadValue("")
    if line.value.strip().upper().startswith(("P", "+P", "-P")):
        return read_duration(line.value)
    moment = read_moment(line.value, line, zones)
    if moment.clock is None:
        raise BadValue(line.value)
    return moment


def _repetition(alarm: Component) -> tuple[int, timedelta]:
    """Return how often to remind again and after how long; REPEAT and DURATION count only together (§3.8.6.2)."""
    try:
        repeat, every = int(alarm.value("REPEAT")), read_duration(alarm.value("DURATION"))
    except (ValueError, BadValue):
        return 0, timedelta()
    if repeat <= 0 or every <= timedelta():
        return 0, timedelta()
    return min(repeat, _MOST_REPEATS), every
