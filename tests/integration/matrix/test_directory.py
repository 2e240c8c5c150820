"""The user directory of a real Synapse shows everybody in the end, however they are called."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing

import aiohttp
import pytest

from bots.assistant.handler.rounds import Round
from bots.database.engine import Database
from bots.database.migrate import migrate
from bots.matrix.homeserver.directory import Directory
from bots.matrix.homeserver.http import Http
from bridge.operate.synapse import register
from bridge.people.administration import Administration, administering
from bridge.people.listing import mend, missing
from bridge.watch.gathering import PARTNERS_S, RELIST_S, Gathering
from config.federation import Federation
from config.identifiers import ServerName, UserId
from tests.servers import Server

pytestmark = pytest.mark.integration

NAMES = (
    *(f"agent-{number:03}" for number in range(60)),
    *(f"{first}.{last}" for first in ("anne", "jean-paul", "zoe") for last in ("valette", "vautrin", "lopez")),
    *("v", "valbourg", "localhost", "75e", "le_maire", "x=y"),
)
JOBS = "SELECT update_name FROM background_updates WHERE update_name LIKE 'populate_user_directory%'"


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


def listed(server: Server, statement: str, *values: str) -> list[tuple[object, ...]]:
    """Run *statement* on Synapse's own database, beside it."""
    with closing(sqlite3.connect(server.site.collectivity.paths.synapse / "homeserver.db", timeout=60)) as database:
        found = database.execute(statement, values).fetchall()
        database.commit()
        return found


def forget(server: Server, person: UserId) -> None:
    """Leave *person* as Synapse's first list leaves whoever is registered while it is made."""
    for table in ("user_directory", "user_directory_search"):
        listed(server, f"DELETE FROM {table} WHERE user_id = ?", person)


async def until_listed(server: Server, administration: Administration, person: UserId) -> None:
    """Wait until *person* is shown, and Synapse has ended what it does for its list."""
    async with asyncio.timeout(120):
        while await missing(administration, [person]) or listed(server, JOBS):
            await asyncio.sleep(2)


async def test_whoever_synapse_forgot_to_list_is_found_again(synapse: Server) -> None:
    site = synapse.site
    forgotten, nobody = (await synapse.user("forgotten")).user_id, UserId(f"@nobody:{synapse.server_name}")
    async with administering(site.collectivity, site.secrets) as administration:
        await until_listed(synapse, administration, forgotten)
        forget(synapse, forgotten)
        assert await missing(administration, [forgotten, nobody]) == [forgotten]

        assert await mend(administration, [forgotten, nobody], 120)

        assert await missing(administration, [forgotten, nobody]) == []


async def test_the_watch_has_everybody_listed_anew_by_itself_and_once_a_day(synapse: Server) -> None:
    site = synapse.site
    forgotten = (await synapse.user("forgotten")).user_id
    collectivity = site.collectivity.model_copy(update={"admins": (forgotten,)})
    database, now = Database.open("sqlite://"), [1e9]
    await migrate(database)
    gathering = Gathering(collectivity, Federation(members=()), site.secrets, database, dict, lambda: now[0])

    async def looked(after: float) -> bool:
        """Look, and tell whether a new list was asked for."""
        now[0] += after
        await gathering.look()
        return bool(listed(synapse, JOBS))

    async with administering(collectivity, site.secrets) as administration:
        await until_listed(synapse, administration, forgotten)
        assert not await looked(PARTNERS_S)
        forget(synapse, forgotten)
        assert await looked(PARTNERS_S)
        await until_listed(synapse, administration, forgotten)
        forget(synapse, forgotten)
        assert not await looked(PARTNERS_S)
        assert await looked(RELIST_S)
        await until_listed(synapse, administration, forgotten)
    await database.close()


async def _round(directory: Directory, server: ServerName) -> tuple[set[UserId], int]:
    going, seen = Round(server), set[UserId]()
    while going.words is not None:
        found = await directory.find(going.words)
        seen.update(found.people)
        going.shown(found)
    return seen, going.asked
