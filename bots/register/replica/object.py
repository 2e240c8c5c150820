"""One object of a room, merged from changes in whatever order they come (FORMAT.md §7)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from sys import intern
from typing import Any, Final, cast

from bots.register.format.canonical import MAX_INTEGER, Json
from bots.register.format.operation import Change, Trace
from bots.register.replica.places import (
    ERASED,
    Key,
    Places,
    Position,
    Steps,
    copied,
    field_json,
    named,
    place,
    prefix,
)
from bots.register.replica.sets import NOTHING, Sets
from config.identifiers import UserId

_LAST: Final[Position] = (MAX_INTEGER, "", "", 0, 0)
_new = object.__new__


class Object(Sets):
    """One object of a room, as far as the operations that we hold tell.

    Most objects are written by one operation: so what it wrote is kept as it came, with its place beside it, and is
    taken apart by field only when another one writes (bots/tasks/DESIGN.md, "A cold start").
    """

    __slots__ = ("_first_at", "_set_at", "_steps", "fields", "firsts", "key")

    def __init__(self, kind: str, object_id: str) -> None:
        self.key: Key = (intern(kind), object_id)
        self.fields: Mapping[str, Any] = NOTHING
        """The last value of each field, or ``ERASED``. To be read only."""
        self.firsts: Mapping[str, Any] = NOTHING
        """The earliest value of each write-once field, or ``ERASED``. To be read only."""
        self._set_at: Places = None
        self._first_at: Places = None
        self._adds = None
        self._removed = None
        self._steps: Steps = None

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
        return UserId(place(self._first_at, name)[1]) if name in self.firsts else None

    def changed(self, name: str) -> Position | None:
        """Return where in the order the field *name* was last written."""
        return place(self._set_at, name) if name in self.fields else None

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
            fields = named(fields)
        if firsts and self._first_at is None:
            firsts = named(firsts)
        if adds:
            adds = named(adds)
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
            yield from (place(places, name) for name, value in values.items() if value is not ERASED)

    def is_bare(self) -> bool:
        """Tell whether operations named this object and left nothing in it."""
        return not (self.fields or self.firsts or self._removed or next(self.live_tags(), None))

    def after(self, change: Change) -> "Object":
        """Return what this object would be if *change* came last; this one stays as it is."""
        then = Object(*self.key)
        then.fields, then.firsts = dict(self.fields), dict(self.firsts)
        then._set_at, then._first_at = copied(self._set_at), copied(self._first_at)
        then._adds = {prefix(each): each for each in self._each_add()} or None
        then._removed = {name: set(tags) for name, tags in (self._removed or {}).items()}
        # A digest of its own: what is pending may be several changes.
        then.write(change, _LAST, f"pending{len(then._adds or ())}")
        return then

    def as_json(self) -> dict[str, Json]:
        """Return the canonical form that the state hash covers (FORMAT.md §8)."""
        wire: dict[str, Json] = {"kind": self.kind, "id": self.id}
        for part, values, places in (("set", self.fields, self._set_at), ("first", self.firsts, self._first_at)):
            if values:
                wire[part] = {name: field_json(place(places, name), value) for name, value in values.items()}
        adds: dict[str, Json] = {name: dict(live) for name in self._names_of_sets() if (live := self._live(name))}
        if adds:
            wire["add"] = adds
        if self._removed:
            removed: dict[str, Json] = {name: [*sorted(tags)] for name, tags in self._removed.items()}
            wire["removed"] = removed
        return wire


def first_of(key: Key, wire: Mapping[str, Any], position: Position, digest: str) -> Object:
    """Return what :meth:`Object.adopt` makes of an object in which nobody has written: no more than must be done.

    In a cold start nearly every object is made here, and a constructor and two calls are half of what that costs.
    """
    found, part = _new(Object), wire.get
    fields, firsts, adds, removes = part("set"), part("first"), part("add"), part("remove")
    found.key = key
    found.fields, found._set_at = (fields, position) if fields else (NOTHING, None)
    found.firsts, found._first_at = (firsts, position) if firsts else (NOTHING, None)
    found._adds = (digest, position, adds) if adds else None
    found._removed = None
    found._steps = position
    if removes:
        found._cancel(removes)
    return found
