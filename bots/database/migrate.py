"""Migrations: the database is brought to this version's schema at every start."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from bots.database.engine import Database

_HERE = Path(__file__).parent / "migrations"


class NewerSchema(Exception):
    """The database was written by a later version of this software: start that one, or restore a backup."""


async def migrate(database: Database) -> None:
    """Bring *database* to the newest schema; do nothing when it is there. Raises :class:`NewerSchema`."""
    async with database.engine.begin() as connection:
        await connection.run_sync(_upgrade)


def _upgrade(connection: Connection) -> None:
    script = ScriptDirectory(str(_HERE))
    current = MigrationContext.configure(connection).get_current_revision()
    if current is not None and current not in {each.revision for each in script.walk_revisions()}:
        raise NewerSchema(f"the database has schema {current}, which this version does not know")
    if current == script.get_current_head():
        return
    config = Config()
    config.set_main_option("script_location", str(_HERE))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
