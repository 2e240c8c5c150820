"""How events are found by words, people and days, for the look-up (pure)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import islice
from typing import Final

from bots.assistant.talk.markup import Rich
from bots.assistant.talk.offers.finding import Finder, Found, Lines, Wanted, WantedState
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import Scene
from bots.assistant.words.objects.searched import hits, searched
from bots.events.kept.busy import concerns, invites
from bots.events.kept.kinds import KIND
from bots.events.kept.meeting import Meeting
from bots.events.kept.sitting import Sitting
from bots.events.talk.facts import agenda_of
from bots.events.talk.kind import EVENT
from bots.events.talk.schedule import showing
from bots.events.talk.schedule.showing import Placed
from bots.items.board import Board
from bots.items.finding import line
from bots.items.saying import echo
from config.identifiers import UserId

_WORDS: Final = searched(KIND, ("title", "location"), ("categories",))
_AHEAD: Final = timedelta(days=92)
_MOST: Final = 30
_NO_HITS: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class _Events(Lines):
    """Finds events by their next time, or by each of their times within the span that is asked about."""

    kind: str = KIND
    nouns: frozenset[str] = frozenset(
        {"reunion", "reunions", "evenement", "evenements", "rdv", "rendez-vous", "agenda", "calendrier"}
        | {"meeting", "meetings", "event", "events", "appointment", "appointments", "calendar"}
    )
    called: tuple[str, str] = ("agenda", "agenda")
    icon: str = "📅"

    def find(self, request: Request, scene: Scene, wanted: Wanted) -> Iterator[Found]:
        """Yield those that fit; nothing that takes place is late."""
        if wanted.state is WantedState.LATE:
            return
        found = hits(scene.state.view(_WORDS), wanted.words) if wanted.words else None
        for sitting in _sittings(scene, wanted, found):
            over = sitting.ends <= scene.now or not sitting.stands
            if _is_theirs(sitting, wanted.people) and (
                wanted.state is WantedState.ANY or over is (wanted.state is WantedState.DONE)
            ):
                draw = partial(_told, request, Placed(scene, sitting))
                known = _NO_HITS if found is None else found.get(sitting.meeting.id, _NO_HITS)
                yield Found((KIND, sitting.meeting.id), draw, known, sitting.begins, over=over)
        if found is not None and wanted.span is None and wanted.state is not WantedState.OPEN:
            yield from _past(request, scene, wanted, found)

    def whole(self, request: Request, object_id: str) -> Rich | None:
        """Return it with who comes."""
        item = Board(EVENT, request.state).get(object_id)
        return None if item is None else echo.shown(request, item)


FINDER: Final[Finder] = _Events()


def _sittings(scene: Scene, wanted: Wanted, found: Mapping[str, frozenset[str]] | None) -> list[Sitting]:
    agenda = agenda_of(scene, scene.state)
    if wanted.span is not None:
        there = agenda.between(wanted.span.start, wanted.span.stop)
        return [sitting for sitting in there if found is None or sitting.meeting.id in found]
    if found is not None:
        return agenda.upcoming(set(found), scene.now, _MOST)
    coming = agenda.first_between(scene.now, scene.now + _AHEAD, _MOST)[0]
    return [sitting for sitting in coming if sitting.stands]


def _past(request: Request, scene: Scene, wanted: Wanted, found: Mapping[str, frozenset[str]]) -> Iterator[Found]:
    """Yield those that are over, by their words."""
    agenda, board = agenda_of(scene, scene.state), Board(EVENT, scene.state)
    meetings = [
        meeting for event_id in found if (meeting := agenda.get(event_id)) is not None and not meeting.withdrawn
    ]
    over = (meeting for meeting in _latest(meetings) if agenda.next(meeting.id, scene.now) is None)
    for meeting in islice(over, _MOST):
        item = board.get(meeting.id)
        if item is not None and wanted.is_of((*meeting.invited, *meeting.answers, meeting.creator)):
            yield Found((KIND, meeting.id), partial(line, request, scene, item), found[meeting.id], over=True)


def _latest(meetings: Iterable[Meeting]) -> list[Meeting]:
    return sorted(meetings, key=lambda meeting: (meeting.event.start.day, meeting.id), reverse=True)


def _told(request: Request, placed: Placed, own: bool) -> Rich:
    return showing.told(request, placed, dated=True, own=own)


def _is_theirs(sitting: Sitting, people: frozenset[UserId]) -> bool:
    """Tell whether it concerns one of *people*: whoever invites others is there, too, unless they say otherwise."""
    return not people or invites(sitting, people) or concerns(sitting, people)
