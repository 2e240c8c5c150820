"""What takes place that somebody may attend, for other capabilities, which do not know what an event is (pure)."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from bots.assistant.talk.offers.agenda import Dated, Happening, Happenings
from bots.assistant.talk.scene import Scene
from bots.assistant.words.objects.titled import is_titled
from bots.events.kept.busy import concerns
from bots.events.kept.kinds import KIND
from bots.events.kept.sitting import Sitting
from bots.events.talk.facts import agenda_of
from bots.events.talk.schedule import showing
from config.identifiers import UserId

_DAY: Final = timedelta(days=1)
_MOST: Final = 20
"""Events of one room that are found by a title."""


class _Events:
    def of(self, scene: Scene, people: Collection[UserId], first: date, last: date) -> Iterator[Happening]:
        """Yield what takes place on these days: where they invite, are invited or come, or nobody in particular is."""
        start, stop = (datetime.combine(day, time(), scene.zone) for day in (first, last + _DAY))
        for sitting in agenda_of(scene, scene.state).between(start, stop):
            meeting = sitting.meeting
            # Who invites others is there too, unless they have said that they are not.
            theirs = meeting.creator in people and not any(user in sitting.answers for user in people)
            if sitting.stands and (theirs or concerns(sitting, people)):
                yield happening(scene, sitting)

    def titled(self, scene: Scene, words: Sequence[str]) -> Iterator[Happening]:
        """Yield what is still to come and is called so, each event once."""
        agenda = agenda_of(scene, scene.state)
        for sitting in agenda.upcoming(agenda.titles.saying(words, every=False), scene.now, _MOST):
            if is_titled(words, sitting.meeting.title):
                yield happening(scene, sitting)

    def again(self, scene: Scene, object_id: str) -> Happening | None:
        """Return the next time of an event."""
        sitting = agenda_of(scene, scene.state).next(object_id, scene.now)
        return None if sitting is None else happening(scene, sitting)


_EVENTS: Final = _Events()
HAPPENINGS: Final[Happenings] = _EVENTS
DATED: Final[Dated] = _EVENTS


def happening(scene: Scene, sitting: Sitting) -> Happening:
    """Return one time that an event takes place, as others are told of it."""
    event, start = sitting.occurrence.event, sitting.occurrence.start
    begins: date = sitting.begins.astimezone(scene.zone)
    ends: date = sitting.ends.astimezone(scene.zone)
    if start.clock is None:
        begins, ends = start.day, sitting.occurrence.last_day - _DAY
    key, title = (KIND, sitting.meeting.id), event.summary or "…"
    return Happening(scene.room_id, key, title, begins, ends, event.location, showing.label(scene, sitting.meeting))
