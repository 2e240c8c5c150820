"""The person who measures: our end-to-end machine on a bare /sync loop, all in memory, the same for every bot."""

import asyncio
import json
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from time import perf_counter
from typing import Any, TypeVar

import bridge.operate.schema  # noqa: F401 - declares every table
from bots.database.engine import Database, metadata
from bots.matrix.crypto.machine import CrossSigningSeeds, CryptoSync, Decrypted, Machine, Rotation
from bots.matrix.homeserver.http import Http, path
from bridge.operate.synapse import Account
from config.identifiers import DeviceId, EventId, RoomId, UserId

_FILTER = json.dumps({"room": {"timeline": {"limit": 100}}, "presence": {"types": []}})
ENCRYPTION = {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}


class Member:
    """Somebody with one device, who notes when each event and each answer to it arrived (``perf_counter``)."""

    def __init__(self, account: Account, http: Http | None = None, wanted: str = _FILTER) -> None:
        self.user_id = account.user_id
        self._http = http or Http(account.client_url, self.user_id)
        self._filter = wanted
        self._http.token = account.access_token
        self._device_id = DeviceId(account.device_id)
        self._database = Database.open("sqlite://")
        self._news = asyncio.Condition()
        self._since: str | None = None
        self._encrypted: dict[RoomId, frozenset[UserId]] = {}
        self._joined: set[tuple[RoomId, str]] = set()
        self._invitations: asyncio.Queue[RoomId] = asyncio.Queue()
        self.arrived: dict[str, float] = {}
        self.answered: dict[str, float] = {}
        self.last_answer = 0.0

    async def _open(self) -> None:
        async with self._database.engine.begin() as connection:
            await connection.run_sync(metadata.create_all)
        seeds = CrossSigningSeeds(*(secrets.token_bytes(32) for _ in range(3)))
        self._machine = await Machine.open(
            self._database, self._http, self.user_id, self._device_id, seeds, {}, lambda: datetime.now(UTC)
        )
        await self._machine.publish()

    async def make_room(self, other: UserId, *, encrypted: bool) -> RoomId:
        """Make a room with *other*, who must join by itself, and return when it has."""
        state = [ENCRYPTION] if encrypted else []
        wanted = {"preset": "private_chat", "invite": [other], "initial_state": state}
        room_id = RoomId((await self._http.request("POST", path("createRoom"), body=wanted))["room_id"])
        if encrypted:
            self._encrypted[room_id] = frozenset({self.user_id, other})
        async with asyncio.timeout(60), self._news:
            await self._news.wait_for(lambda: (room_id, other) in self._joined)
        return room_id

    async def invitation(self) -> RoomId:
        """Return the next room to which somebody invites."""
        async with asyncio.timeout(60):
            return await self._invitations.get()

    async def join(self, room_id: RoomId, *members: UserId, encrypted: bool) -> None:
        """Join a room to which one has been invited."""
        await self._http.request("POST", path("join", room_id), body={})
        if encrypted:
            self._encrypted[room_id] = frozenset({self.user_id, *members})

    async def send(self, room_id: RoomId, body: str) -> EventId:
        """Say *body*, encrypted where the room is, and return the event id."""
        return await self.say(room_id, {"msgtype": "m.text", "body": body})

    async def say(self, room_id: RoomId, content: dict[str, Any]) -> EventId:
        """Say a message of any *content*, encrypted where the room is, and return the event id."""
        kind = "m.room.message"
        members = self._encrypted.get(room_id)
        if members is not None:
            content = await self._machine.encrypt(room_id, members, kind, content, Rotation())
            kind = "m.room.encrypted"
        target = path("rooms", room_id, "send", kind, secrets.token_hex(8))
        return EventId((await self._http.request("PUT", target, body=content, timeout_s=120))["event_id"])

    async def sees(self, event_id: EventId) -> float:
        """Return when *event_id* arrived, once it has."""
        return await self._noted(self.arrived, event_id)

    async def hears(self, event_id: EventId) -> float:
        """Return when the answer to *event_id* could be read, once it could."""
        return await self._noted(self.answered, event_id)

    async def _noted(self, times: Mapping[str, float], event_id: EventId) -> float:
        async with asyncio.timeout(60), self._news:
            await self._news.wait_for(lambda: event_id in times)
        return times[event_id]

    async def count_answers(self, room_id: RoomId, sender: UserId) -> Counter[str]:
        """Count *sender*'s answers in the whole history of a room, by what they answer."""
        found: Counter[str] = Counter()
        query = {"dir": "b", "limit": "100"}
        while True:
            page = await self._http.request("GET", path("rooms", room_id, "messages"), query=query)
            found.update(
                question
                for each in page["chunk"]
                if each["sender"] == sender and (question := _question(each)) is not None
            )
            if "end" not in page:
                return found
            query["from"] = page["end"]

    async def _follow(self) -> None:
        while True:
            query = {"timeout": "30000", "filter": self._filter} | ({"since": self._since} if self._since else {})
            answer = await self._http.request("GET", path("sync"), query=query, timeout_s=90)
            await self._take(answer)
            self._since = answer["next_batch"]

    async def _take(self, answer: Mapping[str, Any]) -> None:
        crypto = _crypto(answer)
        if crypto.to_device or crypto.changed:
            async with self._database.begin() as transaction:
                await self._machine.receive(crypto, transaction)
            await self._machine.maintain()
        rooms = answer.get("rooms", {}).get("join", {})
        for room_id in answer.get("rooms", {}).get("invite", {}):
            self._invitations.put_nowait(RoomId(room_id))
        for room_id, room in rooms.items():
            for event in (*room["state"]["events"], *room["timeline"]["events"]):
                await self._note(RoomId(room_id), event)
        if rooms:
            async with self._news:
                self._news.notify_all()

    async def _note(self, room_id: RoomId, event: Mapping[str, Any]) -> None:
        if event["type"] == "m.room.member" and event["content"].get("membership") == "join":
            self._joined.add((room_id, event["state_key"]))
        question = _question(event)
        if question is not None and event["sender"] != self.user_id:
            if event["type"] == "m.room.encrypted":
                await self._read(room_id, event)
            self.last_answer = perf_counter()
            self.answered.setdefault(question, self.last_answer)
        self.arrived.setdefault(event["event_id"], perf_counter())

    async def _read(self, room_id: RoomId, event: Mapping[str, Any]) -> None:
        async with self._database.begin() as transaction:
            read = await self._machine.decrypt(room_id, dict(event), transaction)
        if not isinstance(read, Decrypted):
            # Its sender's devices were not known: once they are, it can be read.
            await self._machine.maintain()
            async with self._database.begin() as transaction:
                read = await self._machine.decrypt(room_id, dict(event), transaction)
        if not isinstance(read, Decrypted):
            raise TypeError(f"an answer that cannot be read: {read.reason}")


