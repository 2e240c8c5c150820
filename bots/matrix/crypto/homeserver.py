"""What the end-to-end machine needs of a homeserver: one request."""

from collections.abc import Mapping
from typing import Protocol

from bots.matrix.port import Raw


class Homeserver(Protocol):
    """An authenticated client-server connection."""

    async def request(
        self,
        method: str,
        path: str,
        *,
        body: Raw | None = None,
        query: Mapping[str, str] | None = None,
        timeout_s: float = 30,
    ) -> Raw:
        """Send one request and return the decoded JSON object of its answer.

        *path* starts with ``/_matrix/`` and is already percent-encoded. Raises ``Refused``, ``LoggedOut`` or
        ``Unreachable`` of :mod:`bots.matrix.errors`.
        """
