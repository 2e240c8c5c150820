"""SQLite where it stands: a statement of ours takes microseconds and runs on the loop; only the disk is waited for.

One connection for the whole process, held all the time. A COMMIT that has something to write runs in a thread. BEGIN
IMMEDIATE is tried again for as long as another process holds the lock, and the loop goes on meanwhile.
"""

import asyncio
import sqlite3
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Concatenate, Final, ParamSpec, Self, TypeVar

from sqlalchemy import URL, Connection, CursorResult, Dialect, Engine, Executable, Row, create_engine
from sqlalchemy.engine import RootTransaction
from sqlalchemy.exc import OperationalError, ResourceClosedError
from sqlalchemy.pool import StaticPool

_T = TypeVar("_T", bound=Any)
_P = ParamSpec("_P")

_PATIENCE_S: Final = 30.0
"""How long another process may hold the lock."""
_RETRY_S: Final = 0.01
_PRAGMAS: Final = (
    "journal_mode=WAL",
    # FULL: an acknowledged transaction survives a power cut. A lost one would let us give a sequence number twice.
    "synchronous=FULL",
    "foreign_keys=ON",
    # A transaction that finds the file locked waits by itself, not in here with the loop.
    "busy_timeout=0",
)


class _Buffered(sqlite3.Cursor):
    """Has all rows at once: a query that somebody is still reading would keep its view of the file open."""

    def __init__(self, connection: sqlite3.Connection, /) -> None:
        super().__init__(connection)
        self._rows: deque[Any] = deque()

    def execute(self, sql: str, parameters: Any = (), /) -> Self:
        """Run *sql* and read all that it returns."""
        super().execute(sql, parameters)
        self._rows = deque(super().fetchall())
        return self

    def fetchone(self) -> Any:
        """Return the next row, or None."""
        return self._rows.popleft() if self._rows else None

    def fetchmany(self, size: int | None = None) -> list[Any]:
        """Return the next rows."""
        return [self._rows.popleft() for _ in range(min(size or self.arraysize, len(self._rows)))]

    def fetchall(self) -> list[Any]:
        """Return all rows that are left."""
        rows, self._rows = self._rows, deque()
        return [*rows]

    def __next__(self) -> Any:
        if not self._rows:
            raise StopIteration
        return self._rows.popleft()


class _Raw(sqlite3.Connection):
    """Gives cursors that have all rows at once, or *streams*."""

    streams = False

    def cursor(self, factory: Any = None) -> Any:
        """Return a new cursor."""
        return super().cursor(factory or (sqlite3.Cursor if self.streams else _Buffered))


@dataclass(slots=True)
class _Rows:
    """What ``stream`` returns."""

    result: CursorResult[*tuple[Any, ...]]

    async def partitions(self, size: int | None = None, /) -> AsyncIterator[Sequence[Row[*tuple[Any, ...]]]]:
        """Yield the rows, *size* at a time."""
        for part in self.result.partitions(size):
            yield part
        self.result.close()


@dataclass(slots=True)
class EmbeddedTransaction:
    """Implements ``transaction.Transaction`` on the one connection; when it has ended it refuses everything."""

    _connection: Connection
    _began: RootTransaction
    _streams: list[CursorResult[*tuple[Any, ...]]] = field(default_factory=list)

    @property
    def dialect(self) -> Dialect:
        """SQLite's."""
        return self._connection.dialect

    @property
    def _open(self) -> Connection:
        if not self._began.is_active:
            raise ResourceClosedError("this transaction has ended")
        return self._connection

    async def execute(self, statement: Any, parameters: Any = None) -> CursorResult[*tuple[Any, ...]]:
        """Run *statement*; what it returns is all there."""
        return self._open.execute(statement, parameters)

    async def exec_driver_sql(self, statement: str, parameters: Any = None) -> CursorResult[*tuple[Any, ...]]:
        """Run *statement* as the driver takes it."""
        return self._open.exec_driver_sql(statement, parameters)

    async def stream(self, statement: Executable, parameters: Any = None) -> _Rows:
        """Run *statement*, whose rows are read while they are asked for."""
        raw = raw_of(self._open)
        raw.streams = True
        try:
            rows = _Rows(self._connection.execute(statement, parameters))
        finally:
            raw.streams = False
        self._streams.append(rows.result)
        return rows

    async def run_sync(self, fn: Callable[Concatenate[Connection, _P], _T], *arg: _P.args, **kw: _P.kwargs) -> _T:
        """Call *fn* with SQLAlchemy's connection."""
        return fn(self._open, *arg, **kw)

    @asynccontextmanager
    async def begin_nested(self) -> AsyncIterator[None]:
        """Give a part that can be taken back by itself."""
        with self._open.begin_nested():
            yield

    async def rollback(self) -> None:
        """Take back all of it; nothing more can be asked in it."""
        self.take_back()

    def take_back(self) -> None:
        """Roll back, if that was not done: no disk has a part in it."""
        self.close_streams()
        if self._began.is_active:
            self._began.rollback()

    def close_streams(self) -> None:
        """Let go of what somebody has begun to read and not read to the end."""
        while self._streams:
            self._streams.pop().close()


