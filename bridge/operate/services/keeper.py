"""Keeps a town's processes running: starts each once those that it needs are ready, and ends them in turn."""

import asyncio
import signal
from collections.abc import Coroutine, Sequence
from dataclasses import replace
from typing import Any

import aiohttp

from bridge.operate.errors import OperateError, StartFailed
from bridge.operate.private import keep_private
from bridge.operate.process import Child, Roster, tail
from bridge.operate.services import cluster, progress
from bridge.operate.services.plan import POSTGRESQL, Service, Town, services
from bridge.operate.services.preparation import prepare
from bridge.operate.services.probe import answers
from bridge.operate.services.programs import Programs, find
from bridge.operate.services.progress import Progress
from bridge.operate.supervisor import Died, Notice, Supervisor, sole_owner
from config.errors import ConfigError
from config.federation import Federation

_POLL_S = 0.1
_PATIENCE_S = 180.0
_DEATHS = 3
"""Whoever has died so often before it was ready will not be ready."""
_GRACE_S = 20.0
"""Longer than the demo's: PostgreSQL writes out what it holds, and Synapse ends its transactions."""
ROSTER = "processes"


class Keeper:
    """One run of a town with the driver ``process``."""

    def __init__(self, town: Town, federation: Federation) -> None:
        self._town = town
        self._federation = federation
        self._folder = town.collectivity.paths.run
        self._progress = Progress("starting", progress.own_identity())
        self._ready: dict[str, asyncio.Event] = {}

    async def run(self) -> None:
        """Run until SIGTERM or SIGINT.

        Raises ``DirectoryInUse`` where it is being run already; ``OperateError``, ``ConfigError`` or ``OSError`` when
        the town does not come up, and then nothing of it is left running.
        """
        ended = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, ended.set)
        keep_private()
        with sole_owner(self._folder):
            self._write()
            Roster.clear(self._folder / ROSTER)
            try:
                await self._keep(ended)
            except (OperateError, ConfigError, OSError) as error:
                self._write(phase="failed", reason=str(error))
                raise

    async def _keep(self, ended: asyncio.Event) -> None:
        programs = find(self._town.collectivity)
        await asyncio.to_thread(prepare, self._town, self._federation, programs)
        plan = services(self._town, programs)
        async with Supervisor(self._folder / ROSTER, self._tell) as supervisor:
            try:
                await _unless(ended, self._start(plan, programs, supervisor))
                if not ended.is_set():
                    self._write(phase="up")
                    await ended.wait()
                self._write(phase="stopping")
            finally:
                await _end(plan, supervisor)

    async def _start(self, plan: Sequence[Service], programs: Programs, supervisor: Supervisor) -> None:
        self._ready = {service.name: asyncio.Event() for service in plan}
        async with aiohttp.ClientSession() as http, asyncio.TaskGroup() as starting:
            for service in plan:
                starting.create_task(self._start_one(service, programs, supervisor, http))

    async def _start_one(
        self, service: Service, programs: Programs, supervisor: Supervisor, http: aiohttp.ClientSession
    ) -> None:
        for name in service.after:
            await self._ready[name].wait()
        child = self._child(service)
        await supervisor.start(child)
        try:
            async with asyncio.timeout(_PATIENCE_S):
                while not await answers(http, service.ready):
                    if self._progress.deaths.get(service.name, 0) >= _DEATHS:
                        raise StartFailed(service.name, "it has stopped", tail(child.log))
                    await asyncio.sleep(_POLL_S)
        except TimeoutError as error:
            raise StartFailed(service.name, f"no answer within {_PATIENCE_S:.0f} s", tail(child.log)) from error
        if service.name == POSTGRESQL and programs.postgresql is not None:
            await asyncio.to_thread(cluster.make_databases, self._town.collectivity, programs.postgresql)
        self._ready[service.name].set()
        self._write(ready=(*self._progress.ready, service.name))

    def _child(self, service: Service) -> Child:
        service.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        return Child(
            service.name,
            service.command,
            self._town.collectivity.paths.logs / f"{service.name}.log",
            service.environment,
            service.directory,
        )

    def _tell(self, notice: Notice) -> None:
        if isinstance(notice, Died):
            deaths = {**self._progress.deaths, notice.name: self._progress.deaths.get(notice.name, 0) + 1}
            self._write(deaths=deaths)

    def _write(self, **changes: object) -> None:
        self._progress = replace(self._progress, **changes)  # type: ignore[arg-type] # the fields' own types
        progress.write(self._folder, self._progress)


async def _unless(ended: asyncio.Event, work: Coroutine[Any, Any, None]) -> None:
    """Do *work*, or as much of it as can be done until *ended*; raises what it raises, without a group around it."""
    working, ending = asyncio.create_task(work), asyncio.create_task(ended.wait())
    try:
        await asyncio.wait([working, ending], return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            await working
    except* (OperateError, ConfigError, OSError) as group:
        raise group.exceptions[0] from group
    finally:
        working.cancel()
        ending.cancel()
        await asyncio.gather(working, ending, return_exceptions=True)


async def _end(plan: Sequence[Service], supervisor: Supervisor) -> None:
    """End each once all that need it have ended: nobody loses what somebody else was about to write."""
    left = list(plan)
    while left:
        needed = {name for service in left for name in service.after}
        leaving = [service for service in left if service.name not in needed]
        await asyncio.gather(*(supervisor.end(service.name, service.farewell, grace=_GRACE_S) for service in leaving))
        left = [service for service in left if service.name in needed]
