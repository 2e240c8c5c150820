"""What many handlers must be given, said once (pure; see :class:`~bots.assistant.talk.request.Needs`)."""

from collections.abc import Callable, Sequence
from typing import Final

from bots.assistant.talk.request import NOTHING, Needs, Request

ROOMS: Final = Needs(rooms=True)
"""The other rooms, too: ``Request.rooms``."""


def always(needs: Needs) -> Callable[[Request, Sequence[str]], Needs]:
    """Return what brings *needs* to a command, whatever its words are (``Command.needs``)."""
    return lambda request, words: needs


def rooms_alone(request: Request, _: Sequence[str] = ()) -> Needs:
    """Return the other rooms where they may be told of: alone with somebody."""
    return ROOMS if request.private else NOTHING
