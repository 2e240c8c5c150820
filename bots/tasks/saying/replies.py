"""The sentences about tasks (pure). Each returns what people read, in the language of the room."""

from collections.abc import Sequence
from typing import Final

from bots.assistant.talk.markup import Rich, code, fill, join, lines, listing, short, strong, text
from bots.assistant.talk.request import Request
from bots.assistant.talk.sentence import says, says_most
from bots.assistant.words.names.people import names_of
from bots.tasks.kept.model import Board, Status, Task
from bots.tasks.kept.task import ChecklistItem
from bots.tasks.saying import echo
from config.texts import mark

_NUMBERS: Final = 20


def added(request: Request, task: Task, above: Task | None = None) -> Rich:
    """Say that *task* now exists, under the one *above*."""
    gettext = request.texts.gettext
    what = echo.whole(request, task)
    late = gettext("✔ Task {number} added, late already: {what}")
    sentence = late if task.late(request.here) else gettext("✔ Task {number} added: {what}")
    said = fill(sentence, number=strong(task.label), what=what)
    return said if above is None else lines((said, fill(gettext("under {number}"), number=strong(above.label))))


def changed(request: Request, task: Task) -> Rich:
    """Say how *task* stands, after it has been changed."""
    sentence = request.texts.gettext("✔ Task {number} changed: {what}")
    return fill(sentence, number=strong(task.label), what=echo.whole(request, task))


def was_done(request: Request, task: Task) -> Rich:
    """Say that *task*, which was done, is to be done again: somebody has put it off."""
    sentence = request.texts.gettext("Task {number} was done: it is to be done again.")
    return fill(sentence, number=strong(task.label))


def was_given_up(request: Request, task: Task) -> Rich:
    """Say that *task*, which was dropped, is to be done again: somebody has put it off."""
    sentence = request.texts.gettext("Task {number} was dropped: it is to be done again.")
    return fill(sentence, number=strong(task.label))


def already_made(request: Request, task: Task) -> Rich:
    """Say which task a message has been made into before."""
    sentence = request.texts.gettext("That is task {number} already: {title}")
    return fill(sentence, number=strong(task.label), title=text(task.title))


def moved(request: Request, task: Task) -> Rich:
    """Say what has become of *task*: done, in progress, dropped."""
    gettext = request.texts.gettext
    sentences = {
        Status.TODO: gettext("☐ Task {number} is to be done again: {title}"),
        Status.DOING: gettext("▶ Task {number} in progress: {title}"),
        Status.BLOCKED: gettext("⛔ Task {number} blocked: {title}"),
        Status.DONE: gettext("✔ Task {number} done: {title}"),
        Status.DROPPED: gettext("✖ Task {number} dropped: {title}"),
    }
    return _about(request, sentences[task.status], task)


def taken(request: Request, task: Task) -> Rich:
    """Say that somebody does *task* from now on."""
    return _about(request, request.texts.gettext("▶ Task {number} in progress: {title} → {people}"), task)


def already(request: Request, task: Task) -> Rich:
    """Say that *task* is where it was to be brought."""
    if task.status is Status.DONE:
        return _about(request, request.texts.gettext("Task {number} was already done: {title}"), task)
    sentence = request.texts.gettext("Task {number} is already where you want it ({status}): {title}")
    return fill(
        sentence,
        number=strong(task.label),
        title=text(task.title),
        status=text(echo.status(request, task.status)),
    )


def comes_back(request: Request, task: Task) -> Rich:
    """Say that *task* is the next of its series."""
    sentence = request.texts.gettext("↻ Next: task {number}, {date}")
    return fill(sentence, number=strong(task.label), date=text(echo.span(request, task.when)))


def was_the_last(request: Request, task: Task) -> Rich:
    """Say that the series of *task* is over."""
    return _about(request, request.texts.gettext("That was the last one of its series."), task)


def described(request: Request, task: Task) -> Rich:
    """Say that *task* has another description."""
    if not task.description:
        return _about(request, request.texts.gettext("✔ Task {number}: description removed"), task)
    sentence = request.texts.gettext("✔ Task {number}: description written ({count} characters)")
    return fill(sentence, number=strong(task.label), count=text(str(len(task.description))))


def placed(request: Request, task: Task, above: Task) -> Rich:
    """Say that *task* is now under *above*."""
    sentence = request.texts.gettext("✔ Task {number} is now under task {above}: {title}")
    return fill(sentence, number=strong(task.label), above=strong(above.label), title=text(task.title))


def waits(request: Request, task: Task, others: Sequence[Task]) -> Rich:
    """Say for which *others* the task waits."""
    if not others:
        return _about(request, request.texts.gettext("✔ Task {number} waits for no other"), task)
    sentence = request.texts.ngettext(
        "✔ Task {number} waits for {others}", "✔ Task {number} waits for {others}", len(others)
    )
    return fill(sentence, number=strong(task.label), others=join(", ", [strong(each.label) for each in others]))


