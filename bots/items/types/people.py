"""One person, several people, and labels (pure)."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import ClassVar, Final

from bots.assistant.talk.markup import Rich, fill
from bots.assistant.talk.question import Question, Slot, Takes, in_place_of
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import Place
from bots.assistant.talk.wording import fold
from bots.assistant.words.lenient import identifier
from bots.assistant.words.names.people import Nobody, Several, called, find, is_mention, name_of, names_of
from bots.assistant.words.names.people import Person as Exactly
from bots.assistant.words.names.spelled import spelled
from bots.assistant.words.names.whom import nobody, unclear
from bots.items.types.naming import NamedPeople, named
from bots.items.types.type import Asking, Taken, Type, Unclear, Wanted, around
from bots.register.format.canonical import Json
from bots.when.values import Locale
from config.identifiers import UserId

MOST_PEOPLE: Final = 20
_ME: Final = frozenset({"moi", "me"})
_BESIDE: Final = frozenset({*_ME, "et", "and", ""})
_MINE: Final = frozenset({"mes", "miens", "miennes", "mine", "my"})


@dataclass(frozen=True)
class Person(Type[UserId]):
    """One person of the room."""

    rank: int = 90
    words: int = 2

    samples: ClassVar[Mapping[Locale, str]] = {"fr": "@dgs", "en": "@dgs"}

    def read(self, raw: object) -> UserId | None:
        """Return the user id that *raw* is."""
        return identifier(UserId.parse, raw)

    def write(self, value: UserId) -> Json:
        """Return the user id."""
        return str(value)

    def parse(self, words: Sequence[str], asking: Asking) -> UserId | Unclear:
        """Return whom *words* name, ``moi`` too."""
        found = _said(words, asking.request, 1)
        if found.unclear:
            return _unclear(found, asking)
        if len(found.people) != 1 or around(found.text.split()):
            return Unclear((_whom(words, asking, one=bool(around([*words]))),))
        return found.people[0]

    def take(self, text: str, asking: Asking) -> Taken[UserId]:
        """Return who is named around *text*."""
        found = named(text, asking.request, 1)
        if found.unclear:
            return Taken(found.text, unclear=_unclear(found, asking).asked)
        if len(found.people) > 1:
            return Taken(found.text, unclear=(_whom((), asking, one=True),))
        return Taken(found.text, found.people[0] if found.people else None)

    def say(self, value: UserId, place: Place) -> Rich:
        """Return a pill."""
        return name_of(value, place)

    def cell(self, value: UserId, place: Place) -> str:
        """Return a name and the id, as an address book writes it."""
        return _cell(value, place)

    def from_cell(self, cell: str, asking: Asking) -> UserId | Unclear:
        """Return who is named there: ``Name <@id>`` as we write it, an id, or a name."""
        found = _in_cell(cell, asking, 1)
        if isinstance(found, Unclear):
            return found
        return found[0] if len(found) == 1 else Unclear((_whom((), asking, one=True),))

    def wants(self, words: Sequence[str]) -> tuple[int, Wanted[UserId]] | None:
        """Return whose are to be listed: ``@dgs``, ``moi``, ``mes``."""
        found = _wanted(words)
        return None if found is None else (1, Wanted(lambda request: _one(found, request)))


@dataclass(frozen=True)
class People(Type[tuple[UserId, ...]]):
    """Several people of the room, at most twenty by one command: an add/remove set of the register."""

    many: bool = True
    rank: int = 90
    words: int = 0

    samples: ClassVar[Mapping[Locale, str]] = {"fr": "@dgs", "en": "@dgs"}

    def read(self, raw: object) -> tuple[UserId, ...] | None:
        """Return the user ids in *raw*, a list of elements."""
        found = (identifier(UserId.parse, element) for element in raw) if isinstance(raw, list) else ()
        return tuple(dict.fromkeys(user for user in found if user is not None)) or None

    def write(self, value: tuple[UserId, ...]) -> Json:
        """Return the user ids."""
        return [str(user) for user in value]

    def parse(self, words: Sequence[str], asking: Asking) -> tuple[UserId, ...] | Unclear:
        """Return those whom *words* name."""
        found = _said(words, asking.request, MOST_PEOPLE)
        if found.unclear:
            return _unclear(found, asking)
        if not found.people or around(found.text.split()):
            return Unclear((_whom(words, asking, one=False),))
        return found.people

    def behind(self, words: Sequence[str], asking: Asking, *, colon: bool) -> int:
        """Return how many words at their beginning are names, and what stands between them."""
        named = [*takewhile(lambda word: is_mention(word) or fold(word.strip(",;")) in _BESIDE, words)]
        return len(named) or super().behind(words, asking, colon=colon)

    def take(self, text: str, asking: Asking) -> Taken[tuple[UserId, ...]]:
        """Return who is named around *text*."""
        found = named(text, asking.request, MOST_PEOPLE)
        asked = _unclear(found, asking).asked if found.unclear else ()
        return Taken(found.text, found.people or None, asked)

    def say(self, value: tuple[UserId, ...], place: Place) -> Rich:
        """Return pills."""
        return names_of(value, place)

    def cell(self, value: tuple[UserId, ...], place: Place) -> str:
        """Return names and ids, as an address book writes them."""
        return ", ".join(_cell(user, place) for user in value)

    def from_cell(self, cell: str, asking: Asking) -> tuple[UserId, ...] | Unclear:
        """Return those who are named there, likewise."""
        found = _in_cell(cell, asking, MOST_PEOPLE)
        if isinstance(found, Unclear) or 0 < len(found) <= MOST_PEOPLE:
            return found
        return Unclear((_whom((), asking, one=False),))

    def wants(self, words: Sequence[str]) -> tuple[int, Wanted[tuple[UserId, ...]]] | None:
        """Return whose are to be listed: ``@dgs``, ``moi``, ``mes``."""
        found = _wanted(words)
        return None if found is None else (1, Wanted(lambda request: _among(found, request)))


def _said(words: Sequence[str], request: Request, most: int) -> NamedPeople:
    """Return whom *words* name, which hold nothing else: so ``moi`` is whoever speaks, and no word of a title."""
    found = named(" ".join(spelled(words, request)), request, most)
    return NamedPeople(found.text, found.people, found.unclear)


def _unclear(found: NamedPeople, asking: Asking) -> Unclear:
    return Unclear(tuple(unclear(asking.request, missing) for missing in found.unclear))


def _whom(words: Sequence[str], asking: Asking, *, one: bool) -> Question:
    gettext = asking.request.texts.gettext
    whom = gettext("Who? For example: {example}")
    sentence = gettext("One person only, please. For example: {example}") if one else whom
    slot = Slot(Takes.PERSON, in_place_of(words)) if words else None
    return Question(fill(sentence, example=asking.example), slot=slot)


def _cell(user: UserId, place: Place) -> str:
    name = " ".join((called(user, place) or user.localpart).translate(_NOT_IN_A_CELL).split())
    return f"{name or user.localpart} <{user}>"


def _in_cell(cell: str, asking: Asking, most: int) -> tuple[UserId, ...] | Unclear:
    """Return who is named in *cell*, and one more than *most* at the most; whoever is named by id may have left."""
    people: dict[UserId, None] = {}
    parts = dict.fromkeys(part.strip() for part in _BETWEEN.split(cell) if part.strip())
    for part in [*parts][: most + 1]:
        bracketed = _IN_BRACKETS.search(part)
        typed = part if bracketed is None else bracketed[1]
        found = find("@" + typed.lstrip("@"), asking.request)
        user = found.user if isinstance(found, Exactly) else identifier(UserId.parse, typed)
        if user is None:
            assert not isinstance(found, Exactly), "it has a user"
            return _not_here(found, asking.request)
        people[user] = None
    return tuple(people)


def _not_here(found: Several | Nobody, request: Request) -> Unclear:
    asked = unclear(request, found, only_looks=True) if isinstance(found, Several) else nobody(request, found.typed)
    return Unclear((asked,))


_BETWEEN: Final = re.compile(r"[,;\n]")
_IN_BRACKETS: Final = re.compile(r"<(@[^<>\s]+)>")
_NOT_IN_A_CELL: Final = str.maketrans(dict.fromkeys('<>,;"', " "))


def _wanted(words: Sequence[str]) -> str | None:
    if fold(words[0]) in _ME | _MINE:
        return "@moi"
    return words[0] if is_mention(words[0]) else None


def _one(word: str, request: Request) -> Callable[[UserId | None], bool] | Unclear:
    found = find(word, request)
    if not isinstance(found, Exactly):
        return Unclear((unclear(request, found, only_looks=True),))
    return lambda value: value == found.user


def _among(word: str, request: Request) -> Callable[[tuple[UserId, ...] | None], bool] | Unclear:
    found = _one(word, request)
    if isinstance(found, Unclear):
        return found
    return lambda value: any(map(found, value or ()))
