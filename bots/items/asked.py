"""« Où en est l'objectif 2 ? », asked as people ask it: by number, by words of its title, of all of them (pure)."""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import product
from typing import Final

from bots.assistant.talk.markup import NOTHING, fill, listing, text
from bots.assistant.talk.needing import rooms_alone
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.rights import Right
from bots.assistant.talk.wording import fold, has_words
from bots.assistant.words.commands.command import Command
from bots.assistant.words.objects.numbered import reference
from bots.assistant.words.objects.titled import is_titled, telling
from bots.items.board import Board
from bots.items.doing import asking
from bots.items.kind import Item, Kind
from bots.items.saying import echo, everywhere
from bots.items.saying import listing as lists
from bots.items.speech import Speech

_HOW: Final = (
    *("où en est", "où en est-on avec", "où en est-on de", "où en est-on pour", "où en est-on sur", "comment avance"),
    *("comment va", "où en sommes-nous avec", "où en sommes-nous de", "how is", "how's", "how far is"),
    *("where are we with", "where are we on", "what about"),
)
_OF_A_TITLE: Final = (
    *("où en est", "où en est-on avec", "où en est-on de", "où en est-on pour", "où en est-on sur"),
    "where are we with",
)
"""Asked of tasks, too: what nothing is called so is looked for there."""
_HOW_MANY: Final = (
    *("où en sont", "où en est-on avec", "où en est-on de", "où en est-on sur", "où en sommes-nous avec"),
    *("comment avancent", "comment vont", "quels sont", "quelles sont", "et", "what are", "how are"),
    *("how far are", "where are we with", "where are we on"),
)
_OUR: Final = ("mon", "notre", "nos", "mes", "our", "my")
_CARD: Final = (
    *("ça avance", "ca avance", "ça en est où", "ça en est où maintenant", "où en est-on", "où ça en est"),
    *("on en est où", "où en sommes-nous", "des nouvelles", "quoi de neuf", "comment ça avance"),
    *("how is it going", "how's it going", "how far is it", "where are we", "any news", "any progress"),
)
_BEHIND: Final = frozenset({"going", "doing", "coming", "along", "now", "maintenant", "aujourd'hui", "today", "donc"})
_MOST: Final = 20


def asked(kind: Kind) -> Iterator[Command]:
    """Yield the commands by which one asks how an object of *kind* stands, and how all do; they change nothing."""
    many, one = _pairs(_HOW_MANY, _nouns(kind, many=True)), _pairs((*_HOW, "et", "and"), _nouns(kind))
    for name, said, answer, names_some in (
        ("list", many, _all, False),
        ("show", one, _one, True),
        ("title", _OF_A_TITLE, _titled, True),
    ):
        yield Command(
            name=f"{kind.name}.{name}.asked",
            topic=kind.name,
            short=said,
            banged=said,
            handle=partial(answer, kind),
            takes=partial(_takes, names_some=names_some),
            needs=rooms_alone,
        )
    yield Command(
        name=f"{kind.name}.card.asked",
        topic=kind.name,
        handle=partial(lists.show, kind),
        on_card=_CARD,
        asks=True,
    )


def _takes(words: Sequence[str], *, names_some: bool) -> bool:
    return has_words(_named(words)) is names_some


def _nouns(kind: Kind, *, many: bool = False) -> tuple[str, ...]:
    """Return what a kind is called in such a question: ``l'objectif``, ``l objectif``, ``notre objectif``."""
    french, english = kind.noun.french, kind.noun.english
    if many:
        said = (f"les {french.many}", f"nos {french.many}", f"the {english.many}", f"our {english.many}")
        return (*said, french.many, english.many)
    ours = (f"{our} {one}" for our, one in product(_OUR, kind.noun.ones))
    return tuple(dict.fromkeys((french.the, french.the.replace("'", " "), english.the, *ours, *kind.noun.ones)))


def _pairs(heads: Sequence[str], nouns: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"{head} {noun}" for head, noun in product(heads, nouns))


def _named(words: Sequence[str]) -> list[str]:
    """Return *words* without what only ends such a question: ``2 going ?``."""
    said = [word.rstrip("?!") for word in words]
    return [word for word in said if has_words([word]) and fold(word) not in _BEHIND]


def _all(kind: Kind, request: Request, _: list[str]) -> Reply:
    """Answer « où en sont les objectifs ? »: those of the room; alone with us of all rooms."""
    if not request.private:
        return lists.show_all(kind, request, [])
    found = [*everywhere.held(kind, request)]
    none = text(Speech(kind, request).sentence(kind.phrases.none_open))
    return _listed(kind, request, found) if found else Reply(none)


def _one(kind: Kind, request: Request, rest: list[str]) -> Reply:
    """Answer « où en est l'objectif 2 ? », or « … l'objectif école ? »."""
    named = _named(rest)
    if len(named) == 1 and reference(named[0]) is not None:
        return _numbered(kind, request, named)
    found = _titled(kind, request, rest)
    return _none(kind, request, named) if found.nothing else found


def _numbered(kind: Kind, request: Request, named: list[str]) -> Reply:
    if not request.private:
        return lists.show(kind, request, named)
    wanted = reference(named[0])
    assert wanted is not None, "it is a number"
    found = [
        everywhere.ItemInRoom(place, item)
        for place in request.visible
        for item in Board(kind, place.state).called(wanted)
    ]
    return _listed(kind, request, found) if found else _none(kind, request, named)


def _titled(kind: Kind, request: Request, rest: list[str]) -> Reply:
    """Answer « où en est l'école ? » where that is what some are called; else nothing is found."""
    words = telling(" ".join(_named(rest)))
    if not request.may(Right.SEE):
        return ask(request, asking.may_not(request))
    if request.private:
        held = [found for found in everywhere.held(kind, request) if is_titled(words, found.item.title)]
        return _listed(kind, request, held) if held else Reply(NOTHING, nothing=True)
    items = _here(kind, request, words)
    if len(items) == 1:
        return Reply(echo.shown(request, items[0]), shows=((kind.name, items[0].id),))
    if items:
        return Reply(lists.said(kind, request, items), shows=tuple((kind.name, item.id) for item in items))
    return Reply(NOTHING, nothing=True)


def _here(kind: Kind, request: Request, words: Sequence[str]) -> list[Item]:
    """Return those of the room that are called so: those in use, or where there are none, any."""
    board = Board(kind, request.state, request.inverse)
    held = [item for item in board.all() if is_titled(words, item.title)]
    return [*board.sorted([item for item in held if item.open] or held)][:_MOST]


def _listed(kind: Kind, request: Request, found: Sequence[everywhere.ItemInRoom]) -> Reply:
    head = Speech(kind, request).plural(kind.phrases.some, len(found))
    items = [everywhere.said(held) for held in found[:_MOST]]
    more = len(found) - len(items)
    rest = request.texts.ngettext("… and {count} more.", "… and {count} more.", more).format(count=more) if more else ""
    said = listing(fill(head, count=text(str(len(found)))), items, text(rest))
    return Reply(said, shows=tuple(everywhere.shown(request, held) for held in found[:_MOST]))


def _none(kind: Kind, request: Request, named: Sequence[str]) -> Reply:
    """Say that none is called so, here or, alone with us, anywhere."""
    sentence = kind.phrases.none_anywhere if request.private else kind.phrases.none_called
    return ask(request, fill(Speech(kind, request).sentence(sentence), words=text(" ".join(named))))
