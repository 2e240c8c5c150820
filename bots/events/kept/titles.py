"""What the events of a room are called, as it is searched (pure)."""

from bisect import bisect_left, insort
from collections.abc import Iterator, Sequence
from itertools import islice, takewhile
from typing import Final

from bots.assistant.talk.wording import fold
from bots.assistant.words.lenient import line

_MOST: Final = 500
_FEW: Final = 100
"""New words that are put in their places one by one; of more all are sorted anew."""


class Titles:
    """The titles of events by the words in them, read when somebody first searches.

    *withdrawn* ones are not found.
    """

    def __init__(self) -> None:
        self._raw: dict[str, str] = {}
        """Those that are not read yet."""
        self._words: dict[str, tuple[str, ...]] = {}
        """The words of each, folded."""
        self._saying: dict[str, dict[str, None]] = {}
        """Those that say a word."""
        self._sorted: list[str] = []
        """All words, also some that nothing says any more."""

    def put(self, event_id: str, title: object, *, withdrawn: bool = False) -> None:
        """Note what an event is called now."""
        self.drop(event_id)
        if isinstance(title, str) and not withdrawn:
            self._raw[event_id] = title

    def drop(self, event_id: str) -> None:
        """Forget an event."""
        self._raw.pop(event_id, None)
        for word in self._words.pop(event_id, ()):
            del self._saying[word][event_id]

    def ready(self, most: int | None = None) -> bool:
        """Read what is not read yet, of many *most*; tell whether there is more to read."""
        found: list[str] = []
        for event_id in [*islice(self._raw, most)]:
            title = self._raw.pop(event_id)
            self._words[event_id] = words = tuple(dict.fromkeys(_words(title)))
            for word in words:
                if word not in self._saying:
                    self._saying[word] = {}
                    found.append(word)
                self._saying[word][event_id] = None
        self._put_in_order(found)
        return bool(self._raw)

    def _put_in_order(self, words: list[str]) -> None:
        if len(words) > _FEW:
            # What is sorted already costs next to nothing.
            self._sorted += words
            self._sorted.sort()
            return
        for word in words:
            insort(self._sorted, word)

    def saying(self, words: Sequence[str], *, every: bool) -> set[str]:
        """Return the events in whose titles words begin with *every* one of *words*, or with any of them."""
        self.ready()
        found = [self._beginning(word) for word in words]
        if not found:
            return set()
        return set.intersection(*found) if every else set.union(*found)

    def _beginning(self, start: str) -> set[str]:
        known = self._sorted
        words = takewhile(
            lambda word: word.startswith(start), (known[at] for at in range(bisect_left(known, start), len(known)))
        )
        return set().union(*(self._saying[word] for word in words))


def _words(title: str) -> Iterator[str]:
    """Yield the words of a title, folded: what folds to several is several."""
    for word in line(title, _MOST).split():
        yield from fold(word).split()
