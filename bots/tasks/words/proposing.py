"""A day that stands in somebody's message, and whom it asks, proposed for the task that is made of it (pure).

It was not written to us, so it is never taken unasked.
"""

from collections.abc import Sequence
from typing import Final

from bots.assistant.talk.markup import fill, text
from bots.assistant.talk.question import WHOLE, Before, Candidate, Question
from bots.assistant.talk.request import Quoted, Request
from bots.assistant.talk.wording import spoken
from bots.assistant.words.names.people import names_of
from bots.tasks.kept.task import is_over
from bots.tasks.words.timing import span_of
from bots.when.finding import find
from bots.when.saying import say_bound
from bots.when.values import Locale, When, understood
from config.identifiers import UserId

_ADD: Final[dict[Locale, str]] = {"fr": "!tâche ajouter", "en": "!task add"}
_MOST: Final = 2_000
"""Characters of a message that are searched for a day."""


def proposed(
    request: Request, quoted: Quoted, people: Sequence[UserId] = (), *, dated: bool = False
) -> Question | None:
    """Return the question whether the day in *quoted* is when the task is due, and whose it is: that of *people*.

    None: there is neither, or the day is over. *dated*: it has a day already.
    """
    day = None if dated else _day(request, quoted)
    if day is None and not people:
        return None
    gettext = request.texts.gettext
    names = names_of(people, request)
    if day is None:
        said = fill(gettext("For {people}, it seems. Answer “yes” to note it."), people=names)
    else:
        sentence = gettext("“{words}”: due {day}, it seems. Answer “yes” to note it.")
        both = gettext("“{words}”: due {day}, for {people}, it seems. Answer “yes” to note it.")
        said = fill(both if people else sentence, words=text(day[0]), day=text(day[1]), people=names)
    typed = spoken(request).strip()
    wanted = " ".join((*(() if day is None else (day[1],)), *map(str, people)))
    puts, place = (wanted, Before()) if typed else (f"{_ADD[request.language]} {wanted}", WHOLE)
    candidate = Candidate(text(wanted), puts, place, answers=quoted.event_id)
    verb = "assigner" if day is None else "reporter"
    question = Question(said, (candidate,), beside=True, others=f"{verb} {wanted}")
    return question.completed(request.typed or typed)


def _day(request: Request, quoted: Quoted) -> tuple[str, str] | None:
    """Return the words of *quoted* that say when, and that day as we say it; None where there is none to come."""
    written = request.here if quoted.at is None else quoted.at.astimezone(request.zone)
    words = quoted.text[:_MOST]
    found = find(words, written, request.zone, request.language)
    if not isinstance(found, When) or found.rule is not None:
        return None
    span = span_of(found)
    last = span.due or span.start
    if last is None or is_over(last, request.here):
        return None
    return " … ".join(understood(words, found.spans)), say_bound(found.value, found.bound, request.language)
