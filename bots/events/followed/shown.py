"""What the followed calendars of the rooms that somebody sees hold, as ``agenda`` shows it (pure)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from bots.assistant.talk.request import Request
from bots.calendar.event import Event
from bots.calendar.recurrence.series import Occurrence
from bots.events.followed.source import FollowedCalendar
from bots.events.followed.timetable import Timetable
from bots.events.kept.meeting import Meeting
from bots.events.kept.sitting import Sitting
from config.identifiers import RoomId

NAME: Final = "followed"
"""Under which they are kept (``Needs.kept``)."""


@dataclass(frozen=True, slots=True)
class CalendarReading:
    """A source, what was read of it, and how that goes: *read* and *failing* are ms since the epoch, 0 for never."""

    source: FollowedCalendar
    timetable: Timetable = field(default_factory=Timetable)
    read: int = 0
    failing: int = 0
    why: str = ""


@dataclass(frozen=True, slots=True)
class Followed:
    """The readings of some rooms."""

    rooms: Mapping[RoomId, Sequence[CalendarReading]] = field(default_factory=dict)

    def of(self, room_id: RoomId) -> Sequence[CalendarReading]:
        """Return those of one room."""
        return self.rooms.get(room_id, ())

    def between(self, room_id: RoomId, start: datetime, stop: datetime) -> Iterator[tuple[FollowedCalendar, Sitting]]:
        """Yield what takes place from *start* until *stop* in what a room follows."""
        for reading in self.of(room_id):
            for occurrence in reading.timetable.between(start, stop):
                yield reading.source, _sitting(reading.source, occurrence)


def _sitting(source: FollowedCalendar, occurrence: Occurrence) -> Sitting:
    event: Event = occurrence.event
    return Sitting(Meeting(source.id, 0, event), occurrence)


def followed(request: Request) -> Followed:
    """Return what *request* was given of followed calendars."""
    found = request.kept.get(NAME)
    return found if isinstance(found, Followed) else Followed()
