"""What tasks somebody has to do in a room, for other capabilities, which do not know what a task is (pure)."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from typing import Final

from bots.assistant.talk.offers.agenda import Agenda, AgendaItem, Dated, Happening
from bots.assistant.talk.scene import Scene
from bots.assistant.words.lenient import line
from bots.assistant.words.objects.numbered import MAX_TITLE
from bots.assistant.words.objects.titled import is_titled
from bots.tasks.kept import moment
from bots.tasks.kept.model import Board
from bots.tasks.kept.row import IndexedTask
from bots.tasks.kept.task import KIND, Status, is_over
from bots.when.moments import day_of
from config.identifiers import UserId

_MOST_OPEN: Final = 2_000
"""Open tasks of a room whose titles are looked through."""


class _Tasks:
    def mine(self, scene: Scene, people: Collection[UserId], until: date) -> Iterator[AgendaItem]:
        """Yield the open tasks of *people*: as many steps as they have tasks, however many the room has."""
        board = Board(scene.state)
        now = scene.here
        for task_id in sorted(set[str]().union(*(board.index.by_person.get(each, ()) for each in people))):
            row = board.index.rows[task_id]
            if not row.open or (row.due is not None and day_of(row.due, scene.zone) > until):
                continue
            yield AgendaItem(
                scene.room_id,
                (KIND, task_id),
                _label(board, task_id, row),
                _title(scene, task_id),
                row.due,
                _start(scene, task_id),
                late=row.due is not None and is_over(row.due, now),
                waiting=_waits(board, row),
                priority=row.priority,
            )

    def titled(self, scene: Scene, words: Sequence[str]) -> Iterator[Happening]:
        """Yield the open tasks that are called so and have a day that is not over."""
        board = Board(scene.state)
        for task in board.open(_MOST_OPEN):
            found = self.again(scene, task.id) if is_titled(words, task.title) else None
            if found is not None:
                yield found

    def again(self, scene: Scene, object_id: str) -> Happening | None:
        """Return when an open task is due."""
        row = Board(scene.state).index.rows.get(object_id)
        if row is None or not row.open or row.due is None or is_over(row.due, scene.here):
            return None
        return Happening(scene.room_id, (KIND, object_id), _title(scene, object_id), row.due, row.due)


_TASKS: Final = _Tasks()
AGENDA: Final[Agenda] = _TASKS
DATED: Final[Dated] = _TASKS


def _label(board: Board, task_id: str, row: IndexedTask) -> str:
    """Return what people call a task; only where two share a number must they be read to tell."""
    if len(board.index.numbers[row.number]) == 1:
        return str(row.number)
    found = board.get(task_id)
    return str(row.number) if found is None else found.label


def _title(scene: Scene, task_id: str) -> str:
    found = scene.state.get(KIND, task_id)
    return (line(found.value("title"), MAX_TITLE) if found is not None else "") or "…"


def _start(scene: Scene, task_id: str) -> date | datetime | None:
    found = scene.state.get(KIND, task_id)
    return None if found is None else moment.read(found.value("when")).start


def _waits(board: Board, row: IndexedTask) -> bool:
    rows = board.index.rows
    return row.status is Status.BLOCKED or any(each in rows and rows[each].open for each in row.depends)
