"""One room's messages on their way: which of them may be sent now (pure)."""

from bisect import insort
from collections import Counter, deque
from dataclasses import dataclass, field

from bots.matrix.backoff import Backoff
from bots.matrix.sending.delivery import Letter

# Synapse makes up to five events of a room at a time, and writes them down together: one at a time took twice as long.
_AT_ONCE = 5


@dataclass(slots=True)
class Lane:
    """One room's messages: those that wait, in order, and how many are on their way."""

    queue: deque[Letter] = field(default_factory=deque)
    flying: int = 0
    closed: bool = False
    """Whether the one on its way must be alone."""
    paused: bool = False
    backoff: Backoff = field(default_factory=Backoff)
    unsent: Counter[str] = field(default_factory=Counter)
    """How many are said because of whom, and not acknowledged yet."""

    def next(self) -> Letter | None:
        """Take the message that may be sent now, if there is one."""
        if self.paused or self.closed or self.flying >= _AT_ONCE or not self.queue:
            return None
        if self.queue[0].alone and self.flying:
            return None
        letter = self.queue.popleft()
        self.flying += 1
        self.closed = letter.alone
        return letter

    def back(self, letter: Letter) -> None:
        """Put back, in its place, what could not be sent."""
        insort(self.queue, letter, key=lambda each: each.id)
