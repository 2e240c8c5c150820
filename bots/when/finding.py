"""The one time that a sentence speaks of."""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from functools import cache
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from bots.when.language import english, french
from bots.when.language.grammar import Grammar, Node
from bots.when.language.tokens import Text
from bots.when.scene import Scene
from bots.when.sentence.asking import Read, asked
from bots.when.sentence.denying import turned
from bots.when.sentence.merging import bound_of, bounded, day_of, is_over, once
from bots.when.sentence.recurring import every_time, repeated
from bots.when.sentence.scanning import Cluster, Hit, scan, spans
from bots.when.values import Bound, Bounds, Code, Doubt, Locale, Series, Unclear, When

_TABLES: Final = {"fr": french.TABLES, "en": english.TABLES}
_MOST: Final = 2_000
_BETWEEN_WORDS: Final = re.compile(rf".{{1,{_MOST}}}(?=\s)", re.DOTALL)
_OVER: Final = frozenset({Code.PAST, Code.WHICH_YEAR})


def find(text: str, now: datetime, zone: ZoneInfo, locale: Locale) -> When | Doubt | None:
    """Return the time that *text* speaks of, a doubt about it, or None when there is none in it.

    *now* must be aware, and between the years 1900 and 2200; hours are those of *zone*. Never raises on any text. The
    first 2,000 characters are read, in time in proportion to their number.
    """
    scene = Scene(now.astimezone(zone), zone, day_first=locale == "fr")
    return asked(_read(text, scene, locale), lambda other: _read(other, scene, locale).found)


def _read(text: str, scene: Scene, locale: Locale) -> Read:
    known = grammar(locale)
    read = Text(text[: _end(text)], known.tables.short)
    seen = scan(known, read)
    hits = _that_count([turned(each, seen.reading) for each in seen.clusters], scene)
    return Read(text, scene, seen, hits, _found(hits, spans(hits, read), scene) if hits else None)


def _found(hits: Sequence[Hit], where: tuple[Bounds, ...], scene: Scene) -> When | Doubt:
    try:
        return _meant(hits, where, scene)
    except Unclear as unclear:
        bound = bound_of(hits)
        candidates = tuple(bounded(each, bound) for each in unclear.candidates)
        return Doubt(where, unclear.code, candidates, unclear.series, bound)
    except OverflowError:
        # The calendar of Python ends with the year 9999.
        return Doubt(where, Code.IMPOSSIBLE)


def _end(text: str) -> int:
    """Return where to stop reading: between two words."""
    if len(text) <= _MOST:
        return len(text)
    part = _BETWEEN_WORDS.match(text)
    return _MOST if part is None else part.end()


@cache
def grammar(locale: Locale) -> Grammar:
    """Return the grammar of a language, compiled when it is first asked for."""
    return Grammar(_TABLES[locale])


def _that_count(groups: Sequence[Cluster], scene: Scene) -> tuple[Hit, ...]:
    """Return the hits that ask for something; ``la réunion du 3 décembre`` yields to any other date."""
    groups = [part for each in groups for part in _parted(each)]
    kept = [each for each in groups if not _is_reference(each) or not _over(each, scene)]
    asking = [each for each in kept if not _is_reference(each)]
    if any(hit.dated for each in asking for hit in each):
        kept = asking
    elif any(hit.repeated for each in asking for hit in each):
        # "La veille du conseil" says no day, and still more than the rule.
        kept = [each for each in kept if each in asking or any(hit.facts.get("vague") for hit in each)]
    hits = tuple(hit for each in kept for hit in each)
    if any(each.dated for each in hits):
        # The mass of midnight is on its day.
        hits = tuple(each for each in hits if not each.facts.get("weak_clock"))
    return hits


def _parted(group: Cluster) -> Iterator[Cluster]:
    """Part a reference from the date beside it: ``la réunion du 3 décembre | avant vendredi``."""
    part: list[Hit] = []
    weak: bool | None = None
    for hit in group:
        if hit.dated:
            if weak not in (None, hit.weak):
                yield tuple(part)
                part = []
            weak = hit.weak
        part.append(hit)
    yield tuple(part)


def _is_reference(group: Cluster) -> bool:
    said = [each for each in group if each.dated or each.repeated]
    return bool(said) and all(each.weak for each in said)


def _over(group: Cluster, scene: Scene) -> bool:
    try:
        return any(is_over(value, scene) for value in (day_of(each, scene) for each in group if each.dated))
    except Unclear as unclear:
        return unclear.code in _OVER


def _meant(hits: Sequence[Hit], where: tuple[Bounds, ...], scene: Scene) -> When:
    if any(each.facts.get("beyond") for each in hits):
        raise Unclear(Code.BEYOND, series=tuple(_without_what_is_beyond(hits, scene)))
    if any(each.repeated for each in hits):
        found = repeated(hits, scene)
        return When(where, found.first, found.rule, said=found.said)
    value, bound = once(hits, scene)
    for code in (Code.ONCE_OR_WEEKLY, Code.ONCE_OR_MONTHLY):
        if any(each.facts.get(code) for each in hits):
            raise Unclear(code, value, series=tuple(every_time(hits, scene)) if bound is Bound.AT else ())
    return When(where, value, None, bound)


def _without_what_is_beyond(hits: Sequence[Hit], scene: Scene) -> Iterator[Series]:
    # Of "avant le 5 de chaque mois" the rule remains, of "sauf fériés" nothing.
    kept = [
        hit
        for before, hit in pairwise((None, *hits))
        if hit is not None
        and (not hit.facts.get("beyond") or isinstance(hit.facts.get("repeat"), Node))
        and not _is_excepted(hit, before)
    ]
    if any(each.repeated for each in kept):
        with suppress(Unclear):
            yield repeated(kept, scene)


def _is_excepted(hit: Hit, before: Hit | None) -> bool:
    """Tell whether it is the day that a series leaves out: ``sauf le 21 décembre``."""
    return (
        before is not None
        and hit.dated
        and hit.start == before.end
        and bool(before.facts.get("beyond"))
        and bool(before.facts.get("after_series"))
    )
