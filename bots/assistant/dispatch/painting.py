"""A picture on its way into a room: drawn in a thread, uploaded, and what it tells of (shell)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bots.assistant.dispatch.threads import in_thread
from bots.assistant.talk.errand import Uploaded
from bots.matrix.port import Edge
from config.identifiers import RoomId

if TYPE_CHECKING:
    # Only who asks for a picture pays for Pillow.
    from bots.assistant.words.files.picture import Drawn

_PNG = "image/png"


@dataclass(frozen=True, slots=True)
class Painted:
    """A picture that the content repository has, the rooms that it tells of, and what is said with it."""

    uploaded: Uploaded
    rooms: frozenset[RoomId]
    caption: str
    shows: tuple[tuple[str, str], ...]


async def painted(edge: Edge, draw: "Callable[[], Drawn]", name: str, *, encrypted: bool) -> Uploaded:
    """Draw, and upload under *name*."""
    drawn = await in_thread(draw)
    file = await edge.upload(drawn.data, content_type=_PNG, encrypted=encrypted)
    return Uploaded(file, name, _PNG, len(drawn.data), drawn.width, drawn.height)
