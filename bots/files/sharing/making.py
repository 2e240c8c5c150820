"""A link that is asked for: to which files, for how long, and whether they may leave their room (pure)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Final

from bots.assistant.talk.errand import Errand
from bots.assistant.talk.markup import Rich
from bots.assistant.talk.reply import Reply, ask, leave_to
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import Key
from bots.assistant.words.commands.courtesy import essence
from bots.files.library.entry import KIND as FILE
from bots.files.library.request import library
from bots.files.library.shelf import File
from bots.files.plain.lately import just_sent, lately
from bots.files.sharing import asking, saying, which
from bots.files.sharing.errands import PUBLISH
from bots.files.sharing.wish import LONGEST, ShareWish, terms
from bots.register.format.canonical import Json
from bots.when.finding import find
from bots.when.values import When

_MOST_FILES: Final = 20


def share(request: Request, rest: list[str]) -> Reply:
    """Answer ``!partager délib-12.pdf 7j protégé 3 téléchargements``."""
    words, shown = essence(rest), (*request.theirs, *request.shown)
    about = [key for key in shown if key[0] == FILE]
    wished = which.wished(request, words, about)
    if request.own and not about and which.is_guess(request, words, wished.names):
        found = which.files(request, wished.names, shown)
        named = which.behind_to(request, wished.names) if isinstance(found, Reply) else found
        if len(named) == 1:
            return ask(request, asking.link_instead(request, named[0], terms(words)))
    nameless = not wished.names or which.is_guess(request, words, wished.names)
    just = _just(request) if request.own and not shown and nameless else []
    if len(just) == 1 and isinstance(which.files(request, wished.names, ()), Reply):
        # « Il me faut un lien pour l'imprimeur »: to what was just sent, or spoken of.
        return ask(request, asking.link_instead(request, just[0], terms(words)))
    return publish(request, wished, shown)


def _just(request: Request) -> list[File]:
    """Return the files that the sender spoke of last, or the one they have sent: a link to it is asked about."""
    sent = just_sent(request)
    return lately(request) or ([] if sent is None else [sent])


def publish(request: Request, wished: ShareWish, shown: Sequence[Key]) -> Reply:
    """Leave to the share server the link that is *wished*; what is not clear, or not to be shared, is said."""
    if not request.own:
        return ask(request, saying.guests(request))
    lasts = _lasting(request, wished)
    if isinstance(lasts, Rich):
        return ask(request, lasts)
    files = which.files(request, wished.names, shown)
    if isinstance(files, Reply):
        # What opens something is done at somebody's word, never at a reaction, so no button is offered.
        asked = files.question
        return files if asked is None else ask(request, replace(asked, by_word=True))
    unfit = _unfit(request, files)
    if unfit is not None:
        return ask(request, unfit)
    if wished.protected and not request.private and request.alone_in is None:
        return ask(request, saying.nowhere(request))
    errand = Errand(
        PUBLISH, str(request.event_id), _payload(request, replace(wished, lasts=lasts), files[:_MOST_FILES])
    )
    return leave_to(request, errand, weighs=True)


def _unfit(request: Request, files: Sequence[File]) -> Rich | None:
    """Say which of *files* are not to leave this room: infected ones, and those that were thrown away."""
    infected = [file.name for file in files if library(request).scan(file).infected]
    if infected:
        return saying.infected(request, infected)
    thrown = [file.name for file in files if file.filing.binned is not None]
    return saying.in_bin(request, thrown) if thrown else None


def _lasting(request: Request, wished: ShareWish) -> timedelta | Rich:
    """Return for how long; where nobody can tell until when, or it is too long, what is said."""
    lasts: timedelta | None = wished.lasts
    if wished.until:
        match find(wished.until, request.here, request.zone, request.language):
            case When(value=datetime() as until):
                lasts = until - request.here
            case When(value=date() as day):
                lasts = datetime.combine(day, time.max, request.zone) - request.here
            case _:
                lasts = None
    if lasts is None or lasts <= timedelta():
        return asking.until_when(request, wished.until)
    return lasts if lasts <= LONGEST else saying.too_long(request, LONGEST.days)


def _payload(request: Request, wished: ShareWish, files: Sequence[File]) -> dict[str, Json]:
    until = int((request.now + wished.lasts).timestamp()) * 1000
    return {
        "files": [str(file.entry.event_id) for file in files],
        "until": until,
        "downloads": wished.downloads,
        "burn": wished.burn,
        "protected": wished.protected,
        "whole": wished.whole,
        "qr": wished.qr,
        **({"given": True} if wished.given else {}),
    }