def circle(request: Request, tasks: Sequence[Task]) -> Rich:
    """Refuse what would close a circle, and show it."""
    sentence = request.texts.gettext("That would close a circle: {circle}. Nothing is changed.")
    return fill(sentence, circle=join(" → ", [strong(each.label) for each in tasks]))


def not_about(request: Request, task: Task, words: str) -> Rich:
    """Say that *words* are nothing that a task can be given."""
    gettext = request.texts.gettext
    sentence = gettext("I do not understand “{typed}” about task {number}. For example: {example}")
    example = code(gettext("!task 12 for Friday @dgs #roads !high"))
    return fill(sentence, typed=code(short(words)), number=strong(task.label), example=example)


def not_on(request: Request, task: Task) -> Rich:
    """Say that there is nothing to take off *task*."""
    return _about(request, request.texts.gettext("There is nothing of that on task {number}."), task)


def checklist(request: Request, task: Task) -> Rich:
    """Show the checklist of *task*."""
    sentence = request.texts.gettext("✔ Task {number}: checklist {done}/{total}")
    done = sum(each.done for each in task.checklist)
    head = fill(sentence, number=strong(task.label), done=text(str(done)), total=text(str(len(task.checklist))))
    return listing(head, [line(each) for each in task.checklist[:_NUMBERS]])


def line(item: ChecklistItem) -> Rich:
    """Show one line of a checklist."""
    return text(f"{'☑' if item.done else '☐'} {item.at}. {short(item.text)}")


def commented(request: Request, task: Task) -> Rich:
    """Say that a comment is noted."""
    return _about(request, request.texts.gettext("💬 Noted on task {number}: {title}"), task)


def remarked(request: Request, task: Task) -> Rich:
    """Say that an answer to a card is noted: shortly, its author knows where they said it."""
    return fill(request.texts.gettext("💬 Noted on task {number}."), number=strong(task.label))


def was_dropped(request: Request, task: Task) -> Rich:
    """Say why *task* cannot be marked done."""
    return _about(request, request.texts.gettext("Task {number} has been dropped: it cannot be marked done."), task)


def withdrawn(request: Request, task: Task) -> Rich:
    """Say that *task*, just added, is dropped. Without its title: that may be why the command was deleted."""
    return _about(request, request.texts.gettext("↩ Task {number} withdrawn."), task)


def reopened(request: Request, task: Task) -> Rich:
    """Say that *task* is no longer done. Without its title, as above."""
    return _about(request, request.texts.gettext("↩ Task {number} is to be done again."), task)


def taken_back(request: Request, task: Task) -> Rich:
    """Say that a change of *task* is undone."""
    return _about(request, request.texts.gettext("↩ Task {number}: change taken back."), task)


def no_such(request: Request, label: str) -> Rich:
    """Say that no task has this number."""
    gettext = request.texts.gettext
    here = gettext("There is no task {number} in this conversation.")
    return fill(here if request.direct else gettext("There is no task {number}."), number=text(label))


def those_open(request: Request, board: Board) -> Rich:
    """Say which numbers are open."""
    texts = request.texts
    total = board.count_open()
    if not total:
        none = texts.gettext("None is open here; those of our rooms are in “my day”.")
        return text(none if request.direct else texts.gettext("No task is open."))
    numbers = ", ".join(each.label for each in board.open(_NUMBERS)) + (" …" if total > _NUMBERS else "")
    sentence = texts.ngettext("Open task: {numbers}", "Open tasks: {numbers}", total)
    return fill(sentence, numbers=text(numbers))


def strange_number(request: Request, typed: str) -> Rich:
    """Say what was expected where there was no number."""
    gettext = request.texts.gettext
    sentence = gettext("I expected task numbers, not {typed}. For example: {example}")
    return fill(sentence, typed=code(short(typed)), example=code(gettext("!task done 12, 14")))


too_many: Final = says_most(mark("That is too many at once: {most} at most."))
"""Refuse more numbers than one message should hold."""


gone: Final = says(mark("This task does not exist any more."))
"""Say that the task of a card cannot be read any more."""


may_not_assign: Final = says(mark("As a guest you cannot assign a task: I have added it without anybody."))
"""Say why a guest's task has nobody assigned."""


def may_not_close(request: Request, task: Task) -> Rich:
    """Say why a guest cannot mark *task* done."""
    sentence = request.texts.gettext(
        "Task {number} is not yours: as a guest you can mark done what is assigned to you."
    )
    return _about(request, sentence, task)


def _about(request: Request, sentence: str, task: Task) -> Rich:
    return fill(sentence, number=strong(task.label), title=text(task.title), people=names_of(task.assignees, request))
