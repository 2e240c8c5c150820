"""From the words after ``rappelle-moi`` to what is to be said, and when (pure)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final

from bots.assistant.talk.question import Question
from bots.assistant.talk.request import Request
from bots.assistant.words.commands.languages import written_in
from bots.assistant.words.dates.doubts import doubtful
from bots.assistant.words.dates.halves import day_in, only_hour
from bots.reminders import saying
from bots.reminders.series import following
from bots.when.clocks import MORNING
from bots.when.finding import find
from bots.when.values import Code, Doubt, Range, When, rest

_MOST: Final = 2_000
_LEADS = re.compile(
    r"^(?:[,:–-]\s*)?"
    r"(?:(?:de|que|à|of|to|that|about|pour(?=\s+(?:\w+['’])?\w+(?:er|ir|re|oir)\b))\s+|d['’]|qu['’])?"
    r"(?:je dois |je devrai |i have to |i must )?",
    re.IGNORECASE,
)
_TAILS = re.compile(r"\s+(?:de|d['’]|que|qu['’]|à|to|of|that)$", re.IGNORECASE)
_FRENCH: Final = frozenset(
    {"rappelle", "rappelle-moi", "rappelle-nous", "rappelez", "rappelez-moi", "rappeler", "rappel", "rappels"}
)
_ENGLISH: Final = frozenset({"remind", "reminder", "reminders", "reminding"})
_SAME_HOUR = re.compile(
    r"(?<!\S)(?:à|a)?\s?(?:la )?m[eê]me heure\b|(?<!\S)(?:at )?the same (?:time|hour)\b", re.IGNORECASE
)
_THAT = re.compile(r"(?P<lead>.{2,60}?),?\s+(?P<about>(?:que\s|qu['’]|that\s).+)", re.IGNORECASE | re.DOTALL)
"""When, and behind « que » what is to be said."""


_HOUR_LEFT: Final = re.compile(
    r"\s*,?\s*(?P<left>(?:avant\sde\s\w+|pendant|durant|avant(?!\sde\s)|apr[èe]s|vers|d[èe]s|juste|lors|quand|tard|plus|entre|en\s\w+ant"
    r"|[àa]\s(?:l['’](?:heure|ouverture|arrivée|issue)|la\s(?:pause|fermeture|fin|sortie|reprise)|mon)"
    r"|au\s(?:début|retour|moment|réveil|plus)|before|after|during|around)\b[^,.;]{0,60}?)\s+"
    r"(?=(?:de\s|d['’]|to\s)(?:me\s|se\s|ne\spas\s|bien\s)?\w+(?:er|ir|re|oir)\b)",
    re.IGNORECASE,
)
"""« demain pendant la pause d'appeler … »: what stands before the verb, where no hour was read."""


@dataclass(frozen=True, slots=True)
class WantedReminder:
    """What is to be said; *local* (naive, in the collectivity's zone) is None where nobody said when."""

    title: str
    local: datetime | None = None
    rule: str | None = None
    doubt: Question | None = None


def wanted(text: str, request: Request) -> WantedReminder:
    """Return what *text* wants: ``demain à 9h d'appeler le maire``, ``de fermer la salle dans 3 minutes``."""
    found = _find(text[:_MOST], request)
    before = _said_before(text[:_MOST], found, request)
    if before is not None:
        return before
    then = _same_hour(text[:_MOST], request)
    if then is not None:
        return then
    match found:
        case When() as when:
            return _wanted_then(text, when, request)
        case Doubt() as doubt:
            return WantedReminder(titled(text), doubt=doubtful(_written(request), text, doubt))
        case _:
            return WantedReminder(titled(text))


def _wanted_then(text: str, when: When, request: Request) -> WantedReminder:
    title, local = titled(rest(text, when.spans)), _local(when, request)
    if local is None:
        return WantedReminder(title, doubt=_past(text, when, request))
    unread = _unread_hour(text, when)
    return (
        WantedReminder(title, doubt=saying.at_what_time(request, unread, local))
        if unread
        else WantedReminder(title, local, when.rule)
    )


def _unread_hour(text: str, when: When) -> str:
    """Return the words that say at what time, behind the day and before what is to be done: « pendant la pause »."""
    found = _HOUR_LEFT.match(text[when.spans[-1][1] :]) if when.all_day else None
    return "" if found is None else found["left"]


def _written(request: Request) -> Request:
    """Return *request* in the language of its verb: « remind me tomorrow at 8 » is English in any room."""
    language = written_in(request, _FRENCH, _ENGLISH)
    return request if language == request.language else replace(request, locale=language)


