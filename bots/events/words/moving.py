"""To when something is moved: ``à jeudi 10h``, ``à jeudi``, ``à 10h``; what is not said stays as it was (pure)."""

import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Final

from bots.assistant.talk.markup import code, fill
from bots.assistant.talk.markup import text as text_of
from bots.assistant.talk.question import Question
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold
from bots.assistant.words.dates.doubts import doubtful
from bots.calendar.event import Event, Rule
from bots.calendar.format.values import Moment
from bots.events.words.asides import asides
from bots.events.words.times import Times, times_of
from bots.when.finding import find
from bots.when.lengths import AMOUNT, amount
from bots.when.saying import say
from bots.when.values import Code, Doubt, Locale, Range, When, rest, understood

_LEADS = re.compile(r"^[\s,:→>–-]*(?:(?:à|au|en|pour|vers|to|at)\s+(?=\S))?", re.IGNORECASE)
_ON_THE = re.compile(r"^\s*au\s(?P<day>\d{1,2})(?!\w|\s?h\b)", re.IGNORECASE)
_TODAY = re.compile(
    r"\b(?:aujourd|today|ce (?:matin|soir|midi)|cet apr|tonight|this (?:morning|after|even))", re.IGNORECASE
)
_BY = re.compile(
    rf"(?:de\s|d['’]|by\s)?(?P<much>{AMOUNT})(?:\s(?:(?P<later>plus\stard|après|later)|(?P<earlier>plus\st[oô]t|avant|earlier)))?",
    re.IGNORECASE,
)
_BARE_HOUR = re.compile(r"(?P<hour>\d{1,2})\s?(?:h|heures?)(?:\s?[0-5]\d)?", re.IGNORECASE)
_LEAST_CLOCK: Final = 7
"""Nobody moves anything by seven hours, and few meet before that one."""
_NIGHT: Final = 21
_MOVING: Final = ("deplac", "move")
_SHIFTING: Final = ("decal", "avanc", "recul", "repouss", "report", "postpon")
_HOURS: Final = re.compile(r"\d\s?(?:h|:|[ap]m\b|-|à)|(?<![-\w])(?<!s\s)midi|minuit|noon|midnight", re.IGNORECASE)
_ISO_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_FOLLOWING = re.compile(
    r"(?:(?:au|le|for|to)\s)?(?:the\s)?(?:lendemain|next\sday|day\safter)|(?P<eve>(?:à\s|pour\s)?la\sveille|the\sday\sbefore)"
    r"|(?P<week>(?:à\s|pour\s)?la\ssemaine\s(?:suivante|d['’]après)|the\sweek\safter)",
    re.IGNORECASE,
)
_NEXT_WEEK = re.compile(r"(?:(?:à|pour|to)\s)?(?:la\ssemaine\sprochaine|next\sweek)", re.IGNORECASE)
_SAME_HOUR = re.compile(
    r"[\s,;]*(?<!\w)(?:[àa]\sla\s|aux\s|at\sthe\s)?(?:m[êe]mes?\s(?:heures?|horaires?)|same\stime)(?!\w)", re.IGNORECASE
)
_UNTIL = re.compile(
    r"(?:jusqu['’\s]?[àa]|jusque\svers|(?:se\s)?(?:fini|finit|termine|terminée?|fin)\s(?:à|a|vers)|until|till|ends\sat)"
    r"\s(?P<end>.{1,20})",
    re.IGNORECASE,
)
_WEEK: Final = timedelta(days=7)
_LONGEST_NIGHT: Final = timedelta(hours=12)
"""What ends the next morning does not last longer."""
_WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_FIXED: Final = frozenset({"BYSETPOS", "BYYEARDAY", "BYWEEKNO", "BYMONTH"})
_LAST_SURE_DAY: Final = 28
_MOST_LETTERS: Final = 1_000
"""A time is not said in more."""


def moved(text: str, base: Event, request: Request, language: Locale) -> Times | Question | None:
    """Return when *base* is now, in words ``à jeudi 10h``; what is to be asked; or None where no time is said."""
    if len(text) > _MOST_LETTERS:
        return None
    text = as_length(_SAME_HOUR.sub("", text).strip(" ,;"), base, request)
    known = _by_amount(text, base, request)
    if known is not None or _NEXT_WEEK.fullmatch(text):
        return known
    found = _tried(text, base, request, language)
    return None if isinstance(found, Times) and _from_its_own(found, base) else found


def as_length(text: str, base: Event, request: Request) -> str:
    """Return *text* as how long *base*, which begins by day, lasts, where that is meant: « mets 1h30 », « plutôt 2 h ».

    « À 2 h » is an hour, and « décale 2 h » by so much.
    """
    bare, clock = _BARE_HOUR.fullmatch(text), base.start.clock
    said = fold(request.text)
    moves = any(verb in said for verb in (*_SHIFTING, *_MOVING))
    by_day = clock is not None and _LEAST_CLOCK <= clock.hour < _NIGHT
    lasts = bare is not None and by_day and not moves and 0 < int(bare["hour"]) < _LEAST_CLOCK
    return f"pendant {text}" if lasts else text


