"""With whom something is, by what they do or by their names: ``avec le dgs et la comptable`` (pure)."""

import re
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


def by_function(title: str, request: Request, most: int) -> tuple[str, tuple[UserId, ...], tuple[Several, ...]]:
    """Take ``avec le dgs et la comptable`` out of *title*: whoever of them is somebody here; the others stay in it."""
    words = title.split()
    start = next((at for at, word in enumerate(words) if fold(word) in _BESIDE), len(words))
    at = start + 1
    found: list[Person | Several] = []
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
