"""The edge to Matrix: one user on one homeserver, in many rooms. See DESIGN.md for what it promises."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import structlog

from bots.database.engine import Database, Transaction
from bots.envelope.file import Attachment, EncryptedFile
from bots.envelope.port import Writer
from bots.matrix import tables
from bots.matrix.backoff import Backoff, Clock, pause
from bots.matrix.crypto.errors import DeviceLost
from bots.matrix.crypto.machine import Machine
from bots.matrix.crypto.model import CrossSigningSeeds
from bots.matrix.encryption import Encryption
from bots.matrix.errors import LoggedOut, Unreachable
from bots.matrix.events import (
    FoundUsers,
    IdentityChange,
    Incoming,
    JsonObject,
    NewRoom,
    Outgoing,
    OutgoingRedaction,
    OutgoingToDevice,
    Powers,
    Room,
)
from bots.matrix.homeserver.directory import Directory
from bots.matrix.homeserver.http import Http
from bots.matrix.homeserver.joins import Joins
from bots.matrix.homeserver.lookup import EventPage, Lookup
from bots.matrix.homeserver.making import Making
from bots.matrix.homeserver.media import Media
from bots.matrix.homeserver.powers import PowerLevels
from bots.matrix.homeserver.presence import Presence
from bots.matrix.homeserver.profile import introduce
from bots.matrix.homeserver.search import Search
from bots.matrix.homeserver.session import Login, Session
from bots.matrix.port import Handler
from bots.matrix.reading import EventReader
from bots.matrix.receiving.gaps import Gaps
from bots.matrix.receiving.inbox import Inbox
from bots.matrix.receiving.intake import Intake
from bots.matrix.receiving.syncing import Syncing, SyncProgress
from bots.matrix.rooms import Rooms
from bots.matrix.seams import NO_SEAMS, Seams
from bots.matrix.sending.courier import Courier
from bots.matrix.sending.delivery import Delivery
from bots.matrix.sending.outbox import Outbox
from bots.matrix.upkeep import Upkeep
from config.identifiers import DeviceId, EventId, RoomId, ServerName, UserId

log = structlog.get_logger(__name__)

# Named here so that whoever imports the edge has its tables in the metadata.
TABLES = (tables.edge_facts, tables.rooms, tables.members, tables.inbox, tables.gaps, tables.outbox, tables.to_device)


@dataclass(frozen=True, slots=True)
class EdgeSettings:
    """Who we are and where.

    *data* is a directory for the token file; *pinned* are the master keys of the federation's assistants; *listed*
    are the servers whose invitations we accept, beside our own; *partners* are the users to whose devices, and from
    whose devices, messages go outside of timelines.
    """

    homeserver_url: str
    user_id: UserId
    login: Login
    data: Path
    display_name: str
    pinned: Mapping[UserId, str]
    listed: Callable[[], frozenset[ServerName]]
    partners: Callable[[], Collection[UserId]] = tuple


@dataclass(frozen=True, slots=True)
class EdgeStatus:
    """How the edge is doing; ``last_sync`` in ms since 1970, None before the first one.

    ``failed`` counts the events that were given up, ``stuck_ms`` is how long the first of somebody's events has waited
    without anything being done about it.
    """

    user_id: UserId
    device_id: DeviceId
    device_signed: bool
    last_sync: int | None
    syncs: int
    rooms: int
    invitations: int
    inbox_waiting: int
    outbox_waiting: int
    to_device_waiting: int
    unreadable: int
    failed: int
    identities_changed: int
    without_identity: int
    stuck_ms: int


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
        self._directory = Directory(self._session)
        self._progress = SyncProgress()

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
                await introduce(self._session, self._settings.user_id, self._settings.display_name)
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

    async def _assemble(self, encryption: Encryption) -> None:
        user_id, session, database, clock = self._settings.user_id, self._session, self._database, self._clock
        self._encryption = encryption
        self._rooms = Rooms()
        intake = Intake(user_id, self._rooms, self._settings.partners)
        self._courier = Courier(database, self._rooms, encryption, clock, self._seams, self._settings.partners)
        reader = EventReader(user_id, self._rooms, encryption)
        self._lookup = Lookup(session, database, reader)
        self._presence = Presence(session)
        self._powers = PowerLevels(session)
        search = Search(user_id, session, database, reader)
        delivery = Delivery(
            user_id, session, self._rooms, search, encryption, clock, self._seams, device_id=lambda: session.device_id
        )
        self._outbox = Outbox(
            user_id, database, self._rooms, delivery, clock, self._seams, device_id=lambda: session.device_id
        )
        gaps = Gaps(user_id, session, database, self._rooms, clock)
        self._inbox = Inbox(user_id, database, reader, gaps, clock, self._seams, self._outbox)
        self._outbox.relieved = self._inbox.look
        self._joins = Joins(user_id, session, database, self._rooms, clock, self._settings.listed)
        self._upkeep = Upkeep(encryption, self._inbox, clock)
        self._syncing = Syncing(
            session,
            database,
            self._rooms,
            intake,
            self._inbox,
            self._outbox,
            self._joins,
            encryption,
            clock=clock,
            seams=self._seams,
            progress=self._progress,
        )
        async with database.begin() as transaction:
            await self._syncing.load(transaction)
            await self._rooms.load(transaction)
            await intake.load(transaction)
            await self._inbox.load(transaction)
            await self._outbox.load(transaction)
            await self._courier.load(transaction)

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
                    self._courier.start(group)
                    self._inbox.start(group, handler, self._encryption)
                    self._joins.start(group)
                    group.create_task(self._syncing.run())
                    group.create_task(self._upkeep.run())
                    group.create_task(self._idle(handler))
            except* LoggedOut:
                log.warning("logged_out", device_id=self._session.device_id)
            # What was in flight stands in the database; start() notices that the token is dead and makes a new device.
            await self.start()

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

    def status(self) -> EdgeStatus:
        """Tell how we are doing."""
        people = frozenset[UserId]().union(*(each.look().joined for each in self._rooms.joined()))
        return EdgeStatus(
            user_id=self._settings.user_id,
            device_id=self._session.device_id,
            device_signed=self._encryption.own_device_signed,
            last_sync=self._progress.last_sync,
            syncs=self._progress.syncs,
            rooms=len(self._rooms.joined()),
            invitations=len(self._rooms.invited()),
            inbox_waiting=self._inbox.waiting,
            outbox_waiting=self._outbox.waiting,
            to_device_waiting=self._courier.waiting,
            unreadable=self._inbox.unreadable,
            failed=self._inbox.failed,
            identities_changed=len(people.intersection(each.user_id for each in self._encryption.identity_changes())),
            without_identity=len(people & self._encryption.without_identity.keys()),
            stuck_ms=self._inbox.stuck_ms,
        )

    # -- port.Edge

    @property
    def user_id(self) -> UserId:
        """Who we are."""
        return self._settings.user_id

    async def enqueue(self, message: Outgoing | OutgoingRedaction, transaction: Transaction) -> None:
        """Store *message*; it is sent after the transaction commits."""
        await self._outbox.enqueue(message, transaction)

    async def enqueue_to_device(self, message: OutgoingToDevice, transaction: Transaction) -> None:
        """Store *message*; it is sent after the transaction commits to each signed device of its users."""
        await self._courier.enqueue(message, transaction)

    def room(self, room_id: RoomId) -> Room | None:
        """The room as we know it now, or None when we are not in it."""
        state = self._rooms.get(room_id)
        return state.look() if state.membership == "join" else None

    def rooms(self) -> tuple[Room, ...]:
        """All rooms that we are in."""
        return tuple(each.look() for each in self._rooms.joined())

    def identity_changed(self, user_id: UserId) -> bool:
        """Tell whether *user_id*'s identity is not the one that we knew; see ``port.Edge``."""
        return self._encryption.identity_changed(user_id)

    def identity_changes(self) -> tuple[IdentityChange, ...]:
        """Return the users whose identity is not the one that we knew; see ``port.Edge``."""
        return self._encryption.identity_changes()

    @property
    def without_identity(self) -> Mapping[UserId, datetime]:
        """Who has devices and never had an identity; see ``port.Edge``."""
        return self._encryption.without_identity

    async def confirm_identity(self, user_id: UserId, seen: str | None) -> bool:
        """Know *user_id* by the identity *seen* from now on; see ``port.Edge``."""
        return await self._encryption.confirm_identity(user_id, seen)

    async def fetch_event(self, room_id: RoomId, event_id: EventId) -> Incoming | None:
        """Read one event back from the server; None when it is gone or not ours to see."""
        return await self._lookup.event(room_id, event_id)

    async def was_there(self, room_id: RoomId, event_id: EventId, user_id: UserId) -> bool:
        """Tell whether *user_id* was in the room at *event_id* and has not left it since."""
        return await self._presence.was_there(room_id, event_id, user_id)

    async def powers(self, room_id: RoomId) -> Powers | None:
        """What people may do in a room that we are in; None where we are not shown that."""
        return await self._powers.read(room_id)

    async def fetch_relations(self, room_id: RoomId, root: EventId, since: str | None = None) -> EventPage:
        """One page of the events that reference *root*, newest first; raises ``Refused`` and ``Unreachable``."""
        return await self._lookup.relations(room_id, root, since)

    async def fetch_messages(
        self, room_id: RoomId, senders: Collection[UserId] | None, since: str | None = None
    ) -> EventPage:
        """One page of what *senders* have said in a room, newest first; raises ``Refused`` and ``Unreachable``."""
        return await self._lookup.messages(room_id, senders, since)

    async def upload(self, data: bytes | Path, *, content_type: str, encrypted: bool) -> Attachment:
        """Upload bytes or a file and return what names it in an event; see ``Media.upload``."""
        return await self._media.upload(data, content_type=content_type, encrypted=encrypted)

    async def largest_upload(self) -> int | None:
        """Return how many bytes our homeserver takes of one file; see ``port.Edge``."""
        return await self._media.largest()

    async def download(self, file: Attachment, *, most: int) -> bytes:
        """Return the plaintext of *file*, *most* bytes at most, its hash checked; see ``Media.download``."""
        return await self._media.download(file, most=most)

    async def create_room(self, new: NewRoom) -> RoomId:
        """Make a room, or find the one that was made of the same cause; see ``port.Edge``."""
        return await self._making.create_room(new)

    async def set_state(self, room_id: RoomId, kind: str, state_key: str, content: JsonObject) -> None:
        """Write one state event of a room; see ``port.Edge``."""
        await self._making.set_state(room_id, kind, state_key, content)

    async def invite(self, room_id: RoomId, user_id: UserId, *, direct: bool = False) -> None:
        """Invite somebody who was never there; see ``port.Edge``."""
        await self._making.invite(room_id, user_id, direct=direct)

    async def find_people(self, words: str) -> FoundUsers:
        """Return whom the user directory shows for *words*; see ``port.Edge``."""
        return await self._directory.find(words)

    async def with_devices(self, users: Collection[UserId]) -> frozenset[UserId]:
        """Return who of *users* has a device; see ``port.Edge``."""
        return await self._directory.with_devices(users)

    async def pass_on(
        self, file: EncryptedFile, sink: Writer, *, most: int, also: Callable[[bytes], object] | None = None
    ) -> int:
        """Write the ciphertext of *file* to *sink*; see ``Media.pass_on``."""
        return await self._media.pass_on(file, sink, most=most, also=also)

    async def save(self, file: Attachment, target: Path, *, most: int) -> int:
        """Write the plaintext of *file* to *target*, its hash checked, and return its size; see ``Media.save``."""
        return await self._media.save(file, target, most=most)
