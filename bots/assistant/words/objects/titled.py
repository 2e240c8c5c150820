"""Something called by words of its title: ``le rappel du portail``, ``les convocations c'est fait`` (pure)."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from bots.assistant.talk.wording import fold
from bots.assistant.words.objects.articles import ARTICLES, LINKING

_AROUND: Final = '.,;:!?«»"()'
_LEAST: Final = 4
"""Letters that two forms of one word have in common."""
_BETWEEN = re.compile(r"[\s']+")
_LITTLE: Final = (
    ARTICLES | LINKING | frozenset({"about", "l", "d", "sur", "cet", "ces", "que", "qu", "an", "for", "to"})
)


def parts_of(words: str) -> tuple[str, ...]:
    """Return *words* one by one, folded, without what stands around them: ``l'école`` is two."""
    parts = (part.strip(_AROUND) for part in _BETWEEN.split(" ".join(fold(word) for word in words.split())))
    return tuple(part for part in parts if part)


def telling(words: str) -> tuple[str, ...]:
    """Return those of *words* that may tell one title from another: no articles, no prepositions."""
    return tuple(dict.fromkeys(part for part in parts_of(words) if part not in _LITTLE))


def said_in(words: Iterable[str], title: str) -> frozenset[str]:
    """Return those of *words*, folded, that *title* has in some form."""
    return frozenset(word for word in words if is_titled((word,), title))


def is_titled(words: Sequence[str], title: str, *, shortly: bool = False) -> bool:
    """Tell whether *title* has all of *words*, folded, each in some form; of none, nothing has.

    *shortly*: its beginning is a form, too: « la tréso » is the trésorerie.
    """
    parts = parts_of(title)
    return bool(words) and all(
        any(_alike(word, part) or (shortly and len(word) >= _LEAST and part.startswith(word)) for part in parts)
        for word in words
    )


def _alike(said: str, other: str) -> bool:
    """Tell whether two words are forms of one: ``envoyé`` and ``envoyer``, ``convocation`` and ``convocations``."""
    if said == other:
        return True
    shorter = min(len(said), len(other))
    if shorter < _LEAST:
        return False
    alike = next((at for at in range(shorter) if said[at] != other[at]), shorter)
    return alike >= max(_LEAST, shorter - 2) and max(len(said), len(other)) - alike <= 3
