"""Assistants as processes of their own, started the way that the demo starts them, on the tests' homeservers."""

import asyncio
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiohttp

from bridge.operate.ports import HOST
from bridge.operate.process import Child, signal_group, spawn, stop, tail
from bridge.operate.town import Site
from tests.servers import Background

ROOT = Path(__file__).parents[2]
_POLL = 0.1
_TIMEOUT = aiohttp.ClientTimeout(total=5)


class Assistant:
    """The assistant of one collectivity; its process lives in *background*, so any test's loop may call this."""

    def __init__(self, site: Site, federation_file: Path, background: Background) -> None:
        self.site = site
        self.user_id = str(site.collectivity.assistant)
        self._federation_file = federation_file
        self._background = background
        self._process: asyncio.subprocess.Process | None = None

    @property
    def log(self) -> Path:
        """What it prints."""
        return self.site.folder / "assistant.log"

    @property
    def pid(self) -> int:
        """The process that runs now."""
        assert self._process is not None
        return self._process.pid

    def start(self, environment: Mapping[str, str] | None = None) -> None:
        """Start it and wait until it is healthy: logged in, signed, and done with its first sync."""
        self._background.run(self._launch(environment or {}))

    def launch(self, environment: Mapping[str, str] | None = None) -> None:
        """Start it and wait for nothing: it may be meant to die before it is healthy."""
        self._background.run(self._spawn(environment or {}))

    @property
    def alive(self) -> bool:
        """Whether its process runs."""
        return self._process is not None and self._process.returncode is None

    async def death(self) -> int:
        """Wait for its end, however it comes; return its status (below zero: the signal that killed it)."""
        assert self._process is not None
        return await asyncio.wrap_future(self._background.submit(self._process.wait()))

    def stop(self) -> None:
        """End it with SIGTERM."""
        if self._process is not None:
            self._background.run(stop([self._process]))

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        """Send it a signal and wait for its end."""
        assert self._process is not None
        signal_group(self._process.pid, number)
        self._background.run(self._ended())

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Let it do nothing meanwhile, as on a machine that is too busy: its connections stay."""
        signal_group(self.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            signal_group(self.pid, signal.SIGCONT)

    async def health(self) -> dict[str, Any] | None:
        """What ``/healthz`` says; None while nobody answers there."""
        url = f"http://{HOST}:{self.site.collectivity.network.metrics_port}/healthz"
        try:
            async with aiohttp.ClientSession(timeout=_TIMEOUT) as http, http.get(url) as response:
                told: dict[str, Any] = await response.json()
                return told
        except (aiohttp.ClientError, TimeoutError):
            return None

    async def state_hash(self, room_id: str) -> str | None:
        """The hash of what it has folded in *room_id*; None before it has anything there."""
        told: dict[str, str] = ((await self.health()) or {}).get("state_hashes", {})
        return told.get(room_id)

    async def _spawn(self, environment: Mapping[str, str]) -> asyncio.subprocess.Process:
        files = ("--config", str(self.site.collectivity_file), "--federation", str(self._federation_file))
        command = (sys.executable, str(ROOT / "beffroi.py"), "assistant", "run", *files)
        self._process = await spawn(Child(f"assistant {self.user_id}", command, self.log, environment, ROOT))
        return self._process

    async def _launch(self, environment: Mapping[str, str]) -> None:
        process = await self._spawn(environment)
        try:
            async with asyncio.timeout(60):
                while ((await self.health()) or {}).get("status") != "ok":
                    if process.returncode is not None:
                        raise RuntimeError(f"{self.user_id} has stopped: {tail(self.log)}")
                    await asyncio.sleep(_POLL)
        except TimeoutError as error:
            raise RuntimeError(f"{self.user_id} is not healthy after 60 s: {tail(self.log)}") from error

    async def _ended(self) -> None:
        assert self._process is not None
        await self._process.wait()


async def revive(*assistants: Assistant) -> None:
    """Start again who lies dead: others need them too."""
    for each in assistants:
        if not each.alive:
            await asyncio.to_thread(each.start)


async def dies_at(assistant: Assistant, *steps: str, environment: Mapping[str, str] | None = None) -> None:
    """Have *assistant*, which is down, live once for each of *steps*, and die there."""
    for step in steps:
        assistant.launch({**(environment or {}), "BEFFROI_DIE_AT": f"{step}:1"})
        async with asyncio.timeout(90):
            assert await assistant.death() == -signal.SIGKILL, step
