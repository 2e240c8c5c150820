"""Errands: work that an answer leaves behind, because it needs the network, or another moment (pure).

An errand is stored in the transaction of the reply that asks for it, and done later in two halves: what needs the
network first, outside any transaction and as often as it takes (so it must be idempotent); then one reply, inside the
transaction that strikes the errand off. So its message is said once, whatever dies.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bots.envelope.file import Attachment
from bots.register.format.canonical import Json
from config.identifiers import EventId, RoomId, UserId


@dataclass(frozen=True, slots=True)
class Errand:
    """Something to do later, once.

    ``key`` names it among those of its kind in its room: one with the same kind, room and key as one that waits
    replaces it. ``payload`` is JSON, and holds nothing that must be erasable: it is kept until the errand is done.
    ``due`` is in ms since the epoch; 0 is at once, and then what is said answers the command. ``room_id`` is where its
    reply is said and written; None: where it was asked for.
    """

    kind: str
    key: str
    payload: Mapping[str, Json] = field(default_factory=dict)
    due: int = 0
    room_id: RoomId | None = None


@dataclass(frozen=True, slots=True)
class Cancel:
    """Strikes an errand off, if it still waits."""

    kind: str
    key: str
    room_id: RoomId | None = None


@dataclass(frozen=True, slots=True)
class StandingErrand:
    """An errand that must wait (or, :class:`Cancel`, must not) because of what stands in a room's register.

    So it comes back when the table of errands was lost. *sender* and *cause* are as if they asked for it just now.
    *keeps*: where one waits already, it stays as it is, whenever it is due.
    """

    errand: Errand | Cancel
    sender: UserId
    cause: EventId
    keeps: bool = False


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file that the content repository has: an encrypted one in an encrypted room.

    ``folder`` is where the library has it to begin with ("": in none); None: it is an answer, which no library lists.
    ``size`` in bytes; ``width`` and ``height`` in pixels for an image, which is then shown as one.
    """

    file: Attachment
    name: str
    content_type: str
    size: int
    width: int | None = None
    height: int | None = None
    folder: str | None = None
