"""What a statement or an order that nobody understood may mean of a reminder that it names (pure)."""

from collections.abc import Iterator
from typing import Final

from bots.assistant.talk.markup import Rich, fill, short, strong, text
from bots.assistant.talk.question import Candidate
from bots.assistant.talk.request import Request
from bots.assistant.words.objects.called import called
from bots.assistant.words.supposed import Lean, Supposed, say_when
from bots.reminders.reminder import Reminder, held

_MOST: Final = 3
_ENDS: Final = frozenset({Lean.DONE, Lean.CANCELLED})


def supposed(request: Request, said: Supposed) -> tuple[Candidate, ...]:
    """Return what *said*, alone with us, may mean of the reminders of whoever says it that it names."""
    waiting = held(request.state, request.served_by, request.sender) if request.private and said.telling else []
    named = [waiting[at] for at in called(said.telling, [each.title for each in waiting])]
    firsts = (next(_of_one(request, each, said), None) for each in named)
    return tuple(candidate for candidate in firsts if candidate is not None)[:_MOST]


def _of_one(request: Request, reminder: Reminder, said: Supposed) -> Iterator[Candidate]:
    gettext = request.texts.gettext
    for lean in said.leans:
        if lean in _ENDS:
            puts = f"annuler le rappel {reminder.number}"
            yield _candidate(reminder, gettext("reminder {number} “{title}”: no longer needed"), puts)
        if lean is Lean.MOVED:
            sentence, when = gettext("reminder {number} “{title}”: moved to {when}"), say_when(request, said.when)
            yield _candidate(reminder, sentence, f"reporter le rappel {reminder.number} {said.when}", when=when)


def _candidate(reminder: Reminder, sentence: str, puts: str, **more: Rich) -> Candidate:
    number = str(reminder.number)
    label = fill(sentence, number=strong(number), title=text(short(reminder.title)), **more)
    return Candidate(label, puts, words=(f"rappel {number}", f"reminder {number}", label.plain))
