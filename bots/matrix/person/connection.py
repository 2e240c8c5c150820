"""A person's connection to their homeserver: one token, and patience where the same may succeed in a moment."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, TypeVar

from bots.matrix.backoff import Backoff
from bots.matrix.errors import Unreachable
from bots.matrix.homeserver.http import Http
from bots.matrix.port import Raw

_T = TypeVar("_T")
_TRIES: Final = 5
_MOST_PAUSE_S: Final = 20.0


class Connection:
    """The ``Homeserver`` of the end-to-end machine and the ``Tokens`` of media; nobody logs in again by itself."""

    def __init__(self, http: Http, token: str) -> None:
        self._http = http
        self._token = token

    async def request(
        self,
        method: str,
        path: str,
        *,
        body: Raw | None = None,
        query: Mapping[str, str] | None = None,
        timeout_s: float = 30,
    ) -> Raw:
        """Send one request, which must bear repeating: up to five times where no answer comes, or one to wait.

        Raises ``Refused``, ``LoggedOut`` and ``Unreachable``.
        """
        backoff = Backoff()
        while True:
            try:
                return await self._http.request(
                    method, path, body=body, query=query, timeout_s=timeout_s, token=self._token
                )
            except Unreachable as exc:
                delay = backoff.failed(exc.retry_after)
                if backoff.failures >= _TRIES or delay > _MOST_PAUSE_S:
                    raise
                await asyncio.sleep(delay)

    async def authorised(self, send: Callable[[str], Awaitable[_T]]) -> _T:
        """Run *send* with the token."""
        return await send(self._token)