def _tried(text: str, base: Event, request: Request, language: Locale) -> Times | Question | None:
    """Return when *base* is now, in the language that is expected, or in the other one: “until 5pm”."""
    other: Locale = "en" if language == "fr" else "fr"
    for spoken in (language, other):
        found = _until(text, base, request, spoken) or _to(text, base, request, spoken)
        if found is not None:
            return found
    return None


def _from_its_own(times: Times, base: Event) -> bool:
    """Tell whether *times* last from the very start of *base* to another day: it may be from when to when it moves."""
    start = base.start.local
    days = [(start + length).date() for length in (base.length, times.length)]
    return times.start.local == start and days[0] == start.date() < days[1] and base.start.clock is not None


def _to(text: str, base: Event, request: Request, language: Locale) -> Times | Question | None:
    """Return when *base* is now, where a day or an hour is said."""
    said = asides(_LEADS.sub("", _numbered(text)), request.here, language)
    bare = _LEADS.sub("", said.text)
    when = find(bare, request.here, request.zone, language)
    if when is None and bare:
        when, bare = _part_of(bare, base.start.day, request, language)
    if isinstance(when, Doubt) and when.code is Code.HOUR_PAST:
        when = _on(bare, base.start.day, request, language)
    match when:
        case When():
            if _left(bare, when):
                return None
            if _is_clock_only(bare, base, request, language):
                when = _on(bare, base.start.day, request, language)
                assert isinstance(when, When)
            times = times_of(when, request.zone, said.length, all_day=said.all_day)
            if _is_over(times, request):
                return doubtful(request, bare, Doubt(when.spans, Code.PAST, (when.value,)))
            if base.start.clock is not None and not _says_hours(bare, when):
                times = replace(times, length=base.length)
            return _kept(times, when, base, said.length, all_day=said.all_day)
        case Doubt() as doubt:
            return doubtful(request, bare, doubt)
        case _:
            if said.length is not None and not bare:
                return Times(base.start, said.length, exact=True)
            return None


def _part_of(bare: str, day: date, request: Request, language: Locale) -> tuple[When | None, str]:
    """Return « l'après-midi », which is a time beside a day only, as that of *day*, and in which words."""
    said = f"{day.isoformat()} {bare}"
    found = find(said, datetime.combine(min(day, request.here.date()), time(), request.zone), request.zone, language)
    return (found, said) if isinstance(found, When) and isinstance(found.value, Range) else (None, bare)


def _says_hours(bare: str, when: When) -> bool:
    """Tell whether it is said from when until when: « demain après-midi » names no hour, and it lasts as before."""
    if not isinstance(when.value, Range) or not isinstance(when.value.start, datetime):
        return True
    return _HOURS.search(_ISO_DAY.sub("", " ".join(understood(bare, when.spans)))) is not None


def says_when(text: str, request: Request, language: Locale) -> bool:
    """Tell whether *text* says a time to which something may be moved, and nothing else."""
    bare = _SAME_HOUR.sub("", text).strip(" ,;")
    if any(pattern.fullmatch(bare) for pattern in (_BY, _FOLLOWING, _NEXT_WEEK, _UNTIL)):
        return True
    bare = _LEADS.sub("", _numbered(bare))
    found = find(bare, request.here, request.zone, language)
    if found is None and bare:
        return _part_of(bare, request.here.date(), request, language)[0] is not None
    return found is not None and not any(map(str.isalnum, rest(bare, found.spans)))


def says_rule(text: str, request: Request) -> bool:
    """Tell whether *text* says how often, too: ``à 9h30 toutes les semaines``."""
    found = find(text, request.here, request.zone, request.language)
    return isinstance(found, When) and found.rule is not None


def _numbered(text: str) -> str:
    """Return *text* with ``le 24`` for the ``au 24`` that it begins with, which no leading word may be taken from."""
    return _ON_THE.sub(lambda found: f"le {found['day']}", text)


def _by_amount(text: str, base: Event, request: Request) -> Times | None:
    """Return when *base* is, moved by so much: ``d'une semaine``, ``de deux jours``, ``au lendemain``."""
    following = _FOLLOWING.fullmatch(text)
    found = None if _is_clock(text, request) else _BY.fullmatch(text)
    if following is not None:
        by = _WEEK if following["week"] else timedelta(days=1)
        earlier = following["eve"] is not None
    elif found is not None:
        by = amount(found["much"])
        earlier = found["earlier"] is not None or (found["later"] is None and _says_sooner(request))
    elif _NEXT_WEEK.fullmatch(text) and _is_this_week(base.start.day, request.here.date()):
        by, earlier = _WEEK, False
    else:
        return None
    if base.start.clock is None and by % timedelta(days=1):
        return None
    try:
        return Times(base.start.at(base.start.local + (-by if earlier else by)), base.length, exact=base.exact)
    except OverflowError:
        return None


