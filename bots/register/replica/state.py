"""The fold: from a set of operations to the objects of a room (FORMAT.md §7).

The result is a function of the *set*: any order, any repetition, any split gives the same objects.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from sys import intern
from typing import Any, Protocol, TypeVar, cast

from bots.register.format.operation import Operation, Tombstone
from bots.register.replica.object import Object, first_of
from bots.register.replica.places import Key
from config.identifiers import UserId


class View(Protocol):
    """What a capability keeps beside a state so that it need not walk all objects for each question."""

    def update(self, state: "State", touched: Collection[Key]) -> None:
        """Take in what has become of the objects *touched*: at first, all that there are."""


V = TypeVar("V", bound=View)


class State:
    """The objects of one room, built up operation by operation.

    The caller guarantees what only a store can know: of two operations under one identity only the one with the
    smaller digest is applied, and none whose identity has been erased. Where it learns of either too late, it folds
    anew.
    """

    def __init__(self) -> None:
        self._objects: dict[Key, Object] = {}
        self._touched: set[Key] = set()
        self._views: dict[Callable[[], Any], tuple[Any, set[Key]]] = {}
        self._heard: tuple[set[Key], ...] = (self._touched,)
        self._left: dict[Callable[[], Any], list[Key]] = {}
        """What views that are made :meth:`ahead` have not taken in yet, the next one last."""
        self._authors: dict[tuple[str, str], tuple[str, str]] = {}
        self.clock = 0
        self.operations = 0

    def __len__(self) -> int:
        return len(self._objects)

    def get(self, kind: str, object_id: str) -> Object | None:
        """Return one object, or None when no operation ever named it."""
        return self._objects.get((kind, object_id))

    def each(self, keys: Iterable[Key]) -> Iterator[Object | None]:
        """Yield what :meth:`get` returns for each of *keys*, at a third of the cost."""
        return map(self._objects.get, keys)

    def all(self, kind: str) -> Iterator[Object]:
        """Yield all objects of *kind*."""
        return (each for each in self._objects.values() if each.kind == kind)

    def objects(self) -> Iterable[Object]:
        """Return all objects, of known and unknown kinds."""
        return self._objects.values()

    @property
    def touched(self) -> bool:
        """Whether anything has changed since :meth:`drain_touched` returned everything."""
        return bool(self._touched)

    def drain_touched(self, most: int | None = None) -> set[Key]:
        """Return the (kind, id) of the objects changed since the last call; of many, *most* now and the rest later."""
        if most is not None and most < len(self._touched):
            return {self._touched.pop() for _ in range(most)}
        touched = set(self._touched)
        self._touched.clear()
        return touched

    def view(self, make: Callable[[], V]) -> V:
        """Return what *make* made of this state, brought up to date with what has changed since the last call.

        One view for each *make* lives and dies with the state: when a room is folded anew, it is another state, and
        nothing stale can be left.
        """
        held = self._views.get(make)
        if held is None:
            # In the order in which they came to be, as they lie in memory: in that of a set, it takes twice as long.
            made = self._begun(make)
            made.update(self, self._objects.keys())
            return made
        view, touched = held
        left = self._left.pop(make, ())
        if left:
            view.update(self, left[::-1])
        if touched:
            view.update(self, frozenset(touched))
            touched.clear()
        return cast("V", view)

    def _begun(self, make: Callable[[], V]) -> V:
        made, heard = make(), set[Key]()
        self._views[make], self._heard = (made, heard), (*self._heard, heard)
        return made

    def ahead(self, make: Callable[[], View], most: int) -> bool:
        """Make a part of what :meth:`view` would return, from *most* objects; tell whether there is more to make.

        Whoever asks for the view before all of it is made waits for the rest.
        """
        if make not in self._views:
            self._begun(make)
            self._left[make] = [*self._objects.keys()][::-1]
        left = self._left.get(make, [])
        if left:
            self._views[make][0].update(self, left[: -most - 1 : -1])
            del left[-most:]
        if not left:
            self._left.pop(make, None)
        return bool(left)

    def apply(self, operation: Operation) -> None:
        """Merge *operation*, in whatever order operations come."""
        clock, seq, digest = operation.clock, operation.seq, operation.digest
        sender, src = self._began(operation.sender, operation.src, clock)
        for index, change in enumerate(operation.changes):
            self._named((change.kind, change.id)).write(change, (clock, sender, src, seq, index), digest)
        for tombstone in operation.void:
            self.erase(operation.sender, tombstone)

    def adopt(self, held: Iterable[tuple[str, str, Mapping[str, Any]]]) -> None:
        """Merge operations that erase nothing, as :meth:`apply` would: sender, digest and envelope of each.

        For our own store, which holds what was accepted. The JSON becomes part of the state: nobody else may hold it.
        """
        objects, touched = self._objects, list[Key]()
        for sender, digest, envelope in held:
            clock, seq = envelope["clock"], envelope["seq"]
            author, src = self._began(sender, envelope["src"], clock)
            for index, wire in enumerate(envelope["ops"]):
                key = intern(wire["kind"]), wire["id"]
                found = objects.get(key)
                if found is None:
                    found = objects[key] = first_of(key, wire, (clock, author, src, seq, index), digest)
                else:
                    found.adopt(wire, (clock, author, src, seq, index), digest)
                touched.append(found.key)
        for heard in self._heard:
            heard.update(touched)

    def _began(self, sender: str, src: str, clock: int) -> tuple[str, str]:
        """Count an operation; return the copies of its author's names that all positions share."""
        self.operations += 1
        if clock > self.clock:  # noqa: PLR1730 - twice as fast as max(), and this is the fold
            self.clock = clock
        author = (sender, src)
        # One copy of each, not one for each operation: they came from as many JSON documents.
        return self._authors.setdefault(author, author)

    def _named(self, key: Key) -> Object:
        """Return the object, made now if nobody named it before, and note that it changes."""
        held = self._objects.get(key)
        if held is None:
            held = Object(*key)
            self._objects[held.key] = held
        for heard in self._heard:
            heard.add(held.key)
        return held

    def erase(self, sender: UserId, tombstone: Tombstone) -> None:
        """Merge the tombstone of one of *sender*'s operations."""
        self.clock = max(self.clock, tombstone.clock)
        for index, trace in enumerate(tombstone.traces):
            key = (trace.kind, trace.id)
            position = (tombstone.clock, str(sender), tombstone.src, tombstone.seq, index)
            self._objects.setdefault(key, Object(*key)).erase(trace, position)
            for heard in self._heard:
                heard.add(key)
