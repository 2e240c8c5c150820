"""``!agenda trouver 1h cette semaine avec @a @b``: when all of them have time, in the rooms that they share (pure)."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Final

from bots.assistant.dispatch.reading.elsewhere import others
from bots.assistant.talk.markup import Rich, fill, join, lines, text
from bots.assistant.talk.offers.agenda import Absences
from bots.assistant.talk.question import Candidate, Question
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.rights import Right
from bots.assistant.words.names.people import names_of
from bots.assistant.words.names.whom import unclear
from bots.events.kept import free
from bots.events.kept.busy import hosts, takes_any
from bots.events.kept.free import Closed, Hours, Search, slots
from bots.events.kept.kinds import Span
from bots.events.talk.adding import language
from bots.events.talk.facts import agenda_of
from bots.events.words.schedule.seeking import Sought, sought
from bots.items.doing import asking
from bots.when.saying import say
from bots.when.values import Range
from config.identifiers import UserId

_MOST: Final = 6
_LATER: Final = timedelta(days=31)
_SATURDAY: Final = 5
_DAY: Final = timedelta(days=1)
_LONG: Final = timedelta(hours=3)
_MOST_NAMED: Final = 8


def seek(closed: Closed, absences: Absences | None, request: Request, rest: list[str]) -> Reply:
    """Offer the next times at which all who are named, and whoever asks, have time; one press makes an event of it."""
    if not request.may(Right.SEE):
        return ask(request, asking.may_not(request))
    wanted = sought(rest, request, language(request))
    if wanted.unclear:
        return ask(request, *(unclear(request, missing, only_looks=True) for missing in wanted.unclear))
    if wanted.doubt is not None:
        return ask(request, wanted.doubt)
    if wanted.length > timedelta(hours=9):
        return ask(request, text(request.texts.gettext("I look for times of nine hours at the most.")))
    people = tuple(dict.fromkeys((*wanted.people, request.sender)))
    return ask(request, _offered(request, wanted, people, closed, absences))


def _offered(
    request: Request, wanted: Sought, people: Sequence[UserId], closed: Closed, absences: Absences | None
) -> Rich | Question:
    gettext = request.texts.gettext
    if wanted.stop <= wanted.first:
        return text(gettext("These days are over."))
    search = _search(request, wanted, closed)
    found = slots(search, taken(request, people, search.first, search.stop, absences), _MOST)
    said = {
        "length": text(_lasting(wanted.length)),
        "people": names_of(people, request, _MOST_NAMED),
        "days": _span(request, search),
    }
    if found:
        alone = gettext("🕒 {length} when {people} is free, {days}:")
        together = gettext("🕒 {length} when {people} are all free, {days}:")
        return _question(request, wanted, fill(alone if len(people) == 1 else together, **said), found)
    none = fill(gettext("No {length} is free for {people}, {days}."), **said)
    later = _search(request, _later(wanted), closed)
    found = slots(later, taken(request, people, later.first, later.stop, absences), _MOST)
    if not found:
        return lines((none, looked_at(request)))
    return _question(request, wanted, lines((none, text(gettext("After that:")))), found)


def _later(wanted: Sought) -> Sought:
    return Sought(wanted.title, wanted.length, wanted.stop, wanted.stop + _LATER, wanted.hours, wanted.people)


def _search(request: Request, wanted: Sought, closed: Closed) -> Search:
    hours: tuple[Hours, ...] = wanted.hours or (
        (free.DAY,) if wanted.length > _LONG else (free.MORNING, free.AFTERNOON)
    )
    off = partial(_off, closed)
    days = (wanted.first + count * _DAY for count in range(min((wanted.stop - wanted.first).days, 3)))
    # Whoever asks for Saturday means Saturday.
    asked = (wanted.stop - wanted.first).days <= 2 and all(map(off, days))
    return Search(wanted.length, wanted.first, wanted.stop, hours, request.zone, _never if asked else off, request.now)


def _never(_: date) -> bool:
    return False


def _off(closed: Closed, day: date) -> bool:
    return day.weekday() >= _SATURDAY or closed(day)


def _away(
    request: Request, people: Sequence[UserId], first: date, stop: date, absences: Absences | None
) -> Iterator[Span]:
    """Yield from when to when any of *people* is away, as far as that may be said here."""
    for absence in () if absences is None else absences.here(request, people, first, stop - _DAY):
        days = (max(absence.first, first), min(absence.last, stop - _DAY) + _DAY)
        begins, ends = (datetime.combine(day, time(), request.zone).astimezone(UTC) for day in days)
        yield begins, ends


def taken(
    request: Request,
    people: Sequence[UserId],
    first: date,
    stop: date,
    absences: Absences | None,
    *,
    invites: bool = False,
) -> list[Span]:
    """Return what takes the time of any of *people*: in this room, and in others that they share with whoever asks.

    *invites*: what they have invited others to, too.
    """
    begins, ends = (datetime.combine(day, time(), request.zone).astimezone(UTC) for day in (first, stop))
    found: list[Span] = [*_away(request, people, first, stop, absences)]
    here = (request.members, request.state)
    for members, state in (here, *((scene.members, scene.state) for scene in others(request))):
        there = frozenset(user for user in people if user in members)
        if there:
            coming = agenda_of(request, state).between(begins, ends, there)
            theirs = (sitting for sitting in coming if takes_any(sitting, there) or (invites and hosts(sitting, there)))
            found += [(sitting.begins, sitting.ends) for sitting in theirs]
    return found


def _question(request: Request, wanted: Sought, head: Rich, found: Sequence[Span]) -> Question:
    candidates = tuple(_candidate(request, wanted, slot) for slot in found)
    return Question(head, candidates, foot=looked_at(request))


def _candidate(request: Request, wanted: Sought, slot: Span) -> Candidate:
    start, stop = (moment.astimezone(request.zone) for moment in slot)
    command = request.texts.gettext("!agenda add “{title}” {day} {start}-{end}").format(
        title=_title(request, wanted), day=start.date().isoformat(), start=f"{start:%H:%M}", end=f"{stop:%H:%M}"
    )
    people = " ".join(user for user in wanted.people if user != request.sender)
    return Candidate(
        text(say(Range(start, stop), request.language)),
        join(" ", [text(command), text(request.texts.gettext("with {people}").format(people=people))]).plain
        if people
        else command,
        words=(say(Range(start, stop), request.language), say(start.date(), request.language)),
    )


def _title(request: Request, wanted: Sought) -> str:
    title = wanted.title.translate(_QUOTES).strip() or request.texts.gettext("Meeting")
    return title[:1].upper() + title[1:]


_QUOTES: Final = str.maketrans(dict.fromkeys('«»“”"', " "))


def _span(request: Request, search: Search) -> Rich:
    last = search.stop - _DAY
    days = search.first if last <= search.first else Range(search.first, last)
    return text(say(days, request.language))


def _lasting(length: timedelta) -> str:
    hours, minutes = divmod(length // timedelta(minutes=1), 60)
    if not hours:
        return f"{minutes}\u00a0min"
    return f"{hours}\u00a0h\u00a0{minutes:02}" if minutes else f"{hours}\u00a0h"


def looked_at(request: Request) -> Rich:
    """Say what was looked at: nobody shall take somebody for free whose other rooms nobody here reads."""
    gettext = request.texts.gettext
    if others(request):
        return text(gettext("By the agendas of this room and of the others that you share with them."))
    return text(gettext("By the agenda of this room alone."))
