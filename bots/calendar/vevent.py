"""One VEVENT as an event (RFC 5545 §3.6.1): what cannot be read of it costs itself, and is named."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Final

from bots.calendar.event import MOST_SEQUENCE, Event, EventStatus, Extra, Rule
from bots.calendar.format.components import Component
from bots.calendar.format.findings import Findings, Severity
from bots.calendar.format.lines import ContentLine
from bots.calendar.format.values import (
    BadValue,
    Moment,
    day_of,
    read_duration,
    read_list,
    read_moment,
    read_period,
    read_text,
    read_texts,
)
from bots.calendar.format.zones import Zones
from bots.calendar.people import read_alarm, read_person
from bots.calendar.rules import RuleReader, TooOften
from config.texts import mark

_DAY: Final = timedelta(days=1)
_NEVER: Final = Moment(date(1970, 1, 1))
"""In place of a start that a file need not say."""
_LONGEST_TEXT: Final = 20_000
_MOST_DIGITS: Final = 10
_CALLS: Final = (
    "CONFERENCE",
    "X-GOOGLE-CONFERENCE",
    "X-MICROSOFT-SKYPETEAMSMEETINGURL",
    "X-MICROSOFT-ONLINEMEETINGCONFLINK",
)
_UPDATED: Final = ("LAST-MODIFIED", "DTSTAMP")
_UNDERSTOOD: Final = frozenset(
    "UID DTSTAMP LAST-MODIFIED DTSTART DTEND DURATION RECURRENCE-ID SEQUENCE RRULE EXRULE RDATE EXDATE SUMMARY"  # noqa: SIM905 - as words they can be read
    " DESCRIPTION LOCATION URL CATEGORIES STATUS TRANSP CLASS ORGANIZER ATTENDEE ATTACH".split()
)
_ONCE: Final = (
    *("DTSTART", "DTEND", "DURATION", "RECURRENCE-ID", "SUMMARY", "DESCRIPTION", "LOCATION", "STATUS", "TRANSP"),
    *("CLASS", "URL", "ORGANIZER"),
)
"""What an event has once at the most (RFC 5545 §3.6.1)."""


@dataclass(slots=True)
class EventReader:
    """Reads one VEVENT."""

    component: Component
    zones: Zones
    findings: Findings
    masters: Mapping[str, Component] = field(default_factory=dict)
    """The events of the file that are no changes, by their identifiers."""
    needs_no_start: bool = False
    uid: str = ""
    _usual: "EventReader | None" = None
    """The series, of a change that says no start."""

    def read(self) -> Event | None:
        """Return the event; None, and a finding, where it has no start or its rule is a bomb."""
        self.uid = read_text(self.component.value("UID")).strip()
        self._say_twice()
        start = self._moment("DTSTART") or self._usual_start()
        if start is None and self.needs_no_start:
            return self._described(Event(self.uid, _NEVER, _DAY, sequence=self._sequence(), dated=False))
        if start is None:
            self._found(
                Severity.REFUSED, mark("The event “{title}” has no start and was left out."), title=self._title()
            )
            return None
        try:
            event = self._dated(start)
        except TooOften as exc:
            self._found(
                Severity.REFUSED,
                mark("The event “{title}” repeats more than once an hour (“{rule}”) and was left out."),
                title=self._title(),
                rule=exc,
            )
            return None
        return self._described(event)

    def _usual_start(self) -> Moment | None:
        """Return when a change is that says no start: as its series has it (RFC 5546 §3.2.5 lets it do so)."""
        reference = self._moment("RECURRENCE-ID")
        if reference is None:
            return None
        if not self.needs_no_start:
            sentence = mark("A change of “{title}” says no start; it is at its usual time.")
            self._found(Severity.REPAIRED, sentence, title=self._title())
        master = self.masters.get(self.component.value("UID"))
        if master is None:
            return reference
        self._usual = EventReader(master, self.zones, Findings())
        start = self._usual._moment("DTSTART")
        return reference if start is None else self._like(reference, start)

    def _say_twice(self) -> None:
        for name in _ONCE:
            lines = [*self.component.all(name)]
            for line in lines[1:]:
                if line.raw != lines[0].raw:
                    sentence = mark("The event “{title}” says {name} twice; “{value}” was left out.")
                    self._found(Severity.DROPPED, sentence, line, title=self._title(), name=name, value=line.value)

    def _dated(self, start: Moment) -> Event:
        length, exact = self._length(start)
        reference = self.component.first("RECURRENCE-ID")
        recurrence_id = self._moment("RECURRENCE-ID") if reference else None
        changed = recurrence_id is not None
        # Outlook and Evolution repeat the rule in a changed occurrence, where it means nothing (§3.8.4.4).
        return Event(
            self.uid,
            start,
            length,
            exact,
            recurrence_id,
            onwards=reference is not None and reference.parameter("RANGE").upper() == "THISANDFUTURE",
            sequence=self._sequence(),
            rules=() if changed else self._rules(start),
            extras=() if changed else tuple(self._extras(start)),
            excluded=() if changed else tuple(self._excluded(start)),
            unless=() if changed else self._rules(start, "EXRULE"),
            line=self.component.number,
        )

    def _described(self, event: Event) -> Event:
        value, text = self.component.value, self._text
        status = value("STATUS").upper()
        self._say_unknown_parts()
        return replace(
            event,
            summary=text("SUMMARY"),
            description=text("DESCRIPTION"),
            location=text("LOCATION"),
            url=value("URL"),
            call=next((found for name in _CALLS if (found := value(name))), ""),
            categories=tuple(word for line in self.component.all("CATEGORIES") for word in read_texts(line.value)),
            status=EventStatus(status) if status in [known.value for known in EventStatus] else EventStatus.CONFIRMED,
            busy=value("TRANSP").upper() != "TRANSPARENT",
            private=value("CLASS").upper() in ("PRIVATE", "CONFIDENTIAL"),
            organizer=next(filter(None, map(read_person, self.component.all("ORGANIZER"))), None),
            attendees=tuple(filter(None, map(read_person, self.component.all("ATTENDEE")))),
            alarms=tuple(
                reminder
                for alarm in self.component.within("VALARM")
                if (reminder := read_alarm(alarm, self.uid, self.zones, self.findings)) is not None
            ),
            attachments=tuple(self._attachments()),
            updated=self._instant(*_UPDATED),
            stamped=self._instant("DTSTAMP"),
            others=tuple(line for line in self.component.lines if line.name not in _UNDERSTOOD),
        )

    def _say_unknown_parts(self) -> None:
        for part in self.component.components:
            if part.name != "VALARM":
                sentence = mark("A part “{name}” inside of the event “{title}” was left out.")
                self._found(Severity.DROPPED, sentence, name=part.name, title=self._title())

    def _instant(self, *names: str) -> datetime | None:
        for line in filter(None, map(self.component.first, names)):
            try:
                return read_moment(line.value, line, self.zones).utc(self.zones.default)
            except (BadValue, OverflowError):
                continue
        return None

    def _attachments(self) -> Iterator[str]:
        for line in self.component.all("ATTACH"):
            if line.parameter("ENCODING"):
                self._found(
                    Severity.DROPPED,
                    mark("A file inside of the event “{title}” was left out."),
                    line,
                    title=self._title(),
                )
            else:
                yield line.value

    def _length(self, start: Moment) -> tuple[timedelta, bool]:
        """Return how long the event is, and whether that is exact (an end) or of the clock (a duration)."""
        least = _DAY if start.clock is None else timedelta()
        end = self._moment("DTEND") if self.component.first("DTEND") else None
        line = self.component.first("DURATION")
        if end is not None:
            length = self._until(start, end, least)
            self._compare(line, length)
            return length, start.clock is not None
        if line is None:
            return (least, False) if self._usual is None else self._usual._length(start)
        try:
            length = read_duration(line.value)
        except BadValue:
            length = -_DAY
        if length < timedelta() or (start.clock is None and length < _DAY):
            self._left_out(line, mark("The duration “{value}” cannot be and was left out."))
            return least, False
        return (timedelta(days=length.days) if start.clock is None else length), False

    def _compare(self, line: ContentLine | None, length: timedelta) -> None:
        """Say that a duration beside an end, which forbids it (§3.6.1), is not what the end says."""
        try:
            differs = line is not None and read_duration(line.value) != length
        except BadValue:
            differs = True
        if line is not None and differs:
            self._left_out(line, mark("The event has an end: its duration “{value}” says otherwise and was left out."))

    def _until(self, start: Moment, end: Moment, least: timedelta) -> timedelta:
        line = self.component.first("DTEND")
        assert line is not None
        last = day_of(end, self.zones.default)
        if start.clock is None and last == start.day:
            # Invalid, and common: the day itself is meant (§3.6.1).
            self._found(
                Severity.REPAIRED,
                mark("The event ends on the day on which it starts; it was read as that one day."),
                line,
            )
            return _DAY
        if start.clock is None:
            length = timedelta(days=(last - start.day).days)
        elif end.clock is None:
            # An end in days of an event in hours: its midnight.
            length = Moment(end.day, start.clock.min, start.zone).utc(self.zones.default) - start.utc(
                self.zones.default
            )
        else:
            # An end that names no zone is where the start is.
            there = replace(end, zone=end.zone or start.zone)
            length = there.utc(self.zones.default) - start.utc(self.zones.default)
        if length < least:
            self._left_out(line, mark("The end “{value}” is before the start and was left out."))
            return least
        return length

    def _rules(self, start: Moment, name: str = "RRULE") -> tuple[Rule, ...]:
        reader = RuleReader(self.findings, self.zones, self.uid, start)
        return tuple(rule for line in self.component.all(name) if (rule := reader.read(line)) is not None)

    def _extras(self, start: Moment) -> Iterator[Extra]:
        for line in self.component.all("RDATE"):
            for text in read_list(line.value):
                try:
                    moment, length = (
                        read_period(text, line, self.zones)
                        if "/" in text
                        else (read_moment(text, line, self.zones), None)
                    )
                except (BadValue, OverflowError):
                    self._left_out(line, mark("The extra date “{value}” is none and was left out."), text)
                    continue
                yield Extra(self._like(moment, start), length)

    def _excluded(self, start: Moment) -> Iterator[Moment]:
        for line in self.component.all("EXDATE"):
            for text in read_list(line.value):
                try:
                    # Of a period, its start.
                    moment = read_moment(text.partition("/")[0], line, self.zones)
                    yield Moment(day_of(moment, self.zones.default)) if start.clock is None else moment
                except BadValue:
                    self._left_out(line, mark("The excluded date “{value}” is none and was left out."), text)

    def _like(self, moment: Moment, start: Moment) -> Moment:
        """Return an extra date of the kind that its event has: a day of whole days, at its hour and in its zone."""
        if start.clock is None:
            return Moment(day_of(moment, self.zones.default))
        return Moment(moment.day, moment.clock or start.clock, moment.zone or start.zone)

    def _moment(self, name: str) -> Moment | None:
        line = self.component.first(name)
        if line is None:
            return None
        try:
            moment = read_moment(line.value, line, self.zones)
            moment.utc(self.zones.default)
        except (BadValue, OverflowError):
            self._left_out(line, mark("“{value}” is no date and was left out."))
            return None
        return self._whole(moment) if name in ("DTSTART", "DTEND") else moment

    def _whole(self, moment: Moment) -> Moment:
        """Return the day of a midnight, where Outlook says that whole days are meant (MS-OXCICAL)."""
        if moment.clock is None or self.component.value("X-MICROSOFT-CDO-ALLDAYEVENT").upper() != "TRUE":
            return moment
        if moment.clock == time():
            return Moment(moment.day)
        day = day_of(moment, self.zones.default)
        return Moment(day) if day != moment.day else moment

    def _sequence(self) -> int:
        value = self.component.value("SEQUENCE")
        number = int(value) if value.isascii() and value.isdecimal() and len(value) <= _MOST_DIGITS else 0
        return number if number <= MOST_SEQUENCE else 0

    def _text(self, name: str) -> str:
        return read_text(self.component.value(name)).strip()[:_LONGEST_TEXT]

    def _title(self) -> str:
        return self._text("SUMMARY") or self.uid or "?"

    def _left_out(self, line: ContentLine, sentence: str, value: str | None = None) -> None:
        self._found(Severity.DROPPED, sentence, line, value=line.value if value is None else value)

    def _found(self, severity: Severity, sentence: str, line: ContentLine | None = None, **fields: object) -> None:
        number = self.component.number if line is None else line.number
        self.findings.add(severity, sentence, uid=self.uid or None, line=number, **fields)
