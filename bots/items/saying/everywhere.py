"""Objects of a kind in all rooms of whoever asks, alone with us: each as a line with its room (pure)."""

from collections.abc import Iterator
from dataclasses import dataclass

from bots.assistant.dispatch.reading.elsewhere import room_of
from bots.assistant.talk.markup import Rich, join
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import ELSEWHERE, Scene, elsewhere
from bots.items.board import Board
from bots.items.kind import Item, Kind
from bots.items.saying import echo


@dataclass(frozen=True, slots=True)
class ItemInRoom:
    """An object in its room."""

    scene: Scene
    item: Item


def held(kind: Kind, request: Request) -> Iterator[ItemInRoom]:
    """Yield the objects of *kind* in use, in all rooms that whoever asks is in."""
    return (ItemInRoom(scene, item) for scene in request.visible for item in Board(kind, scene.state).open())


def said(found: ItemInRoom, *without: str) -> Rich:
    """Return it as one line, with its room; *without* these fields."""
    return join(" · ", (echo.line(found.scene, found.item.without(*without)), room_of(found.scene)))


def shown(request: Request, found: ItemInRoom) -> tuple[str, str]:
    """Return what a message that shows it says that it shows (``Reply.shows``)."""
    if found.scene.room_id == request.room_id:
        return (found.item.kind.name, found.item.id)
    return (ELSEWHERE, elsewhere(found.scene.room_id, found.item.id))
