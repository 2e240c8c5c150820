"""The schema is brought to this version's at each start, step by step; an upgrade that goes wrong takes steps back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, func, inspect, select, text

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

Change = Callable[[Connection], None]


@dataclass(frozen=True, slots=True)
class Step:
    """What brings the schema one version *forwards*, and what takes that *back*: what only it knows of is lost."""

    forwards: Change
    back: Change


class NewerSchema(Exception):
    """The database was written by a later version of this software: start that one."""


def _first(connection: Connection) -> None:
    metadata.create_all(connection, [links, blobs, leases, events, schema])


def _nothing(connection: Connection) -> None:
    metadata.drop_all(connection, [links, blobs, leases, events])


def _boxes(connection: Connection) -> None:
    metadata.create_all(connection, [boxes, deposits, parts])


def _no_boxes(connection: Connection) -> None:
    metadata.drop_all(connection, [boxes, deposits, parts])


def _waiting(connection: Connection) -> None:
    # Each two seconds it is asked what waits, of all deposits of a year.
    connection.execute(text(f"CREATE INDEX IF NOT EXISTS {_WAITING} ON share_deposits (collected, box, kept)"))


def _not_waiting(connection: Connection) -> None:
    connection.execute(text(f"DROP INDEX IF EXISTS {_WAITING}"))


_WAITING: Final = "ix_share_deposits_collected"
STEPS: Final[Sequence[Step]] = (Step(_first, _nothing), Step(_boxes, _no_boxes), Step(_waiting, _not_waiting))
"""One for each version; a change is a new one at the end, in SQL of its own, and no step is ever edited."""


async def prepare(database: Database) -> None:
    """Bring *database* to the newest schema; raises :class:`NewerSchema`."""
    async with database.begin() as transaction:
        await transaction.run_sync(_advance)


async def version(database: Database) -> int:
    """Return the version of the schema that *database* has; 0 where it has none."""
    async with database.begin() as transaction:
        return await transaction.run_sync(_version)


async def bring(database: Database, wanted: int) -> None:
    """Bring *database* to the version *wanted*, forwards or back, all of it or nothing; raises :class:`NewerSchema`."""
    async with database.begin() as transaction:
        await transaction.run_sync(_bring, wanted)


def _advance(connection: Connection) -> None:
    _bring(connection, len(STEPS))


def _bring(connection: Connection, wanted: int) -> None:
    known = _version(connection)
    if max(known, wanted) > len(STEPS):
        raise NewerSchema(f"the share server's database has schema {known}, this version knows {len(STEPS)}")
    for number, step in enumerate(STEPS[known:wanted], known + 1):
        step.forwards(connection)
        connection.execute(schema.insert().values(version=number))
    for number in range(known, wanted, -1):
        STEPS[number - 1].back(connection)
        connection.execute(schema.delete().where(schema.c.version == number))


def _version(connection: Connection) -> int:
    if not inspect(connection).has_table(schema.name):
        return 0
    return connection.execute(select(func.max(schema.c.version))).scalar() or 0
