"""Filling a project's room: a welcome, then objectives, events and tasks, each as its own card, then pins."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import ClassVar, Final

from bots.assistant.talk.errand import Errand
from bots.assistant.talk.later.runner import Payload, unsaid
from bots.assistant.talk.offers.seeding import Seed, Seeder, seed_id
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import NOTHING, Needs, Request
from bots.assistant.talk.scene import Key
from bots.assistant.words.belonging import KIND
from bots.matrix.errors import Unreachable
from bots.matrix.port import Edge
from bots.projects import payload as errands
from bots.projects import replies
from bots.projects.payload import Sowing
from bots.projects.plan import seeds
from bots.register.format.canonical import Json
from bots.register.format.operation import Change
from config.identifiers import EventId
from config.project_template import EventSeed, ObjectiveSeed, ProjectTemplate, RoomSeed, TaskSeed

_CARDS: Final = Needs(cards=True)
_PINS: Final = timedelta(seconds=2)
"""The cards must have been sent before they can be pinned."""


@dataclass(frozen=True, slots=True)
class Sown:
    """One object of a room: which seeder makes it of what, the *index*-th of its kind; whether it is pinned."""

    seeder: Seeder
    seed: Seed
    index: int
    pinned: bool


@dataclass(frozen=True, slots=True)
class Seeding:
    """Says one message of a room's beginning at a time: the welcome leaves the others."""

    templates: Mapping[str, ProjectTemplate]
    objectives: Seeder
    tasks: Seeder
    events: Seeder | None = None
    needs: ClassVar[Needs] = NOTHING

    async def prepare(self, request: Request, payload: Payload, edge: Edge) -> None:
        """Wait until the sync has told us that the room is encrypted, where it is: nothing may be said before."""
        room, seed = edge.room(request.room_id), self._room(Sowing.of(payload))
        if room is None or (seed is not None and seed.encrypted and not room.encrypted):
            raise Unreachable("the room is not known yet")

    def finish(self, request: Request, payload: Payload, prepared: None) -> Reply | None:
        """Return the welcome (step 0), or the next object."""
        sowing = Sowing.of(payload)
        room = self._room(sowing)
        if room is None:
            return None
        objects = [*self._objects(request, room)]
        if sowing.step == 0:
            return self._welcome(request, sowing, room, objects)
        if sowing.step > len(objects):
            return None
        this = objects[sowing.step - 1]
        return this.seeder.sow(request, this.seed, this.index)

    # The room is there, and empty.
    failed = unsaid

    def _room(self, sowing: Sowing) -> RoomSeed | None:
        """Return what the room begins with; None where the template has changed since."""
        template = self.templates.get(sowing.template)
        return template.rooms[sowing.room] if template is not None and sowing.room < len(template.rooms) else None

    def _objects(self, request: Request, room: RoomSeed) -> Iterator[Sown]:
        aims = [seed_id(self.objectives.kind, request, index) for index in range(len(room.objectives))]
        counted: Counter[str] = Counter()
        for pinned, source, seed in seeds(room, request.language):
            seeder = self._seeder(source)
            if seeder is None:
                continue
            whole = seed
            if not isinstance(source, ObjectiveSeed) and source.objective:
                whole = replace(seed, objective=aims[source.objective - 1])
            yield Sown(seeder, whole, counted[seeder.kind], pinned)
            counted[seeder.kind] += 1

    def _seeder(self, source: ObjectiveSeed | EventSeed | TaskSeed) -> Seeder | None:
        if isinstance(source, EventSeed):
            return self.events
        return self.objectives if isinstance(source, ObjectiveSeed) else self.tasks

    def _welcome(self, request: Request, sowing: Sowing, room: RoomSeed, objects: list[Sown]) -> Reply | None:
        held = request.state.get(KIND, sowing.project)
        if held is not None and held.value("name") == sowing.name:
            return None
        first = {} if held is not None else {"creator": str(request.sender)}
        change = Change(KIND, sowing.project, set={"name": sowing.name}, first=first)
        if held is not None:
            return Reply(replies.renamed(request, sowing.name), changes=(change,))
        titles = [each.seed.title for each in objects]
        following = (*_steps(request, sowing, len(objects)), *_pins(request, sowing, objects))
        return Reply(replies.welcome(request, sowing.name, room, titles), changes=(change,), errands=following)


def _steps(request: Request, sowing: Sowing, count: int) -> Iterator[Errand]:
    for step in range(1, count + 1):
        this = replace(sowing, step=step)
        yield Errand(errands.SEED, this.key, this.payload(), room_id=request.room_id)


def _pins(request: Request, sowing: Sowing, objects: list[Sown]) -> Iterator[Errand]:
    pinned = [sown for sown in objects if sown.pinned]
    cards: list[Json] = [[sown.seeder.kind, seed_id(sown.seeder.kind, request, sown.index)] for sown in pinned]
    if cards:
        due = int((request.now + _PINS).timestamp() * 1000)
        yield Errand(errands.PIN, sowing.project, {"cards": cards}, due, request.room_id)


@dataclass(frozen=True, slots=True)
class Pinning:
    """Pins cards: the first that anybody pins in the room."""

    needs: ClassVar[Needs] = _CARDS

    async def prepare(self, request: Request, payload: Payload, edge: Edge) -> None:
        """Pin them, as soon as all have been sent."""
        wanted = [*_keys(payload)]
        sent: list[EventId] = [request.cards[each] for each in wanted if each in request.cards]
        if len(sent) < len(wanted):
            raise Unreachable("not all cards are sent yet")
        await edge.set_state(request.room_id, "m.room.pinned_events", "", {"pinned": [str(each) for each in sent]})

    def finish(self, request: Request, payload: Payload, prepared: None) -> Reply | None:
        """Say nothing: it can be seen."""
        return None

    # The cards are in the room.
    failed = unsaid


def _keys(payload: Payload) -> Iterator[Key]:
    found = payload.get("cards")
    for word in found if isinstance(found, list | tuple) else ():
        if isinstance(word, list | tuple) and len(word) == 2:
            yield str(word[0]), str(word[1])
