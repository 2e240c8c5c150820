"""What stands beside the time of an event, and is taken out before that is read: reminders, length, exceptions."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from bots.calendar.event import Alarm
from bots.when.finding import find
from bots.when.lengths import AMOUNT, amount
from bots.when.moments import day_of
from bots.when.values import Locale, Range, When

_EVE: Final = r"(?:la\sveille|the\sday\sbefore)(?:\s(?:à|at)\s(?P<hour>\d{1,2})\s?(?:h|:)\s?(?P<minute>[0-5]\d)?)?"
_EVE_PLAIN: Final = re.sub(r"\?P<\w+>", "?:", _EVE)
_ONE: Final = rf"(?:(?:{AMOUNT})(?:\s(?:avant|before|plus\stôt|earlier))?|{_EVE_PLAIN})"
_REMINDERS = re.compile(
    rf"[\s,;]*(?<!\w)(?:avec\s(?:un\s)?rappels?|rappels?|with\s(?:a\s)?reminders?|reminders?)\s?:?\s?"
    rf"(?P<all>{_ONE}(?:\s?(?:,|et|and|puis|then)\s(?={_ONE}){_ONE})*)(?!\w)",
    re.IGNORECASE,
)
_EACH = re.compile(rf"{AMOUNT}|{_EVE}", re.IGNORECASE)
_LASTING = re.compile(
    rf"[\s,;]*(?:(?<!\w)(?:pendant|durant|durée|d['’]une\sdurée\sde|for|lasting|duration)\s?:?\s?(?P<said>{AMOUNT})"
    rf"|\((?P<apart>{AMOUNT})\))(?!\w)",
    re.IGNORECASE,
)
_ALL_DAY = re.compile(
    r"[\s,;]*(?<!\w)(?:toute\sla\sjournée|(?:la\s)?journée\sentière|all[\s-]day(?:\slong)?|the\swhole\sday)(?!\w)",
    re.IGNORECASE,
)
_EXCEPT = re.compile(r"[\s,;]*(?<!\w)(?:sauf|excepté|hormis|except(?:\sfor)?|but\snot)\s+(?P<dates>.+)$", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*(?:,|\bet\b|\band\b|\bni\b)\s*(?=(?:l[ea]s?\b|on\b|du\b|\d|from\b))", re.IGNORECASE)
_FROM = re.compile(r"(?<!\w)(de|from)\s(?=\d{1,2}\s?(?:h|:\d\d|am|pm)(?!\w*\s(?:à|to)\s))", re.IGNORECASE)
_LINK = re.compile(r"[\s,;(]*(?P<link>https?://[^\s<>\"()]+)\)?", re.IGNORECASE)
_LABEL = re.compile(r"(?<!\S)#(?P<label>[^\W\d][\w-]{0,49})")
_BARE = re.compile(
    r"(?:le\s|les\s|on\s|the\s)*(\d{1,2})(?:er|st|nd|rd|th)?(?![\w:])(?!\s(?:[a-zéû]{3,9}|h)\b)", re.IGNORECASE
)
_ARTICLES = re.compile(r"(?:\s*(?:le|les|du|on|the|pendant|during))*\s*", re.IGNORECASE)
_MOST: Final = 20


@dataclass(frozen=True, slots=True)
class Asides:
    """What was taken out, and the *text* that is left."""

    text: str
    alarms: tuple[Alarm, ...] = ()
    eve: tuple[int, int] | None = None
    """The hour and minute of a reminder on the day before: how long before, only the start tells."""
    length: timedelta | None = None
    all_day: bool = False
    excluded: tuple[date, ...] = ()
    link: str = ""
    labels: tuple[str, ...] = ()


def asides(text: str, here: datetime, language: Locale) -> Asides:
    """Return what *text* says beside what it is about and when; *here* is aware, in the zone whose days count."""
    link = _LINK.search(text)
    if link is not None:
        text = _without(text, link)
    labels = tuple(dict.fromkeys(found["label"] for found in _LABEL.finditer(text)))
    text = _LABEL.sub("", text)
    reminders = _REMINDERS.search(text)
    alarms: tuple[Alarm, ...] = ()
    eve = None
    if reminders is not None:
        text = _without(text, reminders)
        alarms, eve = _alarms(reminders["all"])
    lasting = _LASTING.search(text)
    if lasting is not None:
        text = _without(text, lasting)
        # “De 14 h pendant 2 h” begins at 14 h.
        text = _FROM.sub(lambda found: "à " if found[1].lower() == "de" else "at ", text)
    all_day = _ALL_DAY.search(text)
    if all_day is not None:
        text = _without(text, all_day)
    text, excluded = _excluded(text, here, language)
    length = None if lasting is None else amount(lasting["said"] or lasting["apart"])
    address = "" if link is None else link["link"].rstrip(".,;:!?")
    return Asides(" ".join(text.split()), alarms, eve, length, all_day is not None, excluded, address, labels)


def _without(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]} {text[found.end() :]}"


def _alarms(said: str) -> tuple[tuple[Alarm, ...], tuple[int, int] | None]:
    before: list[timedelta] = []
    eve = None
    for found in _EACH.finditer(said):
        if found["hour"] is not None:
            eve = (min(int(found["hour"]), 23), int(found["minute"] or 0))
        elif re.match("la|the", found[0], re.IGNORECASE):
            before.append(timedelta(days=1))
        else:
            before.append(amount(found[0]))
    return tuple(Alarm(-length) for length in dict.fromkeys(before)), eve


def _excluded(text: str, here: datetime, language: Locale) -> tuple[str, tuple[date, ...]]:
    """Take out ``sauf le 15 décembre et le 22``: as many days as follow one another, and what follows them stays."""
    found = _EXCEPT.search(text)
    if found is None:
        return text, ()
    days: list[date] = []
    rest = ""
    for piece in _BETWEEN.split(found["dates"], maxsplit=_MOST):
        if rest:
            rest = f"{rest}, {piece}"
            continue
        said, rest = _days(piece.strip(" ,."), days[-1] if days else None, here, language)
        if not said:
            return text, ()
        days += said
    return f"{text[: found.start()]} {rest}", tuple(dict.fromkeys(days))


def _days(piece: str, before: date | None, here: datetime, language: Locale) -> tuple[list[date], str]:
    """Return the day that *piece* begins with, and the rest of it; a bare number is of the month *before*, or the next.

    No day where *piece* begins with something else.
    """
    bare = _BARE.match(piece)
    if bare is not None and before is not None:
        day = _in_month(before, int(bare[1]))
        return ([] if day is None else [day]), piece[bare.end() :].strip(" ,")
    when = find(piece, here, here.tzinfo, language)  # type: ignore[arg-type] # a ZoneInfo: here is the room's
    if not isinstance(when, When) or when.rule is not None or not _ARTICLES.fullmatch(piece[: when.spans[0][0]]):
        return [], piece
    rest = " ".join(piece[start:end] for start, end in _gaps(piece, when)).strip(" ,")
    if isinstance(when.value, Range):
        first, last = (day_of(value) for value in (when.value.start, when.value.end))
        return [first + timedelta(days=count) for count in range(min((last - first).days + 1, _MOST))], rest
    return [day_of(when.value)], rest


def _gaps(piece: str, when: When) -> list[tuple[int, int]]:
    """Return where *piece* says something else, behind the beginning of the time in it."""
    starts = [end for _, end in when.spans]
    stops = [start for start, _ in when.spans[1:]] + [len(piece)]
    return list(zip(starts, stops, strict=True))


def _in_month(before: date, number: int) -> date | None:
    year, month = (before.year, before.month) if number > before.day else divmod(before.year * 12 + before.month, 12)
    try:
        return date(year, month, number) if number > before.day else date(year, month + 1, number)
    except ValueError:
        return None
