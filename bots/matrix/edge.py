"""The edge to Matrix: one user on one homeserver, in many rooms. See DESIGN.md for what it promises."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import structlog
from sqlalchemy.exc import DBAPIError

from bots.database.engine import Database, Transaction
from bots.matrix import tables
from bots.matrix.attachment import Attachment
from bots.matrix.backoff import Backoff, Clock, pause
from bots.matrix.crypto.errors import DeviceLost
from bots.matrix.crypto.machine import Machine
from bots.matrix.crypto.model import CrossSigningSeeds
from bots.matrix.delivery import Delivery
from bots.matrix.encryption import Encryption
from bots.matrix.errors import LoggedOut, Refused, Unreachable
from bots.matrix.events import Incoming, JsonObject, NewRoom, Outgoing, OutgoingRedaction, Room
from bots.matrix.gaps import Gaps
from bots.matrix.http import Http, path
from bots.matrix.inbox import CURRENT, Inbox
from bots.matrix.intake import Intake
from bots.matrix.joins import Joins
from bots.matrix.making import Making
from bots.matrix.media import Media
from bots.matrix.outbox import Outbox
from bots.matrix.port import Handler
from bots.matrix.reading import Reader
from bots.matrix.rooms import Rooms
from bots.matrix.seams import NO_SEAMS, Seams
from bots.matrix.search import Search
from bots.matrix.session import Login, Session, read_fact
from bots.matrix.sync import FILTER, STATE_AFTER, SyncResponse, parse, tidy, tidy_all
from bots.matrix.whole import whole
from config.identifiers import DeviceId, EventId, RoomId, ServerName, UserId

log = structlog.get_logger(__name__)

# Named here so that whoever imports the edge has its tables in the metadata.
TABLES = (tables.edge_facts, tables.rooms, tables.members, tables.inbox, tables.gaps, tables.outbox)

_POLL_MS = 30_000
_MAINTAIN_S = 5  # an event may be waiting for a device list that was not to be had a moment ago


@dataclass(frozen=True, slots=True)
class EdgeSettings:
    """Who we are and where.

    *data* is a directory for the token file; *pinned* are the master keys of the federation's assistants; *listed*
    are the servers whose invitations we accept, beside our own.
    """

    homeserver_url: str
    user_id: UserId
    login: Login
    data: Path
    display_name: str
    pinned: Mapping[UserId, str]
    listed: Callable[[], frozenset[ServerName]]


@dataclass(frozen=True, slots=True)
class EdgeStatus:
    """How the edge is doing; ``last_sync`` in ms since 1970, None before the first one."""

    user_id: UserId
    device_id: DeviceId
    device_signed: bool
    last_sync: int | None
    syncs: int
    rooms: int
    invitations: int
    inbox_waiting: int
    outbox_waiting: int
    unreadable: int
    failed: int


@dataclass(frozen=True, slots=True)
class EventPage:
    """One page of related events; ``next`` is None on the last one."""

    events: tuple[Incoming, ...]
    next: str | None


Open = Callable[[Session], Awaitable[Encryption]]
"""Makes the end-to-end machine of the session's device."""


