"""A whole town as ``up`` runs it: every process of the one list, behind its Caddy, and what each of them costs."""

import asyncio
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import psutil

from bridge.operate.process import Child, spawn, stop, tail
from bridge.operate.services.plan import Service, services
from bridge.operate.services.plan import Town as Plan
from bridge.operate.services.preparation import prepare
from bridge.operate.services.probe import wait_until_ready
from bridge.operate.services.programs import find
from bridge.operate.synapse import Account, Homeserver, log_in, register
from config.load import load_both
from config.secrets import Secrets
from config.settings import Collectivity
from tests.bench.parts._town import compiled
from tests.postgres import Cluster, running_cluster
from tests.trial import make

_PATIENCE_S = 180
_AT_ONCE = 4
_MIB = 1024 * 1024
_CLUSTER: Mapping[str, str] = {"listen_addresses": ""}
"""PostgreSQL as it comes, and as a town of ours runs it: what is said to be written is on the disk."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a process and its children have used so far (*cpu_s*), and hold now (*mib*, each shared page once)."""

    cpu_s: float
    mib: float

    @classmethod
    def of(cls, pid: int) -> "Cost":
        """Look now."""
        root = psutil.Process(pid)
        cpu = memory = 0.0
        for process in (root, *root.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                used = process.cpu_times()
                cpu += used.user + used.system + (used.children_user + used.children_system if process == root else 0)
                memory += process.memory_full_info().pss / _MIB
        return cls(cpu, memory)


class Processes:
    """The processes of one town, started by name."""

    def __init__(self, collectivity: Collectivity, plan: Iterable[Service]) -> None:
        self._logs = collectivity.paths.logs
        self._plan = {service.name: service for service in plan}
        self._running: dict[str, asyncio.subprocess.Process] = {}

    async def start(self, name: str) -> None:
        """Start one, and return when it is ready."""
        service, log = self._plan[name], self._logs / f"{name}.log"
        service.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        environment = {**service.environment, **compiled()}
        self._running[name] = await spawn(Child(name, service.command, log, environment, service.directory))
        if not await wait_until_ready(service.ready, _PATIENCE_S):
            raise RuntimeError(f"{name} does not answer: {tail(log)}")

    def pids(self) -> dict[str, int]:
        """Those that run, by name."""
        return {name: process.pid for name, process in self._running.items()}

    async def stop(self) -> None:
        """End them all."""
        await stop(list(self._running.values()))


class Served:
    """A town that runs."""

    def __init__(self, collectivity: Collectivity, pids: Mapping[str, int], plan: Processes) -> None:
        self.collectivity = collectivity
        self._pids = pids
        self._plan = plan
        secret = Secrets.load(collectivity.paths.secrets).registration_shared_secret
        paths, network = collectivity.paths, collectivity.network
        self._homeserver = Homeserver(collectivity.server_name, paths.rendered, network.client_port, secret)
        self._gate = asyncio.Semaphore(_AT_ONCE)

    async def person(self, name: str) -> Account:
        """Register somebody and log in."""
        password = secrets.token_urlsafe(12)
        async with self._gate, aiohttp.ClientSession() as http:
            await register(http, self._homeserver, name, password)
            return await log_in(http, self._homeserver.client_url, name, password)

    async def start(self, name: str) -> None:
        """Start what was left out."""
        await self._plan.start(name)

    @property
    def pids(self) -> Mapping[str, int]:
        """Its processes, by their names in ``ps``."""
        return {**self._plan.pids(), **self._pids}

    def costs(self) -> dict[str, Cost]:
        """Look at every process now."""
        return {name: Cost.of(pid) for name, pid in self.pids.items()}

    def all_pids(self) -> set[int]:
        """Every process of the town, children too."""
        found = set(self.pids.values())
        return found | {child.pid for pid in found for child in psutil.Process(pid).children(recursive=True)}


@asynccontextmanager
async def served(*, postgresql: bool, without: Collection[str]) -> AsyncIterator[Served]:
    """Run a new town until the block ends, all its processes but those *without*; *postgresql* or SQLite below both."""
    # A short path: a Unix socket's has 108 bytes at most.
    folder = Path(tempfile.mkdtemp(prefix="beffroi-load-"))
    try:
        with _databases(postgresql=postgresql) as (lines, pids):
            make(folder)
            settings = folder / "collectivity.yaml"
            settings.write_text(f"{_without_databases(settings)}welcome: false\n{lines}", "utf-8")
            collectivity, federation = load_both(settings, folder / "federation.yaml")
            plan = Plan(collectivity, settings, folder / "federation.yaml")
            programs = find(collectivity)
            prepare(plan, federation, programs)
            processes = Processes(collectivity, services(plan, programs))
            try:
                for service in services(plan, programs):
                    if service.name not in without:
                        await processes.start(service.name)
                yield Served(collectivity, pids, processes)
            finally:
                await processes.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _without_databases(settings: Path) -> str:
    kept = [line for line in settings.read_text("utf-8").splitlines(keepends=True) if "database:" not in line]
    return "".join(kept)


@contextmanager
def _databases(*, postgresql: bool) -> Iterator[tuple[str, Mapping[str, int]]]:
    """Give the lines of the settings that name the databases, and the server's process where there is one."""
    if not postgresql:
        yield "", {}
        return
    with contextmanager(running_cluster)(_CLUSTER) as cluster:
        lines = [f"{name}: '{cluster.create_database()}'\n" for name in ("database", "synapse_database")]
        yield "".join(lines), {"postgresql": _postmaster(cluster)}


def _postmaster(cluster: Cluster) -> int:
    return int((cluster.socket / "data" / "postmaster.pid").read_text("ascii").splitlines()[0])
