"""Whether a process is ready, asked the way that those who need it will."""

import asyncio
from collections.abc import Coroutine
from typing import Any, assert_never

import aiohttp

from bridge.operate.ports import HOST
from bridge.operate.services.plan import Answering, Listening, Open, Ready

_PATIENCE_S = 5
_POLL_S = 0.1


async def answers(http: aiohttp.ClientSession, ready: Ready) -> bool:
    """Tell whether what *ready* names is there now."""
    match ready:
        case Listening(port):
            return await _connects(asyncio.open_connection(HOST, port))
        case Open(path):
            return await _connects(asyncio.open_unix_connection(path))
        case Answering(url):
            return await _answers(http, url)
        case _:
            assert_never(ready)


async def speaks(http: aiohttp.ClientSession, url: str, patience: float) -> bool:
    """Tell whether anything is answered at *url*: also that it is not well, which starting it again may not mend."""
    return await _status(http, url, patience) is not None


async def wait_until_ready(ready: Ready, patience: float) -> bool:
    """Return True once what *ready* names is there, False when it is not after *patience* seconds."""
    try:
        async with aiohttp.ClientSession() as http, asyncio.timeout(patience):
            while True:
                if await answers(http, ready):
                    return True
                await asyncio.sleep(_POLL_S)
    except TimeoutError:
        return False


async def _connects(opening: Coroutine[Any, Any, tuple[asyncio.StreamReader, asyncio.StreamWriter]]) -> bool:
    try:
        async with asyncio.timeout(_PATIENCE_S):
            _, writer = await opening
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True


async def _answers(http: aiohttp.ClientSession, url: str) -> bool:
    return await _status(http, url, _PATIENCE_S) == 200


async def _status(http: aiohttp.ClientSession, url: str, patience: float) -> int | None:
    try:
        async with http.get(url, timeout=aiohttp.ClientTimeout(total=patience)) as response:
            return response.status
    except (aiohttp.ClientError, TimeoutError):
        return None
