"""``reporter 2 à lundi`` of what stands on a later day: to postpone is to go on in time, so that is asked about."""

from datetime import date, timedelta
from typing import Final

from bots.assistant.talk.markup import fill, strong, text
from bots.assistant.talk.question import Candidate, Instead, Question, Slot, Takes, in_place_of
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold, spoken
from bots.tasks.kept.task import Span, Task
from bots.when.moments import day_of
from bots.when.saying import say

_LATER: Final = frozenset(
    {"reporter", "reporte", "reportez", "reportee", "repousser", "repousse", "repoussez", "repoussee"}
    | {"reporte-la", "repousse-la", "postpone"}
)


def is_surprising(request: Request, task: Task, new: Span) -> bool:
    """Tell whether *request* says to postpone *task*, and *new* is on a day before the one that stands."""
    if new.due is None or task.when.due is None or _verb(request.text) is None:
        return False
    return day_of(new.due) < day_of(task.when.due)


def earlier(request: Request, task: Task, span: Span, words: list[str]) -> Question:
    """Ask whether *task* is to be brought forward to *span*, which *words* say, or postponed to that day of a week."""
    held, new = task.when.due, span.due
    assert held is not None, "it stands on a day"
    assert new is not None, "it is to be due"
    gettext, language = request.texts.gettext, request.language
    sentence = fill(
        gettext("Task {number} is due {held}: {day} comes before that. What is meant?"),
        number=strong(task.label),
        held=text(say(held, language)),
        day=text(say(new, language)),
    )
    after = say(_after(day_of(new), day_of(held)), language)
    place = in_place_of(words)
    candidates = [Candidate(text(after), after, place, words=(after, gettext("later")))]
    verb = _verb(request.typed or spoken(request))
    if verb is not None:
        forward = fill(gettext("bring it forward to {day}"), day=text(say(new, language)))
        said = (gettext("bring forward"), gettext("bring it forward"), gettext("earlier"))
        candidates.append(Candidate(forward, "avancer", Instead((verb,)), words=said))
    return Question(sentence, tuple(candidates), Slot(Takes.TIME, place))


def _verb(said: str) -> str | None:
    """Return the word of *said* that says “later”, as it was typed, without a ``!`` before it."""
    words = (word.lstrip("!！") for word in said.split())
    return next((word for word in words if fold(word) in _LATER), None)


def _after(day: date, held: date) -> date:
    """Return the first day after *held* that is the same day of the week as *day*."""
    return held + timedelta(days=(day.weekday() - held.weekday()) % 7 or 7)
