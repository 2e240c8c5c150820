"""What a calendar file holds, as fields of the register: all that leaves the process which reads it (pure)."""

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from bots.calendar.event import Calendar, Event
from bots.calendar.format.contentline import moment_line
from bots.calendar.format.findings import Finding, Findings, Severity, Unreadable
from bots.calendar.format.values import Moment
from bots.calendar.format.zones import Zone
from bots.calendar.reading import read_calendar
from bots.calendar.recurrence.expanding import Limit, expand
from bots.calendar.recurrence.series import Window, series_of
from bots.events.kept.wire import fields_of, when_of
from bots.register.format.canonical import Json, encode
from bots.when.moments import in_ms
from config.texts import mark

MOST: Final = 2_000
"""Events that are taken in at once."""
_MOST_BYTES: Final = 25_000
"""Of the fields of one event: more does not fit an operation, with all that stands around it."""
_AT_ONCE: Final = 100
_SECONDS: Final = 4.0
_BACK, _AHEAD = timedelta(days=366), timedelta(days=800)


@dataclass(frozen=True, slots=True)
class FileEvent:
    """An event of a file: its fields, and what its changed occurrences say otherwise, by their RECURRENCE-ID."""

    uid: str
    fields: Mapping[str, Json]
    changes: Mapping[str, Mapping[str, Json]]
    recurrence: str = ""
    """Of one occurrence whose series the file does not hold: which one it is."""
    updated: int | None = None
    """When it was last changed where it comes from, in ms since the epoch; None where the file does not say."""

    @property
    def name(self) -> str:
        """What tells it apart in a room."""
        return f"{self.uid}\n{self.recurrence}" if self.recurrence else self.uid


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """A file that was read: its events, what is to be said of it, and how many findings more there were."""

    entries: tuple[FileEvent, ...]
    findings: tuple[Finding, ...]
    more: int = 0
    name: str = ""
    readable: bool = True
    """Whether the file is a calendar at all; else the last finding says why it is none."""
    method: str = ""
    """What it asks (RFC 5546); nothing in a plain file."""

    def dumped(self) -> bytes:
        """Return it as JSON."""
        found = {
            "entries": [
                [entry.uid, entry.fields, entry.changes, entry.recurrence, entry.updated] for entry in self.entries
            ],
            "findings": [[each.severity, each.sentence, each.fields, each.uid, each.line] for each in self.findings],
            "more": self.more,
            "name": self.name,
            "readable": self.readable,
            "method": self.method,
        }
        return json.dumps(found).encode()

    @classmethod
    def loaded(cls, data: bytes) -> "CalendarFile":
        """Return what :meth:`dumped` has written; raises ValueError for anything else."""
        try:
            raw: Any = json.loads(data)
            entries = tuple(FileEvent(*row) for row in raw["entries"])
            findings = tuple(Finding(Severity(severity), *rest) for severity, *rest in raw["findings"])
            return cls(entries, findings, int(raw["more"]), str(raw["name"]), bool(raw["readable"]), str(raw["method"]))
        except (KeyError, TypeError, RecursionError) as exc:
            raise ValueError("no sheet") from exc


def read_sheet(data: bytes, zone: Zone, now: datetime, limit: Limit) -> CalendarFile:
    """Return what the file *data* holds; *zone* is where its times are that name none."""
    findings = Findings()
    try:
        calendar = read_calendar(data, zone, findings)
    except Unreadable as exc:
        return CalendarFile((), (*findings, exc.finding), findings.more, readable=False)
    _tried(calendar, now, findings, limit)
    entries = tuple(_fitting(_entries(calendar, zone), findings))
    return CalendarFile(entries, tuple(findings), findings.more, calendar.name, method=calendar.method)


def _tried(calendar: Calendar, now: datetime, findings: Findings, limit: Limit) -> None:
    """Work out when the events take place, so that what falls on no day, or takes too long, is told at once."""
    began = time.process_time()
    for start in range(0, min(len(calendar.events), MOST), _AT_ONCE):
        some = replace(calendar, events=calendar.events[start : start + _AT_ONCE])
        expand(some, Window(now - _BACK, now + _AHEAD), findings, limit)
        if time.process_time() - began > _SECONDS:
            return


def _fitting(entries: Iterator[FileEvent], findings: Findings) -> Iterator[FileEvent]:
    for count, entry in enumerate(entries):
        title = entry.fields["title"]
        if count >= MOST:
            findings.add(
                Severity.REFUSED, mark("“{title}” was left out: I take {most} events at once."), title=title, most=MOST
            )
        elif len(encode(dict(entry.fields))) > _MOST_BYTES:
            findings.add(
                Severity.REFUSED,
                mark("“{title}” was left out: it says more than I can keep of one event."),
                title=title,
            )
        else:
            yield entry


def _entries(calendar: Calendar, zone: Zone) -> Iterator[FileEvent]:
    for series in series_of(_placed(calendar, event, zone) for event in calendar.events):
        if series.master is None:
            for event in series.changed:
                yield FileEvent(
                    event.uid, _fields(event, zone, calendar), {}, _recurrence(event), _updated(event, calendar.method)
                )
            continue
        master = series.master
        fields = _fields(master, zone, calendar)
        changes = {_recurrence(event): _differing(event, master, fields, zone, calendar) for event in series.changed}
        newest = max(
            filter(None, (_updated(event, calendar.method) for event in (master, *series.changed))), default=None
        )
        yield FileEvent(master.uid, fields, changes, updated=newest)


def _placed(calendar: Calendar, event: Event, zone: Zone) -> Event:
    """Return *event* with the file's own zone at times that name none, where that is not the room's."""
    if calendar.floating == zone or event.whole_days:
        return event

    def placed(moment: Moment) -> Moment:
        floats = moment.clock is not None and moment.zone is None
        return Moment(moment.day, moment.clock, calendar.floating) if floats else moment

    return replace(
        event,
        start=placed(event.start),
        recurrence_id=None if event.recurrence_id is None else placed(event.recurrence_id),
        extras=tuple(replace(extra, start=placed(extra.start)) for extra in event.extras),
        excluded=tuple(map(placed, event.excluded)),
    )


def _fields(event: Event, zone: Zone, calendar: Calendar) -> dict[str, Json]:
    return {name: value for name, value in fields_of(event, zone, calendar.defined).items() if value is not None}


def _updated(event: Event, method: str) -> int | None:
    said = event.stamped if method == "REPLY" else event.updated
    return None if said is None else in_ms(said)


def _recurrence(event: Event) -> str:
    assert event.recurrence_id is not None
    return moment_line("RECURRENCE-ID", event.recurrence_id)


def _differing(
    event: Event, master: Event, fields: Mapping[str, Json], zone: Zone, calendar: Calendar
) -> dict[str, Json]:
    """Return what a changed occurrence says otherwise than its series; None for what it no longer says."""
    assert event.recurrence_id is not None
    own = fields_of(event, zone, calendar.defined)
    found = {name: value for name, value in own.items() if value != fields.get(name)}
    for name in ("rule", "when"):
        found.pop(name, None)
    moved = event.start.utc(zone) != event.recurrence_id.utc(zone) or event.whole_days != master.whole_days
    if moved or (event.length, event.exact) != (master.length, master.exact):
        found["when"] = when_of(event, zone)
    if event.onwards:
        found["onwards"] = True
    return found
