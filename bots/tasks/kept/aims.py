"""The objective that a task is attached to: known by its number alone, because capabilities do not know each other."""

from typing import Final

from bots.assistant.talk.markup import Rich, code, fill, join, short, strong, text
from bots.assistant.talk.question import Question
from bots.assistant.talk.request import Request
from bots.assistant.words import numbered
from bots.assistant.words.numbered import Numbered, Reference, alike
from bots.register.replica.state import State
from bots.tasks.kept.task import Task
from config.texts import Texts

OBJECTIVE: Final = "objective"


def objective(request: Request, wanted: Reference) -> Numbered | Rich | Question:
    """Return the objective that is *wanted*, or the question when that is not clear."""
    found = numbered.called(request.state, OBJECTIVE, wanted)
    if len(found) == 1:
        return found[0]
    gettext = request.texts.gettext
    if not found:
        none = gettext("There is no objective {number}; {list} shows those of this room.")
        return fill(none, number=text(wanted.label), list=code(gettext("!objectives")))
    sentence = fill(gettext("Several objectives are called {number}. Which one?"), number=text(wanted.label))
    shown = (join(" · ", (strong(each.label), text(short(each.title)))) for each in found)
    candidates = (alike(label, wanted.label, each.label) for label, each in zip(shown, found, strict=True))
    return Question(sentence, tuple(candidates))


def named(state: State, texts: Texts, task: Task) -> Rich | None:
    """Return how the card of *task* names its objective: by number, so that no title must be taken back from there."""
    found = None if task.objective is None else numbered.get(state, OBJECTIVE, task.objective)
    return None if found is None else fill(texts.gettext("objective {number}"), number=strong(found.label))
