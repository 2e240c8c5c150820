"""Changing a task by command: each of its fields, by number or in answer to its card."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final

from bots.assistant.dispatch.sentences import too_long
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.rights import Right, may, standing
from bots.assistant.talk.wording import fold, lines_of
from bots.assistant.words import oneself
from bots.assistant.words.halves import day_in, only_hour
from bots.assistant.words.numbered import MAX_TITLE
from bots.items.types.text import unquoted
from bots.items.types.type import AROUND, NOTHING, WITHOUT
from bots.register.format.canonical import Json
from bots.tasks.doing import aiming
from bots.tasks.doing.statuses import set_status, status_in
from bots.tasks.doing.work import Work
from bots.tasks.kept import moment
from bots.tasks.kept.reading import label
from bots.tasks.kept.task import KIND, MAX_DESCRIPTION, Span, Task, is_over
from bots.tasks.saying import replies
from bots.tasks.saying.targets import resolved
from bots.tasks.words import marks
from bots.tasks.words.drafting import Draft, draft
from bots.tasks.words.earlier import earlier, is_surprising
from bots.tasks.words.numbers import references
from bots.tasks.words.shifting import Shift, shift_in, shifted
from bots.when.values import Locale

_AROUND: Final = AROUND | {"echeance", "priorite", "priority", "due"}
_MOST_AGAIN: Final = 20
"""Words that are read once more for a time: it takes as long again."""
_LANGUAGES: Final[tuple[Locale, Locale]] = ("fr", "en")

Handler = Callable[[Request, list[str]], Reply]


def several(request: Request, rest: list[str]) -> Reply:
    """``!tâche 12 @dgs #voirie !haute pour vendredi``: whatever is said of the task, all at once; alone, show it."""
    work = Work.on(request)
    found = work.targets(rest)
    status = status_in(found.rest)
    under = _under(found.rest)
    if not may(standing(own=request.own), Right.CHANGE) and status is None:
        return ask(request, replies.may_not(request))
    for task in found.tasks:
        if status is not None:
            set_status(work, task, status)
        elif under is not None:
            _put_under(work, task, under)
        elif not _apply(work, task, _said(request, found.rest)):
            return ask(request, replies.not_about(request, task, " ".join(found.rest)))
    return work.reply()


def reads(words: Sequence[str]) -> bool:
    """Tell whether :func:`several` knows a status, or another task above, in *words*."""
    under = _under(words)
    return status_in(words) is not None or (under is not None and not references(under)[1])


def _said(request: Request, words: Sequence[str]) -> Draft:
    """Return what *words* say of a task that there is: so ``moi`` is whoever speaks, and no word of a title.

    What is no time in the language of the command may be one in the other: ``échéance 12 Friday``.
    """
    spoken = [oneself.named(words, request.sender)]
    said = draft(spoken, request)
    timed = said.span is not None or said.rule is not None or said.doubt is not None
    if timed or not _left(said) or len(words) > _MOST_AGAIN:
        return said
    others = (draft(spoken, request, language=language) for language in _LANGUAGES)
    whole = (other for other in others if (other.span is not None or other.rule is not None) and not _left(other))
    return next(whole, said)


def _apply(work: Work, task: Task, said: Draft) -> bool:
    """Write all that is *said* of *task*; tell whether that is the whole of it."""
    left = _left(said)
    priority = marks.priority_in(left[0]) if len(left) == 1 and said.priority is None else None
    if priority is not None:
        left, said = [], replace(said, priority=priority)
    if said.unclear or said.doubt is not None:
        work.ask(*replies.questions(work.request, said))
        return True
    fields = _fields(said)
    if left or not (fields or said.assignees or said.labels or said.objective):
        return False
    work.editing.add(KIND, task.id, "labels", _new_labels(task, said.labels))
    joined = work.editing.add(KIND, task.id, "assignees", map(str, said.assignees))
    work.notify(each for each in said.assignees if each in joined)
    if said.objective is not None:
        aiming.attach(work, task, said.objective)
    work.write(task, fields, replies.changed)
    return True


def _new_labels(task: Task, labels: Sequence[str]) -> list[str]:
    held = {fold(each) for each in task.labels}
    return [each for each in labels if fold(each) not in held]


def _fields(said: Draft) -> dict[str, Json]:
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


def on_each(act: Callable[[Work, Task, list[str]], None]) -> Handler:
    """Return the handler that does *act* to each task that the words begin with, with the words after."""
    return partial(_on, act, one=False)


