"""Patterns over tokens: ``(le|ce)? <weekday> en <weeks>``, compiled once and matched with a little backtracking.

Words stand for themselves, ``( | )`` for a choice, ``?`` for what may be absent, ``<name>`` or ``<name:capture>`` for
what the grammar calls so, ``^`` for where what is meant begins (``avant le conseil ^ du 12``). There is no repetition,
so what a pattern may look at is bounded by its own length.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from bots.when.language.tokens import DIGITS, Text, keys

Captures = tuple[tuple[str, Any], ...]
Step = tuple[int, Captures]

_PIECE = re.compile(r"\s*(?:<(?P<slot>[a-z_:]+)>|(?P<sign>[()|?^])|(?P<words>[^\s()|?^<>]+))")
ANY: Final = "any word"
"""What stands, among the tokens that something may begin with, for all of them."""
_UNKEPT: Final = "_"
KEPT: Final = "kept"
"""What a ``^`` captures: the token from which on the text is meant; what stands before it only had to be there."""


class Reader(Protocol):
    """What a pattern needs of the grammar that it belongs to."""

    text: Text

    def slot(self, name: str, at: int) -> Sequence[tuple[int, Any]]:
        """Return where what *name* stands for may end when it begins at token *at*, and what it is."""

    def first(self, name: str) -> frozenset[str]:
        """Return what the first token of *name* may be."""


class Pattern(Protocol):
    """One part of a pattern."""

    def match(self, reader: Reader, at: int) -> Iterator[Step]:
        """Yield each place where it may end, the preferred one first."""

    def first(self, reader: Reader) -> tuple[frozenset[str], bool]:
        """Return what its first token may be, and whether it may be empty."""

    def prepare(self, reader: Reader) -> None:
        """Look up, once the whole grammar is known, what saves trying what cannot stand there."""


@dataclass(slots=True)
class Words:
    """Words as they are."""

    keys: tuple[str, ...]

    def match(self, reader: Reader, at: int) -> Iterator[Step]:
        """Yield the place after them, if they stand here."""
        tokens, end = reader.text.tokens, at + len(self.keys)
        if end > len(tokens):
            return
        for key in self.keys:
            if tokens[at].key != key:
                return
            at += 1
        yield end, ()

    def first(self, _reader: Reader) -> tuple[frozenset[str], bool]:
        """Return the first of them."""
        return frozenset(DIGITS if each.isdigit() else each for each in self.keys[:1]), False

    def prepare(self, _reader: Reader) -> None:
        """Need nothing."""


@dataclass(slots=True)
class Slot:
    """What the grammar calls *name*, kept as *capture*; ``<name:_>`` only has to stand there."""

    name: str
    capture: str

    def match(self, reader: Reader, at: int) -> Iterator[Step]:
        """Yield each end of it."""
        for end, value in reader.slot(self.name, at):
            yield end, () if self.capture == _UNKEPT else ((self.capture, value),)

    def first(self, reader: Reader) -> tuple[frozenset[str], bool]:
        """Return what the grammar says of it."""
        return reader.first(self.name), False

    def prepare(self, _reader: Reader) -> None:
        """Need nothing."""


@dataclass(slots=True)
class Mark:
    """Where what is meant begins; it is nothing itself."""

    def match(self, _reader: Reader, at: int) -> Iterator[Step]:
        """Yield this place."""
        yield at, ((KEPT, at),)

    def first(self, _reader: Reader) -> tuple[frozenset[str], bool]:
        """Return nothing: it is empty."""
        return frozenset(), True

    def prepare(self, _reader: Reader) -> None:
        """Need nothing."""


@dataclass(slots=True)
class Choice:
    """One of several."""

    options: tuple[Pattern, ...]
    _by_first: dict[str, tuple[Pattern, ...]] = field(default_factory=dict)
    _empty: tuple[Pattern, ...] = ()

    def match(self, reader: Reader, at: int) -> Iterator[Step]:
        """Yield what each option yields, in their order."""
        tokens = reader.text.tokens
        for option in self._by_first.get(tokens[at].first, self._empty) if at < len(tokens) else self._empty:
            yield from option.match(reader, at)

    def first(self, reader: Reader) -> tuple[frozenset[str], bool]:
        """Return all that any of them may begin with."""
        firsts = [each.first(reader) for each in self.options]
        return frozenset().union(*(each for each, _ in firsts)), any(empty for _, empty in firsts)

    def prepare(self, reader: Reader) -> None:
        """List the options under what they may begin with."""
        for option in self.options:
            option.prepare(reader)
        firsts = [(option, *option.first(reader)) for option in self.options]
        self._empty = tuple(option for option, first, empty in firsts if empty or ANY in first)
        self._by_first = {
            key: tuple(option for option, first, empty in firsts if empty or key in first or ANY in first)
            for key in frozenset().union(*(first for _, first, _ in firsts))
        }


@dataclass(slots=True)
class InOrder:
    """One after the other."""

    parts: tuple[Pattern, ...]
    _begins: tuple[frozenset[str] | None, ...] = ()

    def match(self, reader: Reader, at: int) -> Iterator[Step]:
        """Yield each way through all of them."""
        return self._from(0, reader, at) if self.parts else iter(((at, ()),))

    def _from(self, number: int, reader: Reader, at: int) -> Iterator[Step]:
        if number == len(self.parts) - 1:
            yield from self.parts[number].match(reader, at)
            return
        begins, tokens, last = self._begins[number + 1], reader.text.tokens, number + 2 == len(self.parts)
        for middle, before in self.parts[number].match(reader, at):
            if begins is not None and (middle >= len(tokens) or tokens[middle].first not in begins):
                continue
            # The last one without a step of its own between: most rows have two or three parts.
            rest = self.parts[-1].match(reader, middle) if last else self._from(number + 1, reader, middle)
            for end, after in rest:
                yield end, before + after

    def first(self, reader: Reader) -> tuple[frozenset[str], bool]:
        """Return what the first part that cannot be empty, and those before it, may begin with."""
        return self._first_from(0, reader)

    def _first_from(self, number: int, reader: Reader) -> tuple[frozenset[str], bool]:
        found: frozenset[str] = frozenset()
        for part in self.parts[number:]:
            begins, empty = part.first(reader)
            found |= begins
            if not empty:
                return found, False
        return found, True

    def prepare(self, reader: Reader) -> None:
        """Look up what the rest may begin with at each part; None where it may be empty."""
        for part in self.parts:
            part.prepare(reader)
        rests = [self._first_from(number, reader) for number in range(len(self.parts))]
        self._begins = tuple(None if empty or ANY in first else first for first, empty in rests)


_NOTHING = InOrder(())


def compiled(source: str) -> Pattern:
    """Return the pattern that *source* describes; raises ``ValueError`` for one that is not well formed."""
    pieces = list(_PIECE.finditer(source.rstrip()))
    if "".join(each[0] for each in pieces) != source.rstrip():
        raise ValueError(source)
    pattern, at = _choice(pieces, 0)
    if at != len(pieces):
        raise ValueError(source)
    return pattern


def _choice(pieces: Sequence[re.Match[str]], at: int) -> tuple[Pattern, int]:
    options = []
    while True:
        option, at = _sequence(pieces, at)
        options.append(option)
        if at == len(pieces) or pieces[at]["sign"] != "|":
            return (options[0] if len(options) == 1 else Choice(tuple(options))), at
        at += 1


def _sequence(pieces: Sequence[re.Match[str]], at: int) -> tuple[Pattern, int]:
    parts: list[Pattern] = []
    while at < len(pieces) and pieces[at]["sign"] not in ("|", ")"):
        piece = pieces[at]
        if piece["sign"] == "?":
            parts[-1] = Choice((parts[-1], _NOTHING))
        elif piece["sign"] == "^":
            parts.append(Mark())
        elif piece["sign"] == "(":
            inner, at = _choice(pieces, at + 1)
            parts.append(inner)
        elif piece["slot"]:
            name, _, capture = piece["slot"].partition(":")
            parts.append(Slot(name, capture or name))
        else:
            parts.append(Words(keys(piece["words"])))
        at += 1
    parts = _words_joined(parts)
    return (parts[0] if len(parts) == 1 else InOrder(tuple(parts))), at


def _words_joined(parts: Sequence[Pattern]) -> list[Pattern]:
    """Return *parts* with the words that follow each other as one: fewer to try."""
    joined: list[Pattern] = []
    for part in parts:
        last = joined[-1] if joined else None
        if isinstance(part, Words) and isinstance(last, Words):
            joined[-1] = Words(last.keys + part.keys)
        else:
            joined.append(part)
    return joined
