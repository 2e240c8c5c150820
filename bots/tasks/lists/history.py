"""``!tâche historique 12``: who did what to a task, and when; ``!tâche restaurer 12 titre`` (pure).

What was done is replayed in the order that everybody agrees on, on an object of its own: what each step made different
is what is said of it.
"""

from collections.abc import Iterator
from typing import Final

from bots.assistant.talk.markup import Rich, code, fill, join, short, strong, text
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import NOTHING, HistoryEntry, Needs, Request
from bots.assistant.talk.rights import Right
from bots.assistant.talk.sentence import says
from bots.items.doing import asking
from bots.items.saying.history import BEGINNING, position, recent, step
from bots.register.replica.places import Key, Position
from bots.tasks.kept.model import Board
from bots.tasks.kept.task import COMMENT, ITEM, KIND, Task
from bots.tasks.lists.replay import Replay
from bots.tasks.saying import echo, questions
from bots.tasks.saying.targets import targets
from config.texts import mark


def history_of(request: Request, rest: list[str]) -> Needs:
    """Return the task that *rest* begins with, and its lines and comments, as what must be known of."""
    board = Board(request.state, request.inverse)
    found = targets(request, board, rest).tasks
    return Needs((*_keys(board, found[0]), *_parts(board, found[0], COMMENT))) if len(found) == 1 else NOTHING


def history(request: Request, rest: list[str]) -> Reply:
    """Say who did what to one task, and when: the last twenty steps, the oldest first."""
    if not request.may(Right.SEE):
        return ask(request, asking.may_not(request))
    board = Board(request.state, request.inverse)
    found = targets(request, board, rest)
    if len(found.tasks) != 1:
        one = (one_history(request),) if found.tasks else ()
        return ask(request, *(found.questions or one or (questions.which_number(request, board, found.rest),)))
    task = found.tasks[0]
    said = list(_said(request, board, task))
    texts = request.texts
    head = fill(texts.gettext("History of task {number}: {title}"), number=strong(task.label), title=text(task.title))
    return Reply(recent(request, head, said), shows=((KIND, task.id),))


def _keys(board: Board, task: Task) -> tuple[Key, ...]:
    return ((KIND, task.id), *_parts(board, task, ITEM))


def _parts(board: Board, task: Task, kind: str) -> list[Key]:
    return sorted(each for each in board.index.parts.get(task.id, ()) if each[0] == kind)


def _said(request: Request, board: Board, task: Task) -> Iterator[Rich]:
    replay = Replay(request, board, task, {})
    for _, key, deed in _in_order(request, _keys(board, task)):
        what = replay.said(key, deed)
        if what:
            yield step(request, deed, join(" · ", what))


def _in_order(request: Request, keys: tuple[Key, ...]) -> list[tuple[Position, Key, HistoryEntry]]:
    """Return the deeds of the task and its lines, each operation once; an erased one stands after what it followed."""
    found: dict[tuple[object, ...], tuple[Position, Key, HistoryEntry]] = {}
    for key in keys:
        last = BEGINNING
        for number, deed in enumerate(request.history.get(key, ())):
            last = last if deed.operation is None else position(deed.operation)
            name = (key, number) if deed.operation is None else deed.operation.identity
            found.setdefault(name, (last, key, deed))
    return sorted(found.values(), key=lambda each: (each[0], each[2].operation is None))


one_history: Final = says(mark("One task at a time, please."))
"""Ask for one task only."""


def was_erased(request: Request, task: Task) -> Rich:
    """Say that an earlier value cannot be put back, because somebody had it erased."""
    return echo.about(request.texts.gettext("What was there on task {number} before has been erased."), task)


def nothing_before(request: Request, task: Task) -> Rich:
    """Say that no earlier value is known."""
    return echo.about(request.texts.gettext("I know of no earlier value on task {number}."), task)


def which_field(request: Request, words: str) -> Rich:
    """Ask which field is to be put back."""
    sentence = request.texts.gettext("Title, description, due date, priority or status, not {typed}. {example}")
    example = code(request.texts.gettext("!task restore 12 title"))
    return fill(sentence, typed=code(short(words)), example=example)
