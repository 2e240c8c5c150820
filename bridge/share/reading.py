"""What a page says to us: JSON, an object, from a visitor who may be slow, hostile, or another site's page."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web


async def read_object(request: web.Request, read: Callable[[], Awaitable[bytes]], patience_s: float) -> dict[str, Any]:
    """Return the object that *request* says; *read* takes its body.

    Raises the ``HTTPException`` for a body of another type (415), that is none (400), or that does not come (408).
    """
    # A page of another site can send a form or plain text without asking; JSON it cannot.
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    try:
        async with asyncio.timeout(patience_s):
            said = json.loads(await read())
    except (ValueError, RecursionError):
        raise web.HTTPBadRequest from None
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    if not isinstance(said, dict):
        raise web.HTTPBadRequest
    return said
