"""What somebody holds in a room, of whatever kind, and what it takes to put it into other hands (pure)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from bots.assistant.talk.holding import Holding
from bots.register.format.operation import Change
from bots.register.replica.state import Object, State
from config.identifiers import UserId

_ENDED: Final = frozenset({"done", "dropped", "reached", "cancelled", "withdrawn"})


def held(
    state: State, holdings: tuple[Holding, ...], person: UserId, now: datetime
) -> Iterator[tuple[Holding, Object]]:
    """Yield what *person* holds in a room and is neither ended nor past, by its number."""
    found = [
        (holding, thing)
        for holding in holdings
        for thing in state.all(holding.kind)
        if thing.value("status") not in _ENDED and person in _people(thing, holding) and not holding.over(thing, now)
    ]
    yield from sorted(found, key=lambda pair: (pair[0].kind, _number(pair[1]), pair[1].id))


def handed(holding: Holding, thing: Object, person: UserId, heir: UserId) -> tuple[Change, Change]:
    """Return what puts *thing* from the hands of *person* into those of *heir*, and what would undo that."""
    if not holding.many:
        change = Change(thing.kind, thing.id, set={holding.field: str(heir)})
        return change, Change(thing.kind, thing.id, set={holding.field: str(person)})
    there = heir in _people(thing, holding)
    change = Change(
        thing.kind,
        thing.id,
        add={} if there else {holding.field: (str(heir),)},
        remove={holding.field: thing.tags(holding.field, str(person))},
    )
    return change, Change(thing.kind, thing.id, add={holding.field: (str(person),)})


def number(thing: Object) -> str:
    """Return what people call *thing*; empty when it has no number."""
    found = _number(thing)
    return str(found) if found else ""


def _number(thing: Object) -> int:
    raw = thing.first("number")
    return raw if isinstance(raw, int) and not isinstance(raw, bool) else 0


def _people(thing: Object, holding: Holding) -> list[object]:
    return thing.elements(holding.field) if holding.many else [thing.value(holding.field)]