def _question(event: Mapping[str, Any]) -> str | None:
    relation = event["content"].get("m.relates_to")
    reply = relation.get("m.in_reply_to") if isinstance(relation, dict) else None
    return reply.get("event_id") if isinstance(reply, dict) else None


def _crypto(answer: Mapping[str, Any]) -> CryptoSync:
    lists = answer.get("device_lists", {})
    return CryptoSync(
        tuple(answer.get("to_device", {}).get("events", [])),
        tuple(map(UserId, lists.get("changed", []))),
        tuple(map(UserId, lists.get("left", []))),
        answer.get("device_one_time_keys_count", {}).get("signed_curve25519", 0),
        "signed_curve25519" in answer.get("device_unused_fallback_key_types", []),
    )


_Person = TypeVar("_Person", bound=Member)


@asynccontextmanager
async def following(account: Account) -> AsyncIterator[Member]:
    """Follow *account*'s /sync until the block ends."""
    async with present(Member(account)) as member:
        yield member


@asynccontextmanager
async def present(member: _Person) -> AsyncIterator[_Person]:
    """Have *member* follow its /sync until the block ends."""
    try:
        await member._open()
        task = asyncio.create_task(member._follow())
        try:
            yield member
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
    finally:
        await member._http.close()
        await member._database.close()
