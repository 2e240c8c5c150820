"""What is said of public and school holidays: in lists of days, and below an event that falls on one (pure)."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from bots.assistant.talk.markup import Rich, fill, join, lines, strong, text
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold
from bots.assistant.words.dates.period import Period, is_period, period
from bots.calendar.daysoff import SCHOOL_UNTIL, DaysOff
from bots.when.saying import say
from bots.when.values import Range

_LONGEST: Final = 62
"""Days: in longer lists only school holidays are named."""
_OF: Final = frozenset(
    {"en", "de", "la", "du", "d", "l'annee", "annee", "pour", "cette", "in", "of", "for", "the", "year", "prochaines"}
    | {"scolaires", "noel", "toussaint", "d'hiver", "hiver", "fevrier", "printemps", "paques", "d'ete", "ete"}
)
_OF_YEAR: Final = re.compile(r"20[2-9]\d")
_YEAR: Final = timedelta(days=366)


def feasts(request: Request, off: DaysOff, wanted: Period) -> dict[date, str]:
    """Return the public holidays in *wanted*, by day."""
    days = (wanted.first + count * timedelta(days=1) for count in range(wanted.days if wanted.days <= _LONGEST else 0))
    return {day: name for day in days if (name := off.feast(day, request.language)) is not None}


def head(request: Request, said: str, feast: str | None) -> Rich:
    """Return *said*, what a day is called, with the public holiday that it is."""
    if feast is None:
        return strong(said)
    return join(" · ", (strong(said), fill(request.texts.gettext("public holiday: {name}"), name=text(feast))))


def school(request: Request, off: DaysOff, wanted: Period) -> Iterator[Rich]:
    """Yield the school holidays that touch *wanted*; or that nobody has fixed them yet."""
    gettext = request.texts.gettext
    for time_off in off.breaks(wanted.first, wanted.stop, request.language):
        days = text(say(Range(time_off.first, time_off.last), request.language))
        sentence = gettext("School holidays, zone {zone}: {name}, {days}")
        yield fill(sentence, zone=text(off.zone), name=text(time_off.name), days=days)
    if off.unknown(wanted.stop):
        sentence = gettext("School holidays after {day} are not known to me yet.")
        yield fill(sentence, day=text(say(SCHOOL_UNTIL, request.language)))


def below(request: Request, off: DaysOff, days: list[date]) -> Iterator[Rich]:
    """Yield which of *days*, those of an event, are public holidays."""
    for day in dict.fromkeys(days):
        feast = off.feast(day, request.language)
        if feast is not None:
            sentence = request.texts.gettext("ℹ {day} is a public holiday: {name}.")
            said = say(day, request.language)
            yield fill(sentence, day=text(said[:1].upper() + said[1:]), name=text(feast))


def asks(words: Sequence[str]) -> bool:
    """Tell whether *words*, behind ``jours fériés``, say no more than of when, or which holidays."""
    said = [word for word in map(_bare, words) if word and word not in _OF and not _OF_YEAR.fullmatch(word)]
    return is_period(said)


def _meant(request: Request, rest: Sequence[str]) -> Period:
    """Return the days that are asked about: those that *rest* says, its year, or a year from today on."""
    today = request.here.date()
    # « Les vacances de février » are called so, and in that month.
    said = [word for word in map(_bare, rest) if word and word not in _OF - {"fevrier"}]
    days = [word for word in said if not _OF_YEAR.fullmatch(word)]
    wanted = period(said, request.here, request.language) if days else None
    if wanted is not None:
        return wanted
    year = next((int(word) for word in said if _OF_YEAR.fullmatch(word)), None)
    return Period(today, today + _YEAR) if year is None else Period(date(year, 1, 1), date(year + 1, 1, 1))


def _bare(word: str) -> str:
    return fold(word).strip(" .,;:!?")


def coming(off: DaysOff, request: Request, rest: Sequence[str]) -> Reply:
    """Answer ``jours fériés`` and ``vacances scolaires``: of a year from today on, or of when is said."""
    year = _meant(request, rest)
    found = (year.first + count * timedelta(days=1) for count in range(year.days))
    days = [(day, name) for day in found if (name := off.feast(day, request.language)) is not None]
    rows = [join(" · ", (text(f"• {say(day, request.language)}"), text(name))) for day, name in days]
    gettext = request.texts.gettext
    schools = [*school(request, off, year)]
    rows = rows or [text(gettext("Nothing."))]
    unknown = gettext("I know no school holidays here: whoever runs the server can set “school_zone”.")
    return ask(
        request,
        lines((strong(gettext("Public holidays")), *rows, *(schools if schools or off.zone else [text(unknown)]))),
    )
