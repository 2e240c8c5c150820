"""The schema is brought to this version's at each start, step by step."""

from collections.abc import Callable, Sequence
from typing import Final

from sqlalchemy import Connection, func, inspect, select

from bots.database.engine import Database
from bridge.share.store.tables import (
    blobs,
    boxes,
    deposits,
    events,
    leases,
    links,
    metadata,
    parts,
    schema,
)

Step = Callable[[Connection], None]


class NewerSchema(Exception):
    """The database was written by a later version of this software: start that one."""


def _first(connection: Connection) -> None:
    metadata.create_all(connection, [links, blobs, leases, events, schema])


def _boxes(connection: Connection) -> None:
    metadata.create_all(connection, [boxes, deposits, parts])


STEPS: Final[Sequence[Step]] = (_first, _boxes)
"""One for each version; a change is a new one at the end, in SQL of its own, and no step is ever edited."""


async def prepare(database: Database) -> None:
    """Bring *database* to the newest schema; raises :class:`NewerSchema`."""
    async with database.begin() as transaction:
        await transaction.run_sync(_advance)


def _advance(connection: Connection) -> None:
    known = _version(connection)
    if known > len(STEPS):
        raise NewerSchema(f"the share server's database has schema {known}, this version knows {len(STEPS)}")
    for number, step in enumerate(STEPS[known:], known + 1):
        step(connection)
        connection.execute(schema.insert().values(version=number))


def _version(connection: Connection) -> int:
    if not inspect(connection).has_table(schema.name):
        return 0
    return connection.execute(select(func.max(schema.c.version))).scalar() or 0
