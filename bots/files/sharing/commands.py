"""What people can ask about share links, as one table (pure)."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import dropwhile
from typing import Final

from bots.assistant.dispatch.capability import Capability
from bots.assistant.talk.errand import Errand
from bots.assistant.talk.later.runner import Runner
from bots.assistant.talk.markup import NOTHING, Rich
from bots.assistant.talk.reply import Reply, ask, leave_to, left_to
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import Key
from bots.assistant.talk.wording import fold
from bots.assistant.words.commands.command import Command
from bots.assistant.words.commands.courtesy import asked, essence, without_closing
from bots.files.library import meant
from bots.files.library.commands import said_in
from bots.files.library.entry import KIND as FILE
from bots.files.library.entry import id_of
from bots.files.library.request import library
from bots.files.library.saying import for_us
from bots.files.library.shelf import File
from bots.files.plain.joining import ADDED
from bots.files.plain.lately import just_sent, lately
from bots.files.sharing import asking, closing, saying, which
from bots.files.sharing import plain as spoken
from bots.files.sharing.both import both
from bots.files.sharing.errands import CHANGE, END, LOOK, PUBLISH
from bots.files.sharing.found import FINDER
from bots.files.sharing.passing_on import passed_on
from bots.files.sharing.share import KIND, NEEDS, Share, needs, shares
from bots.files.sharing.terms import prolonged
from bots.files.sharing.wish import LONGEST, MOST_DOWNLOADS, ShareWish, apart, terms, wish
from bots.register.format.canonical import Json
from bots.when.finding import find
from bots.when.values import When
from config.texts import mark

TOPIC: Final = "files"
_DAILY: Final = 100
_MOST_FILES: Final = 20
_SHARE: Final = ("partager", "partage", "share")
_REVOKE: Final = ("révoquer", "révoque", "revoke")
_CLOSE: Final = frozenset(
    {"revoquer", "revoque", "revoquez", "fermer", "ferme", "fermez", "arreter", "arrete", "arretez", "stop", "stopper"}
    | {"supprimer", "supprime", "annuler", "annule", "desactiver", "desactive", "couper", "coupe", "retirer", "retire"}
    | {"revoke", "close", "cancel", "end", "disable", "remove"}
)
"""What closes a link when it is answered: the whole of what is said, but for « ce lien », « le lien de partage »."""
_LINK_WORDS: Final = frozenset(
    {"le", "ce", "lien", "liens", "partage", "de", "du", "the", "this", "link", "share", "ca"}
)
_ASKED_OF: Final = frozenset(
    {"qui", "combien", "ouvert", "ouverte", "telecharge", "who", "opened", "downloaded", "often"}
)
_MAKE: Final = (
    *("fais", "fait", "faire", "faites", "crée", "créer", "créez", "prépare", "préparer", "donne", "donner"),
    *("fais-moi", "fais moi", "faites-moi", "faites moi", "donne-moi", "donne moi", "prépare-moi", "prépare moi"),
    *("make", "create", "make me", "give me"),
)
_BEHIND_LINK: Final = frozenset(
    {"pour", "vers", "de", "du", "sur", "valable", "valide", "avec", "protege", "jusqu'a", "jusqu'au", "for", "to"}
    | {"public", "externe", "temporaire", "securise"}
)
_LINKING: Final = tuple(f"{verb} {noun}" for verb in _MAKE for noun in ("un lien", "a link"))
_ONE_MORE: Final = (
    *("encore un téléchargement", "un téléchargement de plus", "encore une fois"),
    *("one more download", "one download more"),
)


def sharing(runners: Mapping[str, Runner]) -> Capability:
    """Return what can be asked about links; *runners* do what needs the share server."""
    return Capability(
        kinds=frozenset({KIND, FILE}),
        commands=(_ADD, _WISHED, _LIST, _END, _PROLONG, _MORE, ADDED),
        undone=lambda _, __: NOTHING,
        errands=runners,
        answered=answered,
        called=called,
        plain=spoken.plainly,
        plain_needs=spoken.plain_needs,
        needs=NEEDS,
        unattended=frozenset({END}),
        daily={PUBLISH: _DAILY},
        finders=(FINDER,),
    )


def answered(request: Request) -> Reply | None:
    """What answers a file or a link: « partager 7j », « révoquer », « encore un téléchargement »."""
    words, named = said_in(request)
    words = [*essence(words)]
    if not words:
        return None
    if any(kind == KIND for kind, _ in request.shown):
        return _another(request, words) or _of_link(request, words)
    about = [key for key in (*request.theirs, *request.shown) if key[0] == FILE]
    said = [*dropwhile(lambda word: fold(word) in ("me", "m'"), asked(without_closing(words)))]
    if not said or not about:
        return None
    file = library(request).get(about[0][1]) if len(about) == 1 else None
    two = both(request, said, about, lambda link: _shared(request, link, about, named=named, questions=False))
    if two is not None:
        return two
    addressed, questions = named or request.direct, said_in(request)[0][-1].endswith("?")
    sent = None if file is None else passed_on(request, said, file, addressed=addressed, questions=questions)
    return sent or _shared(request, said, about, named=named, questions=questions)


def _shared(request: Request, said: list[str], about: Sequence[Key], *, named: bool, questions: bool) -> Reply | None:
    """Return what comes of « partager 7j » and « fais-moi un lien » in answer to a file."""
    rest = _after_share(said) if said else None
    # « partager l'avis de Paul » below a photo is conversation.
    if rest is None or not (named or which.is_order(rest)):
        return None
    if questions and not (named or request.direct):
        # « Tu peux me faire un lien ? » may be said to whoever has sent the file.
        file = library(request).get(about[0][1])
        return None if file is None or len(about) > 1 else ask(request, for_us(request, file, said))
    return _publish(request, which.wished(request, rest, about), about)


def _another(request: Request, words: Sequence[str]) -> Reply | None:
    """Return what comes of « partager 3j » below a link: another one to what it leads to."""
    rest, share = _after_share(words), _shown_of(request)
    if rest is None or share is None or (rest and not which.is_order(rest)):
        return None
    about = [(FILE, id_of(share.room_id, event_id)) for event_id in share.files]
    return _publish(request, which.wished(request, rest, about), about)


def _of_link(request: Request, words: Sequence[str]) -> Reply | None:
    """What answers a link of ours: to close it, one more download, who has opened it; what is about it is asked."""
    said = [fold(word) for word in words]
    if {"passe", "password", "mdp"} & {word.strip("?!.,") for word in said}:
        return ask(request, saying.password_of(request, _shown_of(request)))
    kept = [word for word in said if word not in _LINK_WORDS]
    if len(kept) == 1 and kept[0] in _CLOSE:
        return end(request, [])
    if " ".join(said) in map(fold, _ONE_MORE):
        return more(request, [])
    if _ASKED_OF & {*re.split(r"[\s'-]+", " ".join(said))}:
        return show(request, [])
    told = spoken.plainly(request, asked(words))
    if told is not None:
        return told
    about_it = said[0] in _CLOSE or bool({"lien", "link"} & {*said}) or said[0].startswith(("prolong", "extend"))
    return ask(request, asking.of_link(request)) if about_it else None


def _after_share(words: Sequence[str]) -> list[str] | None:
    """Return what follows « partager » or « fais-moi un lien vers »; None for other words."""
    if fold(words[0]) in map(fold, _SHARE):
        return [*words[1:]]
    said = " ".join(fold(word) for word in words[:4])
    if fold(words[0]) in ("lien", "link"):
        return [*words[1:]]
    form = next((form for form in map(fold, _LINKING) if f"{said} ".startswith(f"{form} ")), None)
    return None if form is None else [*words[len(form.split()) :]]


def called(request: Request, _: Callable[[Sequence[str]], bool]) -> Reply | None:
    """What calls links, or files, by the numbers of a list: « révoquer 1 », « partager 2 7j »."""
    words, __ = said_in(request)
    first = fold(words[0]) if words else ""
    if first in map(fold, _REVOKE) and len(words) == 2 and words[1].isdecimal():
        return end(request, words[1:])
    wished = wish(words[1:]) if first in map(fold, _SHARE) else ShareWish()
    numbers = [number for name in wished.names for number in apart(name)]
    numbered = bool(numbers) and all(number.isdecimal() for number in numbers)
    return _publish(request, replace(wished, names=tuple(numbers)), request.shown) if numbered else None


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
    return _publish(request, wished, shown)


def _just(request: Request) -> list[File]:
    """Return the files that the sender spoke of last, or the one they have sent: a link to it is asked about."""
    sent = just_sent(request)
    return lately(request) or ([] if sent is None else [sent])


def _publish(request: Request, wished: ShareWish, shown: Sequence[Key]) -> Reply:
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


def _shown_of(request: Request) -> Share | None:
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


_ADD: Final = Command(
    name="share.add",
    topic=TOPIC,
    forms=(
        *("fichier partager", "file share", "partager le fichier", "partager la photo", "share the file"),
        *_LINKING,
    ),
    handle=share,
    usage=mark("!share minutes.pdf 7 days protected 3 downloads"),
    about=mark(
        "a link for people outside, encrypted; or answer the file: “share”; “only once”, “with metadata”, “with qr”"
    ),
    banged=_SHARE,
    short=_SHARE,
    needs=lambda request, rest: replace(needs(request, rest), last=True),
    essential=True,
)
_WISHED: Final = replace(
    _ADD,
    name="share.wish",
    forms=(),
    usage="",
    about="",
    banged=(),
    essential=False,
    short=(
        *("il me faut un lien", "il nous faut un lien", "il me faudrait un lien", "je voudrais un lien", "un lien"),
        *("je veux un lien", "on voudrait un lien", "j'aimerais un lien", "j'ai besoin d'un lien", "lien", "a link"),
    ),
    takes=lambda rest: bool(rest) and (fold(rest[0]) in _BEHIND_LINK or rest[0][0].isdigit()),
)
"""« Il me faut un lien pour l'architecte, valable 10 jours »."""
_LIST: Final = Command(
    name="share.list",
    topic=TOPIC,
    forms=("partages", "shares", "liens de partage", "share links", "liens", "links"),
    short=("qui a ouvert le lien", "qui a ouvert les liens", "qui a téléchargé", "who opened the link", "mes liens"),
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
    about=mark("closes its link at once; so does its author's leaving the room; “!revoke all links” closes all"),
    banged=_REVOKE,
    short=_REVOKE,
    needs=needs,
)
_PROLONG: Final = Command(
    name="share.prolong",
    topic=TOPIC,
    forms=("prolonger le lien", "prolonge le lien", "prolongez le lien", "extend the link"),
    handle=prolonged,
    needs=needs,
    by_word=True,
)
_MORE: Final = Command(
    name="share.more",
    topic=TOPIC,
    forms=_ONE_MORE,
    handle=more,
    needs=needs,
)
