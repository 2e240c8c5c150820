"""Numbers as people write them: ``12``, ``n°12``, ``#12``, ``12, 14 et 15``, ``12-valbourg``, ``la tâche 12``."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from bots.assistant.wording import fold

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
_REFERENCE = re.compile(r"(?:n°|nº|n\.|#|№)?\s*(?P<number>[0-9]{1,9})(?:-(?P<suffix>[a-z][a-z0-9.:-]*))?")


@dataclass(frozen=True, slots=True)
class Reference:
    """``12`` or ``12-valbourg``, as it was typed."""

    number: int
    suffix: str = ""

    @property
    def label(self) -> str:
        """The reference as people see it."""
        return f"{self.number}-{self.suffix}" if self.suffix else str(self.number)


def references(words: Iterable[str]) -> tuple[tuple[Reference, ...], tuple[str, ...]]:
    """Return the references in *words*, each once, and the words that are none."""
    found: dict[Reference, None] = {}
    strange = []
    for word in re.split(r"[\s,;/]+", " ".join(words)):
        matched = _REFERENCE.fullmatch(word.lower().rstrip(".:!?"))
        if matched is not None:
            found[Reference(int(matched["number"]), matched["suffix"] or "")] = None
        elif fold(word).strip("°º.#№:!?") not in _AROUND:
            strange.append(word)
    return tuple(found), tuple(strange)
