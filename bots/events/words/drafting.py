"""From what somebody says of an event to all that it says: what, when, where, with whom (pure)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import Enum, auto
from typing import Final

from bots.assistant.talk.question import Question
from bots.assistant.talk.request import Request
from bots.assistant.words.dates.doubts import doubtful
from bots.assistant.words.names.people import Nobody, Person, Several
from bots.assistant.words.names.people import find as find_person
from bots.assistant.words.objects import aims
from bots.assistant.words.objects.numbered import Reference
from bots.calendar.event import Alarm
from bots.calendar.format.values import Moment
from bots.events.words import places
from bots.events.words.asides import Asides, asides
from bots.events.words.backwards import backwards
from bots.events.words.company import by_function
from bots.events.words.days import listed
from bots.events.words.perhaps import perhaps_reminder
from bots.events.words.times import Times, excluded, times_of
from bots.items.types.naming import named
from bots.when.finding import find
from bots.when.saying import say
from bots.when.values import Bounds, Code, Doubt, Locale, Range, When, understood
from config.identifiers import UserId

MOST: Final = 1_000
"""Characters that are searched for a time: that takes time in proportion to them."""
MOST_PEOPLE: Final = 20
_WITH = re.compile(r"(?:(?:^|[\s,;:–-]+)(?:avec|with|et|and|à|pour|for|le|la|en|de|du))?[\s,;:–-]*$", re.IGNORECASE)
_MENTION = re.compile(r"@[^\s,;]+")
_WITH_PEOPLE = re.compile(
    r"(?<!\S)(?:avec|with)\s(?P<people>@[^\s,;]+(?:(?:\s?,|\s?;|\set|\sand|\s&)?\s@[^\s,;]+)*)(?=[\s,;.]|$)",
    re.IGNORECASE,
)
_ALSO_WITH = re.compile(r"^\s*(?:,|et|and|&)\s+(?=(?:le|la|les|l['’]|M\.|Mme|[A-ZÉ])\s?\w)")
_QUOTED = re.compile(r"«[^«»]*»|“[^“”]*”|\"[^\"]*\"")
_HOUR = re.compile(r"\d\s?(?:h|:|am\b|pm\b|o'clock)|midi\b|minuit|noon|midnight|\d\s?[-–à]\s?\d", re.IGNORECASE)
_VIDEO = re.compile(r"[\s,;]*(?<!\w)(?:(?:en|par)\s)?(?:visio(?:conférence)?|lien|link)(?:\s?:)?\s*$", re.IGNORECASE)


class Assumed(Enum):
    """What of its time nobody has said."""

    END = auto()
    HOURS = auto()
    """« Demain après-midi » names none."""


_CLOCK: Final = r"(?<!\w)\d{1,2}\s?(?:h|:)(?:\s?[0-5]\d)?(?!\w)"
_CLOCKS: Final = re.compile(_CLOCK, re.IGNORECASE)
_END_APART: Final = re.compile(
    rf"(?P<start>{_CLOCK})(?P<between>[\s,]+[^\d]{{2,80}}?),?\s(?P<end>(?:jusqu['’\s]?[àa]|until|till)\s?{_CLOCK})",
    re.IGNORECASE,
)
_TWO: Final = 2


@dataclass(frozen=True, slots=True)
class EventDraft:
    """An event that somebody wants. *doubt* asks about its time; *unclear* are names that fit nobody or several."""

    title: str
    times: Times | None = None
    hourless: bool = False
    """A day was said without an hour, and nobody said that it is all day long."""
    excluded: tuple[Moment, ...] = ()
    also: tuple[Moment, ...] = ()
    """On further days, at the same hour: « les 3 et 4 décembre de 9h à 17h »."""
    place: str = ""
    link: str = ""
    people: tuple[UserId, ...] = ()
    unclear: tuple[Several | Nobody, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    labels: tuple[str, ...] = ()
    objective: Reference | None = None
    """The one that it is attached to."""
    doubt: Question | None = None
    assumed: Assumed | None = None


def draft(text: str, request: Request, language: Locale, *, over: bool = False) -> EventDraft:
    """Return the event in *text*, one line; with *over*, it may have been already."""
    hidden, quotes = _hidden(text[:MOST])
    hidden, objective = aims.taken(_end_beside_start(hidden))
    said = asides(hidden, request.here, language)
    rest, place = places.labelled(said.text)
    rest, days = _first_day(rest, request, language)
    made = _timed(rest, said, request, language, over=over)
    if days and made.draft.times is not None:
        made = replace(made, draft=replace(made.draft, also=excluded(days, made.draft.times.start)))
    unsure = None if said.alarms or said.eves else perhaps_reminder(rest, request, language)
    if unsure is not None:
        return replace(made.draft, doubt=unsure)
    before, after, within = _beside(made.title, made.spans, apart=not place)
    place = place or within
    if not place:
        before, after, place = places.around(before, after)
    # « … en mairie ? » asked for it: no title ends so behind a time or a place.
    after = after if after.strip(" ?!.,;:") else ""
    title = f"{before}{'' if after.lstrip()[:1] == ',' else ' '}{after}".strip()
    title = _VIDEO.sub("", title) if said.link else title
    title, company = _company(title, request)
    title, others, unclear = by_function(title, request, MOST_PEOPLE)
    found = named(_shown(title, quotes), request, MOST_PEOPLE)
    return replace(
        made.draft,
        title=_WITH.sub("", found.text).strip(" ,;:.–-"),
        place=_shown(place, quotes),
        link=said.link,
        people=tuple(dict.fromkeys(user for user in (*company, *others, *found.people) if user != request.served_by)),
        unclear=(*unclear, *found.unclear),
        labels=said.labels,
        objective=objective,
    )


def _first_day(text: str, request: Request, language: Locale) -> tuple[str, tuple[date, ...]]:
    """Return *text* with the first of the days that it says one by one, at an hour, and the others of them."""
    found = listed(text, request.here, language)
    if found is None:
        return text, ()
    first, *others = found.days
    once = f"{text[: found.start]}{say(first, language)}{text[found.end :]}"
    when = find(once, request.here, request.zone, language)
    if not isinstance(when, When) or when.all_day or when.rule is not None:
        return text, ()
    return once, tuple(others)


def _end_beside_start(text: str) -> str:
    """Return *text* with the end beside the hour at which it begins: « à 19h à la salle des fêtes jusqu'à 21h30 »."""
    found = _END_APART.search(text)
    if found is None or len(_CLOCKS.findall(text)) != _TWO:
        return text
    return f"{text[: found.end('start')]} {found['end']}{found['between']}{text[found.end() :]}"


