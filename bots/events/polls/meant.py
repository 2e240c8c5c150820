"""Which poll is meant by what is said of it (pure)."""

import re
from collections.abc import Sequence
from typing import Final

from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold
from bots.assistant.words.objects.numbered import reference
from bots.events.polls import saying
from bots.events.polls.kind import POLL
from bots.items.board import Board
from bots.items.doing.work import Work
from bots.items.kind import Item

_SMALL: Final = frozenset(
    {"le", "la", "les", "l", "pour", "de", "du", "des", "d", "au", "a", "the", "for", "of", "to", "sondage", "poll"}
)


def meant(request: Request, rest: Sequence[str]) -> Item | Reply:
    """Return the open poll that is named, or that of the card, or the only one, or the last one that was asked."""
    work = Work.on(POLL, request)
    by_name = called(rest, work.board)
    if by_name is not None:
        return by_name
    if words_of(" ".join(rest)) - _SMALL or (request.card is not None and work.board.get(request.card) is not None):
        item, _ = work.target([*rest])
        return work.reply() if item is None else item
    found = sorted(work.board.in_use(), key=lambda poll: poll.number)
    return found[-1] if found else ask(request, saying.none_open(request))


def called(rest: Sequence[str], board: Board) -> Item | None:
    """Return the only open poll whose title holds all of the words, « pour la galette »; numbers are none."""
    said = words_of(" ".join(rest)) - _SMALL
    if not said or any(reference(word) is not None for word in said):
        return None
    found = [poll for poll in board.in_use() if said <= words_of(poll.title)]
    return found[0] if len(found) == 1 else None


def words_of(said: str) -> set[str]:
    """Return the words in *said*, folded."""
    return {fold(word) for word in re.findall(r"\w+", said)}
