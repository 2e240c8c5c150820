"""What happens by itself: links expire, unfinished uploads go, burnt links burn, and the disk gets its room back."""

import asyncio
from typing import Final

import structlog

from bots.database.engine import Database
from bridge.share.disk import Blobs, collect
from bridge.share.running import Running
from bridge.share.settings import Clock
from bridge.share.store import blobs, boxes, events, leases, links
from bridge.share.store.links import DAY

EVERY_S: Final = 30.0
_EVENTS_LAST: Final = 90 * DAY
_STUCK_MS: Final = 600_000

_log = structlog.get_logger()


class Sweeper:
    """Looks every half minute; everything that it does may be done twice."""

    def __init__(self, database: Database, disk: Blobs, clock: Clock, running: Running) -> None:
        self._database, self._disk, self._clock, self._running = database, disk, clock, running
        self.swept = clock()
        """When everything that was due had last been done."""

    async def run(self) -> None:
        """Sweep until cancelled; what goes wrong is logged, tried again at the next turn, and shows in health."""
        while True:
            try:
                await self.sweep()
                self.swept = self._clock()
            except Exception as error:
                _log.error("sweep_failed", kind=type(error).__name__)
            await asyncio.sleep(EVERY_S)

    def healthy(self) -> bool:
        """Tell whether what is due has been done within the last ten minutes."""
        return self._clock() - self.swept < _STUCK_MS

    async def sweep(self) -> None:
        """Do everything that is due."""
        now = self._clock()
        async with self._database.begin() as transaction:
            # First: a download that comes back is one that a link is not burnt for.
            await leases.expire(transaction, now)
        for name in await self._due(now):
            self._running.cut(name)
        async with self._database.begin() as transaction:
            await boxes.sweep(transaction, now)
            await blobs.doom_unfinished(transaction, now)
        await collect(self._database, self._disk)
        async with self._database.begin() as transaction:
            await events.forget(transaction, now - _EVENTS_LAST)
            await links.forget(transaction, now)

    async def _due(self, now: int) -> list[str]:
        async with self._database.begin() as transaction:
            overdue, burning = await links.overdue(transaction, now), await links.burning(transaction)
            for name in overdue:
                await links.end(transaction, name, "expired", now)
            for name in burning:
                await links.end(transaction, name, "burnt", now)
        return [*overdue, *burning]
