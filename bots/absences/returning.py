"""Who is there after all: « je suis de retour », « finalement @dgs est là jeudi » (pure)."""

from collections.abc import Sequence
from datetime import timedelta

from bots.absences import saying
from bots.absences.answers import Act
from bots.absences.answers import said as answered
from bots.absences.away import absences as in_room
from bots.absences.kind import ABSENCE, Days
from bots.absences.words import AFTER_ALL, absence, back_again, named
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import Scene
from bots.assistant.talk.wording import fold
from bots.assistant.words.people import Person, find
from bots.items.doing.changing import on, to
from config.identifiers import UserId


def said(request: Request, words: Sequence[str]) -> Reply | None:
    """Return what comes of words to us that say that somebody is there after all; None where they say something else.

    Only its own town may change an absence: that is the caller's to check.
    """
    there = back_again(words)
    found = None if there is None else of_person(request, there)
    if found is not None:
        return found
    meant = answered(" ".join(words))
    if meant is not None and meant.act is Act.HERE and (meant.text or fold(words[0]) in AFTER_ALL):
        return back(request, meant.text.split())
    return None


def of_person(request: Request, words: Sequence[str]) -> Reply | None:
    """Take back the absence of the person whom *words* begin with, on the days behind; None where it is nobody."""
    spoken = named(words)
    match None if spoken is None else find(spoken[0], request):
        case Person(user) if spoken is not None:
            return back(request, spoken[1:], user)
        case _:
            return None


def back(request: Request, rest: list[str], person: UserId | None = None) -> Reply:
    """Take back the absence of whoever asks, or of *person*: that of the day they name, begun, or the only one."""
    told = absence(rest, request, request.language)
    if told.doubt is not None:
        return ask(request, told.doubt)
    today = request.here.date()
    first, last = (today, today + timedelta(days=800)) if told.days is None else (told.days.first, told.days.last)
    here = Scene(request.room_id, request.state, request.members, request.now)
    found = [*in_room(here, (person or request.sender,), first, last)]
    present = [away for away in found if away.first <= today] or found
    if len(present) > 1:
        return ask(request, saying.which_of(request, present))
    if not present:
        return ask(request, saying.not_away(request) if person is None else saying.is_there(request, person))
    (away,) = present
    number = saying.number_of(request, away)
    assert number is not None, "it stands there"
    if told.days is not None and (away.first < first or last < away.last):
        return ask(request, saying.cancel_all(request, number, Days(away.first, away.last)))
    return on(ABSENCE, to(ABSENCE.given_up))(request, [number])
