"""Saying what is due in a room: by its owner's assistant, or, where that is silent, by the next one (pure)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bots.assistant.talk import firing
from bots.assistant.talk.errand import Cancel, Errand, Standing
from bots.assistant.talk.repeated import Repeated
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import NOTHING, Needs, Request
from bots.assistant.talk.runner import Payload
from bots.assistant.talk.scene import Key, Scene
from bots.matrix.port import Edge
from bots.register.format.operation import Change
from bots.register.replica.held import ids_of
from bots.register.replica.state import State
from bots.reminders.room import alarm, saying
from bots.reminders.room.alarm import Alarm
from bots.reminders.room.turns import turn
from config.identifiers import EventId, UserId

SOUND: Final = "alarm.sound"
MOST_TAKEN_OVER: Final = 40
"""Reminders of others that we say in one room in a day: a town that only pretends to be silent fills no room."""
_DAY: Final = timedelta(days=1)
_AGAIN: Final = "⏰"
_NOBODY: Final = EventId("$")


def standing(scene: Scene, me: UserId, keys: Iterable[Key] | None = None) -> Iterator[Standing]:
    """Yield the errand of each reminder of a room, or of those that *keys* concern: when it is ours to say it."""
    for alarm_id in dict.fromkeys(_concerned(scene.state, keys)):
        found = alarm.read(scene, alarm_id, me)
        due = None if found is None else turn(found, me, scene)
        if found is None or due is None:
            yield Standing(Cancel(SOUND, alarm_id), me, _NOBODY)
        else:
            # We say it, not whoever asked for it: they may have left, and their assistant be silent.
            yield Standing(Errand(SOUND, alarm_id, due=_ms(due)), me, found.cause)


def repeated(scene: Scene, me: UserId, keys: Iterable[Key] | None) -> Iterator[Repeated]:
    """Yield what we have said in a room although another assistant had said it before."""
    for key in _firings(scene.state) if keys is None else keys:
        found = firing.read(scene.state.get(*key)) if key[0] == firing.KIND else None
        told = None if found is None else alarm.written(scene.state, found.alarm, scene.assistants)
        if told is None or found is None:
            continue
        before = firing.before_us(found.sayings, me, told.owner, firing.due_at(found.local, told.zone))
        if before is not None:
            yield from (Repeated(identity, key, before[0]) for identity in before[1])


def _concerned(state: State, keys: Iterable[Key] | None) -> Iterator[str]:
    if keys is None:
        yield from ids_of(state, alarm.KIND)
        return
    for kind, object_id in keys:
        if kind == alarm.KIND:
            yield object_id
        elif kind == firing.KIND:
            found = firing.read(state.get(kind, object_id))
            if found is not None:
                yield found.alarm


def _firings(state: State) -> Iterator[Key]:
    return (found.key for found in state.all(firing.KIND))


@dataclass(frozen=True, slots=True)
class Sounding:
    """Says what is due in a room (a ``Runner``): all of it in one message."""

    needs: Needs = NOTHING

    async def prepare(self, request: Request, payload: Payload, edge: Edge) -> None:
        """Nothing needs the network."""

    def finish(self, request: Request, payload: Payload, prepared: None) -> Reply | None:
        """Say it, and note that it was said, in one event; nothing where it was said, moved or dropped meanwhile."""
        due = _due(request)
        if not due:
            return None
        called = tuple(dict.fromkeys(user for each in due for user in each.called(request.members)))
        changes = [change for each in due for change in _changes(request, each)]
        told = [(firing.KIND, firing.firing_id(each.id, each.local)) for each in due]
        return Reply(
            saying.sounded(request, due),
            # Whoever is not named by a reminder is not called: a room is not woken as a whole.
            mentions=called,
            changes=tuple(changes),
            shows=(*((alarm.KIND, each.id) for each in due), *told),
            reactions=(_AGAIN,),
        )

    def failed(self, request: Request, payload: Payload, error: Exception) -> Reply | None:
        """Say it all the same."""
        return self.finish(request, payload, None)


def _due(request: Request) -> list[Alarm]:
    me = request.served_by
    turns = ((each, turn(each, me, request)) for each in alarm.waiting(request, me))
    due = [each for each, when in turns if when is not None and when <= request.now]
    return _bounded(request, due)[: saying.MOST_SAID]


def _bounded(request: Request, due: Sequence[Alarm]) -> list[Alarm]:
    """Return *due* with no more of other assistants' reminders than we say in a day."""
    others = [each for each in due if each.owner != request.served_by]
    left = MOST_TAKEN_OVER - _taken_over(request) if others else 0
    dropped = {each.id for each in others[max(0, left) :]}
    return [each for each in due if each.id not in dropped]


def _taken_over(request: Request) -> int:
    """Return how many reminders of others we have said in this room since yesterday."""
    me, since = request.served_by, _ms(request.now - _DAY)
    count = 0
    for held in request.state.all(firing.KIND):
        found = firing.read(held)
        told = None if found is None else alarm.written(request.state, found.alarm, request.assistants)
        if found is not None and told is not None and told.owner != me:
            count += sum(said.author == me and said.at > since for said in found.sayings)
    return count


def _changes(request: Request, due: Alarm) -> Iterator[Change]:
    yield firing.note(due.id, due.local, request.now)
    if due.owner == request.served_by:
        # So that nobody has to count how often it has come.
        yield due.after().added(alarm.WHEN)


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
