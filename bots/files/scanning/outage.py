"""Has rooms told that the antivirus is away: those in which a file waits for it, once as long as that lasts (shell).

That a room was told stands among its errands: so it is not told again after a start of ours, and not in the room that
follows it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bots.assistant.store import errand_store
from bots.database.engine import Transaction
from bots.files.library.outage import KEY, UNSCANNED
from bots.files.scanning import store
from config.identifiers import UserId

_PATIENCE_MS: Final = 2 * 60_000
"""How long the antivirus may be away before anybody hears of it: one that is started anew reads for half a minute."""


@dataclass(slots=True)
class Outage:
    """What rooms are told by *me*."""

    me: UserId
    now_ms: Callable[[], int]
    _known: bool = True
    """Some room may have been told, or be about to be: before a start of ours, too."""

    async def note(self, transaction: Transaction, *, away: bool) -> None:
        """Take in whether the antivirus is away: its rooms are told soon; or it is back, and the next time counts anew.

        What waits is asked about again by itself.
        """
        if away:
            self._known = True
            await self._begun(transaction)
        elif self._known:
            await errand_store.cancel_everywhere(transaction, UNSCANNED)
            self._known = False

    async def _begun(self, transaction: Transaction) -> None:
        due = self.now_ms() + _PATIENCE_MS
        for room_id, event_id in await store.waiting_rooms(transaction):
            if await errand_store.due_at(transaction, UNSCANNED, KEY, room_id) is None:
                await errand_store.keep(
                    transaction,
                    errand_store.WaitingErrand(UNSCANNED, KEY, room_id, {"told": False}, due, event_id, self.me),
                )
