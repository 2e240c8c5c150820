"""Which titles some of the words of a message call, those that most of them do (pure)."""

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from bots.assistant.words.objects.titled import is_titled, parts_of
from bots.register.replica.places import Key
from bots.register.replica.state import State

_LEAST: Final = 4
"""Letters by which forms of a word begin alike."""
_MOST_ALIKE: Final = 9
"""Titles that a word calls: of more it tells none."""
_MOST_CALLED: Final = 4


class Begins:
    """With what the words of the titles of one *kind* begin: a view of a room's state, forgotten with what it is of."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._known: dict[str, tuple[str, frozenset[str]]] = {}

    def update(self, _: State, touched: Collection[Key]) -> None:
        """Forget what was known of the objects *touched*."""
        for kind, object_id in touched:
            if kind == self._kind:
                self._known.pop(object_id, None)

    def of(self, object_id: str, title: str) -> frozenset[str]:
        """Return the beginnings of the words of *title*, which the state has of this object."""
        known = self._known.get(object_id)
        if known is None or known[0] != title:
            known = self._known[object_id] = (title, begins(title))
        return known[1]


def called(
    telling: Sequence[str], titles: Sequence[str], known: Sequence[frozenset[str]] | None = None
) -> list[tuple[int, int]]:
    """Return which of *titles* most of the *telling* words (folded) call, and how many do; [] where too many are.

    *known* is what :func:`begins` says of each, where somebody has kept that.
    """
    known = [begins(title) for title in titles] if known is None else known
    words = [word for word in dict.fromkeys(telling) if len(word) > 1 or word.isdecimal()]
    counts: dict[int, int] = {}
    for word in words:
        hits = [at for at, title in enumerate(titles) if word[:_LEAST] in known[at] and is_titled([word], title)]
        for at in hits if len(hits) <= _MOST_ALIKE else ():
            counts[at] = counts.get(at, 0) + 1
    most = max(counts.values(), default=0)
    best = [(at, count) for at, count in sorted(counts.items()) if count == most]
    return best if len(best) <= _MOST_CALLED else []


def may_call(words: Iterable[str], known: frozenset[str]) -> bool:
    """Tell whether :func:`is_titled` may find one of *words* (folded) in a title that begins so: else it finds none."""
    return any(word[:_LEAST] in known for word in words)


def begins(title: str) -> frozenset[str]:
    """Return the first letters of the words of *title*."""
    return frozenset(part[:_LEAST] for part in parts_of(title))
