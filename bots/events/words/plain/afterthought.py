"""« En fait », « finalement »: what is said so changes something that has been said before (pure)."""

import re
from typing import Final

from bots.assistant.talk.wording import unaccented

_WORD: Final = (
    r"(?:finalement|en fait|en fin de compte|du coup|plutot|maintenant|desormais|dorenavant|exceptionnellement"
    r"|actually|instead|after all)"
)
_HEAD: Final = re.compile(rf"(?:{_WORD}[\s,:]+)+")
_END: Final = re.compile(rf"(?:[\s,]+{_WORD})+[\s.!]*$")
_WITHIN: Final = re.compile(
    rf"(?<= )(?:c'est|ce sera|est|sera|passe(?:ra)?|commence(?:ra)?|debute(?:ra)?|a lieu|aura lieu|finit|finira"
    rf"|se termine(?:ra)?|dure(?:ra)?|is|will be)(?P<word>(?: {_WORD})+)(?= )"
)


def told_after(spoken: str) -> str | None:
    """Return *spoken* without the words that say that it is otherwise now; None where it has none."""
    said = unaccented(spoken)
    cuts = [found.span() for found in (_HEAD.match(said), _END.search(said)) if found is not None]
    cuts += [found.span("word") for found in _WITHIN.finditer(said)]
    if not cuts:
        return None
    for start, end in sorted(cuts, reverse=True):
        spoken = spoken[:start] + spoken[end:]
    return spoken.strip() or None
