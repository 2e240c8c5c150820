"""``mes objectifs``: those of whoever asks, alone with us in all their rooms (pure)."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from bots.assistant.dispatch.identity_words import doubted
from bots.assistant.talk.markup import Rich, code, fill, join, lines, room_link, short, text
from bots.assistant.talk.markup import listing as bulleted
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.rights import Right, may, standing
from bots.assistant.talk.scene import ELSEWHERE, Scene, elsewhere
from bots.assistant.words.lenient import line
from bots.items.board import Board
from bots.items.doing import asking
from bots.items.kind import Item, Kind
from bots.items.saying import echo, listing
from bots.objectives.objective import KIND, OWNER, TARGET

_MOST: Final = 30
_MAX_NAME: Final = 40


@dataclass(frozen=True, slots=True)
class Held:
    """An objective in its room."""

    scene: Scene
    objective: Item


def everywhere(kind: Kind, request: Request, _: list[str]) -> Reply:
    """List the open objectives of whoever asks, in all rooms that they are in; of the others, how many there are."""
    if not request.private:
        return ask(request, doubted(request.texts, request.sender, request.served_by.server))
    held = [Held(scene, found) for scene in request.visible for found in Board(kind, scene.state).open()]
    own = sorted((found for found in held if found.objective.get(OWNER) == request.sender), key=_next)
    items = [_item(found) for found in own[:_MOST]]
    shows = tuple(_shown(request, found) for found in own[:_MOST])
    return Reply(_said(request, items, len(own), len(held) - len(own)), shows=shows)


def _next(held: Held) -> tuple[date, str, int, str]:
    objective = held.objective
    return objective.get(TARGET) or date.max, held.scene.name or "", objective.number, objective.id


def _item(held: Held) -> Rich:
    scene, objective = held.scene, held.objective
    name = line(scene.name, _MAX_NAME) or scene.texts.gettext("a room without a name")
    return join(" · ", (echo.line(scene, objective.without(OWNER.name)), room_link(scene.room_id, short(name))))


def _shown(request: Request, held: Held) -> tuple[str, str]:
    if held.scene.room_id == request.room_id:
        return (KIND, held.objective.id)
    return (ELSEWHERE, elsewhere(held.scene.room_id, held.objective.id))


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
    if not may(standing(own=request.own), Right.SEE):
        return ask(request, asking.may_not(request))
    board = Board(kind, request.state, request.inverse)
    found = [item for item in board.open() if item.get(OWNER) == request.sender]
    if not found:
        return Reply(text(request.texts.gettext("No open objective of this room is yours.")))
    return Reply(listing.said(kind, request, found), shows=tuple((KIND, item.id) for item in found))
