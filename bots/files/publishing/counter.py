"""What all errands at the share server need, and what goes wrong there (shell)."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Request
from bots.database.engine import Database
from bots.envelope.errors import EnvelopeError
from bots.files.publishing.sealing import CannotShare
from bots.files.scanning.inspector import Inspector
from bots.files.sharing import saying
from bots.files.sharing.secrets import LinkMaker
from bots.links.client.errors import Away, Over
from bots.links.client.server import ShareServer
from bots.matrix.errors import Refused, TooLarge, Unreachable

NOT_KNOWN: Final = 404


@dataclass(frozen=True, slots=True)
class Counter:
    """What all errands at the share server need; *folder* is where ciphertext lies on its way, *sender* the town."""

    server: Callable[[], ShareServer]
    database: Database
    maker: LinkMaker
    folder: Path
    sender: str
    now_ms: Callable[[], int]
    inspector: Inspector | None = None
    """Who asks the antivirus; None: the town has none."""


def failed(request: Request, error: Exception) -> Reply:
    """Say what went wrong with a link."""
    return Reply(saying.over(request, error.how) if isinstance(error, Over) else saying.not_shared(request, why(error)))


def why(error: Exception) -> str:
    """Name the reason for *error*."""
    match error:
        case CannotShare():
            return error.why
        case Refused(status=404):
            return "gone"
        case TooLarge():
            return "large"
        case EnvelopeError():
            return "altered"
        case Unreachable() | TimeoutError() | Away():
            return "away"
        case _:
            return ""
