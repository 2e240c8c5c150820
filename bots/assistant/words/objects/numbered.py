"""Objects that people call by a number: found by it, whatever capability they belong to (pure).

Such an object has a write-once field ``number`` and a field ``title``. When two got the same number on two sides of a
cut, both keep it, and are called ``12-valbourg`` and ``12-rivemont``.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Final, TypeGuard

from bots.assistant.talk.markup import Rich
from bots.assistant.talk.question import Candidate, Instead
from bots.assistant.words.lenient import line
from bots.register.format.operation import Change
from bots.register.replica.object import Object
from bots.register.replica.places import Key
from bots.register.replica.state import State
from config.identifiers import ServerName, UserId

MAX_NUMBER: Final = 999_999
"""A number that people still say; a larger one, from whomever, is none."""
MAX_TITLE: Final = 500
AROUND_TITLE: Final = 500
"""Characters of dates, people and labels that may stand around a title and are read with it."""
_REFERENCE = re.compile(r"(?:n°|nº|n\.|#|№|t)?\s*(?P<number>[0-9]{1,9})(?:-(?P<suffix>[a-z][a-z0-9.:-]*))?")

Giver = tuple[UserId | None, str]
"""The assistant that gave a number, and the id of the object that it gave it to."""


@dataclass(frozen=True, slots=True)
class Reference:
    """``12`` or ``12-valbourg``, as it was typed."""

    number: int
    suffix: str = ""

    @property
    def label(self) -> str:
        """The reference as people see it."""
        return f"{self.number}-{self.suffix}" if self.suffix else str(self.number)


@dataclass(frozen=True, slots=True)
class Numbered:
    """One such object: *label* is what people call it."""

    id: str
    number: int
    label: str
    title: str


def reference(word: str) -> Reference | None:
    """Return the number that *word* is: ``12``, ``n°12``, ``#12``, ``T12``, ``12-valbourg``."""
    matched = _REFERENCE.fullmatch(word.lower().rstrip(".:!?"))
    return None if matched is None else Reference(int(matched["number"]), matched["suffix"] or "")


def is_verb_and_number(words: Sequence[str]) -> bool:
    """Tell whether *words* begin like a command for an object, of whatever verb: ``corriger 3 …`` is no title."""
    return len(words) > 1 and reference(words[0]) is None and reference(words[1].rstrip(",;")) is not None


def alike(shown: Rich, typed: str, label: str) -> Candidate:
    """Return the candidate for one of several objects that share the number *typed*: ``12-valbourg``, ``valbourg``."""
    name = label.removeprefix(f"{typed}-")
    return Candidate(shown, label, Instead((typed,)), words=(label, name, name.partition(".")[0]))


def unused(number: int, kind: str, made: Iterable[Change]) -> int:
    """Return *number*, or the next one that none of *made*, in the same message, gives to an object of *kind*."""
    given = {each.first.get("number") for each in made if each.kind == kind}
    while number in given:
        number += 1
    return number


def is_number(raw: object) -> TypeGuard[int]:
    """Tell whether *raw* is a number that people can say."""
    return isinstance(raw, int) and not isinstance(raw, bool) and 0 < raw <= MAX_NUMBER


def is_numbered(found: Object) -> bool:
    """Tell whether *found* has a number that people can say, and a title."""
    return is_number(found.first("number")) and isinstance(found.value("title"), str)


def labels(number: int, alike: Sequence[Giver]) -> list[str]:
    """Return the shortest names that tell those apart that share a number: ``12-valbourg``, ``12-valbourg.fr``."""
    if len(alike) < 2:
        return [str(number) for _ in alike]
    names = next(each for each in zip(*map(_names, alike), strict=True) if len(set(each)) == len(each))
    return [f"{number}-{name}" for name in names]


def fits(giver: Giver, suffix: str) -> bool:
    """Tell whether the object of *giver* may be meant by its number with *suffix* (empty: any may)."""
    return not suffix or suffix.lower() in _names(giver)


def called(state: State, kind: str, wanted: Reference) -> tuple[Numbered, ...]:
    """Return the objects of *kind* that people may mean by *wanted*."""
    alike = _alike(state, kind, wanted.number)
    return tuple(each for giver, each in alike if fits(giver, wanted.suffix))


def get(state: State, kind: str, object_id: str) -> Numbered | None:
    """Return the object of *kind* with this id."""
    found = state.get(kind, object_id)
    if found is None or not is_numbered(found):
        return None
    return next(each for _, each in _alike(state, kind, found.first("number")) if each.id == object_id)


def ids(state: State, kind: str) -> Collection[str]:
    """Return the ids of all objects of *kind* that can be called by a number."""
    return state.view(_book(kind)).rows.keys()


def _alike(state: State, kind: str, number: int) -> list[tuple[Giver, Numbered]]:
    found = [state.get(kind, each) for each in state.view(_book(kind)).numbers.get(number, ())]
    held = sorted((each for each in found if each is not None), key=lambda each: (_giver(each)[0] or "", each.id))
    names = labels(number, [_giver(each) for each in held])
    return [
        (_giver(each), Numbered(each.id, number, name, line(each.value("title"), MAX_TITLE) or "…"))
        for each, name in zip(held, names, strict=True)
    ]


def _giver(found: Object) -> Giver:
    return found.first_author("number"), found.id


def _names(giver: Giver) -> tuple[str, str, str, str]:
    user, object_id = giver
    server = (user.server if user else ServerName("?")).lower()
    return server.split(".")[0], server, f"{server}-{object_id[:4]}", f"{server}-{object_id}"


class _Book:
    """The numbers of one kind in one room, kept up to date as a view of its state."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self.rows: dict[str, int] = {}
        self.numbers: dict[int, tuple[str, ...]] = {}

    def update(self, state: State, touched: Collection[Key]) -> None:
        """Take in what has become of the objects *touched*."""
        for kind, object_id in touched:
            if kind == self._kind:
                self._take(object_id, state.get(kind, object_id))

    def _take(self, object_id: str, found: Object | None) -> None:
        before = self.rows.pop(object_id, None)
        if before is not None:
            self.numbers[before] = tuple(each for each in self.numbers[before] if each != object_id)
        if found is not None and is_numbered(found):
            number = found.first("number")
            self.rows[object_id] = number
            self.numbers[number] = (*self.numbers.get(number, ()), object_id)


@cache
def _book(kind: str) -> "partial[_Book]":
    """Return what makes the view: the same object each time, because the state knows its views by it."""
    return partial(_Book, kind)
