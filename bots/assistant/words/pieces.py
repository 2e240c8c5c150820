"""Several days that share what is said once: « samedi 12 et dimanche 13 juin », « le 3 et le 5 janvier » (pure)."""

import re
from collections.abc import Sequence
from typing import Final

from bots.when.phrases import ENGLISH, FRENCH

_NAMES: Final = "|".join((*FRENCH.months, *ENGLISH.months))
_MONTH: Final = re.compile(rf"\d(?:er)?\s((?:{_NAMES})(?:\s\d{{4}})?)(?!\w)", re.IGNORECASE)
_BARE: Final = re.compile(
    r"((?:(?:le|the)\s)?(?:[^\W\d]+\s)?\d{1,2}(?:er)?)(?=$|\s(?:à\s|at\s)?\d{1,2}\s?(?:h|:))", re.IGNORECASE
)
"""A day without its month, and perhaps its hour."""
_BETWEEN: Final = re.compile(r"\s*(?:,|;|\s(?:et|and|puis|ainsi que)\s)\s*", re.IGNORECASE)


def with_month(pieces: Sequence[str]) -> list[str]:
    """Return *pieces*, “samedi 12” before “dimanche 13 juin” with its month: it is said once, behind the last."""
    found: list[str] = []
    month = ""
    for piece in reversed(pieces):
        named = _MONTH.search(piece)
        month = named[1] if named else month
        bare = _BARE.match(piece) if month else None
        found.append(piece if bare is None else f"{bare[0]} {month}{piece[bare.end() :]}")
    return found[::-1]


def days_apart(text: str) -> list[str]:
    """Return the pieces of *text* between « et » and commas, each with its month."""
    return with_month([piece for piece in _BETWEEN.split(text.strip(" ,;.")) if piece])
