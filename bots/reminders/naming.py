"""Which reminders somebody means: by their numbers, by words of their titles, by their day, or all of them (pure)."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum, auto
from typing import Final, Generic, Protocol, TypeVar

from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold
from bots.assistant.words.objects.numbered import Reference, reference
from bots.assistant.words.objects.titled import is_titled, telling
from bots.when.finding import find
from bots.when.moments import day_of
from bots.when.values import Range, When, rest

_JOINING: Final = frozenset({"et", "and", "&", "le", "les", "the", "rappel", "rappels", "reminder", "reminders", "n°"})
_ALL: Final = frozenset({"tous", "toutes", "tout", "all", "everything"})
_BETWEEN = re.compile(r"[\s,;/]+")
_WHY: Final = re.compile(
    r"(?:[,;.!]|\s(?:car|parce|puisque|vu|il|elle|ils|elles|c['’]est|c['’]était|c|on|j['’]ai|je|tout|déjà|deja|because"
    r"|it|it's|i)(?=\s|$)).*",
    re.IGNORECASE | re.DOTALL,
)
"""« …, il est déjà sorti »: why."""
_LEAD = re.compile(r"(?:de la|de l['’]|du|des|de|d['’]|pour|sur|about|of|for|on|the)\s*", re.IGNORECASE)


class How(Enum):
    """By what they are called."""

    NUMBERS = auto()
    WORDS = auto()
    ALL = auto()


class Titled(Protocol):
    """What has a title, and a time: a reminder of somebody's, or of a room."""

    @property
    def title(self) -> str:
        """What it says."""

    @property
    def due(self) -> datetime:
        """The instant, in UTC."""


T = TypeVar("T", bound=Titled)


@dataclass(frozen=True, slots=True)
class CalledReminders(Generic[T]):
    """The reminders that somebody means, and *how*; several by words are to be asked about.

    *unclear* is a number that several have, as it was typed.
    """

    how: How
    meant: tuple[T, ...]
    unclear: str = ""


def called(
    words: Sequence[str], waiting: Sequence[T], request: Request, fits: Callable[[T, Reference], bool]
) -> CalledReminders[T]:
    """Return which of *waiting* are called by *words*, all of them; without any, the only one that there is."""
    if not any(map(_tells, words)):
        return CalledReminders(How.NUMBERS, tuple(waiting) if len(waiting) == 1 else ())
    numbers = _numbers(words)
    if numbers:
        return _by_numbers(numbers, waiting, fits)
    if all(fold(word) in _ALL | _JOINING for word in words):
        return CalledReminders(How.ALL, tuple(waiting))
    said = " ".join(words)
    return CalledReminders(How.WORDS, _titled(said, waiting) or _on(said, waiting, request))


def _titled(said: str, waiting: Sequence[T]) -> tuple[T, ...]:
    """Return those called by *said*; or without the reason behind it, or by short forms: « la tréso »."""
    for words in dict.fromkeys((said, _WHY.sub("", said))):
        found = tuple(each for each in waiting if is_titled(telling(words), each.title))
        shortly = tuple(each for each in waiting if is_titled(telling(words), each.title, shortly=True))
        if found or shortly:
            return found or shortly
    return ()


def _tells(word: str) -> bool:
    return any(map(str.isalnum, word))


def _numbers(words: Sequence[str]) -> list[str]:
    """Return the numbers in *words*; none where they say anything else."""
    parts = [part for part in _BETWEEN.split(" ".join(words)) if _tells(part)]
    typed = [part.rstrip(".:") for part in parts if reference(part) is not None]
    return typed if all(reference(part) is not None or fold(part) in _JOINING for part in parts) else []


def _by_numbers(typed: Sequence[str], waiting: Sequence[T], fits: Callable[[T, Reference], bool]) -> CalledReminders[T]:
    meant: list[T] = []
    for number in typed:
        wanted = reference(number)
        alike = [each for each in waiting if wanted is not None and fits(each, wanted)]
        if len(alike) > 1:
            return CalledReminders(How.NUMBERS, tuple(alike), number)
        if not alike:
            # Nothing is done to some of them where another is not there: it may have been meant otherwise.
            return CalledReminders(How.NUMBERS, ())
        meant += [each for each in alike if each not in meant]
    return CalledReminders(How.NUMBERS, tuple(meant))


def _on(said: str, waiting: Sequence[T], request: Request) -> tuple[T, ...]:
    """Return those that come on the day, or in the week, that *said* speaks of."""
    days = days_of(said, request)
    if days is None:
        return ()
    first, last = days
    return tuple(each for each in waiting if first <= each.due.astimezone(request.zone).date() <= last)


def days_of(said: str, request: Request) -> tuple[date, date] | None:
    """Return the first and the last day that *said* speaks of, and of nothing else."""
    found = find(said, request.here, request.zone, request.language)
    if not isinstance(found, When) or found.rule is not None or _LEAD.sub("", rest(said, found.spans)).strip():
        return None
    value = found.value
    first, last = (value.start, value.end) if isinstance(value, Range) else (value, value)
    end = last - timedelta(microseconds=1) if isinstance(value, Range) and isinstance(last, datetime) else last
    return day_of(first, request.zone), day_of(end, request.zone)
