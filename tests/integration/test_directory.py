"""The user directory of a real Synapse shows everybody in the end, however they are called."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bots.assistant.handler.rounds import Round
from bots.matrix.homeserver.directory import Directory
from bots.matrix.homeserver.http import Http
from bridge.operate.synapse import register
from config.identifiers import ServerName, UserId
from tests.servers import Server

pytestmark = pytest.mark.integration

NAMES = (
    *(f"agent-{number:03}" for number in range(60)),
    *(f"{first}.{last}" for first in ("anne", "jean-paul", "zoe") for last in ("valette", "vautrin", "lopez")),
    *("v", "valbourg", "localhost", "75e", "le_maire", "x=y"),
)


@pytest.fixture
async def directory(synapse: Server) -> AsyncIterator[Directory]:
    anne = await synapse.user("anne")
    async with aiohttp.ClientSession() as http:
        for name in NAMES:
            await register(http, synapse.site.homeserver, name, "a long password")
    connection = Http(anne.client_url, anne.user_id)
    connection.token = anne.access_token
    yield Directory(connection)
    await connection.close()


async def test_everybody_is_shown(directory: Directory, synapse: Server) -> None:
    wanted = {UserId(f"@{name}:{synapse.server_name}") for name in NAMES}
    async with asyncio.timeout(60):
        seen, asked = await _round(directory, synapse.server_name)
        # Synapse keeps its directory behind our back.
        while not wanted <= seen:
            seen, asked = await _round(directory, synapse.server_name)
    assert asked < 700


async def _round(directory: Directory, server: ServerName) -> tuple[set[UserId], int]:
    going, seen = Round(server), set[UserId]()
    while going.words is not None:
        found = await directory.find(going.words)
        seen.update(found.people)
        going.shown(found)
    return seen, going.asked
