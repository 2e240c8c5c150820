"""When a task is due, and how it comes back: changed by command."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from enum import Enum, auto
from typing import Final

from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold
from bots.assistant.words.dates.halves import day_in, only_hour
from bots.tasks.doing.applying import apply, fields_of, is_nothing, left_over, said_of
from bots.tasks.doing.work import Work
from bots.tasks.kept import moment
from bots.tasks.kept.task import Span, Status, Task, is_over
from bots.tasks.saying import questions, replies
from bots.tasks.words.drafting import TaskDraft, draft
from bots.tasks.words.earlier import earlier, is_surprising
from bots.tasks.words.shifting import Shift, shift_in, shifted

_LONGEST_OFF: Final = 5
_SOONER: Final = re.compile(r"\bavanc(?:er?|ee?s?|ez|ons)\b|\bbring forward\b")


_NONE: Final = ("pas d'", "pas d ", "plus d'", "plus d ", "enleve l'", "enleve l ", "enlever l'", "retire l'")
NO_DATE: Final = (
    *(f"{none}date" for none in ("sans ", "pas de ", "plus de ", "aucune ", "enleve la ", "enlever la ", "retire la ")),
    *(f"{none}echeance" for none in ("sans ", "aucune ", *_NONE)),
    *("sans date limite", "no date", "no due date", "without a date", "without a due date"),
)
"""Folded: what takes the date off a task."""
NO_HOUR: Final = (
    *(f"{none}heure" for none in ("sans ", *_NONE)),
    *("sans heure precise", "sans horaire", "no time", "no hour", "without a time", "without an hour"),
)


class Off(Enum):
    """What is to be taken off a date."""

    DATE = auto()
    HOUR = auto()


def off_in(words: Sequence[str]) -> Off | None:
    """Return what *words*, all of them, take off: ``sans échéance``, ``plus d'heure``; None where they say else."""
    said = " ".join(fold(word).strip(".,;:!") for word in words[:_LONGEST_OFF] if word.strip(".,;:!"))
    if len(words) > _LONGEST_OFF:
        return None
    if said in NO_DATE:
        return Off.DATE
    return Off.HOUR if said in NO_HOUR else None


def take_off(work: Work, task: Task, words: list[str]) -> None:
    """Take the date off *task*, or only its hour: ``sans échéance``, ``sans heure``."""
    span = task.when
    if off_in(words) is Off.HOUR and span.due is not None:
        span = Span(_day_of(span.due), None if span.start is None else _day_of(span.start))
        work.write(task, {"when": moment.written(span)}, replies.changed)
    else:
        work.write(task, {"when": None}, replies.changed)


def _day_of(at: date | datetime) -> date:
    return at.date() if isinstance(at, datetime) else at


def postpone(work: Work, task: Task, words: list[str]) -> None:
    """Write when *task* is due: ``à lundi``, ``jamais``; one that was closed is to be done again then, and it says so.

    Of one that comes back the next is there already: it is said that this one is done.
    """
    if task.status is Status.DONE and task.rule is not None:
        work.ask(replies.already(work.request, task))
        return
    _put_off(work, task, words)
    if not task.open and work.shows(task.id):
        said = replies.was_done if task.status is Status.DONE else replies.was_given_up
        work.write(task, {"status": Status.TODO.value, "completed": None}, said)


def _put_off(work: Work, task: Task, words: list[str]) -> None:
    if off_in(words) is not None:
        take_off(work, task, words)
        return
    if is_nothing(words):
        work.write(task, {"when": None}, replies.changed)
        return
    by = shift_in(words, sooner=_SOONER.search(fold(work.request.text)) is not None)
    if by is not None and task.when.due is not None:
        _shift(work, task, by, words)
        return
    day = day_in(words, task.when.due, work.request.here.date())
    said = TaskDraft("", span=Span(day)) if day is not None else said_of(work.request, words)
    if said.doubt is not None:
        work.ask(*questions.about(work.request, said))
    elif (said.span is None and said.rule is None) or left_over(said):
        work.ask(questions.which_date(work.request, words))
    else:
        if said.span is not None and said.rule is None:
            known = _with_day if only_hour(words) else _with_hour
            said = replace(said, span=known(said.span, task.when, work.request))
        if said.span is not None and is_surprising(work.request, task, said.span):
            work.ask(earlier(work.request, task, said.span, words))
            return
        # Whoever is named beside the day is meant as well.
        apply(work, task, said)


def _shift(work: Work, task: Task, by: Shift, words: list[str]) -> None:
    """Move *task* by so much from where it stands, unless that is over all the same: then from when is asked."""
    span = shifted(task.when, by)
    if span is None or span.due is None or is_over(span.due, work.request.here):
        work.ask(questions.which_date(work.request, words))
    else:
        work.write(task, {"when": moment.written(span)}, replies.changed)


def _with_hour(said: Span, held: Span, request: Request) -> Span:
    """Return *said*, a day, at the hour (and with the length) that was set before, unless that is over already."""
    if said.due is None or said.start is not None or isinstance(said.due, datetime):
        return said
    if not isinstance(held.due, datetime):
        return said
    due = datetime.combine(said.due, held.due.timetz())
    # Both in one zone: by the clock on the wall, as it was said.
    start = due - (held.due - held.start) if isinstance(held.start, datetime) else None
    return said if is_over(due, request.here) else Span(due, start)


def _with_day(said: Span, held: Span, request: Request) -> Span:
    """Return *said*, an hour, on the day (and with the length) that was set before, unless that is over already."""
    if held.due is None or said.start is not None or not isinstance(said.due, datetime):
        return said
    day = held.due.astimezone(request.zone).date() if isinstance(held.due, datetime) else held.due
    due = datetime.combine(day, said.due.astimezone(request.zone).time(), request.zone)
    start = None
    if isinstance(held.due, datetime) and isinstance(held.start, datetime):
        start = due - (held.due - held.start)
    return said if is_over(due, request.here) else Span(due, start)


def is_time(request: Request, words: list[str]) -> bool:
    """Tell whether *words* say when, and nothing else: ``à lundi``, ``d'une semaine``."""
    if shift_in(words) is not None or day_in(words, None, request.here.date()) is not None:
        return True
    said = draft([words], request)
    return said.span is not None and not left_over(said) and not (said.assignees or said.unclear or said.labels)


def repeat(work: Work, task: Task, words: list[str]) -> None:
    """Write how *task* comes back: ``toutes les 2 semaines``, ``jamais``."""
    if is_nothing(words):
        work.write(task, {"rule": None}, replies.changed)
        return
    said = said_of(work.request, words)
    if said.doubt is not None:
        work.ask(*questions.about(work.request, said))
    elif said.rule is None or left_over(said):
        work.ask(questions.which_recurrence(work.request, words))
    else:
        # What is already due on a day keeps it; the series begins where it says.
        fields = fields_of(said) if task.when.due is None else {"rule": moment.written_rule(said.rule)}
        work.write(task, fields, replies.changed)
