"""What somebody asks in a poll: what about, and which times, or other answers, there are (pure)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from bots.assistant.talk.question import Question
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import unaccented
from bots.assistant.words.dates.doubts import doubtful
from bots.assistant.words.dates.halves import only_hour
from bots.assistant.words.dates.pieces import with_month
from bots.assistant.words.enumeration import between, parts
from bots.events.polls.kind import MOST, Option
from bots.events.words.asides import asides
from bots.events.words.times import times_of, zone_of
from bots.when import finding
from bots.when.lengths import AMOUNT, amount
from bots.when.values import Doubt, Locale, Range, When, rest

_BETWEEN: Final = between("ou", "or", marks=(",", ";", r"\n", r"\s/\s"))
_HOURS_BETWEEN: Final = re.compile(
    r"(?<!\w)entre (?P<start>(?:\d{1,2}\s?(?:h|:)?\s?(?:[0-5]\d)?|midi)(?:\set\s(?:demie?|quart))?) et (?=\d|midi)",
    re.IGNORECASE,
)
"""« Entre 9h et 10h » is one answer."""
_CLOSING: Final = re.compile(
    r"[\s,;.(]*(?<!\w)(?:(?:votez|voter|votes?|réponses?|répondez|clos|clôture|close[ds]?|answers?|until)\s?:?\s)"
    r"(?P<when>(?:avant|jusqu['’]à|jusqu['’]au|d['’]ici|le|before|until|by|on|at)?\s?.+?)\)?\s*$",
    re.IGNORECASE,
)
_UNTIL: Final = re.compile(
    r"\s*[,;.]\s*(?:et\s)?(?:(?:répondre|répondez|voter|votez)\s)?"
    r"(?:jusqu['’]?\s?(?:à|a|au)|avant(?:\sle)?|d['’]ici(?:\s(?:à|au|le))?|until|by|before)\s(?P<when>[^,;]{2,60}?)\s*$",
    re.IGNORECASE,
)
_HOUR: Final = re.compile(r"(?:à\s|at\s)?\d{1,2}\s?(?:h|:)(?:\s?\d\d)?(?!\w)", re.IGNORECASE)
_EVE: Final = time(18)
_NOON: Final = time(12)
_DATE_OF: Final = re.compile(
    r"^(?:pour )?(?:quel(?:le)?s? |which )?(?:la |le |l['’]|une? |the |a )?"
    r"(?:dates?|jours?|heures?|horaires?|cr[ée]neaux?|day|time)"
    r" (?:du |de la |de l['’]|des |d['’]|de |pour (?:la |le |l['’]|les )?|of (?:the )?|for (?:the )?)(?=\w)",
    re.IGNORECASE,
)
"""A poll about dates is about what takes place then: « la date du repas des aînés »."""
_WHETHER: Final = re.compile(
    r"\b(?:qui (?:vient|viendra|participe|est partant|est d'accord|veut|sera)|est-ce que?|etes-vous|es-tu|voulez-vous"
    r"|faut-il|on (?:fait|y va|part)|peut-on|who (?:comes|is coming|will come|wants)|shall we|do (?:you|we))\b"
)
"""How a question begins whose answers are yes and no."""
_ENDING_HOUR: Final = re.compile(
    r"\s(?P<hour>(?:(?:à|a|at|de|from)\s)?\d{1,2}\s?(?:h|:|am|pm)(?!\w*\w{4}).{0,20})$", re.IGNORECASE
)
_NUMBER: Final = re.compile(r"(?:\d{1,2}|1er)(?=$|\s(?:(?:à|a|at)\s)?\d{1,2}\s?(?:h|:|am|pm))", re.IGNORECASE)
"""« 12 », « 14 à 18h », where days are asked about."""
_ENDING_APART: Final = re.compile(r"\s*,\s+(?=(?:à|a|at)\s\d{1,2}\s?(?:h|:)[^,]{0,8}$)", re.IGNORECASE)
"""« …, samedi 9 ou vendredi 15 janvier, à 18h30 »: the hour of all of them, and no answer."""
_ANY_HOUR: Final = re.compile(
    r"\d\s?(?:h|:|am|pm)|matin|apr[eè]s-midi|soir|midi|morning|afternoon|evening|noon", re.IGNORECASE
)
_DAY: Final = timedelta(days=1)
_BY: Final = re.compile(
    rf"(?:de |d['’]|by |for )?(?:encore )?(?P<much>{AMOUNT})(?: (?:de plus|encore|plus tard|more))?", re.IGNORECASE
)
_LEADS: Final = re.compile(
    r"(?:jusqu['’]? ?(?:à|a|en|(?P<the>au))|à|a|(?P<at_the>au)|pour|until|till|to|by)\s", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class PollWish:
    """A poll that somebody wants; *strange* are answers that are no times among others that are."""

    title: str
    options: tuple[Option, ...] = ()
    until: datetime | None = None
    strange: tuple[str, ...] = ()
    doubt: Question | None = None


def asked(text: str, request: Request, language: Locale, *, days: bool = False) -> PollWish:
    """Return the poll in *text*: ``réunion budget : mardi 10h, mercredi 14h``; *days*: ``12 ou 14`` are, of a month."""
    text, until, doubt = _closing(text, request, language)
    said = asides(text, request.here, language, listed=True)
    title, listed = _apart(said.text, request, language)
    title = title.strip(" ,;:?")
    listed = _ENDING_APART.sub(" ", listed)
    listed = _HOURS_BETWEEN.sub(r"de \g<start> à ", listed)
    pieces = with_month(_at_one_hour(parts(_BETWEEN, listed, ".?")))
    if days:
        the = "the" if language == "en" else "le"
        pieces = [f"{the} {piece}" if _NUMBER.match(piece) else piece for piece in pieces]
    if doubt is not None or not pieces:
        return PollWish(title, doubt=doubt)
    options: list[Option] = []
    strange: list[str] = []
    day = _day_in(title, request, language)
    for piece in pieces[: MOST + 1]:
        whole = f"{day.isoformat()} {piece}" if day is not None and _HOUR.match(piece) else piece
        found = finding.find(whole, request.here, request.zone, language)
        if isinstance(found, Doubt):
            return PollWish(title, doubt=doubtful(request, whole, found))
        if not isinstance(found, When) or found.rule is not None or rest(whole, found.spans).strip(" àle"):
            strange.append(piece)
            options.append(Option(piece))
            continue
        times = times_of(found, request.zone, said.length)
        day = times.start.day
        options.append(Option("", times))
    timed = [option for option in options if option.times is not None]
    if not timed:
        return PollWish(title, tuple(options), until or _in_time(title, request, language))
    title = _DATE_OF.sub("", title, count=1) or title
    return PollWish(title, tuple(options), until or _before(timed, request), tuple(strange))


def _at_one_hour(pieces: Sequence[str]) -> Sequence[str]:
    """Return *pieces*, “mardi 8” before “jeudi 10 décembre à 14h” with its hour, said once, behind the last."""
    hour = _ENDING_HOUR.search(pieces[-1]) if pieces else None
    if hour is None or any(_ANY_HOUR.search(piece) for piece in pieces[:-1]):
        return pieces
    return [*(f"{piece} {hour['hour']}" for piece in pieces[:-1]), pieces[-1]]


def _apart(text: str, request: Request, language: Locale) -> tuple[str, str]:
    """Return what it is about, and the answers: behind a colon, or a question, or from the first time on."""
    title, colon, listed = re.sub(r"(?<!\d)\s?:(?=\s|$)", "\0", text, count=1).partition("\0")
    if colon:
        return title, listed
    title, mark, listed = text.partition("?")
    if mark and len(parts(_BETWEEN, listed, ".?")) > 1:
        return title, listed
    found = finding.find(text, request.here, request.zone, language)
    at = len(text) if found is None else found.spans[0][0]
    return text[:at], text[at:]


def _closing(text: str, request: Request, language: Locale) -> tuple[str, datetime | None, Question | None]:
    found = _CLOSING.search(text) or _until(text, request, language)
    if found is None:
        return text, None, None
    match finding.find(found["when"], request.here, request.zone, language):
        case When() as when if when.rule is None:
            value = when.value.end if isinstance(when.value, Range) else when.value
            instant = value if isinstance(value, datetime) else datetime.combine(value, _EVE, request.zone)
            return text[: found.start()], instant.astimezone(UTC), None
        case Doubt() as doubt:
            return text, None, doubtful(request, text, doubt)
        case _:
            return text, None, None


def _until(text: str, request: Request, language: Locale) -> re.Match[str] | None:
    """Return the « jusqu'à vendredi midi » behind the last comma: it says a day; « jusqu'à 16h » ends an answer."""
    found = _UNTIL.search(text)
    when = None if found is None else finding.find(found["when"], request.here, request.zone, language)
    if found is None or not isinstance(when, When) or rest(found["when"], when.spans).strip():
        return None
    return None if only_hour(found["when"].split()) else found


def closing(text: str, request: Request, language: Locale) -> datetime | Question | None:
    """Return when a poll closes that « le vendredi midi » alone says; None where that is no time to come."""
    match finding.find(text, request.here, request.zone, language):
        case When() as when if when.rule is None and not rest(text, when.spans).strip(" ,.!àle"):
            value = when.value.start if isinstance(when.value, Range) else when.value
            instant = value if isinstance(value, datetime) else datetime.combine(value, _EVE, request.zone)
            return instant.astimezone(UTC) if instant > request.now else None
        case Doubt() as doubt:
            return doubtful(request, text, doubt)
        case _:
            return None


def ends(said: str, held: datetime | None, request: Request) -> datetime | Question | None:
    """Return when a poll closes that is prolonged: « jusqu'à vendredi midi », « de deux jours » after *held*."""
    by = _BY.fullmatch(said)
    if by is not None:
        return max(held or request.now, request.now) + amount(by["much"])
    bare = _LEADS.sub(lambda lead: "le " if lead["the"] or lead["at_the"] else "", said, count=1)
    found = (closing(bare, request, spoken) for spoken in request.languages) if bare else ()
    return next((until for until in found if until is not None), None)


