"""What somebody would wait for after a start, made while nobody asks: tables for commands, hashes for signals."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bots.register.replica.state import State
from bots.register.store.ledger import Ledger
from config.identifiers import RoomId

_SLICE_MS: Final = 20
"""How long others wait at most, and a piece: some milliseconds."""
_TURNS: Final = 5
"""Slices of one idle moment; between two, whatever waits has its turn."""
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

    async def tend(self) -> None:
        """Make the next rooms ready."""
        if self._left is None:
            self._left = [*self.ledger.rooms()]
            self._unhashed = [*self._left]
        for _ in range(_TURNS):
            if not self._left and not self._unhashed:
                return
            self._make(self._left, self._unhashed)
            await asyncio.sleep(0)

    def _make(self, left: list[RoomId], unhashed: list[RoomId]) -> None:
        until = self.now_ms() + _SLICE_MS
        while left and self.now_ms() < until:
            here = datetime.fromtimestamp(self.now_ms() / 1000, self.zone)
            if not self.ready(self.ledger.known(left[-1]), here):
                left.pop()
        while unhashed and self.now_ms() < until:
            if not self.ledger.hash_ahead(unhashed[-1], _OBJECTS):
                unhashed.pop()
