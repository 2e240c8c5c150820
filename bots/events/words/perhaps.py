"""« conseil jeudi 18h, prévenir la presse la veille à 9h »: perhaps a reminder, perhaps a part of the title (pure)."""

import re
from typing import Final

from bots.assistant.talk.markup import fill, text
from bots.assistant.talk.question import Candidate, Instead, Question
from bots.assistant.talk.request import Request
from bots.events.words.asides import SURE_ONE
from bots.when.finding import find
from bots.when.values import Locale, When

_LEFT: Final = re.compile(rf"(?<![\w'’-])(?P<lead>{SURE_ONE})(?=\s*(?:$|[,.;!)]))", re.IGNORECASE)
_SAME: Final = re.compile(r"le\s(?:jour|matin)\sm|(?:on\s)?the\s(?:same\s)?day$", re.IGNORECASE)


def perhaps_reminder(said: str, request: Request, language: Locale) -> Question | None:
    """Ask whether « la veille à 9h », left over in *said* beside the time of an event, is when to remind of it."""
    found = _LEFT.search(said)
    if found is None or _SAME.match(found["lead"]):
        return None
    around = f"{said[: found.start()]} {said[found.end() :]}"
    if not isinstance(find(around, request.here, request.zone, language), When):
        return None
    gettext, words = request.texts.gettext, found["lead"]
    reminder = gettext("reminder {words}").format(words=words)
    candidates = (
        Candidate(
            text(reminder), f", {reminder},", Instead((words,)), words=("rappel", "un rappel", "reminder", reminder)
        ),
        Candidate(
            text(gettext("no reminder: it belongs to the title")),
            f"“{words}”",
            Instead((words,)),
            words=("titre", "dans le titre", "sans rappel", "pas de rappel", "in the title", "no reminder"),
        ),
    )
    return Question(fill(gettext("“{words}”: is that a reminder of it?"), words=text(words)), candidates)
