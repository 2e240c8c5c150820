"""Which processes of a town run, whoever keeps them: all of the one list."""

import asyncio
from collections.abc import Mapping

import aiohttp

from bridge.operate.process import Roster
from bridge.operate.services.keeping.keeper import ROSTER
from bridge.operate.services.plan import CADDY, POSTGRESQL, Answering, Service, Town, services
from bridge.operate.services.probe import answers, speaks
from bridge.operate.services.programs import needed

_PATIENCE_S = 5.0


async def running(town: Town) -> Mapping[str, int | bool | None]:
    """Return each process's pid; True for one that answers under a pid unknown to us, None for one that does not."""
    collectivity = town.collectivity
    alive = {name: found.pid for name, found in Roster.read(collectivity.paths.run / ROSTER).items()}
    plan = services(town, needed(collectivity))
    async with aiohttp.ClientSession() as http:
        there = await asyncio.gather(*(_is_there(http, service) for service in plan))
    found = {service.name: alive.get(service.name) or yes or None for service, yes in zip(plan, there, strict=True)}
    # What is not even installed here is in no list.
    wanted = ((POSTGRESQL, collectivity.owns_postgresql), (CADDY, collectivity.web is not None))
    return found | {name: None for name, needs in wanted if needs and name not in found}


async def _is_there(http: aiohttp.ClientSession, service: Service) -> bool:
    if isinstance(service.ready, Answering):
        # Whoever says that it is not well runs.
        return await speaks(http, service.ready.url, _PATIENCE_S)
    return await answers(http, service.ready)
