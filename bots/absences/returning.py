"""Who is there after all: « je suis de retour », « finalement @dgs est là jeudi » (pure)."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from bots.absences import saying
from bots.absences.answering import returns
from bots.absences.answers import AbsenceAct
from bots.absences.answers import said as answered
from bots.absences.away import absences_here
from bots.absences.kind import ABSENCE, WHEN, WHO, Days
from bots.absences.words import AFTER_ALL, absence, back_again, comes_back, named
from bots.assistant.talk.markup import text
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold, unaccented
from bots.assistant.words.names.people import Person, find, whom
from bots.assistant.words.questions import ASKED_OF_US
from bots.items.board import Board
from bots.items.doing.changing import on, to
from bots.items.kind import Item
from bots.when.saying import say
from config.identifiers import UserId

_AHEAD: Final = timedelta(days=800)
_RESTORE: Final = re.compile(
    rf"(?:(?:{ASKED_OF_US}|please) )?"
    r"(?:retabli[rstez]*|restaure[rsz]?|rouvre[rsz]?|rouvrir|reouvrir|reactive[rsz]?|remet(?:s|tre|tez)?|restore|reopen)"
    r" (?:(?P<own>mon|my)|l'|les?|la|cette|the) ?absence"
    r"(?: (?P<number>\d+)| (?:de |du |d'|of )(?P<who>[^,]+?))?(?: (?:stp|svp|merci|please))?[ .!?]*"
)
_I: Final = re.compile(r"(?:(?:finalement|en fait|du coup|bon|ah|mais),? )*je ")
_THERE_ON: Final = re.compile(
    r"(?:(?:finalement|en fait|du coup),? )*(?P<day>(?:le \d{1,2}(?:er)?|(?:lun|mar|mercre|jeu|vendre)di)[^,]{0,20}?),?"
    r" je (?:serai|suis) (?:bien |quand meme )*(?:la|presente?|au bureau)(?: (?:finalement|en fait|quand meme))*"
    r"(?P<half>,? (?:que |seulement |juste )?(?:le |l')(?:matin|apres-midi)(?: seulement| uniquement)?)?[ .!]*"
)
"""« Le 31 je serai là en fait, le matin seulement »: half days are not noted, and end nothing unasked."""
_MINE: Final = re.compile(
    r"(?:mes |mon |my )(?:conges?|vacances|absence|rtt|holidays|leave),? (?:c'est|ce sera|sont|seront|est|sera|passent?"
    r"|is|are)(?: (?:plutot|finalement|en fait|du coup|maintenant|bien|au lieu))*,? (?P<days>.+)"
)


def said(request: Request, words: Sequence[str]) -> Reply | None:
    """Return what comes of words to us that say that somebody is there after all; None where they say something else.

    Only its own town may change an absence: that is the caller's to check.
    """
    there = back_again(words)
    found = None if there is None else of_person(request, there)
    if found is not None:
        return found
    later = _later(request, words)
    if later is not None:
        return later
    spoken = " ".join(words)
    on_day = _THERE_ON.fullmatch(unaccented(spoken))
    if on_day is not None:
        half = on_day["half"] is not None
        return _none_of_it(back(request, spoken[slice(*on_day.span("day"))].split(), half=half))
    meant = answered(spoken)
    if meant is not None and meant.act is AbsenceAct.BACK and _I.match(unaccented(spoken)):
        return _ends(request, request.sender, meant.text)
    if meant is not None and meant.act is AbsenceAct.HERE and (meant.text or fold(words[0]) in AFTER_ALL):
        return _none_of_it(back(request, meant.text.split()))
    return _restored(request, words)


def _later(request: Request, words: Sequence[str]) -> Reply | None:
    """Ask whether somebody's absence ends on the eve of the day in « @dgs revient mercredi »; None: of none we know."""
    told = comes_back(words)
    found = None if told is None else find(told[0], request)
    return _ends(request, found.user, told[1]) if told is not None and isinstance(found, Person) else None


def _none_of_it(reply: Reply) -> Reply:
    """Return *reply*, which another capability's goes before where it knows of no absence."""
    return reply if reply.changes or reply.question is not None else replace(reply, nothing=True)


