"""The add/remove sets of one object: each remove names the adds that it cancels (FORMAT.md §7)."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from sys import intern
from typing import Any, Final

from bots.register.format.canonical import Json
from bots.register.replica.places import Add, Position, prefix

NOTHING: Final[dict[str, Any]] = {}
"""Of an object in which nobody has written: never written to."""


class Sets:
    """What was added to one object and what of it was cancelled; :class:`~bots.register.replica.object.Object` writes.

    What one operation added is kept as it came until another one adds.
    """

    __slots__ = ("_adds", "_removed")
    _adds: Add | dict[tuple[str, int], Add] | None
    _removed: dict[str, set[str]] | None

    def elements(self, name: str) -> list[Any]:
        """Return the live elements of the add/remove set *name*, without repeats, in a stable order."""
        adds = self._adds
        if adds is None:
            return []
        if isinstance(adds, tuple) and self._removed is None:
            found = list(adds[2].get(name, ()))
        else:
            found = list(self._live(name).values())
        if len(found) < 2:
            return found
        live = {repr(value): value for value in found}
        return [live[each] for each in sorted(live)]

    def tags(self, name: str, element: Json) -> tuple[str, ...]:
        """Return the tags to cancel so that *element* leaves the set *name*."""
        return tuple(sorted(tag for tag, value in self._live(name).items() if value == element))

    def sets(self) -> Mapping[str, Collection[Any]]:
        """Return the live elements of each set, with repeats and in no order. To be read only."""
        adds = self._adds
        if adds is None:
            return NOTHING
        if isinstance(adds, tuple) and self._removed is None:
            return adds[2]
        return {name: tuple(self._live(name).values()) for name in self._names_of_sets()}

    def added(self, name: str) -> list[tuple[Position, Any]]:
        """Return the live elements of the set *name*, each with where in the order it was added, in that order."""
        return sorted(((position, value) for position, _, value in self._tagged(name)), key=lambda each: each[0])

    def ever_added(self, name: str) -> Iterator[tuple[Position, Any]]:
        """Yield the elements of the set *name* with where they were added, also those that somebody has cancelled.

        For what its author alone may take back: anybody's operation can cancel an add, nobody's can make it unsaid.
        Whoever came later, with a snapshot, does not hold what was cancelled before.
        """
        for _, position, elements in self._each_add():
            for value in elements.get(name, ()):
                yield position, value

    def live_tags(self) -> Iterator[str]:
        """Yield the tags of all adds that are not cancelled."""
        for name in self._names_of_sets():
            yield from self._live(name)

    def _live(self, name: str) -> dict[str, Json]:
        return {tag: value for _, tag, value in self._tagged(name)}

    def _tagged(self, name: str) -> Iterator[tuple[Position, str, Json]]:
        removed = (self._removed or {}).get(name, ())
        for digest, position, elements in self._each_add():
            for number, value in enumerate(elements.get(name, ())):
                tag = f"{digest}.{position[4]}.{number}"
                if tag not in removed:
                    yield position, tag, value

    def _each_add(self) -> Iterable[Add]:
        adds = self._adds
        if isinstance(adds, tuple):
            return (adds,)
        return adds.values() if adds else ()

    def _names_of_sets(self) -> Iterable[str]:
        return dict.fromkeys(name for _, _, elements in self._each_add() for name in elements)

    def _write_adds(self, add: Add) -> None:
        adds = self._adds
        assert adds is not None
        if isinstance(adds, tuple):
            adds = self._adds = {prefix(adds): adds}
        adds[prefix(add)] = add

    def _cancel(self, remove: Mapping[str, Iterable[str]]) -> None:
        if self._removed is None:
            self._removed = {}
        for name, tags in remove.items():
            if tags:
                self._removed.setdefault(intern(name), set()).update(tags)
