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
    matched = _NUMBER.fullmatch("1" if words[0] in ones else words[0])
    if matched is None:
        return None
    unit = matched["unit"]
    following = words[1] if len(words) > 1 else ""
    return Amount(int(matched["count"]), unit or following, 1 if unit else 2)
