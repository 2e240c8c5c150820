"""« Agenda du maire », « qu'est-ce que @dgs a mardi ? »: what they take part in, of what whoever asks reads (pure)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from bots.assistant.dispatch.reading import elsewhere
from bots.assistant.talk.markup import fill, lines, text
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.words.dates.period import Period, period
from bots.assistant.words.names.people import Person, Several, find, name_of
from bots.assistant.words.names.whom import unclear
from bots.calendar.event import Answer
from bots.events.talk.schedule import showing
from bots.events.talk.schedule.showing import Placed
from bots.events.words.schedule.whose import whose
from bots.when.saying import say
from bots.when.values import Range
from config.identifiers import UserId

_MOST: Final = 20
_MOST_READ: Final = 2_000
_AHEAD: Final = timedelta(days=7)
_LATER: Final = timedelta(days=60)
_SOME: Final = 3
_COMES: Final = frozenset({Answer.ACCEPTED, Answer.TENTATIVE})


def show(request: Request, words: Sequence[str]) -> Reply | None:
    """Show what the person named by *words* is invited or comes to; None where no person of this room is named."""
    asked = whose(words)
    if asked is None:
        return None
    wide = _with_others(request)
    found = find(f"@{asked.name.removeprefix('@')}", wide)
    if isinstance(found, Several):
        return ask(request, unclear(wide, found, only_looks=True))
    return _of(request, wide, found.user, asked.days) if isinstance(found, Person) else None


def _with_others(request: Request) -> Request:
    """Return *request* among all whom its sender shares a room with: only where nobody else reads the answer."""
    if not request.private:
        return request
    members = {user: name for scene in elsewhere.readable(request) for user, name in scene.members.items()}
    return replace(request, members={**members, **request.members})


def _of(request: Request, wide: Request, person: UserId, days: Sequence[str]) -> Reply:
    gettext, today = request.texts.gettext, request.here.date()
    wanted = (period(days, request.here, request.language) if days else None) or Period(today, today + _AHEAD)
    held = [placed for placed in showing.between(request, wanted, _MOST_READ)[0] if _takes_part(placed, person)]
    span = wanted.first if wanted.days == 1 else Range(wanted.first, wanted.stop - timedelta(days=1))
    head = fill(
        gettext("Agenda of {person}, {days}, as far as you and I see it:"),
        person=name_of(person, wide),
        days=text(say(span, request.language)),
    )
    if not held:
        later = Period(wanted.stop, wanted.stop + _LATER)
        then = [placed for placed in showing.between(request, later, _MOST_READ)[0] if _takes_part(placed, person)]
        following = [showing.row(request, placed, dated=True) for placed in then[:_SOME]]
        heads = (head, text(gettext("Nothing.")), text(gettext("Next:") if following else ""))
        return showing.listed(request, lines((*heads, *following)), then[:_SOME])
    rows = [showing.row(request, placed, dated=True) for placed in held[:_MOST]]
    return showing.listed(request, lines((head, *rows, showing.more(request, len(held) - _MOST))), held[:_MOST])


def _takes_part(placed: Placed, person: UserId) -> bool:
    meeting = placed.sitting.meeting
    if placed.source is not None or not placed.sitting.stands:
        return False
    given = placed.sitting.answers.get(person)
    if given is not None and given.answer is not Answer.NEEDS_ACTION:
        return given.answer in _COMES
    return person in meeting.invited or (given is not None and given.before in _COMES)
