"""Migrations: the database is brought to this version's schema at every start."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from bots.database.engine import Database

HERE = Path(__file__).parent / "migrations"


class NewerSchema(Exception):
    """The database was written by a later version of this software: start that one, or restore a backup."""


async def migrate(database: Database) -> None:
    """Bring *database* to the newest schema; do nothing when it is there. Raises :class:`NewerSchema`."""
    async with database.engine.begin() as connection:
        await connection.run_sync(_upgrade)


async def revision(database: Database) -> str | None:
    """Return the revision of the schema that *database* has; None in an empty one."""
    async with database.engine.begin() as connection:
        return await connection.run_sync(_current)


async def bring(database: Database, wanted: str) -> None:
    """Bring *database* to the revision *wanted*, forwards or back; all of it or nothing of it.

    Back, what only later versions know of is lost, and nothing else. Raises :class:`NewerSchema` where *wanted*, or
    what the database has, is not known here.
    """
    async with database.engine.begin() as connection:
        await connection.run_sync(_bring, wanted)


def newest() -> str:
    """Return the revision that this version's code is written for; a migration is a file ``<revision>_<what>.py``."""
    return max(each.name.partition("_")[0] for each in (HERE / "versions").glob("[0-9]*_*.py"))


def _upgrade(connection: Connection) -> None:
    current = _current(connection)
    if current == newest():
        return
    # Only here: Alembic and what it brings are 8 MiB and 0.15 s, and nearly every start finds nothing to do.
    from bots.database.upgrade import knows, upgrade  # noqa: PLC0415

    if current is not None and not knows(current):
        raise NewerSchema(f"the database has schema {current}, which this version does not know")
    upgrade(connection)


def _bring(connection: Connection, wanted: str) -> None:
    current = _current(connection)
    if current == wanted:
        return
    from bots.database.upgrade import downgrade, knows, upgrade  # noqa: PLC0415 - as above

    for told in (current, wanted):
        if told is not None and not knows(told):
            raise NewerSchema(f"this version does not know schema {told}")
    if current is None or current < wanted:
        upgrade(connection, wanted)
    else:
        downgrade(connection, wanted)


def _current(connection: Connection) -> str | None:
    """Return the revision that Alembic has noted in the database, None in an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