class MatrixEdge:
    """The real ``port.Edge``."""

    def __init__(
        self, settings: EdgeSettings, database: Database, open_encryption: Open, clock: Clock, seams: Seams
    ) -> None:
        """Use :meth:`open`, or :meth:`start` afterwards."""
        self._settings = settings
        self._database = database
        self._open_encryption = open_encryption
        self._clock = clock
        self._seams = seams
        self._http = Http(settings.homeserver_url, settings.user_id)
        self._session = Session(self._http, settings.user_id, settings.login, database, settings.data / "session.json")
        self._media = Media(settings.homeserver_url, settings.user_id.server, self._session)
        self._making = Making(settings.user_id, self._session, clock)
        self._since: str | None = None
        self._last_sync: int | None = None
        self._syncs = 0
        self._counts: tuple[int | None, bool] | None = None

    @classmethod
    async def open(
        cls,
        settings: EdgeSettings,
        database: Database,
        seeds: CrossSigningSeeds,
        *,
        clock: Clock,
        seams: Seams = NO_SEAMS,
    ) -> Self:
        """Log in, publish our keys and load the rooms; waits for a homeserver that is not up yet.

        *seeds* must be on disk already. Raises ``IdentityLost`` and ``Refused``.
        """

        async def open_machine(session: Session) -> Encryption:
            machine = await Machine.open(
                database,
                session,
                settings.user_id,
                session.device_id,
                seeds,
                settings.pinned,
                lambda: datetime.fromtimestamp(clock.now_ms() / 1000, UTC),
            )
            await machine.publish()
            return machine

        edge = cls(settings, database, open_machine, clock, seams)
        try:
            await edge.start()
        except BaseException:
            await edge.close()
            raise
        return edge

    async def start(self) -> None:
        """Do what :meth:`open` promises."""
        backoff = Backoff()
        replace = False
        while True:
            try:
                await (self._session.replace_device() if replace else self._session.start())
                replace = False
                encryption = await self._open_encryption(self._session)
                await self._introduce()
                break
            except (LoggedOut, DeviceLost) as exc:
                # With the keys gone or the device removed, the old id must never be used again: others know it by
                # the old keys and would leave us deaf.
                log.warning("device_lost", device_id=self._session.device_id, error=type(exc).__name__)
                replace = True
                if backoff.failures:
                    await pause(self._clock, backoff.failed())
                backoff.failed()
            except Unreachable as exc:
                delay = backoff.failed(exc.retry_after)
                log.info("homeserver_unreachable", seconds=delay)
                await pause(self._clock, delay)
        await self._assemble(encryption)

    async def _introduce(self) -> None:
        """Set our display name if it is another."""
        profile = path("profile", self._settings.user_id, "displayname")
        try:
            shown = await self._session.request("GET", profile)
        except LoggedOut:
            raise
        except Refused:
            shown = {}
        if shown.get("displayname") == self._settings.display_name:
            return
        try:
            await self._session.request("PUT", profile, body={"displayname": self._settings.display_name})
        except LoggedOut:
            raise
        except Refused as exc:
            log.warning("display_name_refused", errcode=exc.errcode)

    async def _assemble(self, encryption: Encryption) -> None:
        user_id, session, database, clock = self._settings.user_id, self._session, self._database, self._clock
        self._encryption = encryption
        self._rooms = Rooms()
        self._intake = Intake(user_id, self._rooms)
        self._reader = Reader(user_id, self._rooms, encryption)
        search = Search(user_id, session, database, self._reader)
        delivery = Delivery(
            user_id, session, self._rooms, search, encryption, clock, self._seams, device_id=lambda: session.device_id
        )
        self._outbox = Outbox(
            user_id, database, self._rooms, delivery, clock, self._seams, device_id=lambda: session.device_id
        )
        gaps = Gaps(user_id, session, database, self._rooms, clock)
        self._inbox = Inbox(user_id, database, self._reader, gaps, clock, self._seams, self._outbox)
        self._joins = Joins(user_id, session, database, self._rooms, clock, self._settings.listed)
        async with database.begin() as transaction:
            self._since = await read_fact("since", transaction)
            await self._rooms.load(transaction)
            await self._intake.load(transaction)
            await self._inbox.load(transaction)
            await self._outbox.load(transaction)

    async def close(self) -> None:
        """Close the connections; the database stays open."""
        await self._media.close()
        await self._http.close()

    async def run(self, handler: Handler) -> None:
        """Receive and send until cancelled; raises only what a person must decide (``IdentityLost``)."""
        while True:
            try:
                async with asyncio.TaskGroup() as group:
                    self._outbox.start(group, handler)
                    self._inbox.start(group, handler, self._encryption)
                    self._joins.start(group)
                    group.create_task(self._sync())
                    group.create_task(self._maintain())
                    group.create_task(self._idle(handler))
            except* LoggedOut:
                log.warning("logged_out", device_id=self._session.device_id)
            # What was in flight stands in the database; start() notices that the token is dead and makes a new device.
            await self.start()

    def status(self) -> EdgeStatus:
        """Tell how we are doing."""
        return EdgeStatus(
            user_id=self._settings.user_id,
            device_id=self._session.device_id,
            device_signed=self._encryption.own_device_signed,
            last_sync=self._last_sync,
            syncs=self._syncs,
            rooms=len(self._rooms.joined()),
            invitations=len(self._rooms.invited()),
            inbox_waiting=self._inbox.waiting,
            outbox_waiting=self._outbox.waiting,
            unreadable=self._inbox.unreadable,
            failed=self._inbox.failed,
        )

    # -- port.Edge

    @property
    def user_id(self) -> UserId:
        """Who we are."""
        return self._settings.user_id

    async def enqueue(self, message: Outgoing | OutgoingRedaction, transaction: Transaction) -> None:
        """Store *message*; it is sent after the transaction commits."""
        await self._outbox.enqueue(message, transaction)

    def room(self, room_id: RoomId) -> Room | None:
        """The room as we know it now, or None when we are not in it."""
        state = self._rooms.get(room_id)
        return state.look() if state.membership == "join" else None

    def rooms(self) -> tuple[Room, ...]:
        """All rooms that we are in."""
        return tuple(each.look() for each in self._rooms.joined())

    async def fetch_event(self, room_id: RoomId, event_id: EventId) -> Incoming | None:
        """Read one event back from the server; None when it is gone or not ours to see."""
        try:
            raw = tidy(await self._session.request("GET", path("rooms", room_id, "event", event_id)))
        except LoggedOut:
            raise
        except Refused:
            return None
        if raw is None:
            return None
        async with self._transaction() as transaction:
            return await self._reader.read(room_id, raw, transaction, position=None)

    async def fetch_relations(self, room_id: RoomId, root: EventId, since: str | None = None) -> EventPage:
        """One page of the events that reference *root*, newest first; raises ``Refused`` and ``Unreachable``."""
        target = path("rooms", room_id, "relations", root, "m.reference", version="v1")
        query = {"dir": "b", "limit": "100"} | ({"from": since} if since is not None else {})
        answer = await self._session.request("GET", target, query=query, timeout_s=60)
        chunk, following = answer.get("chunk"), answer.get("next_batch")
        async with self._transaction() as transaction:
            found = [
                await self._reader.read(room_id, raw, transaction, position=None)
                for raw in tidy_all(chunk if isinstance(chunk, list) else ())
            ]
        events = tuple(each for each in found if each is not None)
        return EventPage(events, following if isinstance(following, str) else None)

    async def upload(self, data: bytes | Path, *, content_type: str, encrypted: bool) -> Attachment:
        """Upload bytes or a file and return what names it in an event; see ``Media.upload``."""
        return await self._media.upload(data, content_type=content_type, encrypted=encrypted)

    async def download(self, file: Attachment, *, most: int) -> bytes:
        """Return the plaintext of *file*, *most* bytes at most, its hash checked; see ``Media.download``."""
        return await self._media.download(file, most=most)

    async def create_room(self, new: NewRoom) -> RoomId:
        """Make a room, or find the one that was made of the same cause; see ``port.Edge``."""
        return await self._making.create_room(new)

    async def set_state(self, room_id: RoomId, kind: str, state_key: str, content: JsonObject) -> None:
        """Write one state event of a room; see ``port.Edge``."""
        await self._making.set_state(room_id, kind, state_key, content)

    async def invite(self, room_id: RoomId, user_id: UserId) -> None:
        """Invite somebody who was never there; see ``port.Edge``."""
        await self._making.invite(room_id, user_id)

    async def save(self, file: Attachment, target: Path, *, most: int) -> int:
        """Write the plaintext of *file* to *target*, its hash checked, and return its size; see ``Media.save``."""
        return await self._media.save(file, target, most=most)

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[Transaction]:
        """The handler's transaction where one is open (SQLite has a single writer), else one of our own."""
        current = CURRENT.get()
        if current is not None:
            yield current
            return
        async with self._database.begin() as transaction:
            yield transaction

    # -- the loops

    async def _sync(self) -> None:
        backoff = Backoff()
        fresh = True
        while True:
            try:
                response = await self._fetch(full_state=fresh)
                self._seams.reach("fetched")
                await whole(self._take(response))
            except LoggedOut:
                raise
            except (Unreachable, Refused, DBAPIError) as exc:
                delay = backoff.failed(exc.retry_after if isinstance(exc, Unreachable) else None)
                log.warning("sync_failed", error=type(exc).__name__, seconds=delay)
                await pause(self._clock, delay)
                continue
            fresh = False
            backoff.succeeded()

    async def _fetch(self, *, full_state: bool) -> SyncResponse:
        query = {"filter": FILTER, "timeout": str(_POLL_MS), "set_presence": "offline", **STATE_AFTER}
        if self._since is not None:
            query["since"] = self._since
        if full_state:
            # Once per start: what we believe of rooms and members is checked against the server, keys depend on it.
            query |= {"full_state": "true", "timeout": "0"}
        raw = await self._session.request("GET", path("sync"), query=query, timeout_s=300 if full_state else 90)
        response = parse(raw)
        if response is None:
            raise Unreachable("a sync without a token")
        return response

    async def _take(self, response: SyncResponse) -> None:
        response = response.without(self._outbox.recognise)
        counts = (response.crypto.one_time_keys, response.crypto.fallback_unused)
        if response.empty and counts == self._counts:
            # Nothing to lose, so nothing to write: after a crash the older token tells the same nothing.
            self._note(response)
            if self._inbox.idle:
                self._inbox.drained.set()
            return
        try:
            async with self._database.begin() as transaction:
                taken = await self._intake.take(
                    response, self._since, self._encryption, self._clock.now_ms(), transaction
                )
        except Exception:
            await self._forget()
            raise
        self._note(response)
        self._seams.reach("stored")
        self._seams.reach("token_saved")
        for room_id, user_id in taken.departed:
            self._encryption.member_left(room_id, user_id)
        for room_id in taken.left:
            self._encryption.discard(room_id)
        if counts != self._counts or response.crypto.to_device or response.crypto.changed or response.crypto.left:
            self._counts = counts
            self._inbox.keyless.set()
        self._inbox.accept(taken)
        for room in response.rooms:
            # What waited because we were out of a room may go on; where nothing waits this does nothing.
            self._outbox.wake(room.room_id)
        if taken.invited or taken.moved:
            self._joins.look()

    def _note(self, response: SyncResponse) -> None:
        self._since = response.next_batch
        self._last_sync = self._clock.now_ms()
        self._syncs += 1

    async def _forget(self) -> None:
        """Go back to what the database holds, after a transaction that failed."""
        self._encryption.rolled_back()
        async with self._database.begin() as transaction:
            await self._rooms.load(transaction)

    async def _tend(self) -> None:
        await self._inbox.wake(await self._encryption.maintain())

    async def _maintain(self) -> None:
        backoff = Backoff()
        while True:
            self._inbox.keyless.clear()
            try:
                await whole(self._tend())
            except LoggedOut:
                raise
            except (Unreachable, Refused, DBAPIError) as exc:
                log.warning("maintenance_failed", error=type(exc).__name__)
                await pause(self._clock, backoff.failed(exc.retry_after if isinstance(exc, Unreachable) else None))
                continue
            backoff.succeeded()
            try:
                async with asyncio.timeout(_MAINTAIN_S):
                    await self._inbox.keyless.wait()
            except TimeoutError:
                continue

    async def _idle(self, handler: Handler) -> None:
        while True:
            await self._inbox.drained.wait()
            self._inbox.drained.clear()
            try:
                await handler.idle()
            except LoggedOut:
                raise
            except Exception as exc:  # the outermost loop: what is done when idle can be done later
                log.exception("idle_failed", error=type(exc).__name__)
                await pause(self._clock, 0)