def _is_clock(text: str, request: Request) -> bool:
    """Tell whether *text* is an hour of the clock: « plutôt 15h » is at three, « décaler 1h » by one hour."""
    bare = _BARE_HOUR.fullmatch(text)
    if bare is None:
        return False
    said = fold(request.text)
    return int(bare["hour"]) >= _LEAST_CLOCK or not any(verb in said for verb in _SHIFTING)


def _says_sooner(request: Request) -> bool:
    """Tell whether whoever asks ``avance``: by so much is earlier, then."""
    return any(fold(word).lstrip("!").startswith(("avanc", "bring")) for word in request.text.split())


def _is_this_week(day: date, today: date) -> bool:
    return day - timedelta(days=day.weekday()) == today - timedelta(days=today.weekday())


def _until(text: str, base: Event, request: Request, language: Locale) -> Times | Question | None:
    """Return when *base* is, where only its end is said: ``jusqu'à 23h``, which may be after midnight.

    « jusqu'à 11h » of what begins at two in the afternoon is asked about.
    """
    found = _UNTIL.fullmatch(text)
    if found is None or base.start.clock is None:
        return None
    said = f"{'à' if language == 'fr' else 'at'} {found['end']}"
    when = _on(said, base.start.day, request, language)
    if not isinstance(when, When) or not isinstance(when.value, datetime) or _left(said, when):
        return None
    length = when.value.replace(tzinfo=None) - base.start.local
    if length <= timedelta():
        length += timedelta(days=1)
        if length > _LONGEST_NIGHT:
            return _backwards(text, base, request)
    return Times(base.start, length, exact=True) if timedelta() < length <= timedelta(days=1) else None


def _backwards(text: str, base: Event, request: Request) -> Question:
    sentence = request.texts.gettext("It begins at {start}: “{end}” would be before that. Nothing is changed.")
    return Question(fill(sentence, start=text_of(say(base.start.local, request.language)), end=code(text)))


def _left(text: str, when: When) -> bool:
    return any(map(str.isalnum, rest(text, when.spans)))


def _is_over(times: Times, request: Request) -> bool:
    if times.start.clock is None:
        return times.start.day < request.here.date()
    return times.start.local < request.here.replace(tzinfo=None) - timedelta(hours=12)


def _on(text: str, day: date, request: Request, language: Locale) -> When | Doubt | None:
    """Return what *text* says as if it were said where *day* begins."""
    return find(text, datetime.combine(day, time(), request.zone), request.zone, language)


def _is_clock_only(text: str, base: Event, request: Request, language: Locale) -> bool:
    """Tell whether *text* says an hour and no day: said on another day, it means that one."""
    if _TODAY.search(text):
        return False
    for day in (base.start.day, base.start.day + timedelta(days=9)):
        found = _on(text, day, request, language)
        if not isinstance(found, When):
            return False
        first = found.value.start if isinstance(found.value, Range) else found.value
        if not isinstance(first, datetime) or first.date() != day:
            return False
    return True


def _kept(times: Times, when: When, base: Event, length: timedelta | None, *, all_day: bool) -> Times:
    """Return *times* with the hour and the length of *base*, where nobody said others."""
    ranged = isinstance(when.value, Range)
    if times.start.clock is None and base.start.clock is not None and not ranged and not all_day:
        start = base.start.at(datetime.combine(times.start.day, base.start.clock))
        return Times(start, base.length if length is None else length, exact=base.exact)
    if ranged or length is not None or times.whole_days != base.whole_days:
        return replace(times, rules=())
    return Times(times.start, base.length, exact=base.exact)


def shifted(rule: Rule, by: timedelta) -> Rule | None:
    """Return the rule of a series whose first occurrence moves *by* so much; None where nobody can say which it is."""
    days = by.days
    parts = dict(piece.split("=", 1) for piece in rule.text.split(";"))
    if days:
        fixed = _FIXED - {"BYMONTH"} if parts.get("FREQ") in ("DAILY", "WEEKLY") else _FIXED
        if fixed & parts.keys():
            return None
        if "BYDAY" in parts and not _shift_days(parts, days):
            return None
        if "BYMONTHDAY" in parts and not _shift_month_days(parts, days):
            return None
    until = rule.until
    if until is not None:
        try:
            until = until.at(until.local + by) if until.clock is not None else Moment(until.day + by)
        except OverflowError:
            until = None
    return Rule(";".join(f"{name}={value}" for name, value in parts.items()), until)


def _shift_days(parts: dict[str, str], days: int) -> bool:
    named = parts["BYDAY"].split(",")
    if any(day not in _WEEKDAYS for day in named):
        return False
    parts["BYDAY"] = ",".join(_WEEKDAYS[(_WEEKDAYS.index(day) + days) % 7] for day in named)
    return True


def _shift_month_days(parts: dict[str, str], days: int) -> bool:
    numbers = [int(day) + days for day in parts["BYMONTHDAY"].split(",") if day.lstrip("-").isdecimal()]
    if not numbers or any(not 0 < number <= _LAST_SURE_DAY for number in numbers):
        return False
    parts["BYMONTHDAY"] = ",".join(map(str, numbers))
    return True
