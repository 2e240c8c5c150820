"""The sentences about tasks (pure). Each returns what people read, in the language of the room."""

from collections.abc import Iterable, Sequence
from typing import Final

from bots.assistant.markup import Rich, code, fill, join, listing, strong, text
from bots.assistant.people import Several, names_of
from bots.assistant.request import Request
from bots.tasks.drafting import Draft
from bots.tasks.model import Board, Task

_IN_A_LIST: Final = 120
_NUMBERS: Final = 20


def added(request: Request, task: Task) -> Rich:
    """Say that *task* now exists."""
    gettext = request.texts.gettext
    if task.assignees:
        return _about(request, gettext("✔ Task {number} added: {title} → {people}"), task, whole=True)
    return _about(request, gettext("✔ Task {number} added: {title}"), task, whole=True)


def changed(request: Request, task: Task) -> Rich:
    """Say that the edited command has changed its task."""
    gettext = request.texts.gettext
    if task.assignees:
        return _about(request, gettext("✔ Task {number} changed: {title} → {people}"), task, whole=True)
    return _about(request, gettext("✔ Task {number} changed: {title}"), task, whole=True)


def closed(request: Request, task: Task) -> Rich:
    """Say that *task* is done now."""
    return _about(request, request.texts.gettext("✔ Task {number} done: {title}"), task)


def already_done(request: Request, task: Task) -> Rich:
    """Say that *task* was done before."""
    return _about(request, request.texts.gettext("Task {number} was already done: {title}"), task)


def was_dropped(request: Request, task: Task) -> Rich:
    """Say why *task* cannot be marked done."""
    return _about(request, request.texts.gettext("Task {number} has been dropped: it cannot be marked done."), task)


def withdrawn(request: Request, task: Task) -> Rich:
    """Say that *task*, just added, is dropped. Without its title: that may be why the command was deleted."""
    return _about(request, request.texts.gettext("↩ Task {number} withdrawn."), task)


def reopened(request: Request, task: Task) -> Rich:
    """Say that *task* is no longer done. Without its title, as above."""
    return _about(request, request.texts.gettext("↩ Task {number} is to be done again."), task)


def listed(request: Request, shown: Sequence[Task], total: int) -> Rich:
    """Show open tasks, and how many more there are."""
    texts = request.texts
    if not total:
        return text(texts.gettext("Nothing to do: there is no open task in this room."))
    head = texts.ngettext("{count} open task:", "{count} open tasks:", total)
    more = total - len(shown)
    foot = texts.ngettext("… and {count} more.", "… and {count} more.", more) if more else ""
    return listing(
        fill(head, count=text(str(total))), [_item(request, each) for each in shown], fill(foot, count=text(str(more)))
    )


def which_title(request: Request) -> Rich:
    """Ask what the task is."""
    gettext = request.texts.gettext
    example = code(gettext("!task add call the fire brigade @dgs"))
    return fill(gettext("What is there to do? For example: {example}"), example=example)


def title_too_long(request: Request, length: int, most: int) -> Rich:
    """Refuse a title that would not fit."""
    sentence = request.texts.gettext("This title is too long: {length} characters, and {most} at most.")
    return fill(sentence, length=text(str(length)), most=text(str(most)))


def questions(request: Request, draft: Draft) -> list[Rich]:
    """Ask about each name that fits nobody here, or several."""
    gettext = request.texts.gettext
    asked = []
    for each in draft.unclear:
        typed = code(_short(each.typed))
        if isinstance(each, Several):
            choices = join(", ", [code(user) for user in each.users[:_NUMBERS]])
            sentence = gettext("{typed} may be {choices}. Please write the whole identifier.")
            asked.append(fill(sentence, typed=typed, choices=choices))
        else:
            asked.append(fill(gettext("Nobody in this room is called {typed}."), typed=typed))
    return asked


def which_number(request: Request, board: Board) -> Rich:
    """Ask which task, and say which there are."""
    gettext = request.texts.gettext
    asked = fill(gettext("Which task? For example: {example}"), example=code(gettext("!task done 12")))
    return join(" ", (asked, those_open(request, board)))


def which_of(request: Request, label: str, tasks: Sequence[Task]) -> Rich:
    """Ask which of the *tasks* that share a number is meant."""
    sentence = request.texts.gettext("Several tasks are called {number}. Which one?")
    shown = [_item(request, each) for each in tasks[:_NUMBERS]]
    return listing(fill(sentence, number=text(label)), shown)


def no_such(request: Request, label: str) -> Rich:
    """Say that no task has this number."""
    return fill(request.texts.gettext("There is no task {number}."), number=text(label))


def those_open(request: Request, board: Board) -> Rich:
    """Say which numbers are open."""
    texts = request.texts
    total = board.count_open()
    if not total:
        return text(texts.gettext("No task is open."))
    numbers = ", ".join(each.label for each in board.open(_NUMBERS)) + (" …" if total > _NUMBERS else "")
    sentence = texts.ngettext("Open task: {numbers}", "Open tasks: {numbers}", total)
    return fill(sentence, numbers=text(numbers))


def strange_number(request: Request, typed: str) -> Rich:
    """Say what was expected where there was no number."""
    gettext = request.texts.gettext
    sentence = gettext("I expected task numbers, not {typed}. For example: {example}")
    return fill(sentence, typed=code(_short(typed)), example=code(gettext("!task done 12, 14")))


def too_many(request: Request, most: int) -> Rich:
    """Refuse more numbers than one message should hold."""
    return fill(request.texts.gettext("That is too many at once: {most} at most."), most=text(str(most)))


def gone(request: Request) -> Rich:
    """Say that the task of a card cannot be read any more."""
    return text(request.texts.gettext("This task does not exist any more."))


def may_not(request: Request) -> Rich:
    """Refuse, in general."""
    return text(request.texts.gettext("You may not do that in this room."))


def may_not_assign(request: Request) -> Rich:
    """Say why a guest's task has nobody assigned."""
    return text(request.texts.gettext("As a guest you cannot assign a task: I have added it without anybody."))


def may_not_close(request: Request, task: Task) -> Rich:
    """Say why a guest cannot mark *task* done."""
    sentence = request.texts.gettext(
        "Task {number} is not yours: as a guest you can mark done what is assigned to you."
    )
    return _about(request, sentence, task)


def _about(request: Request, sentence: str, task: Task, *, whole: bool = False) -> Rich:
    return fill(sentence, number=strong(task.label), title=text(task.title), people=names_of(task.assignees, request))


def _item(request: Request, task: Task) -> Rich:
    parts: Iterable[Rich] = (strong(task.label), text(_short(task.title)))
    item = join(" · ", parts)
    return join(" → ", (item, names_of(task.assignees, request, most=5))) if task.assignees else item


def _short(words: str) -> str:
    return words if len(words) <= _IN_A_LIST else words[: _IN_A_LIST - 1] + "…"
