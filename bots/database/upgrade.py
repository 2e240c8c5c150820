"""Alembic, for the one start in many at which there is something to migrate."""

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from bots.database.migrate import HERE


def knows(revision: str) -> bool:
    """Tell whether *revision* is one of this version's or of an earlier one's."""
    return revision in {each.revision for each in ScriptDirectory(str(HERE)).walk_revisions()}


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Run what is missing up to *revision*, the newest by default, over *connection*."""
    command.upgrade(_config(connection), revision)


def downgrade(connection: Connection, revision: str) -> None:
    """Take back what came after *revision*, over *connection*."""
    command.downgrade(_config(connection), revision)


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["connection"] = connection
    return config
