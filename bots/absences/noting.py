"""Noting that somebody is away: of the days that were said, one absence each (pure)."""

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from typing import Final

from bots.absences import saying
from bots.absences.away import absences_here
from bots.absences.kind import ABSENCE, Days
from bots.absences.words import SaidAbsence, absence
from bots.assistant.talk.gathering import joined
from bots.assistant.talk.markup import Rich, lines
from bots.assistant.talk.question import Question
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.rights import Right
from bots.assistant.words.names.people import Nobody, Several, called
from bots.assistant.words.names.whom import unclear
from bots.items.doing import adding, asking
from bots.items.doing.drafting import Draft
from bots.when.values import Locale
from config.identifiers import UserId

_ENGLISH: Final = frozenset({"away", "off", "i'm", "i’m", "i'll", "i’ll", "i"})


def add(request: Request, rest: list[str], *, own: bool = False) -> Reply:
    """Note that whoever asks, or the one of their town whom they name, is away.

    *own*: they have said “I”, so whom they name takes their place.
    """
    if not request.may(Right.CHANGE):
        return ask(request, asking.may_not(request))
    known_here = replace(request, members={**_colleagues(request), **request.members})
    english = bool(_ENGLISH & {*request.text.lower().replace("!", "").split()[:4]})
    said = read(rest, known_here, "en" if english else request.language, own=own)
    if said.unclear:
        return ask(request, *(unclear(request, _as_typed(request, missing)) for missing in said.unclear))
    person = said.person or request.sender
    question = _unclear(request, said, person)
    if question is None and said.days is not None and not said.also:
        question = _noted_already(request, person, said.days)
    if question is not None:
        return ask(request, question)
    return _noted(request, said, person)


def _as_typed(request: Request, missing: Several | Nobody) -> Several | Nobody:
    """Return *missing* with the name as it stands in what was said, so that the answer goes in its place."""
    bare = missing.typed.replace("\u00a0", " ").removeprefix("@")
    return missing if missing.typed in request.text else replace(missing, typed=bare)


def read(rest: Sequence[str], request: Request, language: Locale, *, own: bool = False) -> SaidAbsence:
    """Return what *rest* tells in *language*; where that says no days, in the other one: “absent friday”."""
    said = absence(rest, request, language, own=own)
    if said.days is not None or said.doubt is not None or said.repeats:
        return said
    other = absence(rest, request, "en" if language == "fr" else "fr", own=own)
    return said if other.days is None else other


def _noted_already(request: Request, person: UserId, days: Days) -> Rich | None:
    """Say so where *person* is known to be away on all of *days*: one absence is one."""
    found = absences_here(request, (person,), days.first, days.last)
    # What this very message had noted before it was edited, or its question answered, is written anew.
    own = {(change.kind, change.id) for change in request.inverse}
    others = (away for away in found if away.key not in own)
    around = next((away for away in others if away.first <= days.first and days.last <= away.last), None)
    return None if around is None else saying.noted_already(request, around)


def _unclear(request: Request, said: SaidAbsence, person: UserId) -> Rich | Question | None:
    if request.private and person != request.sender:
        return saying.in_a_room(request, person)
    if person.server != request.sender.server:
        return saying.of_their_town(request, person)
    if said.doubt is not None:
        return said.doubt
    if said.repeats:
        return saying.repeats(request)
    if said.days is not None and said.hours:
        return saying.hours_said(request, person, (said.days, *said.also)[-1], said.hours, alone=not said.also)
    return None if said.days is not None else saying.which_days(request)


def _colleagues(request: Request) -> dict[UserId, str | None]:
    """Return who may be named where nobody else is: those with whom whoever asks shares a room."""
    scenes = request.visible if request.private else ()
    return {user: name for scene in scenes for user, name in scene.members.items() if user not in request.partners}


def _noted(request: Request, said: SaidAbsence, person: UserId) -> Reply:
    name = called(person, request) or person.localpart
    reply = _written(request, said, person, name)
    foot = [saying.told_where(request, private=request.private)]
    deputy = said.replaced and said.deputy in (None, person)
    if not deputy and said.more:
        foot.append(saying.no_reason(request))
    reply = reply.above(lines(foot))
    return _with_deputy_asked(request, reply, person) if deputy else reply


def _with_deputy_asked(request: Request, reply: Reply, person: UserId) -> Reply:
    """Ask below *reply* who takes the place of *person*, where nobody we know was named."""
    question = saying.who_takes_place(request, person)
    return replace(reply.above(question.sentence), question=question)


def _written(request: Request, said: SaidAbsence, person: UserId, name: str) -> Reply:
    """Return what writes an absence for each of the days that do not follow one another."""
    replies: list[Reply] = []
    for index, days in enumerate((said.days, *said.also)):
        deputy = None if said.deputy == person else said.deputy
        values = {"who": person, "when": days, "deputy": deputy}
        given = {field: value for field, value in values.items() if value is not None}
        made = tuple(change for reply in replies for change in reply.changes)
        replies.append(adding.write(ABSENCE, replace(request, made=(*request.made, *made)), Draft(name, given), index))
    return reduce(joined, replies)
