"""Which titles some of the words of a message call, those that most of them do (pure)."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from bots.assistant.words.objects.titled import is_titled, parts_of

_LEAST: Final = 4
"""Letters by which forms of a word begin alike."""
_MOST_ALIKE: Final = 9
"""Titles that a word calls: of more it tells none."""
_MOST_CALLED: Final = 4


def called(telling: Sequence[str], titles: Sequence[str]) -> list[tuple[int, int]]:
    """Return which of *titles* most of the *telling* words (folded) call, and how many do; [] where too many are."""
    words = [word for word in dict.fromkeys(telling) if len(word) > 1 or word.isdecimal()]
    counts: dict[int, int] = {}
    for word in words:
        hits = [at for at, title in enumerate(titles) if word[:_LEAST] in _begins(title) and is_titled([word], title)]
        for at in hits if len(hits) <= _MOST_ALIKE else ():
            counts[at] = counts.get(at, 0) + 1
    most = max(counts.values(), default=0)
    best = [(at, count) for at, count in sorted(counts.items()) if count == most]
    return best if len(best) <= _MOST_CALLED else []


def may_call(words: Iterable[str], title: str) -> bool:
    """Tell whether :func:`is_titled` may find one of *words* (folded) in *title*; where not, it finds none."""
    begins = _begins(title)
    return any(word[:_LEAST] in begins for word in words)


@lru_cache(16_384)
def _begins(title: str) -> frozenset[str]:
    return frozenset(part[:_LEAST] for part in parts_of(title))
