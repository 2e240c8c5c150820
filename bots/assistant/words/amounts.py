"""A number and its unit, as people type them: « 5 fichiers », « 30j », « une semaine » (pure)."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

_NUMBER: Final = re.compile(r"(?P<count>[0-9]{1,6})(?P<unit>[a-z]*)")
DAYS: Final[Mapping[str, timedelta]] = {
    **dict.fromkeys(("j", "jour", "jours", "d", "day", "days"), timedelta(days=1)),
    **dict.fromkeys(("sem", "semaine", "semaines", "w", "week", "weeks"), timedelta(weeks=1)),
    **dict.fromkeys(("mois", "month", "months"), timedelta(days=30)),
    **dict.fromkeys(("an", "ans", "annee", "annees", "year", "years"), timedelta(days=365)),
}
"""How long the units of days are; a month has 30 of them."""


_SPELT: Final[Mapping[str, str]] = {
    word: str(number)
    for number, words in enumerate(
        (
            "deux two",
            "trois three",
            "quatre four",
            "cinq five",
            "six",
            "sept seven",
            "huit eight",
            "neuf nine",
            "dix ten",
        ),
        2,
    )
    for word in words.split()
} | {"douze": "12", "quinze": "15", "vingt": "20", "trente": "30"}
_ONLY: Final = frozenset({"seul", "seule", "seuls", "petit", "petite", "only", "single"})
"""« 1 seul téléchargement »"""


@dataclass(frozen=True, slots=True)
class Amount:
    """So many of a *unit*, "" where none follows, in *taken* words."""

    count: int
    unit: str
    taken: int

    def of(self, spans: Mapping[str, timedelta]) -> timedelta | None:
        """Return how long it is, in the units of *spans*; None where it is no time, or none at all."""
        return self.count * spans[self.unit] if self.unit in spans and self.count else None


def amount(words: Sequence[str], ones: Collection[str]) -> Amount | None:
    """Return what *words*, folded, begin with; the words of *ones* are a 1. None where that is no number."""
    matched = _NUMBER.fullmatch("1" if words[0] in ones else _SPELT.get(words[0], words[0]))
    if matched is None:
        return None
    unit = matched["unit"]
    at = 2 if len(words) > 2 and words[1] in _ONLY else 1
    following = words[at] if len(words) > at else ""
    return Amount(int(matched["count"]), unit or following, 1 if unit else at + 1)
