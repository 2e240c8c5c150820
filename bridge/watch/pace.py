"""What Synapse tells of itself: how long it takes for a message (pure)."""

import re
from dataclasses import dataclass
from typing import Final

_SENDING: Final = re.compile(
    rb"^synapse_http_server_response_time_seconds_(sum|count)"
    rb'\{[^}\n]*servlet="RoomSendEventRestServlet"[^}\n]*\} (\S+)$',
    re.MULTILINE,
)


@dataclass(slots=True)
class Pace:
    """The seconds that Synapse takes for a message that somebody sends, on average between two looks."""

    _seconds: float = 0.0
    _messages: float = 0.0
    _looked: bool = False

    def since(self, told: bytes) -> float | None:
        """Return the average since the last look; *told* is its ``/_synapse/metrics``. None where nobody sent any."""
        found = {b"sum": 0.0, b"count": 0.0}
        for name, value in _SENDING.findall(told):
            found[name] += float(value)
        seconds, messages = found[b"sum"] - self._seconds, found[b"count"] - self._messages
        # What it counted before we looked is of no time; and after its restart it counts from nothing.
        known, self._looked = self._looked and messages > 0, True
        self._seconds, self._messages = found[b"sum"], found[b"count"]
        return max(0.0, seconds) / messages if known else None
