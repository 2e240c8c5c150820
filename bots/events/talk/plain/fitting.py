"""Which events to come are called so, in the rooms of which may be told here (pure)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Final

from bots.assistant.dispatch.reading import elsewhere
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import Scene
from bots.events.kept.book import Book
from bots.events.kept.meeting import Meeting
from bots.events.kept.sitting import Sitting
from bots.events.talk.facts import agenda_of
from bots.events.talk.schedule import showing
from bots.events.words.plain.named import GENERIC, NamedEvent
from bots.events.words.plain.remarked import EventAct

MOST: Final = 9
"""Events that are asked about at once, or told of."""
_AHEAD: Final = timedelta(days=60)
_LOOKED_BACK: Final = timedelta(days=2)
_MOST_READ: Final = 200
"""Times of a span that are looked through."""


@dataclass(frozen=True, slots=True)
class Fitting:
    """An event that is called so, in its room; *sitting* is the time that is meant."""

    scene: Scene
    meeting: Meeting
    sitting: Sitting
    dated: bool
    """Its day was said: of a series, only that time is meant."""


def on(request: Request, start: datetime, stop: datetime) -> Sequence[Sitting]:
    """Return what takes place in this room between two moments."""
    return agenda_of(request, request.state).first_between(start, stop, _MOST_READ)[0]


def fitting_events(request: Request, said: NamedEvent) -> Iterator[Fitting]:
    """Yield the events that are called as is *said*, those of this room first."""
    for scene in elsewhere.readable(request):
        for sitting in _sittings(request, agenda_of(request, scene.state), said):
            if said.hour not in (None, sitting.begins.astimezone(request.zone).time()):
                continue
            meeting = replace(sitting.meeting, label=showing.label(scene, sitting.meeting))
            yield Fitting(scene, meeting, sitting, said.day is not None or said.days is not None)


def _sittings(request: Request, agenda: Book, said: NamedEvent) -> Sequence[Sitting]:
    """Return the times that are meant: those of the day, else the next of each; of what shall be again, those off."""
    ids = called_so(agenda, said)
    off = said.act is EventAct.REINSTATED
    if ids is not None and said.day is None and said.days is None and not off:
        return agenda.upcoming(ids, request.now, MOST + 1)
    found = agenda.first_between(*within(request, said, off=off), _MOST_READ)[0]
    there = [sitting for sitting in found if sitting.stands is not off and (ids is None or sitting.meeting.id in ids)]
    if said.at is not None:
        there = [sitting for sitting in there if sitting.begins == said.at]
    if said.days is not None:
        # Of several times in a month it is asked which.
        return there[: MOST + 1]
    first: dict[str, Sitting] = {}
    for sitting in there:
        first.setdefault(sitting.meeting.id, sitting)
    return [*first.values()]


def within(request: Request, said: NamedEvent, *, off: bool) -> tuple[datetime, datetime]:
    """Return between which moments is looked; *off*: for one that was cancelled, which may have been lately."""
    if said.day is not None:
        start = datetime.combine(said.day, time(), request.zone).astimezone(UTC)
        return start, start + timedelta(days=1)
    if said.days is not None:
        first, stop = (datetime.combine(day, time(), request.zone) for day in (said.days.first, said.days.stop))
        return max(first.astimezone(UTC), request.now - _LOOKED_BACK), stop.astimezone(UTC)
    return (request.now - _LOOKED_BACK if off else request.now), request.now + _AHEAD


def called_so(agenda: Book, said: NamedEvent) -> frozenset[str] | None:
    """Return the events that are called so, by all words or by those that are no mere « réunion »; None: any."""
    own = [word for word in said.words if word not in GENERIC]
    singular = [word.removesuffix("s") for word in own] if said.whole else []
    for words in (said.words, own, singular):
        found = agenda.titles.saying(words, every=True) if words else []
        if found:
            return frozenset(found)
    anything = not own and (said.day is not None or said.days is not None or not said.words)
    return None if anything else frozenset()
