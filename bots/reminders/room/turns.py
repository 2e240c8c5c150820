"""Which assistant says a room's reminder, and when: its owner at the time, each other a minute after the one before."""

from collections.abc import Collection, Sequence
from datetime import datetime

from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import Scene
from bots.reminders.room.alarm import Alarm
from bots.reminders.room.firing import GRACE
from config.identifiers import UserId


def order(owner: UserId, assistants: Sequence[UserId], joined: Collection[UserId]) -> list[UserId]:
    """Return the assistants that are in the room, the *owner* first, the others in the order of the member list."""
    return sorted((each for each in assistants if each in joined), key=lambda each: each != owner)


def turn(alarm: Alarm, me: UserId, place: Scene | Request) -> datetime | None:
    """Return when *me* is to say *alarm*; None where nobody is called any more, or it is not ours to say.

    Whoever has begun since it was due waits all the same: the others may have begun just now, too.
    """
    joined = place.members.keys()
    present = order(alarm.owner, place.assistants or (me,), joined)
    # Who has gone with their assistant has taken it along.
    asked_here = alarm.owner in present or alarm.creator in joined
    heard = bool(alarm.called(joined)) if alarm.whom else True
    if not alarm.waits or not asked_here or not heard or me not in present:
        return None
    at = present.index(me)
    since = alarm.due if at == 0 or place.began is None else max(alarm.due, place.began)
    return since + at * GRACE
