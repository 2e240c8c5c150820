"""Uploads over tus: each is a promise first, then bytes at the offset that both sides know, then a whole blob."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Final

from aiohttp import ClientError, web
from aiohttp.http_exceptions import HttpProcessingError

from bots.database.engine import Database
from bridge.share import tus
from bridge.share.disk import Blobs
from bridge.share.errors import Conflict
from bridge.share.settings import Clock, ShareSettings
from bridge.share.store import blobs
from bridge.share.store.blobs import FOR_GOOD, Blob

_LASTS: Final = 86_400_000
_SLOWEST: Final = 4096
"""Bytes a second, on the whole of a PATCH: whoever is slower comes back with the next one."""
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{22}")


class TooSlow(Exception):
    """Nothing came for a while, or hardly anything; what came is kept."""


class Uploads:
    """The tus resources ``/uploads/<id>``. Whoever may use them was asked before."""

    def __init__(self, database: Database, disk: Blobs, settings: ShareSettings, clock: Clock) -> None:
        self._database, self._disk, self._settings, self._clock = database, disk, settings, clock
        self._writing: set[str] = set()

    async def handle(self, request: web.Request) -> web.Response:
        """Answer one tus request about the upload that its address names."""
        return await self.act(request, request.match_info["blob"])

    async def act(self, request: web.Request, name: str, size: int | None = None) -> web.Response:
        """Answer one tus request about the upload *name*; *size*: nothing may be announced but so many bytes."""
        method = request.method
        if method == "POST":
            method = request.headers.get("X-HTTP-Method-Override", method).upper()
        if method == "OPTIONS":
            return web.Response(status=204, headers=self._about())
        work = {"POST": self._create, "HEAD": self._tell, "PATCH": self._receive, "DELETE": self._terminate}.get(method)
        if work is None:
            raise web.HTTPMethodNotAllowed(method, ["DELETE", "HEAD", "OPTIONS", "PATCH", "POST"])
        if _NAME.fullmatch(name) is None:
            raise web.HTTPNotFound()
        try:
            tus.check_version(request.headers)
            if size is not None:
                _announces(request, method, size)
            response = await work(request, name)
        except tus.Wrong as wrong:
            response = web.Response(status=wrong.status, text=f"{wrong.reason}\n", headers=self._about())
            # Its body is not swallowed: nobody makes us read what we refuse.
            response.force_close()
        response.headers["Tus-Resumable"] = tus.VERSION
        return response

    def _about(self) -> dict[str, str]:
        return {
            "Tus-Version": tus.VERSION,
            "Tus-Extension": tus.EXTENSIONS,
            "Tus-Max-Size": str(self._settings.largest),
            "Tus-Resumable": tus.VERSION,
        }

    async def _create(self, request: web.Request, name: str) -> web.Response:
        length = tus.read_length(request.headers, self._settings.largest)
        wanted = Blob(name, length, 0, self._clock() + _LASTS, None)
        async with self._database.begin() as transaction:
            blob = await blobs.promise(transaction, wanted, self._settings.quota)
        if length == 0:
            await self.create_empty(name)
        return web.Response(status=201, headers={"Location": request.path, **self._state(blob)})

    async def create_empty(self, name: str) -> None:
        """Put an upload of nothing, which nobody will send anything of, on the disk."""
        await self._disk.write(name, 0, _nothing())

    async def _tell(self, _request: web.Request, name: str) -> web.Response:
        blob = await self._found(name)
        return web.Response(
            status=200, headers={"Cache-Control": "no-store", "Upload-Length": str(blob.size), **self._state(blob)}
        )

    async def _receive(self, request: web.Request, name: str) -> web.Response:
        if name in self._writing:
            raise tus.Wrong(423, "another request writes to it")
        self._writing.add(name)
        try:
            blob = await self._found(name)
            start = tus.read_patch(request.headers, blob.received, blob.size, request.content_length)
            received = await self._take(request, blob, start)
        finally:
            self._writing.discard(name)
        return web.Response(status=204, headers={"Upload-Offset": str(received)})

    async def _take(self, request: web.Request, blob: Blob, start: int) -> int:
        """Write what comes; note how far it went also where the line was cut."""
        if blob.whole:
            return start
        try:
            body = _body(request, blob.size - start, self._settings)
            return await self._noted(blob, await self._disk.write(blob.id, start, body))
        except Beyond:
            await self._disk.write(blob.id, start, _nothing())
            raise tus.Wrong(413, "beyond Upload-Length") from None
        except (ClientError, HttpProcessingError, TooSlow, OSError):
            await self._noted(blob, await self._disk.size(blob.id))
            raise

    async def _noted(self, blob: Blob, received: int) -> int:
        async with self._database.begin() as transaction:
            moved = await blobs.advance(transaction, blob.id, blob.received, received, self._clock() + _LASTS)
        if not moved:
            raise Conflict("it was ended meanwhile")
        return received

    async def _terminate(self, _request: web.Request, name: str) -> web.Response:
        blob = await self._found(name)
        if blob.link is not None:
            raise Conflict("a link holds it")
        async with self._database.begin() as transaction:
            await blobs.doom(transaction, blob=name)
        return web.Response(status=204)

    async def _found(self, name: str) -> Blob:
        async with self._database.begin() as transaction:
            return await blobs.find(transaction, name, self._clock())

    def _state(self, blob: Blob) -> dict[str, str]:
        told = {"Upload-Offset": str(blob.received)}
        if blob.expires == FOR_GOOD:
            return told
        expires = datetime.fromtimestamp(blob.expires / 1000, UTC)
        return {**told, "Upload-Expires": format_datetime(expires, usegmt=True)}


def _announces(request: web.Request, method: str, size: int) -> None:
    """Let nothing be created but what was promised, and nothing be ended."""
    if method == "DELETE":
        raise tus.Wrong(403, "it is part of a whole")
    if method == "POST" and tus.read_length(request.headers, size) != size:
        raise tus.Wrong(413, "another length than was promised")


class Beyond(Exception):
    """More came than was promised."""


async def _body(request: web.Request, room: int, settings: ShareSettings) -> AsyncIterator[bytes]:
    """Yield the request's body as it comes; raises :class:`Beyond` behind *room* bytes, and :class:`TooSlow`."""
    loop = asyncio.get_running_loop()
    began, taken = loop.time(), 0
    while True:
        try:
            async with asyncio.timeout(settings.silence_s):
                piece = await request.content.readany()
        except TimeoutError:
            raise TooSlow("silence") from None
        if not piece:
            return
        taken += len(piece)
        if taken > room:
            raise Beyond
        if loop.time() - began > settings.grace_s + taken / _SLOWEST:
            raise TooSlow("too slow")
        yield piece


async def _nothing() -> AsyncIterator[bytes]:
    return
    yield b""
