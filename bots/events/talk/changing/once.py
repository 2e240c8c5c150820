"""Which times of a series somebody means who says whether they come, or where it is: by their days (pure)."""

import re
from collections.abc import Iterator
from typing import Final

from bots.assistant.talk.markup import Rich, fill, strong, text
from bots.assistant.talk.question import Candidate, Question
from bots.assistant.talk.request import Request
from bots.calendar.event import Answer
from bots.events.kept.meeting import Meeting
from bots.events.kept.sitting import Sitting, next_sitting
from bots.events.talk import replies
from bots.events.talk.adding import language
from bots.events.talk.changing.moving import sitting_of
from bots.events.talk.deed import Deed
from bots.events.talk.facts import said
from bots.events.words import scope as words_of_scope
from bots.events.words.scope import Scope, Which, is_monthless, scope_in, whole_day
from bots.items.types.type import around
from bots.when.finding import find

Meant = tuple[Sitting, ...]
"""The times that are meant; none: all of it."""
VERBS: Final = {Answer.ACCEPTED: "présent", Answer.TENTATIVE: "peut-être", Answer.DECLINED: "absent"}
"""What is typed behind ``!agenda`` to answer."""
_MOST: Final = 10
_AND: Final = re.compile(r"\s*(?:,|\b(?:et|ni|and|or)\b)\s*", re.IGNORECASE)
_LEADING: Final = re.compile(
    r"^(?:(?:pour|à|les|le|au|aux|on|for|the|du|de|des|ni|celles?|celui|ceux)\s+)+", re.IGNORECASE
)
_WHY: Final = re.compile(
    r"[;.(!]|,(?!\s*(?:le |du |\d|et |(?:lun|mar|mercre|jeu|vendre|same)di))|\b(?:car|parce|désolée?s?)\b"
)
_A_NUMBER: Final = re.compile(r"\d{1,2}")
_WITH_MONTH: Final = re.compile(r"\d{1,2}(?:er)?\s+(?P<month>[^\W\d].*)")


def meant(deed: Deed, words: str) -> Meant | Rich | Question | None:
    """Return the times that *words* mean; or what is said where it is none of its days; None where nobody can tell."""
    if not around(words.split()):
        return ()
    found = _scopes(deed, words)
    if found is None:
        why = _WHY.search(words)
        found = None if why is None else _scopes(deed, words[: why.start()])
    if found is None:
        return None
    sittings: dict[object, Sitting] = {}
    for scope in found:
        if scope.which is Which.ALL:
            return ()
        sitting = sitting_of(deed, scope)
        if not isinstance(sitting, Sitting):
            return sitting
        sittings[sitting.recurrence] = sitting
    return tuple(sittings.values()) if deed.meeting.event.repeats else ()


def _scopes(deed: Deed, words: str) -> list[Scope] | None:
    """Return what *words* say, days and nothing else; None for anything else."""
    here, spoken = deed.request.here, language(deed.request)
    scope, left = scope_in(words, here, spoken)
    if scope is not None:
        return [scope] if scope.which is not Which.ONWARDS and not around(left.split()) else None
    found: list[Scope] = []
    for said_ in _days(words):
        day = whole_day(said_, here, spoken)
        if day is None:
            return None
        found.append(Scope(Which.ONCE, day, is_monthless(said_)))
    return found[:_MOST] if 0 < len(found) <= _MOST else None


def _days(words: str) -> Iterator[str]:
    """Yield each of several days; ``les 8 et 15 janvier`` are both in January."""
    parts = [part for part in _AND.split(words.strip(" .,;!")) if part]
    last = _WITH_MONTH.search(parts[-1]) if parts else None
    for part in parts:
        day = _LEADING.sub("", part).strip()
        yield f"{day} {last['month']}" if last is not None and _A_NUMBER.fullmatch(day) else day


def names_a_day(request: Request, words: str) -> bool:
    """Tell whether *words* speak of some day or hour at all: then nothing is concluded for all times."""
    return find(words, request.here, request.zone, request.language) is not None


def which_answer(request: Request, meeting: Meeting, answer: Answer) -> Rich | Question:
    """Ask whether an answer is for the next time of a series, or for all of them."""
    deed = next_sitting(meeting, request.now, meeting.floating)
    if deed is None:
        return replies.over(request, meeting)
    gettext, verb = request.texts.gettext, f"!agenda {VERBS[answer]} {meeting.label or meeting.number}"
    spoken = request.language
    once, whole = words_of_scope.ONCE_WORDS[spoken], words_of_scope.ALL_WORDS[spoken]
    candidates = (
        Candidate(
            fill(gettext("this time only: {when}"), when=text(said(request, deed))),
            f"{verb} le {deed.recurrence.day.isoformat()}",
            words=(once, "une fois", "once"),
        ),
        Candidate(text(gettext("the whole series")), f"{verb} {whole}", words=(whole, "la série", "toutes", "all")),
    )
    sentence = gettext("Event {number} ({title}) repeats: do you answer for one time, or for all?")
    number = strong(meeting.called)
    return Question(fill(sentence, number=number, title=text(meeting.title)), candidates)
