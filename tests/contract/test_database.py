"""What every store may rely on from ``bots.database.engine``, embedded or served."""

import asyncio

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


async def test_a_cancelled_transaction_is_taken_back_and_holds_up_nobody(database_url: str) -> None:
    """Whatever it was doing: waiting for its turn, in a statement, or committing."""
    if database_url.endswith("//"):
        pytest.skip("a database in memory is gone with its connection")
    database = Database.open(database_url)
    async with database.begin() as transaction:
        await transaction.execute(text("CREATE TABLE cancelled (n INTEGER)"))

    async def write(steps: int) -> None:
        async with database.begin() as transaction:
            await transaction.execute(text("INSERT INTO cancelled VALUES (1)"))
            for _ in range(steps):
                await asyncio.sleep(0)
            await transaction.execute(text("INSERT INTO cancelled VALUES (2)"))

    for turns in range(30):
        tasks = [asyncio.create_task(write(each)) for each in (0, 3)]
        for _ in range(turns):
            await asyncio.sleep(0)
        for each in tasks:
            each.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        async with asyncio.timeout(10), database.begin() as transaction:
            counted = await transaction.execute(text("SELECT n, count(*) FROM cancelled GROUP BY n"))
            both = {row[0]: row[1] for row in counted}
        assert both.get(1, 0) == both.get(2, 0)
    await database.close()
