"""Words that are most likely a misspelt day: ``vendrdi``, ``demian``."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_SHORTEST: Final = 4
"""Letters of a word that may be a misspelt one: below, most are words of their own."""
_LONG: Final = 8
"""Letters of a word in which two mistakes leave no doubt which it is."""


class Misspelt:
    """What may be meant by a word that is neither a *known* one of the tables nor an *other* one of the language."""

    def __init__(self, words: Iterable[str], known: frozenset[str], other: frozenset[str]) -> None:
        self._words = tuple(words)
        self._no = known | other
        self._by_letter = {each[0]: [one for one in self._words if one[0] == each[0]] for each in self._words}
        # The first of them wins: they stand with the likeliest first.
        self._near: Mapping[str, str] = {
            near: word for word in reversed(self._words) for near in _one_away(word) if near not in self._no
        }

    def meant(self, word: str) -> str | None:
        """Return the word that *word* is one mistake away from: a letter more, less, another, or two exchanged."""
        return self._near.get(word)

    def is_strange(self, word: str) -> bool:
        """Tell whether *word* is long enough to be a misspelt one, and none of those that are right."""
        return len(word) >= _SHORTEST and word not in self._no

    def meant_loosely(self, word: str) -> str | None:
        """Return the word that *word* is one mistake away from, of a long one two, or that it is the beginning of."""
        if not self.is_strange(word):
            return None
        near = self._near.get(word)
        if near is not None:
            return near
        return next((each for each in self._by_letter.get(word[0], ()) if _is_like(word, each)), None)


def _one_away(word: str) -> Iterator[str]:
    parts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    for before, after in parts:
        if after and len(word) > _SHORTEST:
            yield before + after[1:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        for letter in _LETTERS:
            yield before + letter + after
            if after:
                yield before + letter + after[1:]


def _is_like(word: str, other: str) -> bool:
    if other.startswith(word):
        return True
    return len(other) >= _LONG and abs(len(word) - len(other)) <= 2 and distance(word, other) <= 2


def distance(one: str, other: str) -> int:
    """Return how many mistakes lie between two words, each letter being mistaken once (optimal string alignment)."""
    last: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        before, last, row = last, row, [at]
        for there, same in enumerate(other, 1):
            cost = min(row[-1] + 1, last[there] + 1, last[there - 1] + (letter != same))
            if at > 1 and there > 1 and letter == other[there - 2] and one[at - 2] == same:
                cost = min(cost, before[there - 2] + 1)
            row.append(cost)
    return row[-1]
