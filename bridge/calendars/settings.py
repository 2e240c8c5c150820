"""What the calendars' process is told; no secret of the collectivity's is among it."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

Clock = Callable[[], float]
"""Returns the time in seconds since the epoch (UTC)."""


@dataclass(frozen=True, slots=True)
class GateSettings:
    """One town's gate for calendars: *folder* is what it shares with the assistant."""

    folder: Path
    bind: str = "127.0.0.1"
    port: int = 8012
    behind_proxy: bool = False
    """Believe the last address in ``X-Forwarded-For``, which the proxy in front of us has written."""
    private_addresses: bool = False
    """A trial, a test: follow http, and addresses of this machine and of private networks."""
    clock: Clock = time.time
    answer_s: float = 60.0
    """So long somebody may take to read a feed."""
    answers: int = 64
    """Feeds that are being read at the same time, at most."""
    answers_each: int = 8
    """The same for one address: a town hall has one."""

    patience_s: float = 45.0
    """So long reading somebody else's address may take."""
    look_s: float = 0.5
    """How often the letter box is looked into."""

    @property
    def feeds(self) -> Path:
        """What the assistant writes for people's applications."""
        return self.folder / "feeds"
