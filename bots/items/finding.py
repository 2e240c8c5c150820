"""How the objects of a declared kind are found by words, people, days and how they stand (pure)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from bots.assistant.dispatch.reading.elsewhere import room_of
from bots.assistant.talk.markup import Rich, join
from bots.assistant.talk.offers.finding import Found, Lines, Wanted, WantedState
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import Scene
from bots.assistant.talk.wording import fold
from bots.assistant.words.objects.searched import Searched, hits, searched
from bots.items.board import Board
from bots.items.kind import Item, Kind
from bots.items.saying import echo
from bots.items.types.labels import Labels
from bots.items.types.people import People, Person
from config.identifiers import UserId


@dataclass(frozen=True, slots=True)
class KindFinder(Lines):
    """Finds objects of *kind_of*."""

    kind_of: Kind

    @property
    def kind(self) -> str:
        """The kind."""
        return self.kind_of.name

    @property
    def nouns(self) -> frozenset[str]:
        """What people call it."""
        noun = self.kind_of.noun
        return frozenset(fold(word) for word in (*noun.ones, *noun.manies))

    @property
    def called(self) -> tuple[str, str]:
        """What several of it are called."""
        return self.kind_of.noun.french.many, self.kind_of.noun.english.many

    @property
    def icon(self) -> str:
        """That of its first status."""
        return self.kind_of.first.icon

    def find(self, request: Request, scene: Scene, wanted: Wanted) -> Iterator[Found]:
        """Yield those that fit; what was given up is found by its words only, what its author took back not at all."""
        board, found = Board(self.kind_of, scene.state), {}
        if wanted.words:
            found = hits(scene.state.view(_words_of(self.kind_of)), wanted.words)
            items = board.labelled(item for name in found if (item := board.get(name)) is not None)
        else:
            items = board.sorted(
                board.in_use() if wanted.state in (WantedState.OPEN, WantedState.LATE) else board.all()
            )
        for item in items:
            if _fits(item, scene, wanted) and (wanted.words or item.status is not self.kind_of.given_up):
                yield _said(request, item, scene, found.get(item.id, frozenset()))

    def whole(self, request: Request, object_id: str) -> Rich | None:
        """Return it with all its fields."""
        item = Board(self.kind_of, request.state).get(object_id)
        return None if item is None else echo.shown(request, item)


def _words_of(kind: Kind) -> "Callable[[], Searched]":
    """Return what makes the view of the words of a kind: its title and its labels."""
    labels = tuple(field.name for field in kind.fields if isinstance(field.type, Labels))
    return searched(kind.name, (kind.title.name,), labels)


def _said(request: Request, item: Item, scene: Scene, found: frozenset[str]) -> Found:
    """Return *item* as it is told."""
    draw = partial(line, request, scene, item)
    return Found((item.kind.name, item.id), draw, found, item.due, over=not item.open)


def line(request: Request, scene: Scene, item: Item, own: bool) -> Rich:
    """Return *item* on one line, with its *own* number, and its room where that is another one."""
    where = () if scene.room_id == request.room_id else (room_of(scene),)
    return join(" · ", (echo.line(scene, item, own=own), *where))


def _fits(item: Item, scene: Scene, wanted: Wanted) -> bool:
    """Tell whether *item* is one of theirs, then, and stands so; what was taken back at once is none of anybody's."""
    if item.withdrawn:
        return False
    theirs_then = wanted.is_of(_people(item)) and wanted.falls(item.due, scene.zone)
    return theirs_then and _stands(item, scene, wanted.state)


def _stands(item: Item, scene: Scene, state: WantedState) -> bool:
    match state:
        case WantedState.OPEN:
            return item.open
        case WantedState.LATE:
            return item.open and item.late(scene.here)
        case WantedState.DONE:
            return not item.open and item.status is not item.kind.given_up
        case WantedState.ANY:
            return True


def _people(item: Item) -> Iterator[UserId]:
    """Yield everybody who is named in a field, and who made it where nobody is."""
    named = [item.get(field) for field in item.kind.fields if isinstance(field.type, Person | People)]
    yield from _each(named)
    if not any(named) and item.creator is not None:
        yield item.creator


def _each(named: list[Any]) -> Iterator[UserId]:
    for value in named:
        if isinstance(value, tuple):
            yield from value
        elif value is not None:
            yield value
