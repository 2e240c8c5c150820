"""What a list is asked to hold: ``véhicules électriques @dgs page 2``, whatever its kind's fields are (pure)."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Final

from bots.assistant.talk.markup import Rich
from bots.assistant.talk.question import Question
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold
from bots.items.board import Board
from bots.items.field import Field
from bots.items.kind import Item, Kind
from bots.items.status import Status
from bots.items.types.day import Day, is_period, wanted
from bots.items.types.type import WITHOUT, Unclear, Wanted

_ALL: Final = frozenset({"tous", "toutes", "tout", "all"})
_OPEN: Final = frozenset({"ouverts", "ouvertes", "open"})
_LATE: Final = frozenset({"en retard", "retard", "late", "overdue"})
_SEARCH: Final = frozenset({"cherche", "chercher", "search", "find", "contenant", "containing"})
_AROUND: Final = frozenset({"de", "d'", "du", "of", "for", "a", "pour", "et", "and", "les", "the", "?", "!", ".", ","})
_BEHIND_A_LABEL: Final = frozenset({":", "=", "est", "is"})
_Asked = tuple[int, Field[Any], Wanted[Any]]
_PAGE = re.compile(r"[0-9]{1,4}")
_LONGEST: Final = 4


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is to hold: *status* (None: those in use), fields, lacks, words in titles; *strange* was not read."""

    statuses: tuple[Status, ...] | None = None
    wanted: tuple[tuple[Field[Any], Wanted[Any]], ...] = ()
    lacks: tuple[Field[Any], ...] = ()
    late: bool = False
    search: tuple[str, ...] = ()
    page: int = 1
    strange: tuple[str, ...] = field(default=())
    own: tuple[str, ...] = ()
    """Words of these that people have made up: what is searched for, labels."""

    def narrowed(self) -> bool:
        """Tell whether more is asked than what is in use."""
        return bool(self.statuses is not None or self.wanted or self.lacks or self.late or self.search)


def filters(kind: Kind, words: Sequence[str]) -> Filters:
    """Return what *words* ask a list of *kind* to hold."""
    found, at = Filters(), 0
    while at < len(words):
        length, found = _next(kind, words[at:], found)
        at += length
    return _of_days(kind, found) if found.strange else found


def understood(kind: Kind, words: Sequence[str]) -> bool:
    """Tell whether *words* are all filters."""
    return not filters(kind, words).strange


def fitting(found: Filters, request: Request, board: Board) -> Callable[[Item], bool] | list[Rich | Question]:
    """Return what tells of an item whether it fits, or what is to be asked first."""
    tests: list[tuple[Field[Any], Callable[[Any], bool]]] = []
    asked: list[Rich | Question] = []
    for row, what in found.wanted:
        test = what.read(request)
        if isinstance(test, Unclear):
            asked += test.asked
        else:
            tests.append((row, test))
    return asked or (lambda item: _fits(found, tests, item, request, board))


def _fits(
    found: Filters, tests: list[tuple[Field[Any], Callable[[Any], bool]]], item: Item, request: Request, board: Board
) -> bool:
    stands = item.open if found.statuses is None else item.status in found.statuses
    return (
        stands
        and all(test(item.get(row)) for row, test in tests)
        and all(item.get(row) is None for row in found.lacks)
        and (not found.late or item.late(request.here))
        and (not found.search or all(word in board.title(item) for word in found.search))
    )


def _next(kind: Kind, words: Sequence[str], found: Filters) -> tuple[int, Filters]:
    for length in range(min(_LONGEST, len(words)), 0, -1):
        said = " ".join(fold(word) for word in words[:length])
        if said in _by_words(kind):
            return length, _by_words(kind)[said](found)
    if fold(words[0]) in _SEARCH and len(words) > 1:
        return len(words), _searching(words, found)
    if fold(words[0]) == "page" and len(words) > 1 and _PAGE.fullmatch(words[1]):
        return 2, replace(found, page=max(1, int(words[1])))
    asked = _named(kind, words) or _known(kind, words)
    if asked is not None:
        length, row, wants = asked
        own = (*found.own, *words[:length]) if row.private else found.own
        return length, replace(found, wanted=(*found.wanted, (row, wants)), own=own)
    if fold(words[0]) in _AROUND and not found.strange:
        return 1, found
    return 1, replace(found, strange=(*found.strange, words[0]))


