"""Saying what is due in a room: by its owner's assistant, or, where that is silent, by the next one (pure)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from bots.assistant.talk.errand import Cancel, Errand, StandingErrand
from bots.assistant.talk.later import firing, takeover
from bots.assistant.talk.later.firing import Firing
from bots.assistant.talk.later.runner import Offline, Payload
from bots.assistant.talk.later.takeover import bounded, taken_over
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import Key, Scene
from bots.register.format.operation import Change
from bots.register.replica.held import ids_of
from bots.register.replica.state import State
from bots.reminders.room import alarm, saying
from bots.reminders.room.alarm import RoomReminder
from bots.reminders.room.turns import turn
from bots.when.moments import in_ms
from config.identifiers import EventId, UserId

SOUND: Final = "alarm.sound"
_AGAIN: Final = "⏰"
_NOBODY: Final = EventId("$")


def standing(scene: Scene, me: UserId, keys: Iterable[Key] | None = None) -> Iterator[StandingErrand]:
    """Yield the errand of each reminder of a room, or of those that *keys* concern: when it is ours to say it."""
    for alarm_id in dict.fromkeys(_concerned(scene.state, keys)):
        found = alarm.read(scene, alarm_id, me)
        due = None if found is None else turn(found, me, scene)
        if found is None or due is None:
            yield StandingErrand(Cancel(SOUND, alarm_id), me, _NOBODY)
        else:
            # We say it, not whoever asked for it: they may have left, and their assistant be silent.
            yield StandingErrand(Errand(SOUND, alarm_id, due=in_ms(due)), me, found.cause)


def _told(place: Scene | Request, _: UserId, found: Firing) -> tuple[UserId, ZoneInfo] | None:
    told = alarm.written(place.state, found.alarm, place.assistants)
    return None if told is None else (told.owner, told.zone)


repeated: Final = takeover.repeats(_told)
"""Yield what we have said in a room although another assistant had said it before."""


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


@dataclass(frozen=True, slots=True)
class Sounding(Offline):
    """Says what is due in a room (a ``Runner``): all of it in one message."""

    def finish(self, request: Request, payload: Payload, prepared: None) -> Reply | None:
        """Say it, and note that it was said, in one event; nothing where it was said, moved or dropped meanwhile."""
        due = _due(request)
        if not due:
            return None
        called = tuple(dict.fromkeys(user for each in due for user in each.called(request.members)))
        changes = [change for each in due for change in _changes(request, each)]
        told = [(firing.KIND, firing.firing_id(each.id, each.local)) for each in due]
        return Reply(
            saying.due_alarms(request, due),
            # Whoever is not named by a reminder is not called: a room is not woken as a whole.
            mentions=called,
            changes=tuple(changes),
            shows=(*((alarm.KIND, each.id) for each in due), *told),
            reactions=(_AGAIN,),
        )


def _due(request: Request) -> list[RoomReminder]:
    me = request.served_by
    turns = ((each, turn(each, me, request)) for each in alarm.waiting(request, me))
    due = [each for each, when in turns if when is not None and when <= request.now]
    count = partial(taken_over, request.state, me, request.now, partial(_told, request, me))
    return [*bounded(due, lambda told: told.owner, count, me)][: saying.MOST_SAID]


def _changes(request: Request, due: RoomReminder) -> Iterator[Change]:
    yield firing.note(due.id, due.local, request.now)
    if due.owner == request.served_by:
        # So that nobody has to count how often it has come.
        yield due.after().added(alarm.WHEN)
