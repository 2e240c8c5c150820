"""The sync loop: one answer of the server after the other into the database, and from there to whoever waits."""

from dataclasses import dataclass, replace

import structlog

from bots.database.engine import Database, Transaction
from bots.database.errors import DatabaseAway
from bots.matrix.backoff import Backoff, Clock, pause
from bots.matrix.crypto.homeserver import Homeserver
from bots.matrix.crypto.model import CryptoSync
from bots.matrix.encryption import Encryption
from bots.matrix.errors import LoggedOut, Refused, Unreachable
from bots.matrix.homeserver.http import path
from bots.matrix.homeserver.joins import Joins
from bots.matrix.homeserver.session import read_fact
from bots.matrix.homeserver.sync import FILTER, STATE_AFTER, SyncResponse, parse
from bots.matrix.receiving.inbox import Inbox
from bots.matrix.receiving.intake import Intake, SyncResult
from bots.matrix.rooms import Rooms
from bots.matrix.seams import Seams
from bots.matrix.sending.outbox import Outbox
from bots.matrix.whole import whole

log = structlog.get_logger(__name__)

_POLL_MS = 30_000
_NO_KEYS = CryptoSync()


@dataclass(slots=True)
class SyncProgress:
    """How far we have come; ``last_sync`` in ms since 1970, None before the first one, ``syncs`` are counted."""

    since: str | None = None
    last_sync: int | None = None
    syncs: int = 0
    key_counts: tuple[int | None, bool] | None = None
    """What the server said last of our one-time keys and of the fallback key."""


@dataclass(frozen=True, slots=True)
class Syncing:
    """Takes one sync after the other; *progress* outlives it, where a new device begins again."""

    homeserver: Homeserver
    database: Database
    rooms: Rooms
    intake: Intake
    inbox: Inbox
    outbox: Outbox
    joins: Joins
    encryption: Encryption
    clock: Clock
    seams: Seams
    progress: SyncProgress

    async def load(self, transaction: Transaction) -> None:
        """Go on where the database ends."""
        self.progress.since = await read_fact("since", transaction)

    async def run(self) -> None:
        """Sync until cancelled, however often that fails; raises ``LoggedOut``."""
        backoff = Backoff()
        fresh = True
        while True:
            try:
                response = await self._fetch(full_state=fresh)
                self.seams.reach("fetched")
                await whole(self._take(response))
            except LoggedOut:
                raise
            except (Unreachable, Refused, DatabaseAway) as exc:
                delay = backoff.failed(exc.retry_after if isinstance(exc, Unreachable) else None)
                log.warning("sync_failed", error=type(exc).__name__, seconds=delay)
                await pause(self.clock, delay)
                continue
            fresh = False
            backoff.succeeded()

    async def _fetch(self, *, full_state: bool) -> SyncResponse:
        query = {"filter": FILTER, "timeout": str(_POLL_MS), "set_presence": "offline", **STATE_AFTER}
        if self.progress.since is not None:
            query["since"] = self.progress.since
        if full_state:
            # Once per start: what we believe of rooms and members is checked against the server, keys depend on it.
            query |= {"full_state": "true", "timeout": "0"}
        raw = await self.homeserver.request("GET", path("sync"), query=query, timeout_s=300 if full_state else 90)
        response = parse(raw)
        if response is None:
            raise Unreachable("a sync without a token")
        return response

    async def _take(self, response: SyncResponse) -> None:
        response = response.without(self.outbox.recognise)
        counts = (response.crypto.one_time_keys, response.crypto.fallback_unused)
        if response.empty and counts == self.progress.key_counts:
            # Nothing to lose, so nothing to write: after a crash the older token tells the same nothing.
            self._note(response)
            if self.inbox.idle:
                self.inbox.drained.set()
            return
        try:
            taken = await self._store(response)
        except (DatabaseAway, Unreachable):
            raise
        except Exception as exc:  # the outermost frame of a sync: asked for again, it would be the same for ever
            log.exception("sync_poisoned", error=type(exc).__name__)
            response = await self._wholesome(response)
            taken = await self._store(response)
        self._note(response)
        self.seams.reach("stored")
        self.seams.reach("token_saved")
        for room_id, user_id in taken.departed:
            self.encryption.member_left(room_id, user_id)
        for room_id in taken.left:
            self.encryption.discard(room_id)
        crypto = response.crypto
        if counts != self.progress.key_counts or crypto.to_device or crypto.changed or crypto.left:
            self.progress.key_counts = counts
            self.inbox.keyless.set()
        self.inbox.accept(taken)
        for room in response.rooms:
            # What waited because we were out of a room may go on; where nothing waits this does nothing.
            self.outbox.wake(room.room_id)
        if taken.invited or taken.moved:
            self.joins.look()

    async def _store(self, response: SyncResponse) -> SyncResult:
        try:
            async with self.database.begin() as transaction:
                return await self.intake.take(
                    response, self.progress.since, self.encryption, self.clock.now_ms(), transaction
                )
        except Exception:
            await self._forget()
            raise

    async def _wholesome(self, response: SyncResponse) -> SyncResponse:
        """Return what of *response* can be stored: a room whose part cannot must not keep all others waiting."""
        rooms = [room for room in response.rooms if await self._fits(replace(response, crypto=_NO_KEYS, rooms=(room,)))]
        keys = response.crypto if await self._fits(replace(response, rooms=())) else _NO_KEYS
        for room in response.rooms:
            if room not in rooms:
                log.error("sync_part_dropped", room_id=room.room_id)
        return replace(response, rooms=tuple(rooms), crypto=keys)

    async def _fits(self, part: SyncResponse) -> bool:
        """Tell whether *part* can be stored, without storing it."""
        try:
            async with self.database.begin() as transaction:
                await self.intake.take(part, self.progress.since, self.encryption, self.clock.now_ms(), transaction)
                await transaction.rollback()
        except DatabaseAway:
            raise
        except Exception:  # whatever it is: that is what is asked
            return False
        finally:
            await self._forget()
        return True

    def _note(self, response: SyncResponse) -> None:
        self.progress.since = response.next_batch
        self.progress.last_sync = self.clock.now_ms()
        self.progress.syncs += 1

    async def _forget(self) -> None:
        """Go back to what the database holds, after a transaction that failed."""
        self.encryption.rolled_back()
        async with self.database.begin() as transaction:
            await self.rooms.load(transaction)
