"""What people say of an event that they name: ``annule la réunion de demain``, ``le conseil est reporté`` (pure)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Final

from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold, unaccented
from bots.assistant.words.dates.period import Period
from bots.events.words import places
from bots.events.words.moving import says_when
from bots.events.words.plain.afterthought import told_after
from bots.events.words.plain.calling import LITTLE
from bots.events.words.plain.many import BEHIND_NAME, span_said
from bots.events.words.plain.phrasing import PATTERNS, STATED, matched
from bots.events.words.plain.remarked import EventAct
from bots.when.finding import find
from bots.when.lengths import AMOUNT
from bots.when.values import Doubt, Range, When, rest

_MOST: Final = 200
"""Characters: more is a story."""
_LONG: Final = re.compile(AMOUNT, re.IGNORECASE)
_LASTS: Final = re.compile(r"dure(?:ra)? (?:pendant )?")
_UNTIL: Final = re.compile(r"(?:(?:dure|continue)(?:ra)?|(?:est|sera) (?:prolonge|rallonge)e?) (?=jusqu')")
_ENDS: Final = re.compile(r"(?:finira?|finit|terminera|se termine(?:ra)?)(?: finalement| bien)? (?:a|vers) ")
_BEGINS: Final = re.compile(
    r"(?:sera|est|c'est|passe(?:ra)?|commence(?:ra)?|debute(?:ra)?|aura lieu|a lieu|se tiendra)(?: finalement| bien)? "
)
_SPLIT: Final = re.compile(
    r"\s(?=(?:a|au|aux|en|dans|pour|vers|to|by|jusqu'a) |d'(?:une?|\d)|de (?:\d|deux|trois|quatre|cinq) |\d{1,2} ?h)"
)
_WHOLE: Final = re.compile(
    r"(?:(?:toute |l'ensemble de )?la serie (?:(?:de|des|du|d'un|d'une) (?:la |l')?|d')?"
    r"|(?:tous|toutes) (?:les|nos|mes) |all (?:of )?(?:the|our|my) |the (?:whole |entire )?series (?:of )?)"
)
"""« Annule toute la série point hebdo », « décale tous les points hebdo »."""
_INSTEAD: Final = re.compile(r"\s(?:au lieu|plutot que|instead) (?:de|d'|du|of).*")
_CLOCK: Final = r"(?:\d{1,2} ?(?:h|:)(?: ?[0-5]\d)?|midi)"
_FROM_TO: Final = re.compile(
    rf"(?P<what>.+?),? (?:(?:de|a) |d')?(?P<hour>{_CLOCK}),? (?:a|vers|pour|to|jusqu'a) (?P<when>{_CLOCK})"
)
"""« la réunion de demain 11h à 14h »: the one at eleven, to two o'clock."""
_HEAD: Final = re.compile(
    r"^(?:(?:la|le|les|l'|mon|ma|mes|notre|nos|cette|cet|ce|un|une|du|de|the|my|our|aussi)\s?(?<=[\s']))+"
)
GENERIC: Final = frozenset(
    {"reunion", "reunions", "rdv", "rendez-vous", "evenement", "seance", "meeting", "event", "appointment"}
    | {"rendez", "vous"}
)
KNOWN_NOUNS: Final = (
    GENERIC | {"conseil", "commission", "permanence", "comite", "visite"} | {"ceremonie", "point", "council"}
)
OTHERS: Final = frozenset(
    {"tache", "taches", "task", "tasks", "rappel", "rappels", "reminder", "lien", "liens", "partage", "fichier"}
    | {"objectif", "projet", "resume", "absence", "sondage", "boite", "abonnement"}
)


@dataclass(frozen=True, slots=True)
class NamedEvent:
    """What is said of the event that *words*, folded, name; *day* and *hour* are those that tell which.

    *when* says to when it is moved, as it was typed. *noun*: it is called by what only events are called.
    """

    act: EventAct
    words: tuple[str, ...]
    day: date | None = None
    at: datetime | None = None
    when: str = ""
    noun: bool = False
    hour: time | None = None
    """The hour at which it begins now."""
    otherwise: "NamedEvent | None" = None
    """What is meant where nothing fits."""
    days: Period | None = None
    """Several days, on one of which it takes place: « la commission de janvier »."""
    whole: bool = False
    """All times of a series."""


def named(request: Request, spoken: str) -> NamedEvent | None:
    """Return what *spoken* says of an event by its name; None where it says nothing of that sort."""
    spoken = told_after(spoken) or spoken
    said = unaccented(spoken).rstrip(" ?!.")
    if not said or len(spoken) > _MOST or OTHERS & {fold(word) for word in spoken.split()}:
        return None
    return _read(request, spoken, said, PATTERNS)


def _read(
    request: Request, spoken: str, said: str, patterns: Sequence[tuple[EventAct, re.Pattern[str]]]
) -> NamedEvent | None:
    for at, (act, pattern) in enumerate(patterns):
        found = matched(pattern, said)
        if found is None:
            continue
        placed = act is EventAct.PLACED and "rest" in pattern.groupindex
        if placed and not _place(spoken[slice(*found.span("rest"))], surely="lieu" in said[:20]):
            continue
        if act is EventAct.MOVED and pattern is STATED:
            stated = _stated(request, spoken, found)
            if stated is None:
                continue
            return _split(request, act, spoken[slice(*found.span("what"))], stated)
        rest = next((name for name in ("rest", "guests") if name in pattern.groupindex and found[name]), None)
        rest_at = found.span(rest) if rest is not None else (len(said), len(said))
        meant = _split(request, act, spoken[slice(*found.span("what"))], spoken[slice(*rest_at)].strip(" ,?!."))
        if act is EventAct.UNINVITED and meant is not None:
            # « Retire la réunion de service » may be either.
            return replace(meant, otherwise=_read(request, spoken, said, patterns[at + 1 :]))
        return meant
    return None


