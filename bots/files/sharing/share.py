"""A link that this assistant has made, as it is remembered: nothing of it opens anything (pure)."""

from dataclasses import dataclass
from typing import Final

from bots.assistant.talk.needing import always
from bots.assistant.talk.request import Needs, Request
from bots.files.library.request import NAME as FILES
from config.identifiers import EventId, RoomId, UserId

KIND: Final = "share"
"""In ``Reply.shows``: a link. No operation names one: only the assistant that made it can end it."""
NAME: Final = "shares"
"""Under which the open links of a room are kept (``Needs.kept``)."""
NEEDS: Final = Needs(rooms=True, kept=frozenset({FILES, NAME}))


@dataclass(frozen=True, slots=True)
class Share:
    """A link that is open, as far as we know: *files* are the messages that carry what it holds, *until* is ms."""

    link_id: str
    room_id: RoomId
    cause: EventId
    author: UserId
    files: tuple[EventId, ...]
    until: int
    downloads: int | None
    protected: bool


def shares(request: Request) -> tuple[Share, ...]:
    """Return the links to files of the room that are open, what ends next first."""
    found = request.kept.get(NAME)
    return found if isinstance(found, tuple) else ()


needs: Final = always(NEEDS)
"""What every command about links must be given."""