def _ends(request: Request, person: UserId, back_on: str) -> Reply | None:
    """Ask whether the absence of *person* ends on the eve of the day that *back_on* says; None: of none we know."""
    today = request.here.date()
    away = next(iter(absences_here(request, (person,), today, today + _AHEAD)), None)
    day = None if away is None else returns(back_on, request, Days(away.first, away.last))
    number = None if away is None else saying.number_of(request, away)
    if away is None or day is None or number is None:
        return None
    if day <= away.first:
        return ask(request, saying.cancel_all(request, number, Days(away.first, away.last)))
    return ask(request, saying.other_days(request, number, Days(away.first, day - timedelta(days=1))))


def other_days(request: Request, words: Sequence[str]) -> Reply | None:
    """Ask whether one's absence is on other days, of « mes congés c'est plutôt du 23 au 31 »; None: something else."""
    spoken = " ".join(words)
    meant = _MINE.fullmatch(unaccented(spoken))
    told = None if meant is None else absence(spoken[slice(*meant.span("days"))].split(), request, request.language)
    if told is None or told.days is None or told.more or told.also:
        return None
    today = request.here.date()
    found = [*absences_here(request, (request.sender,), today, today + _AHEAD)]
    if len(found) != 1:
        return ask(request, saying.which_of(request, found) if found else saying.not_away(request))
    number = saying.number_of(request, found[0])
    return None if number is None else ask(request, saying.other_days(request, number, told.days))


def of_person(request: Request, words: Sequence[str], *, ordered: bool = False) -> Reply | None:
    """Take back the absence of the person whom *words* begin with, on the days behind; None where it is nobody."""
    spoken = named(words)
    match None if spoken is None else find(spoken[0], request):
        case Person(user) if spoken is not None:
            return back(request, spoken[1:], user, ordered=ordered)
        case _:
            return None


def back(
    request: Request, rest: list[str], person: UserId | None = None, *, ordered: bool = False, half: bool = False
) -> Reply:
    """Take back the absence of whoever asks, or of *person*: that of the day they name, begun, or the only one.

    One that has not begun and whose days were not named is asked about, unless its end was *ordered*; also one of which
    only *half* a day is taken back.
    """
    told = absence(rest, request, request.language)
    if told.doubt is not None:
        return ask(request, told.doubt)
    today = request.here.date()
    first, last = (today, today + _AHEAD) if told.days is None else (told.days.first, told.days.last)
    found = [*absences_here(request, (person or request.sender,), first, last)]
    present = [away for away in found if away.first <= today] or found
    if len(present) > 1:
        return ask(request, saying.which_of(request, present))
    if not present:
        return ask(request, saying.not_away(request) if person is None else saying.is_there(request, person))
    (away,) = present
    number = saying.number_of(request, away)
    assert number is not None, "it stands there"
    days = Days(away.first, away.last)
    in_part = told.days is not None and (away.first < first or last < away.last)
    guessed = told.days is None and not ordered and away.first > today
    if in_part or guessed or half:
        there = told.days if in_part else None
        return ask(request, saying.cancel_all(request, number, days, there))
    return on(ABSENCE, to(ABSENCE.given_up))(request, [number]).above(text(say(days.said, request.language)))


def _restored(request: Request, words: Sequence[str]) -> Reply | None:
    """Bring back the cancelled absence in « rétablis l'absence de la dgs »; None where *words* say something else."""
    spoken = " ".join(words)
    meant = _RESTORE.fullmatch(unaccented(spoken))
    if meant is None:
        return None
    if meant["number"]:
        return on(ABSENCE, to(ABSENCE.first))(request, [meant["number"]])
    own = meant["own"] is not None or meant["who"] is None
    person = request.sender if own else whom(spoken[slice(*meant.span("who"))].split(), request)
    today = request.here.date()
    found = [item for item in _cancelled(request) if item.get(WHO) == person and _last(item) >= today]
    if person is None or not found:
        return ask(request, saying.none_cancelled(request))
    if len(found) > 1:
        return ask(request, saying.which_restored(request, found))
    return on(ABSENCE, to(ABSENCE.first))(request, [found[0].label])


def _cancelled(request: Request) -> list[Item]:
    board = Board(ABSENCE, request.state, request.inverse)
    return [item for item in board.all() if not item.open]


def _last(item: Item) -> date:
    days = item.get(WHEN)
    return date.min if days is None else days.last
