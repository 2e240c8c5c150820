"""The words of a sheet for what a task has one of: written in one language, read in both."""

from typing import Final

from bots.assistant.talk.wording import fold
from bots.tasks.doing.statuses import status_in
from bots.tasks.kept.task import Priority, Status
from bots.tasks.words import marks
from config.texts import Texts, mark, texts

_STATUSES: Final = {
    Status.TODO: mark("to do"),
    Status.DOING: mark("in progress"),
    Status.BLOCKED: mark("blocked"),
    Status.DONE: mark("done"),
    Status.DROPPED: mark("dropped"),
}
_PRIORITIES: Final = {Priority.HIGH: mark("high"), Priority.NORMAL: mark("normal"), Priority.LOW: mark("low")}
_BOTH: Final = ("fr", "en")


def status_word(status: Status, known: Texts) -> str:
    """Return the word for *status*."""
    return known.gettext(_STATUSES[status])


def priority_word(priority: Priority, known: Texts) -> str:
    """Return the word for *priority*, which stands under a heading that says of what."""
    return known.gettext(_PRIORITIES[priority])


def status_of(typed: str) -> Status | None:
    """Return the status that *typed* says, in either language; None when it says none."""
    said = fold(" ".join(typed.split()))
    for language in _BOTH:
        for status in Status:
            if fold(status_word(status, texts(language))) == said:
                return status
    return status_in(typed.split())


def priority_of(typed: str) -> Priority | None:
    """Return the priority that *typed* says, in either language, or as the figure of RFC 5545; None otherwise."""
    if typed in {str(each.value) for each in Priority}:
        return Priority(int(typed))
    words = [each for each in typed.split() if fold(each) not in ("priorite", "priority")]
    return marks.priority_in(words[0]) if len(words) == 1 else None
