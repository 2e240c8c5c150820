"""Which times of a series are no more once its rule is another one (pure)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bots.calendar.recurrence.series import Window
from bots.events.kept.begins import Beginning, begins
from bots.events.kept.meeting import Meeting
from bots.events.kept.sitting import Sitting, sittings

_AHEAD: Final = timedelta(days=400)
"""How far ahead is looked: who comes to a series thinks of no later time."""


@dataclass(frozen=True, slots=True)
class Lost:
    """Times to come that are no more."""

    times: tuple[Sitting, ...]
    instead: bool
    """Whether it takes place at others in their stead: it was moved."""
    left: bool
    """Whether anything of it is still to come."""


def lost(before: Meeting, after: Meeting, now: datetime) -> Lost:
    """Return what of *before* is no more in *after*: the same event with another rule."""
    was, comes = ({_named(each): each for each in _ahead(meeting, now)} for meeting in (before, after))
    gone = tuple(sitting for name, sitting in was.items() if name not in comes)
    return Lost(gone, instead=bool(gone and comes.keys() - was.keys()), left=bool(comes))


def _ahead(meeting: Meeting, now: datetime) -> Iterator[Sitting]:
    found = sittings(meeting, Window(now, now + _AHEAD), meeting.floating)
    return (sitting for sitting in found if sitting.stands and sitting.ends > now)


def _named(sitting: Sitting) -> Beginning:
    return begins(sitting.recurrence, sitting.meeting.floating)
