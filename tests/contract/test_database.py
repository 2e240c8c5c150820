"""What every store may rely on from ``bots.database.engine``, embedded or served."""

import pytest
from sqlalchemy import text

from bots.database.engine import Database


async def test_what_is_committed_is_read_back(database_url: str) -> None:
    database = Database.open(database_url)
    async with database.begin() as transaction:
        await transaction.execute(text("CREATE TABLE bell (note INTEGER)"))
        await transaction.execute(text("INSERT INTO bell VALUES (1)"))

    async with database.begin() as transaction:
        assert (await transaction.execute(text("SELECT note FROM bell"))).scalars().all() == [1]
    await database.close()


async def test_a_block_that_raises_leaves_nothing(database_url: str) -> None:
    """Also the CREATE TABLE: a crash in a migration must not leave half a schema."""
    database = Database.open(database_url)

    async def crash() -> None:
        async with database.begin() as transaction:
            await transaction.execute(text("CREATE TABLE bell (note INTEGER)"))
            raise LookupError

    with pytest.raises(LookupError):
        await crash()

    async with database.begin() as transaction:
        await transaction.execute(text("CREATE TABLE bell (note INTEGER)"))
    await database.close()
