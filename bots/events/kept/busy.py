"""Whose time an event takes (pure)."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from bots.calendar.event import Answer
from bots.events.kept.meeting import Meeting, Rsvp
from bots.events.kept.sitting import Sitting
from config.identifiers import UserId


def concerns(sitting: Sitting, people: Collection[UserId]) -> bool:
    """Tell whether one of *people* is expected: they are invited or come, or nobody in particular is."""
    return _expects(sitting.meeting, sitting.answers, people)


def concerns_all(meeting: Meeting, person: UserId) -> bool:
    """Tell whether *person* is expected at a whole event, whatever they say of single times of it."""
    return _expects(meeting, meeting.answers, (person,))


def concerns_ever(meeting: Meeting, person: UserId) -> bool:
    """Tell whether *person* is expected at a whole event, or at a single time of it."""
    given = [once.answers[person].answer for once in meeting.once.values() if person in once.answers]
    return concerns_all(meeting, person) or any(answer is not Answer.DECLINED for answer in given)


def _expects(meeting: Meeting, answers: Mapping[UserId, Rsvp], people: Collection[UserId]) -> bool:
    given = [answers[user].answer for user in people if user in answers]
    if Answer.DECLINED in given:
        return False
    return bool(given) or not meeting.invited or any(user in meeting.invited for user in people)


def takes(sitting: Sitting, person: UserId) -> bool:
    """Tell whether *person* has no time for anything else then.

    A whole day without anybody invited is a fair or somebody's leave: it keeps only those who have said that they come.
    """
    meeting, event = sitting.meeting, sitting.occurrence.event
    if not sitting.stands or not event.busy or not concerns(sitting, (person,)):
        return False
    return not event.whole_days or person in meeting.invited or person in sitting.answers


def invites(sitting: Sitting, people: Collection[UserId]) -> bool:
    """Tell whether one of *people* has made an event with others invited, and has not answered it themselves."""
    meeting = sitting.meeting
    return meeting.creator in people and bool(meeting.invited) and meeting.creator not in sitting.answers


def hosts(sitting: Sitting, people: Collection[UserId]) -> bool:
    """Tell whether one of *people* has invited others to it: they may be there, too, unless they have said otherwise.

    A secretary also invites others to what is theirs alone: it takes nobody's time who looks for a time.
    """
    return invites(sitting, people) and sitting.stands and sitting.occurrence.event.busy


def takes_any(sitting: Sitting, people: frozenset[UserId]) -> bool:
    """Tell whether it :func:`takes` the time of any of *people*, without asking for one after the other."""
    meeting, event = sitting.meeting, sitting.occurrence.event
    if not sitting.stands or not event.busy:
        return False
    if meeting.answers or meeting.once:
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
