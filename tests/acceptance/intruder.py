"""Clients of hostile people and of a hostile collectivity: they say anything, properly encrypted and signed."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import aiohttp
from sqlalchemy import text

from bots.database.engine import Database
from bots.database.migrate import migrate
from bots.matrix.backoff import SystemClock
from bots.matrix.crypto.model import CrossSigningSeeds
from bots.matrix.edge import EdgeSettings, MatrixEdge
from bots.matrix.events import JsonObject, Outgoing, OutgoingToDevice
from bots.matrix.homeserver.http import path
from bots.matrix.homeserver.session import Login
from bots.register.format.wire import SIGNAL
from bridge.operate.demonstration.resident import Resident
from bridge.operate.synapse import Account
from bridge.operate.town import Site
from config.federation import Federation
from config.identifiers import RoomId, UserId
from config.settings import ASSISTANT
from tests.acceptance.hostile import Junk


class Intruder(Resident):
    """A client that says anything, properly encrypted by a device that its user has signed."""

    def __init__(self, edge: MatrixEdge, database: Database) -> None:
        super().__init__(edge, database)
        self._real = edge

    async def tell(self, room_id: RoomId, junk: Iterable[Junk], what: str) -> list[str]:
        """Send all *junk*, in order; return the names of what the homeserver refused."""
        names = {f"{what}-{number}": each for number, each in enumerate(junk)}
        room = self._edge.room(room_id)
        assert room is not None
        others = tuple(each for each in room.joined if each.localpart == ASSISTANT)
        said = {txn for txn, each in names.items() if each.type != SIGNAL}
        async with self._database.begin() as transaction:
            for txn, each in names.items():
                if txn in said:
                    await self._edge.enqueue(Outgoing(room_id, txn, each.type, each.content), transaction)
                else:
                    message = OutgoingToDevice(room_id, txn, each.type, each.content, others)
                    await self._edge.enqueue_to_device(message, transaction)
        async with self._news:
            await self._news.wait_for(lambda: said <= self._sent.keys() | self._refused.keys())
        while await self._left() != 0:
            await asyncio.sleep(0.1)
        return [each.name for txn, each in names.items() if txn in self._refused]

    async def _left(self) -> int:
        """Return how much is not with the server that is told to devices."""
        async with self._database.begin() as transaction:
            left = text("SELECT count(*) FROM matrix_to_device WHERE state = 'queued'")
            return int((await transaction.execute(left)).scalar_one())

    async def misdirect(self, room_id: RoomId, content: JsonObject, relation: JsonObject) -> str:
        """Say *content* as it is, and have our homeserver say that it is about something else; return the event id."""
        state = self._real._rooms.get(room_id)
        sealed = await self._real._encryption.encrypt(
            room_id, state.recipients, "m.room.message", content, state.rotation
        )
        target = path("rooms", room_id, "send", "m.room.encrypted", uuid.uuid4().hex)
        sent = await self._real._session.request("PUT", target, body={**sealed, "m.relates_to": relation})
        return str(sent["event_id"])


@asynccontextmanager
async def intruding(
    site: Site, user_id: UserId, login: Login, seeds: CrossSigningSeeds, folder: Path, federation: Federation
) -> AsyncIterator[Intruder]:
    """Log *user_id* in as a new device, signed with *seeds*."""
    folder.mkdir(parents=True)
    database = Database.open(f"sqlite:///{folder / 'intruder.db'}")
    settings = EdgeSettings(
        homeserver_url=site.homeserver.client_url,
        user_id=user_id,
        login=login,
        data=folder,
        display_name="Intrus",
        pinned={each.assistant: each.master_key for each in federation.members if each.master_key},
        listed=lambda: federation.listed_servers,
        partners=lambda: [each.assistant for each in federation.members],
    )
    async with AsyncExitStack() as stack:
        stack.push_async_callback(database.close)
        await migrate(database)
        edge = await MatrixEdge.open(settings, database, seeds, clock=SystemClock())
        stack.push_async_callback(edge.close)
        intruder = Intruder(edge, database)
        running = asyncio.create_task(edge.run(intruder))
        try:
            yield intruder
        finally:
            running.cancel()
            await asyncio.wait({running})
            await _log_out(site, folder)


async def _log_out(site: Site, folder: Path) -> None:
    """Remove the device: other tests count those of the assistant."""
    token = json.loads((folder / "session.json").read_text())["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    url = f"{site.homeserver.client_url}/_matrix/client/v3/logout"
    async with aiohttp.ClientSession(headers=headers, raise_for_status=True) as http, http.post(url, json={}):
        pass


async def send(account: Account, http: aiohttp.ClientSession, room: str, kind: str, content: bytes) -> int:
    """Send *content* as it is, in the clear; return the status, since the homeserver refuses some of this."""
    target = f"{account.client_url}/_matrix/client/v3/rooms/{room}/send/{kind}/{uuid.uuid4().hex}"
    headers = {"Authorization": f"Bearer {account.access_token}", "Content-Type": "application/json"}
    async with http.put(target, data=content, headers=headers) as response:
        return response.status
