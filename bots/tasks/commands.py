"""What people can ask about tasks: add one, list them, mark them done (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Final

from bots.assistant.dispatch import Capability
from bots.assistant.help import summary
from bots.assistant.markup import Rich, lines
from bots.assistant.reply import Reply, ask
from bots.assistant.request import Request
from bots.assistant.rights import Right, may, may_close, standing
from bots.assistant.vocabulary import Command
from bots.assistant.wording import fold
from bots.register.identity import object_id
from bots.register.operation import Change
from bots.tasks import replies
from bots.tasks.drafting import Draft, draft
from bots.tasks.model import KIND, MAX_TITLE, Board, Status, Task
from bots.tasks.numbers import Reference, references
from config.identifiers import UserId
from config.texts import mark

TOPIC: Final = "task"
_MOST_AT_ONCE: Final = 20
_LISTED: Final = 20


def add(request: Request, rest: list[str]) -> Reply:
    """Add a task; when the command is an edited one, change the task that it had made."""
    wanted = draft(rest, request)
    questions = replies.questions(request, wanted)
    if not wanted.title:
        return ask(request, replies.which_title(request), *questions)
    if len(wanted.title) > MAX_TITLE:
        return ask(request, replies.title_too_long(request, len(wanted.title), MAX_TITLE))
    if questions:
        return ask(request, *questions)
    refused = bool(wanted.assignees) and not may(standing(own=request.own), Right.ASSIGN)
    if refused:
        wanted = Draft(wanted.title)
    board = Board(request.state)
    task_id = object_id(KIND, request.room_id, request.event_id, 0)
    held = board.get(task_id)
    reply = _create(request, wanted, task_id, board) if held is None else _rewrite(request, wanted, held)
    return reply.below(replies.may_not_assign(request)) if refused else reply


def _create(request: Request, wanted: Draft, task_id: str, board: Board) -> Reply:
    number = board.next_number()
    change = Change(
        KIND,
        task_id,
        set={"title": wanted.title, "status": Status.TODO.value},
        first={"number": number, "creator": str(request.sender)},
        add={"assignees": tuple(map(str, wanted.assignees))} if wanted.assignees else {},
    )
    task = Task(task_id, number, wanted.title, assignees=wanted.assignees, label=str(number))
    return Reply(
        replies.added(request, task),
        mentions=_notified(request, wanted.assignees),
        changes=(change,),
        shows=((KIND, task_id),),
        inverse=(_status_change(task_id, Status.DROPPED),),
    )


def _rewrite(request: Request, wanted: Draft, held: Task) -> Reply:
    """Give the task of an edited command its new words; an edit never reopens what somebody has done since."""
    found = request.state.get(KIND, held.id)
    assert found is not None
    joined = tuple(each for each in wanted.assignees if each not in held.assignees)
    left = [each for each in held.assignees if each not in wanted.assignees]
    fields: dict[str, str] = {} if wanted.title == held.title else {"title": wanted.title}
    if held.status is Status.DROPPED:
        fields["status"] = Status.TODO.value
    change = Change(
        KIND,
        held.id,
        set=dict(fields),
        add={"assignees": tuple(map(str, joined))} if joined else {},
        remove={"assignees": tuple(tag for each in left for tag in found.tags("assignees", str(each)))} if left else {},
    )
    changed = bool(change.set or change.add or change.remove)
    task = Task(held.id, held.number, wanted.title, assignees=wanted.assignees, label=held.label)
    return Reply(
        replies.changed(request, task),
        mentions=_notified(request, joined),
        changes=(change,) if changed else (),
        shows=((KIND, held.id),),
        inverse=(_status_change(held.id, Status.DROPPED),),
    )


def show_open(request: Request, _: list[str]) -> Reply:
    """List the tasks that are open, by number."""
    if not may(standing(own=request.own), Right.SEE):
        return ask(request, replies.may_not(request))
    board = Board(request.state, request.inverse)
    shown = board.open(_LISTED)
    return Reply(replies.listed(request, shown, board.count_open()), shows=tuple((KIND, each.id) for each in shown))


def done(request: Request, rest: list[str]) -> Reply:
    """Mark tasks done: those named by number, or the one that the message replied to shows."""
    board = Board(request.state, request.inverse)
    wanted, strange = references(rest)
    if strange:
        return ask(request, replies.strange_number(request, " ".join(strange)))
    if not wanted and request.card is not None:
        held = board.get(request.card)
        return _close(request, [held]) if held is not None else ask(request, replies.gone(request))
    if not wanted:
        return ask(request, replies.which_number(request, board))
    if len(wanted) > _MOST_AT_ONCE:
        return ask(request, replies.too_many(request, _MOST_AT_ONCE))
    return _close_called(request, board, wanted)


def _close_called(request: Request, board: Board, wanted: Sequence[Reference]) -> Reply:
    """Close what is clear and ask about the rest."""
    clear: list[Task] = []
    questions: list[Rich] = []
    for each in wanted:
        fitting = board.called(each.number, each.suffix)
        if len(fitting) == 1:
            clear.append(fitting[0])
        elif fitting:
            questions.append(replies.which_of(request, each.label, fitting))
        else:
            questions.append(replies.no_such(request, each.label))
    if any(not board.called(each.number, each.suffix) for each in wanted):
        questions.append(replies.those_open(request, board))
    return _close(request, list({each.id: each for each in clear}.values()), questions)


@dataclass(slots=True)
class _Closing:
    said: list[Rich] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    inverse: list[Change] = field(default_factory=list)


def _close(request: Request, tasks: Sequence[Task], questions: Sequence[Rich] = ()) -> Reply:
    closing = _Closing()
    who = standing(own=request.own)
    for each in tasks:
        if each.status is Status.DONE:
            closing.said.append(replies.already_done(request, each))
        elif each.status is Status.DROPPED:
            closing.said.append(replies.was_dropped(request, each))
        elif not may_close(who, assigned=request.sender in each.assignees):
            closing.said.append(replies.may_not_close(request, each))
        else:
            closing.said.append(replies.closed(request, each))
            closing.changes.append(_status_change(each.id, Status.DONE))
            closing.inverse.append(_status_change(each.id, each.status))
    text = lines([*closing.said, *questions])
    if not closing.changes:
        return ask(request, text)
    shows = tuple((KIND, each.id) for each in tasks)
    return Reply(text, changes=tuple(closing.changes), shows=shows, inverse=tuple(closing.inverse))


def tick(request: Request) -> Reply | None:
    """Mark the task of a card done (✅); ten people who tick it make one answer."""
    held = None if request.card is None else Board(request.state).get(request.card)
    return _close(request, [held]) if held is not None and held.open else None


def undone(request: Request, changes: tuple[Change, ...]) -> Rich:
    """Say what *changes*, an inverse, take back."""
    board = Board(request.state)
    found = [(board.get(each.id), each.set.get("status")) for each in changes]
    return lines(
        replies.withdrawn(request, task) if status == Status.DROPPED else replies.reopened(request, task)
        for task, status in found
        if task is not None
    )


def explain(request: Request, _: list[str]) -> Reply:
    """Answer ``!tâche`` alone: what can follow."""
    return ask(request, summary(request.texts, COMMANDS))


def _status_change(task_id: str, status: Status) -> Change:
    return Change(KIND, task_id, set={"status": status.value})


def _notified(request: Request, users: tuple[UserId, ...]) -> tuple[UserId, ...]:
    return tuple(each for each in users if each != request.sender)


def _guess_numbers(words: list[str]) -> list[str] | None:
    """``!tâche 12`` and ``!tâche 12 faite`` were probably meant to mark it done."""
    verbs = {fold(each) for each in (*_DONE.french, *_DONE.english)}
    found, strange = references(each for each in words if fold(each) not in verbs)
    return [", ".join(each.label for each in found)] if found and not strange else None


def _guess_title(words: list[str]) -> list[str] | None:
    return words or None


@dataclass(frozen=True, slots=True)
class _Verbs:
    french: tuple[str, ...]
    english: tuple[str, ...]

    def after_nouns(self) -> tuple[str, ...]:
        """Every noun with every verb: those of one language first, because the first is the one suggested."""
        pairs = [
            *product(_FRENCH_NOUNS, self.french),
            *product(_ENGLISH_NOUNS, self.english),
            *product(_FRENCH_NOUNS, self.english),
            *product(_ENGLISH_NOUNS, self.french),
        ]
        return tuple(f"{noun} {verb}" for noun, verb in pairs)


_FRENCH_NOUNS = ("tâche", "tâches")
_ENGLISH_NOUNS = ("task", "tasks")
_ADD = _Verbs(
    ("ajouter", "ajoute", "ajoutez", "ajout", "nouvelle", "nouveau", "créer", "crée", "créez"), ("add", "new", "create")
)
_LIST = _Verbs(("liste", "lister", "ouvertes"), ("list", "open"))
_DONE = _Verbs(
    (
        "fait",
        "faite",
        "faits",
        "faites",
        "fini",
        "finie",
        "finir",
        "terminé",
        "terminée",
        "terminées",
        "terminer",
        "clore",
    ),
    ("done", "finish", "finished", "complete", "completed", "close", "closed"),
)

COMMANDS: Final = (
    Command(
        name="task.done",
        topic=TOPIC,
        forms=_DONE.after_nouns(),
        short=("fait", "faite", "terminé", "terminée", "fini", "done", "finished"),
        handle=done,
        usage=mark("!task done 12"),
        about=mark("marks a task done, or several: 12, 14"),
        guess=_guess_numbers,
    ),
    Command(
        name="task.add",
        topic=TOPIC,
        forms=_ADD.after_nouns(),
        short=(
            *("ajouter", "ajoute", "ajoutez", "nouvelle tâche", "ajouter tâche", "ajouter la tâche"),
            *("ajouter une tâche", "ajoute une tâche", "ajoutez une tâche", "créer une tâche", "crée une tâche"),
            *("add", "add task", "add a task", "new task", "create task", "create a task"),
        ),
        handle=add,
        usage=mark("!task add call the fire brigade @dgs"),
        about=mark("adds a task for those whom you name"),
        guess=_guess_title,
    ),
    Command(
        name="task.list",
        topic=TOPIC,
        forms=("tâches", "tasks", *_LIST.after_nouns()),
        short=("liste", "liste des tâches", "lister les tâches", "les tâches", "list", "list tasks", "the tasks"),
        handle=show_open,
        usage=mark("!tasks"),
        about=mark("lists what is still to do"),
        alone=True,
    ),
    Command(name="task", topic=TOPIC, forms=("tâche", "task"), handle=explain, usage="", about="", alone=True),
)

TASKS: Final = Capability(
    kinds=frozenset({KIND}), commands=COMMANDS, undone=undone, reactions={"✅": tick, "✔": tick, "☑": tick}
)
