"""SQLite without a thread hop for each statement, as the driver that SQLAlchemy's aiosqlite dialect drives.

aiosqlite hands every statement, fetch and close to a thread: some forty hops for a transaction of ten statements, and
measured here they, not SQLite, were half of what a command costs. A statement of ours takes microseconds, so it runs
where it stands. What can wait runs in a thread: COMMIT for the disk, and BEGIN IMMEDIATE when another process holds
the lock, which is seen by trying first.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Self, TypeVar

_T = TypeVar("_T")

_PATIENCE_MS = 30_000


class Cursor:
    """What the dialect uses of ``aiosqlite.Cursor``."""

    def __init__(self, connection: "Connection") -> None:
        self._connection = connection
        self._cursor = connection.raw.cursor()

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, operation: str, parameters: Sequence[Any] = ()) -> None:
        """Run one statement; only the one that has to wait for a lock leaves the thread."""
        try:
            self._cursor.execute(operation, parameters)
        except sqlite3.OperationalError as exc:
            if not operation.startswith("BEGIN") or exc.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            await self._connection.wait_for(lambda: self._wait_for_lock(operation))

    def _wait_for_lock(self, operation: str) -> None:
        self._cursor.execute(f"PRAGMA busy_timeout = {_PATIENCE_MS}")
        try:
            self._cursor.execute(operation)
        finally:
            self._cursor.execute("PRAGMA busy_timeout = 0")

    async def executemany(self, operation: str, parameters: Iterable[Sequence[Any]]) -> None:
        """Run one statement for each of *parameters*."""
        self._cursor.executemany(operation, parameters)

    async def fetchone(self) -> Any:
        """Return the next row, or None."""
        return self._cursor.fetchone()

    async def fetchmany(self, size: int | None = None) -> list[Any]:
        """Return the next rows."""
        return self._cursor.fetchmany(size or self._cursor.arraysize)

    async def fetchall(self) -> list[Any]:
        """Return all rows that are left."""
        return self._cursor.fetchall()

    async def close(self) -> None:
        """Let go of the rows."""
        self._cursor.close()

    @property
    def description(self) -> Any:
        """The columns of the last query, None when it was none."""
        return self._cursor.description

    @property
    def rowcount(self) -> int:
        """How many rows the last statement changed."""
        return self._cursor.rowcount

    @property
    def lastrowid(self) -> int | None:
        """The last row put in."""
        return self._cursor.lastrowid

    @property
    def arraysize(self) -> int:
        """How many rows :meth:`fetchmany` returns."""
        return self._cursor.arraysize


class Connection:
    """What the dialect uses of ``aiosqlite.Connection``; transactions are begun in so many words."""

    def __init__(self, database: str, **arguments: Any) -> None:
        # None: sqlite3 would otherwise commit behind our back before some statements (SQLAlchemy: "pysqlite
        # transactions"). The threads take turns: nothing runs here while something of the transaction waits there.
        self.raw: sqlite3.Connection = sqlite3.connect(
            database, isolation_level=None, check_same_thread=False, **arguments
        )
        # One thread, so that a commit whose caller was cancelled is over before what comes after it begins.
        self._waiting = ThreadPoolExecutor(1, "sqlite")
        self._open = True

    @property
    def _connection(self) -> bool:
        # The dialect asks whether there is still something to commit or to roll back.
        return self._open

    async def wait_for(self, work: Callable[[], _T]) -> _T:
        """Do in the thread what may take its time."""
        return await asyncio.get_running_loop().run_in_executor(self._waiting, work)

    def cursor(self) -> Cursor:
        """Return a new cursor."""
        return Cursor(self)

    async def create_function(self, *arguments: Any, **options: Any) -> None:
        """Give SQL a function."""
        self.raw.create_function(*arguments, **options)

    async def commit(self) -> None:
        """Commit; returns when the disk has it."""
        await self.wait_for(self.raw.commit)

    async def rollback(self) -> None:
        """Take back the transaction, if one is open."""
        await self.wait_for(self.raw.rollback)

    async def close(self) -> None:
        """Close the file; once more does nothing (the pool does that)."""
        if self._open:
            self._open = False
            await self.wait_for(self.raw.close)
            self._waiting.shutdown(wait=False)

    def stop(self) -> None:
        """Close soon, where nobody can wait."""
        if self._open:
            self._open = False
            self._waiting.submit(self.raw.close)
            self._waiting.shutdown(wait=False)


async def connect(database: str, **arguments: Any) -> Connection:
    """Open *database*: a path, or ``:memory:``."""
    arguments.pop("check_same_thread", None)
    return Connection(database, **arguments)
