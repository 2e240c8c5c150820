"""What people can ask about files, as one table (pure)."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from bots.assistant.dispatch.capability import Capability
from bots.assistant.talk.markup import NOTHING, Rich, small
from bots.assistant.talk.needing import rooms_alone
from bots.assistant.talk.offers.agenda import Meetings
from bots.assistant.talk.offers.opening import FileOpener
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import CardMaker, Key
from bots.assistant.talk.wording import fold, has_words, words_of
from bots.assistant.words.asides import bare
from bots.assistant.words.commands.command import Command
from bots.assistant.words.commands.courtesy import asked, without_closing
from bots.assistant.words.commands.grammar import after_name
from bots.files.library import acting, listing, orders, saying, sending
from bots.files.library.entry import KIND, is_picture
from bots.files.library.found import FINDER
from bots.files.library.meant import is_exactly, is_known
from bots.files.library.orders import Order, Verb
from bots.files.library.outage import UNSCANNED, OutageNotice
from bots.files.library.request import NEEDS, library, needs, needs_all
from bots.files.library.warning import WARN, Alert
from bots.files.library.weighing import TOO_LARGE, Weighing
from bots.files.plain import described
from bots.files.plain.belonging import goes_with
from bots.files.plain.plainly import plain_needs, plainly
from bots.files.plain.seeking import is_called
from bots.files.plain.shown import shown
from bots.files.plain.timed import by_number
from bots.register.format.operation import Change
from bots.register.replica.state import State
from config.identifiers import UserId
from config.texts import mark

TOPIC: Final = "files"
_LINK: Final = re.compile(
    r"\b(?:et|puis|and) (?:fais |cree |make )?(?:-?moi )?(?:un |a )?(?:lien|link|partage[rz]?|share)\b"
)
"""An order behind which a link is wished."""
_NOUNS: Final = ("fichier", "file")

_SOMEBODYS: Final = frozenset({"mon", "ton", "son", "votre", "notre", "leur", "ma", "ta", "sa", "my", "your", "our"})


def files(openings: Sequence[FileOpener] = (), meetings: Meetings | None = None) -> Capability:
    """Return what can be asked about the files of a room; *openings* are what others do with files of their sort.

    *meetings* tells what takes place on a day, to which a file may belong.
    """
    return Capability(
        kinds=frozenset({KIND}),
        commands=(_LIST, _FIND, _SEARCH, _SENT, *_acts(meetings), _ONE),
        undone=_undone,
        errands={WARN: Alert(), UNSCANNED: OutageNotice(), TOO_LARGE: Weighing(), sending.SEND: sending.Sending()},
        daily={sending.SEND: sending.DAILY},
        card=_CARD,
        answered=partial(answered, openings, meetings),
        called=called,
        plain=partial(plainly, meetings),
        plain_needs=plain_needs,
        needs=NEEDS,
        finders=(FINDER,),
    )


def answered(openings: Sequence[FileOpener], meetings: Meetings | None, request: Request) -> Reply | None:
    """What answers a file, or a list of files, and orders something to be done to it; None: it orders nothing."""
    about = [key for key in (*request.theirs, *request.shown) if key[0] == KIND]
    words, named = said_in(request)
    if named or request.direct:
        # Between two people « tu peux le ranger ? » is said to the other one.
        words = [*asked(without_closing(words))]
    words = bare(words) if words and not words[-1].endswith("?") else words
    opened = _opened(openings, request, words) if request.theirs and words else None
    if opened is not None:
        return opened
    # Whoever makes links does both: « range-le dans Arrêtés et lien 8 jours ».
    if not about or not words or words[-1].endswith("?") or _LINK.search(" ".join(map(fold, words))):
        return None
    words = by_number(meetings, request, words)
    with_it = goes_with(request, words, ours=named or request.direct)
    if with_it is not None:
        return with_it
    found = [order for order in orders.readings(words) if not order.picture or _may_be_picture(request, about)]
    if named or len(about) != 1:
        return acting.act(request, found, about) if found else None
    return _between_people(request, found, words, about)


def _may_be_picture(request: Request, about: Sequence[Key]) -> bool:
    """Tell whether « la photo » may be what is answered: any file is, but no letter that was only spoken of before."""
    shown = [library(request).get(key) for _, key in about]
    return bool(request.theirs) or any(file is not None and is_picture(file.entry) for file in shown)


def _between_people(
    request: Request, found: Sequence[Order], words: Sequence[str], about: Sequence[Key]
) -> Reply | None:
    """Return what comes of an order in answer to somebody's file that does not say that it is for us."""
    whole = [order for order in found if not order.names and not order.pointed]
    if whole and not _tells(request):
        return acting.act(request, whole, about)
    # Between two people « jette ça » may be none of our business, so it is asked; « range ça dans ton bureau » is none.
    pointing = [order for order in found if order.pointed and not _SOMEBODYS & {fold(word) for word in order.value}]
    file = library(request).get(about[0][1])
    return None if not (pointing or whole) or file is None else ask(request, saying.for_us(request, file, words))


