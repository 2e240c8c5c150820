"""Marking tasks done, and saying what is taken back."""

from collections.abc import Callable

from bots.assistant.talk.markup import Rich, lines
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.register.format.operation import Change
from bots.tasks.doing import parts
from bots.tasks.doing.statuses import set_status
from bots.tasks.doing.work import Work
from bots.tasks.kept.model import Board
from bots.tasks.kept.task import KIND, Status, Task
from bots.tasks.saying import questions, replies
from bots.tasks.saying.targets import MOST_AT_ONCE, resolved
from bots.tasks.words.numbers import each_of, references


def done(request: Request, rest: list[str]) -> Reply:
    """Mark tasks done: those named by number, or the one that the message replied to shows."""
    work = Work.on(request)
    wanted, strange = references(each_of(rest))
    if strange:
        return ask(request, replies.strange_number(request, " ".join(strange)))
    if not wanted:
        return _done_on_card(work)
    if len(wanted) > MOST_AT_ONCE:
        return ask(request, replies.too_many(request, MOST_AT_ONCE))
    clear, asked = resolved(request, work.board, wanted)
    work.ask(*asked)
    for task in clear:
        set_status(work, task, Status.DONE)
    return work.reply()


def _done_on_card(work: Work) -> Reply:
    request = work.request
    if request.card is None:
        return ask(request, questions.which_number(request, work.board, ()))
    held = work.board.get(request.card)
    if held is None:
        return ask(request, replies.gone(request))
    set_status(work, held, Status.DONE)
    return work.reply()


def tick(request: Request) -> Reply | None:
    """Mark the task of a card done (✅); ten people who tick it make one answer."""
    work = Work.on(request)
    held = None if request.card is None else work.board.get(request.card)
    if held is None or not held.open:
        return None
    set_status(work, held, Status.DONE)
    return work.reply()


def dropping(request: Request, rest: list[str]) -> Reply:
    """Drop tasks; a guest may do so with what is theirs."""
    work = Work.on(request)
    found = work.targets(rest)
    for task in found.tasks:
        to(Status.DROPPED)(work, task, found.rest)
    return work.reply()


def to(status: Status) -> Callable[[Work, Task, list[str]], None]:
    """Return what brings a task to *status*; words after the numbers are asked about."""

    def act(work: Work, task: Task, words: list[str]) -> None:
        if status is Status.BLOCKED and _is_reason(words):
            set_status(work, task, status)
            parts.comment(work, task, " ".join(words).lstrip(",:;– "), said=replies.remarked)
        elif [each for each in words if each.strip(".,;:!")]:
            work.ask(replies.strange_number(work.request, " ".join(words)))
        else:
            set_status(work, task, status)

    return act


def _is_reason(words: list[str]) -> bool:
    """Tell whether *words* behind a number say why: ``par l'assurance``; where they hold a number, who knows."""
    return any(each.strip(".,;:!") for each in words) and not references(words)[0]


def undone(request: Request, changes: tuple[Change, ...]) -> Rich:
    """Say what *changes*, an inverse, take back: one sentence a task."""
    board = Board(request.state)
    said: dict[str, Rich] = {}
    for change in changes:
        task = board.owner(change.kind, change.id)
        if task is None:
            continue
        status = change.set.get("status") if change.kind == KIND else None
        if status == Status.DROPPED:
            said[task.id] = replies.withdrawn(request, task)
        elif change.kind == KIND and "status" in change.set and not task.open:
            said[task.id] = replies.reopened(request, task)
        else:
            said.setdefault(task.id, replies.taken_back(request, task))
    return lines(said.values())
