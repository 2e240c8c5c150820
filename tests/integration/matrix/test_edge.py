"""The edge against a real Synapse, encrypted."""

import asyncio
import hashlib
import json
from pathlib import Path

import pytest

from bots.database.engine import Database, Transaction, metadata
from bots.matrix.backoff import SystemClock
from bots.matrix.crypto.model import CrossSigningSeeds, Decrypted
from bots.matrix.edge import EdgeSettings, MatrixEdge
from bots.matrix.errors import Refused
from bots.matrix.events import Event, Incoming, Outgoing, Sent, ToDevice
from bots.matrix.homeserver.session import PasswordLogin
from config.identifiers import RoomId, ServerName, UserId
from tests.integration.matrix.test_crypto import Person
from tests.servers import Server

pytestmark = pytest.mark.integration


class Answerer:
    def __init__(self, edge: MatrixEdge) -> None:
        self.edge = edge
        self.sent_ids: asyncio.Queue[str] = asyncio.Queue()

    async def handle(self, incoming: Incoming | ToDevice, transaction: Transaction) -> None:
        if isinstance(incoming, Event) and incoming.encrypted and incoming.sender != self.edge.user_id:
            content = {"msgtype": "m.notice", "body": f"re {incoming.content['body']}"}
            message = Outgoing(incoming.room_id, f"t{incoming.event_id[1:9]}", "m.room.message", content)
            await self.edge.enqueue(message, transaction)

    async def sent(self, sent: Sent, transaction: Transaction) -> None:
        self.sent_ids.put_nowait(sent.event_id)

    async def refused(self, outgoing_txn: str, room_id: RoomId, error: Refused, transaction: Transaction) -> None:
        raise AssertionError(error)

    def garbled(self, sender: UserId) -> None: ...

    async def unfilled(self, room_id: RoomId, transaction: Transaction) -> None: ...

    async def abandoned(self, incoming: Incoming, transaction: Transaction) -> None: ...

    async def crowded(self, room_id: RoomId, person: UserId, waiting: int, transaction: Transaction) -> None: ...

    async def idle(self) -> None: ...


async def test_an_encrypted_command_is_answered(synapse: Server, tmp_path: Path) -> None:
    """Invited, joined, asked, answered; the person decrypts the answer."""
    alice = await Person(await synapse.user("alice")).start()
    bot = await synapse.user("bot")
    database = Database.open(f"sqlite:///{tmp_path}/bot.db")
    async with database.begin() as transaction:
        await transaction.run_sync(metadata.create_all)
    user_id = UserId(bot.user_id)
    file = tmp_path / "session.json"
    file.write_text(json.dumps({"user_id": user_id, "device_id": bot.device_id, "access_token": bot.access_token}))
    async with database.begin() as transaction:
        await transaction.exec_driver_sql("INSERT INTO matrix_edge VALUES ('device_id', ?)", (str(bot.device_id),))
    seeds = CrossSigningSeeds(*(hashlib.sha256(f"{user_id}{n}".encode()).digest() for n in range(3)))
    listed = frozenset({ServerName(user_id.server)})
    settings = EdgeSettings(synapse.client_url, user_id, PasswordLogin(""), tmp_path, "Bot", {}, lambda: listed)
    edge = await MatrixEdge.open(settings, database, seeds, clock=SystemClock())
    answerer = Answerer(edge)
    running = asyncio.create_task(edge.run(answerer))

    async with asyncio.timeout(60):
        while edge.status().last_sync is None:
            await asyncio.sleep(0.05)
        state = [{"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}]
        body = {"preset": "private_chat", "invite": [user_id], "initial_state": state}
        room_id = RoomId((await alice.call("POST", "createRoom", body))["room_id"])
        while not edge.rooms():
            await asyncio.sleep(0.05)
        await alice.sync()
        await alice.say(room_id, user_id)
        heard = await alice.hear(room_id, await answerer.sent_ids.get())

    assert isinstance(heard, Decrypted)
    assert heard.content["body"] == "re bonjour"
    assert edge.status().device_signed
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await edge.close()
    await database.close()
    await alice.close()
