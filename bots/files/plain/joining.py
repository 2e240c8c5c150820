"""« Ajoute le budget à la commission »: where a file is called so, it is attached, and nobody is invited (pure)."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from bots.assistant.talk.markup import NOTHING
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold
from bots.assistant.words.asides import bare
from bots.assistant.words.commands.command import Command
from bots.files.library import acting, meant
from bots.files.library.linked import called
from bots.files.library.orders import Order, Verb
from bots.files.library.request import needs_all
from bots.files.plain.seeking import is_called

_ADD: Final = ("ajoute", "ajouter", "ajoutez", "rajoute", "rajouter", "add")
_JOIN: Final = frozenset({*_ADD, "mets", "met", "mettre", "mettez", "joins", "joindre", "joignez", "glisse", "put"})
_TO: Final = frozenset({"a", "au", "aux", "avec", "to", "with"})
_ENDING: Final = re.compile(r"\w\.\w{2,5}$")
_MOST: Final = 12


def orders(words: Sequence[str]) -> Iterator[Order]:
    """Yield what *words* may attach to what, the shortest name first."""
    if not words or fold(words[0]) not in _JOIN or len(words) > _MOST:
        return
    said = words[1:]
    for at, word in enumerate(said[:-1]):
        if at and fold(word) in _TO:
            yield Order(Verb.ATTACH, tuple(said[:at]), tuple(said[at + 1 :]))


def joined(request: Request, words: Sequence[str]) -> Reply | None:
    """Return what attaches the file that *words* name to what they call, or asks which of several.

    None where the room has no such file, or nothing called so: it may be a guest, a task, another meeting.
    """
    for order in orders(words):
        if meant.is_known(request, order) and called(request, order.value):
            return acting.act(request, [order])
    return None


def _add(request: Request, rest: list[str]) -> Reply:
    return joined(request, bare(["ajoute", *rest])) or Reply(NOTHING, nothing=True)


def _names_a_document(rest: list[str]) -> bool:
    named = (order.names for order in orders(["ajoute", *rest]))
    return any(is_called(names) or _ENDING.search(names[-1]) is not None for names in named)


ADDED: Final = Command(
    name="file.attach.said",
    topic="files",
    short=_ADD,
    banged=_ADD,
    handle=_add,
    takes=_names_a_document,
    needs=needs_all,
)
"""Of what « ajoute … à … » calls the last in the table is asked first: it belongs behind the agenda's, which would ask
who « le budget » is.
"""
