"""Which titles some of the words of a message call, those that most of them do (pure)."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from bots.assistant.words.objects.titled import is_titled, parts_of

_LEAST: Final = 4
"""Letters by which forms of a word begin alike."""
MOST_ALIKE: Final = 9
"""Titles that a word calls: of more it tells none."""
_MOST_CALLED: Final = 4


def called(telling: Sequence[str], titles: Sequence[str]) -> list[int]:
    """Return which of *titles* most of the *telling* words (folded) call, by their places; [] where too many are."""
    begun = [{part[:_LEAST] for part in parts_of(title)} for title in titles]
    words = [word for word in dict.fromkeys(telling) if len(word) > 1 or word.isdecimal()]
    counts = Counter[int]()
    for word in words:
        hits = [at for at, title in enumerate(titles) if word[:_LEAST] in begun[at] and is_titled([word], title)]
        counts.update(hits if len(hits) <= MOST_ALIKE else ())
    most = max(counts.values(), default=0)
    best = [at for at, count in sorted(counts.items()) if count == most]
    return best if len(best) <= _MOST_CALLED else []
