"""Somebody leaves the town: reminders of rooms that they wanted, or that call them, go to their successor (pure)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Final

from bots.assistant.talk.offers.holding import Held
from bots.register.format.operation import Change
from bots.register.replica.state import State
from bots.reminders.room.alarm import KIND, WHAT, RoomReminder, waiting, written
from config.identifiers import UserId
from config.texts import marks

_COUNTED: Final = marks("{count} reminder of the room ({numbers})", "{count} reminders of the room ({numbers})")


@dataclass(frozen=True, slots=True)
class _Room:
    state: State
    now: datetime
    assistants: tuple[UserId, ...]


@dataclass(frozen=True, slots=True)
class RoomRemindersHeld:
    """The reminders of a room that somebody of our town wanted, or that call them."""

    kind: str = KIND

    def held(self, state: State, person: UserId, me: UserId, now: datetime) -> Iterator[Held]:
        """Yield those that are to come and that *me* has written: nobody else's are ours to change."""
        for due in waiting(_Room(state, now, (me,)), me):
            alarm = written(state, due.id, (me,))
            if alarm is not None and alarm.owner == me and person in (alarm.creator, *alarm.whom):
                yield Held(KIND, alarm.id, alarm.number, _COUNTED, partial(_handed, alarm, person))


def _handed(alarm: RoomReminder, person: UserId, heir: UserId) -> tuple[Change, Change]:
    whom = tuple(dict.fromkeys(heir if user == person else user for user in alarm.whom))
    creator = heir if alarm.creator == person else alarm.creator
    return replace(alarm, whom=whom, creator=creator).added(WHAT), alarm.added(WHAT)
