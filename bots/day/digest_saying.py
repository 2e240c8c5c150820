"""The sentences about the morning digest (pure), in the language of the assistant."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Final

from bots.assistant.talk.markup import Rich, code, fill, join, lines, text
from bots.assistant.talk.question import Question, Slot, Takes, in_place_of
from bots.assistant.talk.request import Request
from bots.assistant.talk.sentence import says
from bots.when.saying import say
from config.texts import mark


def subscribed(request: Request, clock: str, first: date) -> Rich:
    """Say when the digest comes."""
    gettext = request.texts.gettext
    return lines(
        (
            fill(
                gettext("✔ Your day every working morning {clock}, from {day} on; never on public holidays."),
                clock=text(clock),
                day=text(say(first, request.language)),
            ),
            fill(gettext("{words} ends it."), words=code(gettext("digest stop"))),
        )
    )


stopped: Final = says(mark("✔ No more digest in the morning."))
"""Say that the digest has ended."""


none_to_stop: Final = says(mark("You get no digest in the morning: there is nothing to end."))
"""Say that there is no digest."""


def no_hour(request: Request, words: Sequence[str]) -> Question:
    """Say how an hour is written."""
    gettext = request.texts.gettext
    examples = join(", ", [code(gettext("digest 8am")), code(gettext("digest 8:30")), code(gettext("digest stop"))])
    sentence = fill(gettext("At what time? For example: {examples}"), examples=examples)
    return Question(sentence, slot=Slot(Takes.WORDS, in_place_of(words)))


not_private_any_more: Final = says(
    mark(
        "Others are in this conversation now, or it is not encrypted: your morning digest ends here."
        " Ask for it again in a direct conversation."
    )
)
"""Say that the digest ends because others are here now."""


def digest_taken_back(request: Request, minutes: object) -> Rich:
    """Say how the digest is as it was before: at so many *minutes* past midnight, or not at all."""
    gettext = request.texts.gettext
    if not isinstance(minutes, int):
        return text(gettext("↩ No more digest in the morning."))
    moment = datetime.combine(request.here.date(), time(minutes // 60, minutes % 60), request.zone)
    clock = say(moment, request.language).removeprefix(say(moment.date(), request.language)).strip()
    return text(gettext("↩ The digest comes {clock} again.").format(clock=clock))
