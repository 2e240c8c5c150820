"""One child process: how it is started, recognised again and ended."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from bridge.operate.private import write_private

_TETHER = Path(__file__).with_name("tether.py")
_TAIL_BYTES = 16384
GRACE_S = 7.0
"""How long a process has to end in good order."""
_NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Child:
    """A program to run: *name* is what people read, *log* takes its standard output and error (appended)."""

    name: str
    command: Sequence[str]
    log: Path
    environment: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    directory: Path | None = None


class Running(Protocol):
    """A child that was started: what asyncio returns, or one that was inherited."""

    @property
    def pid(self) -> int:
        """Its process, and its process group."""

    @property
    def returncode(self) -> int | None:
        """How it ended; None while it runs."""

    async def wait(self) -> int:
        """Return that once it has."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A process that cannot be mistaken for another: *born* is its start time in clock ticks since boot."""

    pid: int
    born: int
    boot: str


async def spawn(child: Child) -> asyncio.subprocess.Process:
    """Start *child* in a process group of its own, tied to this process; raises ``OSError`` when that fails.

    The log file is made with mode 0600: servers write user ids there.
    """
    child.log.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(child.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-I",
            "-S",
            str(_TETHER),
            str(os.getpid()),
            *child.command,
            stdin=subprocess.DEVNULL,
            stdout=descriptor,
            stderr=descriptor,
            env={**_inherited(), **child.environment},
            cwd=child.directory,
            process_group=0,
        )
    finally:
        os.close(descriptor)


def _inherited() -> dict[str, str]:
    # A proxy meant for the machine's own way to the internet would swallow what goes from server to server.
    return {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}


async def stop(
    processes: Iterable[Running],
    grace: float = GRACE_S,
    farewell: signal.Signals = signal.SIGTERM,
) -> None:
    """End all *processes* and their groups at once: *farewell*, then SIGKILL for what is left after *grace* seconds."""
    alive = [each for each in processes if each.returncode is None]
    for process in alive:
        signal_group(process.pid, farewell)
    if alive:
        await asyncio.wait([asyncio.ensure_future(each.wait()) for each in alive], timeout=grace)
    for process in alive:
        # Also after a clean exit: a grandchild that was left behind is still in the group.
        signal_group(process.pid, signal.SIGKILL)
    await asyncio.gather(*(each.wait() for each in alive))


def signal_group(pid: int, number: signal.Signals) -> None:
    """Send *number* to the process group of the child *pid*; nothing happens when it is empty."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def tail(log: Path, lines: int = 25) -> str:
    """Return the last *lines* of *log*, or an empty string when there is none."""
    try:
        with log.open("rb") as stream:
            stream.seek(max(0, log.stat().st_size - _TAIL_BYTES))
            text = stream.read().decode("utf-8", "replace")
    except OSError:
        return ""
    return "\n".join(text.splitlines()[-lines:])


def identify(pid: int) -> Identity | None:
    """Return who *pid* is, or None when there is no such process (or no ``/proc`` to ask)."""
    try:
        raw = Path(f"/proc/{pid}/stat").read_text("ascii", "replace")
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return None
    # proc_pid_stat(5): the command's name stands in parentheses and may hold anything; state is field 3, starttime 22.
    fields = raw.rpartition(")")[2].split()
    return None if fields[0] == "Z" else Identity(pid, int(fields[19]), boot)


class Roster:
    """The processes we have started, written to a file so that the next run can recognise what a crash left over."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[str, Identity] = {}

    def add(self, name: str, pid: int) -> None:
        """Note that *name* runs as *pid*."""
        identity = identify(pid)
        if identity is not None:
            self._known[name] = identity
            self._write()

    def remove(self, name: str) -> None:
        """Note that *name* has ended."""
        if self._known.pop(name, None) is not None:
            self._write()

    def pids(self) -> Mapping[str, int]:
        """The processes that run now, by name."""
        return {name: each.pid for name, each in self._known.items()}

    @staticmethod
    def read(path: Path) -> Mapping[str, Identity]:
        """Return the processes noted in *path* that are still the same and alive, by name."""
        noted: dict[str, Identity] = {}
        try:
            lines = path.read_text("utf-8").splitlines()
        except OSError:
            return noted
        for line in lines:
            name, _, rest = line.partition("\t")
            words = rest.split()
            if len(words) == 3 and words[0].isdigit() and words[1].isdigit():
                identity = Identity(int(words[0]), int(words[1]), words[2])
                # The same pid with another birth is somebody else's process: never touch it.
                if identify(identity.pid) == identity:
                    noted[name] = identity
        return noted

    @classmethod
    def clear(cls, path: Path, spare: Collection[str] = ()) -> list[str]:
        """Kill what an earlier run noted in *path* and left behind, but not *spare*; return the names."""
        left = {name: identity for name, identity in cls.read(path).items() if name not in spare}
        for identity in left.values():
            signal_group(identity.pid, signal.SIGKILL)
        path.unlink(missing_ok=True)
        return sorted(left)

    def _write(self) -> None:
        rows = [f"{name}\t{each.pid} {each.born} {each.boot}\n" for name, each in sorted(self._known.items())]
        # On a full disk what runs goes on: this is for whoever comes after us, and is written at the next change.
        with contextlib.suppress(OSError):
            write_private(self._path, "".join(rows))
