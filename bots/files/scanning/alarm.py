"""What follows when a file is found infected: its links are closed, and its room is warned, once (shell)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from bots.antivirus.verdict import Scan
from bots.assistant.store import errand_store
from bots.database.engine import Transaction
from bots.files.library.warning import WARN
from bots.files.scanning.store import WaitingScan
from config.identifiers import EventId, RoomId, UserId

_PATIENCE_MS: Final = 10 * 60_000
"""How long the assistant of its sender's town has to warn before we do."""


@dataclass(frozen=True, slots=True)
class InfectionAlarm:
    """Implements ``Judged``; *remember* keeps what was said at hand, *close* closes the links to a message's file."""

    me: UserId
    now_ms: Callable[[], int]
    remember: Callable[[RoomId, str, Scan], None]
    close: Callable[[Transaction, RoomId, EventId], Awaitable[None]]

    async def __call__(self, transaction: Transaction, waiting: WaitingScan, scan: Scan) -> None:
        """Take in what was said of a file."""
        self.remember(waiting.room_id, waiting.file_id, scan)
        if not scan.infected:
            return
        await self.close(transaction, waiting.room_id, waiting.event_id)
        now = self.now_ms()
        await errand_store.keep(transaction, self._errand(waiting, now, ours=True))
        await errand_store.keep(transaction, self._errand(waiting, now + _PATIENCE_MS, ours=False))

    def _errand(self, waiting: WaitingScan, due: int, *, ours: bool) -> errand_store.WaitingErrand:
        key = "ours" if ours else "all"
        return errand_store.WaitingErrand(WARN, key, waiting.room_id, {"ours": ours}, due, waiting.event_id, self.me)
