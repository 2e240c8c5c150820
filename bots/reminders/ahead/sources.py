"""Where things with a time come from, for whoever is reminded of them beforehand (pure)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from bots.assistant.talk.offers.agenda import Agenda, Dated, Happening, Happenings
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import Scene
from bots.register.replica.answering import responder
from bots.reminders.ahead.kept import EVENTS, TASKS
from config.identifiers import RoomId


@dataclass(frozen=True, slots=True)
class ReminderSources:
    """What other capabilities tell: what somebody has to do, what takes place, and what has a time, by its kind."""

    agendas: tuple[Agenda, ...] = ()
    happenings: tuple[Happenings, ...] = ()
    dated: Mapping[str, Dated] = field(default_factory=dict)

    def mine(self, request: Request, topic: str, until: date) -> Iterator[Happening]:
        """Yield what of a *topic* concerns whoever asks, from today *until* a day, in rooms that are ours to tell."""
        today = request.here.date()
        for scene in places(request):
            if topic == TASKS:
                items = (item for agenda in self.agendas for item in agenda.mine(scene, (request.sender,), until))
                for item in items:
                    if item.due is not None and not item.late:
                        yield Happening(item.room_id, item.key, item.title, item.due, item.due)
            elif topic == EVENTS:
                for happenings in self.happenings:
                    yield from happenings.of(scene, (request.sender,), today, until)

    def again(self, request: Request, room_id: RoomId, kind: str, object_id: str) -> Happening | None:
        """Return when an object is next, where whoever asks reads it; None where it is over or gone, or they are."""
        scene = next((scene for scene in request.visible if scene.room_id == room_id), None)
        known = self.dated.get(kind)
        return None if scene is None or known is None else known.again(scene, object_id)


NO_SOURCES: Final = ReminderSources()


def places(request: Request) -> Iterator[Scene]:
    """Yield the rooms that whoever asks is in and of which we are to speak: of several assistants here, one does."""
    here = sorted(member for member in request.members if member != request.sender)
    for scene in request.visible:
        if responder(request.sender, here, scene.members) == request.served_by:
            yield scene
