"""Keeps a town's processes running: starts each once those that it needs are ready, and ends them in turn."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import Any

import aiohttp

from bridge.operate.errors import OperateError, StartFailed
from bridge.operate.private import keep_private
from bridge.operate.process import Child, tail
from bridge.operate.services import cluster, presence
from bridge.operate.services.door import INSIDE_S
from bridge.operate.services.keeping import progress, succession
from bridge.operate.services.keeping.inheritance import Inheritance, digest
from bridge.operate.services.keeping.progress import Progress
from bridge.operate.services.keeping.rotation import keep_small
from bridge.operate.services.keeping.succession import Successor
from bridge.operate.services.keeping.timekeeping import Timekeeper
from bridge.operate.services.keeping.vigil import Pace, keep_vigil
from bridge.operate.services.plan import POSTGRESQL, ROOT, Listening, Service, Town, services
from bridge.operate.services.preparation import prepare
from bridge.operate.services.probe import answers
from bridge.operate.services.programs import Programs, find
from bridge.operate.supervisor import Died, Notice, Supervisor, sole_owner
from config.errors import ConfigError
from config.federation import Federation
from config.sentence import sentence

_POLL_S = 0.1
_PATIENCE_S = 180.0
_DEATHS = 3
"""Whoever has died so often before it was ready will not be ready."""
_GRACE_S = 20.0
"""Longer than the demo's: PostgreSQL writes out what it holds, and Synapse ends its transactions."""
_SETTLING_S = 0.5
"""Whoever cannot open its next port has ended within this."""
ROSTER = "processes"


