"""The migrations make the schema that the code declares, on every database, and refuse what they do not know."""

import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from bots.database.engine import Database
from bots.database.migrate import HERE, NewerSchema, migrate, newest
from bridge.operate.schema import metadata


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database.open(database_url)
    yield opened
    await opened.close()


def differences(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), metadata))


async def test_the_migrations_make_what_the_code_declares(database: Database) -> None:
    await migrate(database)
    await migrate(database)
    async with database.engine.begin() as connection:
        assert await connection.run_sync(differences) == []


async def test_a_schema_from_the_future_is_left_alone(database: Database) -> None:
    await migrate(database)
    async with database.begin() as transaction:
        await transaction.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerSchema):
        await migrate(database)


def test_the_newest_revision_is_known_without_alembic() -> None:
    """The files' names say it: see ``newest``."""
    assert newest() == ScriptDirectory(str(HERE)).get_current_head()


async def test_a_schema_from_before_is_brought_up_to_date(database: Database) -> None:
    async with database.begin() as transaction:
        await transaction.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
    await migrate(database)
    async with database.engine.begin() as connection:
        assert await connection.run_sync(differences) == []


async def test_a_start_with_nothing_to_migrate_loads_no_alembic(tmp_path: Path) -> None:
    """Alembic and what it brings are 8 MiB, for nothing at nearly every start."""
    url = f"sqlite:///{tmp_path / 'assistant.db'}"
    opened = Database.open(url)
    await migrate(opened)
    await opened.close()

    assert loaded_by_migrating(url) == "none"


def loaded_by_migrating(url: str) -> str:
    done = subprocess.run((sys.executable, "-c", MIGRATE_AGAIN, url), capture_output=True, text=True, check=True)
    return done.stdout.strip()


MIGRATE_AGAIN = """
import asyncio, sys
from bots.database.engine import Database
from bots.database.migrate import migrate

async def run():
    database = Database.open(sys.argv[1])
    await migrate(database)
    await database.close()

asyncio.run(run())
print("alembic" if "alembic" in sys.modules else "none")
"""
