"""How tasks are counted for other capabilities, which do not know what a task is (pure)."""

from collections import defaultdict
from datetime import datetime
from typing import Final

from bots.assistant.census import Census, Count, Counts, Tally
from bots.register.state import State
from bots.tasks.index import Index
from bots.tasks.model import Board
from bots.tasks.task import Status, is_over
from config.identifiers import ServerName


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
        return _counts(index, now, since) if index.rows else None


def _counts(index: Index, now: datetime, since: datetime) -> Counts:
    """Count by sets: what is slow about a hundred thousand is to look at each of them."""
    late, blocked, done = set(index.late(now)), index.blocked_ids(), set(index.completed_since(since))

    def count(some: set[str]) -> Count:
        return Count(
            len(index.open & some),
            len(late & some),
            len(blocked & some),
            len(late & blocked & some),
            len(done & some),
        )

    by_server: dict[ServerName, set[str]] = defaultdict(set)
    for user, some in index.by_person.items():
        if some:
            by_server[user.server] |= some
    total = Count(len(index.open), len(late), len(blocked), len(late & blocked), len(done))
    nobody = (index.open | done).difference(*by_server.values())
    found = {server: count(some) for server, some in by_server.items()}
    return Counts(total, {server: each for server, each in found.items() if each != Count()}, count(nobody))


CENSUS: Final[Census] = _Tasks()
