"""The assistant is found, and the first to speak: a fresh town, its own people, a strict Element."""

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bridge.operate.synapse import Account, log_in, register
from bridge.operate.town import DemoTown
from tests.acceptance.assistants import Assistant
from tests.acceptance.citizens import until
from tests.acceptance.element_client import ElementClient, Seen
from tests.servers import Background, Server, running

ACCUEIL = DemoTown("accueil", "Accueil", "999999998")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Assistant]]:
    """A town whose assistant writes to people."""
    background = Background()
    with running(tmp_path_factory.mktemp("accueil"), [ACCUEIL]) as servers:
        assistant = Assistant(servers.layout.sites[0], servers.layout.federation_file, background)
        try:
            assistant.start()
            yield servers["accueil"], assistant
        finally:
            assistant.stop()
            background.close()


async def call(account: Account, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    async with aiohttp.ClientSession() as http:
        return await account.call(http, method, f"/v3/{path}", body)


async def test_ones_own_assistant_is_found_before_anything_is_shared(town: tuple[Server, Assistant]) -> None:
    server, assistant = town
    anne = await server.user("anne")

    async def found() -> bool:
        shown = await call(anne, "POST", "user_directory/search", {"search_term": "beffroi"})
        return [each["user_id"] for each in shown["results"]] == [assistant.user_id]

    await until("she finds it", found, 60)


async def invitation(client: ElementClient) -> str:
    rooms: list[str] = []

    async def is_there() -> bool:
        rooms[:] = [room for room, membership in (await client.rooms()).items() if membership == "invite"]
        return bool(rooms)

    await until("the invitation is there", is_there, 90)
    (room,) = rooms
    return room


async def notices(client: ElementClient, room: str, assistant: Assistant) -> list[Seen]:
    return [
        each
        for each in await client.history(room)
        if each.sender == assistant.user_id and each.type == "m.room.message"
    ]


async def test_whoever_signs_in_first_is_greeted_once_in_a_conversation_of_two(
    town: tuple[Server, Assistant], tmp_path: Path
) -> None:
    """Also where the assistant is killed while they come in."""
    server, assistant = town
    name, password = f"paul-{secrets.token_hex(4)}", secrets.token_urlsafe(12)
    async with aiohttp.ClientSession() as http:
        await register(http, server.site.homeserver, name, password)
        # A session without keys is no client that somebody reads with.
        paul = await log_in(http, server.client_url, name, password)
    async with await ElementClient.start(server.client_url, name, password, log=tmp_path / "paul.log") as client:
        room = await invitation(client)
        invited = (await call(paul, "GET", "sync?timeout=0"))["rooms"]["invite"][room]["invite_state"]["events"]
        (own,) = [each for each in invited if each["type"] == "m.room.member" and each["state_key"] == client.user_id]
        assert own["content"]["is_direct"] is True

        assistant.kill()
        await client.join(room)
        assistant.start()
        greeting = await client.wait_for(room, sender=assistant.user_id, type="m.room.message", readable=True)
        assert greeting.encrypted
        assert greeting.body.startswith("Bonjour")
        assert len(greeting.body.splitlines()) == 3
        assert set(await client.members(room)) == {client.user_id, assistant.user_id}

        assistant.kill()
        assistant.start()
        command = await client.send(room, "ma journée")
        answer = await client.wait_for(room, sender=assistant.user_id, in_reply_to=command, readable=True)
        assert "pas compris" not in answer.body
        said = await notices(client, room, assistant)
        assert [each.in_reply_to for each in said] == [None, command]
        assert [*(await client.rooms()).values()] == ["join"]