def _find(text: str, request: Request) -> When | Doubt | None:
    """Return the time in *text*, in the language of the verb, or else in the room's: our own answers are in that."""
    written = _written(request)
    found = find(text, request.here, request.zone, written.language)
    if found is None and written is not request:
        return find(text, request.here, request.zone, request.language)
    return found


def _same_hour(text: str, request: Request) -> WantedReminder | None:
    """Return what is wanted « demain à la même heure »: at what o'clock it is now."""
    around = _SAME_HOUR.search(text)
    found = None if around is None else _find(f"{text[: around.start()]} {text[around.end() :]}", request)
    if around is None or not isinstance(found, When) or not isinstance(found.value, date) or not found.all_day:
        return None
    left = f"{text[: around.start()]} {text[around.end() :]}"
    here = request.here.replace(tzinfo=None, second=0, microsecond=0)
    title, local = titled(rest(left, found.spans)), datetime.combine(found.value, here.time())
    if local <= here:
        later = None if found.rule is None else following(found.rule, local, here, request.zone)
        if later is None:
            return WantedReminder(title, doubt=_past(left, found, request))
        local = later
    return WantedReminder(title, local, found.rule)


def _said_before(text: str, found: When | Doubt | None, request: Request) -> WantedReminder | None:
    """Return what is wanted where its time stands before « que … », and hours behind it are what it is about.

    « demain à 8h que le préfet vient à 11h » is at eight; « demain matin que … à 11h » is asked about.
    """
    parts = _THAT.match(text)
    lead = None if parts is None else _find(parts["lead"], request)
    if parts is None or not isinstance(lead, When) or any(map(str.isalnum, rest(parts["lead"], lead.spans))):
        return None
    local = _local(lead, request)
    if local is None or (isinstance(found, When) and found.spans == lead.spans):
        return None
    title = titled(parts["about"])
    if isinstance(lead.value, datetime) or not isinstance(found, When):
        return WantedReminder(title, local, lead.rule)
    hour = _local(found, request)
    if hour is None or lead.rule is not None:
        return None
    return WantedReminder(title, doubt=saying.before_or_then(request, parts["lead"], local, hour))


def another(words: Sequence[str], held: datetime, request: Request) -> WantedReminder:
    """Return the time that *words* give to what stands at *held* (naive): half of one leaves the other half as it is.

    ``plutôt à 17h`` is on its day, ``c'est plutôt le 14`` at its hour; what else they say is the title.
    """
    said = " ".join(words)
    if only_hour(words):
        midnight = datetime.combine(held.date(), time(), request.zone)
        found = find(said, midnight, request.zone, request.language)
        local = _local(found, request) if isinstance(found, When) else None
        if local is not None and local.date() == held.date():
            return WantedReminder("", local)
    day = day_in(words, held, request.here.date())
    if day is not None:
        return WantedReminder("", datetime.combine(day, held.time()))
    meant = wanted(said, request)
    found = find(said, request.here, request.zone, request.language)
    if meant.local is not None and isinstance(found, When) and found.all_day and meant.local.time() == MORNING:
        return replace(meant, local=datetime.combine(meant.local.date(), held.time()))
    return meant


def _past(text: str, when: When, request: Request) -> Question:
    return doubtful(request, text, Doubt(when.spans, Code.PAST, (when.value,)))


def _local(when: When, request: Request) -> datetime | None:
    """Return the minute, naive; None where it is over."""
    value = when.value.start if isinstance(when.value, Range) else when.value
    here = request.here.replace(tzinfo=None)
    if when.said is not None:
        # Clocks skip it that day only: on all others of the series it is when it was said.
        return when.said.replace(tzinfo=None)
    if isinstance(value, datetime):
        local = value.astimezone(request.zone).replace(tzinfo=None, second=0, microsecond=0)
        # “Dans une minute” is rounded down to the present one.
        return local if local > here - timedelta(minutes=1) else None
    local = datetime.combine(value, MORNING)
    if local > here:
        return local
    if when.rule is not None:
        # “Chaque lundi”, said on a Monday after nine.
        return following(when.rule, local, here, request.zone)
    # Said after nine of the day itself: within the hour is what is left of “today”.
    return here.replace(second=0, microsecond=0) + timedelta(hours=1) if value == here.date() else None


def titled(words: str) -> str:
    """Return what *words* say of the thing itself: no ``de`` before it, nothing left hanging."""
    title = _LEADS.sub("", words.strip(), count=1).strip()
    title = _TAILS.sub("", title).strip(" ,;:.–-")
    if not any(map(str.isalnum, title)):
        return ""
    for quotes in ("«»", "“”", '""'):
        if len(title) > 1 and title[0] == quotes[0] and title[-1] == quotes[1]:
            title = title[1:-1].strip()
    return title
