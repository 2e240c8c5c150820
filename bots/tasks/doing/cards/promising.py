"""« ce sera fait vendredi » below a task's card: a promise, or another date for it; that is asked (pure)."""

from collections.abc import Sequence
from typing import Final

from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.rights import Right
from bots.tasks.doing import dates, plain
from bots.tasks.doing.work import Work
from bots.tasks.kept.model import Board
from bots.tasks.kept.task import Task
from bots.tasks.saying import replies

FORMS: Final = (
    *("ce sera fait", "ça sera fait", "ce sera pour", "ça sera pour", "ce sera prêt", "ça sera prêt", "sera fait"),
    *(
        "sera faite",
        "je le ferai",
        "je la ferai",
        "je le fais",
        "je la fais",
        "je ferai ça",
        "je fais ça",
        "on le fera",
    ),
    *("on fera ça", "je m'en occupe", "je m'en occuperai", "it will be done", "i'll do it", "i will do it"),
)
"""What somebody says who promises; the day stands behind it."""


def asked(request: Request, rest: Sequence[str]) -> Reply:
    """Ask whether the task of the card is to be due on the day of the promise."""
    task = _task(request)
    return ask(request, replies.gone(request) if task is None else plain.moved(request, task, " ".join(rest)))


def is_promise(request: Request, rest: Sequence[str]) -> bool:
    """Tell whether *rest* is a time, and another than the open task of the card has."""
    task, words = _task(request), [*rest]
    may_change = request.may(Right.CHANGE)
    if task is None or not task.open or not may_change or not dates.is_time(request, words):
        return False
    work = Work.on(request)
    dates.postpone(work, task, words)
    return bool(work.reply().changes)


def _task(request: Request) -> Task | None:
    return None if request.card is None else Board(request.state).get(request.card)
