"""What a statement or an order that nobody understood may mean of a reminder that it names (pure)."""

from collections.abc import Iterator
from functools import partial
from typing import Final

from bots.assistant.talk.question import Candidate
from bots.assistant.talk.request import Request
from bots.assistant.words.objects.called import called
from bots.assistant.words.supposed import Lean, Supposed, deed, likeliest, say_when
from bots.reminders.reminder import Reminder, held

_MOST: Final = 3
_NOUNS: Final = ("rappel", "reminder")
_ENDS: Final = frozenset({Lean.DONE, Lean.CANCELLED})


def supposed(request: Request, said: Supposed) -> tuple[Candidate, ...]:
    """Return what *said*, alone with us, may mean of the reminders of whoever says it that it names."""
    waiting = held(request.state, request.served_by, request.sender) if request.private and said.telling else []
    named = [waiting[at] for at in called(said.telling, [each.title for each in waiting])]
    return likeliest([_of_one(request, reminder, said) for reminder in named], 1)[:_MOST]


def _of_one(request: Request, reminder: Reminder, said: Supposed) -> Iterator[Candidate]:
    gettext = request.texts.gettext
    candidate = partial(deed, _NOUNS, str(reminder.number), reminder.title)
    for lean in said.leans:
        if lean in _ENDS:
            sentence = gettext("reminder {number} “{title}”: no longer needed")
            yield candidate(sentence, f"annuler le rappel {reminder.number}")
        if lean is Lean.MOVED:
            sentence, when = gettext("reminder {number} “{title}”: moved to {when}"), say_when(request, said.when)
            yield candidate(sentence, f"reporter le rappel {reminder.number} {said.when}", when=when)
