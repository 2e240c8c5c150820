"""``tâches en retard``, alone with us: the tasks that fit in all rooms of whoever asks, as a report has them (pure)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from heapq import merge
from itertools import islice
from typing import Final

from bots.assistant.dispatch.identity_words import doubted
from bots.assistant.dispatch.reading.elsewhere import room_of
from bots.assistant.talk.markup import Rich, fill, listing, text
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import ELSEWHERE, Scene, elsewhere
from bots.tasks.kept.index import Index
from bots.tasks.kept.model import Board
from bots.tasks.kept.task import KIND
from bots.tasks.lists import listing as here
from bots.tasks.lists.listing import PAGE, Chosen
from bots.tasks.words import filters
from bots.tasks.words.filters import Filters, StatusFilter

_NEVER: Final = 1 << 62


def chooses(words: list[str]) -> bool:
    """Tell whether *words* choose some of all tasks, by what means the same in every room."""
    wanted = filters.filters(words)
    if wanted.strange or wanted.objectives or wanted.state in (StatusFilter.DROPPED, StatusFilter.ALL):
        return False
    return replace(wanted, order=Filters().order, page=1) != Filters()


def search(request: Request, rest: list[str]) -> Reply:
    """Answer ``où en est la toiture ?``: the tasks that speak of it, alone with us of all rooms."""
    return show(request, rest) if request.private else here.show_open(request, rest)


def look(request: Request, rest: list[str]) -> Reply:
    """Answer ``c'est quand le conseil ?``, which asks: nothing is offered to be added."""
    return show(request, rest) if request.private else here.show_open(request, rest, offers=False)


def show(request: Request, rest: list[str]) -> Reply:
    """List the tasks that fit, a page of them, each with its room; those of this conversation too."""
    if not request.private:
        return ask(request, doubted(request.texts, request.sender, request.served_by.server))
    company = {user: name for scene in request.visible for user, name in scene.members.items()}
    found = here.chosen(replace(request, members={**company, **request.members}), rest)
    if isinstance(found, Reply):
        return found
    rooms = [Fitting.of(request, scene, found) for scene in request.visible]
    total = sum(len(room.ids) for room in rooms)
    page, pages = here.page_of(found.wanted, total)
    held = merge(*(room.places(number) for number, room in enumerate(rooms)))
    shown = [(rooms[number], task_id) for _, number, task_id in islice(held, (page - 1) * PAGE, page * PAGE)]
    items = [said for room, task_id in shown for said in room.item(request, task_id)]
    if found.wanted.words and not total:
        return replace(ask(request, none_speaks(request, filters.named(rest))), nothing=True)
    reply = Reply(
        _said(request, items, total, sum(1 for room in rooms if room.ids), (page, pages)),
        shows=tuple(_shown(request, room.scene, task_id) for room, task_id in shown),
    )
    return here.continued(request, reply, page, pages)


@dataclass(frozen=True, slots=True)
class Fitting:
    """The tasks of one room that fit."""

    scene: Scene
    board: Board
    wanted: Filters
    ids: frozenset[str]

    @classmethod
    def of(cls, request: Request, scene: Scene, asked: Chosen) -> "Fitting":
        """Return those of *scene*."""
        board = Board(scene.state)
        found = here.containing(board, here.fitting(board.index, asked, request.here), asked.wanted.words)
        return cls(scene, board, asked.wanted, frozenset(found))

    def places(self, number: int) -> Iterator[tuple[int, int, str]]:
        """Yield them in order, each with what it is compared by with those of other rooms, and with *number*."""
        index = self.board.index
        for task_id in here.ordered(index, self.wanted, set(self.ids)):
            yield _place(index, self.wanted, task_id), number, task_id

    def item(self, request: Request, task_id: str) -> Iterator[Rich]:
        """Yield the line of a task, as its own room says it."""
        inside = replace(request, state=self.scene.state, members=self.scene.members)
        for task in self.board.tasks([task_id]):
            yield here.item(inside, self.board, task, room_of(self.scene))


def _place(index: Index, wanted: Filters, task_id: str) -> int:
    row = index.rows[task_id]
    if wanted.state is not StatusFilter.DONE:
        return row.places()[wanted.order.value]
    return _NEVER if row.completed is None else -int(row.completed.timestamp())


def _shown(request: Request, scene: Scene, task_id: str) -> tuple[str, str]:
    if scene.room_id == request.room_id:
        return (KIND, task_id)
    return (ELSEWHERE, elsewhere(scene.room_id, task_id))


def none_speaks(request: Request, words: list[str]) -> Rich:
    """Say that no task of any room speaks of *words*."""
    said = request.texts.gettext("No open task speaks of “{words}”, in any room that you and I are in.")
    return fill(said, words=text(" ".join(words)))


def _said(request: Request, items: list[Rich], total: int, rooms: int, pages: tuple[int, int]) -> Rich:
    texts = request.texts
    if not total:
        return text(texts.gettext("No task fits, in any room that you and I are in."))
    where = texts.ngettext("{count} room", "{count} rooms", rooms).format(count=rooms)
    head = texts.ngettext("{count} task fits, in {rooms}:", "{count} tasks fit, in {rooms}:", total)
    return listing(fill(head, count=text(str(total)), rooms=text(where)), items, here.foot(request, *pages))
