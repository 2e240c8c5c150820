"""The time that somebody means for a task: when it is due, how it comes back; or what to ask."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from bots.assistant.talk.question import Question
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold, words_of
from bots.assistant.words.dates.doubts import doubtful
from bots.tasks.kept.task import Recurrence, Span, is_over
from bots.when.finding import find
from bots.when.saying import say, say_bound, say_left_out, say_rule
from bots.when.values import Bound, Code, Doubt, Locale, Range, When, rest

_MOST: Final = 1_000
"""Characters of a line that are searched for a time."""
_ENGLISH: Final = frozenset(
    {"task", "tasks", "add", "new", "create", "postpone", "move", "due", "tomorrow", "by", "until", "remind"}
)
_FRENCH: Final = frozenset(
    {
        "tache",
        "taches",
        "ajouter",
        "ajoute",
        "nouvelle",
        "creer",
        "reporter",
        "repousser",
        "pour",
        "rappelle",
        "rappelle-moi",
    }
)


@dataclass(frozen=True, slots=True)
class Timing:
    """What a text says of time, and the *rest* of it.

    Where there is a *doubt*, which asks about it, there is no time, and *beside* is what is not in doubt.
    """

    rest: str
    span: Span | None = None
    rule: Recurrence | None = None
    doubt: Question | None = None
    beside: str = ""


def timing(text: str, request: Request, language: Locale | None = None, *, over: bool = False) -> Timing:
    """Return the time in *text*, which is read in *language*, or in that of the command's own words.

    With *over*, it may be over: what is written down may be late already.
    """
    language = language or _language(request)
    now = request.here
    match find(text[:_MOST], now, request.zone, language):
        case Doubt(spans, Code.PAST, (value,), bound=bound) if over:
            return Timing(rest(text, spans), span_of(When(spans, value, None, bound)))
        case When() as when:
            span = span_of(when)
            last = span.due or span.start
            if not over and (last is None or is_over(last, now)):
                past = Doubt(when.spans, Code.PAST, (when.value,))
                return Timing(text, doubt=doubtful(request, text, past), beside=rest(text, past.spans))
            anchor = span.due if span.due is not None else span.start
            recurring = None if when.rule is None or anchor is None else Recurrence(when.rule, when.said or anchor)
            return Timing(rest(text, when.spans), span, recurring)
        case Doubt() as doubt:
            return Timing(text, doubt=doubtful(request, text, doubt), beside=rest(text, doubt.spans))
        case _:
            return Timing(text)


def _language(request: Request) -> Locale:
    """Return the language of the first word of a command that belongs to one; else the room's."""
    for word in map(fold, words_of(request)[:6]):
        bare = word.lstrip("!")
        if bare in _ENGLISH:
            return "en"
        if bare in _FRENCH:
            return "fr"
    return request.language


def span_of(when: When) -> Span:
    """Return what *when* is for a task: the end of a range is when it is due, and ``avant le 12`` is the eleventh."""
    value = when.value
    if isinstance(value, Range):
        return Span(value.end, value.start)
    if when.bound is Bound.FROM:
        return Span(start=value)
    if when.bound is Bound.BEFORE and not isinstance(value, datetime):
        return Span(value - timedelta(days=1))
    return Span(value)


def say_span(span: Span, locale: Locale) -> str:
    """Return *span* in words, empty when there is nothing in it."""
    match span:
        case Span(None, None):
            return ""
        case Span(None, start):
            return say_bound(start, Bound.FROM, locale) if start is not None else ""
        case Span(due, None):
            return say(due, locale) if due is not None else ""
        case _:
            return say(Range(_known(span.start), _known(span.due)), locale)


def say_recurrence(rule: Recurrence, locale: Locale) -> str:
    """Return *rule* in words."""
    return say_rule(rule.rrule, locale)


def say_gaps(rule: Recurrence, locale: Locale) -> str:
    """Return the months that *rule* leaves out, in words; empty when there is none."""
    return say_left_out(rule.rrule, rule.anchor, locale)


def _known(value: date | datetime | None) -> date | datetime:
    assert value is not None
    return value
