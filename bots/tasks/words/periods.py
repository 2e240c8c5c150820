"""Days that a list is asked for in words: ``de décembre``, ``semaine 50``, ``avant vendredi`` (pure)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final, get_args
from zoneinfo import ZoneInfo

from bots.assistant.talk.wording import fold
from bots.when.finding import find
from bots.when.moments import day_of
from bots.when.values import Bound, Doubt, Locale, Range, Value, When, rest

Days = tuple[date, date]
"""The first and the last of them."""

_MOST: Final = 60
"""Characters that are read: more are no filter."""
_ANY_TIME: Final = datetime(2026, 1, 15, tzinfo=UTC)
_LITTLE: Final = frozenset(
    {"de", "d'", "du", "des", "of", "for", "the", "pour", "les", "la", "le", "en", "in", "?", "."}
)
_FIRST, _LAST = date(1970, 1, 1), date(2999, 12, 30)


def is_period(words: str) -> bool:
    """Tell whether *words* say days, and nothing else."""
    return _said(words, _ANY_TIME) is not None


def days(words: str, now: datetime) -> Days:
    """Return the days that *words* say at *now*, in its zone; of several that may be meant, those nearest to it.

    Where they say none, the last one comes before the first.
    """
    found = _said(words, now)
    return (_LAST, _FIRST) if found is None else found


def days_past(words: str, now: datetime) -> Days:
    """Return the days that *words* say of what is done: ``lundi`` is the last one."""
    found = days(words, now)
    return found if found[0] <= now.date() else days(words, now - timedelta(days=7))


def _said(words: str, now: datetime) -> Days | None:
    if len(words) > _MOST:
        return None
    zone = now.tzinfo if isinstance(now.tzinfo, ZoneInfo) else ZoneInfo("UTC")
    for said in _spellings(words):
        for locale in get_args(Locale):
            match find(said, now, zone, locale):
                case When(spans, value, None, bound) if not _left(said, spans):
                    return _bounded(value, bound)
                case Doubt(spans, _, candidates, bound=bound) if candidates and not _left(said, spans):
                    return _bounded(min(candidates, key=lambda each: abs((_days_of(each)[0] - now.date()).days)), bound)
                case _:
                    pass
    return None


def _spellings(words: str) -> Iterator[str]:
    """Yield *words* as a sentence may say them: a month alone is no date, ``en décembre`` is."""
    yield words
    bare = " ".join(words.split())
    while bare.partition(" ")[0].casefold() in _LITTLE or bare[:2].casefold() in ("d'", "d’"):
        bare = bare[2:] if bare[1:2] in ("'", "’") else bare.partition(" ")[2]
    if bare:
        yield from (bare, f"en {bare}", f"au {bare}", f"in {bare}")


def _left(said: str, spans: tuple[tuple[int, int], ...]) -> list[str]:
    return [each for each in rest(said, spans).split() if fold(each) not in _LITTLE]


def _bounded(value: Value, bound: Bound) -> Days:
    first, last = _days_of(value)
    match bound:
        case Bound.BEFORE:
            return _FIRST, first - timedelta(days=1)
        case Bound.BY:
            return _FIRST, last
        case Bound.FROM:
            return first, _LAST
        case Bound.AT:
            return first, last


def _days_of(value: Value) -> Days:
    start, end = (value.start, value.end) if isinstance(value, Range) else (value, value)
    return day_of(start), day_of(end)
