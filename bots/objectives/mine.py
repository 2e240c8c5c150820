"""``mes objectifs``: those of whoever asks, alone with us in all their rooms (pure)."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from bots.assistant.dispatch.identity_words import doubted
from bots.assistant.talk.census import Census
from bots.assistant.talk.markup import Rich, code, fill, join, lines, listing, room_link, short, text
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import NOTHING, Needs, Request
from bots.assistant.talk.scene import ELSEWHERE, Scene, elsewhere
from bots.assistant.words.lenient import line
from bots.objectives import echo
from bots.objectives.board import Board
from bots.objectives.objective import KIND, Objective

_MOST: Final = 30
_MAX_NAME: Final = 40


def needs(request: Request, _: list[str]) -> Needs:
    """All rooms, but only where they may be told of."""
    return Needs(rooms=True) if request.private else NOTHING


@dataclass(frozen=True, slots=True)
class Held:
    """An objective in its room."""

    scene: Scene
    objective: Objective


def everywhere(request: Request, _: list[str], census: Census) -> Reply:
    """List the open objectives of whoever asks, in all rooms that they are in; of the others, how many there are."""
    if not request.private:
        return ask(request, doubted(request.texts, request.sender, request.served_by.server))
    held = [Held(scene, each) for scene in request.visible for each in Board(scene.state).open()]
    own = sorted((each for each in held if each.objective.owner == request.sender), key=_next)
    items = [_item(each, census) for each in own[:_MOST]]
    shows = tuple(_shown(request, each) for each in own[:_MOST])
    return Reply(_said(request, items, len(own), len(held) - len(own)), shows=shows)


def _next(held: Held) -> tuple[date, str, int, str]:
    objective = held.objective
    return objective.target or date.max, held.scene.name or "", objective.number, objective.id


def _item(held: Held, census: Census) -> Rich:
    scene, objective = held.scene, held.objective
    name = line(scene.name, _MAX_NAME) or scene.texts.gettext("a room without a name")
    tally = census.towards(scene.state, objective.id, scene.here)
    return join(" · ", (echo.item(scene, objective, tally, whose=False), room_link(scene.room_id, short(name))))


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
        said = listing(fill(head, count=text(str(own))), items, text(rest))
    else:
        said = text(texts.gettext("No open objective is yours, in any room that you and I are in."))
    if not others:
        return said
    sentence = texts.ngettext(
        "{report} shows {count} other one of your rooms.", "{report} shows {count} others of your rooms.", others
    )
    return lines((said, fill(sentence, report=code(texts.gettext("report")), count=text(str(others)))))


def here(request: Request) -> tuple[Objective, ...]:
    """Return the open objectives of whoever asks, in the room where they ask."""
    return tuple(each for each in Board(request.state, request.inverse).open() if each.owner == request.sender)


def none_here(request: Request) -> Rich:
    """Say that no open objective of the room is theirs."""
    return text(request.texts.gettext("No open objective of this room is yours."))
