"""How the objectives of a room are told to other capabilities, which do not know what an objective is (pure)."""

from dataclasses import dataclass, field
from datetime import datetime

from bots.assistant.talk.offers.census import Census, Goal
from bots.assistant.words.objects import numbered
from bots.items.board import Board
from bots.items.kind import Kind
from bots.objectives.objective import KIND, TARGET, objective
from bots.register.replica.state import State


@dataclass(frozen=True, slots=True)
class ObjectiveGoals:
    """The objectives of a room; *census* counts what is done towards them."""

    census: Census
    _kind: Kind = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_kind", objective(self.census))

    def open(self, state: State, now: datetime) -> tuple[Goal, ...]:
        """Return the open objectives, the next one due first; *now* is in the zone whose days count."""
        return tuple(
            Goal(
                kind=KIND,
                id=item.id,
                label=item.label,
                title=item.title,
                tally=self.census.towards(state, item.id, now),
                target=item.get(TARGET),
                late=item.late(now),
            )
            for item in Board(self._kind, state).open()
        )

    def any(self, state: State) -> bool:
        """Tell whether the room ever had one."""
        return bool(numbered.ids(state, KIND))
