"""Signatures of a large snapshot, verified in processes of their own (DESIGN.md, "On another core").

A thread is of no use for that: what Python does around each signature holds the interpreter's lock.
"""

import asyncio
import fcntl
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

import structlog

from bots.register.format import ed25519
from bots.register.format.ed25519 import Question, answers, written

_log = structlog.get_logger(__name__)

CORES: Final = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
HELPERS: Final = 0 if CORES == 1 else 2
"""Processes. Two on two cores, beside our own: whoever waits leaves room for the others. More would bring nothing."""
_PIPE: Final = 2**20
_PATIENCE_S: Final = 60.0
"""How long one batch may take: a thousand times what it does."""


class Verifiers:
    """Answers batches of questions, by helpers while they live."""

    def __init__(self, helpers: list["_Helper"]) -> None:
        self._helpers = deque(helpers)

    @property
    def width(self) -> int:
        """How many batches are worth asking ahead."""
        return 3 * len(self._helpers)

    async def verify(self, questions: Sequence[Question]) -> bytes:
        """Return a byte for each of *questions*, 0 or 1."""
        if self._helpers:
            helper = self._helpers[0]
            self._helpers.rotate()
            try:
                return await helper.verify(questions)
            except (OSError, EOFError, TimeoutError) as exc:
                self._drop(helper, exc)
        return await asyncio.to_thread(answers, questions)

    def _drop(self, helper: "_Helper", why: Exception) -> None:
        """Do without it from now on: that it was killed, by whatever wants its memory, says nothing of a snapshot."""
        if helper in self._helpers:
            self._helpers.remove(helper)
            _log.warning("verifier_lost", error=type(why).__name__, left=len(self._helpers))


class _Helper:
    """One process. It answers in the order in which it is asked."""

    def __init__(self, process: Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process, self._source, self._sink = process, process.stdin, process.stdout
        self._turn = asyncio.Lock()
        self._lost = False

    @classmethod
    async def start(cls) -> "_Helper":
        """Start one; raise ``OSError`` when that cannot be had."""
        # -I: neither the environment nor the folder that it lies in may give it other modules than ours.
        command = (sys.executable, "-I", str(Path(ed25519.__file__)))
        found = cls(await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL))
        _widen(found._source)
        return found

    async def verify(self, questions: Sequence[Question]) -> bytes:
        """Return its answer; raise ``OSError``, ``EOFError`` or ``TimeoutError`` where there is none."""
        if self._lost:
            raise EOFError
        # All that is asked goes at once: the helper finds the next batch when it has answered one.
        self._source.write(written(questions))
        try:
            async with self._turn:
                return await self._answer(len(questions))
        except BaseException:
            # It was asked, so an answer may come after all, which the next one must not take for its own.
            self._lost = True
            raise

    async def _answer(self, count: int) -> bytes:
        if self._lost:
            raise EOFError
        async with asyncio.timeout(_PATIENCE_S):
            await self._source.drain()
            return await self._sink.readexactly(count)

    def kill(self) -> None:
        """End it, whatever it does."""
        with suppress(ProcessLookupError):
            self._process.kill()

    async def wait(self) -> None:
        """Wait until it has ended."""
        await self._process.wait()


def _widen(source: asyncio.StreamWriter) -> None:
    """Let a whole batch lie in the pipe: or half of it waits until we have time to write on."""
    with suppress(AttributeError, OSError):
        fcntl.fcntl(source.get_extra_info("pipe"), fcntl.F_SETPIPE_SZ, _PIPE)


@asynccontextmanager
async def verifiers(helpers: int) -> AsyncIterator[Verifiers]:
    """Have so many helpers inside the block; without any, signatures are verified in a thread of ours."""
    started: list[_Helper] = []
    try:
        try:
            for _ in range(helpers):
                started.append(await _Helper.start())
        except OSError as exc:
            _log.warning("verifier_not_started", error=type(exc).__name__)
        yield Verifiers(started)
    finally:
        # All of them first: waiting may be cut short.
        for helper in started:
            helper.kill()
        for helper in started:
            await helper.wait()
