"""How it is found who is away, and who takes their place, for the look-up (pure)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final

from bots.absences import saying
from bots.absences.kind import NAME
from bots.absences.known import known
from bots.assistant.talk.markup import Rich
from bots.assistant.talk.needing import ROOMS
from bots.assistant.talk.offers.agenda import Absence
from bots.assistant.talk.offers.finding import Finder, Found, Lines, Wanted, WantedState
from bots.assistant.talk.request import Needs, Request
from bots.assistant.talk.scene import Scene

_AHEAD: Final = timedelta(days=60)
_ONE: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class _Absences(Lines):
    """Finds absences by whose they are and when: they have no words."""

    kind: str = NAME
    nouns: frozenset[str] = frozenset(
        {"absence", "absences", "absent", "absente", "absents", "absentes", "conge", "conges", "away"}
        | {"remplace", "remplacent", "remplacera", "remplacer", "remplacant", "remplacante", "suppleant", "deputy"}
    )
    called: tuple[str, str] = ("absences", "absences")
    icon: str = "🏖"

    def needs(self, _: Request) -> Needs:
        """The other rooms: what somebody has said there is said here, too, as far as it may be."""
        return ROOMS

    def find(self, request: Request, scene: Scene, wanted: Wanted) -> Iterator[Found]:
        """Yield who is away, whatever room it stands in: all are looked at with the one in which it is asked."""
        if wanted.words or wanted.state is not WantedState.ANY or scene.room_id != request.room_id:
            return
        today = request.here.date()
        first, last = today, today + _AHEAD
        if wanted.span is not None:
            first = wanted.span.start.astimezone(request.zone).date()
            last = (wanted.span.stop - _ONE).astimezone(request.zone).date()
        for absence in known(request, wanted.people or None, first, last):
            yield Found(absence.key, partial(_line, request, absence), at=absence.first, room_id=absence.room_id)


FINDER: Final[Finder] = _Absences()


def _line(request: Request, absence: Absence, _: bool) -> Rich:
    return saying.row(request, absence)
