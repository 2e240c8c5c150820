"""How long to wait before trying again, decided without waiting; and the clock that waits."""

import asyncio
import random
import time
from collections.abc import Callable
from typing import Protocol

_FIRST_S = 0.25
_LONGEST_S = 60.0


class Clock(Protocol):
    """Where the edge gets the time from, and where it waits."""

    def now_ms(self) -> int:
        """Milliseconds since 1970, as Matrix counts them."""

    async def sleep(self, seconds: float) -> None:
        """Return after *seconds*."""


class SystemClock:
    """The machine's own clock."""

    def now_ms(self) -> int:
        """Milliseconds since 1970."""
        return time.time_ns() // 1_000_000

    async def sleep(self, seconds: float) -> None:
        """Sleep for *seconds*."""
        await asyncio.sleep(seconds)


async def pause(clock: Clock, seconds: float) -> None:
    """Wait before another try, unless this task is being cancelled.

    A driver's error may take the place of the cancellation that caused it; whoever catches that error and tries again
    would otherwise go on for ever.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
    await clock.sleep(seconds)


class Backoff:
    """Delays that double up to a minute, each between half and all of its step.

    The jitter keeps the assistants of a federation from all coming back in the same second after a cut.
    """

    def __init__(
        self, draw: Callable[[], float] = random.random, *, first_s: float = _FIRST_S, longest_s: float = _LONGEST_S
    ) -> None:
        self._draw = draw
        self._first = first_s
        self._longest = longest_s
        self._failures = 0

    @property
    def failures(self) -> int:
        """How often it failed since the last success."""
        return self._failures

    def failed(self, retry_after: float | None = None) -> float:
        """Count a failure and return the seconds to wait: what the server asked for, if it asked for more."""
        step = min(self._longest, self._first * 2.0 ** min(self._failures, 20))
        self._failures += 1
        delay = step * (0.5 + self._draw() / 2)
        # A server's word is honoured up to ten minutes: a mistaken one must not silence us for a day.
        return max(delay, min(retry_after or 0.0, 600.0))

    def succeeded(self) -> None:
        """Start again with the shortest delay."""
        self._failures = 0
