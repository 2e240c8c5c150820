"""``!tâche effacer 12 définitivement``: what was written on a task is erased for good (RGPD), not dropped (pure).

The operation that made the task is erased, and so the task with it: whoever showed it clears their messages then
(bots/assistant/DESIGN.md, "Erasure").
"""

from collections.abc import Sequence
from typing import Final

from bots.assistant.markup import Rich, code, fill, lines, strong, text
from bots.assistant.people import name_of
from bots.assistant.reply import Reply, ask
from bots.assistant.request import NOTHING, Needs, Request
from bots.assistant.rights import Right, may, standing
from bots.assistant.wording import fold
from bots.register.operation import Operation
from bots.tasks import echo, replies
from bots.tasks.model import Board
from bots.tasks.targets import targets
from bots.tasks.task import KIND, Task

_FOR_GOOD: Final = frozenset({"definitivement", "pour toujours", "for good", "for ever", "forever"})


def erase_needs(request: Request, rest: list[str]) -> Needs:
    """Return the history of the task: which operation made it is not in the state."""
    found = targets(request, Board(request.state), rest, one=True).tasks
    return Needs(history=((KIND, found[0].id),)) if found else NOTHING


def erasing(request: Request, rest: list[str]) -> Reply:
    """Erase one task for good; asked for once more before, because nobody can bring it back."""
    if not may(standing(own=request.own), Right.ERASE_OWN):
        return ask(request, replies.may_not(request))
    board = Board(request.state)
    found = targets(request, board, rest, one=True)
    if not found.tasks:
        return ask(request, *(found.questions or (replies.which_number(request, board),)))
    task = found.tasks[0]
    made = _made(request, task)
    refusal = _refusal(request, task, made)
    if refusal is not None or made is None:
        return ask(request, refusal or replies.gone(request))
    if not _for_good(found.rest):
        # It shows the title, so it goes with it.
        return Reply(_question(request, task), inverse=request.inverse, shows=((KIND, task.id),))
    return Reply(_said(request, task), erases=(made.identity,))


def _for_good(words: Sequence[str]) -> bool:
    return " ".join(fold(each) for each in words if each.strip(".,;:!")).strip(".,;:! ") in _FOR_GOOD


def _made(request: Request, task: Task) -> Operation | None:
    """Return the operation that gave *task* its number."""
    for deed in request.history.get((KIND, task.id), ()):
        operation = deed.operation
        if operation is not None and any(each.id == task.id and "number" in each.first for each in operation.changes):
            return operation
    return None


def _refusal(request: Request, task: Task, made: Operation | None) -> Rich | None:
    gettext = request.texts.gettext
    if task.creator != request.sender:
        return lines(
            (echo.about(gettext("Only whoever asked for task {number} can have it erased."), task), _moderator(request))
        )
    if made is None or made.sender != request.served_by:
        author = request.state.get(KIND, task.id)
        whose = None if author is None else author.first_author("number")
        sentence = gettext("Task {number} was added by {assistant}, which alone can erase it.")
        who = name_of(whose or request.served_by, request)
        return lines((fill(sentence, number=strong(task.label), assistant=who), _moderator(request)))
    others = {each.id for each in made.changes if each.kind == KIND and each.first} - {task.id}
    if others:
        sentence = request.texts.ngettext(
            "Task {number} came with {count} other in one message, and would take it along.",
            "Task {number} came with {count} others in one message, and would take them along.",
            len(others),
        )
        said = fill(sentence, number=strong(task.label), count=text(str(len(others))))
        return lines((said, text(gettext("“title” and “description” write something else over what it says."))))
    return None


def _moderator(request: Request) -> Rich:
    return text(
        request.texts.gettext("A moderator of the room can delete the message of its card: that erases it, too.")
    )


def _question(request: Request, task: Task) -> Rich:
    gettext = request.texts.gettext
    sentence = gettext("Erase task {number} ({title}), its comments and its history for good?")
    what = fill(sentence, number=strong(task.label), title=text(task.title))
    how = gettext("Nobody can bring it back (“drop” keeps it). To erase it: {command}")
    command = code(gettext("!task erase {number} for good").format(number=task.label))
    return lines((what, fill(how, command=command)))


def _said(request: Request, task: Task) -> Rich:
    """Say that it is being erased, without a word of what it said."""
    gettext = request.texts.gettext
    said = fill(gettext("✖ Task {number} is being erased for good, here and for everybody."), number=strong(task.label))
    return lines((said, text(gettext("What you wrote yourself stays until you delete your own messages."))))
