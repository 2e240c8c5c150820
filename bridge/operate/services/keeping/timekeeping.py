"""Does what is due by the clock, one after the other, and writes down what came of it."""

import asyncio
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import structlog

from bridge.operate.private import write_private
from bridge.operate.process import Child, spawn, stop, tail
from bridge.operate.services.plan import ROOT, Town
from bridge.operate.services.timers import Job, Run, due, jobs

_log = structlog.get_logger(__name__)
_LOOK_S: Final = 20.0
_FILE: Final = "timers.json"
_SAID: Final = 3
"""How many of its last lines are remembered of a job."""


def now() -> datetime:
    """Return what time it is."""
    return datetime.now(UTC)


class Timekeeper:
    """Keeps the time for one town."""

    def __init__(self, town: Town, clock: Callable[[], datetime] = now) -> None:
        self._town = town
        self._clock = clock
        self._started = clock()
        self._zone = ZoneInfo(town.collectivity.timezone)

    async def run(self) -> None:
        """Do what is due, until cancelled."""
        while True:
            try:
                await self.look()
            except Exception as exc:  # the outermost loop: what is due now is due at the next look
                _log.exception("timer_failed", error=type(exc).__name__)
            await asyncio.sleep(_LOOK_S)

    async def look(self) -> None:
        """Do each job that is due now."""
        folder = self._town.collectivity.paths.run
        for job in jobs(self._town.collectivity):
            if due(job, runs(folder).get(job.name), self._started, self._zone) <= self._clock():
                await self._do(job, folder)

    async def _do(self, job: Job, folder: Path) -> None:
        began = self._clock()
        # Before it begins: a job that takes the machine down is not done again at each start.
        _write(folder, job.name, Run(began))
        log = self._town.collectivity.paths.logs / f"{job.name}.log"
        files = ("--config", str(self._town.settings), "--federation", str(self._town.members))
        command = ("nice", "-n", "10", sys.executable, str(ROOT / "beffroi.py"), *job.arguments, *files)
        process = await spawn(Child(job.name, command, log, directory=self._town.settings.parent))
        try:
            code = await process.wait()
        finally:
            await stop([process])
        _write(folder, job.name, Run(began, self._clock(), code, tail(log, _SAID)))


def runs(folder: Path) -> Mapping[str, Run]:
    """Return what was done last, by the jobs' names; *folder* is ``paths.run``."""
    try:
        raw = json.loads((folder / _FILE).read_text("utf-8"))
        return {str(name): _read(told) for name, told in raw.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _read(raw: Mapping[str, object]) -> Run:
    ended, code = raw["ended"], raw["code"]
    return Run(
        datetime.fromisoformat(str(raw["began"])),
        None if ended is None else datetime.fromisoformat(str(ended)),
        code if isinstance(code, int) else None,
        str(raw["said"]),
    )


def _write(folder: Path, name: str, run: Run) -> None:
    known = {other: asdict(found) for other, found in runs(folder).items()}
    text = json.dumps(known | {name: asdict(run)}, indent=2, default=datetime.isoformat, ensure_ascii=False)
    write_private(folder / _FILE, text + "\n")
