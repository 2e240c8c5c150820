"""Where a text speaks of time: the pieces, longest first, and which of them belong together."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bots.when.language.grammar import Grammar, Node, Reading
from bots.when.language.pattern import KEPT
from bots.when.language.tokens import Text, Token
from bots.when.values import Bound, Bounds

_BEFORE: Final = frozenset("*(['\"«“,;:>…|~")
_AFTER: Final = frozenset(".,;:!?)]'\"»”…*-|~<")
_STOPS: Final = frozenset(".,;:!?)@#!*-([…&+=→•|~><")
_LONGEST_CLOCK: Final = 3
_GLUE: Final = frozenset({","})
_JOINING: Final = frozenset({"-", "/"})
_SEPARATING: Final = frozenset({",", ";", ":"})
_OFFICE_HOURS: Final = range(8, 21)
_YEAR_LENGTH: Final = 4
_TIMES_OF_DAY: Final = frozenset({"clock", "start", "part"})
_OF_SERIES: Final = frozenset({"count", "during", "after_series"})
_DATES: Final = ("vague", "date", "feast", "amount", "days", "today", "first", "weekday", "iso_moment")
_TIMES: Final = ("clock", "start", "iso_moment")


@dataclass(frozen=True, slots=True)
class Hit:
    """A piece of the text that speaks of time: its tokens, and what the grammar says of it."""

    start: int
    end: int
    facts: Mapping[str, Any]

    @property
    def none(self) -> bool:
        """Whether it only looks like a time: a street, a length."""
        return bool(self.facts.get("none"))

    @property
    def dated(self) -> bool:
        """Whether it says a day."""
        return any(each in self.facts for each in _DATES)

    @property
    def timed(self) -> bool:
        """Whether it says an hour."""
        return any(each in self.facts for each in (*_TIMES, "part"))

    @property
    def repeated(self) -> bool:
        """Whether it says how often."""
        return "repeat" in self.facts

    @property
    def weak(self) -> bool:
        """Whether it may only describe something: the letter *of 12 November*; or says no day of the calendar."""
        if self.facts.get("vague"):
            return True
        lead = self.facts.get("lead")
        return self.dated and isinstance(lead, Node) and bool(lead.facts.get("weak"))

    @property
    def bound(self) -> Bound:
        """How what is wanted stands to it."""
        if self.facts.get("late"):
            return Bound.BY
        lead = self.facts.get("lead", Bound.AT)
        found = Bound(lead.facts.get("bound", Bound.AT) if isinstance(lead, Node) else lead)
        if found is Bound.BEFORE and self.facts.get("included"):
            return Bound.BY
        # Who pays before the end of the month may pay on its last day.
        return Bound.BY if found is Bound.BEFORE and self._ends_something else found

    @property
    def _ends_something(self) -> bool:
        date = self.facts.get("date")
        return isinstance(date, Node) and date.meaning == "edge" and date.facts["edge"] == "end"


Cluster = tuple[Hit, ...]
"""Hits with nothing but a comma between them."""


@dataclass(frozen=True, slots=True)
class Scan:
    """A text that was searched: all that was recognised in it, what is no time included, and what is one together."""

    reading: Reading
    seen: tuple[Hit, ...]
    clusters: tuple[Cluster, ...]


def scan(grammar: Grammar, text: Text) -> Scan:
    """Return what *text* says of time, hits that stand side by side together."""
    reading = Reading(grammar, text)
    seen = tuple(_hits(reading))
    groups = [_rooted(each) for each in _grouped([each for each in seen if not each.none], text)]
    if not any(hit.repeated for group in groups for hit in group):
        groups = [tuple(each for each in group if not _OF_SERIES & each.facts.keys()) for group in groups]
    if all("relative" in hit.facts for group in groups for hit in group):
        groups = []
    return Scan(reading, seen, tuple(each for each in groups if each))


def spans(hits: Sequence[Hit], text: Text) -> tuple[Bounds, ...]:
    """Return where *hits* stand in the text, those that stand side by side as one."""
    found: list[tuple[int, int]] = []
    for group in _grouped(sorted(hits, key=lambda each: each.start), text):
        first = text.tokens[group[0].start]
        marked = group[0].repeated and first.glued and text.tokens[group[0].start - 1].key == "*"
        found.append((first.start - marked, text.tokens[group[-1].end - 1].end))
    return tuple(found)


def _hits(reading: Reading) -> Iterator[Hit]:
    at, starts, text = 0, reading.grammar.first("top"), reading.text
    whole = _whole(reading)
    if whole is not None:
        yield whole
        return
    before: Hit | None = None
    while at < len(text):
        hit = _longest(reading, at, before) if text.tokens[at].first in starts else None
        if hit is not None:
            before = hit
            yield hit
        at = at + 1 if hit is None else hit.end


def _whole(reading: Reading) -> Hit | None:
    """Return a feast that is all there is: inside a sentence its name needs a preposition (``marché de Noël``)."""
    for end, node in reading.slot("whole", 0):
        if all(each.key in _STOPS for each in reading.text.tokens[end:]):
            return Hit(0, end, node.facts)
    return None


def _longest(reading: Reading, at: int, before: Hit | None) -> Hit | None:
    tokens = reading.text.tokens
    if tokens[at].glued and tokens[at - 1].key not in _BEFORE and not _follows_a_day(reading, at, before):
        return None
    for end, node in reading.slot("top", at):
        if not (ends_alone(tokens, end) or _precedes_a_clock(reading, end)) or (
            node.facts.get("bare") and not goes_on(reading, end) and not _precedes_a_day(reading, end, node)
        ):
            continue
        if (
            node.facts.get("unless_counted")
            and end < len(tokens)
            and tokens[end].key in reading.grammar.tables.alike.counted
        ):
            # So many of them: nor is the first of the two figures a day.
            return None
        if node.facts.get("beside_day") and not _stands_alone_beside_a_day(reading, at, end, node, before):
            continue
        if node.facts.get("unless_beside") and _is_hour_after_all(reading, at, end, before):
            continue
        return Hit(node.facts.get(KEPT, at), end, node.facts)
    return None


def _precedes_a_day(reading: Reading, end: int, node: Node) -> bool:
    """Tell whether bare hours stand before their day: ``de 14 à 16 lundi``."""
    return "start" in node.facts and any(Hit(end, to, day.facts).dated for to, day in reading.slot("top", end))


def _stands_alone_beside_a_day(reading: Reading, at: int, end: int, node: Node, before: Hit | None) -> bool:
    """Tell whether ``14 à 16h`` are hours: not in ``salle 14 à 16h``, and beside a day."""
    if at and reading.text.tokens[at - 1].key in reading.grammar.tables.alike.numbered:
        return False
    return _precedes_a_day(reading, end, node) or (before is not None and before.dated and before.end == at)


def _precedes_a_clock(reading: Reading, end: int) -> bool:
    """Tell whether a word is glued to an hour: ``jeudi14h``, ``demain-14h``."""
    tokens = reading.text.tokens
    at = end + (tokens[end].key in _JOINING)
    return tokens[end - 1].key[-1].isalpha() and at < len(tokens) and tokens[at].glued and _is_clock(reading, at)


def _is_clock(reading: Reading, at: int) -> bool:
    return any(reading.slot(name, at) for name in reading.grammar.tables.hours)


def _follows_a_day(reading: Reading, at: int, before: Hit | None) -> bool:
    if before is None or not before.dated or before.none:
        return False
    return before.end == at - (reading.text.tokens[at - 1].key in _JOINING) and _is_clock(reading, at)


def _is_hour_after_all(reading: Reading, at: int, end: int, before: Hit | None) -> bool:
    """Tell whether ``14h de`` is no length: ``lundi 14h de la commission``, ``9h de relancer``."""
    tokens, tables = reading.text.tokens, reading.grammar.tables
    if end < len(tokens) and tables.verb.fullmatch(tokens[end].key):
        return True
    beside = before is not None and before.dated and all(each.key in _GLUE for each in tokens[before.end : at])
    return beside and tokens[at].digits and int(tokens[at].key) in _OFFICE_HOURS


def ends_alone(tokens: Sequence[Token], end: int) -> bool:
    """Tell whether what ends before token *end* is not glued to more of a word."""
    if end == len(tokens) or not tokens[end].glued:
        return True
    if tokens[end].key not in _AFTER:
        return False
    after = tokens[end + 1] if end + 1 < len(tokens) and tokens[end + 1].glued else None
    if after is None or not after.key[0].isalnum():
        return True
    # "Lundi,14h", but not "12,50" or "mardi.example".
    last = tokens[end - 1]
    is_fraction = last.digits and after.digits and last.end - last.start != _YEAR_LENGTH
    return tokens[end].key in _SEPARATING and not is_fraction


def goes_on(reading: Reading, end: int) -> bool:
    """Tell whether what follows a bare day of the month leaves it one: ``le 12 à 9h``, not ``le 12 rue Pasteur``."""
    tokens, tables = reading.text.tokens, reading.grammar.tables
    if end == len(tokens) or tokens[end].key in _STOPS or tokens[end].key in tables.goes_on:
        return True
    if tables.verb.fullmatch(tokens[end].key):
        return True
    return any(_TIMES_OF_DAY & node.facts.keys() for _, node in reading.slot("top", end))


def _grouped(hits: Sequence[Hit], text: Text) -> list[Cluster]:
    groups: list[list[Hit]] = []
    for hit in hits:
        between = text.tokens[groups[-1][-1].end : hit.start] if groups else ()
        if groups and all(each.key in _GLUE or (each.glued and each.key in _JOINING) for each in between):
            groups[-1].append(hit)
        else:
            groups.append([hit])
    return [tuple(each) for each in groups]


def _rooted(group: Cluster) -> Cluster:
    """Return *group* without what means a time only beside a day: ``le matin``, ``at 10``, ``mer.``."""

    def holds(test: Callable[[Hit], bool]) -> bool:
        return any(test(each) and not each.facts.get("near") for each in group)

    if not holds(lambda each: each.dated or each.repeated):
        group = tuple(each for each in group if not each.facts.get("near") and not _is_length(each))
    group = tuple(each for at, each in enumerate(group) if not _lacks_a_day_before(each, group[:at]))
    if not any(each.timed for each in group):
        group = tuple(each for each in group if not _needs_clock(each))
    return group


def _lacks_a_day_before(hit: Hit, before: Cluster) -> bool:
    """Tell whether ``2.10`` is no hour: "lundi 14.30" is one, "version 2.10 lundi" not."""
    return bool(hit.facts.get("after_day")) and not any(each.dated or each.repeated for each in before)


def _is_length(hit: Hit) -> bool:
    """Tell whether a bare figure with an *h* is more than a day has: ``facturer 30h``, where ``à 30h`` is a mistake."""
    node = hit.facts.get("clock")
    if hit.end - hit.start > _LONGEST_CLOCK or "lead" in hit.facts or hit.facts.get("said"):
        return False
    while isinstance(node, Node) and node.meaning == "same":
        node = next((each for each in node.facts.values() if isinstance(each, Node)), None)
    return isinstance(node, Node) and node.meaning == "clock" and node.facts["hour"] > 24


def _needs_clock(hit: Hit) -> bool:
    nodes = (hit.facts.get(each) for each in ("date", "repeat"))
    return any(isinstance(each, Node) and bool(each.facts.get("needs_clock")) for each in nodes)
