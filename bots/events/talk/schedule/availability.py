"""« le maire est libre jeudi matin ? »: who has time then, by what whoever asks reads (pure)."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Final

from bots.assistant.talk.markup import Rich, fill, join, lines, text
from bots.assistant.talk.offers.agenda import Absence, Absences
from bots.assistant.talk.question import Question
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.rights import Right
from bots.assistant.words.dates.doubts import doubtful
from bots.assistant.words.names.people import Person, find, name_of, names_of
from bots.assistant.words.names.whom import unclear
from bots.events.kept.free import Closed
from bots.events.talk.adding import language
from bots.events.talk.schedule.seeking import looked_at, seek, taken
from bots.events.words.schedule.freed import FreeBusyQuestion
from bots.items.doing import asking
from bots.when import finding
from bots.when.saying import say
from bots.when.values import Doubt, Locale, Range, When, rest
from config.identifiers import UserId

_LANGUAGES: Final[tuple[Locale, ...]] = ("fr", "en")
_HOUR: Final = timedelta(hours=1)
_MOST_NAMED: Final = 12
_NAMES: Final = re.compile(r"@|\b(?:avec|with)\s", re.IGNORECASE)
_BEGINS, _ENDS = time(8), time(18)


def answer(closed: Closed, absences: Absences | None, request: Request, wanted: FreeBusyQuestion) -> Reply | None:
    """Return who is free then, and who is not; None where no time is said, and it was asked of somebody else."""
    if not request.may(Right.SEE):
        return ask(request, asking.may_not(request))
    # Alone with us, they are those with whom whoever asks shares a room.
    colleagues = {user: name for scene in request.visible for user, name in scene.members.items()}
    request = replace(request, members={**colleagues, **request.members}) if request.private else request
    people = _people(request, wanted)
    if not isinstance(people, list):
        return people
    # Alone with us, nobody means all with whom they share any room.
    if wanted.everybody and not request.private and not _NAMES.search(wanted.when):
        people = sorted(request.people)
    if wanted.seeks:
        return seek(closed, absences, request, [*wanted.when.split(), *people])
    found = _time(request, wanted.when)
    if not isinstance(found, When):
        return None if found is None else ask(request, found)
    asked_of = people or sorted(request.people)
    return _told(request, absences, asked_of, found, presence=wanted.presence)


def _people(request: Request, wanted: FreeBusyQuestion) -> list[UserId] | Reply | None:
    """Return who is meant; the question who that is, or None where it may be nobody at all."""
    people: list[UserId] = [request.sender] if wanted.oneself else []
    for typed in wanted.people:
        match find(typed if typed.startswith("@") else f"@{typed}", request):
            case Person(user):
                people.append(user)
            case missing:
                return ask(request, unclear(request, missing, only_looks=True)) if wanted.surely else None
    return people


def _time(request: Request, words: str) -> When | Question | None:
    """Return when is asked, in either language; None where no time, or more than one, is said."""
    doubt: Question | None = None
    for spoken in dict.fromkeys((language(request), request.language, *_LANGUAGES)):
        match finding.find(words, request.here, request.zone, spoken):
            case When(spans=spans, rule=None) as found if not rest(words, spans).strip(" ,à"):
                return found
            case Doubt() as doubted:
                doubt = doubt or doubtful(request, words, doubted)
    return doubt


def _told(
    request: Request, absences: Absences | None, people: Sequence[UserId], found: When, *, presence: bool
) -> Reply:
    start, stop = _span(found, request)
    days = (start.date(), stop.date())
    noted = () if absences is None else absences.here(request, people, *days)
    away = {absence.person: absence for absence in noted if absence.person in people}
    here = [user for user in people if user not in away]
    busy = [] if presence else [user for user in here if _is_taken(request, user, start, stop)]
    free = [user for user in here if user not in busy]
    gettext = request.texts.gettext
    whole = found.all_day
    rows = [
        (gettext("there: {people}") if presence else _free(request, free), free),
        (gettext("taken at times: {people}") if whole else gettext("taken: {people}"), busy),
    ]
    said = [fill(sentence, people=names_of(users, request, _MOST_NAMED)) for sentence, users in rows if users]
    if away:
        who = join(", ", [_away(request, absence) for absence in [*away.values()][:_MOST_NAMED]])
        said.append(fill(gettext("away: {people}"), people=who))
    head = join(" ", (text("🕒"), text(say(found.value, request.language))))
    return Reply(lines((head, *said, looked_at(request))), inverse=request.inverse)


def _free(request: Request, people: Sequence[UserId]) -> str:
    return request.texts.ngettext("free: {people}", "free: {people}", len(people))


def _away(request: Request, absence: Absence) -> Rich:
    """Return who is away, with the days where these are several."""
    if absence.first == absence.last:
        return name_of(absence.person, request)
    days = say(Range(absence.first, absence.last), request.language)
    return fill("{person} ({days})", person=name_of(absence.person, request), days=text(days))


def _is_taken(request: Request, user: UserId, start: datetime, stop: datetime) -> bool:
    days = (start.date(), stop.date() + timedelta(days=1))
    spans = taken(request, (user,), *days, None, invites=True)
    return any(begins < stop and start < ends for begins, ends in spans)


def _span(found: When, request: Request) -> tuple[datetime, datetime]:
    """Return from when to when is asked: an hour from one that is said, the working hours of a day."""
    value = found.value
    first, last = (value.start, value.end) if isinstance(value, Range) else (value, value)
    start = _at(first, _BEGINS, request)
    stop = _at(last, _ENDS, request)
    return start, stop if stop > start else start + _HOUR


def _at(value: date, clock: time, request: Request) -> datetime:
    if isinstance(value, datetime):
        return value if value.tzinfo is not None else value.replace(tzinfo=request.zone)
    return datetime.combine(value, clock, request.zone)
