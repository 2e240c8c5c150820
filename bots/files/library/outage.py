"""Telling a room that its files wait for the antivirus, once as long as that is away (pure)."""

from typing import ClassVar, Final

from bots.antivirus.verdict import Why
from bots.assistant.talk.errand import Errand
from bots.assistant.talk.later.runner import Offline, Payload
from bots.assistant.talk.markup import NOTHING
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Needs, Request
from bots.files.library import scans
from bots.files.library.request import NEEDS, library
from bots.files.library.warning import speaks_first

UNSCANNED: Final = "file.unscanned"
KEY: Final = ""
"""A room has one such errand at most: to be told, or told already; it goes when the antivirus is back."""
_DAY_MS: Final = 86_400_000
_WAITS: Final = frozenset({Why.ABSENT, Why.LAX, Why.PENDING})


class OutageNotice(Offline):
    """Implements ``Runner``: the assistant's own errand, about all files of a room that wait."""

    needs: ClassVar[Needs] = NEEDS
    """The files of the room, as far as we could read them."""

    def finish(self, request: Request, payload: Payload, prepared: None) -> Reply | None:
        """Say it, of files that are ours to speak of; where it was said, only remember that."""
        known = library(request)
        waiting = [file for file in known.unscanned(_WAITS) if speaks_first(request, file)]
        if not waiting:
            return None
        later = (Errand(UNSCANNED, KEY, {"told": True}, int(request.now.timestamp() * 1000) + _DAY_MS),)
        if payload["told"]:
            return Reply(NOTHING, quiet=True, errands=later)
        lax = any(known.scan(file).why is Why.LAX for file in waiting)
        return Reply(scans.unscanned(request, lax=lax), plain=True, errands=later)
