"""A person's own device, for as long as one command takes: it reads rooms back, and sends to signed devices only."""

import fcntl
import json
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Self

from bots.database.engine import Database
from bots.database.migrate import migrate
from bots.matrix.crypto.machine import Machine, open_account
from bots.matrix.crypto.ours.identity import SignedDevice
from bots.matrix.errors import Refused, Unreachable
from bots.matrix.events import JsonObject, Room
from bots.matrix.homeserver import sync
from bots.matrix.homeserver.http import Http, path
from bots.matrix.homeserver.lookup import EventPage, Lookup
from bots.matrix.homeserver.media import Media
from bots.matrix.homeserver.missing import unless_missing
from bots.matrix.homeserver.session import read_fact, write_fact
from bots.matrix.person.backup import BackupKey
from bots.matrix.person.connection import Connection
from bots.matrix.person.errors import NotLoggedIn
from bots.matrix.person.kept import DATABASE, KeptDevice
from bots.matrix.person.opening import Backups, Opener
from bots.matrix.reading import EventReader
from bots.matrix.rooms import Rooms, RoomState
from config.identifiers import EventId, RoomId

_SINCE: Final = "person_since"
_ENCRYPTED: Final = "person_encrypted "
_MOST_SYNCS: Final = 100
_KEYS_ONLY: Final = json.dumps(
    {"presence": {"not_types": ["*"]}, "account_data": {"not_types": ["*"]}, "room": {"rooms": []}}
)
_MOST_LIMIT: Final = 1_000
_SETTINGS: Final = ("m.room.encryption", "m.room.history_visibility", "m.room.name")


