"""How people ask for a picture of the agenda: ``semaine image``, ``le mois de décembre en image`` (pure)."""

from collections.abc import Sequence
from typing import Final

from bots.assistant.talk.wording import fold

_PICTURE: Final = frozenset({"image", "images", "photo", "dessin", "visuel", "picture", "drawing", "png"})
_BEFORE: Final = frozenset({"en", "une", "un", "d", "sous", "forme", "par", "avec", "as", "a", "an", "in", "by", "of"})


def without_picture(words: Sequence[str]) -> list[str] | None:
    """Return *words* without those that ask for a picture; None where none do."""
    said = [fold(word).strip(".,;:!?").removeprefix("d'") for word in words]
    at = next((place for place, word in enumerate(said) if word in _PICTURE), None)
    if at is None:
        return None
    first = at
    while first and said[first - 1] in _BEFORE:
        first -= 1
    return [*words[:first], *words[at + 1 :]]
