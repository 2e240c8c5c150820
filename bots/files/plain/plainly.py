"""What is said to us of files and is no command: « range le CR dans Travaux », « et renomme-la … » (pure)."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from bots.assistant.talk.offers.agenda import Meetings
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Needs, Request
from bots.assistant.words.asides import orders_in
from bots.files.library import acting, listing, meant, saying
from bots.files.library.entry import is_picture
from bots.files.library.orders import LAST, SENT, Order, Verb, of_folder
from bots.files.library.request import library, needs_all
from bots.files.library.shelf import File
from bots.files.plain import asking, belonging, described, folders, shown
from bots.files.plain.forms import both, spoken
from bots.files.plain.lately import is_new, lately, listed_lately, sent_by_them, sent_lately
from bots.files.plain.seeking import is_called, seeking
from bots.files.plain.timed import by_number

_MOST_NEW: Final = 50
"""Files among which the picture is looked for that came just now."""
_BY_NAME: Final = frozenset({Verb.SHOW, Verb.ATTACH, Verb.DETACH})
"""What is said of a file by its name, and of nothing that is pointed to."""
_BACK: Final = re.compile(
    r"(?:rends?|redonne|ram[èe]ne|ressors|remets|remettre)(?:[ -](?:moi|nous))?\s(?P<name>.+)", re.IGNORECASE
)


def plainly(meetings: Meetings | None, request: Request, words: Sequence[str]) -> Reply | None:
    """Return what comes of « range le CR dans Travaux », said to us: whoever says it means a file that there is.

    Of « où est le CR ? », too, and of « et renomme-la … » of the file that was just spoken of.
    """
    for ordered in orders_in(words):
        said = by_number(meetings, request, ordered)
        reply = next(filter(None, (read(request, said) for read in _READ)), None)
        if reply is not None:
            return reply
    if _is_caption(request) and not words[-1].endswith("?"):
        # What somebody says of a file that they send tells what it is.
        return replace(ask(request, saying.kept(request)), nothing=True)
    return listing.sought(request, words)


def _is_caption(request: Request) -> bool:
    """Tell whether words stand below the file that they were sent with."""
    quoted = request.quoted
    return quoted is not None and quoted.attached is not None and quoted.event_id == request.event_id


def plain_needs(request: Request, words: Sequence[str]) -> Needs:
    """Return what :func:`plainly` must be given for *words*."""
    if seeking(words) is not None:
        return _with_last(needs_all(request, []))
    ours = any(next(spoken(said), None) is not None or any(asks(said) for asks in _ASKS) for said in orders_in(words))
    return _with_last(needs_all(request, [])) if ours else Needs()


def _with_last(found: Needs) -> Needs:
    # What is sent goes where nobody else reads it.
    return replace(found, last=True, rooms=True)


def _ordered(request: Request, words: Sequence[str]) -> Reply | None:
    """Return what comes of the order that *words* are; None where it is about nothing that is known to be a file."""
    two = both(words)
    if two is not None:
        return _both(request, *two)
    read = [*spoken(words)]
    several = _several(request, read)
    if several is not None:
        return several
    known = [order for order in read if order.names and _is_file(request, order)]
    if known:
        return _told(request, known) or acting.act(request, known)
    pointed = [order for order in read if not order.names and order.verb not in _BY_NAME]
    many = pointed[0].many if pointed else 1
    if many in (LAST, SENT):
        return _newest(request, pointed[0], words)
    files = [] if not pointed else _just(request, pointed[0]) if many == 1 else _of_many(request, many)
    return _pointed(request, pointed, files) if files else _from_bin(request, pointed)


def _pointed(request: Request, orders: Sequence[Order], files: Sequence[File]) -> Reply | None:
    """Return what comes of *orders* that name no file, and are taken to be about *files*."""
    if any((order.version or 0) > files[0].versions for order in orders):
        return None
    if orders[0].verb is Verb.BIN:
        return ask(request, saying.bin_it(request, files[0])) if len(files) == 1 else None
    return acting.act(request, orders, acting.keys_of(files))


def _several(request: Request, read: Sequence[Order]) -> Reply | None:
    """Return what comes of « range toutes les factures dans Compta »; what would be thrown away is listed first."""
    for order in read:
        if order.verb not in asking.OF_MANY or meant.is_known(request, order):
            continue
        found = described.described(request, order.names)
        files = [] if found is None else described.files(request, found)
        if found is None or not files:
            continue
        sure = described.to_be_moved(request, found, files) if order.verb is Verb.MOVE else files
        if len(sure) > meant.MOST_AT_ONCE or not sure or order.verb is Verb.BIN:
            listed = described.listed(request, order.names, found)
            return None if listed is None else listed.above(asking.by_number(request, order, meant.MOST_AT_ONCE))
        return acting.act(request, [replace(order, names=(), many=0)], acting.keys_of(sure))
    return None


def _told(request: Request, known: Sequence[Order]) -> Reply | None:
    """Ask whether a file is to be renamed that may not be meant: « le budget s'appelle désormais M57 »."""
    told = next((order for order in known if order.told), None)
    files = [] if told is None else meant.of_order(request, told, ())
    if told is None or isinstance(files, Reply) or len(files) != 1:
        return None
    if [file.id for file in lately(request)] == [files[0].id]:
        return None
    return ask(request, asking.rename_it(request, files[0], " ".join(told.value)))


