"""What is said of reminders and is no command: ``tous les matins à 8h rappelle-moi …``, ``plus besoin de …`` (pure)."""

import re
from collections.abc import Sequence
from typing import Final

from bots.assistant.talk.needing import ROOMS
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import NOTHING, Needs, Request
from bots.assistant.words.objects.titled import is_titled, telling
from bots.reminders import rung, saying
from bots.reminders.asking import remind
from bots.reminders.reminder import held
from bots.when.finding import find
from bots.when.values import When, rest

_ME: Final = re.compile(
    r"^(?:et\s+)?(?P<when>.{2,60}?)[\s,]+(?:rappelle[sz]?[- ]moi|me\s+rappeler|tu\s+me\s+rappelles|remind\s+me"
    r"|fai(?:s|tes)[- ]moi\s+penser|me\s+faire\s+penser|tu\s+me\s+fais\s+penser|pense[sz]?\s+à\s+me\s+rappeler)"
    r"\s+(?P<what>.+)$",
    re.IGNORECASE | re.DOTALL,
)
_NO_MORE: Final = re.compile(
    r"^(?:finalement\s+|non\s+|en\s+fait\s+)*(?:plus|pas|no\s+longer|no)\s+(?:besoin|need)\s+(?:de\s+|d['’]|to\s+)"
    r"(?:me\s+rappeler\s+|be\s+reminded\s+)?(?:de\s+|d['’]|of\s+)?(?P<what>.+)$",
    re.IGNORECASE | re.DOTALL,
)
_MOST: Final = 6


def answer(request: Request, words: Sequence[str]) -> Reply | None:
    """Return what *words*, which are no command, lead to; None where they are not about reminders."""
    put_off = rung.answer(request, words)
    if put_off is not None:
        return put_off
    said = _timed(request, words)
    if said is not None:
        return remind(request, said)
    found = _NO_MORE.match(" ".join(words)) if request.private else None
    if found is None:
        return None
    waiting = held(request.state, request.served_by, request.sender)
    titled = [each for each in waiting if is_titled(telling(found["what"]), each.title)]
    return ask(request, saying.drop_which(request, titled)) if 0 < len(titled) <= _MOST else None


def needs(request: Request, words: Sequence[str]) -> Needs:
    """The rooms, where a reminder is to be kept for somebody in another one; what they did since one has come."""
    if request.private:
        return rung.needs(request, words)
    return ROOMS if _timed(request, words) is not None else NOTHING


def _timed(request: Request, words: Sequence[str]) -> list[str] | None:
    """Return what is to be reminded of and when, where the time, and nothing else, stands before ``rappelle-moi``."""
    found = _ME.match(" ".join(words))
    if found is None:
        return None
    when = find(found["when"], request.here, request.zone, request.language)
    if not isinstance(when, When) or rest(found["when"], when.spans).strip(" ,"):
        return None
    return f"{found['what']} {found['when']}".split()
