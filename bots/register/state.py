"""The fold: from a set of operations to the objects of a room (FORMAT.md §7).

The result is a function of the *set*: any order, any repetition, any split gives the same objects.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from sys import intern
from typing import Any, Final, Protocol, TypeVar, cast

from bots.register.canonical import MAX_INTEGER, Json
from bots.register.operation import Change, Operation, Tombstone, Trace
from config.identifiers import UserId

Position = tuple[int, str, str, int, int]
"""(clock, sender, src, seq, index): where a change stands in the order that everybody agrees on."""


Key = tuple[str, str]
"""(kind, id) of an object."""


class _Erased:
    def __repr__(self) -> str:
        return "ERASED"


ERASED: Final = _Erased()
"""The value of a field whose last writer was erased (RGPD), which is not the same as an empty field."""

_Cell = tuple[Position, Any]
_LAST: Final[Position] = (MAX_INTEGER, "", "", 0, 0)
_NO_CELLS: Final[Mapping[str, _Cell]] = {}


class Object:
    """One object of a room, as far as the operations that we hold tell."""

    __slots__ = ("_add", "_first", "_places", "_removed", "_set", "id", "key", "kind")

    def __init__(self, kind: str, object_id: str) -> None:
        self.key = (intern(kind), object_id)
        self.kind, self.id = self.key
        self._set: dict[str, _Cell] = {}
        self._first: dict[str, _Cell] | None = None
        self._add: dict[str, dict[str, Json]] | None = None
        self._removed: dict[str, set[str]] | None = None
        self._places: dict[str, Position] | None = None

    def value(self, name: str, default: Json = None) -> Any:
        """Return the last value written to *name*, ``ERASED``, or *default* when nobody wrote one."""
        cell = self._set.get(name)
        return default if cell is None else cell[1]

    def first(self, name: str, default: Json = None) -> Any:
        """Return the earliest value of the write-once field *name*, ``ERASED``, or *default*."""
        cell = (self._first or _NO_CELLS).get(name)
        return default if cell is None else cell[1]

    def first_author(self, name: str) -> UserId | None:
        """Return the assistant whose operation won the write-once field *name*."""
        cell = (self._first or _NO_CELLS).get(name)
        return None if cell is None else UserId(cell[0][1])

    def changed(self, name: str) -> Position | None:
        """Return where in the order the field *name* was last written."""
        cell = self._set.get(name)
        return None if cell is None else cell[0]

    def elements(self, name: str) -> list[Any]:
        """Return the live elements of the add/remove set *name*, without repeats, in a stable order."""
        if self._add is None or name not in self._add:
            return []
        found = self._live(name)
        if len(found) < 2:
            return list(found.values())
        live = {repr(value): value for value in found.values()}
        return [live[each] for each in sorted(live)]

    def tags(self, name: str, element: Json) -> tuple[str, ...]:
        """Return the tags to cancel so that *element* leaves the set *name*."""
        return tuple(sorted(tag for tag, value in self._live(name).items() if value == element))

    def has_sets(self) -> bool:
        """Tell whether anything was ever added to a set of this object."""
        return self._add is not None

    def added(self, name: str) -> list[tuple[Position, Any]]:
        """Return the live elements of the set *name*, each with where in the order it was added, in that order."""
        places = self._places or {}
        live = [(places[tag.rpartition(".")[0]], value) for tag, value in self._live(name).items()]
        return sorted(live, key=lambda each: each[0])

    def _live(self, name: str) -> dict[str, Json]:
        added = (self._add or {}).get(name, {})
        removed = (self._removed or {}).get(name, ())
        return {tag: value for tag, value in added.items() if tag not in removed}

    def write(self, change: Change, position: Position, digest: str) -> None:
        """Merge one change that stands at *position*; merging it again changes nothing."""
        cells = self._set
        for name, value in change.set.items():
            held = cells.get(name)
            if held is None or held[0] < position:
                # Interned: a hundred thousand tasks have the same dozen field names.
                cells[intern(name)] = (position, value)
        if change.first:
            self._write_first(change, position)
        if change.add:
            self._write_adds(change, f"{digest}.{position[4]}", position)
        if change.remove:
            self._cancel(change.remove)

    def _write_first(self, change: Change, position: Position) -> None:
        if self._first is None:
            self._first = {}
        cells = self._first
        for name, value in change.first.items():
            held = cells.get(name)
            if held is None or position < held[0]:
                cells[intern(name)] = (position, value)

    def _write_adds(self, change: Change, prefix: str, position: Position) -> None:
        if self._add is None or self._places is None:
            self._add, self._places = {}, {}
        self._places[prefix] = position
        for name, values in change.add.items():
            added = self._add.setdefault(intern(name), {})
            for number, value in enumerate(values):
                added[f"{prefix}.{number}"] = value

    def _cancel(self, remove: Any) -> None:
        if self._removed is None:
            self._removed = {}
        for name, tags in remove.items():
            if tags:
                self._removed.setdefault(intern(name), set()).update(tags)

    def erase(self, trace: Trace, position: Position) -> None:
        """Merge the trace of an erased change: what it had won reads as erased, and nothing older comes back."""
        for name in trace.set:
            held = self._set.get(name)
            if held is None or held[0] <= position:
                self._set[intern(name)] = (position, ERASED)
        if trace.first and self._first is None:
            self._first = {}
        for name in trace.first:
            assert self._first is not None
            held = self._first.get(name)
            if held is None or position <= held[0]:
                self._first[intern(name)] = (position, ERASED)
        # Its adds are gone because it is not folded. Taking them out by the digest that a tombstone names would let a
        # forged one take out somebody else's: if they came before it, and not if they came after.
        if trace.remove:
            self._cancel(trace.remove)

    def winners(self) -> Iterator[Position]:
        """Yield where in the order each field that now has a value (not ``ERASED``) was written."""
        for cells in (self._set, self._first or _NO_CELLS):
            yield from (position for position, value in cells.values() if value is not ERASED)

    def live_tags(self) -> Iterator[str]:
        """Yield the tags of all adds that are not cancelled."""
        for name in self._add or ():
            yield from self._live(name)

    def is_bare(self) -> bool:
        """Tell whether operations named this object and left nothing in it."""
        return not (self._set or self._first or self._removed or next(self.live_tags(), None))

    def after(self, change: Change) -> "Object":
        """Return what this object would be if *change* came last; this one stays as it is."""
        then = Object(*self.key)
        then._set, then._first = dict(self._set), dict(self._first or _NO_CELLS)
        then._add = {name: dict(added) for name, added in (self._add or {}).items()}
        then._removed = {name: set(tags) for name, tags in (self._removed or {}).items()}
        then._places = dict(self._places or {})
        then.write(change, _LAST, "")
        return then

    def as_json(self) -> dict[str, Json]:
        """Return the canonical form that the state hash covers (FORMAT.md §8)."""
        wire: dict[str, Json] = {"kind": self.kind, "id": self.id}
        for part, cells in (("set", self._set), ("first", self._first)):
            if cells:
                wire[part] = {name: _cell_as_json(cell) for name, cell in cells.items()}
        adds: dict[str, Json] = {name: dict(self._live(name)) for name in self._add or {} if self._live(name)}
        if adds:
            wire["add"] = adds
        if self._removed:
            removed: dict[str, Json] = {name: [*sorted(tags)] for name, tags in self._removed.items()}
            wire["removed"] = removed
        return wire


def _cell_as_json(cell: _Cell) -> Json:
    position, value = cell
    return list(position) if value is ERASED else [*position, value]


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
        self._authors: dict[tuple[str, str], tuple[str, str]] = {}
        self.clock = 0
        self.operations = 0

    def __len__(self) -> int:
        return len(self._objects)

    def get(self, kind: str, object_id: str) -> Object | None:
        """Return one object, or None when no operation ever named it."""
        return self._objects.get((kind, object_id))

    def all(self, kind: str) -> Iterator[Object]:
        """Yield all objects of *kind*."""
        return (each for each in self._objects.values() if each.kind == kind)

    def objects(self) -> Iterable[Object]:
        """Return all objects, of known and unknown kinds."""
        return self._objects.values()

    def drain_touched(self) -> set[Key]:
        """Return the (kind, id) of the objects changed since the last call."""
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
            held = self._views[make] = (make(), set(self._objects))
            self._heard = (*self._heard, held[1])
        view, touched = held
        if touched:
            view.update(self, frozenset(touched))
            touched.clear()
        return cast("V", view)

    def apply(self, operation: Operation) -> None:
        """Merge *operation*, in whatever order operations come."""
        clock, seq = operation.clock, operation.seq
        author = (operation.sender, operation.src)
        # One copy of each, not one for each operation: they came from as many JSON documents.
        sender, src = self._authors.setdefault(author, author)
        self.operations += 1
        if clock > self.clock:  # noqa: PLR1730 - twice as fast as max(), and this is the fold
            self.clock = clock
        objects = self._objects
        digest = operation.digest
        heard = self._heard
        for index, change in enumerate(operation.changes):
            key = (change.kind, change.id)
            held = objects.get(key)
            if held is None:
                held = Object(*key)
                objects[held.key] = held
            held.write(change, (clock, sender, src, seq, index), digest)
            for each in heard:
                each.add(held.key)
        for tombstone in operation.void:
            self.erase(operation.sender, tombstone)

    def erase(self, sender: UserId, tombstone: Tombstone) -> None:
        """Merge the tombstone of one of *sender*'s operations."""
        self.clock = max(self.clock, tombstone.clock)
        for index, trace in enumerate(tombstone.traces):
            key = (trace.kind, trace.id)
            position = (tombstone.clock, str(sender), tombstone.src, tombstone.seq, index)
            self._objects.setdefault(key, Object(*key)).erase(trace, position)
            for each in self._heard:
                each.add(key)


def tombstone(operation: Operation) -> Tombstone:
    """Return what is left of *operation* when it is erased."""
    return Tombstone(
        src=operation.src,
        seq=operation.seq,
        clock=operation.clock,
        digest=operation.digest,
        traces=tuple(
            Trace(each.kind, each.id, tuple(sorted(each.set)), tuple(sorted(each.first)), each.remove)
            for each in operation.changes
        ),
    )


def withdrawal(operation: Operation) -> Tombstone:
    """Return the tombstone with which its author takes *operation* back: without traces, nothing reads as erased."""
    return Tombstone(operation.src, operation.seq, operation.clock, operation.digest, ())
