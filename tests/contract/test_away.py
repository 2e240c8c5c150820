"""What is the database's fault, and what is the value's: only the first is worth another try."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bots.database.away import is_away
from bots.database.engine import Database
from bots.database.errors import DatabaseAway, Unstorable

UNSTORABLE = ["$\x00", "half a pair \ud800", "é\udfff", 2**63, -(2**70)]


@pytest.mark.parametrize("value", UNSTORABLE, ids=ascii)
async def test_a_value_that_no_database_takes_is_refused_by_each_and_the_next_one_is_taken(
    database_url: str, value: object
) -> None:
    """PostgreSQL alone refuses NUL: what SQLite lets pass, no test on SQLite would ever show."""
    database = Database.open(database_url)
    async with database.begin() as transaction:
        await transaction.execute(text("CREATE TABLE bell (note TEXT, number BIGINT)"))
    insert = text("INSERT INTO bell (note, number) VALUES (:note, :number)")
    row = {"note": "n", "number": 1} | {"number" if isinstance(value, int) else "note": value}

    async def write(*rows: dict[str, object]) -> None:
        async with database.begin() as transaction:
            await transaction.execute(insert, [*rows])

    with pytest.raises(Unstorable):
        await write(row)
    with pytest.raises(Unstorable):
        await write({"note": "é" * 100_000, "number": 2**63 - 1}, row)
    await write({"note": "\u202e\u0001", "number": -(2**63) + 1})

    async with database.begin() as transaction:
        assert (await transaction.execute(text("SELECT count(*) FROM bell"))).scalar_one() == 1
    await database.close()


async def test_a_statement_that_is_refused_is_its_own_fault(database_url: str) -> None:
    """SQLite calls a missing table an ``OperationalError``, as it calls a full disk."""
    database = Database.open(database_url)

    async def ask() -> None:
        async with database.begin() as transaction:
            await transaction.execute(text("SELECT * FROM nowhere"))

    with pytest.raises(DBAPIError):
        await ask()
    await database.close()


async def test_a_full_disk_is_not_the_statement_s_fault(tmp_path: Path) -> None:
    database = Database.open(f"sqlite:///{tmp_path / 'full.db'}")
    async with database.begin() as transaction:
        await transaction.execute(text("CREATE TABLE bell (note TEXT)"))
    async with database.begin() as transaction:
        await transaction.execute(text("PRAGMA max_page_count = 3"))

    async def fill() -> None:
        async with database.begin() as transaction:
            await transaction.execute(text("INSERT INTO bell VALUES (:note)"), {"note": "x" * 100_000})

    with pytest.raises(DatabaseAway, match="full"):
        await fill()
    async with database.begin() as transaction:
        assert (await transaction.execute(text("SELECT count(*) FROM bell"))).scalar_one() == 0
    await database.close()


def test_a_file_that_another_process_has_locked_is_not_the_statement_s_fault(tmp_path: Path) -> None:
    file = tmp_path / "locked.db"
    one, other = (sqlite3.connect(file, isolation_level=None, timeout=0) for _ in range(2))
    one.execute("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError) as locked:
        other.execute("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError) as nonsense:
        other.execute("BEGIN NONSENSE")
    one.close()
    other.close()

    assert is_away(DBAPIError("BEGIN", None, locked.value))
    assert not is_away(DBAPIError("BEGIN", None, nonsense.value))


@pytest.mark.integration
async def test_a_server_that_ends_the_connection_or_is_not_there_is_not_the_statement_s_fault(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    cluster = request.getfixturevalue("postgres")
    url = cluster.create_database()
    database = Database.open(url)

    async def end_myself() -> None:
        async with database.begin() as transaction:
            await transaction.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
            await transaction.execute(text("SELECT 1"))

    async def begin(other: Database) -> None:
        async with other.begin():
            pass

    with pytest.raises(DatabaseAway):
        await end_myself()
    await begin(database)
    await database.close()
    cluster.drop_database(url)

    gone = Database.open(url)
    with pytest.raises(DatabaseAway):
        await begin(gone)
    await gone.close()
    nowhere = Database.open(f"postgresql://postgres@/x?host={tmp_path}")
    with pytest.raises(DatabaseAway):
        await begin(nowhere)
    await nowhere.close()
