"""What an answer to a card says, without greeting and thanks around it, in letters that patterns can be matched with.

The one place where accents and politeness go before a capability looks whether the words mean its object (pure);
apostrophes have come before (``talk/elision``).
"""

import re
from collections.abc import Sequence
from typing import Final

from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold, words_of
from bots.assistant.words.commands.vocabulary import GREETINGS, has_words, plain

_PLAIN: Final = str.maketrans("àâäáéèêëîïíôöóùûüúçñ’", "aaaaeeeeiiiooouuuucn'")
_AT_END: Final = frozenset(
    {"merci", "beaucoup", "bcp", "stp", "svp", "please", "thanks", "thank", "you", "d'avance", "bonne", "journee"}
)
_AT_HEAD: Final = GREETINGS | {"stp", "svp", "please", "ah", "euh", "bon", "alors", "dsl", "oups"}
_ASKED: Final = re.compile(
    r"^(?:(?:est-ce que |est ce que )?(?:tu (?:peux|pourrais)|vous (?:pouvez|pourriez)|on peut)|peux[- ]tu"
    r"|pourrais[- ]tu|pouvez[- ]vous|pourriez[- ]vous|merci de|il faut|il faudrait|can you|could you|would you)"
    r"(?: stp| svp| please)? "
    r"(?=\S)"
)


def plainly(spoken: str) -> str:
    """Return *spoken* in small letters without accents, letter for letter; "" where that cannot be."""
    said = spoken.translate(_PLAIN).lower().translate(_PLAIN)
    return said if len(said) == len(spoken) else ""


def courteous(words: Sequence[str]) -> list[str]:
    """Return *words* without what is only courtesy: ``bonjour, décale à 15h stp merci``."""
    said = [*plain(words)]
    while len(said) > 1 and (fold(said[-1]) in _AT_END or not has_words(said[-1:])):
        if said[-1].strip() == "?":
            break
        del said[-1]
    start = 0
    while start < len(said) - 1 and (fold(said[start]) in _AT_HEAD or not has_words(said[start : start + 1])):
        start += 1
    return said[start:]


def answered(request: Request) -> str:
    """Return what *request*, an answer to a card, says: one line, with its accents, without courtesy."""
    return " ".join(courteous(words_of(request)))


def wished(said: str) -> str:
    """Return *said*, in plain letters, as an order: ``tu peux clore ?`` is ``clore``."""
    bare = _ASKED.sub("", said.strip())
    return bare.rstrip(" ?!.") if bare != said.strip() else said.strip().rstrip(" !.")