class PersonDevice:
    """The device that *kept* describes; made by :meth:`open`.

    All of it raises ``LoggedOut``, ``Refused`` and ``Unreachable``. *backed_up*: what was said before this device was
    there can be opened with the backup's key.
    """

    def __init__(
        self,
        folder: Path,
        kept: KeptDevice,
        connection: Connection,
        database: Database,
        machine: Machine,
        backups: Backups,
        *,
        backed_up: bool,
    ) -> None:
        self.kept = kept
        self.backed_up = backed_up
        self._folder = folder
        self.media = Media(kept.homeserver_url, kept.user_id.server, connection)
        self._connection = connection
        self._database = database
        self._machine = machine
        self._backups = backups
        self._rooms = Rooms()
        self._lookup = Lookup(connection, database, EventReader(kept.user_id, self._rooms, Opener(machine, backups)))

    @classmethod
    @asynccontextmanager
    async def open(cls, folder: Path) -> AsyncIterator[Self]:
        """Go on as the device that was kept in *folder*, with all keys that were sent to it; raise ``NotLoggedIn``."""
        kept = KeptDevice.read(folder)
        if not (folder / DATABASE).is_file():
            raise NotLoggedIn(str(folder))
        http, database = Http(kept.homeserver_url, kept.user_id), Database.open(f"sqlite:///{folder / DATABASE}")
        try:
            await migrate(database)
            device = await cls._start(folder, kept, Connection(http, kept.access_token), database)
            try:
                await device.listen()
                yield device
            finally:
                await device.media.close()
        finally:
            await http.close()
            await database.close()

    @classmethod
    async def _start(cls, folder: Path, kept: KeptDevice, connection: Connection, database: Database) -> Self:
        account = await open_account(database, kept.user_id, kept.device_id)
        identity = SignedDevice(kept.user_id, kept.master, kept.self_signing, kept.signature)
        machine = await Machine.of(database, connection, account, identity, {}, lambda: datetime.now(UTC))
        await machine.publish()
        backups = Backups(connection, None if kept.backup is None else BackupKey(kept.backup))
        return cls(folder, kept, connection, database, machine, backups, backed_up=await backups.start())

    async def listen(self) -> None:
        """Take in the keys that others have sent this device since it last listened."""
        with _alone(self._folder):
            await self._receive()

    async def names(self) -> list[tuple[RoomId, str]]:
        """Return the rooms that the person is in, and what each is called ("": it has no name)."""
        query = {"filter": _names_only(), "timeout": "0"}
        answer = await self._connection.request("GET", path("sync"), query=query, timeout_s=120)
        told = sync.parse(answer)
        if told is None:
            raise Unreachable("a sync without a token")
        states = []
        for room in told.rooms:
            if room.membership == "join":
                states.append(state := RoomState(room.room_id, membership="join"))
                for event in room.state:
                    state.apply(event, 0)
        return [(state.room_id, state.name or "") for state in states]

    async def enter(self, room_id: RoomId) -> Room:
        """Learn what stands in a room that the person is in, its members' devices, and its keys in the backup."""
        state = await self._state(room_id)
        self._rooms.keep(state)
        await self._machine.meet(frozenset(state.members))
        await self._backups.load(room_id)
        return state.look()

    async def history(self, room_id: RoomId) -> AsyncIterator[EventPage]:
        """Yield all that was said in a room that was entered, page by page, newest first."""
        since: str | None = None
        while True:
            page = await self._lookup.messages(room_id, None, since)
            yield page
            if page.next is None or page.next == since:
                return
            since = page.next

    async def send(self, room_id: RoomId, content: JsonObject, txn: str) -> EventId:
        """Say *content* in an encrypted room that was entered, to signed devices only; the same *txn* says it once."""
        state = self._rooms.get(room_id)
        if state.encryption is None:
            raise Refused(200, "FR_BEFFROI_NOT_ENCRYPTED", "nothing is sent in the clear")
        sealed = await self._machine.encrypt(
            room_id, state.recipients, "m.room.message", content, state.rotation, strict=True
        )
        target = path("rooms", room_id, "send", "m.room.encrypted", txn)
        answer = await self._connection.request("PUT", target, body=sealed, timeout_s=60)
        return EventId.parse(answer.get("event_id"))

    async def _state(self, room_id: RoomId) -> RoomState:
        state = RoomState(room_id, membership="join")
        for kind in _SETTINGS:
            content = await self._setting(room_id, kind)
            if content is not None:
                state.apply({"type": kind, "state_key": "", "content": content}, 0)
        # Not by a sync, whose answer Synapse keeps for two minutes: who was removed meanwhile gets no key.
        answer = await self._connection.request("GET", path("rooms", room_id, "members"), timeout_s=120)
        chunk = answer.get("chunk")
        for event in sync.read_events(chunk if isinstance(chunk, list) else ()):
            state.apply(event, 0)
        await self._remember(state)
        return state

    async def _setting(self, room_id: RoomId, kind: str) -> JsonObject | None:
        return await unless_missing(self._connection.request("GET", path("rooms", room_id, "state", kind, "")))

    async def _remember(self, state: RoomState) -> None:
        """Know for good that a room is encrypted: a server that shows it otherwise later is not believed."""
        name = _ENCRYPTED + state.room_id
        async with self._database.begin() as transaction:
            if state.encryption is not None:
                await write_fact(name, "yes", transaction)
            elif await read_fact(name, transaction) is not None:
                state.apply({"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "?"}}, 0)

    async def _receive(self) -> None:
        for _ in range(_MOST_SYNCS):
            async with self._database.begin() as transaction:
                since = await read_fact(_SINCE, transaction)
            query = {"filter": _KEYS_ONLY, "timeout": "0"} | ({} if since is None else {"since": since})
            told = sync.parse(await self._connection.request("GET", path("sync"), query=query, timeout_s=120))
            if told is None:
                raise Unreachable("a sync without a token")
            try:
                async with self._database.begin() as transaction:
                    await self._machine.receive(told.crypto, transaction)
                    await write_fact(_SINCE, told.next_batch, transaction)
            except BaseException:
                self._machine.rolled_back()
                raise
            await self._machine.maintain()
            if not told.crypto.to_device:
                return


def _names_only() -> str:
    # Synapse keeps an initial sync's answer for two minutes: each asks a little differently, for nothing of a timeline.
    anything = {"not_types": ["*"]}
    room = {
        "timeline": {"limit": 1 + secrets.randbelow(_MOST_LIMIT), **anything},
        "state": {"types": ["m.room.name"], "lazy_load_members": True},
        "ephemeral": anything,
        "account_data": anything,
    }
    return json.dumps({"presence": anything, "account_data": anything, "room": room})


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Wait until no other command of this device reads what was sent to it: each message opens once."""
    with (folder / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
