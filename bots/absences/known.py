"""What may be said in a room of who is away (pure)."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Final

from bots.absences.away import absences
from bots.assistant.dispatch.reading.elsewhere import others, weighs
from bots.assistant.talk.offers.agenda import Absence, Absences
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import Scene
from config.identifiers import UserId


def known(request: Request, people: Collection[UserId] | None, first: date, last: date) -> list[Absence]:
    """Return when *people* of this room, or all of them, are away on these days, the next ones first.

    What somebody has told us alone they have told us so that we tell it: where they are, and a colleague is told.
    """
    return _of(request, [user for user in request.members if people is None or user in people], first, last)


class _Around:
    def around(self, request: Request, first: date, last: date) -> Sequence[Absence]:
        """Return when whoever asks, and those with whom they share a room, are away on these days, the next first."""
        shared = (scene for scene in request.visible if not scene.private)
        people = dict.fromkeys((request.sender, *(user for scene in shared for user in scene.members)))
        return _of(request, [*people], first, last)

    def here(self, request: Request, people: Collection[UserId] | None, first: date, last: date) -> Sequence[Absence]:
        """Return when *people* of this room, or all of them, are away, as far as it may be said here."""
        return known(request, people, first, last)


ABSENCES: Final[Absences] = _Around()


def _of(request: Request, wanted: Sequence[UserId], first: date, last: date) -> list[Absence]:
    found: dict[tuple[UserId, date, date], Absence] = {}
    for scene in _scenes(request):
        for absence in absences(scene, [user for user in wanted if user in scene.members], first, last):
            found.setdefault((absence.person, absence.first, absence.last), absence)
    return sorted(found.values(), key=lambda absence: (absence.first, absence.last, absence.person))


def _scenes(request: Request) -> Iterator[Scene]:
    yield Scene(request.room_id, request.state, request.members, request.now, request.locale, request.zone)
    yield from others(request)
    if weighs(request):
        assistants = {*request.assistants, *request.partners, request.served_by}
        rooms = (scene for scene in request.rooms if scene.room_id != request.room_id)
        yield from (scene for scene in rooms if len(scene.members.keys() - assistants) == 1)
