"""Who is away when, as the register of a room has it: a view of its state (pure).

Whose word it is: that of the person's own town. What another town's assistant writes of our people, in any field that
counts, is as if nobody had written it.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from bots.absences.kind import ABSENCE, DEPUTY, NAME, WHEN, WHO, Days
from bots.assistant.talk.offers.agenda import Absence
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import Scene
from bots.items.reading import read
from bots.register.replica.object import Object
from bots.register.replica.places import Key
from bots.register.replica.state import State
from config.identifiers import UserId

_COUNT: Final = ("when", "status", "deputy")
"""The fields by which it is known whether somebody is away."""


@dataclass(frozen=True, slots=True)
class Away:
    """One absence that stands."""

    id: str
    number: int
    person: UserId
    days: Days
    deputy: UserId | None


class Roll:
    """The absences of one room that stand, by person."""

    def __init__(self) -> None:
        self.by_person: dict[UserId, dict[str, Away]] = {}
        self._owners: dict[str, UserId] = {}

    def update(self, state: State, touched: Collection[Key]) -> None:
        """Take in what has become of the objects *touched*."""
        for kind, object_id in touched:
            if kind == NAME:
                self._take(object_id, state.get(kind, object_id))

    def _take(self, object_id: str, found: Object | None) -> None:
        owner = self._owners.pop(object_id, None)
        if owner is not None:
            del self.by_person[owner][object_id]
        away = None if found is None else _read(found)
        if away is not None:
            self._owners[object_id] = away.person
            self.by_person.setdefault(away.person, {})[object_id] = away

    def of(self, people: Iterable[UserId] | None, first: date, last: date) -> Iterator[Away]:
        """Yield when *people*, or all, are away between two days."""
        held = self.by_person.values() if people is None else (self.by_person.get(user, {}) for user in people)
        for away in (away for own in held for away in own.values()):
            if away.days.first <= last and first <= away.days.last:
                yield away


def _read(found: Object) -> Away | None:
    item = read(ABSENCE, found)
    if item is None or not item.open:
        return None
    person, days = item.get(WHO), item.get(WHEN)
    if person is None or days is None or found.first_author("who") is None:
        return None
    places = (found.changed(name) for name in _COUNT)
    writers = {found.first_author("who"), *(UserId(place[1]) for place in places if place is not None)}
    if any(writer is None or writer.server != person.server for writer in writers):
        return None
    return Away(found.id, item.number, person, days, item.get(DEPUTY))


def roll(state: State) -> Roll:
    """Return the absences of a room."""
    return state.view(Roll)


def absences(scene: Scene, people: Collection[UserId] | None, first: date, last: date) -> Iterator[Absence]:
    """Yield who of *people*, or of all, is away on these days, by what was said in the scene's room."""
    for away in roll(scene.state).of(people, first, last):
        yield Absence(scene.room_id, (NAME, away.id), away.person, away.days.first, away.days.last, away.deputy)


def absences_here(request: Request, people: Collection[UserId] | None, first: date, last: date) -> Iterator[Absence]:
    """Yield who of *people*, or of all, is away on these days, by what was said in the room of *request*."""
    return absences(Scene(request.room_id, request.state, request.members, request.now), people, first, last)
