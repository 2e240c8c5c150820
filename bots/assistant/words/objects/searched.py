"""What the objects of a kind are called, so that words find them in any form: a view of a room's state (pure)."""

from collections.abc import Collection, Iterator
from functools import cache, partial
from itertools import islice
from typing import Final

from bots.assistant.words.lenient import line
from bots.assistant.words.objects.titled import is_titled, parts_of
from bots.register.replica.object import Object
from bots.register.replica.places import Key
from bots.register.replica.state import State

_MOST: Final = 500
"""Characters of a text that are read."""
_MOST_SETS: Final = 50
_STEM: Final = 4
"""Letters that all forms of a word share (``titled``)."""


class Searched:
    """The words of *texts* (fields) and *sets* of the objects of one kind; read when somebody first asks for them."""

    def __init__(self, kind: str, texts: tuple[str, ...], sets: tuple[str, ...]) -> None:
        self._kind = kind
        self._texts = texts
        self._sets = sets
        self._state: State | None = None
        self._waiting: dict[str, None] = {}
        """Those that have changed since they were read."""
        self._words: dict[str, frozenset[str]] = {}
        self._saying: dict[str, set[str]] = {}
        """The objects that say a word."""
        self._stems: dict[str, set[str]] = {}
        """The words that begin with the same letters."""

    def update(self, state: State, touched: Collection[Key]) -> None:
        """Take in what has become of the objects *touched*."""
        self._state = state
        self._waiting.update((object_id, None) for kind, object_id in touched if kind == self._kind)

    def having(self, word: str) -> frozenset[str]:
        """Return the objects that have *word*, folded, in some form."""
        self.ready(len(self._waiting))
        known = self._stems.get(word[:_STEM], ())
        alike = [said for said in known if is_titled((word,), said)]
        return frozenset().union(*(self._saying[said] for said in alike)) if alike else frozenset()

    def ready(self, most: int) -> bool:
        """Read what is not read yet, of many *most*; tell whether there is more to read."""
        for object_id in [*islice(self._waiting, most)]:
            self._read(object_id)
        return bool(self._waiting)

    def _read(self, object_id: str) -> None:
        assert self._state is not None, "it is a view"
        del self._waiting[object_id]
        self._forget(object_id)
        found = self._state.get(self._kind, object_id)
        words = frozenset() if found is None else frozenset(self._said(found))
        for word in words:
            self._saying.setdefault(word, set()).add(object_id)
            self._stems.setdefault(word[:_STEM], set()).add(word)
        self._words[object_id] = words

    def _forget(self, object_id: str) -> None:
        for word in self._words.pop(object_id, ()):
            held = self._saying[word]
            held.discard(object_id)
            if not held:
                del self._saying[word]
                self._stems[word[:_STEM]].discard(word)

    def _said(self, found: Object) -> Iterator[str]:
        for name in self._texts:
            yield from parts_of(line(found.value(name), _MOST))
        for name in self._sets:
            for element in found.elements(name)[:_MOST_SETS]:
                yield from parts_of(line(element, _MOST).lstrip("#"))


@cache
def searched(kind: str, texts: tuple[str, ...] = ("title",), sets: tuple[str, ...] = ()) -> "partial[Searched]":
    """Return what makes the view: the same object each time, because the state knows its views by it."""
    return partial(Searched, kind, texts, sets)


def hits(view: Searched, words: Collection[str]) -> dict[str, frozenset[str]]:
    """Return the objects that have any of *words*, each with those that it has."""
    found: dict[str, set[str]] = {}
    for word in words:
        for object_id in view.having(word):
            found.setdefault(object_id, set()).add(word)
    return {object_id: frozenset(held) for object_id, held in found.items()}
