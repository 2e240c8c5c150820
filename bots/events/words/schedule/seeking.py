"""What somebody says who looks for a time: how long, on which days, at what hours, with whom, for what (pure)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Final

from bots.assistant.talk.markup import code, fill
from bots.assistant.talk.question import Question, Slot, Takes
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold
from bots.assistant.words.dates.doubts import doubtful
from bots.assistant.words.dates.period import period
from bots.assistant.words.names.people import Nobody, Person, Several, find, is_mention
from bots.events.kept import free
from bots.events.kept.free import Hours
from bots.events.words.company import by_function
from bots.when.finding import find as find_time
from bots.when.lengths import AMOUNT, amount
from bots.when.moments import day_of
from bots.when.values import Doubt, Locale, Range, When, rest
from config.identifiers import UserId

MOST_PEOPLE: Final = 20
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_WEEK: Final = timedelta(days=7)
_LENGTH = re.compile(
    rf"(?<![\w’'])(?:pendant\s|durant\s|de\s|d['’]|for\s|of\s)?(?P<said>{AMOUNT}|(?:une\s)?demi-journée|half\sa\sday"
    r"|(?:une\s|la\s)?journée(?:\sentière)?|a\s(?:whole\s)?day)(?!\w)",
    re.IGNORECASE,
)
_PARTS: Final = (
    (re.compile(r"(?<!\w)(?:(?:le|du|en)\s)?(?:matin|matinée)(?!\w)|in\sthe\smorning", re.IGNORECASE), free.MORNING),
    (
        re.compile(
            r"(?<![\w-])(?:(?:l['’]|en\sd[ée]but\sd['’])?apr[èe]s-midi|in\sthe\safternoon)(?![\w-])", re.IGNORECASE
        ),
        free.AFTERNOON,
    ),
    (re.compile(r"(?<!\w)(?:(?:le|en)\s)?(?:soir|soirée)(?!\w)|in\sthe\sevening", re.IGNORECASE), free.EVENING),
)
_HEAD = re.compile(
    r"^\s*(?:(?:un|une|le|la|a|the)\s)?(?:créneaux?|moment|plage|horaire|date|slots?|time)?(?:\s(?:libres?|free|communs?))?"
    r"(?!\w)[\s,:]*(?:(?:pour|for|de|of)(?!\w)\s*)?(?:(?:une|un|la|le|a|the)\s(?=\w))?",
    re.IGNORECASE,
)
_WITH_WHOM: Final = re.compile(
    r"(?:avec|with)\s(?P<whom>(?!qui\b|who\b)[^\s,;.].{0,60}?)"
    r"(?=\s*(?:$|[,;.?!]|\s(?:pour|sur|au|à|afin|concernant|pendant|dans|et|for|about|on)\s))",
    re.IGNORECASE,
)
_TIMELY: Final = re.compile(
    r"(?<!\w)(?:semaines?|mois|jours?|jeudis?|vacances|fêtes|week|weeks|month|days?|holidays?|noël|pâques|toussaint)(?!\w)",
    re.IGNORECASE,
)
_CLOCK: Final = re.compile(r"1\d\s?h(?:\s?[0-5]\d)?|2[0-4]\s?h(?:\s?[0-5]\d)?", re.IGNORECASE)
"""An hour of the day, and not so many hours: ``jeudi 14h``."""
_SMALL = re.compile(
    r"(?:^|\s)(?:pour|for|avec|with|et|and|de|d['’]|du|on|en|le|la|au|à|dans|sur|entre|d['’]ici|within|in)\s*$"
    r"|^(?:pour|for|avec|with|et|and|de|of|où|le|la|un|une|the|a)\s+|^(?:l['’]|d['’])",
    re.IGNORECASE,
)


_WHERE_FREE: Final = re.compile(
    r"\s(?:où|ou|pour que|quand|where|when)\s(?P<who>[^?]{2,80}?)\s"
    r"(?:est|sommes|sont|soyons|soient|serons|seront|serions|seraient|are|is)\s(?:tous\s|toutes\s)?"
    r"(?:libres?|disponibles?|dispos?|free|available)(?!\w)(?:\s(?:ensemble|tous|en même temps|together))?",
    re.IGNORECASE,
)
"""« … la semaine prochaine où le DGS et moi sommes libres »: with whom."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for: *length*, on days from *first* until before *stop*, in the *hours* of a day.

    *hours* are empty where nobody says any. *doubt* asks about the days, *unclear* are names that fit no one person.
    """

    title: str
    length: timedelta = _HOUR
    first: date = date.min
    stop: date = date.min
    hours: tuple[Hours, ...] = ()
    people: tuple[UserId, ...] = ()
    unclear: tuple[Several | Nobody, ...] = field(default=())
    doubt: Question | None = None


def sought(words: Sequence[str], request: Request, language: Locale) -> Sought:
    """Return what *words* look for; without any day, the seven next ones."""
    spoken = _WHERE_FREE.sub(lambda found: f" avec {found['who']}", " ".join(words), count=1)
    said_text, people, missing = _people(spoken.split(), request)
    text, length = _length(said_text)
    text, hours = _hours(text)
    begins = datetime.combine(request.here.date(), time(), request.zone)
    said = find_time(text, begins, request.zone, language)
    shared = Sought("", length, hours=hours, people=people, unclear=missing)
    if isinstance(said, Doubt):
        return _with(shared, doubt=doubtful(request, text, said))
    today = request.here.date()
    if said is None or said.rule is not None:
        other = _week(text, request, language)
        if other is not None:
            return _with(_and_with(shared, other[0], request), "", *other[1:])
        if _TIMELY.search(text):
            # Some days were said, and none understood: another week than the one that is meant helps nobody.
            return _with(shared, doubt=_which_days(request))
        return _with(_and_with(shared, text, request), "", today, today + _WEEK)
    first, stop, own = _days(said)
    return _with(_and_with(shared, rest(text, said.spans), request), "", max(first, today), stop, hours or own)


def _and_with(made: Sought, text: str, request: Request) -> Sought:
    """Return *made* with what is left as its title, and with whom ``avec le dgs`` in it names."""
    left, people, several = by_function(text, request, MOST_PEOPLE)
    met = tuple(dict.fromkeys((*made.people, *people)))
    strange = _whom_else(left)
    unclear = (*made.unclear, *several, *([] if strange is None else [strange]))
    return replace(made, title=_title(left), people=met, unclear=unclear)


def _whom_else(text: str) -> Nobody | None:
    """Return whom « un créneau avec la voisine » names and nobody here is; « une réunion avec le SDIS » is a title."""
    found = _WITH_WHOM.match(_HEAD.sub("", " ".join(text.split()), count=1))
    return None if found is None else Nobody(found["whom"])


def _which_days(request: Request) -> Question:
    gettext = request.texts.gettext
    example = code(gettext("from 20 to 24 April"))
    sentence = fill(gettext("Tell me on which days I shall look. For example: {example}"), example=example)
    return Question(sentence, slot=Slot(Takes.TIME))


def _people(words: Sequence[str], request: Request) -> tuple[str, tuple[UserId, ...], tuple[Several | Nobody, ...]]:
    """Return *words* without those whom they name, wherever that is, and who they are."""
    people: dict[UserId, None] = {}
    unclear: list[Several | Nobody] = []
    kept: list[str] = []
    for word in words:
        if not is_mention(word) or len(people) + len(unclear) >= MOST_PEOPLE:
            kept.append(word)
            continue
        match find(word, request):
            case Person(user):
                people |= {} if user == request.served_by else {user: None}
            case missing:
                unclear.append(missing)
        while kept and fold(kept[-1]) in _WITH:
            kept.pop()
    return " ".join(kept), tuple(people), tuple(unclear)


_WITH: Final = frozenset({"avec", "with", "et", "and", "&", "pour", "for", ",", "+"})


def _with(
    made: Sought,
    title: str = "",
    first: date = date.min,
    stop: date = date.min,
    hours: tuple[Hours, ...] = (),
    *,
    doubt: Question | None = None,
) -> Sought:
    return Sought(title or made.title, made.length, first, stop, hours or made.hours, made.people, made.unclear, doubt)


_SPAN = re.compile(
    r"(?:(?:cette|la)\ssemaine(?:\s(?:prochaine|suivante))?|(?:ce|le)\smois(?:\s(?:prochain|suivant))?"
    r"|(?:this|next)\s(?:week|month))(?!\s(?:de|du|des|d['’]|of)(?![a-z]))",
    re.IGNORECASE,
)


def _week(text: str, request: Request, language: Locale) -> tuple[str, date, date] | None:
    """Return *text* without ``cette semaine``, and the days that it says from today on."""
    found = _SPAN.search(text)
    wanted = None if found is None else period(found[0].split(), request.here, language)
    if found is None or wanted is None:
        return None
    left = f"{text[: found.start()]} {text[found.end() :]}"
    return left, max(wanted.first, request.here.date()), wanted.stop


def _length(text: str) -> tuple[str, timedelta]:
    found = next((found for found in _LENGTH.finditer(text) if not _CLOCK.fullmatch(found["said"])), None)
    if found is None:
        return text, _HOUR
    said = " ".join(found["said"].lower().split())
    left = f"{text[: found.start()]} {text[found.end() :]}"
    if "demi-journée" in said or said == "half a day":
        return left, timedelta(hours=3)
    if "journée" in said or (said.endswith(" day") and said.startswith("a ")):
        return left, timedelta(hours=9)
    return left, amount(said)


def _hours(text: str) -> tuple[str, tuple[Hours, ...]]:
    hours: list[Hours] = []
    for pattern, part in _PARTS:
        found = pattern.search(text)
        if found is not None:
            hours.append(part)
            text = f"{text[: found.start()]} {text[found.end() :]}"
    return text, tuple(hours)


def _days(said: When) -> tuple[date, date, tuple[Hours, ...]]:
    """Return the days that are said, and the hours, where some are: from one on, or from one to another."""
    value = said.value
    if not isinstance(value, Range):
        if isinstance(value, datetime):
            return value.date(), value.date() + _DAY, ((value.time(), max(value.time(), free.DAY[1])),)
        return value, value + _DAY, ()
    start, end = value.start, value.end
    if isinstance(start, datetime) and isinstance(end, datetime):
        hours = ((start.time(), end.time()),) if start.time() < end.time() else ()
        return start.date(), end.date() + _DAY, hours
    return day_of(start), day_of(end) + _DAY, ()


def _title(text: str) -> str:
    bare = _HEAD.sub("", " ".join(text.split()), count=1)
    before = None
    while before != bare:
        before, bare = bare, _SMALL.sub("", bare).strip(" ,;:.–-")
    return bare
