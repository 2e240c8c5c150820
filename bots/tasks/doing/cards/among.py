"""« la 4 est faite », « le discours pour le 12 plutôt » below a message that shows several tasks (pure).

There is no card to answer: which of the tasks that are shown is meant is said by its number, or by words of its title.
"""

from collections.abc import Sequence

from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.rights import Right
from bots.assistant.talk.wording import fold, words_of
from bots.assistant.words.objects.articles import RATHER
from bots.assistant.words.objects.titled import is_titled
from bots.tasks.doing import dates, plain
from bots.tasks.kept.model import Board
from bots.tasks.kept.task import KIND, Task


def answered(request: Request) -> Reply | None:
    """Return what an answer to a message that shows several tasks does to those it names; None where it names none."""
    words = words_of(request)
    tasks = _shown(request)
    if request.card is not None or len(tasks) < 2 or not request.may(Right.CHANGE):
        return None
    said = plain.told(request, words) or _moved(request, words)
    if said is None:
        return None
    if {*said.words} <= {task.label for task in tasks}:
        return plain.by_number(request, said)
    fitting = [task for task in tasks if is_titled(said.words, task.title)]
    return ask(request, plain.question(request, fitting[0], said)) if len(fitting) == 1 else None


def _moved(request: Request, words: Sequence[str]) -> plain.TaskSentence | None:
    """Return what « le discours pour le 12 plutôt » says: a name, and a time; None for any other sentence."""
    if not 1 < len(words) <= plain.MOST or words[-1].endswith("?"):
        return None
    said = [word for word in words if fold(word).strip(".,;:!") not in RATHER]
    for place in range(1, len(said)):
        if dates.is_time(request, said[place:]):
            return plain.named(plain.TaskVerb.MOVED, fold(" ".join(said[:place])), " ".join(said[place:]))
    return None


def _shown(request: Request) -> list[Task]:
    board = Board(request.state)
    found = (board.get(object_id) for kind, object_id in dict.fromkeys(request.shown) if kind == KIND)
    return [task for task in found if task is not None]
