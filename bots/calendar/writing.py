"""Events as a file that other programs read (RFC 5545 §3.4, §3.6.1): what came in goes out again."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final

from bots.calendar.defining import definition, zones_of
from bots.calendar.event import Alarm, Answer, Calendar, CalendarUser, Event, Rule
from bots.calendar.format.contentline import (
    content_line,
    digits,
    duration,
    escaped,
    folded,
    moment_line,
    same_clock,
    where,
)
from bots.calendar.format.values import Moment, stamp
from bots.calendar.format.zones import UTC_ZONE, Zone

_PRODUCT: Final = "-//Beffroi//agenda 1.0//FR"
_CALLS: Final = frozenset({"CONFERENCE", "X-GOOGLE-CONFERENCE"})


def written(calendar: Calendar, now: datetime, *, refresh: timedelta | None = None) -> bytes:
    """Return *calendar* as a file, stamped *now*.

    *refresh*: after how long whoever subscribes should look again (RFC 7986 §5.7).
    """
    lines = [*_head(calendar, refresh), *_definitions(calendar)]
    for event in calendar.events:
        lines += ["BEGIN:VEVENT", f"DTSTAMP:{stamp(now)}", *event_lines(event, calendar.floating), "END:VEVENT"]
    lines.append("END:VCALENDAR")
    return "".join(f"{piece}\r\n" for line in lines for piece in folded(line)).encode("utf-8", "replace")


def _head(calendar: Calendar, refresh: timedelta | None) -> Iterator[str]:
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{_PRODUCT}")
    if calendar.name:
        yield from (f"NAME:{escaped(calendar.name)}", f"X-WR-CALNAME:{escaped(calendar.name)}")
    # Where whole days and times without a zone are.
    yield f"X-WR-TIMEZONE:{calendar.floating.name}"
    if refresh is not None:
        yield from (f"REFRESH-INTERVAL;VALUE=DURATION:{duration(refresh)}", f"X-PUBLISHED-TTL:{duration(refresh)}")


def _definitions(calendar: Calendar) -> Iterator[str]:
    since: dict[str, tuple[Zone, date]] = {}
    for event in calendar.events:
        for zone in zones_of(event):
            first = since.get(zone.name, (zone, event.start.day))[1]
            since[zone.name] = (zone, min(first, event.start.day))
    for zone, day in since.values():
        yield from definition(zone, day, calendar.defined)


def event_lines(event: Event, floating: Zone) -> Iterator[str]:
    """Yield the content lines between BEGIN:VEVENT and END:VEVENT, not folded, without DTSTAMP."""
    yield content_line("UID", escaped(event.uid))
    if event.recurrence_id is not None:
        onwards = {"RANGE": "THISANDFUTURE"} if event.onwards else {}
        yield moment_line("RECURRENCE-ID", event.recurrence_id, **onwards)
    yield from time_lines(event, floating)
    if event.sequence:
        yield f"SEQUENCE:{event.sequence}"
    yield from rule_lines(event)
    yield from _words(event)
    yield from people_lines(event)
    yield from (content_line("ATTACH", address) for address in event.attachments)
    yield from (line.raw for line in event.others)
    for alarm in event.alarms:
        yield from alarm_lines(alarm, event.summary)


def time_lines(event: Event, floating: Zone) -> Iterator[str]:
    """Yield when it is: its start, and its end or how long it is."""
    yield moment_line("DTSTART", event.start)
    if event.whole_days:
        yield moment_line("DTEND", Moment(event.start.day + max(event.length, timedelta(days=1))))
    elif event.exact:
        yield moment_line("DTEND", end_of(event, floating))
    elif event.length:
        yield f"DURATION:{duration(event.length)}"


def end_of(event: Event, floating: Zone) -> Moment:
    """Return when an event of an exact length ends, where it starts; in UTC where clocks there show that twice."""
    zone = event.start.zone or floating
    instant = event.start.utc(floating) + event.length
    local = zone.local(instant)
    end = event.start.at(local)
    return end if same_clock(end, zone) and end.utc(floating) == instant else _in_utc(instant)


def _in_utc(instant: datetime) -> Moment:
    plain = instant.astimezone(UTC)
    return Moment(plain.date(), plain.time().replace(tzinfo=None), UTC_ZONE)


def rule_lines(event: Event) -> Iterator[str]:
    """Yield how it repeats: rules, extra dates, exceptions; those of the same sort of time in one line."""
    yield from (f"RRULE:{_ruled(rule, event.start)}" for rule in event.rules)
    yield from (f"EXRULE:{_ruled(rule, event.start)}" for rule in event.unless)
    yield from _listed("RDATE", [extra.start for extra in event.extras if extra.length is None])
    for extra in event.extras:
        if extra.length is not None:
            period = f"{digits(extra.start)}/{duration(extra.length)}"
            yield content_line("RDATE", period, where(extra.start) | {"VALUE": "PERIOD"})
    yield from _listed("EXDATE", event.excluded)


def _ruled(rule: Rule, start: Moment) -> str:
    if rule.until is None:
        return rule.text
    if start.clock is None:
        return f"{rule.text};UNTIL={digits(Moment(rule.until.day))}"
    # Of a series with a zone in UTC, of one without as clocks show it (RFC 5545 §3.3.10).
    floats = start.zone is None or rule.until.zone is None
    until = Moment(rule.until.day, rule.until.clock, None) if floats else _in_utc(rule.until.utc(UTC_ZONE))
    return f"{rule.text};UNTIL={digits(until)}"


def _listed(name: str, moments: Iterable[Moment]) -> Iterator[str]:
    alike: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for moment in moments:
        sort = (*where(moment).items(), ("", digits(moment)[-1:] if moment.zone == UTC_ZONE else ""))
        alike.setdefault(sort, []).append(digits(moment))
    for sort, values in alike.items():
        yield content_line(name, ",".join(values), {key: word for key, word in sort if key})


def _words(event: Event) -> Iterator[str]:
    texts = {"SUMMARY": event.summary, "DESCRIPTION": event.description, "LOCATION": event.location}
    yield from (content_line(name, escaped(text)) for name, text in texts.items() if text)
    if event.url:
        yield content_line("URL", event.url)
    if event.call and not any(line.name in _CALLS or line.value.strip() == event.call for line in event.others):
        yield content_line("CONFERENCE", event.call, {"VALUE": "URI", "FEATURE": "VIDEO"})
    if event.categories:
        yield content_line("CATEGORIES", ",".join(map(escaped, event.categories)))
    yield f"STATUS:{event.status.value}"
    if not event.busy:
        yield "TRANSP:TRANSPARENT"
    if event.private:
        yield "CLASS:PRIVATE"


def people_lines(event: Event) -> Iterator[str]:
    """Yield who invites and who is invited."""
    if event.organizer is not None:
        yield person_line("ORGANIZER", event.organizer)
    yield from (person_line("ATTENDEE", person) for person in event.attendees)


def person_line(name: str, person: CalendarUser) -> str:
    """Return the line of somebody, as it came where it came from a file."""
    if person.written:
        return person.written
    parameters: dict[str, str] = {"CN": person.name}
    if person.answer is not Answer.NEEDS_ACTION:
        parameters["PARTSTAT"] = person.answer.value
    if person.sent_by is not None:
        parameters["SENT-BY"] = f"mailto:{person.sent_by}"
    address = f"mailto:{person.address}" if person.address is not None else (person.uri or "invalid:nomail")
    return content_line(name, address, parameters)


def alarm_lines(alarm: Alarm, summary: str) -> Iterator[str]:
    """Yield a VALARM, one of ours to show a text (RFC 5545 §3.6.6); never REPEAT without DURATION."""
    said = [line.raw for line in alarm.others]
    shows = [] if any(line.name == "ACTION" for line in alarm.others) else ["ACTION:DISPLAY"]
    yield from ("BEGIN:VALARM", *shows, *said, trigger_line(alarm))
    if alarm.repeat:
        yield from (f"REPEAT:{alarm.repeat}", f"DURATION:{duration(alarm.every)}")
    if alarm.description or not any(line.value.strip().upper() == "AUDIO" for line in alarm.others):
        yield content_line("DESCRIPTION", escaped(alarm.description or summary))
    yield "END:VALARM"


def trigger_line(alarm: Alarm) -> str:
    """Return when an alarm rings."""
    if isinstance(alarm.trigger, Moment):
        return content_line("TRIGGER", digits(alarm.trigger), where(alarm.trigger) | {"VALUE": "DATE-TIME"})
    return content_line("TRIGGER", duration(alarm.trigger), {"RELATED": "END"} if alarm.related == "END" else None)
