"""People at work, as their clients behave: a long poll, typing, receipts, messages in encrypted rooms.

What a client does by itself follows Element Web: it says that somebody types, and again when they stop; it acknowledges
what comes into the room that is looked at, and no other; its /sync lazily loads members and brings presence.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from time import perf_counter
from typing import Any
from urllib.parse import urlencode
from zlib import crc32

import aiohttp

from bots.matrix.crypto.machine import Decrypted
from bots.matrix.errors import MatrixError, Unreachable
from bots.matrix.homeserver.http import Http, decode_answer, path
from bots.matrix.port import Raw
from bridge.operate.synapse import Account
from config.identifiers import EventId, RoomId, UserId
from tests.bench.parts._client import ENCRYPTION, Member

_FILTER = json.dumps({"room": {"timeline": {"limit": 20}, "state": {"lazy_load_members": True}}})
_TYPES_S = (1.0, 3.0)
_ACKNOWLEDGES_S = 1.0
_TYPING_MS = 30_000
_EVERYBODY = 5
_COMMAND = 5
_PATIENCE_S = 120
_COMMANDS = ("!tâche ajouter relancer le SDIS", "!tâches", "!aide")
_WORDS = "je passe au pont de la Lys à dix heures, le devis est dans le dossier partagé"


class Way(Http):
    """Through Caddy, by name and TLS, over connections that all agents' requests share."""

    def __init__(self, http: aiohttp.ClientSession, base: str, user_id: UserId, token: str) -> None:
        super().__init__(base, user_id)
        self.token = token
        self._session = http
        self._base = base

    async def request(
        self,
        method: str,
        path: str,
        *,
        body: Raw | None = None,
        query: Mapping[str, str] | None = None,
        timeout_s: float = 30,
        token: str | None = None,
    ) -> Raw:
        """Do as :meth:`Http.request` does."""
        headers = {"Authorization": f"Bearer {token or self.token}"}
        url = f"{self._base}{path}" + (f"?{urlencode(query)}" if query else "")
        timeout = aiohttp.ClientTimeout(total=timeout_s)
        try:
            async with self._session.request(method, url, json=body, headers=headers, timeout=timeout) as response:
                return decode_answer(response.status, await response.read(), response.headers.get("Retry-After"))
        except (aiohttp.ClientError, TimeoutError, OSError) as exc:
            raise Unreachable(f"{method} failed: {type(exc).__name__}") from exc


@dataclass(frozen=True, slots=True)
class Room:
    """A room with those who work in it, the assistant too where there is one."""

    room_id: RoomId
    members: frozenset[UserId]


@dataclass(slots=True)
class Said:
    """What one agent has said: when each message left its hands, into which room; what was *asked* of the assistant."""

    at: dict[EventId, float] = field(default_factory=dict)
    where: dict[EventId, Room] = field(default_factory=dict)
    asked: set[EventId] = field(default_factory=set)
    refused: int = 0


class Agent(Member):
    """Somebody at work. *said* is what they said, *read* and *unreadable* how much of the others' they could read."""

    def __init__(self, account: Account, http: aiohttp.ClientSession, base: str) -> None:
        super().__init__(account, Way(http, base, account.user_id, account.access_token), _FILTER)
        self.said = Said()
        self.read = self.unreadable = 0
        self._viewed: RoomId | None = None
        self._newest: EventId | None = None
        self._acknowledging: asyncio.Task[None] | None = None

    async def work(self, rooms: Sequence[Room], random: Random, period_s: float, until: float) -> None:
        """Say something every *period_s* on average, until the moment *until* (``perf_counter``)."""
        while (pause := random.expovariate(1 / period_s)) < until - perf_counter():
            await asyncio.sleep(pause)
            room = rooms[0] if random.randrange(_EVERYBODY) == 0 else rooms[-1]
            asks = random.randrange(_COMMAND) == 0
            try:
                await self.type_and_say(room, random, asks=asks)
            except MatrixError:
                self.said.refused += 1

    async def type_and_say(self, room: Room, random: Random, *, asks: bool) -> None:
        """Type for a while and send what was typed, as a client shows it to the others."""
        self._viewed = room.room_id
        typing = path("rooms", room.room_id, "typing", self.user_id)
        await self._http.request("PUT", typing, body={"typing": True, "timeout": _TYPING_MS})
        await asyncio.sleep(random.uniform(*_TYPES_S))
        began = perf_counter()
        event_id = await self.send(room.room_id, random.choice(_COMMANDS) if asks else _WORDS)
        self.said.at[event_id] = began
        self.said.where[event_id] = room
        if asks:
            self.said.asked.add(event_id)
        await self._http.request("PUT", typing, body={"typing": False})

    async def found(self, guests: Sequence[UserId]) -> RoomId:
        """Make an encrypted room and invite *guests*."""
        wanted = {"preset": "private_chat", "invite": list(guests), "initial_state": [ENCRYPTION]}
        return RoomId((await self._http.request("POST", path("createRoom"), body=wanted, timeout_s=120))["room_id"])

    async def invite(self, room_id: RoomId, guest: UserId) -> None:
        """Invite *guest*."""
        await self._http.request("POST", path("rooms", room_id, "invite"), body={"user_id": guest})

    def begin_again(self) -> None:
        """Forget what was counted."""
        self.said, self.read, self.unreadable = Said(), 0, 0

    async def sees_all_in(self, room: Room) -> None:
        """Return once all of its members have joined."""
        async with asyncio.timeout(_PATIENCE_S), self._news:
            await self._news.wait_for(lambda: all((room.room_id, user) in self._joined for user in room.members))

    async def rest(self) -> None:
        """Do nothing more by itself."""
        if self._acknowledging is not None:
            self._acknowledging.cancel()
            with suppress(asyncio.CancelledError):
                await self._acknowledging

    def enter(self, room: Room) -> None:
        """Know that *room* is encrypted, and for whom."""
        self._encrypted[room.room_id] = room.members

    async def _note(self, room_id: RoomId, event: Mapping[str, Any]) -> None:
        await super()._note(room_id, event)
        if event["type"] != "m.room.encrypted" or event["sender"] == self.user_id:
            return
        if crc32(f"{event['event_id']}{self.user_id}".encode()) % len(self._encrypted[room_id]) == 0:
            # One of the readers, by turns: on their own machines all of them do, and here all share two cores.
            await self._read(room_id, event)
        if room_id == self._viewed:
            self._newest = EventId(event["event_id"])
            if self._acknowledging is None or self._acknowledging.done():
                self._acknowledging = asyncio.create_task(self._acknowledge(room_id))

    async def _acknowledge(self, room_id: RoomId) -> None:
        await asyncio.sleep(_ACKNOWLEDGES_S)
        marks = {"m.fully_read": self._newest, "m.read": self._newest}
        with suppress(MatrixError):
            await self._http.request("POST", path("rooms", room_id, "read_markers"), body=marks)

    async def _read(self, room_id: RoomId, event: Mapping[str, Any]) -> None:
        for _ in range(2):
            async with self._database.begin() as transaction:
                found = await self._machine.decrypt(room_id, dict(event), transaction)
            if isinstance(found, Decrypted):
                self.read += 1
                return
            # Its sender's devices were not known: once they are, it can be read.
            await self._machine.maintain()
        self.unreadable += 1
