"""Several days said one by one: « les 3 et 4 décembre », « lundi 7 et mardi 8 décembre » (pure)."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Final

from bots.assistant.words.dates.period import Period, is_period, period
from bots.events.words.scope import whole_day
from bots.when.values import Locale

_WEEKDAY: Final = (
    r"(?P<weekday>lundis?|mardis?|mercredis?|jeudis?|vendredis?|samedis?|dimanches?"
    r"|mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?|sundays?)"
)
_MONTH: Final = (
    r"(?P<month>janvier|février|fevrier|mars|avril|mai|juin|juillet|août|aout|septembre|octobre|novembre|décembre"
    r"|decembre|january|february|march|april|may|june|july|august|september|october|november|december)"
)
_DAY: Final = (
    rf"(?:(?:les?|des|du|the|on|of)\s)?(?:{_WEEKDAY}\s)?(?P<day>\d{{1,2}})(?:er|st|nd|rd|th)?"
    rf"(?:\s{_MONTH}(?:\s(?P<year>\d{{4}}))?)?"
)
_UNNAMED: Final = re.sub(r"\?P<\w+>", "?:", _DAY)
_ONE: Final = re.compile(_DAY, re.IGNORECASE)
_AND: Final = r"\s?,\s?(?:et\s|and\s)?|\s(?:et|and|&)\s"
_LIST: Final = re.compile(
    rf"(?<![\w'’/.:-])(?P<list>{_UNNAMED}(?:(?:{_AND}){_UNNAMED})*(?:\s?,)?\s(?:et|and|&)\s{_UNNAMED})(?![\w/:-])",
    re.IGNORECASE,
)
_BETWEEN: Final = re.compile(r"(?:entre|between|de|from|du)\s$", re.IGNORECASE)
_MOST: Final = 31


@dataclass(frozen=True, slots=True)
class ListedDays:
    """Days that were said one by one, in their order; where they stand in what was said."""

    days: tuple[date, ...]
    start: int
    end: int


def listed(text: str, here: datetime, language: Locale) -> ListedDays | None:
    """Return the days that *text* says one by one, each after the one before; None where it says none so."""
    found = _LIST.search(text)
    if found is None or _BETWEEN.search(text[: found.start()]) is not None:
        return None
    pieces = [piece for raw in re.split(_AND, found["list"], flags=re.IGNORECASE) if (piece := _ONE.fullmatch(raw))]
    if not any(piece["month"] for piece in pieces[-1:]) or len(pieces) > _MOST:
        return None
    days = [whole_day(said, here, language) for said in _whole(pieces)]
    known = tuple(day for day in days if day is not None)
    rising = all(before < after for before, after in pairwise(known))
    return ListedDays(known, *found.span("list")) if len(known) == len(days) > 1 and rising else None


def _whole(pieces: list[re.Match[str]]) -> list[str]:
    """Return each day with the month and the year that are said behind it, and a weekday that is said for all."""
    month, year, said = "", "", []
    all_of = pieces[0]["weekday"] or ""
    shared = all_of.removesuffix("s") if all_of.endswith("s") and not any(one["weekday"] for one in pieces[1:]) else ""
    for piece in reversed(pieces):
        month, year = piece["month"] or month, piece["year"] or ("" if piece["month"] else year)
        weekday = shared or (piece["weekday"] or "").removesuffix("s")
        said.append(" ".join(filter(None, (weekday, piece["day"], month, year))))
    return said[::-1]


def days_said(words: str, here: datetime, language: Locale) -> Period | tuple[date, ...] | None:
    """Return the days that *words* say and nothing else: a stretch of them, or each; None where they say more."""
    found = listed(words, here, language)
    if found is not None and not words[: found.start].strip() and not words[found.end :].strip(" .!?"):
        return found.days
    said = words.split()
    return period(said, here, language) if said and is_period(said) else None
