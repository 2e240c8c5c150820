"""A feed as it is remembered: nothing of it opens anything (pure).

An address at which a calendar application reads what one person may read of one room, or of all of theirs.
"""

from dataclasses import dataclass
from typing import Final

from bots.assistant.talk.needing import always
from bots.assistant.talk.request import Needs, Request
from config.identifiers import EventId, RoomId, UserId

KIND: Final = "event.feed"
"""In ``Reply.shows``: a feed. No operation names one: it is its author's, and their assistant's."""
NAME: Final = "feeds"
"""Under which feeds are kept (``Needs.kept``)."""
NEEDS: Final = Needs(rooms=True, kept=frozenset({NAME}))


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed that is open.

    *room_id* is the room whose events it holds; of one's own, across rooms (*mine*), the conversation in which it was
    asked for. *busy*: it says when there is no time, and nothing of why. *made* is ms.
    """

    name: str
    """Of the file that holds it: derived from its secret, and leads back to nothing (``sealed.name_of``)."""
    room_id: RoomId
    author: UserId
    cause: EventId
    mine: bool
    busy: bool
    made: int


def feeds(request: Request) -> tuple[Feed, ...]:
    """Return the open feeds of the room; alone with somebody, theirs of all rooms. The oldest first."""
    found = request.kept.get(NAME)
    return found if isinstance(found, tuple) else ()


needs: Final = always(NEEDS)
"""What every command about feeds must be given."""
