"""``!tâche effacer 12 définitivement``: a task is erased for good, with its lines, comments and history (pure)."""

from dataclasses import dataclass, replace

from bots.assistant.dispatch.commands import for_good
from bots.assistant.dispatch.commands.for_good import Doomed
from bots.assistant.talk.markup import Rich, code, fill, lines, strong, text
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import NOTHING, Needs, Request
from bots.assistant.talk.rights import Right
from bots.items.doing import asking
from bots.tasks.kept.model import Board
from bots.tasks.kept.task import KIND, Task
from bots.tasks.saying import echo, questions
from bots.tasks.saying.targets import targets


def erase_needs(request: Request, rest: list[str]) -> Needs:
    """Return what :func:`erasing` must know of the task."""
    found = targets(request, Board(request.state), rest, one=True).tasks
    return for_good.needs((KIND, found[0].id)) if found else NOTHING


def erasing(request: Request, rest: list[str]) -> Reply:
    """Erase one task for good."""
    if not request.may(Right.ERASE_OWN):
        return ask(request, asking.may_not(request))
    board = Board(request.state)
    found = targets(request, board, rest, one=True)
    if not found.tasks:
        none = ask(request, *(found.questions or (questions.which_number(request, board, found.rest),)))
        # « Efface la 2044 » may be a picture, where no task has that number.
        return replace(none, nothing=found.named and none.question is None)
    task = found.tasks[0]
    return for_good.erase(request, Doomed((KIND, task.id), task.creator), found.rest, _Sentences(request, task))


@dataclass(frozen=True, slots=True)
class _Sentences:
    """What is said of a task that is to be erased (:class:`for_good.Sentences`)."""

    request: Request
    task: Task

    def question(self) -> tuple[Rich, Rich]:
        gettext = self.request.texts.gettext
        sentence = gettext("Erase task {number} ({title}), its comments and its history for good?")
        what = echo.about(sentence, self.task)
        how = gettext("Nobody can bring it back (“drop” keeps it). To erase it, answer “{words}”.")
        return what, fill(how, words=code(gettext("for good")))

    def only_its_asker(self) -> Rich:
        sentence = self.request.texts.gettext("Only whoever asked for task {number} can have it erased.")
        return echo.about(sentence, self.task)

    def of_another(self, assistant: Rich) -> Rich:
        sentence = self.request.texts.gettext("Task {number} was added by {assistant}, which alone can erase it.")
        return fill(sentence, number=strong(self.task.label), assistant=assistant)

    def along(self, count: int) -> Rich:
        texts = self.request.texts
        sentence = texts.ngettext(
            "Task {number} came with {count} other in one message, and would take it along.",
            "Task {number} came with {count} others in one message, and would take them along.",
            count,
        )
        said = fill(sentence, number=strong(self.task.label), count=text(str(count)))
        return lines((said, text(texts.gettext("“title” and “description” write something else over what it says."))))

    def erased(self) -> Rich:
        sentence = self.request.texts.gettext("✖ Task {number} is being erased for good, here and for everybody.")
        return fill(sentence, number=strong(self.task.label))
