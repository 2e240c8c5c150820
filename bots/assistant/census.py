"""What there is to do, whatever kind of object it is: how one capability counts it for another (pure).

Capabilities never import each other: whoever needs a count is given the other's :class:`Census` where the process is
wired together.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bots.register.state import State


@dataclass(frozen=True, slots=True)
class Tally:
    """How much there is; ``late`` is a part of ``open``. What was dropped counts nowhere."""

    open: int = 0
    late: int = 0
    done: int = 0

    @property
    def total(self) -> int:
        """All that counts."""
        return self.open + self.done

    @property
    def percent(self) -> int:
        """How much of it is done, rounded down: 100 is all of it. 0 where there is nothing."""
        return 100 * self.done // self.total if self.total else 0


class Census(Protocol):
    """How one capability counts what is to be done in a room, without walking through all of it."""

    def towards(self, state: State, objective: str, now: datetime) -> Tally:
        """Return what is attached to the objective with this id; *now* is in the zone whose days count."""
