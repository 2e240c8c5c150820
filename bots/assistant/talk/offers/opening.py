"""What a capability does with files of a sort that stand in a room: handed to the one that knows the files (pure)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Request
from config.identifiers import EventId


@dataclass(frozen=True, slots=True)
class FileOpener:
    """*takes* tells of a file's name and content type whether it is one of that sort.

    *answered* gets the event of such a file, its size in bytes (None: unsaid) and the words that answer it, or are its
    caption; None: they are conversation.
    """

    takes: Callable[[str, str], bool]
    answered: Callable[[Request, EventId, int | None, Sequence[str]], Reply | None]