def _newest(request: Request, order: Order, words: Sequence[str]) -> Reply | None:
    """Return what comes of « range le dernier dans … », and « … ce que je viens d'envoyer … »: of others' files none.

    What came more than an hour ago is asked about, of several that they have just sent it is asked which.
    """
    known = library(request)
    if order.many == LAST:
        files = known.files(known.all(), 1)
        if files and not is_new(request, files[0]):
            return ask(request, asking.move_it(request, files[0], " ".join(order.value)))
    else:
        sent = sent_by_them(request)
        files = [file for file in sent if not file.filing.folder] or sent[:1]
    if len(files) > 1:
        places = [known.shelf.at[file.id] for file in files]
        listed = listing.of_places(request, " ".join(words), places)
        return listed.above(asking.by_number(request, order, meant.MOST_AT_ONCE))
    return acting.act(request, [replace(order, many=1)], acting.keys_of(files)) if files else None


def _just(request: Request, order: Order) -> list[File]:
    """Return what an order that names nothing is about; « la photo » is no letter: the picture that came just now."""
    files = lately(request)
    if not order.picture:
        return files
    known = library(request)
    newest = known.files(known.all(), _MOST_NEW)
    sent = next(([file] for file in newest if is_picture(file.entry) and is_new(request, file)), [])
    return [file for file in files if is_picture(file.entry)] or sent


def _of_many(request: Request, many: int) -> list[File]:
    """Return the files of « les deux »: those of the last list, or those that were just sent."""
    return listed_lately(request, many) or (sent_lately(request, many) if many else [])


def _had_back(request: Request, words: Sequence[str]) -> Reply | None:
    """Return what brings back the file that is named and lies in the bin: « rends-moi la 2042 »."""
    matched = _BACK.fullmatch(" ".join(words))
    if matched is None:
        return None
    name, _, folder = matched["name"].partition(" dans ")
    moves = Order(Verb.MOVE, tuple(name.split()), tuple(of_folder(folder.split())))
    if folder and meant.is_known(request, moves):
        # « Remets le devis dans Travaux »: one that there is.
        return acting.act(request, [moves])
    order = Order(Verb.RESTORE, tuple(matched["name"].split()))
    return acting.act(request, [order]) if meant.is_in_bin(request, order) else None


def _from_bin(request: Request, pointed: Sequence[Order]) -> Reply | None:
    """Return what there is to be had back, for who wants something back and does not say what."""
    wanted = any(order.verb is Verb.RESTORE for order in pointed)
    return listing.show(request, ["corbeille"]) if wanted and library(request).binned(request.here.date()) else None


def _is_file(request: Request, order: Order) -> bool:
    if meant.is_known(request, order) or is_called(order.names):
        return True
    return order.verb is Verb.RESTORE and meant.is_in_bin(request, order)


def _both(request: Request, first: Order, second: Order) -> Reply | None:
    """Return what comes of two orders about one file, in one reply; None where it is not clear of which."""
    files = meant.of_order(request, first, acting.keys_of(_just(request, first)))
    if isinstance(files, Reply) or len(files) != 1:
        return files if isinstance(files, Reply) else None
    replies = [acting.act(request, [replace(order, names=())], acting.keys_of(files)) for order in (first, second)]
    return folders.together(replies)


_READ: Final[tuple[Callable[[Request, Sequence[str]], Reply | None], ...]] = (
    folders.folders,
    belonging.belonging,
    _ordered,
    _had_back,
    shown.shown,
    described.shown,
)
_ASKS: Final[tuple[Callable[[Sequence[str]], bool], ...]] = (
    shown.asks,
    folders.asks,
    belonging.asks,
    described.asks,
    lambda words: _BACK.fullmatch(" ".join(words)) is not None,
)
