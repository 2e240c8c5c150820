"""When there is next something to do: whoever leaves it says so, whoever does it waits for that."""

import asyncio
from dataclasses import dataclass, field


@dataclass(slots=True)
class Alarm:
    """The next moment (ms) at which something may be due, None when nothing is known; at a start, at once."""

    due: int | None = 0
    _rung: asyncio.Event = field(default_factory=asyncio.Event)

    def soon(self, due: int) -> None:
        """Note that something is due at *due* (ms)."""
        self.due = due if self.due is None else min(self.due, due)
        self._rung.set()

    def quiet(self) -> None:
        """Wait anew: what is noted until now is being looked at."""
        self._rung.clear()

    async def wait(self) -> None:
        """Return when something more is noted."""
        await self._rung.wait()
