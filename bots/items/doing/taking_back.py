"""What is said when a command is taken back (pure)."""

from collections.abc import Iterable

from bots.assistant.talk.markup import Rich, lines
from bots.assistant.talk.request import Request
from bots.items.board import Board
from bots.items.kind import WITHDRAWN, Kind
from bots.items.speech import Speech
from bots.register.format.operation import Change


def undone(kind: Kind, request: Request, changes: Iterable[Change]) -> Rich:
    """Say what *changes*, an inverse, take back: one sentence an object, without titles."""
    board, speech = Board(kind, request.state), Speech(kind, request)
    said: dict[str, Rich] = {}
    for change in changes:
        item = board.get(change.id)
        if item is not None:
            withdrawn = change.set.get("status") == WITHDRAWN
            said[item.id] = speech.say(kind.phrases.withdrawn if withdrawn else kind.phrases.taken_back, item)
    return lines(said.values())
