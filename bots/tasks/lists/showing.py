"""``!tâche 12``: one task, whole."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from bots.assistant.talk.markup import Rich, fill, join, lines, listing, message_link, short, strong, text
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.rights import Right
from bots.assistant.words.names.people import names_of, said_of
from bots.assistant.words.objects import aims
from bots.items.doing import asking
from bots.tasks.kept.model import Board
from bots.tasks.kept.task import KIND, Comment, Priority, Task
from bots.tasks.saying import cards, echo, questions, replies
from bots.tasks.saying.targets import targets
from bots.tasks.words.timing import say_recurrence
from bots.when.saying import say

_MOST: Final = 20
_AT_ONCE: Final = 3


def show(request: Request, rest: list[str]) -> Reply:
    """Show the tasks that are named, or that of the card, whole."""
    if not request.may(Right.SEE):
        return ask(request, asking.may_not(request))
    board = Board(request.state, request.inverse)
    found = targets(request, board, rest)
    shown = found.tasks[:_AT_ONCE]
    if not shown:
        return ask(request, *(found.questions or (questions.which_number(request, board, found.rest),)))
    said = [whole(request, board, each) for each in shown]
    shows = tuple((KIND, each.id) for each in shown)
    if len(shows) > 1 or found.questions:
        return replace(ask(request, *said, *found.questions), shows=shows)
    # Whether it is the card or not, answers and buttons act on it.
    hint = (cards.hint(request.texts),) if shown[0].open else ()
    return Reply(lines([*said, *hint]), shows=shows, card=shows[0])


def whole(request: Request, board: Board, task: Task) -> Rich:
    """Return everything that is known of *task*."""
    gettext = request.texts.gettext
    parts = [cards.head_of(task), join(" · ", _facts(request, board, task))]
    parts += [text(each) for each in task.description.split("\n")]
    if task.checklist:
        parts.append(listing(text(gettext("Checklist:")), [replies.line(each) for each in task.checklist[:_MOST]]))
    children = board.children(task.id)
    if children:
        items = [_child(request, each) for each in children[:_MOST]]
        parts.append(listing(text(gettext("Subtasks:")), items))
    comments = board.comments(task.id)
    if comments:
        items = [_comment(request, each) for each in comments[-_MOST:]]
        parts.append(listing(text(gettext("Comments:")), items))
    return lines(parts)


def _facts(request: Request, board: Board, task: Task) -> Iterator[Rich]:
    gettext = request.texts.gettext
    yield text(echo.status(request, task.status))
    if task.late(request.here):
        yield strong(gettext("late"))
    if task.when.due or task.when.start:
        yield text(echo.span(request, task.when))
    if task.rule is not None:
        yield text(f"↻ {say_recurrence(task.rule, request.language)}")
    if task.assignees:
        yield names_of(task.assignees, request)
    if task.priority is not Priority.NORMAL:
        yield text(echo.priority(request, task.priority))
    if task.labels:
        yield text(" ".join(f"#{each}" for each in task.labels))
    if task.estimate is not None:
        yield text(echo.estimate(request, task.estimate))
    yield from _around(request, board, task)
    if task.creator is not None:
        yield fill(gettext("asked by {person}"), person=said_of(task.creator, task.voucher, request))
    if task.completed is not None:
        done = say(task.completed.astimezone(request.zone), request.language)
        yield fill(gettext("done on {date}"), date=text(done))
    if task.source is not None:
        yield message_link(request.room_id, task.source, gettext("the message"))


def _around(request: Request, board: Board, task: Task) -> Iterator[Rich]:
    """Yield what *task* hangs on."""
    gettext = request.texts.gettext
    above = None if task.parent is None else board.get(task.parent)
    if above is not None:
        yield fill(gettext("under {number}"), number=strong(above.label))
    objective = aims.named(request.state, request.texts, task.objective)
    if objective is not None:
        yield objective
    waits = board.tasks(task.depends)
    if waits:
        said = request.texts.ngettext("waits for {numbers}", "waits for {numbers}", len(waits))
        yield fill(said, numbers=text(", ".join(each.label for each in waits[:_MOST])))


def _child(request: Request, task: Task) -> Rich:
    parts = (strong(task.label), text(short(task.title)), text(echo.status(request, task.status)))
    return join(" · ", parts)


def _comment(request: Request, comment: Comment) -> Rich:
    parts = [text(short(comment.text))]
    if comment.by is not None:
        parts.append(said_of(comment.by, comment.voucher, request))
    if comment.at is not None:
        parts.append(text(say(comment.at.astimezone(request.zone), request.language)))
    return join(" – ", parts)
