"""How tasks hang together: one under another, one waiting for others."""

from collections.abc import Sequence
from functools import partial

from bots.assistant.talk.wording import fold
from bots.tasks.doing.work import Work
from bots.tasks.kept.task import KIND, Task
from bots.tasks.saying import questions, replies
from bots.tasks.saying.targets import resolved
from bots.tasks.words.numbers import references


def under_in(words: Sequence[str]) -> list[str] | None:
    """Return the words after ``sous`` in ``!tâche 15 sous 12``."""
    return list(words[1:]) if words and fold(words[0]) in ("sous", "under") else None


def put_under(work: Work, task: Task, words: Sequence[str]) -> None:
    """Put *task* under the one that *words* name."""
    wanted, strange = references(words)
    above, asked = resolved(work.request, work.board, wanted)
    work.ask(*asked)
    if strange or len(wanted) != 1:
        work.ask(questions.which_parent(work.request, words))
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
        work.ask(questions.which_others(work.request, words))
        return ()
    found, asked = resolved(work.request, work.board, wanted)
    work.ask(*asked)
    return found
