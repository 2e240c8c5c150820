"""How tasks are counted for other capabilities, which do not know what a task is (pure)."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from bots.assistant.talk.offers.census import NONE, Census, Count, Counts, Matter, Tally
from bots.register.replica.state import State
from bots.tasks.kept.model import Board
from bots.tasks.kept.row import NOBODY
from bots.tasks.kept.task import Status, is_over
from config.identifiers import UserId


class _Tasks:
    def towards(self, state: State, objective: str, now: datetime) -> Tally:
        """Count the tasks of an objective: as many steps as it has tasks, however many the room has."""
        index = Board(state).index
        rows = [index.rows[each] for each in index.towards.get(objective, ())]
        late = sum(each.open and each.due is not None and is_over(each.due, now) for each in rows)
        return Tally(sum(each.open for each in rows), late, sum(each.status is Status.DONE for each in rows))

    def count(self, state: State, now: datetime, since: datetime) -> Counts | None:
        """Count the tasks of a room, and those of each homeserver's people."""
        index = Board(state).index
        return index.count(now, since) if index.rows else None

    def by_person(self, state: State, now: datetime, since: datetime) -> Mapping[UserId | None, Count]:
        """Count the tasks of each person: as many steps as there are open ones, and ones done since."""
        index = Board(state).index
        late, blocked = set(index.late(now)), index.blocked_ids()
        done = set(index.completed_since(since))
        nobodys = {*index.by_server.get(NOBODY, ()), *(each for each in done if not index.rows[each].assignees)}
        owners: list[tuple[UserId | None, set[str]]] = [*index.by_person.items(), (None, nobodys)]
        found = {person: _count(index.open, late, blocked, done, ids) for person, ids in owners}
        return {person: count for person, count in found.items() if count != NONE}

    def matters(self, state: State, now: datetime) -> Iterator[Matter]:
        """Yield the open tasks, read one by one: a room may have a hundred thousand."""
        board = Board(state)
        late, blocked = set(board.index.late(now)), board.index.blocked_ids()
        for _, task_id in [*board.index.orders[0]]:
            for task in board.tasks([task_id]):
                yield Matter(
                    id=task_id,
                    label=task.label,
                    title=task.title,
                    people=task.assignees,
                    due=task.when.due,
                    late=task_id in late,
                    blocked=task_id in blocked,
                )


def _count(still_open: set[str], late: set[str], blocked: set[str], done: set[str], ids: set[str]) -> Count:
    waits = ids & blocked
    return Count(len(ids & still_open), len(ids & late), len(waits), len(waits & late), len(ids & done))


CENSUS: Final[Census] = _Tasks()