def on_one(act: Callable[[Work, Task, list[str]], None]) -> Handler:
    """Return the same for what may begin with a number itself: a title, the lines of a checklist."""
    return partial(_on, act, one=True)


def _on(act: Callable[[Work, Task, list[str]], None], request: Request, rest: list[str], *, one: bool) -> Reply:
    if not may(standing(own=request.own), Right.CHANGE):
        return ask(request, replies.may_not(request))
    work = Work.on(request)
    found = work.targets(rest, one=one)
    for task in found.tasks:
        act(work, task, found.rest)
    return work.reply()


def _is_nothing(words: Sequence[str]) -> bool:
    return (len(words) in (1, 2) and fold(words[-1]) in NOTHING) or any(fold(word) in WITHOUT for word in words[:1])


def postpone(work: Work, task: Task, words: list[str]) -> None:
    """Write when *task* is due: ``à lundi``, ``jamais``."""
    if _is_nothing(words):
        work.write(task, {"when": None}, replies.changed)
        return
    by = shift_in(words)
    if by is not None and task.when.due is not None:
        _shift(work, task, by, words)
        return
    day = day_in(words, task.when.due, work.request.here.date())
    said = Draft("", span=Span(day)) if day is not None else _said(work.request, words)
    if said.doubt is not None:
        work.ask(*replies.questions(work.request, said))
    elif (said.span is None and said.rule is None) or _left(said):
        work.ask(replies.which_date(work.request, words))
    else:
        if said.span is not None and said.rule is None:
            known = _with_day if only_hour(words) else _with_hour
            said = replace(said, span=known(said.span, task.when, work.request))
        if said.span is not None and is_surprising(work.request, task, said.span):
            work.ask(earlier(work.request, task, said.span, words))
            return
        # Whoever is named beside the day is meant as well.
        _apply(work, task, said)


def _shift(work: Work, task: Task, by: Shift, words: list[str]) -> None:
    """Move *task* by so much from where it stands, unless that is over all the same: then from when is asked."""
    span = shifted(task.when, by)
    if span is None or span.due is None or is_over(span.due, work.request.here):
        work.ask(replies.which_date(work.request, words))
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
    return said.span is not None and not _left(said) and not (said.assignees or said.unclear or said.labels)


def repeat(work: Work, task: Task, words: list[str]) -> None:
    """Write how *task* comes back: ``toutes les 2 semaines``, ``jamais``."""
    if _is_nothing(words):
        work.write(task, {"rule": None}, replies.changed)
        return
    said = _said(work.request, words)
    if said.doubt is not None:
        work.ask(*replies.questions(work.request, said))
    elif said.rule is None or _left(said):
        work.ask(replies.which_recurrence(work.request, words))
    else:
        # What is already due on a day keeps it; the series begins where it says.
        fields = _fields(said) if task.when.due is None else {"rule": moment.written_rule(said.rule)}
        work.write(task, fields, replies.changed)


def _left(said: Draft) -> list[str]:
    return [each for each in said.title.split() if fold(each) not in _AROUND]


def rename(work: Work, task: Task, words: list[str]) -> None:
    """Write the title of *task*: ``renommer 12 en vérifier le chauffage``."""
    title(work, task, words[1:] if len(words) > 1 and fold(words[0]) in ("en", "as", "to") else words)


def title(work: Work, task: Task, words: list[str]) -> None:
    """Write the title of *task*; whatever it says is taken literally, without the quotes around all of it."""
    text = unquoted(" ".join(words).lstrip(":– "))
    if not text:
        work.ask(replies.which_title(work.request))
    elif len(text) > MAX_TITLE:
        work.ask(too_long(work.request, text, MAX_TITLE))
    else:
        work.write(task, {"title": text}, replies.changed)


def describe(work: Work, task: Task, words: list[str]) -> None:
    """Write the description of *task*, in the lines in which it was typed; nothing clears it."""
    text = "\n".join(" ".join(line) for line in lines_of(work.request, words)).strip()
    if len(text) > MAX_DESCRIPTION:
        work.ask(too_long(work.request, text, MAX_DESCRIPTION))
    else:
        work.write(task, {"description": text or None}, replies.described)


def assign(work: Work, task: Task, words: list[str]) -> None:
    """Add those whom *words* name to *task*."""
    said = _said(work.request, words)
    if not (said.assignees or said.unclear) or _left(said):
        work.ask(replies.whom(work.request, words))
    else:
        _apply(work, task, Draft("", said.assignees, said.unclear))


