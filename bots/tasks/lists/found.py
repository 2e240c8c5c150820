"""How tasks are found by words, people, days and how they stand, for the look-up (pure)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Final

from bots.assistant.dispatch.reading.elsewhere import room_of
from bots.assistant.talk.markup import NOTHING as SILENT
from bots.assistant.talk.markup import Rich
from bots.assistant.talk.offers.finding import Finder, Found, Lines, Wanted, WantedState
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import Scene
from bots.assistant.words.objects.searched import hits
from bots.tasks.kept.index import Index
from bots.tasks.kept.model import WORDS, Board
from bots.tasks.kept.row import IndexedTask
from bots.tasks.kept.task import KIND, Status
from bots.tasks.lists import listing, showing


@dataclass(frozen=True, slots=True)
class _Tasks(Lines):
    """Finds tasks; what was dropped by its words only."""

    kind: str = KIND
    nouns: frozenset[str] = frozenset({"tache", "taches", "task", "tasks", "todo"})
    called: tuple[str, str] = ("tâches", "tasks")
    icon: str = "☐"

    def find(self, request: Request, scene: Scene, wanted: Wanted) -> Iterator[Found]:
        """Yield those that fit."""
        board = Board(scene.state)
        index = board.index
        found: dict[str, frozenset[str]] = hits(scene.state.view(WORDS), wanted.words) if wanted.words else {}
        for task_id in _ids(index, scene, wanted, found):
            row = index.rows[task_id]
            draw = partial(_line, request, scene, board, task_id)
            at = _at(row, wanted.state)
            yield Found((KIND, task_id), draw, found.get(task_id, frozenset()), at, over=not row.open)

    def whole(self, request: Request, object_id: str) -> Rich | None:
        """Return all that is known of it."""
        board = Board(request.state)
        task = board.get(object_id)
        return None if task is None else showing.whole(request, board, task)


FINDER: Final[Finder] = _Tasks()


def _ids(index: Index, scene: Scene, wanted: Wanted, found: Iterable[str]) -> set[str]:
    if wanted.words:
        ids = {task_id for task_id in found if task_id in index.rows}
        if wanted.state is not WantedState.ANY:
            ids &= _standing(index, scene, wanted.state)
    else:
        ids = _standing(index, scene, wanted.state)
    return {task_id for task_id in ids if _is_wanted(index.rows[task_id], scene, wanted)}


def _standing(index: Index, scene: Scene, state: WantedState) -> set[str]:
    match state:
        case WantedState.LATE:
            return set(index.late(scene.here))
        case WantedState.DONE:
            return index.by_status[Status.DONE]
        case WantedState.OPEN | WantedState.ANY:
            return index.open


def _is_wanted(row: IndexedTask, scene: Scene, wanted: Wanted) -> bool:
    return wanted.is_of(row.assignees) and wanted.falls(_at(row, wanted.state), scene.zone)


def _at(row: IndexedTask, state: WantedState) -> date | None:
    return row.completed if state is WantedState.DONE else row.due


def _line(request: Request, scene: Scene, board: Board, task_id: str, own: bool) -> Rich:
    task = board.get(task_id)
    # As its own room says it: its people are those of that room.
    inside = replace(request, state=scene.state, members=scene.members)
    where = SILENT if scene.room_id == request.room_id else room_of(scene)
    return SILENT if task is None else listing.item(inside, board, task, where, own=own)
