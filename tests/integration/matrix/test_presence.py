"""Who was there when something was said, as a real Synapse keeps it."""

import secrets
from collections.abc import Mapping
from typing import Any

import aiohttp
import pytest

from bots.matrix.homeserver.http import Http
from bots.matrix.homeserver.powers import PowerLevels
from bots.matrix.homeserver.presence import Presence
from bots.matrix.port import Raw
from bridge.operate.synapse import Account
from config.identifiers import EventId, RoomId, UserId
from tests.servers import Server

pytestmark = pytest.mark.integration


class Eyes:
    """What one account's homeserver tells it (``Homeserver``)."""

    def __init__(self, server: Server, account: Account) -> None:
        self._http = Http(server.client_url, account.user_id)
        self._token = account.access_token
        self.close = self._http.close

    async def request(
        self,
        method: str,
        path: str,
        *,
        body: Raw | None = None,
        query: Mapping[str, str] | None = None,
        timeout_s: float = 30,
    ) -> Raw:
        return await self._http.request(method, path, token=self._token, body=body, query=query, timeout_s=timeout_s)


async def call(account: Account, method: str, target: str, body: Any = None) -> dict[str, Any]:
    async with aiohttp.ClientSession() as http:
        return await account.call(http, method, f"/v3/{target}", body)


@pytest.mark.parametrize("visibility", ["shared", "joined", "world_readable"])
async def test_who_was_there_is_whoever_has_not_left_since(synapse: Server, visibility: str) -> None:
    """Whatever the room's history visibility, and however often somebody changes their name."""
    bot, anne, cat = [await synapse.user(each) for each in ("bot", "anne", "cat")]
    seen = {"type": "m.room.history_visibility", "state_key": "", "content": {"history_visibility": visibility}}
    new = {"preset": "private_chat", "invite": [bot.user_id], "initial_state": [seen]}
    room_id = RoomId((await call(anne, "POST", "createRoom", new))["room_id"])
    await call(bot, "POST", f"rooms/{room_id}/join", {})

    async def say() -> EventId:
        body = {"msgtype": "m.text", "body": "SECRET"}
        sent = await call(anne, "PUT", f"rooms/{room_id}/send/m.room.message/{secrets.token_hex(8)}", body)
        return EventId(sent["event_id"])

    async def come() -> None:
        await call(anne, "POST", f"rooms/{room_id}/invite", {"user_id": cat.user_id})
        await call(cat, "POST", f"rooms/{room_id}/join", {})

    eyes = Eyes(synapse, bot)
    presence, user_id = Presence(eyes), UserId(cat.user_id)

    early = await say()
    await come()
    heard = await say()
    for name in ("Cat", "Catherine", "C."):
        body = {"membership": "join", "displayname": name}
        await call(cat, "PUT", f"rooms/{room_id}/state/m.room.member/{cat.user_id}", body)
    later = await say()
    there = [await presence.was_there(room_id, each, user_id) for each in (early, heard, later)]
    assert there == [False, True, True]
    assert await presence.was_there(room_id, early, UserId(anne.user_id))

    await call(cat, "POST", f"rooms/{room_id}/leave", {})
    assert not await presence.was_there(room_id, later, user_id)
    await come()
    last = await say()
    assert [await presence.was_there(room_id, each, user_id) for each in (heard, later, last)] == [False, False, True]
    await eyes.close()


async def test_who_may_invite_is_read_from_the_room(synapse: Server) -> None:
    """In a room of version 12 its creator stands in no list."""
    bot, anne, cat = [await synapse.user(each) for each in ("bot", "anne", "cat")]
    for version in ("11", "12"):
        levels = {"invite": 50, "events_default": 0}
        new = {"preset": "private_chat", "invite": [bot.user_id, cat.user_id], "room_version": version}
        room_id = RoomId(
            (await call(anne, "POST", "createRoom", {**new, "power_level_content_override": levels}))["room_id"]
        )
        for each in (bot, cat):
            await call(each, "POST", f"rooms/{room_id}/join", {})
        eyes = Eyes(synapse, bot)
        powers = await PowerLevels(eyes).read(room_id)
        assert powers is not None
        assert [powers.may_invite(UserId(each.user_id)) for each in (anne, cat)] == [True, False]
        assert (UserId(anne.user_id) in powers.creators) == (version == "12")
        await eyes.close()
