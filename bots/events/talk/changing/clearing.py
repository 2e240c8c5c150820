"""Several times at once: « annule les réunions de service de décembre » is asked with their list, then done (pure)."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from bots.assistant.talk.markup import Rich, fill, join, lines, short, strong, text
from bots.assistant.talk.question import Candidate, Question
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.rights import Right
from bots.assistant.talk.wording import fold
from bots.assistant.words.dates.period import Period
from bots.events.kept.sitting import Sitting
from bots.events.talk import facts
from bots.events.talk.facts import agenda_of
from bots.events.words.plain.many import many
from bots.events.words.plain.named import GENERIC, KNOWN_NOUNS, OTHERS
from config.texts import mark

MOST: Final = 30
"""Times that are cancelled at once: more is a series that ends."""
APART: Final = ";"
"""What stands between the times of one command: ``!agenda annuler 1 le 2026-12-01 ; 1 le 2026-12-08 ; 4``."""
_READ: Final = 400
_FAR: Final = timedelta(days=400)
_DAY: Final = timedelta(days=1)

_ANY: Final = frozenset({"evenement", "event", "date"})
"""What everything in an agenda is: « tous les événements de décembre »."""


def said(request: Request, spoken: str) -> Reply | None:
    """Ask about all that *spoken* cancels at once, by its name; None where it is not several that it cancels.

    Where nothing is called so, and only events can be meant, the reply says so.
    """
    wanted = many(spoken, request.here, request.language)
    others = OTHERS & {fold(word) for word in spoken.split()}
    if wanted is None or others or not request.may(Right.CHANGE):
        return None
    ids = called(request, wanted.words)
    if wanted.days is not None:
        anything = not ids and _singular(wanted.words) <= _ANY
        there = [sitting for sitting in within(request, wanted.days) if anything or sitting.meeting.id in ids]
    else:
        found = agenda_of(request, request.state).first_between(request.now, request.now + _FAR, _READ)[0]
        there = [sitting for sitting in found if sitting.stands and sitting.meeting.id in ids][: wanted.count]
    if there:
        return asked(request, there)
    if not KNOWN_NOUNS & _singular(wanted.words):
        return None
    elsewhere = mark("Several times at once are cancelled in the room that they are of: say it there.")
    nowhere = mark("I find no such event that is still to come.")
    return ask(request, text(request.texts.gettext(elsewhere if request.private else nowhere)))


def called(request: Request, said: Sequence[str]) -> frozenset[str]:
    """Return the events that are called so, by all words or by those that are no mere « réunion »."""
    titles = agenda_of(request, request.state).titles
    own = [word for word in said if word not in GENERIC]
    for words in (said, own, [*_singular(said)]):
        if words and (found := titles.saying(words, every=True)):
            return frozenset(found)
    return frozenset()


def _singular(words: Sequence[str]) -> set[str]:
    return {word.removesuffix("s") for word in words}


def within(request: Request, days: Period | tuple[date, ...]) -> list[Sitting]:
    """Return what still takes place in this room on *days*, in its order."""
    first, last = (days.first, days.last) if isinstance(days, Period) else (days[0], days[-1])
    begin, stop = (datetime.combine(day, time(), request.zone) for day in (first, last + _DAY))
    start = max(request.now, begin)
    found = agenda_of(request, request.state).first_between(start, stop, _READ)[0] if start < stop else []
    there = [sitting for sitting in found if sitting.stands and sitting.begins >= start]
    if isinstance(days, Period):
        return there
    return [sitting for sitting in there if sitting.begins.astimezone(request.zone).date() in days]


def asked(request: Request, sittings: Sequence[Sitting]) -> Reply:
    """Ask whether all of *sittings* are cancelled, with their list."""
    gettext = request.texts.gettext
    if len(sittings) > MOST:
        sentence = gettext("That is more than {most} times: say fewer days, or end the series: {example}")
        example = strong(gettext("!agenda cancel 3 from 7 December on"))
        return ask(request, fill(sentence, most=text(str(MOST)), example=example))
    rows = [
        join(" · ", [strong(sitting.meeting.called), text(short(sitting.meeting.title)), _when(request, sitting)])
        for sitting in sittings
    ]
    count = len(sittings)
    question = request.texts.ngettext("Cancel this {count} time?", "Cancel these {count} times?", count)
    command = f"!agenda annuler {f' {APART} '.join(map(_named, sittings))}"
    candidate = Candidate(text(gettext("cancel them")), command, words=("toutes", "tout", "tous", "all", "all of them"))
    said: list[Rich] = [text(question.format(count=count)), *(fill("• {row}", row=row) for row in rows)]
    return ask(request, Question(lines(said), (candidate,)))


def _when(request: Request, sitting: Sitting) -> Rich:
    return text(facts.said(request, sitting))


def _named(sitting: Sitting) -> str:
    once = f" le {sitting.occurrence.start.day.isoformat()}" if sitting.meeting.event.repeats else ""
    return f"{sitting.meeting.called}{once}"
