"""What a time expression can mean: a day, a moment, a range, a series; or a doubt about it."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final, Literal

Locale = Literal["fr", "en"]
"""A language that times are read and said in."""
Bounds = tuple[int, int]
"""Offsets of a piece of text, as in ``text[start:end]``."""


@dataclass(frozen=True, slots=True)
class Range:
    """From *start* to *end*: of two days, the last one is in it; of two moments, the last is where it ends."""

    start: date | datetime
    end: date | datetime


Value = date | datetime | Range
"""A ``datetime`` is a ``date`` for Python: look for the ``datetime`` first, or ask :func:`is_all_day`."""


class Bound(StrEnum):
    """How what is wanted stands to the value: ``vendredi``, ``d'ici`` it, ``avant`` it, ``dès`` it."""

    AT = "at"
    BY = "by"
    BEFORE = "before"
    FROM = "from"


class Code(StrEnum):
    """Why a time expression was not taken; what the candidates of the :class:`Doubt` are is said for each."""

    PAST = "past"  # what it says, which is over
    HOUR_PAST = "hour_past"  # an hour without a day, over today: the same tomorrow
    WHICH_YEAR = "which_year"  # a day without a year, over since a month at most: the next one, the last one
    WHICH_WEEK = "which_week"  # "mardi prochain" on a Monday: this week's, next week's
    WHICH_ORDER = "which_order"  # "03/04" in English: day first, month first
    WHICH_HALF = "which_half"  # "at 3" in English: a.m., p.m.
    WHICH_MIDNIGHT = "which_midnight"  # "demain à minuit": where that day begins, where it ends
    ONCE_OR_WEEKLY = "once_or_weekly"  # "le lundi": the next one
    ONCE_OR_MONTHLY = "once_or_monthly"  # "le 10 du mois": the next one
    CONTRADICTION = "contradiction"  # "lundi 24 novembre", a Tuesday: the date, the nearest such weekday
    IMPOSSIBLE = "impossible"  # "31 février", "25h": the days around it, if there are any
    BEYOND = "beyond"  # "tous les lundis sauf fériés": understood, and more than we can write down; what we can of it
    SEVERAL = "several"  # two dates, hours or recurrences in one sentence: each of them
    WHICH_DAY = "which_day"  # words left over look like a day ("demian 14h"): what they may mean; today, without them


@dataclass(frozen=True, slots=True)
class Series:
    """A recurrence: its first occurrence, and *rule*, an RFC 5545 RRULE without the name (``FREQ=WEEKLY;…``).

    *said* is the hour of the first one as it was said, where the clocks skip it that day and *first* is later.
    """

    first: Value
    rule: str
    said: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class When:
    """The time that a sentence speaks of; of a recurrence, *value* is the first occurrence and *rule* the RRULE.

    *spans* are the pieces of the text that say it, in order: ``[vendredi] relancer le SDIS [à 14h]`` has two. *said* is
    as in :class:`Series`.
    """

    spans: tuple[Bounds, ...]
    value: Value
    rule: str | None = None
    bound: Bound = Bound.AT
    said: datetime | None = field(default=None, compare=False)

    @property
    def all_day(self) -> bool:
        """Whether the value is made of days, without hours."""
        return is_all_day(self.value)

    @property
    def spoken(self) -> Value | Series:
        """What :func:`bots.when.saying.say` says of it."""
        return self.value if self.rule is None else Series(self.value, self.rule)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A time expression that needs a question: why, and the *candidates* (see :class:`Code`), the likeliest first.

    *series* are the recurrences that may be meant as well. *spans* are the words in doubt with all that was understood
    around them: whatever is chosen stands for all of it (:func:`bots.when.saying.settled`), with *bound*.
    *unread* are those of *spans* that were not understood, where it is they that are asked about; *otherwise* is what
    remains when they are no time after all.
    """

    spans: tuple[Bounds, ...]
    code: Code
    candidates: tuple[Value, ...] = ()
    series: tuple[Series, ...] = ()
    bound: Bound = Bound.AT
    unread: tuple[Bounds, ...] = ()
    otherwise: Value | Series | None = None

    @property
    def choices(self) -> tuple[Value | Series, ...]:
        """All that may be meant, each once, the likeliest first."""
        return tuple(dict.fromkeys((*self.candidates, *self.series)))


class Unclear(Exception):
    """Raised inside the grammar and turned into a :class:`Doubt` before anybody sees it."""

    def __init__(self, code: Code, *candidates: Value, series: tuple[Series, ...] = ()) -> None:
        super().__init__(code)
        self.code = code
        self.candidates = candidates
        self.series = series


def is_all_day(value: Value) -> bool:
    """Tell whether *value* is made of days, without hours."""
    return not isinstance(value.start if isinstance(value, Range) else value, datetime)


def understood(text: str, spans: tuple[Bounds, ...]) -> tuple[str, ...]:
    """Return the pieces of *text* at *spans*."""
    return tuple(text[start:end] for start, end in spans)


_HANGING: Final = (
    (re.compile(r" ?[(\[] ?[)\]](?:[.!]+$)?"), ""),
    (re.compile(r"^[.!]+(?= )|(?: [.,;:!–—-]+)+$"), ""),
    (re.compile(r" ([.,])(?= |$)"), r"\1"),
)
"""What stood behind, or around, what was taken out: « relire le PLU (jeudi). »."""


def rest(text: str, spans: tuple[Bounds, ...]) -> str:
    """Return *text* without *spans*, single spaces between, and no punctuation left hanging."""
    pieces, at = [], 0
    for start, end in (*spans, (len(text), len(text))):
        pieces.append(text[at:start])
        at = end
    left = " ".join(" ".join(pieces).split())
    for hanging, kept in _HANGING:
        left = hanging.sub(kept, left)
    return left.strip(" ,;:-–—")
