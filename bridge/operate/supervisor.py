"""Keeps child processes running: starts them, starts them again when they die, and ends them all together."""

import asyncio
import fcntl
import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from bridge.operate.errors import DirectoryInUse
from bridge.operate.inherited import Inherited
from bridge.operate.process import GRACE_S, Child, Roster, Running, signal_group, spawn, stop

_FIRST_DELAY = 0.5
_LONGEST_DELAY = 30.0
_STEADY = 60.0


@dataclass(frozen=True, slots=True)
class Died:
    """A child ended by itself: *code* is its exit status (negative: the signal); it starts again after *delay* s."""

    name: str
    code: int
    delay: float


@dataclass(frozen=True, slots=True)
class Restarted:
    """A child that had died runs again, as *pid*."""

    name: str
    pid: int


Notice = Died | Restarted


def backoff(deaths: int) -> float:
    """Return how many seconds to wait after the *deaths*-th death in a row (1 is the first)."""
    return float(min(_LONGEST_DELAY, _FIRST_DELAY * 2 ** min(deaths - 1, 10)))


class Supervisor:
    """Runs children until it is closed; *tell* is called with what happens to them.

    ``async with Supervisor(…) as supervisor:`` ends all children when the block ends, however it ends.
    """

    def __init__(self, roster: Path, tell: Callable[[Notice], None]) -> None:
        self._roster = Roster(roster)
        self._tell = tell
        self._running: dict[str, Running] = {}
        self._keepers: dict[str, asyncio.Task[None]] = {}
        self._children: dict[str, Child] = {}

    async def __aenter__(self) -> "Supervisor":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def start(self, child: Child) -> int:
        """Start *child*, keep it running from now on, and return its first pid."""
        process = await self._spawn(child)
        self._watch(child, process)
        return process.pid

    def inherit(self, child: Child, pid: int) -> None:
        """Keep *child* running from now on, which runs already: as *pid*, a child of the program that we were."""
        process = Inherited(pid)
        self._running[child.name] = process
        self._roster.add(child.name, pid)
        self._watch(child, process)

    def amend(self, child: Child) -> None:
        """Start the child of this name as *child* from now on, whenever it is started again."""
        self._children[child.name] = child

    def _watch(self, child: Child, process: Running) -> None:
        self._children[child.name] = child
        self._keepers[child.name] = asyncio.create_task(self._keep(child.name, process), name=f"keep {child.name}")

    def pids(self) -> Mapping[str, int]:
        """The pids of the children that run now, by name."""
        return {name: each.pid for name, each in self._running.items() if each.returncode is None}

    async def end(self, name: str, farewell: signal.Signals = signal.SIGTERM, *, grace: float = GRACE_S) -> None:
        """End one child, by the signal *farewell* and after *grace* seconds by SIGKILL; do not start it again."""
        await self._dismiss([name])
        process = self._running.pop(name, None)
        if process is not None:
            await stop([process], grace, farewell)
        self._roster.remove(name)

    def kill(self, name: str) -> None:
        """End one child at once, as if it had died: it is started again."""
        process = self._running.get(name)
        if process is not None and process.returncode is None:
            signal_group(process.pid, signal.SIGKILL)

    async def close(self) -> None:
        """End all children; takes at most about 8 seconds (SIGTERM, then SIGKILL)."""
        await self._dismiss(list(self._keepers))
        await stop(self._running.values())
        for name in list(self._running):
            self._roster.remove(name)
        self._running.clear()

    async def _dismiss(self, names: list[str]) -> None:
        keepers = [keeper for name in names if (keeper := self._keepers.pop(name, None)) is not None]
        for keeper in keepers:
            keeper.cancel()
        await asyncio.gather(*keepers, return_exceptions=True)

    async def _spawn(self, child: Child) -> asyncio.subprocess.Process:
        process = await spawn(child)
        self._running[child.name] = process
        self._roster.add(child.name, process.pid)
        return process

    async def _keep(self, name: str, process: Running) -> None:
        deaths, born = 0, time.monotonic()
        while True:
            code = await process.wait()
            # What it has left in its group would hold its ports and its files.
            signal_group(process.pid, signal.SIGKILL)
            self._roster.remove(name)
            deaths = 1 if time.monotonic() - born > _STEADY else deaths + 1
            self._tell(Died(name, code, backoff(deaths)))
            await asyncio.sleep(backoff(deaths))
            process, born = await self._respawn(self._children[name]), time.monotonic()
            self._tell(Restarted(name, process.pid))

    async def _respawn(self, child: Child) -> asyncio.subprocess.Process:
        for attempt in count(1):
            try:
                return await self._spawn(child)
            except OSError:
                # No memory, no disk, too many processes: it may pass, and then the child is wanted again.
                await asyncio.sleep(backoff(attempt))
        raise AssertionError("count() never ends")


@contextmanager
def sole_owner(directory: Path) -> Iterator[None]:
    """Hold *directory* for this process; raises :class:`DirectoryInUse` when another one does.

    The kernel lets go of the lock when we die, so there is nothing stale to clean up.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(directory / ".lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise DirectoryInUse(str(directory)) from error
        yield
    finally:
        os.close(descriptor)
