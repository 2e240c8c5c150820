"""Whether people reach the town: the way that their clients take, through Caddy."""

import socket
import ssl
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from bridge.operate.ports import HOST
from config.settings import Collectivity

_TIMEOUT = aiohttp.ClientTimeout(total=15)


class Loopback(AbstractResolver):
    """Finds every name on this machine, as browsers find ``*.localhost`` (RFC 6761 §6.3)."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the loopback address."""
        return [ResolveResult(hostname=host, host=HOST, port=port, family=socket.AF_INET, proto=0, flags=0)]

    async def close(self) -> None:
        """Nothing is held."""


def connector(collectivity: Collectivity) -> aiohttp.TCPConnector:
    """Return what connects as the people of *collectivity* do; a trial's names and authority are known here only."""
    if collectivity.web is None or not collectivity.web.trial:
        return aiohttp.TCPConnector()
    context = ssl.create_default_context(cafile=str(collectivity.paths.authority / "authority.crt"))
    return aiohttp.TCPConnector(ssl=context, resolver=Loopback())


async def obstacle(collectivity: Collectivity) -> str | None:
    """Return why a client would not get through to Synapse, in the words of the network; None when it does."""
    url = f"{collectivity.network.client_url}/_matrix/client/versions"
    try:
        async with aiohttp.ClientSession(connector=connector(collectivity), timeout=_TIMEOUT) as http:
            found: Any = None
            async with http.get(url) as response:
                found = await response.json(content_type=None) if response.status == 200 else response.status
    except (aiohttp.ClientError, TimeoutError, ValueError, OSError) as error:
        return f"{urlsplit(url).netloc}: {error or type(error).__name__}"
    return None if isinstance(found, dict) and "versions" in found else f"{urlsplit(url).netloc}: {found!s:.80}"
