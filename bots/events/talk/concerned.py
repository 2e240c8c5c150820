"""Whom what is done to an event concerns, and what is said to them below it (pure)."""

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Final

from bots.assistant.talk.markup import Rich, fill, join, text
from bots.assistant.talk.request import Request
from bots.calendar.event import Answer
from bots.events.kept.lost import Lost
from bots.events.kept.meeting import Rsvp
from bots.events.kept.sitting import Sitting
from bots.when.saying import say
from config.identifiers import UserId
from config.texts import mark, marks

MOST_CALLED: Final = 20
AGAIN: Final = mark("{people}: you had said that you come. Press ✅ if you still can.")
NEED_NOT: Final = mark("{people}: you need not come.")
_ON_DAYS: Final = marks("{people}: you need not come on {days}.", "{people}: you need not come on these days: {days}.")
_MOST_DAYS: Final = 5
_COMING: Final = frozenset({Answer.ACCEPTED, Answer.TENTATIVE})


def coming(request: Request, answers: Mapping[UserId, Rsvp]) -> tuple[UserId, ...]:
    """Return who has said that they come, or perhaps, and is here: whoever asks knows of it."""
    people = (user for user, given in answers.items() if _comes(given))
    return tuple(user for user in people if user != request.sender and user in request.members)[:MOST_CALLED]


def answers_to(times: Iterable[Sitting]) -> dict[UserId, Rsvp]:
    """Return what people answer to any of these *times*: who comes to one of them is somebody who comes."""
    found: dict[UserId, Rsvp] = {}
    for user, given in chain.from_iterable(sitting.answers.items() for sitting in times):
        if user not in found or _comes(given):
            found[user] = given
    return found


def no_more(request: Request, gone: Lost, people: Rich) -> Rich:
    """Say to *people* which times of a series they need not come to; or that it is at other ones, and they may."""
    texts = request.texts
    if gone.instead or not gone.left:
        return fill(texts.gettext(AGAIN if gone.instead else NEED_NOT), people=people)
    return need_not_on(request, gone.times, people)


def need_not_on(request: Request, times: Iterable[Sitting], people: Rich) -> Rich:
    """Say to *people* that they need not come to these *times* of a series."""
    days = [*dict.fromkeys(sitting.occurrence.start.day for sitting in times)]
    said = [text(say(day, request.language)) for day in days[:_MOST_DAYS]]
    more = [text("…")] if len(days) > _MOST_DAYS else []
    return fill(request.texts.ngettext(*_ON_DAYS, len(days)), people=people, days=join(", ", [*said, *more]))


def _comes(given: Rsvp) -> bool:
    return bool(_COMING & {given.answer, given.before})
