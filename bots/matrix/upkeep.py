"""The upkeep of keys: what the end-to-end machine does over the network, beside the syncs."""

import asyncio

import structlog

from bots.database.errors import DatabaseAway
from bots.matrix.backoff import Backoff, Clock, pause
from bots.matrix.encryption import Encryption
from bots.matrix.errors import LoggedOut, Refused, Unreachable
from bots.matrix.receiving.inbox import Inbox
from bots.matrix.whole import whole

log = structlog.get_logger(__name__)

_EVERY_S = 5  # an event may be waiting for a device list that was not to be had a moment ago


class Upkeep:
    """Maintains the machine every few seconds, and at once where the inbox lacks a key."""

    def __init__(self, encryption: Encryption, inbox: Inbox, clock: Clock) -> None:
        self._encryption = encryption
        self._inbox = inbox
        self._clock = clock

    async def run(self) -> None:
        """Maintain until cancelled, however often that fails; raises ``LoggedOut``."""
        backoff = Backoff()
        while True:
            self._inbox.keyless.clear()
            try:
                await whole(self._tend())
            except LoggedOut:
                raise
            except (Unreachable, Refused, DatabaseAway) as exc:
                log.warning("maintenance_failed", error=type(exc).__name__)
                await pause(self._clock, backoff.failed(exc.retry_after if isinstance(exc, Unreachable) else None))
                continue
            except Exception as exc:  # the outermost loop: without keys nobody is heard, whatever one of them holds
                log.exception("maintenance_failed", error=type(exc).__name__)
                await pause(self._clock, backoff.failed())
                continue
            backoff.succeeded()
            try:
                async with asyncio.timeout(_EVERY_S):
                    await self._inbox.keyless.wait()
            except TimeoutError:
                continue

    async def _tend(self) -> None:
        await self._inbox.wake(await self._encryption.maintain())
