"""Alembic, for the one start in many at which there is something to migrate."""

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from bots.database.migrate import HERE


def knows(revision: str) -> bool:
    """Tell whether *revision* is one of this version's or of an earlier one's."""
    return revision in {each.revision for each in ScriptDirectory(str(HERE)).walk_revisions()}


def upgrade(connection: Connection) -> None:
    """Run what is missing up to the newest revision, over *connection*."""
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
