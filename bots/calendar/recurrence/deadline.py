"""A limit in time for pure code that cannot be asked to stop: a rule that never fits runs through 8,000 years.

It needs the main thread of a process (``signal``): the command line has that, and so has the process in which an
assistant reads what strangers send.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn


class TookTooLong(Exception):
    """The time was over before the work was done."""


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Raise :class:`TookTooLong` in the body when it computes for longer than *seconds*; not to be nested.

    Computing time, not the clock's: nothing is refused because a machine was busy.
    """

    def ring(_signal: int, _frame: FrameType | None) -> NoReturn:
        raise TookTooLong

    before = signal.signal(signal.SIGVTALRM, ring)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
