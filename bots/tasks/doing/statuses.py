"""Where a task stands, and how it gets elsewhere; a recurring one that is done comes back."""

from collections.abc import Mapping, Sequence
from typing import Final

from bots.assistant.talk.rights import Right, may_close, standing
from bots.assistant.talk.wording import fold
from bots.assistant.words.objects.articles import POLITE
from bots.items.doing import asking
from bots.register.format.canonical import Json
from bots.register.format.identity import object_id
from bots.tasks.doing.work import Work
from bots.tasks.kept import moment
from bots.tasks.kept.recurrence import following
from bots.tasks.kept.task import ITEM, KIND, Status, Task
from bots.tasks.saying import replies

_NOT_DONE: Final = (
    *(
        f"{before} {said}"
        for before in ("pas", "c'est pas", "ce n'est pas", "pas encore", "n'est pas", "non pas")
        for said in ("fait", "faite", "fini", "finie", "terminee")
    ),
    *("not done", "not finished", "not done yet", "it not done"),
)
"""Folded, without what stands around them."""
_MOST: Final = 4
"""Words of a status."""
_WORDS: Final[Mapping[str, Status]] = {
    **dict.fromkeys(("a faire", "rouverte", "rouvert", "to do", "todo", "reopened", "open"), Status.TODO),
    **dict.fromkeys(_NOT_DONE, Status.TODO),
    **dict.fromkeys(("en cours", "commencee", "commence", "in progress", "doing", "started", "en route"), Status.DOING),
    **dict.fromkeys(("bloquee", "bloque", "blocked", "en attente", "waiting"), Status.BLOCKED),
    **dict.fromkeys(
        ("faite", "fait", "finie", "fini", "terminee", "termine", "done", "finished", "close", "closed"), Status.DONE
    ),
    **dict.fromkeys(("abandonnee", "abandonne", "annulee", "annule", "dropped", "cancelled"), Status.DROPPED),
}


_AROUND: Final = POLITE | {"est", "is", "!", ":"}


def status_in(words: Sequence[str]) -> Status | None:
    """Return the status that *words* say, all of them: ``est faite``, ``en cours``."""
    said = [fold(each) for each in words if fold(each) not in _AROUND]
    return _WORDS.get(" ".join(said).strip()) if len(said) <= _MOST else None


def set_status(work: Work, task: Task, wanted: Status) -> None:
    """Bring *task* to *wanted*, if that may be; say it, or why not."""
    request = work.request
    who = standing(own=request.own)
    closes = wanted in (Status.DONE, Status.DROPPED)
    if closes and not may_close(who, assigned=request.sender in task.assignees):
        work.ask(replies.may_not_close(request, task))
    elif not closes and not request.may(Right.CHANGE):
        work.ask(asking.may_not(request))
    elif task.status is wanted:
        work.ask(replies.already(request, task))
    elif wanted is Status.DONE and task.status is Status.DROPPED:
        work.ask(replies.was_dropped(request, task))
    else:
        done = moment.stamp(request.now) if wanted is Status.DONE else None
        work.write(task, {"status": wanted.value, "completed": done}, replies.moved)
        if wanted is Status.DONE and task.rule is not None:
            _comes_back(work, task)


def restore(work: Work, task: Task, _: list[str]) -> None:
    """Bring back a task that is done or dropped."""
    if task.open:
        work.ask(replies.already(work.request, task))
    else:
        work.write(task, {"status": Status.TODO.value, "completed": None}, replies.moved)


def _comes_back(work: Work, task: Task) -> None:
    """Make the next of a series: the same for everybody who marks this one done, whatever part of the room they see."""
    request = work.request
    assert task.rule is not None
    coming = following(task.rule, task.when, request.here)
    if coming is None:
        work.say(task.id, replies.was_the_last)
        return
    span, rule = coming
    # Of the task alone, not of the room: on both sides of an upgrade it is the same one that comes next.
    next_id = object_id(KIND, "", f"{task.id} {span.due or span.start}")
    held = work.board.get(next_id)
    if held is not None and held.status is not Status.DROPPED:
        # Somebody was faster: in another part of the room, or before this one was reopened.
        work.say(next_id, replies.comes_back)
        return
    found = work.board.object(KIND, task.id)
    copied = ("title", "description", "priority", "estimate", "parent", "objective")
    fields: dict[str, Json] = {
        name: value for name in copied if found is not None and isinstance(value := found.value(name), (str, int))
    }
    fields |= {
        "status": Status.TODO.value,
        "completed": None,
        "when": moment.written(span),
        "rule": moment.written_rule(rule),
    }
    first: dict[str, Json] = {"number": work.number(), "follows": task.id}
    if task.creator is not None:
        first["creator"] = str(task.creator)
    work.editing.make(KIND, next_id, fields, first, {"status": Status.DROPPED.value})
    if held is None:
        work.editing.add(KIND, next_id, "assignees", map(str, task.assignees))
        work.editing.add(KIND, next_id, "labels", task.labels)
        for item in task.checklist:
            item_id = object_id(ITEM, "", next_id, item.at)
            item_first: dict[str, Json] = {"task": next_id, "rank": item.at}
            work.editing.make(ITEM, item_id, {"text": item.text, "done": False}, item_first, {})
    work.say(next_id, replies.comes_back)
