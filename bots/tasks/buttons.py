"""Reactions on a card: ✅ done, 👀 I take it, ⏰ remind me, 🗑 drop; taking one's reaction back undoes it (pure)."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from bots.assistant.markup import Rich, fill, strong, text
from bots.assistant.people import name_of, names_of
from bots.assistant.reply import Brief, Reply, ask
from bots.assistant.request import Request
from bots.assistant.rights import Right, may, standing
from bots.tasks import replies
from bots.tasks.model import Board
from bots.tasks.reminding import remind
from bots.tasks.statuses import set_status
from bots.tasks.task import KIND, Status, Task
from bots.tasks.work import Work

Button = Callable[[Request], Reply | None]


def buttons(done: Button) -> Mapping[str, Button]:
    """Return what each reaction does; *done* is what ✅ does."""
    return {
        **dict.fromkeys(("✅", "✔", "☑"), _summed(done)),
        "👀": take,
        "⏰": remind,
        **dict.fromkeys(("🗑", "🚮"), drop),
    }


def _summed(done: Button) -> Button:
    def press(request: Request) -> Reply | None:
        task, reply = _task(request), done(request)
        if task is None or reply is None or not reply.changes:
            return reply
        return replace(reply, brief=Brief(_sum_done, task.label))

    return press


def drop(request: Request) -> Reply | None:
    """Drop the task. Nothing is asked: who takes the reaction back has it again."""
    task = _task(request)
    if task is None:
        return None
    work = Work.on(request)
    set_status(work, task, Status.DROPPED)
    return replace(work.reply(), brief=Brief(_sum_dropped, task.label))


def take(request: Request) -> Reply | None:
    """Assign the task to whoever reacts, and note that it is being done."""
    task = _task(request)
    if task is None or (task.status is Status.DOING and request.sender in task.assignees):
        return None
    who = standing(own=request.own)
    if not (may(who, Right.ASSIGN) and may(who, Right.CHANGE)):
        return ask(request, replies.may_not(request))
    work = Work.on(request)
    work.editing.add(KIND, task.id, "assignees", [str(request.sender)])
    work.write(task, {"status": Status.DOING.value}, _taken)
    return replace(work.reply(), brief=Brief(_sum_taken, task.label))


def _taken(request: Request, task: Task) -> Rich:
    sentence = request.texts.gettext("▶ Task {number} in progress: {title} → {people}")
    people = names_of(task.assignees, request)
    return fill(sentence, number=strong(task.label), title=text(task.title), people=people)


def _task(request: Request) -> Task | None:
    """Return the task of the card, if there is something to do about it."""
    found = None if request.card is None else Board(request.state).get(request.card)
    return found if found is not None and found.open else None


def _sum_done(request: Request, count: int, numbers: Rich) -> Rich:
    texts = request.texts
    said = texts.ngettext(
        "✔ {count} task done by {person}: {numbers}", "✔ {count} tasks done by {person}: {numbers}", count
    )
    return _sum(request, said, count, numbers)


def _sum_dropped(request: Request, count: int, numbers: Rich) -> Rich:
    texts = request.texts
    said = texts.ngettext(
        "✖ {count} task dropped by {person}: {numbers}", "✖ {count} tasks dropped by {person}: {numbers}", count
    )
    return _sum(request, said, count, numbers)


def _sum_taken(request: Request, count: int, numbers: Rich) -> Rich:
    texts = request.texts
    said = texts.ngettext(
        "▶ {count} task taken by {person}: {numbers}", "▶ {count} tasks taken by {person}: {numbers}", count
    )
    return _sum(request, said, count, numbers)


def _sum(request: Request, sentence: str, count: int, numbers: Rich) -> Rich:
    return fill(sentence, count=text(str(count)), person=name_of(request.sender, request), numbers=numbers)
