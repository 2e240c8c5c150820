"""People as they are named where nothing else is: ``le maire, le dgs et moi`` as their ids (pure)."""

from collections.abc import Sequence
from typing import Final

from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold
from bots.assistant.words.names import oneself
from bots.assistant.words.names.people import Person, called_so

_LONGEST: Final = 6
"""Words of a person's name or function."""
_STARTING: Final = frozenset({"au", "aux"})


def spelled(words: Sequence[str], request: Request) -> list[str]:
    """Return *words* with the id of each whom they name by function, whole name or ``moi``; all else as it stands."""
    found: list[str] = []
    at = 0
    while at < len(words):
        count, who = _one(words[at:], request)
        found.append(words[at] if who is None else str(who.user))
        at += count or 1
    return oneself.named(found, request.sender)


def _one(words: Sequence[str], request: Request) -> tuple[int, Person | None]:
    """Return the longest beginning of *words* that names one person, and whom."""
    led = ["le", *words[1:]] if words and fold(words[0]) in _STARTING else [*words]
    for count in range(min(len(led), _LONGEST), 0, -1):
        used, who = called_so(led[:count], request)
        if used == count and isinstance(who, Person):
            return count, who
    return 0, None
