"""A time that is all that somebody says, in whichever language: « plutôt demain à 9 h », “tomorrow 9am” (pure)."""

from typing import Final

from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold
from bots.when.finding import find
from bots.when.values import Doubt, Locale, Value, When

AROUND: Final = frozenset(
    {"oui", "non", "plutot", "finalement", "pour", "c'est", "ce", "sera", "celui", "celle", "de", "du", "des", "la"}
    | {"le", "les", "au", "a", "en", "alors", "disons", "bon", "ok", "et", "va", "prends", "prenez", "mets", "mettez"}
    | {"yes", "no", "the", "for", "on", "in", "at", "to", "it's", "rather", "actually", "make", "it", "take", "of"}
)
"""Words that only lead to an answer."""
_MOST: Final = 200
"""Characters: nobody calls a time by more, and to look for one takes long."""
_OTHER: Final[dict[Locale, Locale]] = {"fr": "en", "en": "fr"}


def whole_time(said: str, request: Request, language: Locale) -> When | Doubt | None:
    """Return the time in *said*, read in *language*, where that is all that is said, clear or not."""
    if len(said) > _MOST:
        return None
    found = find(said, request.here, request.zone, language)
    if found is None:
        return None
    left = "".join(" " if any(a <= at < b for a, b in found.spans) else each for at, each in enumerate(said))
    if any(fold(each) not in AROUND for each in left.split() if any(map(str.isalnum, each))):
        return None
    return found


def said_time(said: str, request: Request) -> Value | None:
    """Return the one time, none that comes back, that is all of *said*: in the town's language, or in the other."""
    for language in (request.language, _OTHER[request.language]):
        found = whole_time(said, request, language)
        if isinstance(found, When) and found.rule is None:
            return found.value
    return None