def _company(title: str, request: Request) -> tuple[str, tuple[UserId, ...]]:
    """Take ``avec @dgs et @maire`` out of *title*, wherever it stands: where each of them is one person here."""
    found = _WITH_PEOPLE.search(title)
    if found is None:
        return title, ()
    meant = [find_person(word, request) for word in _MENTION.findall(found["people"])[:MOST_PEOPLE]]
    people = tuple(person.user for person in meant if isinstance(person, Person))
    if len(people) < len(meant):
        return title, ()
    # « avec @dgs et le maire » is still with somebody.
    after = _ALSO_WITH.sub(" avec ", title[found.end() :])
    return f"{title[: found.start()]} {after}".strip(), people


@dataclass(frozen=True, slots=True)
class _Timed:
    """A draft with its time, the *title* around it, and where in that the time stood."""

    draft: EventDraft
    title: str
    spans: tuple[Bounds, ...] = ()


def _timed(text: str, said: Asides, request: Request, language: Locale, *, over: bool) -> _Timed:
    match find(text, request.here, request.zone, language):
        case When() as when:
            times = times_of(when, request.zone, said.length, all_day=said.all_day)
            last = when.value.end if isinstance(when.value, Range) else when.value
            if not over and _is_over(last, request.here):
                doubt = doubtful(request, text, Doubt(when.spans, Code.PAST, (when.value,)))
                return _Timed(EventDraft("", doubt=doubt), text, when.spans)
            turned = backwards(request, text, when)
            if turned is not None:
                return _Timed(EventDraft("", doubt=turned), text, when.spans)
            made = EventDraft(
                title="",
                times=times,
                hourless=times.whole_days and not said.all_day and not isinstance(when.value, Range),
                excluded=excluded(said.excluded, times.start),
                alarms=(*said.alarms, *(eve.before(times.start.local) for eve in said.eves)),
                assumed=_assumed(text, when, said),
            )
            return _Timed(made, text, when.spans)
        case Doubt() as doubt:
            return _Timed(EventDraft("", doubt=doubtful(request, text, doubt)), text, doubt.spans)
        case _:
            return _Timed(EventDraft("", alarms=said.alarms), text)


def _assumed(text: str, when: When, said: Asides) -> Assumed | None:
    value = when.value
    if not isinstance(value.end if isinstance(value, Range) else value, datetime) or said.all_day:
        return None
    if not isinstance(value, Range):
        return Assumed.END if said.length is None else None
    return None if _HOUR.search(" ".join(understood(text, when.spans))) else Assumed.HOURS


def _is_over(value: object, here: datetime) -> bool:
    if isinstance(value, datetime):
        return value < here - timedelta(hours=12)
    return value < here.date()  # type: ignore[operator] # a day


def _beside(text: str, spans: Sequence[Bounds], *, apart: bool) -> tuple[str, str, str]:
    """Return what stands before the time, and behind it; between its pieces belongs before.

    *apart*: but for a place that all of a piece is: « mardi 10h salle des fêtes à partir du 6 janvier ».
    """
    if not spans:
        return text, "", ""
    pieces, at, place = [], 0, ""
    for start, end in spans:
        piece = text[at:start]
        found = places.between(piece) if apart and at and not place else ""
        pieces += [] if found else [piece]
        at, place = end, place or found
    before = " ".join(" ".join(pieces).split())
    return before, text[at:], place


def _hidden(text: str) -> tuple[str, list[str]]:
    """Return *text* with a private letter for what stands in quotes: that is said literally."""
    quotes: list[str] = []

    def hide(found: re.Match[str]) -> str:
        quotes.append(found[0][1:-1].strip())
        return chr(0xE000 + len(quotes) - 1)

    return _QUOTED.sub(hide, text), quotes


def _shown(text: str, quotes: Sequence[str]) -> str:
    for number, words in enumerate(quotes):
        text = text.replace(chr(0xE000 + number), words)
    return text
