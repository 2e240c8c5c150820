"""Whoever runs and answers nobody is ended, so that it is started anew: ever more rarely, so that it is no loop.

A deadlock, a stopped process or a disk that hangs leaves a process that its supervisor takes for well. Only HTTP is
asked: the kernel takes connections for whoever listens, also while it stands still.
"""

import asyncio
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol, Self

import aiohttp
import structlog

from bridge.operate.services.plan import Answering, Service
from bridge.operate.services.probe import speaks
from config.sections.watch import Watch

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """How long silence is borne; counted in questions, so that a keeper that was itself held up blames nobody.

    A question is asked *every* so many seconds and waited for as long as that again. *misses* in a row end who has
    answered before, *settling* who has not yet since its start. Each end doubles both, to *most* at most; *steady*
    answers in a row make it forgotten.
    """

    every: float = 5.0
    misses: int = 6
    settling: int = 60
    most: int = 360
    steady: int = 720

    @classmethod
    def of(cls, watch: Watch) -> Self:
        """Return that of a town: twelve questions between two of its looks, but none within a second of another.

        Half as long a silence is the least that ends anybody. All but the first is borne as long as ever: how fast a
        process starts does not depend on who looks.
        """
        usual = cls()
        every = min(max(watch.every / 12, 1.0), usual.every)
        often = usual.every / every
        settling, most, steady = (math.ceil(count * often) for count in (usual.settling, usual.most, usual.steady))
        return cls(every, max(usual.misses, math.ceil(usual.misses * often / 2)), settling, most, steady)


class Silence:
    """How long one process has answered nobody; pure."""

    def __init__(self, pace: Pace, pid: int | None) -> None:
        """*pid* has answered already."""
        self._pace = pace
        self._pid = pid
        self._spoke = True
        self._missed = self._answered = self._ended = 0

    def noted(self, pid: int, *, answered: bool) -> bool:
        """Note whether *pid* has answered; return whether it is to be ended."""
        if pid != self._pid:
            self._pid, self._spoke, self._missed = pid, False, 0
        if answered:
            self._spoke, self._missed = True, 0
            self._answered += 1
            if self._answered >= self._pace.steady:
                self._ended = 0
            return False
        self._answered = 0
        self._missed += 1
        if self._missed < self._patience():
            return False
        self._ended += 1
        self._missed = 0
        return True

    def _patience(self) -> int:
        first = self._pace.misses if self._spoke else self._pace.settling
        return int(min(self._pace.most, first * 2.0 ** min(self._ended, 30)))


class Keeping(Protocol):
    """Who starts again whatever has ended."""

    def pids(self) -> Mapping[str, int]:
        """Return what runs now, by name."""

    def kill(self, name: str) -> None:
        """End the process *name* at once."""


async def keep_vigil(plan: Iterable[Service], keeping: Keeping, pace: Pace) -> None:
    """Ask each of *plan* for ever, and end whoever answers nobody."""
    async with aiohttp.ClientSession() as http, asyncio.TaskGroup() as watching:
        for service in plan:
            if isinstance(service.ready, Answering):
                watching.create_task(_watch(http, service.name, service.ready.url, keeping, pace))


async def _watch(http: aiohttp.ClientSession, name: str, url: str, keeping: Keeping, pace: Pace) -> None:
    silence = Silence(pace, keeping.pids().get(name))
    while True:
        await asyncio.sleep(pace.every)
        pid = keeping.pids().get(name)
        if pid is None:
            continue
        answered = await speaks(http, url, pace.every)
        # Exchanged meanwhile: the question was to somebody else.
        if keeping.pids().get(name) == pid and silence.noted(pid, answered=answered):
            _log.warning("silent_process_ended", process=name, pid=pid)
            keeping.kill(name)
