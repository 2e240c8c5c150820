"""What people can ask about share links, as one table (pure)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from bots.assistant.dispatch.dispatcher import Capability
from bots.assistant.talk.errand import Errand
from bots.assistant.talk.markup import NOTHING, text
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.runner import Runner
from bots.assistant.talk.scene import Key
from bots.assistant.talk.wording import fold
from bots.assistant.words.vocabulary import Command, essence
from bots.files.library import acting
from bots.files.library.commands import said_in
from bots.files.library.entry import KIND as FILE
from bots.files.library.request import library
from bots.files.library.shelf import File
from bots.files.sharing import saying
from bots.files.sharing.share import KIND, NEEDS, Share, needs, shares
from bots.files.sharing.wish import LONGEST, MOST_DOWNLOADS, Wish, wish
from bots.register.format.canonical import Json
from config.texts import mark

TOPIC: Final = "files"
PUBLISH: Final = "share.publish"
TELL: Final = "share.tell"
END: Final = "share.end"
MORE: Final = "share.more"
LOOK: Final = "share.look"
_DAILY: Final = 100
_MOST_FILES: Final = 20
_SHARE: Final = ("partager", "partage", "share")
_REVOKE: Final = ("révoquer", "révoque", "revoke")
_ONE_MORE: Final = (
    *("encore un téléchargement", "un téléchargement de plus", "encore une fois"),
    *("one more download", "one download more"),
)
_NOW: Final = text("")


def sharing(runners: Mapping[str, Runner]) -> Capability:
    """Return what can be asked about links; *runners* do what needs the share server."""
    return Capability(
        kinds=frozenset({KIND, FILE}),
        commands=(_ADD, _LIST, _END, _MORE),
        undone=lambda _, __: NOTHING,
        errands=runners,
        answered=answered,
        called=called,
        needs=NEEDS,
        unattended=frozenset({END}),
        daily={PUBLISH: _DAILY},
    )


def answered(request: Request) -> Reply | None:
    """What answers a file or a link: « partager 7j », « révoquer », « encore un téléchargement »."""
    words, named = said_in(request)
    words = [*essence(words)]
    if not words or words[-1].endswith("?"):
        return None
    first, link = fold(words[0]), any(kind == KIND for kind, _ in request.shown)
    if link and first in map(fold, _REVOKE) and len(words) == 1:
        return end(request, [])
    if link and fold(" ".join(words)) in map(fold, _ONE_MORE):
        return more(request, [])
    about = [key for key in (*request.theirs, *request.shown) if key[0] == FILE]
    if first not in map(fold, _SHARE) or not about or link:
        return None
    wished = wish(words[1:])
    # « partager l'avis de Paul » below a photo is conversation.
    return _publish(request, wished, about) if named or not wished.names else None


def called(request: Request, _: Callable[[Sequence[str]], bool]) -> Reply | None:
    """What calls links, or files, by the numbers of a list: « révoquer 1 », « partager 2 7j »."""
    words, __ = said_in(request)
    first = fold(words[0]) if words else ""
    if first in map(fold, _REVOKE) and len(words) == 2 and words[1].isdecimal():
        return end(request, words[1:])
    wished = wish(words[1:]) if first in map(fold, _SHARE) else Wish()
    numbered = bool(wished.names) and all(name.isdecimal() for name in wished.names)
    return _publish(request, wished, request.shown) if numbered else None


def share(request: Request, rest: list[str]) -> Reply:
    """Answer ``!partager délib-12.pdf 7j protégé 3 téléchargements``."""
    return _publish(request, wish(rest), (*request.theirs, *request.shown))


def _publish(request: Request, wished: Wish, shown: Sequence[Key]) -> Reply:
    if not request.own:
        return ask(request, saying.guests(request))
    if wished.lasts > LONGEST:
        return ask(request, saying.too_long(request, LONGEST.days))
    files = acting.named(request, wished.names, shown)
    if isinstance(files, Reply):
        return files
    infected = [file.name for file in files if library(request).scan(file).infected]
    if infected:
        return ask(request, saying.infected(request, infected))
    if wished.protected and not request.private and private_of(request) is None:
        return ask(request, saying.nowhere(request))
    errand = Errand(PUBLISH, str(request.event_id), _payload(request, wished, files[:_MOST_FILES]))
    return Reply(_NOW, quiet=True, errands=(errand,), weighs=True, inverse=request.inverse)


def _payload(request: Request, wished: Wish, files: Sequence[File]) -> dict[str, Json]:
    until = int((request.now + wished.lasts).timestamp()) * 1000
    return {
        "files": [str(file.entry.event_id) for file in files],
        "until": until,
        "downloads": wished.downloads,
        "burn": wished.burn,
        "protected": wished.protected,
        "whole": wished.whole,
        "qr": wished.qr,
    }


def private_of(request: Request) -> object:
    """Return the conversation in which the sender is told what nobody else may read; None: there is none."""
    return next((scene.room_id for scene in request.rooms if scene.private), None)


def show(request: Request, _: list[str]) -> Reply:
    """Answer ``!partages``: whoever has to ask the server says it."""
    return Reply(_NOW, quiet=True, errands=(Errand(LOOK, str(request.event_id)),), inverse=request.inverse)


def end(request: Request, rest: list[str]) -> Reply:
    """Answer « révoquer »."""
    found = _meant(request, rest)
    if isinstance(found, Reply):
        return found
    errand = Errand(END, found.link_id, {"link": found.link_id})
    return Reply(_NOW, quiet=True, errands=(errand,), inverse=request.inverse)


def more(request: Request, rest: list[str]) -> Reply:
    """Answer « encore un téléchargement »."""
    found = _meant(request, rest)
    if isinstance(found, Reply):
        return found
    if found.downloads is None:
        return ask(request, saying.unlimited(request))
    count = min(found.downloads + 1, MOST_DOWNLOADS)
    errand = Errand(MORE, str(request.event_id), {"link": found.link_id, "downloads": count})
    return Reply(_NOW, quiet=True, errands=(errand,), weighs=True, inverse=request.inverse)


def _meant(request: Request, rest: Sequence[str]) -> Share | Reply:
    known = shares(request)
    shown = [link_id for kind, link_id in request.shown if kind == KIND]
    if rest and rest[0].isdecimal() and len(rest) == 1:
        at = int(rest[0]) - 1
        listed = shown or [each.link_id for each in known]
        wanted = listed[at] if 0 <= at < len(listed) else ""
        found = [each for each in known if each.link_id == wanted]
    elif rest:
        files = acting.named(request, (" ".join(rest),), ())
        if isinstance(files, Reply):
            return files
        events = {file.entry.event_id for file in files}
        found = [each for each in known if events & {*each.files}]
    else:
        found = [each for each in known if each.link_id in shown]
    if len(found) != 1:
        return ask(request, saying.which_link(request, len(known)))
    mine = found[0].author == request.sender or request.own
    return found[0] if mine else ask(request, saying.guests(request))


_ADD: Final = Command(
    name="share.add",
    topic=TOPIC,
    forms=("fichier partager", "file share", "partager le fichier", "partager la photo", "share the file"),
    handle=share,
    usage=mark("!share minutes.pdf 7 days protected 3 downloads"),
    about=mark(
        "a link for people outside, encrypted; or answer the file: “share”; “only once”, “with metadata”, “with qr”"
    ),
    banged=_SHARE,
    short=_SHARE,
    needs=needs,
    essential=True,
)
_LIST: Final = Command(
    name="share.list",
    topic=TOPIC,
    forms=("partages", "shares", "liens de partage", "share links"),
    handle=show,
    usage=mark("!shares"),
    about=mark("the open links, and how often each was opened"),
    alone=True,
    needs=needs,
)
_END: Final = Command(
    name="share.revoke",
    topic=TOPIC,
    forms=("partage révoquer", "share revoke", "révoquer le lien", "revoke the link"),
    handle=end,
    usage=mark("!revoke minutes.pdf"),
    about=mark("closes its link at once; so does its author's leaving the room"),
    banged=_REVOKE,
    short=_REVOKE,
    needs=needs,
)
_MORE: Final = Command(
    name="share.more",
    topic=TOPIC,
    forms=_ONE_MORE,
    handle=more,
    usage="",
    about="",
    needs=needs,
)
