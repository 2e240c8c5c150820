"""What somebody says, apart from the event that brings it (pure)."""

from dataclasses import dataclass

from bots.matrix.events import JsonObject
from config.identifiers import EventId


@dataclass(frozen=True, slots=True)
class Said:
    """A message that may be for us; of an edit, what it says now, and what it edits (*cause*).

    *answered* is the message that it replies to, *thread* the root of the thread that it stands in. *completed*: it is
    what its author's answer to a question of ours has made of an earlier one.
    """

    content: JsonObject
    cause: EventId
    edit: bool
    answered: EventId | None
    thread: EventId | None
    completed: bool = False
