"""What hangs on a task: subtasks, the lines of its checklist, comments."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

from bots.assistant.dispatch.sentences import too_long
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.rights import Right
from bots.assistant.talk.wording import fold, lines_of
from bots.assistant.words.objects.titled import telling
from bots.items.doing import asking
from bots.register.format.canonical import Json
from bots.register.format.identity import object_id
from bots.tasks.doing.adding import add_lines
from bots.tasks.doing.linking import place
from bots.tasks.doing.work import Saying, Work
from bots.tasks.kept import moment
from bots.tasks.kept.model import Board
from bots.tasks.kept.task import COMMENT, ITEM, MAX_COMMENT, MAX_LINE, ChecklistItem, Task
from bots.tasks.saying import questions, replies
from bots.tasks.saying.targets import begins_with_number
from bots.tasks.words.drafting import MOST_LINES
from bots.tasks.words.numbers import references

_MARKS: Final = "-*•–[] "
_ON_IT: Final = frozenset({"dessus", "la-dessus", "sur", "a", "pour", "dans", "on", "it", "to"})
_MOST_OPEN: Final = 1_000


def under(request: Request, rest: list[str]) -> Reply:
    """``!tâche sous 12 relire le devis``: add a subtask; ``sous 12 15, 16``: put those under it."""
    work = Work.on(request)
    found = work.targets(rest, one=True)
    if len(found.tasks) != 1:
        return work.reply()
    above = found.tasks[0]
    numbers, strange = references(found.rest)
    if strange or not numbers:
        return add_lines(request, lines_of(request, found.rest), above)
    if not request.may(Right.CHANGE):
        return ask(request, asking.may_not(request))
    for task in work.targets(found.rest).tasks:
        place(work, task, above)
    return work.reply()


def note(request: Request, rest: list[str]) -> Reply:
    """Add a comment to a task; when the command is an edited one, change what it said."""
    work = Work.on(request)
    found = work.targets(rest, one=True)
    if not request.may(Right.COMMENT):
        return ask(request, asking.may_not(request))
    for task in found.tasks[:1]:
        comment(work, task, "\n".join(" ".join(line) for line in lines_of(request, found.rest)).strip().lstrip(": "))
    return work.reply()


def note_on_it(request: Request, rest: list[str]) -> Reply:
    """Answer « ajoute un commentaire dessus : … », « … sur la 12 : … », « … sur la note de cadrage : … ».

    Of what it is where nothing says so is for whoever knows what was spoken of (``nothing``).
    """
    head, _, said = " ".join(rest).partition(":")
    about = [word for word in head.split() if fold(word).strip(",") not in _ON_IT]
    if begins_with_number(about):
        return note(request, [*about, *said.split()])
    named = telling(" ".join(about))
    board = Board(request.state)
    held = [] if request.card is None else [request.card]
    fitting = [task.id for task in board.titled(named, _MOST_OPEN)] if named else held
    task = board.get(fitting[0]) if len(fitting) == 1 else None
    if task is None or not request.may(Right.COMMENT):
        return replace(note(replace(request, card=None), []), nothing=True)
    work = Work.on(request)
    comment(work, task, said.strip())
    return work.reply()


def comment(work: Work, task: Task, text: str, said: Saying = replies.commented) -> None:
    """Write *text* as a comment on *task*, and say it with *said*."""
    request = work.request
    if not text:
        work.ask(questions.which_comment(request))
    elif len(text) > MAX_COMMENT:
        work.ask(too_long(request, text, MAX_COMMENT))
    else:
        comment_id = _comment_id(request, task)
        first: dict[str, Json] = {
            "task": task.id,
            "by": str(request.sender),
            "at": moment.stamp(request.now),
            "rank": int(request.now.timestamp() * 1000),
        }
        work.editing.make(COMMENT, comment_id, {"text": text}, first, {"text": None})
        work.say(task.id, said)


def _comment_id(request: Request, task: Task) -> str:
    """Return the id of what *request* says: of its cause, so that an edit finds it again."""
    comment_id = object_id(COMMENT, request.room_id, request.seed, 0)
    held = request.state.get(COMMENT, comment_id)
    if held is None or held.first("task") == task.id:
        return comment_id
    # Edited to be about another task: what it is about is written once.
    return object_id(COMMENT, request.room_id, f"{request.seed} {task.id}", 0)


def lines(work: Work, task: Task, words: list[str]) -> None:
    """Add lines to the checklist of *task*, one for each line typed."""
    request = work.request
    spoken = [" ".join(line).lstrip(_MARKS).strip() for line in lines_of(request, words)]
    spoken = [each[:MAX_LINE] for each in spoken if each]
    if not spoken:
        work.ask(questions.which_line(request, task, words))
    elif len(spoken) > MOST_LINES:
        work.ask(replies.too_many(request, MOST_LINES))
    else:
        last = len(task.checklist)
        for number, words_of_line in enumerate(spoken):
            item_id = object_id(ITEM, request.room_id, f"{request.seed} {task.id}", number)
            first: dict[str, Json] = {"task": task.id, "rank": int(request.now.timestamp() * 1000) + last + number}
            work.editing.make(ITEM, item_id, {"text": words_of_line, "done": False}, first, {"text": None})
        work.say(task.id, replies.checklist)


def _on_lines(fields: dict[str, Json]) -> Callable[[Work, Task, list[str]], None]:
    def act(work: Work, task: Task, words: list[str]) -> None:
        for item in _meant(work, task, words):
            work.editing.set(ITEM, item.id, fields)
            work.say(task.id, replies.checklist)

    return act


def _meant(work: Work, task: Task, words: list[str]) -> Iterable[ChecklistItem]:
    wanted, strange = references(words)
    found = {each.at: each for each in task.checklist}
    known = [found[each.number] for each in wanted if each.number in found and not each.suffix]
    if strange or not wanted or len(known) < len(wanted):
        work.ask(questions.which_line(work.request, task, words))
        return ()
    return known


tick_lines = _on_lines({"done": True})
untick_lines = _on_lines({"done": False})
remove_lines = _on_lines({"text": None})
