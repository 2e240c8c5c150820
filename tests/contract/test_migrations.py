"""The migrations make the schema that the code declares, on every database, and refuse what they do not know."""

from collections.abc import AsyncIterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from bots.database.engine import Database
from bots.database.migrate import NewerSchema, migrate
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
