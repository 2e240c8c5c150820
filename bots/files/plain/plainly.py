"""What is said to us of files and is no command: « range le CR dans Travaux », « et renomme-la … » (pure)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bots.assistant.talk.markup import lines
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Needs, Request
from bots.assistant.talk.scene import Key
from bots.assistant.words.asides import orders_in
from bots.files.library import acting, listing, meant, saying
from bots.files.library.orders import Order, Verb
from bots.files.library.request import library, needs_all
from bots.files.library.seeking import is_called, seeking
from bots.files.plain import shown
from bots.files.plain.forms import both, spoken
from bots.files.plain.lately import lately, listed_lately
from bots.register.format.operation import Change

_BY_NAME: Final = frozenset({Verb.SHOW, Verb.ATTACH, Verb.DETACH})
"""What is said of a file by its name, and of nothing that is pointed to."""


def plainly(request: Request, words: Sequence[str]) -> Reply | None:
    """Return what comes of « range le CR dans Travaux », said to us: whoever says it means a file that there is.

    Of « où est le CR ? », too, and of « et renomme-la … » of the file that was just spoken of.
    """
    for said in orders_in(words):
        reply = _ordered(request, said) or shown.shown(request, said)
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
    ours = any(next(spoken(said), None) is not None or shown.asks(said) for said in orders_in(words))
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
    known = [order for order in read if order.names and _is_file(request, order)]
    if known:
        return acting.act(request, known)
    pointed = [order for order in read if not order.names and order.verb not in _BY_NAME]
    many = pointed[0].many if pointed else 1
    files = [] if not pointed else lately(request) if many == 1 else listed_lately(request, many)
    if not files:
        return _from_bin(request, pointed)
    if pointed[0].verb is Verb.BIN:
        return ask(request, saying.bin_it(request, files[0])) if len(files) == 1 else None
    return acting.act(request, pointed, acting.keys_of(files))


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
    files = meant.of_order(request, first, acting.keys_of(lately(request)))
    if isinstance(files, Reply) or len(files) != 1:
        return files if isinstance(files, Reply) else None
    replies = [acting.act(request, [replace(order, names=())], acting.keys_of(files)) for order in (first, second)]
    if not all(reply.changes for reply in replies):
        return next(reply for reply in replies if not reply.changes)
    return replace(
        replies[0],
        text=lines(reply.text for reply in replies),
        changes=_joined([*replies[0].changes, *replies[1].changes]),
        inverse=_joined([*replies[0].inverse, *replies[1].inverse]),
    )


def _joined(changes: Sequence[Change]) -> tuple[Change, ...]:
    """Return *changes* with one for each object."""
    found: dict[Key, Change] = {}
    for change in changes:
        key = (change.kind, change.id)
        before = found.get(key)
        found[key] = change if before is None else replace(before, set={**before.set, **change.set})
    return tuple(found.values())
