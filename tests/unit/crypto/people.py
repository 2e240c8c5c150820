"""People with machines on one fake homeserver, which can be killed and opened again."""

import hashlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from bots.database.engine import Database, metadata
from bots.matrix.crypto import tables  # noqa: F401 - declares the tables
from bots.matrix.crypto.fake import FakeConnection, FakeServer
from bots.matrix.crypto.machine import CrossSigningSeeds, Decrypted, Machine, Rotation, Undecryptable
from bots.matrix.crypto.model import FromDevice
from bots.matrix.events import JsonObject
from bots.matrix.port import Raw
from config.identifiers import DeviceId, RoomId, UserId

ROOM = RoomId("!room")
ALICE = UserId("@alice:valbourg.test")
BOB = UserId("@bob:rivemont.test")
CAROL = UserId("@carol:valbourg.test")
TEXT: JsonObject = {"msgtype": "m.text", "body": "bonjour"}


def seeds(name: str) -> CrossSigningSeeds:
    one, two, three = (hashlib.sha256(f"{name}{n}".encode()).digest() for n in range(3))
    return CrossSigningSeeds(one, two, three)


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_time(self, **of: float) -> None:
        self.now += timedelta(**of)


class Person:
    """One device with its database; the machine in it can be killed and opened again."""

    def __init__(
        self, server: FakeServer, clock: Clock, user_id: UserId, device_id: str, identity: str, url: str = "sqlite://"
    ) -> None:
        self.server = server
        self.clock = clock
        self.user_id = user_id
        self.device_id = DeviceId(device_id)
        self.identity = identity
        self.pinned: dict[UserId, str] = {}
        self.database = Database.open(url)
        self.connection: FakeConnection = server.connect(user_id, self.device_id)
        self.events = 0
        self.told: list[FromDevice] = []
        self.garbled: set[UserId] = set()

    async def start(self, *, publish: bool = True) -> "Person":
        """Open the machine from the database, as after a crash."""
        async with self.database.engine.begin() as connection:
            await connection.run_sync(metadata.create_all)
        self.connection.fail.clear()
        self.connection.lose.clear()
        self.machine = await Machine.open(
            self.database,
            self.connection,
            self.user_id,
            self.device_id,
            seeds(self.identity),
            self.pinned,
            self.clock,
        )
        if publish:
            await self.machine.publish()
        return self

    async def sync(self, *changed: UserId) -> frozenset[tuple[RoomId, str]]:
        async with self.database.begin() as transaction:
            found = await self.machine.receive(self.server.sync(self.user_id, self.device_id, *changed), transaction)
        self.told += found.messages
        self.garbled |= found.garbled
        return found.sessions | await self.machine.maintain()

    async def say(
        self,
        *to: UserId,
        content: JsonObject = TEXT,
        rotation: Rotation = Rotation(),  # noqa: B008 - frozen
        strict: bool = False,
        written_at: int | None = None,
    ) -> Raw:
        """Encrypt for *to* and ourselves; return the whole event as a server would send it on."""
        members = frozenset({self.user_id, *to})
        encrypted = await self.machine.encrypt(
            ROOM, members, "m.room.message", content, rotation, strict=strict, written_at=written_at
        )
        self.events += 1
        return {
            "type": "m.room.encrypted",
            "sender": str(self.user_id),
            "event_id": f"${self.device_id}{self.events}",
            "content": encrypted,
        }

    async def read(self, event: Raw) -> Decrypted | Undecryptable:
        async with self.database.begin() as transaction:
            return await self.machine.decrypt(ROOM, event, transaction)

    async def hear(self, event: Raw, *changed: UserId) -> Decrypted | Undecryptable:
        """Sync, then read."""
        await self.sync(*changed)
        return await self.read(event)


Make = Callable[..., Awaitable[Person]]
