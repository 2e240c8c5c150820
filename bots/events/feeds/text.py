"""What stands in a feed: the events that its author could read, or only when there is no time (pure)."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from bots.calendar.event import Calendar, Event, EventStatus
from bots.calendar.format.lines import ContentLine
from bots.calendar.format.values import Moment, stamp
from bots.calendar.format.zones import UTC_ZONE, Zone
from bots.calendar.recurrence.busy import Busy, busy
from bots.calendar.recurrence.series import Window
from bots.calendar.writing import written
from bots.events.ics.exporting import calendar_of, seen
from bots.events.kept.busy import concerns, concerns_ever
from bots.events.kept.meeting import Meeting
from bots.events.kept.sitting import sittings
from bots.register.replica.state import State
from config.identifiers import RoomId, UserId

REFRESH: Final = timedelta(minutes=30)
"""After how long applications are asked to look again: most take longer than they are asked to."""
MANY: Final = 5_000
"""Of so many events those that have been over for a year are left out: applications read a feed whole, each time."""
_OVER: Final = timedelta(days=366)
_BACK, _AHEAD = timedelta(days=31), timedelta(days=400)
_UNSTAMPED: Final = datetime(1970, 1, 1, tzinfo=UTC)
_STAMP: Final = f"\r\nDTSTAMP:{stamp(_UNSTAMPED)}\r\n".encode()


@dataclass(frozen=True, slots=True)
class RoomEvents:
    """The events of one room that somebody may have: those that they could read."""

    room_id: RoomId
    members: Mapping[UserId, str | None]
    meetings: tuple[Meeting, ...]


def readable(meetings: Iterable[Meeting], state: State, since: int) -> Iterator[Meeting]:
    """Yield those of *meetings*, as far as all of it was written since the clock *since*, which was not taken back."""
    return (found for meeting in meetings if not meeting.withdrawn and (found := seen(state, meeting, since)))


def full(sources: Sequence[RoomEvents], zone: Zone, name: str, now: datetime, *, of: UserId | None) -> bytes:
    """Return the feed of *sources* as a file, not stamped; *of*: only what concerns this person."""
    parts = [calendar_of(_kept(source, zone, now, of), zone, source.members, of) for source in sources]
    events = tuple(_told_apart([(source.room_id, part.events) for source, part in zip(sources, parts, strict=True)]))
    defined = {label: lines for part in parts for label, lines in part.defined.items()}
    return _file(Calendar(events, zone, name, defined=defined))


def _kept(source: RoomEvents, zone: Zone, now: datetime, of: UserId | None) -> list[Meeting]:
    found = [meeting for meeting in source.meetings if of is None or concerns_ever(meeting, of)]
    if len(found) > MANY:
        found = [meeting for meeting in found if not _is_over(meeting, zone, now - _OVER)]
    return sorted(found, key=lambda meeting: (meeting.number, meeting.id))


def _is_over(meeting: Meeting, zone: Zone, before: datetime) -> bool:
    event = meeting.event
    if event.repeats or meeting.changes:
        return False
    try:
        return event.start.utc(zone) + event.length < before
    except OverflowError:
        return False


def _told_apart(parts: Iterable[tuple[RoomId, tuple[Event, ...]]]) -> Iterator[Event]:
    """Yield all events: one that two rooms have imported gets a UID of its own in the second."""
    taken: set[str] = set()
    for room_id, events in parts:
        again = taken & {event.uid for event in events}
        taken |= {event.uid for event in events}
        for event in events:
            yield event.renamed(str(uuid5(NAMESPACE_URL, f"{room_id} {event.uid}"))) if event.uid in again else event


def occupied(sources: Sequence[RoomEvents], zone: Zone, said: str, now: datetime, *, of: UserId | None) -> bytes:
    """Return when there is no time, as a file, not stamped: events that say *said* and nothing else.

    Not VFREEBUSY: applications that subscribe show none.
    """
    window = Window(_midnight(now) - _BACK, _midnight(now) + _AHEAD)
    found = (
        sitting.occurrence
        for source in sources
        for meeting in source.meetings
        if meeting.stands and (of is None or concerns_ever(meeting, of))
        for sitting in sittings(meeting, window, zone)
        if sitting.stands and (of is None or concerns(sitting, (of,)))
    )
    return _file(Calendar(tuple(_span(span, said) for span in busy(found)), zone, said))


def _midnight(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _span(span: Busy, said: str) -> Event:
    start = Moment(span.start.date(), span.start.time().replace(tzinfo=None), UTC_ZONE)
    # Of the time alone: a UID of an event's own would tell which one it is.
    uid = hashlib.sha256(f"{stamp(span.start)}/{stamp(span.stop)} {span.kind}".encode()).hexdigest()[:32]
    sure = span.kind == "BUSY"
    shown = ContentLine("", {}, "", 0, f"X-MICROSOFT-CDO-BUSYSTATUS:{'BUSY' if sure else 'TENTATIVE'}")
    status = EventStatus.CONFIRMED if sure else EventStatus.TENTATIVE
    return Event(uid, start, span.stop - span.start, summary=said, status=status, others=(shown,))


def _file(calendar: Calendar) -> bytes:
    return written(calendar, _UNSTAMPED, refresh=REFRESH)


def stamped(calendar: bytes, at: datetime) -> bytes:
    """Return what :func:`full` or :func:`occupied` made, stamped: the same events are the same text but for that."""
    return calendar.replace(_STAMP, f"\r\nDTSTAMP:{stamp(at)}\r\n".encode())
