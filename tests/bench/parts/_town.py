"""One real Synapse and the bots that are compared on it, each a process of its own."""

import asyncio
import os
import secrets
import signal
import sys
import tempfile
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import aiohttp

from bridge.operate.ports import HOST, reserve
from bridge.operate.private import write_private
from bridge.operate.process import Child, signal_group, spawn, stop, tail
from bridge.operate.synapse import Account, log_in, register, wait_until_ready
from bridge.operate.town import Layout, Site, lay_out
from config.identifiers import UserId
from tests.servers import VALBOURG

ROOT = Path(__file__).parents[3]
_POLL = 0.02
_PATIENCE = 90
# Ours encrypts every room; the plaintext rows need rooms that are not. Who wants encryption here says so.
_OVERLAY = "encryption_enabled_by_default_for_room_type: 'off'\n"


def compiled() -> dict[str, str]:
    """Return what makes Python keep the bytecode that it compiles."""
    # As installed: a shell that forbids bytecode files would make every start compile 1,200 modules anew.
    cache = Path(tempfile.gettempdir()) / f"beffroi-bench-bytecode-{os.getuid()}"
    return {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(cache)}


class Bot(ABC):
    """A bot that answers ``m.text`` messages, in its own process."""

    name: str
    user_id: UserId

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int:
        """The process that runs now."""
        assert self._process is not None
        return self._process.pid

    async def start(self) -> None:
        """Start it and wait until it is in sync."""
        child = replace(self.child(), environment={**self.child().environment, **compiled()})
        said = child.log.stat().st_size if child.log.exists() else 0
        process = self._process = await spawn(child)
        async with asyncio.timeout(_PATIENCE):
            while not await self.ready(child.log, said):
                if process.returncode is not None:
                    raise RuntimeError(f"{self.name} has stopped: {tail(child.log)}")
                await asyncio.sleep(_POLL)

    async def kill(self) -> None:
        """End it as a power cut would."""
        assert self._process is not None
        signal_group(self._process.pid, signal.SIGKILL)
        await self._process.wait()

    async def stop(self) -> None:
        """End it with SIGTERM."""
        if self._process is not None:
            await stop([self._process])

    @abstractmethod
    def child(self) -> Child:
        """What to run."""

    @abstractmethod
    async def ready(self, log: Path, said: int) -> bool:
        """Tell whether it is in sync; *said* bytes of its *log* are from before it was started."""


class Assistant(Bot):
    """Ours, started as the demo starts it."""

    name = "beffroi"

    def __init__(self, site: Site, federation_file: Path) -> None:
        super().__init__()
        self.site = site
        self.user_id = site.collectivity.assistant
        self._federation_file = federation_file

    def child(self) -> Child:
        """Return the real command line."""
        files = ("--config", str(self.site.collectivity_file), "--federation", str(self._federation_file))
        command = (sys.executable, str(ROOT / "beffroi.py"), "assistant", "run", *files)
        return Child(self.name, command, self.site.folder / "assistant.log", directory=ROOT)

    async def ready(self, log: Path, said: int) -> bool:
        """Ask its ``/healthz``, which says "ok" after the first sync."""
        url = f"http://{HOST}:{self.site.collectivity.network.metrics_port}/healthz"
        try:
            async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)) as http, http.get(url) as answer:
                return bool((await answer.json())["status"] == "ok")
        except (aiohttp.ClientError, TimeoutError):
            return False


class Echo(Bot):
    """A minimal echo bot on matrix-nio (``_echo.py``)."""

    name = "nio echo"

    def __init__(self, account: Account, folder: Path) -> None:
        super().__init__()
        self.user_id = account.user_id
        self._account = account
        self._folder = folder

    def child(self) -> Child:
        """Return the command line; the token goes through the environment."""
        arguments = (self._account.client_url, self.user_id, self._account.device_id, str(self._folder))
        return Child(
            self.name,
            (sys.executable, "-m", "tests.bench.parts._echo", *arguments),
            self._folder / "echo.log",
            {"BENCH_TOKEN": self._account.access_token},
            ROOT,
        )

    async def ready(self, log: Path, said: int) -> bool:
        """Look for the line that it prints after its first sync."""
        return log.exists() and b"in sync" in log.read_bytes()[said:]


class Town:
    """A Synapse that runs; *pid* is its process."""

    def __init__(self, layout: Layout, pid: int) -> None:
        self.pid = pid
        self.layout = layout
        self.site = layout.sites[0]
        self.client_url = self.site.homeserver.client_url

    async def person(self, localpart: str) -> Account:
        """Register somebody new and log in."""
        name, password = f"{localpart}-{secrets.token_hex(3)}", secrets.token_urlsafe(12)
        async with aiohttp.ClientSession() as http:
            await register(http, self.site.homeserver, name, password)
            return await log_in(http, self.client_url, name, password)

    def assistant(self) -> Assistant:
        """Return our assistant, not started yet."""
        return Assistant(self.site, self.layout.federation_file)

    async def echo(self) -> Echo:
        """Return an echo bot with an account of its own, not started yet."""
        account = await self.person("echo")
        folder = self.site.folder / account.user_id.localpart
        folder.mkdir(mode=0o700)
        return Echo(account, folder)


@asynccontextmanager
async def town() -> AsyncIterator[Town]:
    """Run a Synapse, rendered and started by the demo's own code, until the block ends."""
    with tempfile.TemporaryDirectory(prefix="beffroi-bench-") as folder:
        with reserve(len(VALBOURG.ports)) as free:
            ports = dict(zip(VALBOURG.ports, free, strict=True))
        layout = lay_out(Path(folder), [VALBOURG], ports)
        homeserver = layout.sites[0].homeserver
        overlay = homeserver.directory / "bench.yaml"
        write_private(overlay, _OVERLAY)
        child = homeserver.child()
        process = await spawn(replace(child, command=(*child.command, "-c", str(overlay))))
        try:
            async with aiohttp.ClientSession() as http:
                await wait_until_ready(http, homeserver, lambda: process.returncode is not None, _PATIENCE)
            yield Town(layout, process.pid)
        finally:
            await stop([process])
