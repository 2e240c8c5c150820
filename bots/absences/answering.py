"""What is done with what people say in answer to an absence, beside the commands that stand there (pure)."""

import re
from datetime import date, timedelta
from typing import Final

from bots.absences import saying
from bots.absences.answers import AbsenceAct, AbsenceAnswer, said
from bots.absences.away import absences_here
from bots.absences.kind import ABSENCE, DEPUTY, NAME, WHEN, WHO, Days, days_of
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.rights import Right
from bots.assistant.words.commands.courtesy import answered
from bots.assistant.words.names.people import Person, find
from bots.assistant.words.names.whom import unclear
from bots.items.board import Board
from bots.items.doing import asking
from bots.items.doing.changing import on_card, to
from bots.items.doing.work import Work
from bots.items.kind import Item
from bots.when import finding
from bots.when.values import Bound, When, rest

_TWO: Final = 2
_WEEKDAY: Final = re.compile(r"(?:le |on )?(?:(?:lun|mar|mercre|jeu|vendre|same)di|dimanche|[a-z]+day)")
_NUMBER: Final = re.compile(r"(?:le |the )?\d{1,2}")


def remark(request: Request) -> Reply | None:
    """Return what comes of words that answer the card of an absence and are no command; None: conversation."""
    item = None if request.card is None else Board(ABSENCE, request.state, request.inverse).get(request.card)
    meant = None if item is None or not item.open else said(answered(request))
    if item is None or meant is None:
        return None
    if meant.act in (AbsenceAct.HERE, AbsenceAct.CANCEL):
        return _cancelled(request, item, meant)
    return _changed(request, item, meant)


def _changed(request: Request, item: Item, meant: AbsenceAnswer) -> Reply | None:
    match meant.act:
        case AbsenceAct.DAYS:
            return _dated(request, item, meant)
        case AbsenceAct.HOURS:
            return ask(request, saying.whole_days(request))
        case AbsenceAct.DEPUTY:
            return _deputy(request, item, meant)
        case AbsenceAct.BACK:
            return _back(request, item, meant.text)
        case _:
            return _put(request, deputy=None)


def several(request: Request) -> Reply | None:
    """Return which of several absences is meant, where « annule » answers a message that shows them all."""
    if request.card is not None or len([kind for kind, _ in request.shown if kind == NAME]) < _TWO:
        return None
    meant = said(answered(request))
    if meant is None or meant.act not in (AbsenceAct.CANCEL, AbsenceAct.HERE):
        return None
    shown = {object_id for kind, object_id in request.shown if kind == NAME}
    people = (request.sender,) if meant.act is AbsenceAct.HERE else None
    found = [away for away in absences_here(request, people, request.here.date(), date.max) if away.key[1] in shown]
    return ask(request, saying.which_of(request, found)) if len(found) >= _TWO else None


def _cancelled(request: Request, item: Item, meant: AbsenceAnswer) -> Reply | None:
    """Cancel it; « je suis là » is the word of whoever is away, and talk of anybody else."""
    if meant.act is AbsenceAct.HERE:
        return _here(request, item, meant) if item.get(WHO) == request.sender else None
    return on_card(ABSENCE, to(ABSENCE.given_up))(request, [])


def _here(request: Request, item: Item, meant: AbsenceAnswer) -> Reply | None:
    """Cancel it; where they are there on one of several days only, ask."""
    days = item.get(WHEN)
    there = _days(f"le {meant.text}", request, None) or _days(meant.text, request, None) if meant.text else days
    if there is None:
        return None
    if days is not None and there.first <= days.first and days.last <= there.last:
        return on_card(ABSENCE, to(ABSENCE.given_up))(request, [])
    return ask(request, saying.cancel_all(request, item.label, days, there))


def _dated(request: Request, item: Item, meant: AbsenceAnswer) -> Reply | None:
    held = item.get(WHEN)
    days = _days(meant.text, request, None if held is None else held.first)
    if days is None:
        return None
    return _put(request, days=days) if meant.sure else ask(request, saying.other_days(request, item.label, days))


def _days(words: str, request: Request, first: date | None) -> Days | None:
    """Return the days that *words* are, and nothing else; from *first* on, where they say only until when."""
    for language in request.languages:
        when = finding.find(words, request.here, request.zone, language)
        days = days_of(when, request.here.date()) if isinstance(when, When) else None
        if days is None or not isinstance(when, When) or any(map(str.isalnum, rest(words, when.spans))):
            continue
        if when.bound in (Bound.BY, Bound.BEFORE) and first is not None and first <= days.last:
            return Days(first, days.last)
        return days
    return None


def _back(request: Request, item: Item, day: str) -> Reply | None:
    """End it on the eve of the *day* on which they are back; on its first day, and before, it is cancelled."""
    held = item.get(WHEN)
    back = None if held is None else returns(day, request, held)
    if held is None or back is None:
        return None
    if back <= held.first:
        return on_card(ABSENCE, to(ABSENCE.given_up))(request, [])
    return _put(request, days=Days(held.first, back - timedelta(days=1)))


def returns(words: str, request: Request, held: Days) -> date | None:
    """Return the day on which somebody away on the days *held* is back: « mercredi », « le 30 » is after the first."""
    if _NUMBER.fullmatch(words.strip()) and words[:1].isdigit():
        words = f"le {words}"
    back = _days(words, request, None)
    if back is None or back.first != back.last:
        return None
    day = back.first
    if held.first < request.here.date():
        return day
    while day <= held.first and _WEEKDAY.fullmatch(words.strip().lower()):
        day += timedelta(weeks=1)
    if day <= held.first and _NUMBER.fullmatch(words.strip()):
        day = next(each for count in range(62) if (each := held.first + timedelta(days=count + 1)).day == day.day)
    return day


def _deputy(request: Request, item: Item, meant: AbsenceAnswer) -> Reply | None:
    who = meant.text
    named = who if who.startswith("@") else f"@{who}"
    match find(named, request):
        case Person(user) if user not in (item.get(WHO), request.served_by):
            return _put(request, deputy=str(user))
        case Person():
            return ask(request, saying.which_deputy(request))
        case missing:
            return ask(request, unclear(request, missing)) if meant.sure else None


def _put(request: Request, *, days: Days | None = None, deputy: str | None = None) -> Reply:
    if not request.may(Right.CHANGE):
        return ask(request, asking.may_not(request))
    work = Work.on(ABSENCE, request)
    item = work.of_card([])
    if item is not None and days is not None:
        work.put(item, WHEN, days)
    elif item is not None:
        work.put(item, DEPUTY, deputy)
    return work.reply()
