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


def together(needs: Sequence[Needs]) -> Needs:
    """Return what all of *needs* need."""
    return Needs(
        history=tuple(dict.fromkeys(key for each in needs for key in each.history)),
        carriers=tuple(dict.fromkeys(key for each in needs for key in each.carriers)),
        rooms=any(each.rooms for each in needs),
        cards=any(each.cards for each in needs),
        last=any(each.last for each in needs),
        kept=frozenset(name for each in needs for name in each.kept),
    )