class Keeper:
    """One run of a town with the driver ``process``."""

    def __init__(self, town: Town, federation: Federation, say: Callable[[BaseException], str] = str) -> None:
        """*say* puts what is wrong into the words of whoever reads how far the start has come."""
        self._say = say
        self._town = town
        self._federation = federation
        self._folder = town.collectivity.paths.run
        self._progress = Progress("starting", progress.own_identity(), root=str(ROOT), python=sys.executable)
        self._ready: dict[str, asyncio.Event] = {}
        self._called = asyncio.Event()

    async def run(self) -> None:
        """Run until SIGTERM or SIGINT; SIGHUP has another version take over, where one was ordered (``succession``).

        Raises ``DirectoryInUse`` where it is being run already; ``OperateError``, ``ConfigError`` or ``OSError`` when
        the town does not come up, and then nothing of it is left running.
        """
        ended = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, ended.set)
        loop.add_signal_handler(signal.SIGHUP, self._called.set)
        keep_private()
        with sole_owner(self._folder):
            self._write()
            try:
                await self._keep(ended)
            except (OperateError, ConfigError, OSError) as error:
                self._write(phase="failed", reason=self._say(error))
                raise

    async def _keep(self, ended: asyncio.Event) -> None:
        found = Inheritance.take(self._folder / ROSTER)
        order = succession.ordered(self._folder) if found.children else None
        succession.settle(self._folder)
        async with Supervisor(self._folder / ROSTER, self._tell) as supervisor:
            plan: Sequence[Service] = ()
            try:
                found.hand(supervisor, self._town.collectivity.paths.logs)
                plan = await self._come_up(ended, found, order, supervisor)
                logs, pace = self._town.collectivity.paths.logs, Pace.of(self._town.collectivity.watch)
                async with beside(Timekeeper(self._town).run(), keep_small(logs), keep_vigil(plan, supervisor, pace)):
                    await self._stay(ended)
                self._write(phase="stopping")
            finally:
                await _end(plan, supervisor)

    async def _come_up(
        self, ended: asyncio.Event, found: Inheritance, order: Successor | None, supervisor: Supervisor
    ) -> Sequence[Service]:
        """Have everything run, and return what that is; an heir that fails at it stays, with what does run."""
        plan: Sequence[Service] = ()
        try:
            programs = find(self._town.collectivity)
            plan = services(self._town, programs)
            before = {service.name: digest(service) for service in plan}
            await asyncio.to_thread(prepare, self._town, self._federation, programs)
            kept = {service.name for service in plan if found.runs(service) and digest(service) == before[service.name]}
            await _unless(ended, self._start(plan, programs, supervisor, found, kept, order))
            if not ended.is_set():
                presence.note(self._town.collectivity)
                self._write(phase="up")
        except (OperateError, ConfigError, OSError) as error:
            if order is None:
                raise
            # Whoever has ordered it looks, and orders the old version back; people are served meanwhile.
            self._write(phase="held", reason=self._say(error))
            for service in plan:
                if service.door is not None:
                    service.door.open()
        return plan

    async def _stay(self, ended: asyncio.Event) -> None:
        """Return once it is to end; become somebody else once that was ordered."""
        while not ended.is_set():
            self._called.clear()
            order = succession.ordered(self._folder)
            if order is not None:
                self._become(order)
            await _first(ended, self._called)

    def _become(self, order: Successor) -> None:
        """Be *order* from now on: this does not return, and no child of ours notices."""
        asyncio.get_running_loop().remove_signal_handler(signal.SIGHUP)
        # Ignored until the heir listens for it; what is ignored stays so over execve(2).
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        files = ("--config", str(self._town.settings), "--federation", str(self._town.members))
        os.execv(order.python, (order.python, order.program, "up", "--foreground", *files))  # noqa: S606 - no shell

    async def _start(
        self,
        plan: Sequence[Service],
        programs: Programs,
        supervisor: Supervisor,
        found: Inheritance,
        kept: Collection[str],
        order: Successor | None,
    ) -> None:
        self._ready = {service.name: asyncio.Event() for service in plan}
        self._write(ready=())
        await self._clear(plan, supervisor, found, kept)
        if order is not None and order.between:
            await self._between(order.between)
        async with aiohttp.ClientSession() as http, asyncio.TaskGroup() as starting:
            for service in plan:
                if service.name in kept:
                    supervisor.amend(self._child(service))
                    self._is_ready(service)
                else:
                    starting.create_task(self._start_one(service, programs, supervisor, http))

    async def _clear(
        self, plan: Sequence[Service], supervisor: Supervisor, found: Inheritance, kept: Collection[str]
    ) -> None:
        """End what is no longer wanted, and what stands on our schema: the others are ended when they are exchanged."""
        wanted = {service.name for service in plan}
        leaving = [service for service in plan if service.migrates and service.name not in kept]
        await _end(leaving, supervisor)
        await asyncio.gather(*(supervisor.end(name, grace=_GRACE_S) for name in found.children.keys() - wanted))

    async def _between(self, command: Sequence[str]) -> None:
        done = await asyncio.create_subprocess_exec(
            *command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        told, _ = await done.communicate()
        if done.returncode != 0:
            unchanged = sentence("it could not be changed")
            raise StartFailed("schema", unchanged, told.decode("utf-8", "replace")[-2000:].strip())

    async def _start_one(
        self, service: Service, programs: Programs, supervisor: Supervisor, http: aiohttp.ClientSession
    ) -> None:
        for name in service.after:
            await self._ready[name].wait()
        if service.name in supervisor.pids():
            if service.door is not None:
                await service.door.shut(INSIDE_S)
            await supervisor.end(service.name, service.farewell, grace=_GRACE_S)
        child = self._child(service)
        await supervisor.start(child)
        try:
            async with asyncio.timeout(_PATIENCE_S):
                while not await self._is_there(service, supervisor, http):
                    if self._progress.deaths.get(service.name, 0) >= _DEATHS:
                        raise StartFailed(service.name, sentence("it has stopped"), tail(child.log))
                    await asyncio.sleep(_POLL_S)
        except TimeoutError as error:
            late = sentence("no answer within {seconds:.0f} s", seconds=_PATIENCE_S)
            raise StartFailed(service.name, late, tail(child.log)) from error
        if service.name == POSTGRESQL and programs.postgresql is not None:
            await asyncio.to_thread(cluster.make_databases, self._town.collectivity, programs.postgresql)
        self._is_ready(service)

    async def _is_there(self, service: Service, supervisor: Supervisor, http: aiohttp.ClientSession) -> bool:
        """Tell whether it is ready; one that only listens may have another port to open, and end when it cannot."""
        if not await answers(http, service.ready):
            return False
        if isinstance(service.ready, Listening):
            found = supervisor.pids().get(service.name)
            await asyncio.sleep(_SETTLING_S)
            return found is not None and supervisor.pids().get(service.name) == found
        return True

    def _is_ready(self, service: Service) -> None:
        if service.door is not None:
            service.door.open()
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
            # On a full disk it is counted all the same, and written down the next time.
            with suppress(OSError):
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
    except ExceptionGroup as group:
        # Not by `except*`: what is raised within it Python 3.11.2, Debian 12's, wraps into a group again.
        known, others = group.split((OperateError, ConfigError, OSError))
        if known is None or others is not None:
            raise
        raise known.exceptions[0] from group
    finally:
        working.cancel()
        ending.cancel()
        await asyncio.gather(working, ending, return_exceptions=True)


@asynccontextmanager
async def beside(*work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Have *work* done until the block ends."""
    tasks = [asyncio.create_task(each) for each in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _first(*events: asyncio.Event) -> None:
    """Return once one of *events* is set."""
    waiting = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


async def _end(plan: Sequence[Service], supervisor: Supervisor) -> None:
    """End each once all that need it have ended: nobody loses what somebody else was about to write."""
    left = list(plan)
    while left:
        needed = {name for service in left for name in service.after}
        leaving = [service for service in left if service.name not in needed]
        await asyncio.gather(*(supervisor.end(service.name, service.farewell, grace=_GRACE_S) for service in leaving))
        left = [service for service in left if service.name in needed]
