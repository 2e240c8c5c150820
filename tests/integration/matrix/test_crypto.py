"""The end-to-end machine against a real Synapse."""

import asyncio
import hashlib
import secrets
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from bots.database.engine import Database, metadata
from bots.matrix.crypto.machine import (
    CrossSigningSeeds,
    CryptoSync,
    Decrypted,
    Machine,
    Rotation,
    Undecryptable,
)
from bots.matrix.errors import IdentityLost
from bots.matrix.homeserver.http import Http
from config.identifiers import DeviceId, RoomId, UserId
from tests.servers import Server

pytestmark = pytest.mark.integration

TEXT = {"msgtype": "m.text", "body": "bonjour"}


class Person:
    """A real account with a machine."""

    def __init__(self, account: Any) -> None:
        self.user_id = UserId.parse(account.user_id)
        self.device_id = DeviceId.parse(account.device_id)
        self.http = Http(account.client_url, self.user_id)
        self.http.token = account.access_token
        self.database = Database.open("sqlite://")
        self.since: str | None = None
        self.events: dict[str, dict[str, Any]] = {}

    async def start(self, seed: str | None = None) -> "Person":
        async with self.database.engine.begin() as connection:
            await connection.run_sync(metadata.create_all)
        seeds = CrossSigningSeeds(*(hashlib.sha256(f"{seed or self.user_id}{n}".encode()).digest() for n in range(3)))
        self.machine = await Machine.open(
            self.database, self.http, self.user_id, self.device_id, seeds, {}, lambda: datetime.now(UTC)
        )
        await self.machine.publish()
        return self

    async def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        return await self.http.request(method, f"/_matrix/client/v3/{path}", body=body)

    async def sync(self) -> None:
        query = {"timeout": "0"} | ({"since": self.since} if self.since else {})
        answer = await self.http.request("GET", "/_matrix/client/v3/sync", query=query)
        self.since = answer["next_batch"]
        lists = answer.get("device_lists", {})
        crypto = CryptoSync(
            tuple(answer.get("to_device", {}).get("events", [])),
            tuple(map(UserId, lists.get("changed", []))),
            tuple(map(UserId, lists.get("left", []))),
            answer.get("device_one_time_keys_count", {}).get("signed_curve25519", 0),
            "signed_curve25519" in answer.get("device_unused_fallback_key_types", []),
        )
        async with self.database.begin() as transaction:
            await self.machine.receive(crypto, transaction)
        await self.machine.maintain()
        for room in answer.get("rooms", {}).get("join", {}).values():
            self.events |= {each["event_id"]: each for each in room["timeline"]["events"]}

    async def say(self, room_id: RoomId, *to: UserId) -> str:
        members = frozenset({self.user_id, *to})
        content = await self.machine.encrypt(room_id, members, "m.room.message", TEXT, Rotation())
        path = f"rooms/{room_id}/send/m.room.encrypted/{secrets.token_hex(8)}"
        return str((await self.call("PUT", path, content))["event_id"])

    async def hear(self, room_id: RoomId, event_id: str) -> Decrypted | Undecryptable:
        async with asyncio.timeout(30):
            while event_id not in self.events:
                await self.sync()
        async with self.database.begin() as transaction:
            return await self.machine.decrypt(room_id, self.events[event_id], transaction)

    async def close(self) -> None:
        await self.http.close()
        await self.database.close()


@pytest.fixture
async def pair(synapse: Server) -> AsyncIterator[tuple[Person, Person]]:
    alice = await Person(await synapse.user("alice")).start()
    bob = await Person(await synapse.user("bob")).start()
    yield alice, bob
    await alice.close()
    await bob.close()


async def shared_room(alice: Person, bob: Person) -> RoomId:
    state = [{"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}]
    body = {"preset": "private_chat", "invite": [bob.user_id], "initial_state": state}
    room_id = RoomId((await alice.call("POST", "createRoom", body))["room_id"])
    await bob.call("POST", f"rooms/{room_id}/join", {})
    await alice.sync()
    await bob.sync()
    return room_id


async def test_two_accounts_talk(pair: tuple[Person, Person]) -> None:
    alice, bob = pair
    assert alice.machine.own_device_signed
    room_id = await shared_room(alice, bob)

    heard = await bob.hear(room_id, await alice.say(room_id, bob.user_id))
    answer = await alice.hear(room_id, await bob.say(room_id, alice.user_id))

    assert isinstance(heard, Decrypted)
    assert isinstance(answer, Decrypted)
    assert (heard.content, heard.signed, answer.signed) == (TEXT, True, True)


async def test_starting_again_changes_nothing_and_goes_on(pair: tuple[Person, Person]) -> None:
    alice, bob = pair
    room_id = await shared_room(alice, bob)
    await bob.hear(room_id, await alice.say(room_id, bob.user_id))
    await alice.start()
    await bob.start()

    assert isinstance(await bob.hear(room_id, await alice.say(room_id, bob.user_id)), Decrypted)


async def test_other_seeds_are_refused_by_us_before_the_server_is_asked(pair: tuple[Person, Person]) -> None:
    alice, _ = pair

    with pytest.raises(IdentityLost):
        await alice.start("other seeds")


async def test_a_broken_channel_is_mended(pair: tuple[Person, Person]) -> None:
    alice, bob = pair
    room_id = await shared_room(alice, bob)
    await bob.hear(room_id, await alice.say(room_id, bob.user_id))
    async with bob.database.engine.begin() as connection:
        await connection.exec_driver_sql("delete from crypto_olm_session")
    alice.machine.discard(room_id)

    assert await bob.hear(room_id, await alice.say(room_id, bob.user_id)) == Undecryptable("no_session")
    await alice.sync()
    alice.machine.discard(room_id)
    assert isinstance(await bob.hear(room_id, await alice.say(room_id, bob.user_id)), Decrypted)
