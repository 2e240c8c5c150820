"""What is said right behind a reminder that has come: « encore dix minutes », « décale mon rappel » (pure)."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import NOTHING, Needs, Request
from bots.assistant.talk.wording import fold
from bots.assistant.words.commands.courtesy import answered as spoken_to_card
from bots.assistant.words.dates.times import whole_time
from bots.assistant.words.objects.numbered import reference
from bots.reminders import answers, changing
from bots.reminders.answers import ReminderAct
from bots.reminders.reminder import KIND, Reminder, read
from bots.when.moments import in_ms

_MOST: Final = 8
"""Words."""
_OF: Final = re.compile(r"(?:de|du|des|of)$|[dl]'")


def needs(request: Request, words: Sequence[str]) -> Needs:
    """What whoever says when has last done: nothing since it came."""
    return Needs(last=True) if request.private and _says_when(request, words) else NOTHING


def answer(request: Request, words: Sequence[str]) -> Reply | None:
    """Return what puts off the reminders that have just come, where *words* say until when and nothing else."""
    if not request.private or not _says_when(request, words):
        return None
    rung = _just_rung(request)
    if not rung or (request.last is not None and request.last.at > in_ms(max(rung.values()))):
        return None
    return changing.answered(_showing(request, rung))


def move(request: Request, rest: list[str]) -> Reply:
    """Answer « décale mon rappel d'une heure »: the one that has just come, where none is named, or the only one."""
    if _names_one(request, rest):
        return changing.move(request, rest)
    if request.private and _says_when(request, spoken_to_card(request).split()):
        rung = _just_rung(request)
        put_off = changing.answered(_showing(request, rung)) if rung else None
        if put_off is not None:
            return put_off
    return changing.move(request, rest)


def _names_one(request: Request, rest: Sequence[str]) -> bool:
    """Tell whether *rest* call a reminder by its number or its day: « 2 à 15h », « de demain à 14h »."""
    if answers.said(spoken_to_card(request)).act is ReminderAct.BY:
        return False
    return bool(rest) and (reference(rest[0]) is not None or _OF.match(fold(rest[0])) is not None)


def _showing(request: Request, rung: Iterable[Reminder]) -> Request:
    return replace(request, shown=tuple((KIND, reminder.id) for reminder in rung))


def _says_when(request: Request, words: Sequence[str]) -> bool:
    spoken = " ".join(words)
    if not 0 < len(words) <= _MOST or spoken.rstrip().endswith("?"):
        return False
    said = answers.said(spoken)
    return said.act is ReminderAct.BY or (
        said.act is ReminderAct.WHEN and whole_time(said.text, request, request.language) is not None
    )


def _just_rung(request: Request) -> dict[Reminder, datetime]:
    """Return the sender's own that came last, if not long ago, and when: all of one minute."""
    found = (read(each, request.served_by) for each in request.state.all(KIND))
    mine = (each for each in found if each is not None and each.of == request.sender)
    times = {each: at for each in mine if (at := each.rung(request.now)) is not None}
    return {each: at for each, at in times.items() if at == max(times.values())}
