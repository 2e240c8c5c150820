"""With whom something is, by what they do or by their names: ``avec le dgs et la comptable`` (pure)."""

import re
from collections.abc import Sequence
from typing import Final

from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold
from bots.assistant.words.names.people import Person, Several, called_so
from config.identifiers import UserId

_BESIDE: Final = frozenset({"avec", "with"})
_STRANGERS: Final = re.compile(
    r"\b(?:avec|with|invitée?s?\s?:|participante?s?\s?:)\s+"
    r"(?P<names>(?:(?:mme|madame|m\.?|mr|monsieur)\s+[^\s,;:]+(?:(?:\s*,\s*|\s+(?:et|and)\s+)(?=m))?)+)",
    re.IGNORECASE,
)
_JOINING: Final = frozenset({"et", "and", "&"})
_EVERYBODY: Final = tuple(
    tuple(each.split())
    for each in (
        *("tout le monde", "toute l'equipe", "l'equipe", "tous les membres", "tous les membres du salon", "nous tous"),
        *("tout le salon", "le salon", "tous", "everybody", "everyone", "all of us", "the whole team", "the team"),
    )
)
_GOING_ON: Final = frozenset({"de", "du", "des", "d'", "les", "nos", "of", "who", "qui"})
"""What makes it somebody else: « tous les élus », « l'équipe de foot »."""


def _everybody(words: Sequence[str]) -> int:
    """Return how many of *words* mean all who are here; 0 for none: « l'équipe de foot » is somebody else."""
    said = tuple(fold(word).replace("’", "'").strip(".,;:!?") for word in words[:5])
    count = max((len(each) for each in _EVERYBODY if said[: len(each)] == each), default=0)
    behind = said[count : count + 1]
    going_on = bool(behind) and (behind[0] in _GOING_ON or behind[0].startswith("d'"))
    return 0 if not count or (going_on and words[count - 1][-1] not in ",;.") else count


def by_function(title: str, request: Request, most: int) -> tuple[str, tuple[UserId, ...], tuple[Several, ...]]:
    """Take ``avec le dgs et la comptable`` out of *title*: whoever of them is somebody here; the others stay in it."""
    words = title.split()
    start = next((at for at, word in enumerate(words) if fold(word) in _BESIDE), len(words))
    at = start + 1
    found: list[Person | Several] = []
    count = _everybody(words[at:])
    if count and len(request.people) <= most:
        return " ".join([*words[:start], *words[at + count :]]), tuple(sorted(request.people)), ()
    while at < len(words) and len(found) < most:
        count, who = called_so(words[at:], request)
        if who is None:
            break
        found.append(who)
        at += count
        if at < len(words) and fold(words[at]) in _JOINING:
            at += 1
    if not found:
        return title, (), ()
    behind = words[at:]
    kept = [*words[:start], *([words[start]] if behind and fold(words[at - 1]) in _JOINING else []), *behind]
    people = tuple(who.user for who in found if isinstance(who, Person))
    return " ".join(kept), people, tuple(who for who in found if isinstance(who, Several))


def strangers(title: str) -> str:
    """Return who else *title* says it is with, and who is nobody here: « avec Mme Lemoine et M. Roy »; "" for none."""
    found = _STRANGERS.search(title)
    return "" if found is None else found["names"].strip()
