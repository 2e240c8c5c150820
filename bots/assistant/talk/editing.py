"""What one command changes, and what undoes it, both worked out together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bots.assistant.talk.gathering import OWN
from bots.assistant.talk.request import Request
from bots.register.format.canonical import MAX_INTEGER, Json
from bots.register.format.identity import object_id
from bots.register.format.operation import Change, Operation
from bots.register.replica.clock import tick
from bots.register.replica.object import Object
from bots.register.replica.places import ERASED, Key, Position
from bots.register.replica.state import State

Value = Json


class BoardView(Protocol):
    """A capability's view of the room, once what is pending is applied."""

    def object(self, kind: str, object_id: str) -> Object | None:
        """Return what stands under this id."""


@dataclass(slots=True)
class _Edited:
    """What becomes of one object: fields, elements that join and leave its sets, and the fields as they were."""

    set: dict[str, Value] = field(default_factory=dict)
    first: Mapping[str, Value] = field(default_factory=dict)
    add: dict[str, list[str]] = field(default_factory=dict)
    remove: dict[str, list[str]] = field(default_factory=dict)
    back: dict[str, Value] = field(default_factory=dict)
    anew: dict[str, None] = field(default_factory=dict)
    """Fields that are written even where they stand already."""


class Editing:
    """Gathers what a command does, on a *board* where what it had done before it was edited is taken back.

    The result is one change for each object, against what really stands there, and its inverse, which leads to the
    room as if the command had never been given. What the board shows stays as it was.
    """

    def __init__(self, request: Request, board: BoardView) -> None:
        self._state = request.state
        self._now = tick(request.state.clock, round(request.now.timestamp() * 1000))
        self._me = request.served_by
        self.held: list[Position] = []
        """Where fields stand that would not change, whatever is written now: their clocks are ahead of ours."""
        self._before, self._made = request.inverse, request.made
        self._old = {(each.kind, each.id): each for each in request.inverse}
        self._edited: dict[Key, _Edited] = {}
        self._board = board

    def set(self, kind: str, object_id: str, fields: Mapping[str, Value]) -> bool:
        """Write *fields* where they differ; tell whether any does.

        All of them, or none where one of those is held (:attr:`held`): a task that is done has a time at which it was.
        """
        before = {name: self._value(kind, object_id, name) for name in fields}
        differing = [name for name, value in fields.items() if before[name] != value]
        held = [place for name in differing if (place := self._holds(kind, object_id, name)) is not None]
        self.held += held
        for name in () if held else differing:
            edited = self._of(kind, object_id)
            edited.set[name] = fields[name]
            edited.back.setdefault(name, before[name])
        return bool(differing) and not held

    def count(self, kind: str, object_id: str, name: str, number: int, most: int = MAX_INTEGER) -> None:
        """Write a *number* that only rises: what undoes the command raises it once more, as far as *most*."""
        edited = self._of(kind, object_id)
        edited.set[name] = number
        edited.back[name] = min(number + 1, most)

    def renew(self, kind: str, object_id: str, name: str, value: Value) -> None:
        """Write a field where it stands already, too, here and in what undoes it: as late as what goes with it."""
        edited = self._of(kind, object_id)
        edited.set[name] = edited.back[name] = value
        edited.anew[name] = None

    def _holds(self, kind: str, object_id: str, name: str) -> Position | None:
        """Return where a field stands, if what is written now comes before that in the order (FORMAT.md §4)."""
        real = self._state.get(kind, object_id)
        place = None if real is None else real.changed(name)
        return place if place is not None and place[:2] > (self._now, self._me) else None

    def make(
        self,
        kind: str,
        object_id: str,
        fields: Mapping[str, Value],
        first: Mapping[str, Value],
        back: Mapping[str, Value],
    ) -> None:
        """Make an object, or write it anew when the command made it before; *back* is how it is taken back."""
        edited = self._of(kind, object_id)
        edited.set |= fields
        edited.back |= back
        if self._state.get(kind, object_id) is None:
            edited.first = first

    def add(self, kind: str, object_id: str, name: str, elements: Iterable[str]) -> list[str]:
        """Add those of *elements* that are not in the set *name*; return them."""
        held = self._board.object(kind, object_id)
        there = () if held is None else held.elements(name)
        joined = [each for each in dict.fromkeys(elements) if each not in there]
        if joined:
            self._of(kind, object_id).add.setdefault(name, []).extend(joined)
        return joined

    def remove(self, kind: str, object_id: str, name: str, elements: Iterable[str]) -> list[str]:
        """Take those of *elements* that are in the set *name* out of it; return them."""
        held = self._board.object(kind, object_id)
        there = () if held is None else held.elements(name)
        left = [each for each in dict.fromkeys(elements) if each in there]
        if left:
            self._of(kind, object_id).remove.setdefault(name, []).extend(left)
        return left

    @property
    def empty(self) -> bool:
        """Whether nothing is to be changed."""
        return not self._edited

    def changes(self) -> tuple[Change, ...]:
        """Return what is to be written; what stands there already is left out."""
        found = (self._change(key, each) for key, each in self._edited.items())
        return tuple(each for each in found if each.set or each.first or each.add or each.remove)

    def inverse(self) -> tuple[Change, ...]:
        """Return what undoes it."""
        found = (self._inverse(key, each) for key, each in self._edited.items())
        return tuple(each for each in found if each.set or each.add or each.remove)

    def pending(self, changes: Iterable[Change], inverse: Sequence[Change]) -> tuple[Change, ...]:
        """Return what lies between the room and how it will be with these *changes*: what sentences are made of."""
        if not inverse:
            return (*self._before, *self._made)
        kept = {(each.kind, each.id) for each in inverse}
        others = (each for each in self._before if (each.kind, each.id) not in kept)
        return (*others, *self._made, *changes)

    def _of(self, kind: str, object_id: str) -> _Edited:
        return self._edited.setdefault((kind, object_id), _Edited())

    def _value(self, kind: str, object_id: str, name: str) -> Value:
        held = self._board.object(kind, object_id)
        found = None if held is None else held.value(name)
        return None if found is ERASED else found

    def _change(self, key: Key, edited: _Edited) -> Change:
        old, real = self._old.get(key), self._state.get(*key)
        fields = {**(old.set if old else {}), **edited.set}
        if real is not None:
            fields = {name: value for name, value in fields.items() if name in edited.anew or real.value(name) != value}
        added: dict[str, tuple[Json, ...]] = {}
        removed: dict[str, tuple[str, ...]] = {}
        for name in dict.fromkeys(
            (*edited.add, *edited.remove, *(old.add if old else ()), *(old.remove if old else ()))
        ):
            joins, leaves = edited.add.get(name, []), edited.remove.get(name, [])
            kept = self._kept(key, name)
            back = [each for each in (old.add.get(name, ()) if old else ()) if each not in leaves]
            added[name] = (*(each for each in joins if each not in kept), *back)
            tags = [tag for each in leaves for tag in (real.tags(name, each) if real else ())]
            undone = [tag for tag in (old.remove.get(name, ()) if old else ()) if tag not in _all(kept)]
            removed[name] = tuple(dict.fromkeys((*undone, *tags)))
        return Change(
            *key,
            set=fields,
            first=edited.first,
            add={name: values for name, values in added.items() if values},
            remove={name: tags for name, tags in removed.items() if tags},
        )

    def _inverse(self, key: Key, edited: _Edited) -> Change:
        removed = {}
        for name, joins in edited.add.items():
            kept = self._kept(key, name)
            removed[name] = tuple(tag for each in joins for tag in kept.get(each, (f"{OWN}{each}",)))
        return Change(
            *key,
            set=edited.back,
            add={name: tuple(values) for name, values in edited.remove.items()},
            remove=removed,
        )

    def _kept(self, key: Key, name: str) -> dict[str, tuple[str, ...]]:
        """Return the elements that the command had added before it was edited and still adds, with their tags."""
        old, real = self._old.get(key), self._state.get(*key)
        edited = self._edited[key]
        if old is None or real is None:
            return {}
        ours = set(old.remove.get(name, ()))
        found = {each: tuple(ours.intersection(real.tags(name, each))) for each in edited.add.get(name, [])}
        return {each: tags for each, tags in found.items() if tags}


