"""What was not read, and looks like a day, a number or a limit all the same: no date is set beside it unasked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from bots.when.language.tokens import QUOTE, Text, Token
from bots.when.sentence.scanning import Hit, Scan, ends_alone, goes_on

_OPEN_A_NAME: Final = frozenset({"@", "#", "http", "https", "www"})
_ENDS_A_SENTENCE: Final = frozenset({".", ":", "!", "?", "\n"})
_REACH: Final = 6
"""Tokens between what was read and what may belong to it, the small words between them counted."""
_HOURS: Final = range(7, 21)


@dataclass(frozen=True, slots=True)
class Unread:
    """Tokens that look like a time, or *except* one; *means* is what the one at *at* may be misspelt, or short, for.

    *reach* is from where to where they belong to what was read beside them, the small words between included.
    """

    start: int
    end: int
    at: int
    means: str | None = None
    excepts: bool = False
    reach: tuple[int, int] | None = None


class Leftovers:
    """What is left of a text when *hits* are taken out of it."""

    def __init__(self, found: Scan, hits: Sequence[Hit]) -> None:
        self._reading, self._hits = found.reading, hits
        self._like, self._text = found.reading.grammar.tables.alike, found.reading.text
        self._free = self._left(found, hits)

    def _left(self, found: Scan, hits: Sequence[Hit]) -> frozenset[int]:
        """Return the tokens that nothing was seen in, the names of people and labels left aside."""
        rooted = {hit.start: hit for group in found.clusters for hit in group}
        read = [*hits, *(hit for hit in found.seen if hit.none or hit.start in rooted)]
        taken = {at for hit in read for at in range(hit.start, hit.end)}
        free, named = set(), False
        for at, token in enumerate(self._text.tokens):
            named = (named and token.glued) or token.key in _OPEN_A_NAME
            if not named and at not in taken and token.key != QUOTE:
                free.add(at)
        return frozenset(free)

    def beside_today(self) -> list[Unread]:
        """Return all that looks like a time: beside it, today would be a guess."""
        alike = [*self._alike("hint", "faint")]
        close = self._adjoining([*self._alike("close_hint", "often_hint")])
        alike += [
            each for each in close if not any(each.start < other.end and other.start < each.end for other in alike)
        ]
        return sorted([*alike, *self._numbers(alike)], key=lambda each: each.start)

    def beside_a_day(self) -> list[Unread]:
        """Return what looks like a time right beside one: it may belong to it."""
        return [*self._adjoining([*self._alike("hint", "close_hint", near=True), *self._hour_numbers()])]

    def beside_a_series(self) -> list[Unread]:
        """Return what looks like an exception, or a time, right beside a series."""
        alike = self._alike("hint", "close_hint", "often_hint", "but_hint", near=True)
        # Before it, it tells what is spoken of: « le conseil d'école tous les lundis ».
        behind = (
            each for each in self._alike("behind_hint", near=True) if any(hit.end <= each.start for hit in self._hits)
        )
        return [*self._adjoining(sorted([*alike, *behind], key=lambda each: each.start))]

    def misspelt(self) -> list[Unread]:
        """Return the words that are most likely a misspelt day, where nothing else speaks of time."""
        meant = ((at, self._reading.grammar.misspelt.meant(self._text.tokens[at].key)) for at in sorted(self._free))
        return [
            Unread(at, at + 1, at, means)
            for at, means in meant
            if means and not self._has_a_title(at) and (self._like.capitals or not is_name(self._text, at))
        ]

    def _alike(self, *names: str, near: bool = False) -> Iterator[Unread]:
        """Yield what looks like a time, anywhere, or *near* what was read only."""
        after = 0
        for at in sorted(self._near() if near else self._free):
            if at >= after:
                unread = self._alike_at(at, names)
                if unread is not None:
                    after = unread.end
                    yield unread

    def _near(self) -> Iterator[int]:
        reach = {at for hit in self._hits for at in range(hit.start - _REACH, hit.end + _REACH)}
        return (at for at in self._free if at in reach)

    def _alike_at(self, at: int, names: Sequence[str]) -> Unread | None:
        means = self._reading.grammar.misspelt.meant_loosely(self._text.tokens[at].key)
        if means is not None and not self._has_a_title(at):
            return Unread(at, at + 1, at, means)
        if self._text.tokens[at].key in self._like.names and is_name(self._text, at):
            return None
        for end, node in (found for name in names for found in self._reading.slot(name, at)):
            if not self._counts(at, end, node.facts):
                continue
            if not node.facts.get("harmless"):
                return Unread(at, end, at, self._weekday(node.facts.get("weekday")), bool(node.facts.get("excepts")))
            return None
        return None

    def _counts(self, at: int, end: int, facts: Mapping[str, Any]) -> bool:
        tokens = self._text.tokens
        if not ends_alone(tokens, end) or not self._free.issuperset(range(at, end)):
            return False
        if facts.get("uncounted") and end < len(tokens) and tokens[end].key in self._like.counted:
            return False
        return not facts.get("bare") or goes_on(self._reading, end)

    def _weekday(self, number: int | None) -> str | None:
        weekdays = self._reading.grammar.tables.words["weekday"]
        return next((name for name, day in weekdays.items() if day == number), None)

    def _has_a_title(self, at: int) -> bool:
        """Tell whether it is somebody's name: ``appeler M. Mardy``."""
        before = [each.key for each in self._text.tokens[max(at - 2, 0) : at] if each.key != "."]
        return bool(before) and before[-1] in self._like.titles

    def _numbers(self, alike: Sequence[Unread]) -> Iterator[Unread]:
        """Yield days of the month that stand bare beside an hour or a rule: ``CODIR 15 14h``, not ``salle 12 14h``."""
        taken = {at for each in alike for at in range(each.start, each.end)}
        edges = {edge for hit in self._hits for edge in (hit.start, hit.end)}
        for at in sorted(self._free - taken):
            token, found = self._text.tokens[at], self._reading.slot("day", at)
            numbered = token.glued or (at > 0 and self._text.tokens[at - 1].key in self._like.numbered)
            if token.digits and found and not numbered and {at, found[0][0]} & edges:
                # Where it has its ending, none need be added: "12th".
                said = self._like.as_day if found[0][0] == at + 1 else self._like.as_day.partition("}")[0] + "}"
                yield Unread(at, found[0][0], at, said.format(token.key))

    def _hour_numbers(self) -> Iterator[Unread]:
        """Yield what may be an hour behind a day: ``demain à 9 point budget``."""
        tokens = self._text.tokens
        for hit in self._hits:
            at = hit.end
            said = self._free.issuperset((at, at + 1)) and tokens[at].key in self._like.at
            if said and self._reading.number(at + 1, _HOURS):
                yield Unread(at, at + 2, at + 1, self._like.as_hour.format(tokens[at + 1].key))

    def _adjoining(self, alike: Sequence[Unread]) -> Iterator[Unread]:
        for unread in alike:
            for hit in self._hits:
                first, second = sorted(((hit.start, hit.end), (unread.start, unread.end)))
                if first[1] <= second[0] and self._is_glue(self._text.tokens[first[1] : second[0]]):
                    yield replace(unread, reach=(min(unread.start, hit.end), max(unread.end, hit.start)))
                    break

    def _is_glue(self, between: Sequence[Token]) -> bool:
        return all(each.key in self._like.glue for each in between)


def is_name(text: Text, at: int) -> bool:
    """Tell whether the token *at* is written as a name in the middle of a sentence."""
    token = text.tokens[at]
    return at > 0 and text.raw[token.start : token.end].istitle() and text.tokens[at - 1].key not in _ENDS_A_SENTENCE
