"""The objects of one kind in one room: a view of the state, and what is pending laid over it (pure)."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, time
from functools import cache, partial
from typing import Final

from bots.assistant.talk.wording import fold
from bots.assistant.words.objects import numbered
from bots.assistant.words.objects.numbered import MAX_NUMBER, Reference
from bots.items.kind import Item, Kind
from bots.items.reading import read
from bots.register.format.operation import Change
from bots.register.replica.object import Object
from bots.register.replica.places import Key
from bots.register.replica.state import State

_MANY: Final = 500
_SEVERAL: Final = 2


class Shelf:
    """The items of one kind, each read when somebody asks for it, and again once it has changed. To be read only.

    A hundred thousand events are known by their numbers within a second; reading them all takes half a minute.
    """

    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        self._state: State | None = None
        self._read: dict[str, Item | None] = {}
        self.rows: dict[str, int] = {}
        """The number of each."""
        self.open: dict[str, None] = {}
        """Those in use."""
        self.titles: dict[str, str] = {}
        """The titles that somebody has searched in, folded."""
        self.numbers: dict[int, tuple[str, ...]] = {}
        self._highest: int | None = 0

    @property
    def highest(self) -> int:
        """The highest number that is taken; 0 where none is."""
        if self._highest is None:
            self._highest = max(self.numbers, default=0)
        return self._highest

    def get(self, object_id: str) -> Item | None:
        """Return the item with this id."""
        if object_id not in self.rows:
            return None
        if object_id not in self._read:
            assert self._state is not None, "it has rows"
            found = self._state.get(self._kind.name, object_id)
            self._read[object_id] = None if found is None else read(self._kind, found)
        return self._read[object_id]

    def update(self, state: State, touched: Collection[Key]) -> None:
        """Take in what has become of the objects *touched*."""
        self._state = state
        for kind, object_id in touched:
            if kind == self._kind.name:
                self._take(object_id, state.get(kind, object_id))

    def _take(self, object_id: str, found: Object | None) -> None:
        self._forget(object_id)
        if found is None or not numbered.is_numbered(found):
            return
        number = self.rows[object_id] = found.first("number")
        self.numbers[number] = (*self.numbers.get(number, ()), object_id)
        if self._kind.status(found.value("status")).open:
            self.open[object_id] = None
        if self._highest is not None:
            self._highest = max(self._highest, number)

    def _forget(self, object_id: str) -> None:
        self._read.pop(object_id, None)
        self.open.pop(object_id, None)
        self.titles.pop(object_id, None)
        number = self.rows.pop(object_id, None)
        if number is None:
            return
        left = tuple(held for held in self.numbers.pop(number) if held != object_id)
        if left:
            self.numbers[number] = left
        elif number == self._highest:
            self._highest = None


@cache
def _shelf(kind: Kind) -> "partial[Shelf]":
    """Return what makes the view: the same object each time, because the state knows its views by it."""
    return partial(Shelf, kind)


def index_some(kind: Kind, state: State, most: int) -> bool:
    """Make a part of what boards look things up in, from *most* objects; tell whether there is more to make."""
    return state.ahead(_shelf(kind), most)


class Board:
    """The items of *kind* in one room, as they stand once *pending* is applied too; the view beneath stays as it is."""

    def __init__(self, kind: Kind, state: State, pending: Iterable[Change] = ()) -> None:
        self.kind = kind
        self._state = state
        self._shelf: Shelf = state.view(_shelf(kind))
        self._then: dict[Key, Object] = {}
        for change in pending:
            held = self.object(change.kind, change.id) or Object(change.kind, change.id)
            self._then[change.kind, change.id] = held.after(change)
        self._over: dict[str, Item | None] = {
            key[1]: read(kind, found) for key, found in self._then.items() if key[0] == kind.name
        }

    def object(self, kind: str, object_id: str) -> Object | None:
        """Return what the register holds under this id, once what is pending is applied."""
        return self._then.get((kind, object_id)) or self._state.get(kind, object_id)

    def get(self, item_id: str) -> Item | None:
        """Return the item with this id."""
        found = self._found(item_id)
        return None if found is None else self._labelled(found)

    def is_alone(self, number: int) -> bool:
        """Tell whether surely nothing else has this number, so that it is its label: without reading any item."""
        return not self._over and len(self._shelf.numbers.get(number, ())) < _SEVERAL

    def called(self, wanted: Reference) -> tuple[Item, ...]:
        """Return the items that people may mean by *wanted*."""
        alike = self._alike(wanted.number)
        fitting = (item for item in alike if numbered.fits((item.giver, item.id), wanted.suffix))
        return tuple(self._labelled(item) for item in fitting)

    def all(self) -> Iterator[Item]:
        """Yield all items, in no order, and without the labels that tell apart those of one number."""
        held = (self._shelf.get(item_id) for item_id in self._shelf.rows if item_id not in self._over)
        yield from (item for item in held if item is not None)
        yield from (item for item in self._over.values() if item is not None)

    def in_use(self) -> Iterator[Item]:
        """Yield those in use, likewise."""
        held = (self._shelf.get(item_id) for item_id in self._shelf.open if item_id not in self._over)
        yield from (item for item in held if item is not None)
        yield from (item for item in self._over.values() if item is not None and item.open)

    def labelled(self, items: Iterable[Item]) -> tuple[Item, ...]:
        """Return *items* with their labels."""
        return tuple(self._labelled(item) for item in items)

    def sorted(self, items: Iterable[Item]) -> tuple[Item, ...]:
        """Return *items* with their labels, the next one due first, then by number."""
        return self.labelled(ordered(items))

    @property
    def many(self) -> bool:
        """Whether so many are in use that nobody wants to be told of all of them, nor to wait until they are read."""
        return len(self._shelf.open) > _MANY

    def open(self) -> tuple[Item, ...]:
        """Return those in use, the next one due first."""
        return self.sorted(self.in_use())

    def title(self, item: Item) -> str:
        """Return the title of *item* as it is searched: folded, and kept so from then on."""
        if item.id in self._over:
            return fold(item.title)
        if item.id not in self._shelf.titles:
            self._shelf.titles[item.id] = fold(item.title)
        return self._shelf.titles[item.id]

    def next_number(self) -> int:
        """Return the number for a new item: never one that is taken."""
        over = {item.number for item in self._over.values() if item is not None}
        highest = max(self._shelf.highest, *over, 0)
        if highest < MAX_NUMBER:
            return highest + 1
        taken = self._shelf.numbers.keys() | over
        return next(number for number in range(1, MAX_NUMBER + 2) if number not in taken)

    def _found(self, item_id: str) -> Item | None:
        return self._over[item_id] if item_id in self._over else self._shelf.get(item_id)

    def _alike(self, number: int) -> list[Item]:
        ids = dict.fromkeys((*self._shelf.numbers.get(number, ()), *self._over))
        found = (self._found(item_id) for item_id in ids)
        alike = [item for item in found if item is not None and item.number == number]
        return sorted(alike, key=lambda item: (item.giver or "", item.id))

    def _labelled(self, item: Item) -> Item:
        alike = self._alike(item.number)
        if len(alike) < 2:
            return item
        names = numbered.labels(item.number, [(held.giver, held.id) for held in alike])
        return next(replace(item, label=name) for held, name in zip(alike, names, strict=True) if held.id == item.id)


def ordered(items: Iterable[Item]) -> list[Item]:
    """Return *items*, the next one due first, then by number."""
    return sorted(items, key=_order)


def _order(item: Item) -> tuple[tuple[date, time], int, str]:
    day = item.due
    if isinstance(day, datetime):
        return (day.date(), day.time()), item.number, item.id
    return (day or date.max, time.max), item.number, item.id
