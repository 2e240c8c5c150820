"""The objectives of one room: a few dozen, so they are all read (pure)."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby

from bots.assistant.words import numbered
from bots.assistant.words.numbered import MAX_NUMBER, Reference
from bots.objectives.objective import KIND, Objective, read
from bots.register.format.operation import Change
from bots.register.replica.state import Key, Object, State


class Board:
    """The objectives of one room, as they stand once *pending* is applied too."""

    def __init__(self, state: State, pending: Iterable[Change] = ()) -> None:
        self._state = state
        self._then: dict[Key, Object] = {}
        for each in pending:
            held = self.object(each.kind, each.id) or Object(each.kind, each.id)
            self._then[each.kind, each.id] = held.after(each)
        known = dict.fromkeys([*numbered.ids(state, KIND), *(key[1] for key in self._then if key[0] == KIND)])
        objects = (self.object(KIND, each) for each in known)
        alike = sorted((found for each in objects if each is not None and (found := read(each))), key=_order)
        self._all = {
            each.id: each for _, some in groupby(alike, key=lambda each: each.number) for each in _labelled([*some])
        }

    def object(self, kind: str, object_id: str) -> Object | None:
        """Return what the register holds under this id, once what is pending is applied."""
        return self._then.get((kind, object_id)) or self._state.get(kind, object_id)

    def get(self, objective_id: str) -> Objective | None:
        """Return the objective with this id."""
        return self._all.get(objective_id)

    def called(self, wanted: Reference) -> tuple[Objective, ...]:
        """Return the objectives that people may mean by *wanted*."""
        alike = (each for each in self._all.values() if each.number == wanted.number)
        return tuple(each for each in alike if numbered.fits((each.giver, each.id), wanted.suffix))

    def open(self) -> tuple[Objective, ...]:
        """Return those still to be reached, the next one due first."""
        found = [each for each in self._all.values() if each.open]
        return tuple(sorted(found, key=lambda each: (each.target or date.max, each.number, each.id)))

    def next_number(self) -> int:
        """Return the number for a new objective: never one that is taken."""
        taken = {each.number for each in self._all.values()}
        highest = max(taken, default=0)
        if highest < MAX_NUMBER:
            return highest + 1
        return next(each for each in range(1, MAX_NUMBER + 2) if each not in taken)


def _order(objective: Objective) -> tuple[int, str, str]:
    return objective.number, objective.giver or "", objective.id


def _labelled(alike: Sequence[Objective]) -> list[Objective]:
    names = numbered.labels(alike[0].number, [(each.giver, each.id) for each in alike])
    return [replace(each, label=name) for each, name in zip(alike, names, strict=True)]
