"""``!tâche restaurer 12 titre``: the value that a field had before, from the history of the task (pure)."""

from collections.abc import Sequence
from typing import Final, cast

from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import NOTHING, Needs, Request
from bots.items.doing.restoring import name_of_field
from bots.register.format.canonical import Json
from bots.register.replica.places import ERASED
from bots.tasks.doing.changing import on_each
from bots.tasks.doing.statuses import restore, set_status
from bots.tasks.doing.work import Work
from bots.tasks.kept.model import Board
from bots.tasks.kept.task import KIND, Status, Task
from bots.tasks.lists.history import history_of, nothing_before, one_history, was_erased, which_field
from bots.tasks.saying import replies
from bots.tasks.saying.targets import targets

_FIELDS: Final = {
    **dict.fromkeys(("titre", "intitule", "title"), "title"),
    **dict.fromkeys(("description", "texte"), "description"),
    **dict.fromkeys(("echeance", "date", "due", "due date", "deadline"), "when"),
    **dict.fromkeys(("priorite", "priority"), "priority"),
    **dict.fromkeys(("statut", "etat", "status"), "status"),
}


def field_in(words: Sequence[str]) -> str | None:
    """Return the field that *words* name, all of them: ``son titre``, ``due date``."""
    return _FIELDS.get(name_of_field(words))


def restore_needs(request: Request, rest: list[str]) -> Needs:
    """Return the history of the task, where a field is to be put back."""
    found = targets(request, Board(request.state, request.inverse), rest)
    return history_of(request, rest) if field_in(found.rest) is not None else NOTHING


def restoring(request: Request, rest: list[str]) -> Reply:
    """Bring tasks back, or the earlier value of a field of one."""
    return on_each(_restore)(request, rest)


def _restore(work: Work, task: Task, words: list[str]) -> None:
    name = field_in(words)
    if not name_of_field(words):
        restore(work, task, words)
    elif name is None:
        work.ask(which_field(work.request, " ".join(words)))
    elif (KIND, task.id) not in work.request.history:
        work.ask(one_history(work.request))
    else:
        _put_back(work, task, name)


def _put_back(work: Work, task: Task, name: str) -> None:
    request = work.request
    earlier = _earlier(work, task, name)
    if earlier is ERASED:
        work.ask(was_erased(request, task))
    elif not _is_sane(name, earlier):
        work.ask(nothing_before(request, task))
    elif name == "status":
        set_status(work, task, Status(str(earlier)))
    else:
        work.write(task, {name: cast("Json", earlier)}, replies.described if name == "description" else replies.changed)


_NOTHING_BEFORE: Final = object()


def _earlier(work: Work, task: Task, name: str) -> object:
    """Return the value before the one that stands there; what this very command did before it was edited is not one."""
    found = work.board.object(KIND, task.id)
    current = None if found is None else found.value(name)
    for deed in reversed(work.request.history[KIND, task.id]):
        if deed.operation is None:
            if name in deed.fields and current is not ERASED:
                return ERASED
            continue
        if deed.operation.cause == work.request.event_id:
            continue
        for change in reversed(deed.operation.changes):
            ours = (change.kind, change.id) == (KIND, task.id) and name in change.set
            if ours and change.set[name] != current:
                return change.set[name]
    return _NOTHING_BEFORE


def _is_sane(name: str, value: object) -> bool:
    """Tell whether *value* is one that a command could have written."""
    if name == "title":
        return isinstance(value, str) and bool(value.strip())
    if name == "description":
        return value is None or isinstance(value, str)
    if name == "status":
        return value in tuple(Status)
    if name == "priority":
        return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 9
    return value is None or isinstance(value, dict)
