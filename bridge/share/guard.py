"""What stands around every request: headers that browsers obey, errors that tell nothing, logs that hold no address."""

import traceback
from collections.abc import Awaitable, Callable
from typing import Final

import structlog
from aiohttp import ClientError, web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.typedefs import Middleware

from bridge.share.errors import Conflict, Ended, Full, Locked, Refused, Spent
from bridge.share.settings import ShareSettings
from bridge.share.uploading import TooSlow

_log = structlog.get_logger()

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

ALWAYS: Final = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'; base-uri 'none'",
    "Server": "beffroi",
}
"""On every answer that does not say otherwise."""


async def add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    """Put :data:`ALWAYS` on *response*, as a signal of aiohttp's."""
    for name, value in ALWAYS.items():
        if name == "Server" or name not in response.headers:
            response.headers[name] = value


def answered(refusal: Refused) -> web.Response:
    """Return what a client is told of *refusal*: one word, and nothing of what is kept."""
    headers = {}
    match refusal:
        case Ended():
            status, error = 410, str(refusal.how)
        case Locked():
            status, error = 429, "locked" if refusal.guessed else "later"
            headers = {"Retry-After": str(refusal.seconds)}
        case Spent():
            status, error = 403, "spent"
        case Conflict():
            status, error = 409, "conflict"
        case Full():
            status, error = 507, "full"
        case _:
            status, error = 404, "unknown"
    return web.json_response({"error": error}, status=status, headers=headers)


@web.middleware
async def judged(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn what went wrong into an answer.

    What we did not foresee is logged by where it happened, not by what it said: that may hold what somebody sent.
    """
    try:
        return await handler(request)
    except Refused as refusal:
        return answered(refusal)
    except (TooSlow, ClientError, HttpProcessingError, ConnectionError):
        response = web.Response(status=408)
        response.force_close()
        return response
    except OSError as error:
        _log.error("disk", errno=error.errno)
        return answered(Full("disk"))
    except web.HTTPException:
        raise
    except Exception as error:
        _log.error("failed", kind=type(error).__name__, where=traceback.format_tb(error.__traceback__)[-3:])
        return web.json_response({"error": "failed"}, status=500)


def same_origin(settings: ShareSettings) -> Middleware:
    """Return what refuses a request that another site's page makes. There is no cookie to misuse; it costs a line."""

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        origin = request.headers.get("Origin")
        site = request.headers.get("Sec-Fetch-Site", "same-origin")
        foreign = origin is not None and origin != settings.origin
        if request.method not in ("GET", "HEAD") and (foreign or site not in ("same-origin", "none")):
            return web.json_response({"error": "origin"}, status=403)
        return await handler(request)

    return check


def address_of(request: web.Request, settings: ShareSettings) -> str | None:
    """Return whose request it is: the peer, or what the proxy in front of us says of its own peer."""
    if settings.behind_proxy:
        # The last one is the proxy's own word; those before it are anybody's.
        return request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() or request.remote
    return request.remote
