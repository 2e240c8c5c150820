"""``!véhicules``: those in use, or those that fit what is asked (pure)."""

from collections.abc import Sequence
from typing import Final

from bots.assistant.talk.markup import Rich, fill, listing, text
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.rights import Right
from bots.items.board import Board, ordered
from bots.items.doing import asking
from bots.items.doing.work import Work
from bots.items.kind import Item, Kind
from bots.items.saying import echo
from bots.items.saying.filters import filters, fitting
from bots.items.speech import Speech

MOST: Final = 50


def show(kind: Kind, request: Request, rest: list[str]) -> Reply:
    """Show the object that is named, or that of the card."""
    if not request.may(Right.SEE):
        return ask(request, asking.may_not(request))
    work = Work.on(kind, request)
    item, _ = work.target(rest)
    if item is None:
        return work.reply()
    return Reply(echo.shown(request, item), shows=((kind.name, item.id),))


def show_all(kind: Kind, request: Request, rest: list[str]) -> Reply:
    """List those that fit *rest*, the next one due first."""
    found = chosen(kind, request, rest)
    if isinstance(found, Reply):
        return found
    wanted = filters(kind, rest)
    start = MOST * (wanted.page - 1)
    start = start if start < len(found) else 0
    page = Board(kind, request.state, request.inverse).labelled(found[start : start + MOST])
    shows = tuple((kind.name, item.id) for item in page)
    return Reply(said(kind, request, page, len(found), before=start, narrowed=wanted.narrowed()), shows=shows)


def chosen(kind: Kind, request: Request, rest: Sequence[str]) -> list[Item] | Reply:
    """Return the items that fit *rest*, the next one due first, without labels; a question where that is not clear."""
    if not request.may(Right.SEE):
        return ask(request, asking.may_not(request))
    wanted = filters(kind, rest)
    if wanted.strange:
        return ask(request, asking.not_understood(kind, request, wanted.strange))
    board = Board(kind, request.state, request.inverse)
    fits = fitting(wanted, request, board)
    if isinstance(fits, list):
        return ask(request, *fits)
    return ordered(filter(fits, board.in_use() if wanted.statuses is None else board.all()))


def said(
    kind: Kind,
    request: Request,
    items: Sequence[Item],
    total: int | None = None,
    *,
    before: int = 0,
    narrowed: bool = False,
) -> Rich:
    """List *items*, those of *total* after *before*; *narrowed*: more was asked of them than that they are in use."""
    speech, total = Speech(kind, request), len(items) if total is None else total
    if not total:
        return text(speech.sentence(kind.phrases.none_such if narrowed else kind.phrases.none))
    head = speech.plural(kind.phrases.found if narrowed else kind.phrases.some, total)
    more = total - before - len(items[:MOST])
    rest = request.texts.ngettext("… and {count} more.", "… and {count} more.", more)
    foot = fill(rest, count=text(str(more))) if more > 0 else None
    return listing(fill(head, count=text(str(total))), [echo.line(request, item) for item in items[:MOST]], foot)
