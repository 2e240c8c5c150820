"""What every store may rely on from ``bots.database.engine``, embedded or served."""

import asyncio
import os
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from bots.database.embedded import Embedded
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


async def test_whoever_is_cancelled_while_the_disk_writes_ends_so_and_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database.open(f"sqlite:///{tmp_path / 'slow.db'}")
    async with database.begin() as transaction:
        await transaction.execute(text("CREATE TABLE bell (note INTEGER)"))
    writing, in_thread = asyncio.Event(), Embedded.in_thread

    async def slowly(self: Embedded, work: Callable[[], object]) -> None:
        def slow() -> None:
            time.sleep(0.1)
            work()

        writing.set()
        await in_thread(self, slow)

    monkeypatch.setattr(Embedded, "in_thread", slowly)

    async def write() -> None:
        async with database.begin() as transaction:
            await transaction.execute(text("INSERT INTO bell VALUES (1)"))

    task = asyncio.create_task(write())
    await writing.wait()
    task.cancel()
    await asyncio.wait((task,))
    assert task.cancelled()
    async with database.begin() as transaction:
        assert (await transaction.execute(text("SELECT note FROM bell"))).scalars().all() == [1]
    await database.close()


async def test_another_process_with_the_lock_is_waited_for_and_the_loop_goes_on(tmp_path: Path) -> None:
    """A backup, or somebody with the sqlite3 shell."""
    file = tmp_path / "locked.db"
    database = Database.open(f"sqlite:///{file}")
    async with database.begin() as transaction:
        await transaction.execute(text("CREATE TABLE bell (note INTEGER)"))
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    done = asyncio.Event()

    async def write() -> None:
        async with database.begin() as transaction:
            await transaction.execute(text("INSERT INTO bell VALUES (1)"))
        done.set()

    writing = asyncio.create_task(write())
    for _ in range(20):
        # Were the loop held up by the lock, these would take the half minute that SQLite is told to wait.
        await asyncio.sleep(0)
    assert not done.is_set()
    other.execute("COMMIT")
    other.close()
    await writing

    async with database.begin() as transaction:
        assert (await transaction.execute(text("SELECT note FROM bell"))).scalars().all() == [1]
    await database.close()


