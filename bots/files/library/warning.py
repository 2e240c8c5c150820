"""Warning a room of an infected file, once, whichever town's assistant finds it (pure).

The warning is an operation on the file, so every assistant knows that it was said. The one of its sender's town speaks
first, the others only where it stays silent.
"""

from typing import ClassVar, Final

from bots.assistant.talk.later.runner import Offline, Payload
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Needs, Request
from bots.files.library import scans
from bots.files.library.entry import KIND
from bots.files.library.request import NEEDS, library
from bots.files.library.shelf import File
from bots.register.format.operation import Change

WARN: Final = "file.warn"
_MOST: Final = 20
"""Files that one message warns of; more are left to the next one."""


class Alert(Offline):
    """Implements ``Runner``: the assistant's own errand, about all that is infected and was not warned of."""

    needs: ClassVar[Needs] = NEEDS
    """The files of the room, as far as we could read them."""

    def finish(self, request: Request, payload: Payload, prepared: None) -> Reply | None:
        """Warn of what nobody has warned of; of another town's senders only where *payload* says so."""
        known = library(request)
        files = [file for file in known.found_infected() if not file.filing.infected]
        files = [file for file in files if not payload["ours"] or speaks_first(request, file)][:_MOST]
        if not files:
            return None
        named = [(file, known.scan(file).name) for file in files]
        changes = tuple(
            Change(KIND, file.id, set={"event": str(file.entry.event_id), "infected": name}) for file, name in named
        )
        senders = {file.entry.sender: None for file in files if file.entry.sender in request.members}
        shows = tuple((KIND, file.id) for file in files)
        return Reply(scans.warned(request, named), mentions=tuple(senders), changes=changes, shows=shows)


def speaks_first(request: Request, file: File) -> bool:
    """Tell whether it is first of all ours to speak of *file*: our people's, those of towns without an assistant."""
    sender, us = file.entry.sender.server, request.served_by
    present = [assistant for assistant in request.assistants if assistant in request.members]
    theirs = next((assistant for assistant in present if assistant.server == sender), None)
    return us == (theirs or next(iter(present), us)) or us.server == sender
