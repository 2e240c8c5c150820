"""``une heure avant le conseil de sortir les dossiers``: a reminder before a day, an event or a task (pure)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from bots.assistant.talk.markup import NOTHING, Rich
from bots.assistant.talk.offers.agenda import Happening
from bots.assistant.talk.question import Question
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import Scene
from bots.assistant.words.objects.titled import telling
from bots.reminders.ahead import lead as leads
from bots.reminders.ahead import saying
from bots.reminders.ahead.kept import Before
from bots.reminders.ahead.lead import LEAD, Lead
from bots.reminders.ahead.sources import ReminderSources, places
from bots.reminders.wanting import WantedReminder, titled
from bots.when.finding import find
from bots.when.values import Range, When, rest

_OF: Final = re.compile(
    r"\s*(?:(?:de\s+la|de\s+l['’]|du|des|de|d['’]|of(?:\s+the)?|le|la|les|l['’]|the|mon|ma|notre|cette|ce)(?:\s+|(?<=['’])))?",
    re.IGNORECASE,
)
_TITLE: Final = re.compile(
    r"[,:–-]\s+|\s(?=(?:de|pour|que|to|that|of)\s|d['’]|qu['’]|(?:à|a|vers|at)\s+(?:\d|midi|noon)"
    r"|(?:au|le|in the)\s+(?:soir|matin|evening|morning)(?!\w))",
    re.IGNORECASE,
)
_COMPANY: Final = re.compile(r"\s(?:avec|with)\s", re.IGNORECASE)
_EXACT: Final = re.compile(r"là-bas:(?P<kind>[\w.]+):(?P<room>\S+?):(?P<id>[0-9a-f-]{36})(?!\S)")
_MOST: Final = 9
_MOST_CUTS: Final = 8
_LONGEST: Final = 300


@dataclass(frozen=True, slots=True)
class Tied:
    """A reminder *before* a thing, *note* saying what it is; or what is asked or *said* instead."""

    wanted: WantedReminder
    before: Before | None = None
    note: Rich = NOTHING
    said: Rich | Question | None = None
    shown: Happening | None = None
    of_what: bool = False
    """Before what is not said: it may be what was spoken of last."""


def speaks_of_lead(words: Sequence[str]) -> bool:
    """Tell whether *words* may say how long before something."""
    return LEAD.search(" ".join(words)[:_LONGEST]) is not None


def tied(words: str, request: Request, sources: ReminderSources) -> Tied | None:
    """Return what *words* after ``rappelle-moi`` ask for before something; None where they speak of no such thing."""
    when = find(words[:_LONGEST], request.here, request.zone, request.language)
    if isinstance(when, When) and LEAD.search(words, *when.spans[0]):
        # « La veille de Noël » is a day.
        return None
    whole = leads.whole(words)
    if whole is not None:
        about = _spoken_of(request, sources)
        asked = Tied(WantedReminder(""), said=saying.before_what(request), of_what=True)
        return asked if about is None else _of(whole, about, ("", ""), "", request)
    for lead, thing, title in _parts(words[:_LONGEST]):
        found = _day(lead, thing, title, request) or _object(lead, thing, title, request, sources)
        if found is not None:
            return found
    return _behind_thing(words[:_LONGEST].rstrip(" .!"), request, sources)


def _spoken_of(request: Request, sources: ReminderSources) -> Happening | None:
    """Return what the words are said below, or right behind, where that is to come."""
    found = (
        sources.again(request, request.room_id, kind, name) for kind, name in request.shown if name == request.card
    )
    return next((thing for thing in found if thing is not None), None)


def _behind_thing(words: str, request: Request, sources: ReminderSources) -> Tied | None:
    """Return it where the thing is said first: ``la commission une heure avant``; None where nothing is called so."""
    found = next((found for found in LEAD.finditer(words) if found.end() == len(words)), None)
    of = None if found is None else _OF.match(words)
    if found is None or of is None:
        return None
    name = words[of.end() : found.start()].strip(" ,")
    exact = _EXACT.match(name)
    if exact is not None:
        return _of(leads.of(found), _exact(exact, request, sources), ("", ""), "", request)
    called = _called(name, request, sources) if name else []
    if len(called) > 1:
        return Tied(WantedReminder(""), said=_which(request, name, called[:_MOST]))
    return _of(leads.of(found), called[0], ("", ""), name, request) if called else None


def _parts(words: str) -> Iterator[tuple[Lead, str, str]]:
    """Yield how long before, the words that begin with what it is before, and the title, where that stood first."""
    for found in LEAD.finditer(words):
        behind = words[found.end() :]
        of = _OF.match(behind)
        thing = behind if of is None else behind[of.end() :]
        before = words[: found.start()].strip(" ,")
        if not thing.strip():
            continue
        yield leads.of(found), thing.strip(), before


def _day(lead: Lead, thing: str, title: str, request: Request) -> Tied | None:
    """Return it where the thing is a day: ``le 15 décembre``."""
    when = find(thing, request.here, request.zone, request.language)
    if not isinstance(when, When) or when.rule is not None or when.spans[0][0] > 0:
        return None
    value = when.value.start if isinstance(when.value, Range) else when.value
    if isinstance(value, datetime) and lead.days is not None:
        lead, value = replace(lead, at=value.astimezone(request.zone).time()), value.astimezone(request.zone).date()
    left = rest(thing, when.spans)
    return _at(lead, value, titled(f"{title} {left}".strip()), request, None)


def _object(lead: Lead, thing: str, title: str, request: Request, sources: ReminderSources) -> Tied | None:
    """Return it where the thing is called by its title: the longest words that call one."""
    exact = _EXACT.match(thing)
    if exact is not None:
        return _of(lead, _exact(exact, request, sources), _behind(thing[exact.end() :]), title, request)
    for name, behind in [*_cuts(thing), *_without_company(thing)]:
        found = _called(name, request, sources)
        if len(found) > 1:
            return Tied(WantedReminder(""), said=_which(request, name, found[:_MOST]))
        if found:
            return _of(lead, found[0], _behind(behind), title or name, request)
    name = next(iter(reversed([*_cuts(thing)])))[0]
    return Tied(WantedReminder(""), said=saying.no_such_thing(request, name))


def _cuts(thing: str) -> list[tuple[str, str]]:
    """Return *thing* cut in two at each word that may begin a title, the longest first part first."""
    at = [found.start() for found in _TITLE.finditer(thing) if found.start() > 0][:_MOST_CUTS]
    return [(thing[:cut].strip(" ,.:"), thing[cut:]) for cut in reversed([*at, len(thing)])]


def _without_company(thing: str) -> Iterator[tuple[str, str]]:
    """Yield the shortest names of :func:`_cuts` without « avec la dgs »: whom it is with is no part of its title."""
    for name, behind in reversed(_cuts(thing)):
        company = _COMPANY.search(name)
        if company is not None:
            yield name[: company.start()], behind


def _called(name: str, request: Request, sources: ReminderSources) -> list[Happening]:
    """Return what is to come and has the words of *name* in its title; where one is called just so, that one."""
    words = telling(name)
    scenes = [*places(request)] if request.private else _here(request)
    found = (
        thing
        for scene in scenes
        for known in sources.dated.values()
        for thing in (known.titled(scene, words) if words else ())
    )
    things = sorted({(each.room_id, each.key): each for each in found}.values(), key=lambda each: _order(each, request))
    just_so = [thing for thing in things if set(telling(thing.title)) == set(words)]
    return just_so if len(just_so) == 1 else things


def _order(thing: Happening, request: Request) -> tuple[date, str]:
    begins = thing.begins
    return begins.astimezone(request.zone).date() if isinstance(begins, datetime) else begins, thing.title


def _here(request: Request) -> list[Scene]:
    return [scene for scene in request.visible if scene.room_id == request.room_id]


def _which(request: Request, name: str, found: Sequence[Happening]) -> Question:
    puts = [f"là-bas:{thing.key[0]}:{thing.room_id}:{thing.key[1]}" for thing in found]
    return saying.which_thing(request, name, found, puts)


def _exact(found: re.Match[str], request: Request, sources: ReminderSources) -> Happening | None:
    scenes = (scene for scene in request.visible if scene.room_id == found["room"])
    known = sources.dated.get(found["kind"])
    return next((known.again(scene, found["id"]) for scene in scenes), None) if known is not None else None


def _behind(words: str) -> tuple[str, str]:
    """Return the hour that stands behind the thing, as typed, and the title behind that."""
    hour = leads.hour_at(words)
    return ("", words) if hour is None else (hour[0].strftime("%H:%M"), hour[1])


def _of(lead: Lead, thing: Happening | None, behind: tuple[str, str], title: str, request: Request) -> Tied:
    if thing is None:
        return Tied(WantedReminder(""), said=saying.no_such_thing(request, title))
    hour, words = behind
    if hour:
        at = datetime.strptime(hour, "%H:%M").time()
        lead = replace(lead, days=lead.days if lead.days is not None else lead.minutes // (24 * 60), at=at)
    own = titled(words)
    return _at(lead, thing.begins, own or titled(title) or thing.title, request, thing)


def _at(lead: Lead, base: date | datetime, title: str, request: Request, thing: Happening | None) -> Tied:
    local = lead.moment(base, request.zone)
    if local <= request.here.replace(tzinfo=None):
        return Tied(WantedReminder(""), said=saying.over(request, thing, lead))
    if thing is None:
        return Tied(WantedReminder(title, local))
    before = Before(thing.room_id, thing.key[0], thing.key[1], lead)
    return Tied(WantedReminder(title, local), before, saying.tied(request, thing, lead), shown=thing)
