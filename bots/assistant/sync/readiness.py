"""What somebody would wait for after a start, made while nobody asks: tables for commands, hashes for signals."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bots.register.replica.state import State
from bots.register.store.ledger import Ledger
from config.identifiers import RoomId

_SLICE_MS: Final = 100
"""How long others wait at most, but for one large room: 0.4 s with a hundred thousand tasks (bots/tasks/DESIGN.md)."""
_OBJECTS: Final = 500
"""To be hashed without looking at the clock: a few milliseconds."""


@dataclass(slots=True)
class Readiness:
    """Goes once through the rooms that the ledger has read; *ready* makes a piece of what they look things up in."""

    ledger: Ledger
    ready: Callable[[State, datetime], bool]
    zone: ZoneInfo
    now_ms: Callable[[], int]
    _left: list[RoomId] | None = None
    _unhashed: list[RoomId] = field(default_factory=list)

    def tend(self) -> None:
        """Make the next rooms ready."""
        if self._left is None:
            self._left = [*self.ledger.rooms()]
            self._unhashed = [*self._left]
        until = self.now_ms() + _SLICE_MS
        while self._left and self.now_ms() < until:
            here = datetime.fromtimestamp(self.now_ms() / 1000, self.zone)
            if not self.ready(self.ledger.known(self._left[-1]), here):
                self._left.pop()
        while self._unhashed and self.now_ms() < until:
            if not self.ledger.hash_ahead(self._unhashed[-1], _OBJECTS):
                self._unhashed.pop()
