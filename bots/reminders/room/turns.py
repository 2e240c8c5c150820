"""When we say a room's reminder, if anybody is still to be called (pure)."""

from datetime import datetime

from bots.assistant.talk.later import turns
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import Scene
from bots.reminders.room.alarm import RoomReminder
from config.identifiers import UserId


def turn(alarm: RoomReminder, me: UserId, place: Scene | Request) -> datetime | None:
    """Return when *me* is to say *alarm*; None where nobody is called any more, or it is not ours to say."""
    joined = place.members.keys()
    present = turns.order(alarm.owner, place.assistants or (me,), joined)
    # Who has gone with their assistant has taken it along.
    asked_here = alarm.owner in present or alarm.creator in joined
    heard = bool(alarm.called(joined)) if alarm.whom else True
    if not alarm.waits or not asked_here or not heard:
        return None
    return turns.turn(alarm.due, alarm.owner, me, place)
