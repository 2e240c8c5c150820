"""Lists as people say them, « la salle, le traiteur et la sono », with what each reader's own divides (pure)."""

import re
from collections.abc import Sequence


def between(*words: str, marks: Sequence[str] = (",", ";")) -> re.Pattern[str]:
    """Return what divides a list: one of *marks*, « et » or “and” or one of *words* (patterns), or a mark and a word.

    « Deux et demie » is one part.
    """
    word = "|".join((r"et(?!\s(?:demie?|quart)\b)", "and", *words))
    return re.compile(rf"\s*(?:{'|'.join(marks)})\s*(?:(?:{word})\s+)?|\s+(?:{word})\s+", re.IGNORECASE)


def parts(divider: re.Pattern[str], text: str, around: str = "") -> list[str]:
    """Return the parts of *text*, without spaces and *around* about them; those that say nothing are left out."""
    return [part for piece in divider.split(text) if (part := piece.strip(f" {around}"))]
