"""One database, embedded (SQLite) or served (PostgreSQL), behind one kind of transaction."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Self

from sqlalchemy import MetaData, Table, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import StaticPool

from bots.database.embedded import connect

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)
"""Every package declares its tables on this object, in its own ``tables.py``."""

Transaction = AsyncConnection
"""An open transaction: what all ``store`` functions take, so that several packages commit together."""


def insert(transaction: Transaction, table: Table) -> Any:
    """Return an INSERT that can say ``on_conflict_…``: two dialects, one interface, no common class."""
    return sqlite.insert(table) if transaction.dialect.name == "sqlite" else postgresql.insert(table)


class Database:
    """The assistant's database.

    SQLite has one writer, so transactions queue on a lock here instead of failing with "database is locked" there.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._writer = asyncio.Lock() if engine.dialect.name == "sqlite" else None

    @classmethod
    def open(cls, url: str) -> Self:
        """Open ``sqlite:///path``, ``sqlite://`` (memory) or ``postgresql://…``; nothing is created or migrated yet."""
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            return cls(_embedded(parsed.set(drivername="sqlite+aiosqlite")))
        served = parsed.set(drivername="postgresql+asyncpg")
        return cls(create_async_engine(served, pool_size=5, max_overflow=5, pool_pre_ping=True))

    @property
    def engine(self) -> AsyncEngine:
        """The SQLAlchemy engine, for migrations."""
        return self._engine

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Transaction]:
        """Open a transaction: committed when the block ends, rolled back when it raises."""
        if self._writer is None:
            async with self._engine.begin() as transaction:
                yield transaction
            return
        async with self._writer, self._engine.begin() as transaction:
            yield transaction

    async def close(self) -> None:
        """Close all connections."""
        await self._engine.dispose()


def _embedded(url: Any) -> AsyncEngine:
    # One connection for the whole process: begin() queues, and a memory database stays alive.
    engine = create_async_engine(url, poolclass=StaticPool, connect_args={"timeout": 30, "async_creator_fn": connect})

    @event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        # FULL: an acknowledged transaction survives a power cut. A lost one would let us give a sequence number twice.
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        # A transaction that finds the file locked waits in a thread (embedded.py), not here.
        cursor.execute("PRAGMA busy_timeout=0")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
