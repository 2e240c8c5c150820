"""Which events of a room are attached to an objective, and were: a view of its state (pure)."""

from collections import defaultdict
from collections.abc import Collection

from bots.assistant.words.objects.aims import OBJECTIVE
from bots.events.kept.kinds import KIND
from bots.register.replica.places import Key
from bots.register.replica.state import State


class Aimed:
    """The events of one room by their objective. Only :meth:`update` changes it."""

    def __init__(self) -> None:
        self.towards: dict[str, set[str]] = defaultdict(set)
        """The ids of those that are attached to an objective, by its id."""
        self.were: dict[str, set[str]] = defaultdict(set)
        """The objectives that an event is or was attached to: when it moves, the cards of both change."""
        self._now: dict[str, str] = {}

    def update(self, state: State, touched: Collection[Key]) -> None:
        """Take in what has become of the objects *touched*."""
        for kind, event_id in touched:
            if kind == KIND:
                self._take(state, event_id)

    def _take(self, state: State, event_id: str) -> None:
        left = self._now.pop(event_id, None)
        if left is not None:
            self.towards[left].discard(event_id)
        found = state.get(KIND, event_id)
        aim = None if found is None else found.value(OBJECTIVE)
        if isinstance(aim, str):
            self._now[event_id] = aim
            self.towards[aim].add(event_id)
            self.were[event_id].add(aim)