class Embedded:
    """The one connection; made when it is first asked for, like an engine's. Used by one transaction at a time."""

    def __init__(self, url: URL | str) -> None:
        options = {"factory": _Raw, "check_same_thread": False, "isolation_level": None, "timeout": _PATIENCE_S}
        self.sync_engine: Engine = create_engine(url, poolclass=StaticPool, connect_args=options)
        self._connection: Connection | None = None
        self._disk = ThreadPoolExecutor(1, "sqlite")
        self._committed = 0
        """How many changes the last commit left behind it; those of a rollback count on."""

    @property
    def dialect(self) -> Dialect:
        """SQLite's."""
        return self.sync_engine.dialect

    def held(self) -> Connection:
        """Return the connection."""
        if self._connection is None:
            connection = self.sync_engine.connect()
            for pragma in _PRAGMAS:
                raw_of(connection).execute(f"PRAGMA {pragma}").close()
            self._connection = connection
        return self._connection

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[EmbeddedTransaction]:
        """Open a transaction: committed when the block ends, rolled back when it raises."""
        connection = self.held()
        # Nothing of a transaction that only reads waits for anything: without this, a row of them stops all else.
        await asyncio.sleep(0)
        await _lock(raw_of(connection))
        # What pysqlite's dialect does here is nothing.
        began = connection.begin()
        transaction = EmbeddedTransaction(connection, began)
        try:
            yield transaction
            transaction.close_streams()
            await self._commit(raw_of(connection), began)
        finally:
            transaction.take_back()

    async def _commit(self, raw: sqlite3.Connection, began: RootTransaction) -> None:
        if not began.is_active:
            return
        changes = raw.total_changes
        if changes == self._committed:
            began.commit()
            return
        try:
            await self.in_thread(began.commit)
        except BaseException:
            # On a full disk SQLite leaves the transaction open, and SQLAlchemy waits to be told of its end.
            if raw.in_transaction:
                raw.rollback()
            # Not where it was cancelled, and the disk has it all the same.
            if began.connection.get_transaction() is began:
                began.rollback()
            raise
        self._committed = changes

    async def in_thread(self, work: Callable[[], object]) -> None:
        """Do *work* where it may wait for the disk; nothing else uses the connection before it is over."""
        working = asyncio.get_running_loop().run_in_executor(self._disk, work)
        cancelled = False
        while not working.done():
            try:
                await asyncio.wait((working,))
            except asyncio.CancelledError:
                cancelled = True
        working.result()
        if cancelled:
            raise asyncio.CancelledError

    async def dispose(self) -> None:
        """Close the file; once more does nothing."""
        if self._connection is not None:
            connection, self._connection = self._connection, None
            connection.close()
            await self.in_thread(self.sync_engine.dispose)


def raw_of(connection: Connection) -> _Raw:
    """Return the standard library's connection under SQLAlchemy's."""
    raw = connection.connection.dbapi_connection
    assert isinstance(raw, _Raw)
    return raw


async def _lock(raw: sqlite3.Connection) -> None:
    """Begin, and be the writer; raises :class:`OperationalError` where another process is that for too long."""
    until = asyncio.get_running_loop().time() + _PATIENCE_S
    while True:
        try:
            raw.execute("BEGIN IMMEDIATE").close()
        except sqlite3.Error as exc:
            if exc.sqlite_errorcode != sqlite3.SQLITE_BUSY or asyncio.get_running_loop().time() > until:
                raise OperationalError("BEGIN IMMEDIATE", None, exc) from exc
        else:
            return
        await asyncio.sleep(_RETRY_S)
