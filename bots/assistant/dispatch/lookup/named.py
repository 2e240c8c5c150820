"""Who is named in a question, and the words that may be somebody, or what is asked after (pure)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bots.assistant.dispatch.lookup.little import LITTLE
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold
from bots.assistant.words.names.people import FUNCTION, LONG_NAMES, TITLES, Person, find, somebody
from config.identifiers import UserId

_MOST: Final = 6
"""Words of a name."""
_LEAST: Final = 3
_PAIR: Final = 2
"""Words of an article and a name."""
_WORD: Final = re.compile(r"\w+")
_ARTICLES: Final = frozenset({"le", "la", "l"})
_AHEAD: Final = TITLES | _ARTICLES
_LONG: Final = frozenset(word for name in LONG_NAMES for word in name.split())


@dataclass(frozen=True, slots=True)
class TypedWord:
    """A word as it was *typed*, and *folded*."""

    typed: str
    folded: str


@dataclass(frozen=True, slots=True)
class NamedInQuestion:
    """The *people* that are named, and what else is said: *left*.

    *perhaps* are those of *left*, folded, that are also what somebody is called: « la réunion voirie ».
    """

    people: tuple[UserId, ...]
    left: tuple[TypedWord, ...]
    perhaps: Mapping[str, UserId]


def named(parts: Sequence[TypedWord], request: Request) -> NamedInQuestion:
    """Return who is named in *parts*; we are nobody that is asked after."""
    known = _known(request)
    people: dict[UserId, None] = {}
    left: list[TypedWord] = []
    perhaps: dict[str, UserId] = {}
    at = 0
    while at < len(parts):
        count, user = _several(parts[at : at + _MOST], request, known)
        if user is None:
            count, user = 1, _alone(parts[at], request, known)
        said = parts[at : at + count]
        at += count
        if user is None or (user != request.served_by and _may_be_a_thing(said)):
            left += said
            perhaps |= {} if user is None else {said[-1].folded: user}
        elif user != request.served_by:
            people[user] = None
    return NamedInQuestion(tuple(people), tuple(left), perhaps)


def _known(request: Request) -> frozenset[str]:
    """Return all words by which anybody here may be called, folded: each name is folded once for a question."""
    called = [fold(name) for user, shown in request.members.items() for name in (user.localpart, shown) if name]
    return _LONG.union(called, *(_WORD.findall(name) for name in called))


def _several(parts: Sequence[TypedWord], request: Request, known: frozenset[str]) -> tuple[int, UserId | None]:
    """Return how many of *parts*, more than one, name somebody at their beginning, the most that do."""
    for count in range(len(parts), 1, -1):
        words = [part.typed for part in parts[:count]]
        # « je », « moi » are whoever asks, and no name.
        may_be = parts[0].folded in _AHEAD or all(word[:1].isupper() for word in words)
        if may_be and any(_may_call(part.folded, known) for part in parts[:count]):
            user = somebody(words, request)
            if user is not None:
                return count, user
    return 1, None


def _alone(part: TypedWord, request: Request, known: frozenset[str]) -> UserId | None:
    if part.folded in LITTLE or len(part.folded.lstrip("@")) < _LEAST or not _may_call(part.folded, known):
        return None
    found = find(part.typed if part.typed.startswith("@") else f"@{part.typed}", request)
    return found.user if isinstance(found, Person) else None


def _may_call(word: str, known: frozenset[str]) -> bool:
    """Tell whether *word* may be of what somebody is called; ``@dgs:valbourg.fr`` and ``@dgs.rivemont`` may always."""
    bare = word.lstrip("@")
    return ":" in bare or "." in bare or bare in known or not known.isdisjoint(_WORD.findall(bare))


def _may_be_a_thing(said: Sequence[TypedWord]) -> bool:
    """Tell whether what names somebody is one word that may be a thing: « la voirie »; not « Voirie », « le dgs »."""
    word = said[-1]
    alone = len(said) == 1 or (len(said) == _PAIR and said[0].folded in _ARTICLES)
    return alone and word.typed[:1].islower() and FUNCTION.fullmatch(word.folded) is None
