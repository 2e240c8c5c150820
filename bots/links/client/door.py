"""The door of the share server: one request of the assistant's, and what may become of it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

import aiohttp

from bots.links.client.errors import Away, Over, ShareRefused

_TIMEOUT: Final = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=60)


class Door:
    """Where the server at *url* listens to whoever shows *token*."""

    def __init__(self, http: aiohttp.ClientSession, url: str, token: str) -> None:
        self._http, self._url = http, url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"}

    @asynccontextmanager
    async def asked(self, method: str, path: str, **options: Any) -> AsyncIterator[aiohttp.ClientResponse]:
        """Ask, and yield the answer.

        Raises :class:`Away` where trying later helps, :class:`Over` for what has ended, :class:`ShareRefused`.
        """
        headers: Mapping[str, str] = {**self._headers, **options.pop("headers", {})}
        try:
            async with self._http.request(
                method, self._url + path, headers=headers, timeout=_TIMEOUT, allow_redirects=False, **options
            ) as response:
                if response.status >= 400:
                    raise await _refused(response)
                yield response
        except (aiohttp.ClientError, TimeoutError, ConnectionError) as error:
            # Never its text: an address in it may hold an id, a proxy's answer anything.
            raise Away(type(error).__name__) from error


async def _refused(response: aiohttp.ClientResponse) -> Exception:
    try:
        said = await response.json()
    except (aiohttp.ClientError, ValueError):
        said = {}
    word = said.get("error", "") if isinstance(said, dict) else ""
    if response.status == 410:
        return Over(str(word))
    if response.status in (408, 409, 423, 429, 507) and "uploads" in response.url.path:
        # The other side of a cut line has not noticed yet, or there is no room just now.
        return Away(f"{response.status}")
    return Away(f"{response.status}") if response.status >= 500 else ShareRefused(response.status, str(word))
