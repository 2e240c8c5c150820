"""Who says in a room what is due: its owner's assistant at the time, each other one a minute later (pure).

docs/decisions/032.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from bots.assistant.talk.later.firing import GRACE
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import Scene
from config.identifiers import UserId


def order(owner: UserId, assistants: Sequence[UserId], joined: Collection[UserId]) -> list[UserId]:
    """Return the assistants that are in the room, the *owner* first, the others in the order of the member list."""
    return sorted((each for each in assistants if each in joined), key=lambda each: each != owner)


def turn(due: datetime, owner: UserId, me: UserId, place: Scene | Request) -> datetime | None:
    """Return when *me* is to say what is due at *due* and is *owner*'s; None where we are not in the room.

    Whoever has begun since it was due waits all the same: the others may have begun just now, too.
    """
    present = order(owner, place.assistants or (me,), place.members)
    if me not in present:
        return None
    at = present.index(me)
    since = due if at == 0 or place.began is None else max(due, place.began)
    return since + at * GRACE