def _in_time(title: str, request: Request, language: Locale) -> datetime:
    """Return when a poll without times closes: in the evening, a week later, or on the eve of the day it speaks of."""
    evening = datetime.combine(request.here.date() + 7 * _DAY, _EVE, request.zone).astimezone(UTC)
    day = _day_in(title, request, language)
    if day is None:
        return evening
    eve = datetime.combine(day - _DAY, _EVE, request.zone).astimezone(UTC)
    noon = datetime.combine(day, _NOON, request.zone).astimezone(UTC)
    return next((at for at in (eve, noon) if request.now + timedelta(hours=1) < at < evening), evening)


def _day_in(title: str, request: Request, language: Locale) -> date | None:
    """Return the day that *title* speaks of, « apéro le 18 décembre », where the answers may be its hours."""
    found = finding.find(title, request.here, request.zone, language)
    value = found.value if isinstance(found, When) and found.rule is None else None
    first = value.start if isinstance(value, Range) else value
    return first.date() if isinstance(first, datetime) else first


def asks_whether(spoken: str) -> bool:
    """Tell whether *spoken* is answered by yes or no: « qui vient au téléthon samedi ? »."""
    return _WHETHER.search(unaccented(spoken)) is not None


def _before(timed: Sequence[Option], request: Request) -> datetime:
    """Return when it closes where nobody says: on the eve of the first time, or when that begins."""
    first = min(option.times.start.utc(zone_of(request.zone)) for option in timed if option.times is not None)
    eve = datetime.combine(first.astimezone(request.zone).date() - _DAY, _EVE, request.zone).astimezone(UTC)
    return eve if eve > request.now + timedelta(hours=1) else first