def _tells(request: Request) -> bool:
    """Tell whether somebody tells another what is to be done: « c'est à joindre au conseil »; no caption does."""
    said = words_of(request)
    caption = request.quoted is not None and request.quoted.event_id == request.event_id
    return not caption and bool(said) and fold(said[0]).replace("’", "'") == "c'est"


def _opened(openings: Sequence[FileOpener], request: Request, words: Sequence[str]) -> Reply | None:
    """Return what another capability does with the file that is answered, if it is one of its sort."""
    found = (library(request).get(key) for kind, key in request.theirs if kind == KIND)
    for entry in (file.entry for file in found if file is not None):
        for opening in openings:
            if opening.takes(entry.name, entry.content_type):
                return opening.answered(request, entry.event_id, entry.size, words)
    return None


def called(request: Request, __: Callable[[Sequence[str]], bool]) -> Reply | None:
    """What calls files by the numbers of a list: ``ranger 2 dans Marchés``."""
    words, _ = said_in(request)
    found = [*orders.readings(words)] if words else []
    numbers = [order for order in found if order.names and all(name.strip(",;").isdecimal() for name in order.names)]
    return acting.act(request, numbers, request.shown) if numbers else None


def said_in(request: Request) -> tuple[list[str], bool]:
    """Return the words of *request* without ``!`` and our name before them, and whether there was one of these."""
    words = words_of(request)
    rest, _ = after_name(words, request) if words else (None, False)
    said = words if rest is None else rest
    banged = bool(said) and said[0][:1] in ("!", "！")
    if banged:
        said = [said[0].lstrip("!！"), *said[1:]]
        said = said if said[0] else said[1:]
    return said, banged or rest is not None


def _undone(request: Request, changes: tuple[Change, ...]) -> Rich:
    count = len({change.id for change in changes if change.kind == KIND})
    return saying.taken_back(request, count) if count else NOTHING


def _of(verb: Verb, meetings: Meetings | None) -> Callable[[Request, list[str]], Reply]:
    def handle(request: Request, rest: list[str]) -> Reply:
        words = by_number(meetings, request, rest, verb)
        return acting.act(request, orders.of(verb, words), (*request.theirs, *request.shown))

    return handle


def _forms(verb: Verb) -> Iterator[str]:
    for word in orders.WORDS[verb]:
        for noun in _NOUNS:
            if word != noun:
                yield f"{noun} {word}"
        if word != "version":
            yield f"{word} le fichier"
            yield f"{word} the file"


def _one(request: Request, rest: list[str]) -> Reply:
    """Answer ``!fichier délib-12.pdf``; in English the noun is a verb, too: “file the minutes in Council”."""
    said, _ = said_in(request)
    if said and fold(said[0]) == "file":
        known = [order for order in orders.of(Verb.MOVE, rest) if order.names and is_known(request, order)]
        if known and not is_exactly(request, " ".join(rest)):
            return acting.act(request, known)
    return acting.act(request, [Order(Verb.SHOW, tuple(rest))], request.shown)


