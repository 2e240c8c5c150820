"""The driver ``process``: what ``up``, ``down``, ``restart`` and ``ps`` do with a town of plain processes."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bridge.operate.names import called
from bridge.operate.private import keep_private
from bridge.operate.process import Identity, Roster, identify, signal_group, tail
from bridge.operate.services.door import INSIDE_S
from bridge.operate.services.errors import CameToNothing, NotUp
from bridge.operate.services.keeping import progress
from bridge.operate.services.keeping.keeper import ROSTER
from bridge.operate.services.keeping.progress import Progress
from bridge.operate.services.plan import ROOT, Service, Town, services
from bridge.operate.services.probe import wait_until_ready
from bridge.operate.services.programs import find
from config.sentence import joined, sentence

_POLL_S = 0.1
_START_S = 400.0
_STOP_S = 60.0
_SILENCE_S = 5.0
"""After this long without a word of it, whoever else was starting the town has ended."""
_LOG = "keeper.log"
TAKEN = 3
"""The exit status of a keeper that finds another one at work."""


@dataclass(frozen=True, slots=True)
class ProcessRow:
    """How one process is; *pid* None when it does not run, *memory* in bytes, *since* in seconds."""

    name: str
    pid: int | None
    ready: bool
    since: float | None
    memory: int | None
    deaths: int


def up(town: Town, tell: Callable[[Progress], None]) -> bool:
    """Start *town* and return once it is up: True when it was not before.

    *tell* hears of each step. Two at once are one start. Raises :class:`CameToNothing` with the reason.
    """
    folder = town.collectivity.paths.run
    found = progress.current(folder)
    if found is not None and found.phase == "held":
        down(town)
        found = None
    if found is not None and found.phase in {"stopping", "failed"}:
        _gone(found.keeper, _STOP_S)
        found = None
    fresh = found is None or found.phase not in {"starting", "up"}
    keeper = _launch(town) if fresh else None
    _wait_until_up(town, keeper, tell)
    return fresh


def _launch(town: Town) -> "subprocess.Popen[bytes]":
    """Start the keeper in a session of its own, so that it outlives this terminal."""
    keep_private()
    town.collectivity.paths.logs.mkdir(mode=0o700, parents=True, exist_ok=True)
    command = (sys.executable, str(ROOT / "beffroi.py"), "up", "--foreground", "--config", str(town.settings))
    descriptor = os.open(_log(town), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        return subprocess.Popen(  # noqa: S603 (our own words, no shell)
            (*command, "--federation", str(town.members)),
            stdin=subprocess.DEVNULL,
            stdout=descriptor,
            stderr=descriptor,
            start_new_session=True,
        )
    finally:
        os.close(descriptor)


def _log(town: Town) -> Path:
    return town.collectivity.paths.logs / _LOG


def _wait_until_up(town: Town, keeper: "subprocess.Popen[bytes] | None", tell: Callable[[Progress], None]) -> None:
    folder, until = town.collectivity.paths.run, time.monotonic() + _START_S
    told, seen = None, time.monotonic()
    while time.monotonic() < until:
        # Asked first: what the keeper wrote before it ended is there to be read then.
        ended = None if keeper is None else keeper.poll()
        found = progress.current(folder)
        if found is not None:
            seen = time.monotonic()
        if found is not None and found != told:
            tell(found)
            told = found
        if found is not None and found.phase == "up":
            return
        waited = time.monotonic() - seen
        if ended not in {None, TAKEN} or (waited > _SILENCE_S and (keeper is None or ended == TAKEN)):
            raise CameToNothing(joined([_why(folder, town)]))
        time.sleep(_POLL_S)
    raise CameToNothing(
        sentence("The town is not up after {seconds:.0f} s; {log} says more.", seconds=_START_S, log=_log(town))
    )


def _why(folder: Path, town: Town) -> str:
    found = progress.read(folder)
    return found.reason if found is not None and found.phase == "failed" else tail(_log(town))


def down(town: Town) -> bool:
    """End every process of *town*, and return whether one ran; nothing is left when this returns."""
    folder = town.collectivity.paths.run
    found = progress.current(folder)
    if found is not None:
        _end(found.keeper)
    left = Roster.clear(folder / ROSTER)
    return found is not None or bool(left)


def _end(keeper: Identity) -> None:
    os.kill(keeper.pid, signal.SIGTERM)
    if not _gone(keeper, _STOP_S):
        # Its children die with it (tether.py).
        os.kill(keeper.pid, signal.SIGKILL)
        _gone(keeper, _STOP_S)


def _gone(identity: Identity, patience: float) -> bool:
    until = time.monotonic() + patience
    while identify(identity.pid) == identity:
        if time.monotonic() > until:
            return False
        time.sleep(_POLL_S)
    return True


def restart(town: Town, names: Sequence[str]) -> None:
    """End the processes *names*, which their keeper starts again, and return when they run; raises :class:`NotUp`."""
    folder = town.collectivity.paths.run
    if progress.current(folder) is None:
        raise NotUp(sentence("The town does not run. Start it: ./beffroi up"))
    plan = {service.name: service for service in services(town, find(town.collectivity))}
    for name in names:
        if name not in plan:
            raise NotUp(
                sentence("There is no process {name}; there are: {names}", name=name, names=", ".join(sorted(plan)))
            )
    for name in names:
        _restart_one(plan[name], folder / ROSTER)


def _restart_one(service: Service, roster: Path) -> None:
    before = Roster.read(roster).get(service.name)
    if service.door is not None:
        asyncio.run(service.door.shut(INSIDE_S))
    if before is not None:
        signal_group(before.pid, service.farewell)
        _gone(before, _STOP_S)
    until = time.monotonic() + _START_S
    while (now := Roster.read(roster).get(service.name)) is None or now == before:
        if time.monotonic() > until:
            raise CameToNothing(sentence("{name} does not start again", name=called(service.name)))
        time.sleep(_POLL_S)
    if not asyncio.run(wait_until_ready(service.ready, _START_S)):
        raise CameToNothing(sentence("{name} does not answer", name=called(service.name)))
    if service.door is not None:
        service.door.open()


def rows(town: Town) -> list[ProcessRow]:
    """Return how each process of *town* is."""
    folder = town.collectivity.paths.run
    found, alive = progress.current(folder), Roster.read(folder / ROSTER)
    ready = () if found is None else found.ready
    deaths = {} if found is None else found.deaths
    return [
        _row(service.name, alive.get(service.name), service.name in ready, deaths.get(service.name, 0))
        for service in services(town, find(town.collectivity))
    ]


def _row(name: str, identity: Identity | None, ready: bool, deaths: int) -> ProcessRow:
    if identity is None:
        return ProcessRow(name, None, ready=False, since=None, memory=None, deaths=deaths)
    return ProcessRow(name, identity.pid, ready, _age(identity), _memory(identity.pid), deaths)


def _age(identity: Identity) -> float:
    uptime = float(Path("/proc/uptime").read_text("ascii").split()[0])
    return max(0.0, uptime - identity.born / os.sysconf("SC_CLK_TCK"))


def _memory(pid: int) -> int | None:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")
