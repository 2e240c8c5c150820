"""Numbers as people write them: ``12``, ``n°12``, ``#12``, ``12, 14 et 15``, ``12-valbourg``, ``la tâche 12``."""

import re
from collections.abc import Iterable
from typing import Final

from bots.assistant.talk.wording import fold
from bots.assistant.words.objects.articles import POLITE
from bots.assistant.words.objects.numbered import Reference, reference

__all__ = ["Reference", "references"]

_LONGEST_RANGE: Final = 20
_RANGE: Final = re.compile(
    r"(?<![\w-])(?:(?:de|du|from)\s+)?(?:n°|#)?(?P<first>\d{1,6})(?:\s*[-–]\s*|\s+(?:à|a|au|to)\s+)"
    r"(?:n°|#)?(?P<last>\d{1,6})(?![\w-])",
    re.IGNORECASE,
)
_AROUND: Final = POLITE | frozenset(
    {"et", "and", "&", "+", "la", "les", "le", "the", "tache", "taches", "task", "tasks"}
    | {"n", "no", "num", "numero", "number", "est", "sont", "is", "are", "-", ""}
)


def references(words: Iterable[str]) -> tuple[tuple[Reference, ...], tuple[str, ...]]:
    """Return the references in *words*, each once, and the words that are none."""
    found: dict[Reference, None] = {}
    strange = []
    for word in re.split(r"[\s,;/]+", " ".join(words)):
        matched = reference(word)
        if matched is not None:
            found[matched] = None
        elif fold(word).strip("°º.#№:!?") not in _AROUND:
            strange.append(word)
    return tuple(found), tuple(strange)


def each_of(words: Iterable[str]) -> list[str]:
    """Return *words* with each number of a range in its place: ``3 à 5``, ``3-5``, ``de 3 à 5``, ``3 to 5``."""
    said = " ".join(words)
    return _RANGE.sub(lambda found: _spread(found[0], int(found["first"]), int(found["last"])), said).split()


def _spread(typed: str, first: int, last: int) -> str:
    # A longer one stays as it was typed, and is asked about: nobody counts what it would do.
    return ", ".join(map(str, range(first, last + 1))) if 0 <= last - first < _LONGEST_RANGE else typed
