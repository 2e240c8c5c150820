"""``mes objectifs``: those of whoever asks, alone with us in all their rooms (pure)."""

from datetime import date
from typing import Final

from bots.assistant.dispatch.identity_words import doubted
from bots.assistant.talk.markup import Rich, code, fill, lines, text
from bots.assistant.talk.markup import listing as bulleted
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.rights import Right
from bots.items.board import Board
from bots.items.doing import asking
from bots.items.kind import Kind
from bots.items.saying import everywhere as all_rooms
from bots.items.saying import listing
from bots.items.saying.everywhere import ItemInRoom
from bots.objectives.objective import KIND, OWNER, TARGET

_MOST: Final = 30


def everywhere(kind: Kind, request: Request, _: list[str]) -> Reply:
    """List the open objectives of whoever asks, in all rooms that they are in; of the others, how many there are."""
    if not request.private:
        return ask(request, doubted(request.texts, request.sender, request.served_by.server))
    held = [*all_rooms.held(kind, request)]
    own = sorted((found for found in held if found.item.get(OWNER) == request.sender), key=_next)
    items = [all_rooms.said(found, OWNER.name) for found in own[:_MOST]]
    shows = tuple(all_rooms.shown(request, found) for found in own[:_MOST])
    return Reply(_said(request, items, len(own), len(held) - len(own)), shows=shows)


def _next(held: ItemInRoom) -> tuple[date, str, int, str]:
    objective = held.item
    return objective.get(TARGET) or date.max, held.scene.name or "", objective.number, objective.id


def _said(request: Request, items: list[Rich], own: int, others: int) -> Rich:
    texts = request.texts
    if own:
        head = texts.ngettext("{count} open objective is yours:", "{count} open objectives are yours:", own)
        more = own - len(items)
        rest = texts.ngettext("… and {count} more.", "… and {count} more.", more).format(count=more) if more else ""
        said = bulleted(fill(head, count=text(str(own))), items, text(rest))
    else:
        said = text(texts.gettext("No open objective is yours, in any room that you and I are in."))
    if not others:
        return said
    sentence = texts.ngettext(
        "{report} shows {count} other one of your rooms.", "{report} shows {count} others of your rooms.", others
    )
    return lines((said, fill(sentence, report=code(texts.gettext("report")), count=text(str(others)))))


def here(kind: Kind, request: Request, _: list[str]) -> Reply:
    """List the open objectives of whoever asks, in the room where they ask."""
    if not request.may(Right.SEE):
        return ask(request, asking.may_not(request))
    board = Board(kind, request.state, request.inverse)
    found = [item for item in board.open() if item.get(OWNER) == request.sender]
    if not found:
        return Reply(text(request.texts.gettext("No open objective of this room is yours.")))
    return Reply(listing.said(kind, request, found), shows=tuple((KIND, item.id) for item in found))