def remove(work: Work, task: Task, words: list[str]) -> None:
    """Take people and labels off *task*."""
    said = _said(work.request, words)
    people = [str(each) for each in said.assignees]
    if said.unclear:
        work.ask(*replies.questions(work.request, said))
        return
    gone = {fold(each) for each in said.labels}
    found = work.board.object(KIND, task.id)
    labels = [] if found is None else [each for each in found.elements("labels") if fold(label(each)) in gone]
    left = work.editing.remove(KIND, task.id, "assignees", people) + work.editing.remove(
        KIND, task.id, "labels", [each for each in labels if isinstance(each, str)]
    )
    if not (people or gone):
        work.ask(replies.whom(work.request, words))
    elif left:
        work.say(task.id, replies.changed)
    else:
        work.ask(replies.not_on(work.request, task))


def prioritise(work: Work, task: Task, words: list[str]) -> None:
    """Write how much *task* matters."""
    said = [found for each in words if (found := marks.priority_in(each)) is not None]
    if len(said) != 1:
        work.ask(replies.which_priority(work.request, words))
    else:
        work.write(task, {"priority": said[0].value}, replies.changed)


def tag(work: Work, task: Task, words: list[str]) -> None:
    """Add labels to *task*, with or without their sign."""
    said = [found for each in words if (found := marks.marked_label("#" + each.strip("#,;"))) is not None]
    if not said or len(said) < len(words):
        work.ask(replies.which_label(work.request, words))
    else:
        work.editing.add(KIND, task.id, "labels", _new_labels(task, said))
        work.say(task.id, replies.changed)


def estimate(work: Work, task: Task, words: list[str]) -> None:
    """Write how long *task* may take."""
    minutes = marks.marked_estimate("~" + "".join(words).lstrip("~"))
    if _is_nothing(words):
        work.write(task, {"estimate": None}, replies.changed)
    elif minutes is None:
        work.ask(replies.which_estimate(work.request, words))
    else:
        work.write(task, {"estimate": minutes}, replies.changed)


def _under(words: Sequence[str]) -> list[str] | None:
    """Return the words after ``sous`` in ``!tâche 15 sous 12``."""
    return list(words[1:]) if words and fold(words[0]) in ("sous", "under") else None


def _put_under(work: Work, task: Task, words: Sequence[str]) -> None:
    wanted, strange = references(words)
    above, questions = resolved(work.request, work.board, wanted)
    work.ask(*questions)
    if strange or len(wanted) != 1:
        work.ask(replies.which_parent(work.request, words))
    elif above:
        place(work, task, above[0])


def place(work: Work, task: Task, above: Task) -> None:
    """Put *task* under *above*, unless that would close a circle."""
    way = work.board.way(above.id, task.id, "parent")
    if way is not None:
        work.ask(replies.circle(work.request, work.board.tasks((task.id, *way))))
    else:
        work.write(task, {"parent": above.id}, partial(replies.placed, above=above))


def detach(work: Work, task: Task, _: list[str]) -> None:
    """Take *task* out from under another."""
    work.write(task, {"parent": None}, replies.changed)


def depend(work: Work, task: Task, words: list[str]) -> None:
    """Make *task* wait for others, unless that would close a circle."""
    joined = list(task.depends)
    for other in _others(work, words):
        way = work.board.way(other.id, task.id, "depends")
        if way is not None:
            work.ask(replies.circle(work.request, work.board.tasks((task.id, *way))))
        else:
            joined.append(other.id)
    if joined:
        work.editing.add(KIND, task.id, "depends", joined)
        work.say(task.id, partial(replies.waits, others=work.board.tasks(dict.fromkeys(joined))))


def free(work: Work, task: Task, words: list[str]) -> None:
    """Make *task* wait no longer: for those that are named, or for any."""
    found = work.board.object(KIND, task.id)
    held = [] if found is None else [each for each in found.elements("depends") if isinstance(each, str)]
    wanted = held if not words else [each.id for each in _others(work, words)]
    if work.editing.remove(KIND, task.id, "depends", wanted) or not words:
        left = work.board.tasks(each for each in task.depends if each not in wanted)
        work.say(task.id, partial(replies.waits, others=left))
    elif wanted:
        work.ask(replies.not_on(work.request, task))


def _others(work: Work, words: Sequence[str]) -> tuple[Task, ...]:
    between = {"de", "des", "d", "du", "on", "from", "apres", "after"}
    wanted, strange = references(each for each in words if fold(each).rstrip("'") not in between)
    if strange or not wanted:
        work.ask(replies.which_others(work.request, words))
        return ()
    found, questions = resolved(work.request, work.board, wanted)
    work.ask(*questions)
    return found
