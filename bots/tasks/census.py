"""How tasks are counted for other capabilities, which do not know what a task is (pure)."""

from datetime import datetime
from typing import Final

from bots.assistant.census import Census, Counts, Tally
from bots.register.state import State
from bots.tasks.model import Board
from bots.tasks.task import Status, is_over


class _Tasks:
    def towards(self, state: State, objective: str, now: datetime) -> Tally:
        """Count the tasks of an objective: as many steps as it has tasks, however many the room has."""
        # A board without anything pending takes back what an earlier one had lent to the index.
        index = Board(state).index
        rows = [index.rows[each] for each in index.towards.get(objective, ())]
        late = sum(each.open and each.due is not None and is_over(each.due, now) for each in rows)
        return Tally(sum(each.open for each in rows), late, sum(each.status is Status.DONE for each in rows))

    def count(self, state: State, now: datetime, since: datetime) -> Counts | None:
        """Count the tasks of a room, and those of each homeserver's people."""
        index = Board(state).index
        return index.count(now, since) if index.rows else None


CENSUS: Final[Census] = _Tasks()