def not_counting(state: State, operation: Operation) -> list[Position]:
    """Return where fields stand that *operation*, just folded, has written in vain."""
    found = []
    for change in operation.changes:
        held = state.get(change.kind, change.id)
        for name in change.set:
            place = None if held is None else held.changed(name)
            if place is not None and place[:2] > (operation.clock, operation.sender):
                found.append(place)
    return found


def _all(kept: Mapping[str, Sequence[str]]) -> frozenset[str]:
    return frozenset(tag for tags in kept.values() for tag in tags)


def made_before_edit(request: Request, kind: str) -> str | None:
    """Return the id of the object of *kind* that a command made before it was edited into something else.

    For its new words it is not there, as if the command had never been given; nor does its number name it. (Else it
    would be changed while it is dropped, and come back so when the words do.)
    """
    own = object_id(kind, request.room_id, request.seed) if request.inverse else None
    return own if any((each.kind, each.id) == (kind, own) for each in request.inverse) else None


def fields_of_edit(found: Object, said: Mapping[str, Json], optional: Iterable[str]) -> dict[str, Json]:
    """Return what an edited command writes: what it says, and nothing for what it no longer says.

    *found* is what it had made, with a ``title`` that it wrote last; those of the *optional* fields that somebody has
    changed since stay. Nothing is written when all stands there already.
    """
    fields, written = dict(said), found.changed("title")
    for name in optional:
        if name not in fields and found.value(name) is not None and found.changed(name) == written:
            fields[name] = None
    return {} if all(found.value(name) == value for name, value in fields.items()) else fields
