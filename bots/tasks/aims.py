"""The objective that a task is attached to: known by its number alone, because capabilities do not know each other."""

from typing import Final

from bots.assistant import numbered
from bots.assistant.markup import Rich, code, fill, join, strong, text
from bots.assistant.numbered import Numbered, Reference
from bots.assistant.request import Request
from bots.register.state import State
from bots.tasks.task import Task
from config.texts import Texts

OBJECTIVE: Final = "objective"


def objective(request: Request, wanted: Reference) -> Numbered | Rich:
    """Return the objective that is *wanted*, or the question when that is not clear."""
    found = numbered.called(request.state, OBJECTIVE, wanted)
    if len(found) == 1:
        return found[0]
    gettext = request.texts.gettext
    if not found:
        sentence = gettext("There is no objective {number}; {list} shows those of this room.")
        return fill(sentence, number=text(wanted.label), list=code(gettext("!objectives")))
    choices = join(", ", [strong(each.label) for each in found])
    return fill(
        gettext("Several objectives are called {number}: {choices}. Which one?"),
        number=text(wanted.label),
        choices=choices,
    )


def named(state: State, texts: Texts, task: Task) -> Rich | None:
    """Return how the card of *task* names its objective: by number, so that no title must be taken back from there."""
    found = None if task.objective is None else numbered.get(state, OBJECTIVE, task.objective)
    return None if found is None else fill(texts.gettext("objective {number}"), number=strong(found.label))
