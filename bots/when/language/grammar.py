"""A language's tables, compiled, and the reading of one text by them."""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from bots.when.language.likeness import Likeness
from bots.when.language.misspelt import Misspelt
from bots.when.language.pattern import ANY, Pattern, compiled
from bots.when.language.tokens import DIGITS, Text, keys

_LATE: Final = 10
_MOST_IN_A_LIST: Final = 7
_LONGEST_NUMBER: Final = 4
_YEARS: Final = range(1900, 2200)
_CENTURY: Final = 2000
_OLD_YEARS: Final = range(1000, 1900)
_SHORT_YEARS: Final = range(20, 60)


@dataclass(frozen=True, slots=True)
class Node:
    """What a row of the tables has read: the name of a meaning, and what that needs to know."""

    meaning: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a language's tables: *name* may be written as *pattern*, and then means *meaning*."""

    name: str
    pattern: str
    meaning: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tables:
    """All that the engine knows of a language; words are written without accents and case."""

    words: Mapping[str, Mapping[str, Any]]
    """Vocabularies by their names: ``lundi`` is 0 of ``weekday``."""
    dotted: frozenset[str]
    """What may be followed by a full stop."""
    ordinals: frozenset[str]
    """What may be glued to a day's number (``1er``)."""
    ranks: frozenset[str]
    """What may be glued to the number of one among several (``3e``)."""
    joints: tuple[str, ...]
    """What stands between the members of a list."""
    shapes: Mapping[str, tuple[str, re.Pattern[str]]]
    """What is read from the raw text by a regular expression whose groups are numbers."""
    rows: tuple[Row, ...]
    hours: tuple[str, ...]
    """What is an hour and so no day."""
    goes_on: frozenset[str]
    """What may follow a bare day of the month (``le 12``)."""
    verb: re.Pattern[str]
    """Whatever else may follow one."""
    short: Mapping[str, str]
    """Words that stand for longer ones (``chq``)."""
    alike: Likeness
    """What of the rest looks like a time."""


@dataclass(frozen=True, slots=True)
class _Compiled:
    pattern: Pattern
    row: Row


