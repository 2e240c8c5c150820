"""What an earlier version has stored is brought to ours, and back to what that version wrote, on every database."""

import json
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData, Table, inspect, select

from bots.database.engine import Database
from bots.database.migrate import bring, migrate, newest, revision
from bots.register.format.signature import Signer
from bots.register.store.ledger import Ledger
from bridge.operate.capabilities import MemberList
from bridge.operate.schema import metadata
from bridge.share.store import schema as share_schema
from config.identifiers import UserId
from config.load import load_federation

STORED = Path(__file__).parent / "stored" / "041afed"
SCHEMA = "0016"
Rows = Mapping[str, list[tuple[Any, ...]]]


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A database as that version left it."""
    opened = Database.open(database_url)
    await bring(opened, SCHEMA)
    async with opened.engine.begin() as connection:
        await connection.run_sync(fill)
    yield opened
    await opened.close()


def fill(connection: Connection) -> None:
    with closing(sqlite3.connect(":memory:")) as stored:
        stored.row_factory = sqlite3.Row
        stored.executescript((STORED / "assistant.sql").read_text())
        for name in tables(connection):
            rows = [dict(row) for row in stored.execute(f'SELECT * FROM "{name}"')]
            if rows:
                connection.execute(Table(name, MetaData(), autoload_with=connection).insert(), rows)


def tables(connection: Connection) -> list[str]:
    return sorted(set(inspect(connection).get_table_names()) - {"alembic_version"})


def rows(connection: Connection) -> Rows:
    found = {name: Table(name, MetaData(), autoload_with=connection) for name in tables(connection)}
    return {
        name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
        for name, table in found.items()
    }


def differences(connection: Connection) -> list[object]:
    """Where the schema is not what our code declares."""
    return list(compare_metadata(MigrationContext.configure(connection), metadata))


async def look(database: Database) -> Rows:
    async with database.engine.begin() as connection:
        return await connection.run_sync(rows)


async def rooms(database: Database) -> dict[str, object]:
    """What our version says of each room."""
    members = MemberList(load_federation(STORED / "federation.yaml"))
    ledger = Ledger(UserId.parse("@beffroi:valbourg.localhost"), Signer(bytes(32)), members.keys)
    async with database.begin() as transaction:
        await ledger.open(transaction)
    found: dict[str, object] = {}
    for room in ledger.rooms():
        tasks = list(ledger.known(room).all("task"))
        found[room] = {
            "hash": ledger.state_hash(room),
            "operations": ledger.known(room).operations,
            "tasks": len(tasks),
            "titles": sorted(str(task.value("title")) for task in tasks),
        }
    return found


async def test_what_an_earlier_version_held_is_held(database: Database) -> None:
    await migrate(database)

    assert await rooms(database) == json.loads((STORED / "rooms.json").read_text())
    async with database.engine.begin() as connection:
        assert (
            await connection.run_sync(lambda c: list(compare_metadata(MigrationContext.configure(c), metadata))) == []
        )


async def test_the_way_back_gives_back_every_row(database: Database) -> None:
    before = await look(database)

    await migrate(database)
    await bring(database, SCHEMA)

    assert await revision(database) == SCHEMA
    assert await look(database) == before
    await migrate(database)
    assert await rooms(database) == json.loads((STORED / "rooms.json").read_text())


async def test_the_share_server_s_schema_goes_back_too(database_url: str) -> None:
    opened = Database.open(database_url)
    try:
        await share_schema.prepare(opened)
        async with opened.engine.begin() as connection:
            whole = await connection.run_sync(tables)
        for version in range(len(share_schema.STEPS) - 1, 0, -1):
            await share_schema.bring(opened, version)
            assert await share_schema.version(opened) == version
        await share_schema.prepare(opened)
        async with opened.engine.begin() as connection:
            assert await connection.run_sync(tables) == whole
    finally:
        await opened.close()


async def test_every_migration_has_a_way_back(database: Database) -> None:
    """To the very first and forwards again: what only later versions know of is lost, and nothing breaks."""
    await migrate(database)
    await bring(database, "0001")
    assert await revision(database) == "0001"

    await migrate(database)
    assert await revision(database) == newest()
    async with database.engine.begin() as connection:
        assert (
            await connection.run_sync(lambda c: list(compare_metadata(MigrationContext.configure(c), metadata))) == []
        )
