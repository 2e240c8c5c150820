"""Numbers as people write them: ``12``, ``n°12``, ``#12``, ``12, 14 et 15``, ``12-valbourg``, ``la tâche 12``."""

import re
from collections.abc import Iterable
from typing import Final

from bots.assistant.numbered import Reference, reference
from bots.assistant.wording import fold

__all__ = ["Reference", "references"]

_AROUND: Final = frozenset(
    {
        "et",
        "and",
        "&",
        "+",
        "la",
        "les",
        "le",
        "the",
        "tache",
        "taches",
        "task",
        "tasks",
        "n",
        "no",
        "num",
        "numero",
        "number",
        "est",
        "sont",
        "is",
        "are",
        "svp",
        "please",
        "-",
        "",
    }
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
