"""From objects of the register to tasks: whatever makes no sense is read as if nobody had written it."""

from collections.abc import Collection
from functools import lru_cache
from typing import Final, TypeGuard

from bots.assistant.talk.wording import clean, fold
from bots.assistant.words.lenient import identifier, line
from bots.assistant.words.objects.numbered import MAX_TITLE
from bots.register.replica.object import Object
from bots.tasks.kept import moment
from bots.tasks.kept.task import (
    MAX_COMMENT,
    MAX_DESCRIPTION,
    MAX_ESTIMATE,
    MAX_LABEL,
    MAX_LINE,
    ChecklistItem,
    Comment,
    Priority,
    Status,
    Task,
)
from config.identifiers import EventId, UserId

_STATUSES: Final = {each.value: each for each in Status}
_PRIORITIES: Final = {each.value: each for each in Priority}


def task(found: Object) -> Task:
    """Return the task that *found* holds (``is_numbered``); what other objects say of it is left to the board."""
    estimate = found.value("estimate")
    objective = found.value("objective")
    status = status_of(found)
    return Task(
        id=found.id,
        number=found.first("number"),
        title=line(found.value("title"), MAX_TITLE) or "…",
        status=status,
        assignees=assignees_of(found),
        giver=found.first_author("number"),
        description=_text(found.value("description"), MAX_DESCRIPTION),
        when=moment.read(found.value("when")),
        priority=priority_of(found),
        labels=labels_of(found),
        rule=moment.read_rule(found.value("rule")),
        objective=objective if isinstance(objective, str) else None,
        estimate=estimate if is_minutes(estimate) else None,
        source=identifier(EventId.parse, found.first("source")),
        creator=identifier(UserId.parse, found.first("creator")),
        voucher=found.first_author("creator"),
        completed=moment.read_stamp(found.value("completed")) if status is Status.DONE else None,
    )


def item(found: Object) -> ChecklistItem | None:
    """Return the line of a checklist in *found*; None when it has no text (any more)."""
    text = line(found.value("text"), MAX_LINE)
    return ChecklistItem(found.id, text, done=found.value("done") is True) if text else None


def comment(found: Object) -> Comment | None:
    """Return the comment in *found*; None when it has no text (any more)."""
    text = _text(found.value("text"), MAX_COMMENT)
    if not text:
        return None
    by, at = identifier(UserId.parse, found.first("by")), moment.read_stamp(found.first("at"))
    return Comment(found.id, text, by, at, found.first_author("by"))


def rank(found: Object) -> tuple[int, str]:
    """Return where a line or a comment stands among its like: as its author numbered it."""
    raw = found.first("rank")
    return (raw if isinstance(raw, int) and not isinstance(raw, bool) else 0), found.id


def status_of(found: Object) -> Status:
    """Return the status; an unknown one is *to do*."""
    return status(found.value("status"))


def status(raw: object) -> Status:
    """Return the status in *raw*; an unknown one is *to do*."""
    return _STATUSES.get(raw, Status.TODO) if isinstance(raw, str) else Status.TODO


def priority_of(found: Object) -> Priority:
    """Return the priority; RFC 5545 has nine, of which 1 to 4 are high and 6 to 9 low."""
    return priority(found.value("priority"))


def priority(raw: object) -> Priority:
    """Return the priority in *raw*, as :func:`priority_of` does."""
    if not isinstance(raw, int) or isinstance(raw, bool) or not 1 <= raw <= Priority.LOW:
        return Priority.NORMAL
    return _PRIORITIES.get(raw) or (Priority.HIGH if raw < Priority.NORMAL else Priority.LOW)


def assignees_of(found: Object) -> tuple[UserId, ...]:
    """Return who is assigned, without what is no user id."""
    return assignees(found.elements("assignees"))


def assignees(raw: Collection[object]) -> tuple[UserId, ...]:
    """Return the user ids in *raw*, each once, sorted."""
    if len(raw) == 1:
        # As with most tasks; and all those of one person share one tuple.
        (only,) = raw
        return _user(only) if isinstance(only, str) else ()
    return tuple(sorted({user for each in raw if isinstance(each, str) for user in _user(each)}))


@lru_cache(maxsize=4096)
def _user(raw: str) -> tuple[UserId, ...]:
    user = identifier(UserId.parse, raw)
    return () if user is None else (user,)


def labels_of(found: Object) -> tuple[str, ...]:
    """Return the labels; of two that read alike, one."""
    named = dict(_label(each) for each in found.elements("labels") if isinstance(each, str))
    named.pop("", None)
    return tuple(named[each] for each in sorted(named))


def folded_labels(raw: Collection[object]) -> tuple[str, ...]:
    """Return the labels in *raw* as they are compared, each once, sorted."""
    if len(raw) == 1:
        (only,) = raw
        return _folded(only) if isinstance(only, str) else ()
    return tuple(sorted({folded for each in raw if isinstance(each, str) for folded in _folded(each)}))


@lru_cache(maxsize=4096)
def _folded(raw: str) -> tuple[str, ...]:
    folded, _ = _label(raw)
    return (folded,) if folded else ()


@lru_cache(maxsize=4096)
def _label(raw: str) -> tuple[str, str]:
    shown = label(raw)
    return fold(shown) if shown else "", shown


def label(raw: object) -> str:
    """Return *raw* as a label is written, without spaces and ``#``; empty when it is none."""
    return line(raw, MAX_LABEL).lstrip("#").replace(" ", "-")


def ids(raw: Collection[object]) -> tuple[str, ...]:
    """Return those of *raw* that may be ids of objects, each once, sorted."""
    return tuple(sorted({each for each in raw if isinstance(each, str)}))


def is_minutes(raw: object) -> TypeGuard[int]:
    """Tell whether *raw* is a length of time that a task may take."""
    return isinstance(raw, int) and not isinstance(raw, bool) and 0 < raw <= MAX_ESTIMATE


def _text(raw: object, most: int) -> str:
    if not isinstance(raw, str):
        return ""
    lines = (" ".join(each.split()) for each in clean(raw[: 2 * most]).split("\n"))
    return "\n".join(lines)[:most].strip()
