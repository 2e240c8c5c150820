"""When what a followed calendar holds takes place: all that leaves the process which reads it (pure).

Not the events: somebody else's rules are worked out there, within bounds, and here is nothing left to be worked out.
"""

import json
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from bots.assistant.words.lenient import line
from bots.calendar.event import Calendar, Event, EventStatus
from bots.calendar.format.findings import Findings, Unreadable
from bots.calendar.format.values import Moment
from bots.calendar.format.zones import UTC_ZONE, Zone
from bots.calendar.reading import read_calendar
from bots.calendar.recurrence.expanding import Limit, expand
from bots.calendar.recurrence.series import Occurrence, Window
from bots.events.kept.kinds import MAX_PLACE

BACK, AHEAD = timedelta(days=92), timedelta(days=800)
"""How far it is worked out: it is read again long before that is over."""
MOST: Final = 20_000
_MOST_TITLE: Final = 300
_MOST_UID: Final = 200
_MOST_NAME: Final = 80
_MOST_REFRESH: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Timetable:
    """What was read: *occurrences* by start, and how the calendar calls itself.

    *refresh*: after how long its maker wants it read again, in seconds; 0 where it does not say. *left* tells how many
    occurrences are too many; *lost* how many things could not be read.
    """

    occurrences: tuple[Occurrence, ...] = ()
    name: str = ""
    refresh: int = 0
    left: int = 0
    lost: int = 0
    readable: bool = True

    def dumped(self) -> bytes:
        """Return it as JSON."""
        facts = {"name": self.name, "refresh": self.refresh, "left": self.left, "lost": self.lost}
        rows = [_row(occurrence) for occurrence in self.occurrences]
        return json.dumps({**facts, "readable": self.readable, "rows": rows}, ensure_ascii=False).encode()

    @classmethod
    def loaded(cls, data: bytes) -> "Timetable":
        """Return what :meth:`dumped` has written; raises ValueError for anything else."""
        try:
            raw: Any = json.loads(data)
            refresh, left, lost = (int(raw[name]) for name in ("refresh", "left", "lost"))
            rows = tuple(_occurrence(row) for row in raw["rows"][:MOST])
            return cls(rows, line(raw["name"], _MOST_NAME), refresh, left, lost, readable=bool(raw["readable"]))
        except (KeyError, TypeError, IndexError, OverflowError, RecursionError) as exc:
            raise ValueError("no timetable") from exc

    def between(self, start: datetime, stop: datetime) -> Iterator[Occurrence]:
        """Yield what takes place from *start* until *stop*."""
        for occurrence in self.occurrences[: bisect_left(self.occurrences, stop, key=_begins)]:
            if occurrence.ends > start or occurrence.begins >= start:
                yield occurrence


def _begins(occurrence: Occurrence) -> datetime:
    return occurrence.begins


def read_timetable(data: bytes, zone: Zone, now: datetime, limit: Limit) -> Timetable:
    """Return when what the file *data* holds takes place; *zone* is where its times are that name none."""
    findings = Findings()
    try:
        calendar = read_calendar(data, zone, findings)
        found = expand(calendar, Window(now - BACK, now + AHEAD), findings, limit)
    except Unreadable:
        return Timetable(readable=False)
    lost = sum(finding.severity in ("dropped", "refused") for finding in findings) + findings.more
    left = max(len(found) - MOST, 0)
    return Timetable(tuple(found[:MOST]), calendar.name, _refresh(calendar), left, lost)


def _refresh(calendar: Calendar) -> int:
    return round(min(calendar.refresh, _MOST_REFRESH).total_seconds()) if calendar.refresh is not None else 0


def is_whole(data: bytes) -> bool:
    """Tell whether a calendar that was read over the network ends as calendars do: half of one is none."""
    return data.rstrip()[-13:].upper() == b"END:VCALENDAR"


def _row(occurrence: Occurrence) -> list[object]:
    event, whole = occurrence.event, occurrence.start.clock is None
    days = [occurrence.start.day.isoformat(), occurrence.last_day.isoformat()] if whole else ["", ""]
    times = [round(occurrence.begins.timestamp()), round(occurrence.ends.timestamp())]
    said = [event.summary[:_MOST_TITLE], event.location[:MAX_PLACE], event.status.value, event.busy]
    return [event.uid[:_MOST_UID], *times, *days, *said]


def _occurrence(row: Sequence[Any]) -> Occurrence:
    uid, first, last, day, last_day, title, place, status, busy = row
    begins, ends = datetime.fromtimestamp(int(first), UTC), datetime.fromtimestamp(int(last), UTC)
    start = Moment(date.fromisoformat(day)) if day else Moment(begins.date(), begins.time(), UTC_ZONE)
    until = date.fromisoformat(last_day) if day else ends.date()
    event = Event(
        str(uid),
        start,
        until - start.day if day else ends - begins,
        summary=line(title, _MOST_TITLE),
        location=line(place, MAX_PLACE),
        status=EventStatus(status),
        busy=busy is True,
    )
    return Occurrence(event, start, begins, ends, until)
