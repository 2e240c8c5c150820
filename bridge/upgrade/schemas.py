"""The schemas of a town's two databases: which they have, and how they are brought to others."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from bots.database.engine import Database
from bots.database.migrate import bring, newest, revision
from bridge.backup.served import own_cluster
from bridge.backup.staging import Town
from bridge.share.store import schema as share_schema


@dataclass(frozen=True, slots=True)
class Schemas:
    """The revision of the assistant's schema, and the version of the share server's."""

    assistant: str
    share: int

    def words(self) -> tuple[str, ...]:
        """Return what ``beffroi schema`` is asked with."""
        return ("schema", "--to", self.assistant, "--share", str(self.share))


NEWEST: Final = Schemas(newest(), len(share_schema.STEPS))
"""What this version's code is written for."""


async def schemas(town: Town) -> Schemas:
    """Return what both databases have now."""
    async with (
        opened(town.collectivity.database_url) as assistant,
        opened(town.collectivity.share_database_url) as share,
    ):
        return Schemas(await revision(assistant) or newest(), await share_schema.version(share))


async def bring_to(town: Town, schema: Schemas) -> None:
    """Bring both databases to *schema*, forwards or back."""
    async with (
        opened(town.collectivity.database_url) as assistant,
        opened(town.collectivity.share_database_url) as share,
    ):
        await bring(assistant, schema.assistant)
        await share_schema.bring(share, schema.share)


async def bring_alone(town: Town, schema: Schemas) -> None:
    """Bring both databases to *schema* while nothing of the town runs, its PostgreSQL neither."""
    if town.collectivity.owns_postgresql:
        async with own_cluster(town.collectivity, town.collectivity.paths.logs / "postgresql.log"):
            await bring_to(town, schema)
    else:
        await bring_to(town, schema)


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    """Open the database at *url*, and close it when the block ends."""
    database = Database.open(url)
    try:
        yield database
    finally:
        await database.close()
