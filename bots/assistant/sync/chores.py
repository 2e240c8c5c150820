"""What is done between the syncs is done apart: where one thing fails, the others are done all the same."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

import structlog

from bots.database.errors import DatabaseAway
from bots.matrix.errors import LoggedOut

_log = structlog.get_logger(__name__)

TRIES: Final = 3
"""How often something that somebody waits for is tried before it is given up."""
_FIRST_MS: Final = 1_000
_LONGEST_MS: Final = 600_000


@dataclass(slots=True)
class _Trouble:
    failures: int = 0
    again: int = 0


@dataclass(slots=True)
class Chores:
    """Knows what has failed, and when (ms) it may be tried again."""

    now_ms: Callable[[], int]
    _troubles: dict[tuple[str, str], _Trouble] = field(default_factory=dict)

    async def do(
        self,
        what: str,
        about: str,
        act: Callable[[], Awaitable[object]],
        give_up: Callable[[], Awaitable[object]] | None = None,
    ) -> bool:
        """Do *act*, unless it failed a moment ago; False where it was not done.

        After some tries *give_up* is done instead; without one it is tried for ever, less and less often: nobody waits
        for it. Raises only what stops everything else, too.
        """
        trouble = self._troubles.get((what, about), _Trouble())
        if trouble.again > self.now_ms():
            return False
        giving_up = give_up is not None and trouble.failures >= TRIES
        try:
            await (give_up() if giving_up and give_up is not None else act())
        except (LoggedOut, DatabaseAway):
            raise
        except Exception as exc:  # the outermost frame of one chore
            _log.exception("chore_failed", what=what, about=about, error=type(exc).__name__)
            delay = min(_LONGEST_MS, _FIRST_MS << min(trouble.failures, 20))
            self._troubles[what, about] = _Trouble(trouble.failures + 1, self.now_ms() + delay)
            return False
        if giving_up:
            _log.error("chore_given_up", what=what, about=about)
        self._troubles.pop((what, about), None)
        return True
