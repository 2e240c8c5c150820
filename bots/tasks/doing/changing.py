"""Changing a task by command: each of its fields, by number or in answer to its card."""

from collections.abc import Callable, Sequence
from functools import partial

from bots.assistant.dispatch.sentences import too_long
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.rights import Right
from bots.assistant.talk.wording import fold, lines_of
from bots.assistant.words.names.people import whom
from bots.assistant.words.objects.numbered import MAX_TITLE
from bots.items.doing import asking
from bots.items.types.text import unquoted
from bots.tasks.doing import dates
from bots.tasks.doing.applying import apply, is_nothing, left_over, new_labels, said_of
from bots.tasks.doing.linking import put_under, under_in
from bots.tasks.doing.statuses import set_status, status_in
from bots.tasks.doing.work import Work
from bots.tasks.kept.reading import label
from bots.tasks.kept.task import KIND, MAX_DESCRIPTION, Task
from bots.tasks.saying import questions, replies
from bots.tasks.words import marks
from bots.tasks.words.drafting import TaskDraft
from bots.tasks.words.numbers import references

Handler = Callable[[Request, list[str]], Reply]


def several(request: Request, rest: list[str]) -> Reply:
    """``!tâche 12 @dgs #voirie !haute pour vendredi``: whatever is said of the task, all at once; alone, show it."""
    work = Work.on(request)
    found = work.targets(rest)
    status = status_in(found.rest)
    under = under_in(found.rest)
    if not request.may(Right.CHANGE) and status is None:
        return ask(request, asking.may_not(request))
    for task in found.tasks:
        if status is not None:
            set_status(work, task, status)
        elif under is not None:
            put_under(work, task, under)
        elif dates.off_in(found.rest) is not None:
            dates.take_off(work, task, found.rest)
        elif not apply(work, task, said_of(request, found.rest)):
            return ask(request, replies.not_about(request, task, " ".join(found.rest)))
    return work.reply()


def reads(words: Sequence[str]) -> bool:
    """Tell whether :func:`several` knows a status, another task above, or that a date goes, in *words*."""
    under = under_in(words)
    return (
        status_in(words) is not None
        or dates.off_in(words) is not None
        or (under is not None and not references(under)[1])
    )


def on_each(act: Callable[[Work, Task, list[str]], None]) -> Handler:
    """Return the handler that does *act* to each task that the words begin with, with the words after."""
    return partial(_on, act, one=False)


def on_one(act: Callable[[Work, Task, list[str]], None]) -> Handler:
    """Return the same for what may begin with a number itself: a title, the lines of a checklist."""
    return partial(_on, act, one=True)


def _on(act: Callable[[Work, Task, list[str]], None], request: Request, rest: list[str], *, one: bool) -> Reply:
    if not request.may(Right.CHANGE):
        return ask(request, asking.may_not(request))
    work = Work.on(request)
    found = work.targets(rest, one=one)
    for task in found.tasks:
        act(work, task, found.rest)
    return work.reply()


def rename(work: Work, task: Task, words: list[str]) -> None:
    """Write the title of *task*: ``renommer 12 en vérifier le chauffage``."""
    title(work, task, words[1:] if len(words) > 1 and fold(words[0]) in ("en", "as", "to") else words)


def title(work: Work, task: Task, words: list[str]) -> None:
    """Write the title of *task*; whatever it says is taken literally, without the quotes around all of it."""
    text = unquoted(" ".join(words).lstrip(":– "))
    if not text:
        work.ask(questions.which_title(work.request))
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
    user = whom(words, work.request)
    said = said_of(work.request, words if user is None else [str(user)])
    if not (said.assignees or said.unclear) or left_over(said):
        work.ask(questions.whom(work.request, words))
    else:
        apply(work, task, TaskDraft("", said.assignees, said.unclear))


def remove(work: Work, task: Task, words: list[str]) -> None:
    """Take people and labels off *task*."""
    said = said_of(work.request, words)
    people = [str(each) for each in said.assignees]
    if said.unclear:
        work.ask(*questions.about(work.request, said))
        return
    gone = {fold(each) for each in said.labels}
    found = work.board.object(KIND, task.id)
    labels = [] if found is None else [each for each in found.elements("labels") if fold(label(each)) in gone]
    left = work.editing.remove(KIND, task.id, "assignees", people) + work.editing.remove(
        KIND, task.id, "labels", [each for each in labels if isinstance(each, str)]
    )
    if not (people or gone):
        work.ask(questions.whom(work.request, words))
    elif left:
        work.say(task.id, replies.changed)
    else:
        work.ask(replies.not_on(work.request, task))


def prioritise(work: Work, task: Task, words: list[str]) -> None:
    """Write how much *task* matters."""
    said = [found for each in words if (found := marks.priority_in(each)) is not None]
    if len(said) != 1:
        work.ask(questions.which_priority(work.request, words))
    else:
        work.write(task, {"priority": said[0].value}, replies.changed)


def tag(work: Work, task: Task, words: list[str]) -> None:
    """Add labels to *task*, with or without their sign."""
    said = [found for each in words if (found := marks.marked_label("#" + each.strip("#,;"))) is not None]
    if not said or len(said) < len(words):
        work.ask(questions.which_label(work.request, words))
    else:
        work.editing.add(KIND, task.id, "labels", new_labels(task, said))
        work.say(task.id, replies.changed)


def estimate(work: Work, task: Task, words: list[str]) -> None:
    """Write how long *task* may take."""
    minutes = marks.marked_estimate("~" + "".join(words).lstrip("~"))
    if is_nothing(words):
        work.write(task, {"estimate": None}, replies.changed)
    elif minutes is None:
        work.ask(questions.which_estimate(work.request, words))
    else:
        work.write(task, {"estimate": minutes}, replies.changed)
