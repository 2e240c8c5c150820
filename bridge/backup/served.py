"""A PostgreSQL of our own for as long as a restore or a rehearsal takes, in the folder that is being filled."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from bridge.operate.errors import StartFailed
from bridge.operate.process import Child, spawn, stop, tail
from bridge.operate.services import cluster
from bridge.operate.services.plan import POSTGRESQL, Town, services
from bridge.operate.services.probe import wait_until_ready
from bridge.operate.services.programs import find
from config.sentence import sentence
from config.settings import Backups, Collectivity

_PATIENCE_S: Final = 120
_GRACE_S: Final = 60


@asynccontextmanager
async def own_cluster(collectivity: Collectivity, log: Path) -> AsyncIterator[None]:
    """Make the cluster of *collectivity* with its empty databases, and run it until the block ends.

    Raises ``Missing`` (no PostgreSQL here), ``NotAsRoot`` and ``StartFailed``.
    """
    # Neither Caddy nor where its own backups go is anybody's business here.
    alone = collectivity.model_copy(update={"web": None, "backups": Backups()})
    programs = find(alone)
    assert programs.postgresql is not None
    await asyncio.to_thread(cluster.make, alone, programs.postgresql)
    (service,) = [found for found in services(Town(alone, log, log), programs) if found.name == POSTGRESQL]
    process = await spawn(Child(POSTGRESQL, service.command, log, directory=service.directory))
    try:
        if not await wait_until_ready(service.ready, _PATIENCE_S):
            raise StartFailed(POSTGRESQL, sentence("no answer within {seconds:.0f} s", seconds=_PATIENCE_S), tail(log))
        await asyncio.to_thread(cluster.make_databases, alone, programs.postgresql)
        yield
    finally:
        await stop([process], _GRACE_S)