def _known(kind: Kind, words: Sequence[str]) -> _Asked | None:
    """Return the first field whose type knows what *words* begin with: how many they are, and what they ask of it."""
    found = ((row, row.type.wants(words)) for row in kind.fields)
    return next(((asked[0], row, asked[1]) for row, asked in found if asked is not None), None)


def _named(kind: Kind, words: Sequence[str]) -> _Asked | None:
    """Return the field whose label *words* begin with, likewise."""
    for length in range(min(_LONGEST, len(words)), 0, -1):
        row = _by_label(kind).get(" ".join(map(fold, words[:length])))
        if row is None:
            continue
        start = length + 1 if fold("".join(words[length : length + 1])) in _BEHIND_A_LABEL else length
        end = next((at for at in range(start + 1, len(words)) if _begins(kind, words[at:])), len(words))
        asked = row.type.wants_named(words[start:end]) if start < end else None
        if asked is not None:
            return start + asked[0], row, asked[1]
    return None


def _begins(kind: Kind, words: Sequence[str]) -> bool:
    """Tell whether *words* begin with something else that a list is asked: ``en retard``, ``page 2``, ``@dgs``."""
    said = [" ".join(map(fold, words[:length])) for length in range(min(_LONGEST, len(words)), 0, -1)]
    return (
        any(each in _by_words(kind) or each in _by_label(kind) for each in said)
        or fold(words[0]) in {*_SEARCH, "page"}
        or _known(kind, words) is not None
    )


@cache
def _by_label(kind: Kind) -> Mapping[str, Field[Any]]:
    return {label: row for row in kind.fields for label in row.labels.folded}


def _searching(words: Sequence[str], found: Filters) -> Filters:
    sought = tuple(fold(word).strip('«»“”"') for word in words[1:])
    return replace(found, search=(*found.search, *sought), own=(*found.own, *words))


@cache
def _by_words(kind: Kind) -> Mapping[str, Callable[[Filters], Filters]]:
    return dict(_fixed(kind))


def _fixed(kind: Kind) -> Iterator[tuple[str, Callable[[Filters], Filters]]]:
    in_use = tuple(status for status in kind.statuses if status.open)
    yield from ((word, _standing(kind.statuses)) for word in _ALL)
    yield from ((word, _standing(in_use)) for word in _OPEN)
    for status in kind.statuses:
        yield from ((word, _standing((status,))) for word in status.words.folded)
    if kind.due is not None:
        yield from ((word, lambda found: replace(found, late=True)) for word in _LATE)
    for row in kind.fields:
        yield from ((f"{without} {name}", _lacking(row)) for without in WITHOUT for name in row.names)


def _standing(statuses: tuple[Status, ...]) -> Callable[[Filters], Filters]:
    return lambda found: replace(found, statuses=statuses)


def _lacking(row: Field[Any]) -> Callable[[Filters], Filters]:
    return lambda found: replace(found, lacks=(*found.lacks, row))


def _of_days(kind: Kind, found: Filters) -> Filters:
    """Return *found* with what is strange in it as days, of the field that it names or of the first."""
    words = found.strange
    rows = [row for row in kind.fields if isinstance(row.type, Day)]
    named = next((row for row in rows if fold(words[0]) in row.names), None)
    said = words[1:] if named is not None else words
    row = named or next(iter(rows), None)
    if row is None or not is_period(" ".join(said)):
        return found
    return replace(found, wanted=(*found.wanted, (row, wanted(said))), strange=())
