"""What is in somebody's hands and what puts it into others: how a capability tells it to another (pure)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final, Protocol

from bots.register.format.operation import Change
from bots.register.replica.object import Object
from bots.register.replica.state import State
from config.identifiers import UserId

_ENDED: Final = frozenset({"done", "dropped", "reached", "cancelled", "withdrawn"})


def _never(_thing: Object, _now: datetime) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Held:
    """A thing in somebody's hands; *number* is what people call it, 0: it has none.

    *hand* returns what puts it into a successor's hands, and what would undo that. Where it *ends* it was about whoever
    held it alone, and goes to nobody.
    """

    kind: str
    id: str
    number: int
    counted: tuple[str, str]
    """Says how many there are, one and several, as ``marks("{count} task ({numbers})", …)``."""
    hand: Callable[[UserId], tuple[Change, Change]]
    ends: bool = False


class Holder(Protocol):
    """How people have things of one kind."""

    @property
    def kind(self) -> str:
        """The kind."""

    def held(self, state: State, person: UserId, me: UserId, now: datetime) -> Iterator[Held]:
        """Yield what *person* holds and is neither ended nor past; *me* is the assistant that hands it over."""


@dataclass(frozen=True, slots=True)
class Holding:
    """Where a *kind* of object names those who have it: in *field*, an add/remove set where *many* (a `Holder`)."""

    kind: str
    field: str
    many: bool
    counted: tuple[str, str]
    """As of :class:`Held`."""
    over: Callable[[Object, datetime], bool] = _never
    """Tells of what is past although nobody has ended it: nobody takes that over."""

    def held(self, state: State, person: UserId, me: UserId, now: datetime) -> Iterator[Held]:
        """Yield what names *person*."""
        for thing in state.all(self.kind):
            if thing.value("status") not in _ENDED and person in self._people(thing) and not self.over(thing, now):
                yield Held(thing.kind, thing.id, _number(thing), self.counted, partial(self._handed, thing, person))

    def _handed(self, thing: Object, person: UserId, heir: UserId) -> tuple[Change, Change]:
        if not self.many:
            change = Change(thing.kind, thing.id, set={self.field: str(heir)})
            return change, Change(thing.kind, thing.id, set={self.field: str(person)})
        there = heir in self._people(thing)
        change = Change(
            thing.kind,
            thing.id,
            add={} if there else {self.field: (str(heir),)},
            remove={self.field: thing.tags(self.field, str(person))},
        )
        return change, Change(thing.kind, thing.id, add={self.field: (str(person),)})

    def _people(self, thing: Object) -> list[object]:
        return thing.elements(self.field) if self.many else [thing.value(self.field)]


def _number(thing: Object) -> int:
    raw = thing.first("number")
    return raw if isinstance(raw, int) and not isinstance(raw, bool) else 0
