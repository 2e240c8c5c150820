"""What stands beside the time of an event, and is taken out before that is read: reminders, length, exceptions."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from bots.calendar.event import Alarm
from bots.when.clocks import MORNING, said_at
from bots.when.finding import find
from bots.when.lengths import AMOUNT, amount
from bots.when.moments import day_of
from bots.when.values import Locale, Range, When

_CLOCK: Final = r"(?:midi|noon|(?:[01]?\d|2[0-3])\s?(?:heures?|h|:)(?:\s?[0-5]\d)?|(?:1[0-2]|[1-9])\s?[ap]m)(?!\w)"
_HALF: Final = r"(?:(?:au|le|in\sthe)\s)?(?:matin|soir|morning|evening)(?!\w)"
_THEN: Final = rf"(?:,?\s(?:(?:(?:à|a|vers|dès|at)\s)?(?P<clock>{_CLOCK})|(?P<half>{_HALF})))?"
_DAY: Final = (
    r"(?:(?P<two>(?:l['’]\s?)?avant[- ]veille)|(?P<one>(?:la\s)?veille|(?:the\s)?(?:day|evening)\sbefore)"
    r"|(?P<same>le\s(?:jour|matin)\sm[êe]me|(?:on\s)?the\ssame\sday|on\sthe\sday))(?!\w)"
)
_BEFORE: Final = r"(?:avant|plus\st[ôo]t|à\sl['’]avance|before|earlier|ahead)(?!\w)"
_LEAD: Final = rf"(?:{_DAY}|(?P<much>{AMOUNT})(?:\s{_BEFORE})?){_THEN}"
_ONE: Final = re.sub(r"\?P<\w+>", "?:", _LEAD)
SURE_ONE: Final = re.sub(r"\?P<\w+>", "?:", rf"(?:{_DAY}|{AMOUNT}\s{_BEFORE}){_THEN}")
_WHOM: Final = (
    r"(?:[-\s](?:le|la|les|moi|nous|it|me|us))*(?:\s(?:tout\sle\smonde|tous|everybody|everyone"
    r"|les\s(?:participants|invités|élus|membres|agents)))?"
)
_SPOKEN: Final = (
    r"(?:(?:et|puis|and|then|avec|merci\sde|il\sfaut|pensez?\sà|peux[- ]tu|please)\s)*"
    r"(?:(?:me|nous|m['’]|le|la|les)\s?)*"
    rf"(?:rappel(?:le[sz]?|er|ez)|pr[ée]v(?:enir|ien[st]|enez)|avert(?:ir|is|issez)|alerte[rz]?|remind|warn|notify){_WHOM}"
)
_NOUN: Final = r"(?:et\s)?(?:avec\s(?:un\s)?rappels?|(?:un\s)?rappels?|(?:with\s)?(?:a\s)?reminders?)"
_REMINDERS = re.compile(
    rf"[\s,;.(]*(?<!\w)(?:{_NOUN}\s?:?\s?(?P<all>{_ONE}(?:\s?(?:,|et|and|puis|then)\s{_ONE})*)"
    rf"|{_SPOKEN}\s?:?\s(?P<spoken>{SURE_ONE}(?:\s?(?:,|et|and|puis|then)\s{SURE_ONE})*))\)?(?!\w)",
    re.IGNORECASE,
)
_EACH = re.compile(_LEAD, re.IGNORECASE)
_LASTING = re.compile(
    rf"[\s,;]*(?:(?<!\w)(?:pendant|durant|durée|d['’]une\sdurée\sde|(?:qui\s)?dure(?:ra|r)?|for|lasting|duration)\s?:?\s?(?P<said>{AMOUNT})"
    rf"|\((?P<apart>{AMOUNT})\))(?!\w)",
    re.IGNORECASE,
)
_HOUR_SAID: Final = re.compile(r"\d\s?(?:h|:|[ap]m\b)|\b(?:midi|noon|heures?)\b", re.IGNORECASE)
_JUST_LASTING = re.compile(
    r"(?:[\s]*[,;(]|\s(?:sur|soit|en))\s?(?:environ\s|about\s)?"
    rf"(?P<said>(?!(?:[7-9]|\d\d)\s?h){AMOUNT})(?:\senviron)?\)?(?=\s*(?:$|[,.]))",
    re.IGNORECASE,
)
"""« 9h à la mairie, deux heures »: how long, where an hour is said before."""
_ALL_DAY = re.compile(
    r"[\s,;]*(?<!\w)(?:toute\sla\sjournée|(?:la\s)?journée\sentière|all[\s-]day(?:\slong)?|the\swhole\sday)(?!\w)",
    re.IGNORECASE,
)
_EXCEPT = re.compile(
    r"[\s,;]*(?<!\w)(?:sauf|excepté|hormis|(?:mais|et)\spas(?=\s(?:le|les)\s\d)|except(?:\sfor)?|but\snot)\s+(?P<dates>.+)$",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\s*(?:,|\bet\b|\band\b|\bni\b)\s*(?=(?:l[ea]s?\b|on\b|du\b|\d|from\b))", re.IGNORECASE)
_FROM = re.compile(r"(?<!\w)(de|from)\s(?=\d{1,2}\s?(?:h|:\d\d|am|pm)(?!\w*\s(?:à|to)\s))", re.IGNORECASE)
_THESE: Final = re.compile(r"^les\s(?=\d)", re.IGNORECASE)
"""« Sauf les 21 et 28 »: each of them."""
_LINK = re.compile(r"[\s,;(]*(?P<link>https?://[^\s<>\"()]+)\)?", re.IGNORECASE)
_LABEL = re.compile(r"(?<!\S)#(?P<label>[^\W\d][\w-]{0,49})")
_BARE = re.compile(
    r"(?:le\s|les\s|on\s|the\s)*(\d{1,2})(?:er|st|nd|rd|th)?(?![\w:])(?!\s(?:[a-zéû]{3,9}|h)\b)", re.IGNORECASE
)
_ARTICLES = re.compile(r"(?:\s*(?:le|les|du|on|the|pendant|during))*\s*", re.IGNORECASE)
_MOST: Final = 20


@dataclass(frozen=True, slots=True)
class Eve:
    """A reminder so many *days* before the day, *at* an hour of the clock."""

    days: int
    at: time

    def before(self, start: datetime) -> Alarm:
        """Return it as so long before *start*: so it fits each occurrence."""
        return Alarm(datetime.combine(start.date() - timedelta(days=self.days), self.at, start.tzinfo) - start)


@dataclass(frozen=True, slots=True)
class Asides:
    """What was taken out, and the *text* that is left."""

    text: str
    alarms: tuple[Alarm, ...] = ()
    eves: tuple[Eve, ...] = ()
    """Reminders at an hour of a day before: how long before, only the start tells."""
    length: timedelta | None = None
    all_day: bool = False
    excluded: tuple[date, ...] = ()
    link: str = ""
    labels: tuple[str, ...] = ()


def asides(text: str, here: datetime, language: Locale, *, listed: bool = False) -> Asides:
    """Return what *text* says beside what it is about and when; *here* is aware, in the zone whose days count.

    *listed*: what stands between its commas are choices, and « 2 heures » is one of them.
    """
    link = _LINK.search(text)
    if link is not None:
        text = _without(text, link)
    labels = tuple(dict.fromkeys(found["label"] for found in _LABEL.finditer(text)))
    text = _LABEL.sub("", text)
    reminders = _REMINDERS.search(text)
    alarms: tuple[Alarm, ...] = ()
    eves: tuple[Eve, ...] = ()
    if reminders is not None:
        text = _without(text, reminders)
        alarms, eves = _alarms(reminders["all"] or reminders["spoken"])
    lasting = _LASTING.search(text) if listed else _lasting(text)
    if lasting is not None:
        text = _without(text, lasting)
        # “De 14 h pendant 2 h” begins at 14 h.
        text = _FROM.sub(lambda found: "à " if found[1].lower() == "de" else "at ", text)
    all_day = _ALL_DAY.search(text)
    if all_day is not None:
        text = _without(text, all_day)
    text, excluded = _excluded(text, here, language)
    length = None if lasting is None else amount(next(said for said in lasting.groups() if said))
    address = "" if link is None else link["link"].rstrip(".,;:!?")
    return Asides(" ".join(text.split()), alarms, eves, length, all_day is not None, excluded, address, labels)


def _lasting(text: str) -> re.Match[str] | None:
    found = _LASTING.search(text)
    just = None if found is not None else _JUST_LASTING.search(text)
    return found if just is None or _HOUR_SAID.search(text, 0, just.start()) is None else just


def _without(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]} {text[found.end() :]}"


def _alarms(said: str) -> tuple[tuple[Alarm, ...], tuple[Eve, ...]]:
    before: list[timedelta] = []
    eves: list[Eve] = []
    for found in _EACH.finditer(said):
        length = _days_before(found) if found["much"] is None else amount(found["much"])
        at = said_at(found)
        if at is None and (length or found["same"] is None):
            before.append(length)
        else:
            eves.append(Eve(length.days, at or MORNING))
    return tuple(Alarm(-length) for length in dict.fromkeys(before)), tuple(dict.fromkeys(eves))


def _days_before(found: re.Match[str]) -> timedelta:
    return timedelta(days=2 if found["two"] else 1 if found["one"] else 0)


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
        said, rest = _days(_THESE.sub("le ", piece.strip(" ,.")), days[-1] if days else None, here, language)
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
        if (last - first).days >= _MOST:
            # A month that is left out is one of each year: the rule says so.
            return [], piece
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
