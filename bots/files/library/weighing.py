"""A file that is larger than our homeserver takes: said to who sent it, before anybody looks for a key (pure).

Clients say "cannot be decrypted" of what their own server would not fetch (case F14). Only its own people can ask what
a server takes, so each town's assistant speaks for its own, as soon as the file is named in the room.
"""

from typing import ClassVar, Final

from bots.assistant.talk.later.runner import Payload, unsaid
from bots.assistant.talk.markup import fill, short, strong, text
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Needs, Request
from bots.assistant.words.files.sizes import size_of
from bots.files.library.entry import KIND, id_of
from bots.files.library.request import NEEDS, library
from bots.matrix.port import Edge

TOO_LARGE: Final = "file.large"
LARGE: Final = 1 << 20
"""Bytes from which on a homeserver is asked: none takes less."""


class Weighing:
    """Implements ``Runner``: the assistant's own errand, about one file of another town's."""

    needs: ClassVar[Needs] = NEEDS
    """The name of the file, as far as we could read it."""

    async def prepare(self, request: Request, payload: Payload, edge: Edge) -> int | None:
        """Return what our homeserver takes (bytes), None where that is enough."""
        most, size = await edge.largest_upload(), payload["size"]
        assert isinstance(size, int)
        return most if most is not None and size > most else None

    def finish(self, request: Request, payload: Payload, prepared: int | None) -> Reply | None:
        """Tell who sent it, unless it is gone by now."""
        file = library(request).get(id_of(request.room_id, request.event_id))
        if prepared is None or file is None:
            return None
        sentence = request.texts.gettext(
            "⚠ {file} ({size}) is larger than what the server of {town} takes ({most}): nobody there can open it."
            " Send it in parts, or as a link (“share”)."
        )
        size = payload["size"]
        assert isinstance(size, int)
        said = fill(
            sentence,
            file=strong(short(file.name)),
            size=text(size_of(size, request.language)),
            town=text(str(request.served_by.server)),
            most=text(size_of(prepared, request.language)),
        )
        return Reply(said, mentions=(file.entry.sender,), shows=((KIND, file.id),))

    # Nobody asked: whoever cannot open it will say so.
    failed = unsaid
