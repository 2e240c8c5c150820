"""What people can ask about share links, as one table (pure)."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import dropwhile
from typing import Final

from bots.assistant.dispatch.capability import Capability
from bots.assistant.talk.later.runner import Runner
from bots.assistant.talk.markup import NOTHING
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import Key
from bots.assistant.talk.wording import fold
from bots.assistant.words.commands.command import Command
from bots.assistant.words.commands.courtesy import asked, essence, without_closing
from bots.files.library.commands import said_in
from bots.files.library.entry import KIND as FILE
from bots.files.library.entry import id_of
from bots.files.library.request import library
from bots.files.library.saying import for_us
from bots.files.plain.joining import ADDED
from bots.files.sharing import asking, saying, which
from bots.files.sharing import plain as spoken
from bots.files.sharing.both import both
from bots.files.sharing.changing import end, more, show, shown_of
from bots.files.sharing.errands import END, PUBLISH
from bots.files.sharing.found import FINDER
from bots.files.sharing.making import publish, share
from bots.files.sharing.passing_on import passed_on
from bots.files.sharing.share import KIND, NEEDS, needs
from bots.files.sharing.terms import prolonged
from bots.files.sharing.wish import ShareWish, apart, wish
from config.texts import mark

TOPIC: Final = "files"
_DAILY: Final = 100
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
    return publish(request, which.wished(request, rest, about), about)


def _another(request: Request, words: Sequence[str]) -> Reply | None:
    """Return what comes of « partager 3j » below a link: another one to what it leads to."""
    rest, share = _after_share(words), shown_of(request)
    if rest is None or share is None or (rest and not which.is_order(rest)):
        return None
    about = [(FILE, id_of(share.room_id, event_id)) for event_id in share.files]
    return publish(request, which.wished(request, rest, about), about)


def _of_link(request: Request, words: Sequence[str]) -> Reply | None:
    """What answers a link of ours: to close it, one more download, who has opened it; what is about it is asked."""
    said = [fold(word) for word in words]
    if {"passe", "password", "mdp"} & {word.strip("?!.,") for word in said}:
        return ask(request, saying.password_of(request, shown_of(request)))
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
    return publish(request, replace(wished, names=tuple(numbers)), request.shown) if numbered else None


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
