"""How the objectives of a room are told to other capabilities, which do not know what an objective is (pure)."""

from dataclasses import dataclass
from datetime import datetime

from bots.assistant.talk.census import Census, Goal
from bots.assistant.words import numbered
from bots.objectives.board import Board
from bots.objectives.objective import KIND
from bots.register.replica.state import State


@dataclass(frozen=True, slots=True)
class ObjectiveGoals:
    """The objectives of a room; *census* counts what is done towards them."""

    census: Census

    def open(self, state: State, now: datetime) -> tuple[Goal, ...]:
        """Return the open objectives, the next one due first; *now* is in the zone whose days count."""
        return tuple(
            Goal(
                *(KIND, each.id, each.label, each.title, self.census.towards(state, each.id, now)),
                target=each.target,
                late=each.late(now),
            )
            for each in Board(state).open()
        )

    def any(self, state: State) -> bool:
        """Tell whether the room ever had one."""
        return bool(numbered.ids(state, KIND))
