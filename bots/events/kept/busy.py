"""Whose time an event takes (pure)."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from bots.calendar.event import Answer
from bots.events.kept.record import Meeting
from bots.events.kept.sitting import Sitting
from config.identifiers import UserId


def concerns(meeting: Meeting, people: Collection[UserId]) -> bool:
    """Tell whether one of *people* is expected: they are invited or come, or nobody in particular is."""
    given = [meeting.answers[user].answer for user in people if user in meeting.answers]
    if Answer.DECLINED in given:
        return False
    return bool(given) or not meeting.invited or any(user in meeting.invited for user in people)


def takes(sitting: Sitting, person: UserId) -> bool:
    """Tell whether *person* has no time for anything else then.

    A whole day without anybody invited is a fair or somebody's leave: it keeps only those who have said that they come.
    """
    meeting, event = sitting.meeting, sitting.occurrence.event
    if not sitting.stands or not event.busy or not concerns(meeting, (person,)):
        return False
    return not event.whole_days or person in meeting.invited or person in meeting.answers


def takes_any(sitting: Sitting, people: frozenset[UserId]) -> bool:
    """Tell whether it :func:`takes` the time of any of *people*, without asking for one after the other."""
    meeting, event = sitting.meeting, sitting.occurrence.event
    if not sitting.stands or not event.busy:
        return False
    if meeting.answers:
        return any(takes(sitting, person) for person in people)
    return not people.isdisjoint(meeting.invited) if meeting.invited else not event.whole_days


@dataclass(frozen=True, slots=True)
class Clash:
    """Two times that somebody would have to be in two places: *people* are expected at *sitting* too."""

    sitting: Sitting
    people: tuple[UserId, ...]


def clashes(found: Iterable[Sitting], people: Collection[UserId], start: datetime, stop: datetime) -> Iterator[Clash]:
    """Yield which of *found* take the time of which of *people* between *start* and *stop*."""
    for sitting in found:
        if sitting.begins < stop and start < sitting.ends:
            taken = tuple(person for person in people if takes(sitting, person))
            if taken:
                yield Clash(sitting, taken)
