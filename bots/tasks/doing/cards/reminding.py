"""⏰ on a task's card: whoever presses it is reminded once, in time; taking the reaction back cancels it (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from bots.assistant.talk.errand import Errand
from bots.assistant.talk.later.runner import Offline, Payload
from bots.assistant.talk.markup import Rich, fill, join, lines, small, strong, text
from bots.assistant.talk.reply import Brief, Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.rights import Right
from bots.assistant.words.names.people import name_of
from bots.items.doing import asking
from bots.tasks.kept.model import Board
from bots.tasks.kept.task import KIND, Task
from bots.tasks.saying.deeds import REMINDED
from bots.tasks.words.timing import say_span
from bots.when.moments import day_of
from bots.when.saying import say

ERRAND: Final = "task.reminder"
_MORNING: Final = time(8)
_BEFORE: Final = timedelta(hours=1)
"""How long before the hour at which a task is due."""
_FRIDAY: Final = 4
_SOON: Final = timedelta(minutes=1)
_LATE: Final = timedelta(minutes=15)


def remind(request: Request) -> Reply | None:
    """Remind whoever reacts of the task on the card."""
    task = None if request.card is None else Board(request.state).get(request.card)
    if task is None or not task.open:
        return None
    if not request.may(Right.SEE):
        return ask(request, asking.may_not(request))
    at = moment(task.due, request.here)
    said = request.texts.gettext("⏰ I will remind {person} of task {number} on {date}")
    words = fill(
        said,
        person=name_of(request.sender, request),
        number=strong(task.label),
        date=text(say(at, request.language)),
    )
    brief = Brief(REMINDED, task.label, text(say(at, request.language)), task.title)
    return Reply(words, errands=(_errand(request, task, at),), brief=brief)


def moment(due: date | datetime | None, now: datetime) -> datetime:
    """Return when to remind of something due at *due*: later than *now*, in whose zone mornings are.

    An hour before its hour; at 8 h of its day; where that is over (or it has no day), at 8 h of the next weekday.
    """
    if isinstance(due, datetime):
        for at in (due - _BEFORE, due):
            if at > now + _SOON:
                return at.astimezone(now.tzinfo)
    elif due is not None:
        morning = _morning(due, now)
        if morning > now + _SOON:
            return morning
    following = now.date() + timedelta(days=1)
    while following.weekday() > _FRIDAY:
        following += timedelta(days=1)
    return _morning(following, now)


def _morning(day: date, now: datetime) -> datetime:
    return datetime.combine(day, _MORNING, now.tzinfo)


def _errand(request: Request, task: Task, at: datetime) -> Errand:
    # For whom it is stands in the errand's row: payloads hold nothing that people wrote.
    due = int(at.timestamp() * 1000)
    payload: Payload = {"task": task.id, "due": _stamp(task), "at": due}
    return Errand(ERRAND, f"{task.id} {request.sender}"[:255], payload, due)


def _stamp(task: Task) -> str:
    return "" if task.due is None else task.due.isoformat()


@dataclass(frozen=True, slots=True)
class Reminding(Offline):
    """Says what ⏰ promised, where it still is to be done."""

    def finish(self, request: Request, payload: Payload, prepared: Any) -> Reply | None:
        """Remind, or wait again where the task was moved; nothing of a task that is done or gone."""
        task = Board(request.state).get(str(payload["task"]))
        if task is None or not task.open:
            return None
        if _stamp(task) != payload["due"] and task.due is not None:
            at = moment(task.due, request.here)
            if at.date() <= day_of(task.due, request.here.tzinfo):
                return Reply(text(""), quiet=True, errands=(_errand(request, task, at),))
        return Reply(_said(request, task, payload), mentions=(request.sender,), shows=((KIND, task.id),))


def _said(request: Request, task: Task, payload: Mapping[str, Any]) -> Rich:
    gettext = request.texts.gettext
    parts = [text("⏰"), name_of(request.sender, request), text("·"), strong(task.label), text(task.title)]
    when = say_span(task.when, request.language)
    if when:
        parts.append(text(f"({when})"))
    promised = datetime.fromtimestamp(int(payload["at"]) / 1000, UTC).astimezone(request.zone)
    late = text("")
    if request.now - promised > _LATE:
        meant = fill(gettext("It was for {date}; I was not running then."), date=text(say(promised, request.language)))
        late = small(meant.plain)
    return lines((join(" ", parts), late))
