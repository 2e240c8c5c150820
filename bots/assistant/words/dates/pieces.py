"""Several days that share what is said once: « samedi 12 et dimanche 13 juin », « le 3 et le 5 janvier » (pure)."""

import re
from collections.abc import Sequence
from typing import Final

from bots.assistant.words.enumeration import between, parts
from bots.when.language.phrases import ENGLISH, FRENCH

_NAMES: Final = "|".join((*FRENCH.months, *ENGLISH.months))
_MONTH: Final = re.compile(
    rf"(?<!\d)(?P<day>\d{{1,2}})(?:er)?\s(?P<month>(?:{_NAMES})(?:\s\d{{4}})?)(?!\w)", re.IGNORECASE
)
_BARE: Final = re.compile(
    r"((?:(?:le|the)\s)?(?:[^\W\d]+\s)?(?P<day>\d{1,2})(?:er)?)(?=$|\s(?:(?:à\s|a\s|at\s)?\d{1,2}\s?(?:h|:)"
    r"|(?:à|a|au|de|en|dans|vers|avant|après|toute|entre|le|matin|midi|soir|apr[eè]s-midi|fin|début|from|in|morning)(?!\w)))",
    re.IGNORECASE,
)
"""A day without its month, and perhaps its hour."""
_BETWEEN: Final = between("puis", "ainsi que")


def with_month(pieces: Sequence[str]) -> list[str]:
    """Return *pieces*, “samedi 12” before “dimanche 13 juin” with its month: it is said once, behind the last.

    “Dimanche 17” behind “samedi 16 janvier” is in January too, “lundi 1er” behind it in February.
    """
    found: list[str] = []
    month = ""
    for piece in reversed(pieces):
        named = _MONTH.search(piece)
        month = named["month"] if named else month
        bare = _BARE.match(piece) if month else None
        found.append(piece if bare is None else f"{bare[0]} {month}{piece[bare.end() :]}")
    return _carried(found[::-1])


def _carried(pieces: Sequence[str]) -> list[str]:
    """Return *pieces*, the month that the last one with a month names behind the days that follow it."""
    found: list[str] = []
    last, month = 0, ""
    for piece in pieces:
        bare, named = _BARE.match(piece), _MONTH.search(piece)
        if named is not None:
            last, month = int(named["day"]), named["month"]
        elif bare is not None and month:
            month = month if int(bare["day"]) > last else _following(month)
            last, piece = int(bare["day"]), f"{bare[0]} {month}{piece[bare.end() :]}"  # noqa: PLW2901 (the piece, whole)
        found.append(piece)
    return found


def _following(month: str) -> str:
    name, _, year = month.partition(" ")
    names = next((names for names in (FRENCH.months, ENGLISH.months) if name.lower() in map(str.lower, names)), ())
    at = [each.lower() for each in names].index(name.lower()) + 1
    after = f" {int(year) + at // len(names)}" if year else ""
    return f"{names[at % len(names)]}{after}"


def pieces_of(text: str) -> list[str]:
    """Return the pieces of *text* between « et » and commas, as they were typed."""
    return parts(_BETWEEN, text.strip(" ,;."))


def days_apart(text: str) -> list[str]:
    """Return the pieces of *text* between « et » and commas, each with its month."""
    return with_month(pieces_of(text))
