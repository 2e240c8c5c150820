"""Somebody else's calendar server, as friendly or as hostile as a test wants it."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from bridge.operate.ports import free_port

HEAD, FOOT = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n", "END:VCALENDAR\r\n"
Answering = Callable[[web.Request], Awaitable[web.StreamResponse]]


def event(uid: str, title: str, day: int = 26, *lines: str) -> str:
    """An event on a day of November 2026, at ten in Paris."""
    start = f"DTSTART;TZID=Europe/Paris:202611{day:02}T100000"
    end = f"DTEND;TZID=Europe/Paris:202611{day:02}T110000"
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", start, end, f"SUMMARY:{title}", *lines, "END:VEVENT", ""])


def calendar(*events: str, head: str = "") -> bytes:
    """A whole file."""
    return (HEAD + head + "".join(events) + FOOT).encode()


@dataclass
class Elsewhere:
    """The server: *body* is what it hands out with *headers*, unless *answer* does something else."""

    host: str = "127.0.0.1"
    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    answer: Answering | None = None
    asked: list[web.BaseRequest] = field(default_factory=list)
    port: int = field(default_factory=free_port)

    @property
    def url(self) -> str:
        """Where its calendar is."""
        return f"http://{self.host}:{self.port}/agenda.ics"

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer."""
        self.asked.append(request)
        if self.answer is not None:
            return await self.answer(request)  # type: ignore[arg-type]
        tag = self.headers.get("ETag")
        if tag is not None and request.headers.get("If-None-Match") == tag:
            return web.Response(status=304, headers=self.headers)
        return web.Response(body=self.body, status=self.status, headers=self.headers)


@asynccontextmanager
async def elsewhere(host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> AsyncIterator[Elsewhere]:
    """Yield a server that listens."""
    found = Elsewhere(host)
    runner = web.ServerRunner(web.Server(found.handle, access_log=None), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, host, found.port, ssl_context=tls).start()
    try:
        yield found
    finally:
        await runner.cleanup()
        await asyncio.sleep(0)
