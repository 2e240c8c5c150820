"""What is done to a link that is open: it is closed, has one more download, or is asked who opened it (pure)."""

from collections.abc import Sequence
from typing import Final

from bots.assistant.talk.errand import Errand
from bots.assistant.talk.reply import Reply, ask, leave_to, left_to
from bots.assistant.talk.request import Request
from bots.files.library import meant
from bots.files.sharing import asking, closing, saying
from bots.files.sharing.errands import CHANGE, END, LOOK
from bots.files.sharing.share import KIND, Share, shares
from bots.files.sharing.wish import MOST_DOWNLOADS
from bots.register.format.canonical import Json

show: Final = left_to(LOOK)
"""Answer ``!partages``: whoever has to ask the server says it."""


def end(request: Request, rest: list[str]) -> Reply:
    """Answer « révoquer », and « révoquer tous les liens »."""
    several = closing.several(request, rest)
    if several is not None:
        return several
    found = _meant(request, rest)
    if isinstance(found, Reply):
        return found
    errand = Errand(END, found.link_id, {"links": [found.link_id]})
    return leave_to(request, errand)


def more(request: Request, rest: list[str]) -> Reply:
    """Answer « encore un téléchargement »."""
    found = _meant(request, rest)
    if isinstance(found, Reply):
        return found
    if found.downloads is None:
        return ask(request, saying.unlimited(request))
    count = min(found.downloads + 1, MOST_DOWNLOADS)
    payload: dict[str, Json] = {"link": found.link_id, "until": found.until, "downloads": count}
    return leave_to(request, Errand(CHANGE, str(request.event_id), payload), weighs=True)


def shown_of(request: Request) -> Share | None:
    """Return the link of ours that is answered."""
    shown = [link_id for kind, link_id in request.shown if kind == KIND]
    found = [share for share in shares(request) if share.link_id in shown]
    return found[0] if len(found) == 1 else None


def _meant(request: Request, rest: Sequence[str]) -> Share | Reply:
    known = shares(request)
    shown = [link_id for kind, link_id in request.shown if kind == KIND]
    if rest and rest[0].isdecimal() and len(rest) == 1:
        at = int(rest[0]) - 1
        listed = shown or [each.link_id for each in known]
        wanted = listed[at] if 0 <= at < len(listed) else ""
        found = [each for each in known if each.link_id == wanted]
    elif rest:
        files = meant.named(request, (" ".join(rest),), ())
        if isinstance(files, Reply):
            return files
        events = {file.entry.event_id for file in files}
        found = [each for each in known if events & {*each.files}]
    else:
        found = [each for each in known if each.link_id in shown]
    if len(found) != 1:
        return ask(request, asking.which_link(request, len(known)))
    mine = found[0].author == request.sender or request.own
    return found[0] if mine else ask(request, saying.guests(request))