async def test_only_what_the_disk_has_to_take_leaves_the_thread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of two thousand transactions a minute was two hops dear, though most of them had nothing to write."""
    file = tmp_path / "quiet.db"
    database = Database.open(f"sqlite:///{file}")
    async with database.begin() as transaction:
        await transaction.execute(text("CREATE TABLE bell (note INTEGER PRIMARY KEY)"))
    hops = 0
    in_thread = Embedded.in_thread

    async def counted(self: Embedded, work: Callable[[], object]) -> None:
        nonlocal hops
        hops += 1
        await in_thread(self, work)

    monkeypatch.setattr(Embedded, "in_thread", counted)
    for expected in (1, 0):
        hops = 0
        async with database.begin() as transaction:
            await transaction.execute(text("INSERT INTO bell VALUES (1) ON CONFLICT DO NOTHING"))
        assert hops == expected
        other = sqlite3.connect(file)
        assert other.execute("SELECT note FROM bell").fetchall() == [(1,)]
        other.close()

    async with database.begin() as transaction:
        await transaction.execute(text("INSERT INTO bell VALUES (2)"))
        await transaction.rollback()
    assert hops == 0
    # What was taken back is no change that a later commit may leave out.
    async with database.begin() as transaction:
        await transaction.execute(text("INSERT INTO bell VALUES (2)"))
    assert hops == 1
    await database.close()


async def test_rows_that_nobody_reads_to_the_end_hold_up_nobody(database_url: str) -> None:
    """A cursor left open keeps its view of the file: the next writer would be refused, or the log never shortened."""
    database = Database.open(database_url)
    async with database.begin() as transaction:
        await transaction.execute(text("CREATE TABLE bell (note INTEGER)"))
        await transaction.execute(text("INSERT INTO bell VALUES (:n)"), [{"n": number} for number in range(1000)])

    async with database.begin() as transaction:
        first = (await transaction.execute(text("SELECT note FROM bell ORDER BY note"))).fetchone()
        stream = await transaction.stream(text("SELECT note FROM bell ORDER BY note"))
        parts = stream.partitions(10)
        assert first is not None
        assert [first[0], *(row[0] for row in await anext(parts))] == [0, *range(10)]
        await transaction.execute(text("UPDATE bell SET note = note + 1"))
    async with database.begin() as transaction:
        await transaction.execute(text("DELETE FROM bell WHERE note <= 500"))
        stream = await transaction.stream(text("SELECT note FROM bell ORDER BY note"))
        assert [len(part) async for part in stream.partitions(300)] == [300, 200]
    await database.close()


async def test_a_commit_that_fails_leaves_nothing_and_the_next_one_succeeds(database_url: str) -> None:
    """As on a disk that is full."""
    database = Database.open(database_url)
    async with database.begin() as transaction:
        await transaction.execute(text("CREATE TABLE tower (id INTEGER PRIMARY KEY)"))
        reference = "INTEGER REFERENCES tower (id) DEFERRABLE INITIALLY DEFERRED"
        await transaction.execute(text(f"CREATE TABLE bell (tower {reference})"))

    async def fail() -> None:
        async with database.begin() as transaction:
            await transaction.execute(text("INSERT INTO bell VALUES (1)"))

    for _ in range(2):
        with pytest.raises(IntegrityError):
            await fail()
    async with database.begin() as transaction:
        await transaction.execute(text("INSERT INTO tower VALUES (2)"))
        await transaction.execute(text("INSERT INTO bell VALUES (2)"))
    async with database.begin() as transaction:
        assert (await transaction.execute(text("SELECT tower FROM bell"))).scalars().all() == [2]
    await database.close()


async def test_a_transaction_that_has_ended_takes_nothing_more(database_url: str) -> None:
    """Else a statement asked too late would stand outside of all transactions."""
    database = Database.open(database_url)
    async with database.begin() as transaction:
        await transaction.execute(text("CREATE TABLE bell (note INTEGER)"))
    with pytest.raises(SQLAlchemyError):
        await transaction.execute(text("INSERT INTO bell VALUES (1)"))
    async with database.begin() as transaction:
        await transaction.execute(text("INSERT INTO bell VALUES (2)"))
        await transaction.rollback()
    async with database.begin() as transaction:
        assert (await transaction.execute(text("SELECT note FROM bell"))).scalars().all() == []
    await database.close()


async def test_what_is_asked_inside_a_transaction_joins_it_and_another_one_is_refused(database_url: str) -> None:
    """With one writer it would wait for itself, and everybody for it, for ever."""
    database = Database.open(database_url)

    async def write() -> None:
        async with database.joined() as transaction:
            await transaction.execute(text("INSERT INTO bell VALUES (1)"))

    async def nest() -> None:
        async with database.begin():
            pass

    async with database.begin() as transaction:
        await transaction.execute(text("CREATE TABLE bell (note INTEGER)"))
        await write()
        await asyncio.create_task(write())
        with pytest.raises(RuntimeError):
            await nest()
        later = asyncio.create_task(nest())
        await asyncio.sleep(0)
    await later
    await write()

    async with database.begin() as transaction:
        assert (await transaction.execute(text("SELECT count(*) FROM bell"))).scalar_one() == 3
    await database.close()


async def test_a_store_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    """What SQLite writes beside it too; whatever the umask."""
    before = os.umask(0o022)
    try:
        database = Database.open(f"sqlite:///{tmp_path / 'beffroi.db'}")
        async with database.begin() as transaction:
            await transaction.execute(text("CREATE TABLE bell (note INTEGER)"))
        modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
        await database.close()
    finally:
        os.umask(before)

    assert modes.pop("beffroi.db") == 0o600
    assert set(modes.values()) == {0o600}
