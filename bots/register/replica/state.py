"""The fold: from a set of operations to the objects of a room (FORMAT.md §7).

The result is a function of the *set*: any order, any repetition, any split gives the same objects.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from sys import intern
from typing import Any, Final, Protocol, TypeVar, cast

from bots.register.format.canonical import MAX_INTEGER, Json
from bots.register.format.operation import Change, Operation, Tombstone, Trace
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

_LAST: Final[Position] = (MAX_INTEGER, "", "", 0, 0)
_NOTHING: Final[dict[str, Any]] = {}
"""Of an object in which nobody has written: never written to."""

_Value = TypeVar("_Value")
_new = object.__new__

_Places = Position | dict[str, Position] | None
"""Where the fields of one object were written: one place for all while one operation wrote them, as most do."""

_Steps = Position | list[Position] | None
"""Where each operation that named an object did, in the order in which they came."""

_Add = tuple[str, Position, Mapping[str, Sequence[Json]]]
"""What one change added: the digest of its operation, its place, and the elements by set."""


class Object:
    """One object of a room, as far as the operations that we hold tell.

    Most objects are written by one operation: so what it wrote is kept as it came, with its place beside it, and is
    taken apart by field only when another one writes (bots/tasks/DESIGN.md, "A cold start").
    """

    __slots__ = ("_adds", "_first_at", "_removed", "_set_at", "_steps", "fields", "firsts", "key")

    def __init__(self, kind: str, object_id: str) -> None:
        self.key: Key = (intern(kind), object_id)
        self.fields: Mapping[str, Any] = _NOTHING
        """The last value of each field, or ``ERASED``. To be read only."""
        self.firsts: Mapping[str, Any] = _NOTHING
        """The earliest value of each write-once field, or ``ERASED``. To be read only."""
        self._set_at: _Places = None
        self._first_at: _Places = None
        self._adds: _Add | dict[tuple[str, int], _Add] | None = None
        self._removed: dict[str, set[str]] | None = None
        self._steps: _Steps = None

    @property
    def kind(self) -> str:
        """What sort of object it is."""
        return self.key[0]

    @property
    def id(self) -> str:
        """What it is known by among those of its kind."""
        return self.key[1]

    def value(self, name: str, default: Json = None) -> Any:
        """Return the last value written to *name*, ``ERASED``, or *default* when nobody wrote one."""
        return self.fields.get(name, default)

    def first(self, name: str, default: Json = None) -> Any:
        """Return the earliest value of the write-once field *name*, ``ERASED``, or *default*."""
        return self.firsts.get(name, default)

    def first_author(self, name: str) -> UserId | None:
        """Return the assistant whose operation won the write-once field *name*."""
        return UserId(_place(self._first_at, name)[1]) if name in self.firsts else None

    def changed(self, name: str) -> Position | None:
        """Return where in the order the field *name* was last written."""
        return _place(self._set_at, name) if name in self.fields else None

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
            return _NOTHING
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

    def _live(self, name: str) -> dict[str, Json]:
        return {tag: value for _, tag, value in self._tagged(name)}

    def _tagged(self, name: str) -> Iterator[tuple[Position, str, Json]]:
        removed = (self._removed or {}).get(name, ())
        for digest, position, elements in self._each_add():
            for number, value in enumerate(elements.get(name, ())):
                tag = f"{digest}.{position[4]}.{number}"
                if tag not in removed:
                    yield position, tag, value

    def _each_add(self) -> Iterable[_Add]:
        adds = self._adds
        if isinstance(adds, tuple):
            return (adds,)
        return adds.values() if adds else ()

    def _names_of_sets(self) -> Iterable[str]:
        return dict.fromkeys(name for _, _, elements in self._each_add() for name in elements)

    def steps(self) -> Iterator[tuple[str, str, int]]:
        """Yield (sender, src, seq) of each operation that named this object, erased ones too, perhaps repeatedly."""
        steps = self._steps
        for _, sender, src, seq, _ in (steps,) if isinstance(steps, tuple) else steps or ():
            yield sender, src, seq

    def write(self, change: Change, position: Position, digest: str) -> None:
        """Merge one change that stands at *position*; merging it again changes nothing."""
        fields, firsts, adds = change.set, change.first, change.add
        # What would become ours is copied first: a change is its author's.
        if fields and self._set_at is None:
            fields = _named(fields)
        if firsts and self._first_at is None:
            firsts = _named(firsts)
        if adds:
            adds = _named(adds)
        self._note(position)
        self._merge(fields, firsts, adds, change.remove, position, digest)

    def adopt(self, wire: Mapping[str, Any], position: Position, digest: str) -> None:
        """Merge one change as :meth:`write` does, from its JSON; what is in that belongs to this object from now on."""
        part = wire.get
        self._note(position)
        self._merge(part("set"), part("first"), part("add"), part("remove"), position, digest)

    def _merge(
        self,
        fields: Mapping[str, Any] | None,
        firsts: Mapping[str, Any] | None,
        adds: Mapping[str, Sequence[Json]] | None,
        removes: Mapping[str, Iterable[str]] | None,
        position: Position,
        digest: str,
    ) -> None:
        if fields:
            if self._set_at is None:
                self.fields, self._set_at = fields, position
            else:
                self._write_set(fields, position)
        if firsts:
            if self._first_at is None:
                self.firsts, self._first_at = firsts, position
            else:
                self._write_first(firsts, position)
        if adds:
            if self._adds is None:
                self._adds = (digest, position, adds)
            else:
                self._write_adds((digest, position, adds))
        if removes:
            self._cancel(removes)

    def _note(self, position: Position) -> None:
        if self._steps is None:
            self._steps = position
        elif isinstance(self._steps, tuple):
            self._steps = [self._steps, position]
        else:
            self._steps.append(position)

    def _write_set(self, fields: Mapping[str, Any], position: Position) -> None:
        values, places = self._own_fields()
        for name, value in fields.items():
            held = places.get(name)
            if held is None or held < position:
                values[intern(name)] = value
                places[name] = position

    def _write_first(self, firsts: Mapping[str, Any], position: Position) -> None:
        values, places = self._own_firsts()
        for name, value in firsts.items():
            held = places.get(name)
            if held is None or position < held:
                values[intern(name)] = value
                places[name] = position

    def _own_fields(self) -> tuple[dict[str, Any], dict[str, Position]]:
        """Return the fields and their places, taken apart so that each can be written alone."""
        if not isinstance(self._set_at, dict):
            self.fields = dict(self.fields)
            self._set_at = dict.fromkeys(self.fields, self._set_at) if self._set_at else {}
        return cast("dict[str, Any]", self.fields), self._set_at

    def _own_firsts(self) -> tuple[dict[str, Any], dict[str, Position]]:
        if not isinstance(self._first_at, dict):
            self.firsts = dict(self.firsts)
            self._first_at = dict.fromkeys(self.firsts, self._first_at) if self._first_at else {}
        return cast("dict[str, Any]", self.firsts), self._first_at

    def _write_adds(self, add: _Add) -> None:
        adds = self._adds
        assert adds is not None
        if isinstance(adds, tuple):
            adds = self._adds = {_prefix(adds): adds}
        adds[_prefix(add)] = add

    def _cancel(self, remove: Mapping[str, Iterable[str]]) -> None:
        if self._removed is None:
            self._removed = {}
        for name, tags in remove.items():
            if tags:
                self._removed.setdefault(intern(name), set()).update(tags)

    def erase(self, trace: Trace, position: Position) -> None:
        """Merge the trace of an erased change: what it had won reads as erased, and nothing older comes back."""
        self._note(position)
        if trace.set:
            values, places = self._own_fields()
            for name in trace.set:
                held = places.get(name)
                if held is None or held <= position:
                    values[intern(name)] = ERASED
                    places[name] = position
        if trace.first:
            values, places = self._own_firsts()
            for name in trace.first:
                held = places.get(name)
                if held is None or position <= held:
                    values[intern(name)] = ERASED
                    places[name] = position
        # Its adds are gone because it is not folded. Taking them out by the digest that a tombstone names would let a
        # forged one take out somebody else's: if they came before it, and not if they came after.
        if trace.remove:
            self._cancel(trace.remove)

    def winners(self) -> Iterator[Position]:
        """Yield where in the order each field that now has a value (not ``ERASED``) was written."""
        for values, places in ((self.fields, self._set_at), (self.firsts, self._first_at)):
            yield from (_place(places, name) for name, value in values.items() if value is not ERASED)

    def live_tags(self) -> Iterator[str]:
        """Yield the tags of all adds that are not cancelled."""
        for name in self._names_of_sets():
            yield from self._live(name)

    def is_bare(self) -> bool:
        """Tell whether operations named this object and left nothing in it."""
        return not (self.fields or self.firsts or self._removed or next(self.live_tags(), None))

    def after(self, change: Change) -> "Object":
        """Return what this object would be if *change* came last; this one stays as it is."""
        then = Object(*self.key)
        then.fields, then.firsts = dict(self.fields), dict(self.firsts)
        then._set_at, then._first_at = _copy(self._set_at), _copy(self._first_at)
        then._adds = {_prefix(each): each for each in self._each_add()} or None
        then._removed = {name: set(tags) for name, tags in (self._removed or {}).items()}
        # A digest of its own: what is pending may be several changes.
        then.write(change, _LAST, f"pending{len(then._adds or ())}")
        return then

    def as_json(self) -> dict[str, Json]:
        """Return the canonical form that the state hash covers (FORMAT.md §8)."""
        wire: dict[str, Json] = {"kind": self.kind, "id": self.id}
        for part, values, places in (("set", self.fields, self._set_at), ("first", self.firsts, self._first_at)):
            if values:
                wire[part] = {name: _as_json(_place(places, name), value) for name, value in values.items()}
        adds: dict[str, Json] = {name: dict(live) for name in self._names_of_sets() if (live := self._live(name))}
        if adds:
            wire["add"] = adds
        if self._removed:
            removed: dict[str, Json] = {name: [*sorted(tags)] for name, tags in self._removed.items()}
            wire["removed"] = removed
        return wire


def _first_of(key: Key, wire: Mapping[str, Any], position: Position, digest: str) -> Object:
    """Return what :meth:`Object.adopt` makes of an object in which nobody has written: no more than must be done.

    In a cold start nearly every object is made here, and a constructor and two calls are half of what that costs.
    """
    found, part = _new(Object), wire.get
    fields, firsts, adds, removes = part("set"), part("first"), part("add"), part("remove")
    found.key = key
    found.fields, found._set_at = (fields, position) if fields else (_NOTHING, None)
    found.firsts, found._first_at = (firsts, position) if firsts else (_NOTHING, None)
    found._adds = (digest, position, adds) if adds else None
    found._removed = None
    found._steps = position
    if removes:
        found._cancel(removes)
    return found


def _named(values: Mapping[str, _Value]) -> dict[str, _Value]:
    """Return a copy with interned names: a hundred thousand tasks have the same dozen."""
    return {intern(name): value for name, value in values.items()}


def _prefix(add: _Add) -> tuple[str, int]:
    """Return what the tags of *add* begin with."""
    digest, position, _ = add
    return digest, position[4]


def _place(places: _Places, name: str) -> Position:
    """Return where the field *name*, which has been written, was."""
    assert places is not None
    return places[name] if isinstance(places, dict) else places


def _copy(places: _Places) -> _Places:
    return dict(places) if isinstance(places, dict) else places


def _as_json(position: Position, value: Any) -> Json:
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
            made, heard = make(), set[Key]()
            self._views[make], self._heard = (made, heard), (*self._heard, heard)
            # In the order in which they came to be, as they lie in memory: in that of a set, it takes twice as long.
            made.update(self, self._objects.keys())
            return made
        view, touched = held
        if touched:
            view.update(self, frozenset(touched))
            touched.clear()
        return cast("V", view)

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
                    found = objects[key] = _first_of(key, wire, (clock, author, src, seq, index), digest)
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
