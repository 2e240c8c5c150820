"""``!tâche objectif 12 3``: attaching a task to an objective."""

from collections.abc import Sequence
from typing import Final

from bots.assistant.talk.markup import code, fill
from bots.assistant.talk.question import Question, Slot, Takes, in_place_of
from bots.assistant.talk.wording import fold
from bots.assistant.words.objects import aims, numbered
from bots.assistant.words.objects.numbered import Numbered, Reference
from bots.tasks.doing.work import Work
from bots.tasks.kept.task import KIND, Task
from bots.tasks.saying import replies

_NOTHING: Final = frozenset({"aucun", "none", "rien", "sans", "no", "-"})
_AROUND: Final = frozenset({"a", "l'objectif", "objectif", "objective", "the", "to", "de", "n°", ":"})


def aim(work: Work, task: Task, words: Sequence[str]) -> None:
    """``!tâche objectif 12 3``: attach *task* to an objective; ``aucun`` detaches it."""
    said = _said(words)
    if len(said) == 1 and fold(said[0]) in _NOTHING:
        work.write(task, {"objective": None}, replies.changed)
        return
    wanted = (numbered.reference(said[0]) or aims.marked_objective(said[0])) if len(said) == 1 else None
    if wanted is None:
        gettext = work.request.texts.gettext
        example = code(gettext("!task objective 12 3"))
        sentence = fill(gettext("Which objective? For example: {example}"), example=example)
        work.ask(Question(sentence, slot=Slot(Takes.NUMBER, in_place_of(words))))
        return
    attach(work, task, wanted)


def is_one(words: Sequence[str]) -> bool:
    """Tell whether *words* name an objective by its number, or none, and nothing else."""
    said = _said(words)
    return len(said) == 1 and (fold(said[0]) in _NOTHING or numbered.reference(said[0]) is not None)


def _said(words: Sequence[str]) -> list[str]:
    return [each for each in words if fold(each) not in _AROUND]


def attach(work: Work, task: Task, wanted: Reference) -> None:
    """Attach *task* to the objective that is *wanted*, or ask which."""
    found = aims.objective(work.request, wanted)
    if isinstance(found, Numbered):
        work.editing.set(KIND, task.id, {"objective": found.id})
        work.say(task.id, replies.changed)
    else:
        work.ask(found)
