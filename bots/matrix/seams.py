"""Named places at which a process may die, so that tests can make it die exactly there."""

import os
import signal
from typing import Literal, Protocol, get_args

SeamName = Literal["fetched", "stored", "handled", "sent", "acknowledged", "token_saved", "told"]
"""fetched: a sync response is in memory only. stored: its events are committed (with the token). token_saved: the same
commit, seen from the token. handled: an item and what it enqueued are committed. sent: the server has taken a message,
we have not written that down. acknowledged: we have. told: the server has taken a message to devices, we have not
written that down."""

SEAMS: tuple[SeamName, ...] = get_args(SeamName)


class Seams(Protocol):
    """Told whenever one of the named places is reached."""

    def reach(self, name: SeamName) -> None:
        """Note that *name* is reached; may not return."""


class _NoSeams:
    def reach(self, name: SeamName) -> None:
        """Do nothing."""


NO_SEAMS: Seams = _NoSeams()


class DeadlySeams:
    """Kill this process with SIGKILL at the *nth* time (counting from 1) that *name* is reached, ours or another's."""

    def __init__(self, name: str, nth: int = 1) -> None:
        self._name = name
        self._left = nth

    def reach(self, name: str) -> None:
        """Count down, and die at nought."""
        if name != self._name:
            return
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
