"""A day, as people say it (pure)."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import ClassVar, Final
from zoneinfo import ZoneInfo

from bots.assistant.talk.markup import Rich, code, fill, short, text
from bots.assistant.talk.question import Question, Slot, Takes, in_place_of
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import PARIS, Place
from bots.assistant.talk.wording import fold
from bots.assistant.words.dates.doubts import doubtful
from bots.items.types.type import Asking, Taken, Type, Unclear, Wanted, around
from bots.register.format.canonical import Json
from bots.when import finding
from bots.when.figures import figures
from bots.when.saying import say
from bots.when.values import Bound, Bounds, Code, Doubt, Locale, Range, When, rest

_MOST: Final = 1_000
"""Characters that are searched for a day."""
_IN_A_CELL: Final = 80
_MOST_BEHIND: Final = 80
_OR: Final = frozenset({"ou", "or"})
_LOCALES: Final[tuple[Locale, Locale]] = ("fr", "en")
_DAY = re.compile(r"(?:19[7-9]|2[0-9]{2})[0-9]-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class Day(Type[date]):
    """A day; of ``avant le 3`` the day before, of a range the last one. *past*: it may be over already."""

    past: bool = False
    words: int = 0
    rank: int = 10

    samples: ClassVar[Mapping[Locale, str]] = {"fr": "30 juin 2027", "en": "30 June 2027"}

    def read(self, raw: object) -> date | None:
        """Return the day that *raw*, ISO 8601, says, from 1970 on."""
        if not isinstance(raw, str) or _DAY.fullmatch(raw) is None:
            return None
        try:
            return date.fromisoformat(raw)
        except ValueError:
            return None

    def write(self, value: date) -> Json:
        """Return *value* as ISO 8601 has it."""
        return value.isoformat()

    def parse(self, words: Sequence[str], asking: Asking) -> date | Unclear:
        """Return the day that *words* say, and nothing else, in either language: ``due 1 Friday`` in a French room."""
        taken = self.take(" ".join(words), asking)
        if taken.value is None and not taken.unclear:
            other: Locale = "en" if asking.language == "fr" else "fr"
            taken = self.take(" ".join(words), replace(asking, language=other))
        if taken.unclear:
            return Unclear(taken.unclear)
        if taken.value is None or around(taken.text.split()):
            return Unclear((_which(words, asking),))
        return taken.value

    def take(self, text: str, asking: Asking) -> Taken[date]:
        """Return the day in *text*, read in the language of the command, and the rest of it."""
        request = asking.request
        match finding.find(text[:_MOST], request.here, request.zone, asking.language):
            case When() as when:
                day = last(when)
                if day < request.here.date() and not self.past:
                    doubt = Doubt(when.spans, Code.PAST, (when.value,))
                    return Taken(text, unclear=(doubtful(request, text, doubt),))
                return Taken(rest(text, when.spans), day)
            case Doubt() as doubt:
                return Taken(text, unclear=(doubtful(request, text, doubt),))
            case _:
                return Taken(text)

    def behind(self, words: Sequence[str], asking: Asking, *, colon: bool) -> int:
        """Return how many words at the beginning say the day, in either language: ``1er décembre 2026 @dgs`` three."""
        text = " ".join(words)[:_MOST_BEHIND]
        for language in sorted(_LOCALES, key=lambda language: language != asking.language):
            found = finding.find(text, asking.request.here, asking.request.zone, language)
            if found is not None and not around(text[: found.spans[0][0]].split()):
                length = len(text[: _together(text, found.spans)].split())
                # « lundi ou mardi » is one thing to be asked about, and « ou mardi » no title.
                either = fold("".join(words[length : length + 1])) in _OR
                return len(words) if either and colon else length
        return len(words) if colon else 0

    def say(self, value: date, place: Place) -> Rich:
        """Return the day with its name and year."""
        return text(say(value, place.language))

    def cell(self, value: date, place: Place) -> str:
        """Return it as ISO 8601 has it: every spreadsheet program reads that as a date."""
        del place
        return value.isoformat()

    def from_cell(self, cell: str, asking: Asking) -> date | Unclear:
        """Return the day in *cell*, past or to come: a sheet may hold what was. Long words never reach the grammar."""
        day = figures(cell.strip(), day_first=asking.request.language == "fr")
        if day is not None:
            return day
        if len(cell) > _IN_A_CELL:
            return Unclear((_which(cell[:_IN_A_CELL].split(), asking),))
        return replace(self, past=True).parse(cell.split(), asking)

    def slow(self, cell: str, asking: Asking) -> bool:
        """Tell whether it takes the grammar of dates."""
        return len(cell) <= _IN_A_CELL and figures(cell.strip(), day_first=asking.request.language == "fr") is None


def _together(text: str, spans: Sequence[Bounds]) -> int:
    """Return where the first of *spans* ends, and those that follow it with nothing between them."""
    end = spans[0][1]
    for start, after in spans[1:]:
        if around(text[end:start].split()):
            break
        end = after
    return end


def last(when: When) -> date:
    """Return the last day of what is meant."""
    value = when.value.end if isinstance(when.value, Range) else when.value
    day = value.date() if isinstance(value, datetime) else value
    return day - timedelta(days=1) if when.bound is Bound.BEFORE and day > date.min else day


def is_period(words: str) -> bool:
    """Tell whether *words* say some day or days, and nothing else, in French or in English."""
    now = datetime(2026, 6, 3, 12, tzinfo=PARIS)
    return any(_period(words, now, PARIS, language) is not None for language in _LOCALES)


def period(request: Request, words: str) -> Callable[[date | None], bool] | None:
    """Return whether a day is in the days that *words* say: in December, before Monday, from tomorrow on."""
    found = (_period(words, request.here, request.zone, language) for language in request.languages)
    when = next((when for when in found if when is not None), None)
    return None if when is None else _within(when)


def _period(words: str, now: datetime, zone: ZoneInfo, language: Locale) -> When | None:
    found = finding.find(words[:_MOST], now, zone, language)
    return found if isinstance(found, When) and not around(rest(words, found.spans).split()) else None


def _within(when: When) -> Callable[[date | None], bool]:
    start, end = _edges(when)

    def fits(day: date | None) -> bool:
        return day is not None and start <= (day.date() if isinstance(day, datetime) else day) <= end

    return fits


def _edges(when: When) -> tuple[date, date]:
    value = when.value
    first = value.start if isinstance(value, Range) else value
    start = first.date() if isinstance(first, datetime) else first
    if when.bound in (Bound.BY, Bound.BEFORE):
        return date.min, last(when)
    return start, date.max if when.bound is Bound.FROM else last(when)


def _which(words: Sequence[str], asking: Asking) -> Question:
    sentence = asking.request.texts.gettext("I read no date in “{typed}”. For example: {example}")
    asked = fill(sentence, typed=code(short(" ".join(words)) or "…"), example=asking.example)
    return Question(asked, slot=Slot(Takes.TIME, in_place_of(words)))


def wanted(words: Sequence[str]) -> Wanted[date]:
    """Return what a list asks by *words*, some days."""

    def read(request: Request) -> Callable[[date | None], bool] | Unclear:
        found = period(request, " ".join(words))
        return found or (lambda _: False)

    return Wanted(read)
