"""Feeds for calendar applications: what lies in the folder, opened by the secret in the address that is asked for."""

import asyncio
import gzip
import re
import traceback
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path
from typing import Final

import structlog
from aiohttp import web

from bots.events.feeds.sealed import NAME, SECRET, Damaged, Facts, facts_of, name_of, unseal
from bridge.calendars.settings import GateSettings
from bridge.share.errors import Locked
from bridge.share.limiting import Addresses, Buckets, Seats

_log = structlog.get_logger(__name__)
_PATH: Final = re.compile(rf"/agenda/({SECRET.pattern})\.ics")
_NOBODYS: Final = "A" * 32
_PIECE: Final = 2**16
_BURST, _EVERY_MS = 120, 1_000
"""An address may ask so often at once, then once a second: a town hall with its applications is one address."""
_ALWAYS: Final = {
    "Cache-Control": "private, no-cache",
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Server": "beffroi",
}
_GONE: Final = "Cette adresse ne mène à aucun agenda. This address leads to no calendar.\n"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def application(settings: GateSettings) -> web.Application:
    """Return the application for everybody: ``/agenda/<secret>.ics``, and ``/healthz``."""
    app = web.Application(middlewares=[_judged], client_max_size=2**12)
    app.on_response_prepare.append(_add_headers)
    app.router.add_get("/healthz", _health, allow_head=False)
    app.router.add_route("*", "/{path:.*}", Feeds(settings).answer)
    return app


async def _health(_request: web.Request) -> web.Response:
    return web.Response(text="ok\n")


async def _add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    for name, value in _ALWAYS.items():
        response.headers[name] = value


@web.middleware
async def _judged(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Log what we did not foresee by where it happened: what it says may hold an address."""
    try:
        return await handler(request)
    except Locked as refusal:
        return web.Response(status=429, headers={"Retry-After": str(refusal.seconds)})
    except (web.HTTPException, ConnectionError, TimeoutError):
        raise
    except Exception as exc:  # the outermost frame of a request
        _log.error("failed", kind=type(exc).__name__, where=traceback.format_tb(exc.__traceback__)[-3:])
        return web.Response(status=500)


class Feeds:
    """Answers for the files of one folder."""

    def __init__(self, settings: GateSettings) -> None:
        self._settings = settings
        self._addresses = Addresses()
        self._buckets = Buckets(_BURST, _EVERY_MS)
        self._seats = Seats(settings.answers, settings.answers_each)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer GET and HEAD; whatever is no open feed is answered alike, and as fast."""
        key = self._addresses.key(_address_of(request, self._settings))
        self._buckets.take(key, round(self._settings.clock() * 1000))
        match = _PATH.fullmatch(request.path) if request.method in ("GET", "HEAD") else None
        secret = _NOBODYS if match is None else match[1]
        path = self._settings.feeds / name_of(secret)
        with self._seats.seat(key):
            data = await asyncio.to_thread(_read, path)
            if data is None or match is None:
                return web.Response(status=404, text=_GONE)
            return await self._answered(request, secret, data)

    async def _answered(self, request: web.Request, secret: str, data: bytes) -> web.StreamResponse:
        try:
            facts = facts_of(data)
            if facts.until <= self._settings.clock():
                # The assistant is away for good: who has left since then is nobody's word any more.
                return web.Response(status=503, headers={"Retry-After": "3600"})
            headers = _headers(facts)
            if _has(request, facts):
                return web.Response(status=304, headers=headers)
            packed = await asyncio.to_thread(unseal, secret, data)
        except Damaged:
            _log.error("feed_damaged", feed=name_of(secret))
            return web.Response(status=503, headers={"Retry-After": "60"})
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            return await self._sent(request, packed, headers | {"Content-Encoding": "gzip"})
        return await self._sent(request, await asyncio.to_thread(gzip.decompress, packed), headers)

    async def _sent(self, request: web.Request, body: bytes, headers: dict[str, str]) -> web.StreamResponse:
        response = web.StreamResponse(headers=headers)
        response.content_length = len(body)
        try:
            async with asyncio.timeout(self._settings.answer_s):
                await response.prepare(request)
                if request.method == "GET":
                    for start in range(0, len(body), _PIECE):
                        await response.write(body[start : start + _PIECE])
                await response.write_eof()
        except TimeoutError:
            # Half a calendar is none: its length says so.
            if request.transport is not None:
                request.transport.abort()
        return response


def _read(path: Path) -> bytes | None:
    assert NAME.fullmatch(path.name)
    try:
        return path.read_bytes()
    except OSError:
        return None


def _headers(facts: Facts) -> dict[str, str]:
    return {
        "Content-Type": "text/calendar; charset=utf-8",
        "Content-Disposition": 'attachment; filename="agenda.ics"',
        # Weak: gzipped or not, it is the same calendar.
        "ETag": f'W/"{facts.etag}"',
        "Last-Modified": format_datetime(datetime.fromtimestamp(facts.modified, UTC), usegmt=True),
        "Vary": "Accept-Encoding",
    }


def _has(request: web.Request, facts: Facts) -> bool:
    """Tell whether whoever asks has it already (RFC 9110 §13.1.2, §13.1.3, §13.2.2)."""
    known = request.headers.get("If-None-Match")
    if known is not None:
        tags = {tag.strip().removeprefix("W/").strip('"') for tag in known.split(",")}
        return "*" in tags or facts.etag in tags
    try:
        since = parsedate_to_datetime(request.headers.get("If-Modified-Since", ""))
    except (ValueError, TypeError):
        return False
    return since.tzinfo is not None and facts.modified <= since.timestamp()


def _address_of(request: web.Request, settings: GateSettings) -> str | None:
    if settings.behind_proxy:
        # The last one is the proxy's own word; those before it are anybody's.
        return request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() or request.remote
    return request.remote
