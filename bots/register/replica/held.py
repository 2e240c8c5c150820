"""The ids of a state's objects of one kind, kept up to date: nobody walks through all objects for them (pure)."""

from collections.abc import Collection
from functools import cache, partial

from bots.register.replica.places import Key
from bots.register.replica.state import State


def ids_of(state: State, kind: str) -> Collection[str]:
    """Return the ids of all objects of *kind*, whatever they say, in the order in which they came."""
    return state.view(_held(kind)).ids


class _Held:
    """The objects of one kind, as a view."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self.ids: dict[str, None] = {}

    def update(self, _: State, touched: Collection[Key]) -> None:
        """Take in what has become of the objects *touched*."""
        self.ids |= dict.fromkeys(named for kind, named in touched if kind == self._kind)


@cache
def _held(kind: str) -> "partial[_Held]":
    """Return what makes the view: the same object each time, because the state knows its views by it."""
    return partial(_Held, kind)
