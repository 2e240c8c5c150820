"""How the open links of a room stand, as their list says it (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bots.assistant.talk.markup import Rich, fill, join, lines, small, text
from bots.assistant.talk.request import Request
from bots.assistant.talk.sentence import and_more
from bots.assistant.words.objects.ending import UNASKED
from bots.files.sharing.saying import named
from bots.files.sharing.share import Share
from bots.when.saying import say


@dataclass(frozen=True, slots=True)
class ShareState:
    """How a link stands: *state* is the server's word, "" where it could not be asked, UNASKED where it was not."""

    share: Share
    state: str
    used: int = 0
    opened: int = 0
    last_opened: datetime | None = None
    locked: bool = False


def listed(request: Request, standings: Sequence[ShareState], more: int) -> Rich:
    """Return the open links of the room, how often each was opened, and that there are so many *more*."""
    gettext = request.texts.gettext
    if not standings:
        return text(gettext("No link that I have made to a file of this room is open."))
    rows = [join(" ", (text(f"{number}."), row(request, standing))) for number, standing in enumerate(standings, 1)]
    foot = small(gettext("“revoke 1” closes one"))
    return lines((text(gettext("Links that are open:")), *rows, and_more(request, more), foot))


def row(request: Request, standing: ShareState) -> Rich:
    """Return what the list of links says of one."""
    texts, share = request.texts, standing.share
    until = datetime.fromtimestamp(share.until / 1000, request.zone)
    facts = [fill(texts.gettext("until {when}"), when=text(say(until, request.language)))]
    facts += [] if standing.state == UNASKED else _used(request, standing)
    where = join(" ", (named(request, share.files), text("–"), join(" · ", facts)))
    return join(" ", (where, fill(texts.gettext("(shared by {person})"), person=text(f"@{share.author.localpart}"))))


def _used(request: Request, standing: ShareState) -> list[Rich]:
    """Return what the server knows of a link."""
    texts, share = request.texts, standing.share
    facts = []
    opened_ = texts.ngettext("opened {count} time", "opened {count} times", standing.opened)
    facts.append(text(opened_.format(count=standing.opened)))
    if share.downloads is not None:
        said = texts.gettext("{used} of {count} downloads")
        facts.append(text(said.format(used=standing.used, count=share.downloads)))
    elif standing.used:
        taken = texts.ngettext("downloaded {count} time", "downloaded {count} times", standing.used)
        facts.append(text(taken.format(count=standing.used)))
    if standing.last_opened is not None:
        last = say(standing.last_opened.astimezone(request.zone), request.language)
        facts.append(fill(texts.gettext("last on {when}"), when=text(last)))
    if standing.locked:
        facts.append(text(texts.gettext("🔒 locked after wrong passwords")))
    if not standing.state:
        facts.append(text(texts.gettext("the share server does not answer")))
    return facts
