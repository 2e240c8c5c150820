"""What is said of a task that there is, written to it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold
from bots.assistant.words.names import oneself
from bots.items.types.type import AROUND, NOTHING, WITHOUT
from bots.register.format.canonical import Json
from bots.tasks.doing import aiming
from bots.tasks.doing.work import Work
from bots.tasks.kept import moment
from bots.tasks.kept.recurrence import following
from bots.tasks.kept.task import KIND, Span, Task, is_over
from bots.tasks.saying import questions, replies
from bots.tasks.words import marks
from bots.tasks.words.drafting import TaskDraft, draft
from bots.when.rule import Rule
from bots.when.values import Locale

_AROUND: Final = AROUND | {"echeance", "priorite", "priority", "due", "dessus"}
_MOST_AGAIN: Final = 20
"""Words that are read once more for a time: it takes as long again."""
_LANGUAGES: Final[tuple[Locale, Locale]] = ("fr", "en")


def said_of(request: Request, words: Sequence[str]) -> TaskDraft:
    """Return what *words* say of a task that there is: so ``moi`` is whoever speaks, and no word of a title.

    What is no time in the language of the command may be one in the other: ``échéance 12 Friday``.
    """
    spoken = [oneself.named(words, request.sender)]
    said = draft(spoken, request)
    timed = said.span is not None or said.rule is not None or said.doubt is not None
    if timed or not left_over(said) or len(words) > _MOST_AGAIN:
        return said
    others = (draft(spoken, request, language=language) for language in _LANGUAGES)
    whole = (other for other in others if (other.span is not None or other.rule is not None) and not left_over(other))
    return next(whole, said)


def apply(work: Work, task: Task, said: TaskDraft) -> bool:
    """Write all that is *said* of *task*; tell whether that is the whole of it."""
    left = left_over(said)
    priority = marks.priority_in(left[0]) if len(left) == 1 and said.priority is None else None
    if priority is not None:
        left, said = [], replace(said, priority=priority)
    if said.unclear or said.doubt is not None:
        work.ask(*questions.about(work.request, said))
        return True
    said = _recurring(work.request, task, said)
    fields = fields_of(said)
    if left or not (fields or said.assignees or said.labels or said.objective):
        return False
    work.editing.add(KIND, task.id, "labels", new_labels(task, said.labels))
    joined = work.editing.add(KIND, task.id, "assignees", map(str, said.assignees))
    work.notify(each for each in said.assignees if each in joined)
    if said.objective is not None:
        aiming.attach(work, task, said.objective)
    work.write(task, fields, replies.changed)
    return True


def _recurring(request: Request, task: Task, said: TaskDraft) -> TaskDraft:
    """Return *said*, where it is how *task* comes back, at the hour that it has, and not before the day that it has.

    « Tous les lundis », said on a Monday of what is due on Friday at 8, is next Monday at 8.
    """
    rule, held = said.rule, task.when.due
    if rule is None or held is None or isinstance(rule.anchor, datetime) or Rule.parse(rule.rrule).until is not None:
        return said
    first, today = rule.anchor, request.here.date()
    if isinstance(held, datetime):
        rule = replace(rule, anchor=datetime.combine(first, held.timetz()))
    due = rule.anchor
    day = held.astimezone(request.zone).date() if isinstance(held, datetime) else held
    too_soon = first == today < day or is_over(due, request.here)
    again = following(rule, Span(due), request.here) if too_soon else None
    span, rule = again or (Span(due), rule)
    return replace(said, span=span, rule=rule)


def new_labels(task: Task, labels: Sequence[str]) -> list[str]:
    """Return those of *labels* that *task* does not have."""
    held = {fold(each) for each in task.labels}
    return [each for each in labels if fold(each) not in held]


def fields_of(said: TaskDraft) -> dict[str, Json]:
    """Return what is *said*, as the fields of a task."""
    fields: dict[str, Json] = {}
    if said.span is not None:
        fields["when"] = moment.written(said.span)
    if said.rule is not None:
        fields["rule"] = moment.written_rule(said.rule)
    if said.priority is not None:
        fields["priority"] = said.priority.value
    if said.estimate is not None:
        fields["estimate"] = said.estimate
    return fields


def is_nothing(words: Sequence[str]) -> bool:
    """Tell whether *words* take something off: ``sans``, ``jamais``."""
    return (len(words) in (1, 2) and fold(words[-1]) in NOTHING) or any(fold(word) in WITHOUT for word in words[:1])


def left_over(said: TaskDraft) -> list[str]:
    """Return the words of which nothing was made."""
    return [each for each in said.title.split() if fold(each) not in _AROUND]
