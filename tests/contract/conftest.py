"""Contract tests: one body on each store."""

from collections.abc import AsyncIterator

import pytest

import bridge.operate.schema  # noqa: F401 - declares every table
from bots.database.engine import Database, metadata
from tests.postgres import database_url, postgres

__all__ = ["database_url", "postgres"]


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An open database with every table, and nothing in it."""
    opened = Database.open(database_url)
    async with opened.engine.begin() as connection:
        await connection.run_sync(metadata.drop_all)
        await connection.run_sync(metadata.create_all)
    yield opened
    await opened.close()