def _place(words: str, *, surely: bool = False) -> str:
    """Return the place that *words* are, whole; "" where they are none. *surely*: that it is one has been said."""
    bare = words.strip(" ,;.!?:")
    if surely:
        return bare
    said = bare if bare[:2].lower() != "a " else f"à {bare[2:]}"
    before, after, place = places.around("", said)
    return place if place and not before and not after.strip(" .!,") else ""


def _stated(request: Request, spoken: str, found: re.Match[str]) -> str | None:
    """Return to when something is moved by saying when it is; None where no time and nothing else is said."""
    said, typed = found["rest"], spoken[slice(*found.span("rest"))].strip(" ,?!.")
    for pattern, lead in ((_UNTIL, ""), (_LASTS, "pendant "), (_ENDS, "jusqu'à "), (_BEGINS, "")):
        head = pattern.match(said)
        if head is not None:
            when = lead + typed[head.end() :]
            lasts = lead == "pendant " and _LONG.fullmatch(typed[head.end() :]) is not None
            return when if lasts or says_when(when, request, request.language) else None
    return None


def invited(words: Sequence[str]) -> str | None:
    """Return the event in « ajoute @maire à la réunion … », by a noun of events; None for anything else."""
    spoken = " ".join(words)
    said = unaccented(spoken).rstrip(" ?!.") if len(spoken) <= _MOST else ""
    found = next(
        (found for act, pattern in PATTERNS if act is EventAct.INVITED and (found := matched(pattern, said))), None
    )
    return None if found is None or not KNOWN_NOUNS & {*found["what"].split()} else found["what"]


def _split(request: Request, act: EventAct, what: str, when: str) -> NamedEvent | None:
    if act is EventAct.MOVED and not when:
        if says_when(what, request, request.language):
            return NamedEvent(act, (), when=what, noun=True)
        from_to = _from_to(request, what)
        if from_to is not None:
            return from_to
        what, when = _parted(request, what)
    return _meant(request, act, what, when)


def _from_to(request: Request, what: str) -> NamedEvent | None:
    """Return what « la réunion de 11h à 14h » means: from one hour to the other, or else from when until when."""
    found = _FROM_TO.fullmatch(unaccented(what))
    if found is None:
        return None
    hour = find(what[slice(*found.span("hour"))], _midnight(request), request.zone, request.language)
    then, when = _parted(request, what)
    meant = _meant(request, EventAct.MOVED, what[slice(*found.span("what"))], f"à {what[slice(*found.span('when'))]}")
    if meant is None or not isinstance(hour, When) or not isinstance(hour.value, datetime):
        return None
    return replace(meant, hour=hour.value.time(), otherwise=_meant(request, EventAct.MOVED, then, when))


def _midnight(request: Request) -> datetime:
    return datetime.combine(request.here.date(), time(), request.zone)


def _meant(request: Request, act: EventAct, what: str, when: str) -> NamedEvent | None:
    called, day, at = _dated(request, what)
    called, days = (called, None) if day is not None else _within_days(request, called)
    typed = unaccented(called).strip()
    series = _WHOLE.match(typed) if day is None and days is None else None
    bare = _HEAD.sub("", typed[0 if series is None else series.end() :])
    words = tuple(
        dict.fromkeys(part for word in bare.split() if (part := fold(word).strip(",;:()«»\"'")) not in LITTLE and part)
    )
    if not words and day is None:
        return None
    if act is EventAct.PLACED and when:
        when = _place(when) or when.strip(" :")
    noun = bool(KNOWN_NOUNS & {*words, *(word.removesuffix("s") for word in words if series is not None)})
    if act is EventAct.CANCELLED and day is None and when:
        _, day, at = _dated(request, when)
    return NamedEvent(act, words, day, at, when, noun, days=days, whole=series is not None)


def _dated(request: Request, what: str) -> tuple[str, date | None, datetime | None]:
    """Return *what* without the day in it, and that day; with its hour, where one is said."""
    match find(what, request.here, request.zone, request.language):
        case When(spans, datetime() as at, None):
            return rest(what, spans), at.date(), at
        case When(spans, value, None) if not isinstance(value, Range):
            return rest(what, spans), value, None
        case Doubt(spans):
            # « Mardi prochain » may be either: of a series it is asked which.
            return rest(what, spans), None, None
        case _:
            return what, None, None


def _within_days(request: Request, called: str) -> tuple[str, Period | None]:
    """Return *called* without the days behind it of which it is one: « la commission de janvier »."""
    for found in BEHIND_NAME.finditer(unaccented(called)):
        days = span_said(called[found.end() :], request.here, request.language)
        if isinstance(days, Period) and days.days > 1:
            return called[: found.start()], days
    return called, None


def _parted(request: Request, what: str) -> tuple[str, str]:
    """Return the name in « la réunion de chantier à 15h », and to when: what is nothing but a time at its end."""
    said = unaccented(what)
    instead = _INSTEAD.search(said)
    if instead is not None:
        said, what = said[: instead.start()], what[: instead.start()]
    for found in _SPLIT.finditer(said):
        when = what[found.end() :].strip(" ,")
        if says_when(when, request, request.language):
            return what[: found.start()], when
    return what, ""
