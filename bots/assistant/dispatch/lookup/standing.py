"""How what is asked after is to stand, and when that was which is done already (pure)."""

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from bots.assistant.dispatch.lookup.little import INVERTED, STATES
from bots.assistant.dispatch.lookup.named import TypedWord
from bots.assistant.talk.offers.finding import Span, WantedState
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold

_WEEK: Final = timedelta(days=7)
_YEAR: Final = 12
"""Months."""
_VERBS: Final = frozenset(
    {"fait", "faites", "termine", "boucle", "regle", "traite", "realise", "coche", "acheve", "finis"}
)
"""Forms that do something, too: « on fait quoi demain ? », « que traite la commission ? »."""
_BETWEEN: Final = frozenset(
    {*INVERTED, "pas", "deja", "bien", "tout", "encore", "toujours", "jamais", "vraiment", "ete", "plus", "enfin", "t"}
)
_HAVE: Final = (
    "ai as a avons avez ont est es suis sont sommes etes ete etait etaient sera seront serait avait avaient aura "
    "auront avoir etre de d"
)
_HAVING: Final = frozenset(_HAVE.split())
"""Behind which such a form says how something stands."""
_NEXT: Final = re.compile(r"prochaine?s?\b|next\b|demain\b|tomorrow\b|suivante?s?\b|\d{4}")
_MONTH: Final = re.compile(
    r"\b(?:jan|fe[vb]|mar[sc]|a[pv]r|mai\b|may\b|jui|jun|jul|aou|aug|sep|oct|nov|dec)|\d ?[/.] ?\d"
)
_DAY_ALONE: Final = re.compile(r"\b\d{1,2}(?:er|st|nd|rd|th)?\b(?! ?(?:h|:|am|pm))")
_WEEKDAY: Final = re.compile(
    r"\b(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
)


def state_of(parts: Sequence[TypedWord]) -> WantedState:
    """Return how what is asked after with *parts* is to stand."""
    folded = [part.folded for part in parts]
    found = {STATES[part.folded] for at, part in enumerate(parts) if part.folded in STATES and _stands(parts, at)}
    state = next(
        (known for known in (WantedState.LATE, WantedState.DONE, WantedState.OPEN) if known in found), WantedState.ANY
    )
    return WantedState.OPEN if state is WantedState.DONE and "pas" in folded else state


def _stands(parts: Sequence[TypedWord], at: int) -> bool:
    """Tell whether a word says how something stands: « c'est fait », « a-t-on fait », no « on fait quoi »."""
    if parts[at].folded not in _VERBS or parts[at].typed.casefold().endswith("é"):
        return True
    before = [part.folded for part in parts[:at]]
    while before and before[-1] in _BETWEEN:
        before.pop()
    return bool(before) and before[-1] in _HAVING


def past(span: Span | None, when: str, request: Request) -> Span | None:
    """Return the last one of that name: what was done on Tuesday, or on the 25th, was done on the one that was."""
    if span is None or span.start <= request.now:
        return span
    said = fold(when)
    if _NEXT.search(said) is not None:
        return span
    if _MONTH.search(said) is not None:
        return _months_back(span, _YEAR)
    if _DAY_ALONE.search(said) is not None:
        return _months_back(span, 1)
    return Span(span.start - _WEEK, span.stop - _WEEK) if _WEEKDAY.search(said) is not None else span


def _months_back(span: Span, months: int) -> Span:
    start = _before(span.start, months)
    return Span(start, start + (span.stop - span.start))


def _before(at: datetime, months: int) -> datetime:
    year, month = divmod(at.year * _YEAR + at.month - 1 - months, _YEAR)
    return at.replace(year=year, month=month + 1, day=min(at.day, monthrange(year, month + 1)[1]))
