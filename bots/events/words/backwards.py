"""``14h-13h``: an end before its start, which would be a day later; it is asked (pure)."""

import re
from datetime import datetime, timedelta
from typing import Final

from bots.assistant.talk.markup import fill, text
from bots.assistant.talk.question import Candidate, Instead, Question, Slot, Takes
from bots.assistant.talk.request import Request
from bots.when.saying import say
from bots.when.values import Range, When, understood

_LONG: Final = timedelta(hours=12)
"""What ends the next morning does not last longer: ``22h-2h``."""
_FEW_DAYS: Final = 7
_HOUR: Final = r"\d{1,2}\s?(?:h|:)\s?(?:[0-5]\d)?"
_HOURS: Final = re.compile(rf"(?<!\w){_HOUR}\s?(?:-|–|à|a|to|jusqu['’]à|until)\s?{_HOUR}(?!\w)", re.IGNORECASE)


def backwards(request: Request, words: str, when: When) -> Question | None:
    """Return what is to be asked where *when*, read in *words*, ends before it begins; None where it does not."""
    value = when.value
    if not isinstance(value, Range) or not isinstance(value.start, datetime) or not isinstance(value.end, datetime):
        return None
    found = _HOURS.search(words)
    if found is None or value.end - value.start <= _LONG or value.end.date() == value.start.date():
        return None
    pieces = understood(words, when.spans)
    if not any(found[0] in piece for piece in pieces):
        return None
    gettext = request.texts.gettext
    if value.end.time() > value.start.time():
        # « Du 3 au 4 décembre de 9h à 17h »: the hours are in their order.
        return _of_which_days(request, found[0], pieces, value)
    turned = Range(_at(value.start, value.end), value.start)
    candidates = (_candidate(request, found[0], turned), _over_night(request, pieces, value))
    sentence = fill(gettext("“{hours}” ends before it begins. What is meant?"), hours=text(found[0]))
    return Question(sentence, candidates, Slot(Takes.TIME, Instead((found[0],))))


def _of_which_days(request: Request, hours: str, pieces: tuple[str, ...], value: Range) -> Question:
    sentence = request.texts.gettext("“{hours}” on each of these days, or from the first to the last?")
    each = _each_day(request, pieces, value)
    candidates = (*([] if each is None else [each]), _over_night(request, pieces, value))
    return Question(fill(sentence, hours=text(hours)), candidates, Slot(Takes.TIME, Instead((hours,))))


def _each_day(request: Request, pieces: tuple[str, ...], value: Range) -> Candidate | None:
    """Return the hours on each of a few days; None of many, which are a series."""
    start, end = value.start, value.end
    assert isinstance(start, datetime)
    assert isinstance(end, datetime)
    count = (end.date() - start.date()).days + 1
    if count > _FEW_DAYS:
        return None
    words = " et " if request.language == "fr" else " and "
    days = words.join(say(start.date() + timedelta(days=number), request.language) for number in range(count))
    hours = say(Range(start, _at(start, end)), request.language).removeprefix(say(start.date(), request.language))
    return Candidate(text(f"{days}{hours}"), f"{days} {start:%H:%M}-{end:%H:%M}", Instead(pieces))


def _at(day: datetime, hour: datetime) -> datetime:
    return day.replace(hour=hour.hour, minute=hour.minute)


def _candidate(request: Request, hours: str, value: Range) -> Candidate:
    start, end = value.start, value.end
    assert isinstance(start, datetime)
    assert isinstance(end, datetime)
    puts = f"{start:%H:%M}-{end:%H:%M}"
    return Candidate(text(say(value, request.language)), puts, Instead((hours,)))


def _over_night(request: Request, pieces: tuple[str, ...], value: Range) -> Candidate:
    start, end = value.start, value.end
    gettext = request.texts.gettext
    puts = gettext("from {start} to {end}").format(start=f"{start:%Y-%m-%d %H:%M}", end=f"{end:%Y-%m-%d %H:%M}")
    return Candidate(text(say(value, request.language)), puts, Instead(pieces))
