"""Which days somebody asks about: ``semaine``, ``mois``, ``jeudi``, ``du 20 au 24`` (pure)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from bots.assistant.talk.wording import fold
from bots.when.finding import find
from bots.when.moments import day_of
from bots.when.values import Locale, Range, When, rest

_WEEK: Final = frozenset({"semaine", "week"})
_MONTH: Final = frozenset({"mois", "month"})
_NEXT: Final = frozenset({"prochaine", "prochain", "suivante", "suivant", "next"})
_LAST: Final = frozenset({"derniere", "dernier", "passee", "passe", "last"})
_AROUND: Final = frozenset(
    {"cette", "ce", "cet", "la", "le", "les", "l", "de", "du", "des", "d", "pour", "mon", "ma", "notre", "en", "au"}
    | {"this", "the", "of", "for", "my", "our", "on", "in", "from", "to", "until", "jusqu'au", "et", "and", "entier"}
)
_DAYS: Final = frozenset(
    {"aujourd'hui", "demain", "apres-demain", "hier", "jour", "jours", "journee", "weekend", "week-end", "noel"}
    | {"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche", "soir", "matin", "apres-midi"}
    | {"today", "tomorrow", "yesterday", "day", "days", "tonight", "morning", "afternoon", "evening"}
    | {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}
)
_THIS_DAY: Final = frozenset({"jour", "journee", "day"})
"""« L'agenda du jour » is that of today."""
_MONTHS: Final = {
    name: number
    for names in (
        "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
        "january february march april may june july august september october november december",
    )
    for number, name in enumerate(names.split(), 1)
}
_KNOWN: Final = _WEEK | _MONTH | _NEXT | _LAST | _AROUND | _DAYS | _MONTHS.keys()
_DATE = re.compile(r"\d{1,2}[/.-]\d{1,2}(?:[/.-](?:\d{2}|\d{4}))?|\d{4}-\d{2}-\d{2}")
_LONGEST: Final = timedelta(days=400)
_SATURDAY: Final = 5
_LITTLE: Final = 5
"""Days of a month that are so few that the next one is shown, too."""
_ONE: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """Days from *first* until before *stop*."""

    first: date
    stop: date

    @property
    def days(self) -> int:
        """How many."""
        return (self.stop - self.first).days

    @property
    def last(self) -> date:
        """The last of them."""
        return self.stop - _ONE


def is_period(words: Sequence[str]) -> bool:
    """Tell whether *words* say days and nothing else; none are today."""
    said = [word for word in map(_word, words) if word]
    return all(map(_says_a_day, said)) and not _is_number(said)


def _word(word: str) -> str:
    """Return a word folded, without what is elided before it: ``d'aujourd'hui``."""
    folded = fold(word).strip(".,;:!?")
    return folded[2:] if folded[:2] in ("d'", "l'") else folded


def _says_a_day(word: str) -> bool:
    return word in _KNOWN or word.rstrip("erstndh").isdecimal() or _DATE.fullmatch(word) is not None


def _is_number(said: Sequence[str]) -> bool:
    return len(said) == 1 and said[0].isdecimal()


def period(words: Sequence[str], here: datetime, language: Locale) -> Period | None:
    """Return the days that *words* say; today without any, None where they say none."""
    said = {*map(_word, words)} - {""}
    today = here.date()
    if not said - _AROUND - _THIS_DAY:
        return Period(today, today + _ONE)
    steps = (1 if said & _NEXT else 0) - (1 if said & _LAST else 0)
    if said & _WEEK and any(any(map(str.isdigit, word)) for word in said):
        return _week_of(words, here, language)
    if said & _WEEK and not said & _DAYS:
        first = today - timedelta(days=today.weekday()) + timedelta(weeks=steps)
        # On its last days, the week that people ask for is the one that comes, too.
        ends = not steps and today.weekday() >= _SATURDAY
        return Period(today, first + timedelta(days=14)) if ends else Period(first, first + timedelta(days=7))
    if said & _MONTH and not said & (_DAYS | _MONTHS.keys()):
        first = _month(today, steps)
        if not steps and (_month(first, 1) - today).days <= _LITTLE:
            return Period(today, _month(first, 2))
        return Period(first, _month(first, 1))
    return _whole_month(said, today) or _found(" ".join(map(_unelided, words)), here, language)


def _unelided(word: str) -> str:
    return word[2:] if fold(word)[:2] == "d'" else word


def _week_of(words: Sequence[str], here: datetime, language: Locale) -> Period | None:
    """Return the week of the date that *words* say: « semaine du 7 décembre »."""
    found = _found(" ".join(word for word in words if fold(word) not in _WEEK), here, language)
    if found is None:
        return None
    first = found.first - timedelta(days=found.first.weekday())
    return Period(first, first + timedelta(days=7))


def _whole_month(said: set[str], today: date) -> Period | None:
    """Return the month that is named without a day: the present one or the next of that name."""
    (*named,) = (word for word in said if word in _MONTHS)
    (*years,) = (int(word) for word in said if word.isdecimal() and len(word) == 4)
    others = said - set(named) - _AROUND - _MONTH - {str(year) for year in years}
    if len(named) != 1 or others:
        return None
    month = _MONTHS[named[0]]
    year = years[0] if years else today.year + (month < today.month)
    first = date(max(year, 1), month, 1)
    return Period(first, _month(first, 1)) if first.year < date.max.year else None


def _month(day: date, steps: int) -> date:
    months = day.year * 12 + day.month - 1 + steps
    return date(months // 12, months % 12 + 1, 1)


def _says_more(left: str) -> bool:
    """Tell whether words that were not read name a day: « lundi et mardi » is not Tuesday alone."""
    said = {*map(_word, left.split())}
    return bool(said & (_DAYS | _MONTHS.keys())) or any(word.isdecimal() for word in said)


def _found(text: str, here: datetime, language: Locale) -> Period | None:
    # From where the day begins: “aujourd’hui” and the evening of today are not over.
    begins = datetime.combine(here.date(), time(), here.tzinfo)
    when = find(text, begins, here.tzinfo, language)  # type: ignore[arg-type] # a ZoneInfo: here is the room's
    if not isinstance(when, When) or when.rule is not None or _says_more(rest(text, when.spans)):
        return None
    if isinstance(when.value, Range):
        first, last = day_of(when.value.start), day_of(when.value.end)
        return Period(first, min(last, first + _LONGEST) + _ONE) if first <= last else None
    return Period(day_of(when.value), day_of(when.value) + _ONE)