class Grammar:
    """A language, ready to read: patterns compiled and listed under the tokens that they may begin with."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self._words = {name: _by_first(words) for name, words in tables.words.items()}
        self._joints = tuple(sorted((keys(each) for each in tables.joints), key=len, reverse=True))
        rows: dict[str, list[_Compiled]] = {}
        for row in tables.rows:
            rows.setdefault(row.name, []).append(_Compiled(compiled(row.pattern), row))
        self._rows = rows
        self._firsts: dict[str, frozenset[str]] = {}
        reader = Reading(self, Text(""))
        self._index: dict[str, dict[str, list[_Compiled]]] = {name: self._indexed(name, reader) for name in rows}

    def _indexed(self, name: str, reader: "Reading") -> dict[str, list[_Compiled]]:
        listed: dict[str, list[_Compiled]] = {}
        for rule in self._rows[name]:
            rule.pattern.prepare(reader)
            first, empty = rule.pattern.first(reader)
            if empty:
                raise ValueError(f"{name}: {rule.row.pattern} may be empty")
            for key in first:
                listed.setdefault(key, []).append(rule)
        if ANY in listed and len(listed) > 1:
            raise ValueError(f"{name}: some begin with any word, some with one")
        return listed

    def first(self, name: str) -> frozenset[str]:
        """Return what the first token of *name* may be."""
        if name not in self._firsts:
            self._firsts[name] = self._find_first(name)
        return self._firsts[name]

    def _find_first(self, name: str) -> frozenset[str]:
        if name in self._rows:
            reader = Reading(self, Text(""))
            return frozenset().union(*(each.pattern.first(reader)[0] for each in self._rows[name]))
        name = name.removesuffix("_list")
        if name == "any":
            return frozenset({ANY})
        words = frozenset(DIGITS if each.isdigit() else each for each in self._words.get(name, ()))
        return words if name in self.tables.words and name not in _NUMBERS else words | {DIGITS}

    def rows(self, name: str, first: str) -> Sequence[_Compiled] | None:
        """Return the rows of *name* that may begin with the token *first*; None when the name has no rows at all."""
        index = self._index.get(name)
        return None if index is None else index.get(first, index.get(ANY, ()))

    def words(self, name: str, first: str) -> Sequence[tuple[tuple[str, ...], Any]]:
        """Return what the vocabulary *name* holds that begins with the token *first*, the longest first."""
        return self._words.get(name, {}).get(first, ())

    @cached_property
    def misspelt(self) -> Misspelt:
        """What words may be misspelt for."""
        rows = (each.key for row in self.tables.rows for each in Text(row.pattern).tokens)
        words = (key for vocabulary in self.tables.words.values() for word in vocabulary for key in keys(word))
        known = frozenset((*rows, *words, *self.tables.short))
        return Misspelt(self.tables.alike.misspelt, known, self.tables.alike.spelt)

    @property
    def joints(self) -> Sequence[tuple[str, ...]]:
        """What stands between the members of a list, the longest first."""
        return self._joints


class Reading:
    """One text, read by one grammar; what was once found at a place is not looked for again."""

    def __init__(self, grammar: Grammar, text: Text) -> None:
        self.grammar = grammar
        self.text = text
        self._known: dict[str, dict[int, Sequence[tuple[int, Any]]]] = defaultdict(dict)
        self._count = len(text)

    def first(self, name: str) -> frozenset[str]:
        """Return what the first token of *name* may be."""
        return self.grammar.first(name)

    def slot(self, name: str, at: int) -> Sequence[tuple[int, Any]]:
        """Return where *name* may end when it begins at token *at*, and what it is; the longest first."""
        if at >= self._count:
            return ()
        here = self._known[name]
        known = here.get(at)
        if known is None:
            here[at] = known = self._read(name, at)
        return known

    def _read(self, name: str, at: int) -> Sequence[tuple[int, Any]]:
        rows = self.grammar.rows(name, self.text.tokens[at].first)
        if rows is not None:
            return self._by_rows(rows, at)
        if name in self.grammar.tables.shapes:
            return self._by_shape(name, at)
        if name.endswith("_list"):
            return self._list(name.removesuffix("_list"), at)
        if name == "day" and any(self.slot(hours, at) for hours in self.grammar.tables.hours):
            return ()
        return [*self._by_words(name, at), *(_NUMBERS[name](self, at) if name in _NUMBERS else ())]

    def _by_rows(self, rows: Sequence[_Compiled], at: int) -> Sequence[tuple[int, Any]]:
        found: dict[int, Node] = {}
        for rule in rows:
            for end, captures in rule.pattern.match(self, at):
                if end not in found:
                    found[end] = Node(rule.row.meaning, {**rule.row.facts, **dict(captures)})
        return sorted(found.items(), key=lambda each: each[0], reverse=True)

    def _by_shape(self, name: str, at: int) -> Sequence[tuple[int, Any]]:
        meaning, shape = self.grammar.tables.shapes[name]
        found = shape.match(self.text.raw, self.text.tokens[at].start)
        end = found and self.text.after(found.end())
        if found is None or end is None:
            return ()
        return [(end, Node(meaning, {key: int(value) for key, value in found.groupdict().items() if value}))]

    def _by_words(self, name: str, at: int) -> Sequence[tuple[int, Any]]:
        found = []
        tokens = self.text.tokens
        for words, value in self.grammar.words(name, tokens[at].key):
            end = at + len(words)
            if tuple(each.key for each in tokens[at:end]) == words:
                if words[-1] in self.grammar.tables.dotted and end < len(tokens) and tokens[end].key == ".":
                    found.append((end + 1, value))
                found.append((end, value))
        return found

    def _list(self, name: str, at: int) -> Sequence[tuple[int, Any]]:
        found: list[tuple[int, Any]] = []
        members: tuple[Any, ...] = ()
        while len(members) < _MOST_IN_A_LIST and (one := self.slot(name, at)):
            at, value = one[0]
            members += (value,)
            found.append((at, members))
            joint = next((len(each) for each in self.grammar.joints if self._stands(each, at)), 0)
            if not joint:
                break
            at += joint
        return found[::-1]

    def _stands(self, words: tuple[str, ...], at: int) -> bool:
        return tuple(each.key for each in self.text.tokens[at : at + len(words)]) == words

    def number(self, at: int, allowed: range) -> Sequence[tuple[int, int]]:
        """Return the number written in digits at *at*, if it is one of *allowed*."""
        token = self.text.tokens[at]
        if not token.digits or token.end - token.start > _LONGEST_NUMBER or int(token.key) not in allowed:
            return ()
        return [(at + 1, int(token.key))]

    def day(self, at: int) -> Sequence[tuple[int, int]]:
        """Return a day of the month in digits, with or without its ``er`` or ``st``."""
        found = self.number(at, range(1, 32))
        if not found or self.text.tokens[at].end - self.text.tokens[at].start > 2:
            return ()
        suffixed = self._suffixed(at, found[0][1], self.grammar.tables.ordinals)
        return [suffixed] if suffixed else found

    def nth(self, at: int) -> Sequence[tuple[int, int]]:
        """Return a rank in digits, which must have its ``er``, ``e`` or ``st``."""
        found = self.number(at, range(1, 6))
        suffixed = found and self._suffixed(at, found[0][1], self.grammar.tables.ranks)
        return [suffixed] if suffixed else ()

    def late_day(self, at: int) -> Sequence[tuple[int, int]]:
        """Return a day of the month that is no small number of things: ``15``, ``1er``."""
        return [(end, day) for end, day in self.day(at) if day >= _LATE or end > at + 1]

    def any(self, at: int) -> Sequence[tuple[int, str]]:
        """Return a word, whatever it is."""
        token = self.text.tokens[at]
        return [(at + 1, token.key)] if len(token.key) > 1 and token.key[0].isalpha() else []

    def short_year(self, at: int) -> Sequence[tuple[int, int]]:
        """Return the year that two digits stand for after a month: ``12 décembre 26``."""
        return [(end, _CENTURY + year) for end, year in self.number(at, _SHORT_YEARS)]

    def _suffixed(self, at: int, value: int, suffixes: frozenset[str]) -> tuple[int, int] | None:
        after = self.text.tokens[at + 1 : at + 2]
        if after and after[0].glued and after[0].key in suffixes:
            return at + 2, value
        return None


_NUMBERS: Final[Mapping[str, Callable[[Reading, int], Sequence[tuple[int, Any]]]]] = {
    "any": Reading.any,
    "late_day": Reading.late_day,
    "nth_figure": lambda reading, at: [each for each in reading.nth(at) if each[1] > 1],
    "n": lambda reading, at: reading.number(at, range(1, 1000)),
    "day": Reading.day,
    "nth": Reading.nth,
    "year": lambda reading, at: reading.number(at, _YEARS),
    "old_year": lambda reading, at: reading.number(at, _OLD_YEARS),
    "short_year": Reading.short_year,
    "hour": lambda reading, at: reading.number(at, range(25)),
}


def _by_first(words: Mapping[str, Any]) -> dict[str, list[tuple[tuple[str, ...], Any]]]:
    listed: dict[str, list[tuple[tuple[str, ...], Any]]] = {}
    for phrase, value in words.items():
        listed.setdefault(keys(phrase)[0], []).append((keys(phrase), value))
    return {first: sorted(each, key=lambda one: len(one[0]), reverse=True) for first, each in listed.items()}
