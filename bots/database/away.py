"""Which of the drivers' errors say that the database is away, and which that a statement is refused."""

import sqlite3
from typing import Final

from sqlalchemy.exc import DBAPIError

# All that SQLite may say of the file, the disk or another process. The rest (SQLITE_ERROR, TOOBIG, CONSTRAINT,
# MISMATCH, MISUSE, RANGE) it says of the statement.
_SQLITE_AWAY: Final = frozenset(
    {
        *(sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR),
        *(sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_PROTOCOL),
        *(sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_PERM),
    }
)
# Classes of PostgreSQL's SQLSTATE (its appendix A): connection, transaction rollback (deadlock, serialization),
# resources (disk, memory, connections), operator intervention, system, corrupted; and single codes: a standby that
# takes no writes, a lock that was not to be had.
_SQLSTATES_AWAY: Final = ("08", "40", "53", "57", "58", "XX001", "XX002", "25006", "55P03")


def is_away(error: DBAPIError) -> bool:
    """Tell whether *error* says something of the database, and nothing of the statement.

    Not by the class: SQLite's ``OperationalError`` is also a missing table, asyncpg's ``InterfaceError`` also a number
    that is too large or half a surrogate pair.
    """
    if error.connection_invalidated:
        return True
    code: int | None = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in _SQLITE_AWAY
    state: str | None = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return state.startswith(_SQLSTATES_AWAY)
    # The embedded driver's own words for a connection that was closed have no code.
    return isinstance(error.orig, sqlite3.OperationalError)
