"""Real Synapses for tests, laid out and started by the demo's own code, shared by a whole session.

    async def test_something(federation: Servers) -> None:
        alice = await federation["valbourg"].user("alice")     # a random suffix makes the name new in every test
        federation.cut()
        …
        federation.mend()

The proxy and the watching of processes live in a thread with an event loop of its own, because each test has its own
loop and none of them runs between two tests. So everything here can be called from any loop, or from none.
"""

import asyncio
import secrets
import signal
import threading
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import pytest

from bridge.operate.ports import reserve
from bridge.operate.process import signal_group, spawn, stop
from bridge.operate.proxy import ConnectProxy
from bridge.operate.synapse import Account, log_in, register, wait_until_ready
from bridge.operate.town import DemoTown, Layout, Site, lay_out

# Whoever tests something else is not to be invited into a conversation meanwhile.
VALBOURG = DemoTown("valbourg", "Valbourg", "999999998", welcome=False)
RIVEMONT = DemoTown("rivemont", "Rivemont", "999999980", welcome=False)
THIRD = DemoTown("ailleurs", "Ailleurs", "999999972", welcome=False)

_T = TypeVar("_T")


class Background:
    """An event loop in a thread."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="servers", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, _T], patience: float = 120) -> _T:
        """Run *work* over there and wait for its result."""
        return self.submit(work).result(patience)

    def submit(self, work: Coroutine[Any, Any, _T]) -> "Future[_T]":
        """Run *work* over there."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def close(self) -> None:
        """End the loop and the thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class Server:
    """One running Synapse."""

    def __init__(self, site: Site, background: Background) -> None:
        self.site = site
        self.server_name = site.homeserver.server_name
        self.client_url = site.homeserver.client_url
        self._background = background
        self._process: asyncio.subprocess.Process | None = None
        self._admin: Account | None = None

    @property
    def pid(self) -> int:
        """The process that runs now."""
        assert self._process is not None
        return self._process.pid

    async def launch(self) -> None:
        """(In the background loop.) Start the process and wait until it answers."""
        process = self._process = await spawn(self.site.homeserver.child())
        async with aiohttp.ClientSession() as http:
            await wait_until_ready(http, self.site.homeserver, lambda: process.returncode is not None, 90)

    async def halt(self) -> None:
        """(In the background loop.) End the process."""
        if self._process is not None:
            await stop([self._process])

    def start(self) -> None:
        """Start it again after :meth:`stop` or :meth:`kill`; a failing start shows the tail of its log."""
        self._background.run(self.launch())

    def stop(self) -> None:
        """End it with SIGTERM."""
        self._background.run(self.halt())

    def kill(self) -> None:
        """End it with SIGKILL, as a power cut would."""
        assert self._process is not None
        signal_group(self._process.pid, signal.SIGKILL)
        self._background.run(_gone(self._process))

    async def user(self, localpart: str, *, admin: bool = False, exactly: bool = False) -> Account:
        """Register somebody new and log in; the name gets a random suffix unless it shall be *exactly* this."""
        name = localpart if exactly else f"{localpart}-{secrets.token_hex(4)}"
        password = secrets.token_urlsafe(12)
        async with aiohttp.ClientSession() as http:
            assert await register(http, self.site.homeserver, name, password, admin=admin), f"{name} exists already"
            return await log_in(http, self.client_url, name, password)

    async def admin(self) -> Account:
        """An administrator of this server, made when first asked for."""
        if self._admin is None:
            self._admin = await self.user("admin", admin=True)
        return self._admin


async def _gone(process: asyncio.subprocess.Process) -> None:
    await process.wait()


class Servers(Mapping[str, Server]):
    """All servers of one federation, by their town's label, and the proxy between them."""

    def __init__(self, layout: Layout, background: Background) -> None:
        self.layout = layout
        self.proxy = ConnectProxy(layout.wiring)
        self._background = background
        self._servers = {site.town.label: Server(site, background) for site in layout.sites}

    def __getitem__(self, label: str) -> Server:
        return self._servers[label]

    def __iter__(self) -> Iterator[str]:
        return iter(self._servers)

    def __len__(self) -> int:
        return len(self._servers)

    def cut(self, source: str | None = None, target: str | None = None) -> None:
        """Cut the links from the town *source* to the town *target* (None: any); open connections break at once."""
        self._background.run(self.proxy.cut(self._name(source), self._name(target)))

    def mend(self, source: str | None = None, target: str | None = None) -> None:
        """Mend them; Synapse tries again within five seconds (``generous_limits``)."""
        self._background.run(self.proxy.mend(self._name(source), self._name(target)))

    def _name(self, label: str | None) -> str | None:
        return None if label is None else str(self[label].server_name)

    async def launch(self) -> None:
        """(In the background loop.) Start everything at once."""
        await self.proxy.start()
        async with asyncio.TaskGroup() as starting:
            for each in self._servers.values():
                starting.create_task(each.launch())

    async def halt(self) -> None:
        """(In the background loop.) End everything."""
        await asyncio.gather(*(each.halt() for each in self._servers.values()))
        await self.proxy.close()


@contextmanager
def running(directory: Path, towns: Sequence[DemoTown]) -> Iterator[Servers]:
    """Lay out *towns* in *directory*, run them, and end them when the block ends."""
    labels = [label for town in towns for label in town.ports]
    with reserve(len(labels)) as free:
        ports = dict(zip(labels, free, strict=True))
    background = Background()
    servers = Servers(lay_out(directory, towns, ports), background)
    try:
        background.run(servers.launch())
        yield servers
    finally:
        background.run(servers.halt())
        background.close()


@pytest.fixture(scope="session")
def federation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Two Synapses that federate, ``valbourg`` and ``rivemont``; leave the links mended."""
    with running(tmp_path_factory.mktemp("federation"), [VALBOURG, RIVEMONT]) as servers:
        yield servers


@pytest.fixture(scope="session")
def synapse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One Synapse, ``valbourg``; stop or kill one of your own (:func:`running`) instead of this shared one."""
    with running(tmp_path_factory.mktemp("synapse"), [VALBOURG]) as servers:
        yield servers["valbourg"]
