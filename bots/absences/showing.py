"""Who is away: asked for, and said below what expects somebody then (pure)."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from bots.absences import saying
from bots.absences.kind import NAME
from bots.absences.known import known
from bots.absences.noting import read
from bots.assistant.talk.markup import lines
from bots.assistant.talk.needing import ROOMS
from bots.assistant.talk.offers.agenda import Absence
from bots.assistant.talk.reply import Expected, Reply, ask
from bots.assistant.talk.request import NOTHING, Needs, Request
from bots.assistant.talk.rights import Right
from bots.assistant.talk.scene import ELSEWHERE, elsewhere
from bots.assistant.talk.wording import has_words
from bots.assistant.words.names.whom import unclear
from bots.items.doing import asking

_AHEAD: Final = timedelta(days=60)
_SOON: Final = timedelta(days=14)


def show_own(request: Request, rest: list[str]) -> Reply:
    """List the absences of whoever asks."""
    today = request.here.date()
    if not known(request, (request.sender,), today, today + _AHEAD):
        return ask(request, saying.not_away(request))
    return show(request, [*rest, str(request.sender)])


def show(request: Request, rest: list[str]) -> Reply:
    """List who is away, here and in what whoever asks reads too: in the coming weeks, or on the days they name."""
    if not request.may(Right.SEE):
        return ask(request, asking.may_not(request))
    said = read([word.rstrip("?") for word in rest if word != "?"], request, request.language)
    if said.unclear or said.doubt is not None:
        return ask(request, *(unclear(request, missing) for missing in said.unclear), *filter(None, (said.doubt,)))
    if has_words(rest) and said.days is None and said.person is None:
        return ask(request, saying.which_days(request))
    today = request.here.date()
    first, last = (today, today + _AHEAD) if said.days is None else (said.days.first, said.days.last)
    found = known(request, None if said.person is None else (said.person,), first, last)
    shows = tuple(dict.fromkeys(_key(request, away) for away in found))
    return Reply(
        saying.listed(request, found, said.days),
        shows=(*shows, ("absences", request.event_id)),
        inverse=request.inverse,
    )


def _key(request: Request, away: Absence) -> tuple[str, str]:
    if away.room_id == request.room_id:
        return away.key
    return ELSEWHERE, elsewhere(away.room_id, away.key[1])


def beside(request: Request, reply: Reply) -> Reply:
    """Say below what gives people something to do, or invites them, who of them is away then."""
    today = request.here.date()
    expected = reply.expects or Expected(reply.mentions, today, today + _SOON)
    if not reply.changes or not expected.people or any(kind == NAME for kind, _ in reply.shows):
        return reply
    found = known(request, expected.people, expected.first, expected.last)
    # What stands in a notice of several deeds has no room for it.
    return replace(reply.above(lines(saying.notes(request, found))), brief=None) if found else reply


def beside_needs(request: Request) -> Needs:
    """Return the other rooms where somebody is named, who may be away by what stands there."""
    return ROOMS if "@" in request.text or request.mentions else NOTHING
