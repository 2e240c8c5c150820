"""One database, embedded (SQLite) or served (PostgreSQL), behind one kind of transaction."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy import MetaData, Table, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bots.database.away import is_away
from bots.database.embedded import Embedded
from bots.database.errors import DatabaseAway
from bots.database.storable import check_values
from bots.database.transaction import Transaction

__all__ = ["Database", "Transaction", "insert", "metadata"]

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)
"""Every package declares its tables on this object, in its own ``tables.py``."""


@dataclass(slots=True)
class _Inside:
    """The transaction in which something runs, and the task that has opened it."""

    transaction: Transaction
    task: "asyncio.Task[Any] | None"
    open: bool = True


def insert(transaction: Transaction, table: Table) -> Any:
    """Return an INSERT that can say ``on_conflict_…``: two dialects, one interface, no common class."""
    return sqlite.insert(table) if transaction.dialect.name == "sqlite" else postgresql.insert(table)


class Database:
    """The assistant's database.

    SQLite has one writer, so transactions queue on a lock here instead of failing with "database is locked" there.
    """

    def __init__(self, engine: AsyncEngine | Embedded) -> None:
        self._engine = engine
        self._inside: ContextVar[_Inside | None] = ContextVar("inside", default=None)
        event.listen(engine.sync_engine, "before_cursor_execute", _check)
        self._writer = asyncio.Lock() if engine.dialect.name == "sqlite" else None

    @classmethod
    def open(cls, url: str) -> Self:
        """Open ``sqlite:///path``, ``sqlite://`` (memory) or ``postgresql://…``; nothing is created or migrated yet."""
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            _keep_private(parsed.database)
            return cls(Embedded(parsed.set(drivername="sqlite")))
        served = parsed.set(drivername="postgresql+asyncpg")
        return cls(create_async_engine(served, pool_size=5, max_overflow=5, pool_pre_ping=True))

    @property
    def engine(self) -> AsyncEngine | Embedded:
        """What connects, for migrations."""
        return self._engine

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Transaction]:
        """Open a transaction: committed when the block ends, rolled back when it raises.

        Raises :class:`DatabaseAway` where the same may succeed later, and :class:`Unstorable` from a statement with a
        value that no database takes. Not inside another one, which with one writer would wait for itself: see
        :meth:`joined`.
        """
        outer = self._inside.get()
        if outer is not None and outer.open and outer.task is asyncio.current_task():
            raise RuntimeError("a transaction inside another")
        try:
            async with AsyncExitStack() as stack:
                if self._writer is not None:
                    await stack.enter_async_context(self._writer)
                transaction = await self._connected(stack)
                with self._entered(transaction):
                    yield transaction
        except DBAPIError as exc:
            if is_away(exc):
                raise DatabaseAway(str(exc.orig)) from exc
            raise

    @asynccontextmanager
    async def joined(self) -> AsyncIterator[Transaction]:
        """Give the transaction in which this is asked for, where one is open, else one of its own (:meth:`begin`)."""
        outer = self._inside.get()
        if outer is not None and outer.open:
            yield outer.transaction
            return
        async with self.begin() as transaction:
            yield transaction

    @contextmanager
    def _entered(self, transaction: Transaction) -> Iterator[None]:
        inside = _Inside(transaction, asyncio.current_task())
        before = self._inside.get()
        self._inside.set(inside)
        try:
            yield
        finally:
            # Tasks that were begun inside may outlive it.
            inside.open = False
            self._inside.set(before)

    async def _connected(self, stack: AsyncExitStack) -> Transaction:
        try:
            opening: AbstractAsyncContextManager[Transaction] = self._engine.begin()
            return await stack.enter_async_context(opening)
        except (DBAPIError, OSError, NoConnectionFree) as exc:
            # asyncpg lets the socket's own errors through. Nothing has been asked yet: nobody's statement is at fault.
            raise DatabaseAway(type(exc).__name__) from exc

    async def close(self) -> None:
        """Close all connections."""
        await self._engine.dispose()


def _check(_connection: Any, _cursor: Any, _statement: str, values: Any, _context: Any, many: bool) -> None:
    for row in values if many else (values,):
        check_values(row.values() if isinstance(row, Mapping) else row)


def _keep_private(file: str | None) -> None:
    """Make the file readable by its owner only, before anything is in it; what SQLite puts beside it is as it is."""
    if file and file != ":memory:":
        with suppress(FileExistsError, FileNotFoundError):
            os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
