"""Reactions on a card: ✅ done, 👀 I take it, ⏰ remind me, 🗑 drop; taking one's reaction back undoes it (pure)."""

from collections.abc import Callable, Mapping

from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.rights import Right
from bots.items.doing import asking
from bots.tasks.doing.cards.reminding import remind
from bots.tasks.doing.statuses import set_status
from bots.tasks.doing.work import Work
from bots.tasks.kept.model import Board
from bots.tasks.kept.task import KIND, Status, Task
from bots.tasks.saying import replies

Button = Callable[[Request], Reply | None]


def buttons(done: Button) -> Mapping[str, Button]:
    """Return what each reaction does; *done* is what ✅ does."""
    return {
        **dict.fromkeys(("✅", "✔", "☑"), done),
        "👀": take,
        "⏰": remind,
        **dict.fromkeys(("🗑", "🚮"), drop),
    }


def drop(request: Request) -> Reply | None:
    """Drop the task. Nothing is asked: who takes the reaction back has it again."""
    task = _task(request)
    if task is None:
        return None
    work = Work.on(request)
    set_status(work, task, Status.DROPPED)
    return work.reply()


def take(request: Request) -> Reply | None:
    """Assign the task to whoever reacts, and note that it is being done."""
    task = _task(request)
    if task is None or (task.status is Status.DOING and request.sender in task.assignees):
        return None
    if not (request.may(Right.ASSIGN) and request.may(Right.CHANGE)):
        return ask(request, asking.may_not(request))
    work = Work.on(request)
    work.editing.add(KIND, task.id, "assignees", [str(request.sender)])
    work.write(task, {"status": Status.DOING.value}, replies.taken)
    return work.reply()


def _task(request: Request) -> Task | None:
    """Return the task of the card, if there is something to do about it."""
    found = None if request.card is None else Board(request.state).get(request.card)
    return found if found is not None and found.open else None
