"""A day that stands in somebody's message, proposed for the task that is made of it (pure).

It was not written to us, so it is never taken unasked.
"""

from typing import Final

from bots.assistant.talk.markup import fill, text
from bots.assistant.talk.question import WHOLE, Before, Candidate, Question
from bots.assistant.talk.request import Quoted, Request
from bots.assistant.talk.wording import spoken
from bots.tasks.kept.task import is_over
from bots.tasks.words.timing import span_of
from bots.when.finding import find
from bots.when.saying import say_bound
from bots.when.values import Locale, When, understood

_ADD: Final[dict[Locale, str]] = {"fr": "!tâche ajouter", "en": "!task add"}
_MOST: Final = 2_000
"""Characters of a message that are searched for a day."""


def proposed(request: Request, quoted: Quoted) -> Question | None:
    """Return the question whether the day in *quoted* is when the task is due; None: there is none, or it is over."""
    written = request.here if quoted.at is None else quoted.at.astimezone(request.zone)
    words = quoted.text[:_MOST]
    found = find(words, written, request.zone, request.language)
    if not isinstance(found, When) or found.rule is not None:
        return None
    span = span_of(found)
    last = span.due or span.start
    if last is None or is_over(last, request.here):
        return None
    gettext = request.texts.gettext
    day = say_bound(found.value, found.bound, request.language)
    sentence = fill(
        gettext("“{words}”: due {day}, it seems. Answer “yes” to note it."),
        words=text(" … ".join(understood(words, found.spans))),
        day=text(day),
    )
    typed = spoken(request).strip()
    puts, place = (day, Before()) if typed else (f"{_ADD[request.language]} {day}", WHOLE)
    candidate = Candidate(text(day), puts, place, answers=quoted.event_id)
    return Question(sentence, (candidate,), beside=True).completed(request.typed or typed)
