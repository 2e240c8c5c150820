"""Copies of databases that are being written to, without what must never come back from the past.

SQLite by its online backup; PostgreSQL by pg_dump, in the very snapshot in which we count.
"""

import asyncio
import sqlite3
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bots.database.engine import Database, Transaction
from bots.database.errors import DatabaseAway
from bridge.backup.errors import NotEmpty, ToolFailed, Uncopied
from bridge.operate.private import write_private
from bridge.operate.services.programs import of_postgresql

SYNAPSE_LEFT_OUT: Final = ("e2e_one_time_keys_json",)
"""A one-time key that is handed out twice leaves somebody unheard. Source: Synapse, "Backups"."""
ASSISTANT_LEFT_OUT: Final = ("crypto_account", "crypto_olm_session", "crypto_wedged", "register_source")
"""An old Olm account repeats its ratchets; an old source repeats sequence numbers that partners have seen."""
_TIMEOUT = 4 * 3600

Count = Callable[[Transaction], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Live:
    """A database in use: ``sqlite`` in *file*, or the ``postgresql://`` *url*; *left_out* are tables without rows."""

    name: str
    url: str
    file: Path
    left_out: Collection[str]

    @property
    def embedded(self) -> bool:
        """Whether it is SQLite."""
        return self.url == "sqlite"

    @property
    def dump(self) -> str:
        """Where its dump stands in a backup, when it is PostgreSQL."""
        return f"databases/{self.name}.dump"


async def copy(live: Live, stage: Path, place: str, count: Count) -> None:
    """Copy *live* below *stage* (SQLite: at *place*), and have *count* look at exactly what was copied.

    Raises ``BackupError``.
    """
    try:
        if live.embedded:
            await _copy_embedded(live, stage / place, count)
        else:
            await _dump(live, stage / live.dump, count)
    except (DatabaseAway, DBAPIError, sqlite3.DatabaseError) as exc:
        raise Uncopied(live.name, str(exc).partition("\n")[0]) from exc


async def _copy_embedded(live: Live, target: Path, count: Count) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not live.file.is_file():
        return
    write_private(target, b"")
    await asyncio.to_thread(_backup, live.file, target)
    async with opened(f"sqlite:///{target}") as transaction:
        await count(transaction)
    await asyncio.to_thread(_strip, target, live.left_out)


def _backup(source: Path, target: Path) -> None:
    with closing(reading_only(source)) as reading, closing(sqlite3.connect(target)) as writing:
        # All pages in one step: writers wait for as long as reading the file takes, and nobody starts it anew.
        reading.backup(writing)


def reading_only(path: Path) -> sqlite3.Connection:
    """Open a SQLite file that others write to; nothing of it is changed."""
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=60)


def _strip(path: Path, tables: Collection[str]) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        there = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        for table in there.intersection(tables):
            database.execute(f'DELETE FROM "{table}"')  # noqa: S608 - our own words
        database.execute("PRAGMA journal_mode=DELETE")
        # What was deleted must not lie about in free pages.
        database.execute("VACUUM")
        found = [row[0] for row in database.execute("PRAGMA quick_check(1)")]
    if found != ["ok"]:
        raise ToolFailed("sqlite", str(found[:1]))


async def _dump(live: Live, target: Path, count: Count) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(target, b"")
    async with opened(live.url) as transaction:
        await transaction.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
        snapshot = (await transaction.execute(text("SELECT pg_export_snapshot()"))).scalar_one()
        await count(transaction)
        left_out = [f"--exclude-table-data={table}" for table in live.left_out]
        command = ("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", *left_out)
        await asyncio.to_thread(run, (*command, f"--file={target}", f"--dbname={live.url}"))


async def restore_dump(dump: Path, url: str) -> None:
    """Read *dump* into the empty database *url*, all of it or nothing; raises :class:`NotEmpty` and ``ToolFailed``."""
    async with opened(url) as transaction:
        tables = text("SELECT count(*) FROM pg_catalog.pg_tables WHERE schemaname = 'public'")
        if (await transaction.execute(tables)).scalar_one():
            raise NotEmpty(url)
    command = ("pg_restore", "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error")
    await asyncio.to_thread(run, (*command, f"--dbname={url}", str(dump)))


def run(command: Sequence[str], environment: dict[str, str] | None = None) -> str:
    """Run *command* and return what it prints; raises :class:`ToolFailed` with its last words."""
    program = of_postgresql(command[0])
    if program is None:
        raise ToolFailed(command[0], "not installed")
    done = subprocess.run(  # noqa: S603 - our own words, no shell
        (str(program), *command[1:]), capture_output=True, text=True, check=False, timeout=_TIMEOUT, env=environment
    )
    if done.returncode != 0:
        raise ToolFailed(command[0], " ".join(done.stderr.split())[-500:])
    return done.stdout


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Transaction]:
    """Open one transaction on *url* and close everything after it."""
    database = Database.open(url)
    try:
        async with database.begin() as transaction:
            yield transaction
    finally:
        await database.close()