_USAGES: Final = {
    Verb.MOVE: (
        mark("!file move minutes.pdf in Council/2026"),
        mark("files it in a folder; or answer the file: “file in Council/2026”"),
    ),
    Verb.RENAME: (mark("!file rename scan.pdf to minutes.pdf"), mark("or answer the file: “rename to minutes.pdf”")),
    Verb.TAG: (mark("!file tag minutes.pdf #budget"), mark("or answer the file: “tag #budget”")),
    Verb.VERSION: (
        mark("!file version 2 of minutes.pdf"),
        mark("makes an older version the current one again"),
    ),
    Verb.ATTACH: (
        mark("!file attach minutes.pdf to task 12"),
        mark("to a task, an objective or an event; “!files task 12” lists them"),
    ),
    Verb.BIN: (mark("!file bin minutes.pdf"), mark("thirty days in the bin; “!files bin” and “restore” bring it back")),
}


def _find(request: Request, rest: list[str]) -> Reply:
    """Answer « retrouve le devis », and « où est le document que le maire a envoyé ? »."""
    return shown(request, ["le", "fichier", *rest]) or listing.search(request, rest)


def _list(request: Request, rest: list[str]) -> Reply:
    """Answer ``!fichiers …``, « les fichiers de Paul » too."""
    formed = listing.of_form(request, rest)
    if formed is not None:
        return formed
    found = described.described(request, ["fichiers", *rest])
    told = described.listed(request, ["fichiers", *rest], found)
    if told is not None and found is not None and found.filters:
        return told
    searched = listing.show(request, rest)
    # « Les fichiers urgents » may be tagged so.
    return searched if searched.shows or (searched.text and not searched.nothing) else told or searched


_LIST: Final = Command(
    name="file.list",
    topic=TOPIC,
    forms=("fichiers", "files"),
    handle=_list,
    usage=mark("!files"),
    about=mark("the files of the room; “!files minutes 2026” searches, “!files folder Council” opens a folder"),
    short=("les fichiers", "mes fichiers", "the files", "my files", "liste des fichiers", "list of files"),
    needs=needs_all,
    essential=True,
)
_FIND: Final = Command(
    name="file.find",
    topic=TOPIC,
    forms=(
        *("retrouve", "retrouver", "retrouve-moi", "retrouve moi", "cherche le fichier", "trouve le fichier"),
        *("où est le fichier", "où est le document", "find the file", "where is the file"),
    ),
    handle=_find,
    takes=has_words,
    needs=needs_all,
)
_SEARCH: Final = replace(
    _FIND, name="file.search", forms=(), short=("cherche", "chercher", "trouve", "trouver", "find"), takes=is_called
)
"""« Cherche la délibération »: what nothing but a document is called, before tasks are looked through."""
_SENT: Final = Command(
    name="file.send",
    topic=TOPIC,
    apart=("envoyer ce fichier",),
    handle=sending.chosen,
    takes=sending.is_choice,
    needs=rooms_alone,
)


def _acts(meetings: Meetings | None) -> Iterator[Command]:
    for verb in Verb:
        usage, about = _USAGES.get(verb, ("", ""))
        yield Command(
            name=f"file.{verb.name.lower()}",
            topic=TOPIC,
            forms=tuple(_forms(verb)),
            handle=_of(verb, meetings),
            usage=usage,
            about=about,
            needs=needs,
        )


_ONE: Final = Command(
    name="file.one",
    topic=TOPIC,
    forms=("fichier", "file"),
    handle=_one,
    usage=mark("!file minutes.pdf"),
    about=mark("where it is, its versions, tags and hash"),
    takes=has_words,
    needs=needs,
)


def _author(state: State, file_id: str) -> UserId | None:
    found = state.get(KIND, file_id)
    place = None if found is None else found.changed("event")
    return None if place is None else UserId(place[1])


_CARD: Final = CardMaker(
    # Its card is the message that carries it: there is never another one.
    kind=KIND,
    face=lambda _, __: None,
    hint=lambda texts: small(texts.gettext("answer the file to act on it")),
    author=_author,
    private={KIND: frozenset({"name", "folder", "tags"})},
    counted=saying.counted,
    about=lambda _, __: (),
)
