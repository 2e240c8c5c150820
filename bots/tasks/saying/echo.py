"""How a task and its parts are said back to people, in the language of the room (pure)."""

from collections.abc import Iterator
from typing import Final

from bots.assistant.talk.markup import Rich, fill, join, lines, strong, text
from bots.assistant.talk.request import Request
from bots.assistant.words.names.people import names_of
from bots.assistant.words.objects import aims
from bots.tasks.kept.task import Priority, Span, Status, Task
from bots.tasks.words.timing import say_gaps, say_recurrence, say_span
from config.identifiers import EventId

_HOUR: Final = 60


def status(request: Request, held: Status) -> str:
    """Return the word for a status."""
    gettext = request.texts.gettext
    return {
        Status.TODO: gettext("to do"),
        Status.DOING: gettext("in progress"),
        Status.BLOCKED: gettext("blocked"),
        Status.DONE: gettext("done"),
        Status.DROPPED: gettext("dropped"),
    }[held]


def priority(request: Request, held: Priority) -> str:
    """Return the words for a priority."""
    gettext = request.texts.gettext
    return {
        Priority.HIGH: gettext("high priority"),
        Priority.NORMAL: gettext("normal priority"),
        Priority.LOW: gettext("low priority"),
    }[held]


def span(request: Request, held: Span) -> str:
    """Return when something is due, in full: ``vendredi 27 novembre 2026 à 14 h``."""
    return say_span(held, request.language)


def estimate(request: Request, minutes: int) -> str:
    """Return how long something is thought to take: ``~1 h 30``."""
    gettext = request.texts.gettext
    hours, rest = divmod(minutes, _HOUR)
    if not hours:
        return gettext("~{minutes} min").format(minutes=rest)
    if not rest:
        return gettext("~{hours} h").format(hours=hours)
    return gettext("~{hours} h {minutes}").format(hours=hours, minutes=f"{rest:02}")


def whole(request: Request, task: Task) -> Rich:
    """Return *task* as the answer to what made it: title, date, people; below, all else that was said."""
    return lines((_head(request, task), join(" · ", _details(request, task))))


def in_a_line(request: Request, task: Task) -> Rich:
    """Return the same in one line, as something to choose."""
    return join(" · ", (_head(request, task), *_details(request, task)))


def _head(request: Request, task: Task) -> Rich:
    head = text(task.title)
    when = span(request, task.when)
    if when:
        head = join(" ", (head, text(f"({when})")))
    if task.assignees:
        head = join(" → ", (head, names_of(task.assignees, request)))
    return head


def _details(request: Request, task: Task) -> Iterator[Rich]:
    texts = request.texts
    if task.rule is not None:
        yield text(f"↻ {say_recurrence(task.rule, request.language)}")
        left_out = say_gaps(task.rule, request.language)
        if left_out:
            yield text(left_out)
    if task.priority is not Priority.NORMAL:
        yield text(priority(request, task.priority))
    if task.labels:
        yield text(" ".join(f"#{each}" for each in task.labels))
    if task.estimate is not None:
        yield text(estimate(request, task.estimate))
    if task.checklist:
        count = len(task.checklist)
        said = texts.ngettext("{count} item to tick", "{count} items to tick", count)
        yield fill(said, count=text(str(count)))
    objective = aims.named(request.state, texts, task.objective)
    if objective is not None:
        yield objective
    if task.description:
        yield text(texts.gettext("with a description"))
    if task.source is not None:
        yield _source(request, task.source)


def _source(request: Request, source: EventId) -> Rich:
    quoted = request.quoted
    if quoted is None or quoted.event_id != source:
        return text(request.texts.gettext("made of a message"))
    return fill(request.texts.gettext("made of a message of {who}"), who=names_of((quoted.sender,), request))


def about(sentence: str, task: Task) -> Rich:
    """Return *sentence*, with ``{number}`` and ``{title}``."""
    return fill(sentence, number=strong(task.label), title=text(task.title))
