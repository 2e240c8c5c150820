"""A scripted content repository: as much of it as our media code talks to, and every way in which it can go wrong."""

import asyncio
from collections.abc import Callable
from typing import Any

from aiohttp import web

Fault = Callable[[str, str], tuple[int, dict[str, Any]] | None]


class Repository:
    """``blobs`` are by media id, as they came over the wire; ``uploads`` are the headers that came with them.

    ``serving`` replaces the answer to a download; ``largest`` is what the configuration says.
    """

    def __init__(self, known: Callable[[str], bool], fail: Fault) -> None:
        self._known = known
        self._fail = fail
        self.blobs: dict[str, bytes] = {}
        self.uploads: list[tuple[dict[str, str], str]] = []
        self.downloads: list[str] = []
        self.largest: int | None = None
        self.receiving: Callable[[web.Request], Any] | None = None
        self.serving: Callable[[web.Request, bytes], Any] | None = None

    def serve(self, app: web.Application) -> None:
        app.router.add_post("/_matrix/media/v3/upload", self._upload)
        app.router.add_get("/_matrix/client/v1/media/config", self._config)
        app.router.add_get("/_matrix/client/v1/media/download/{server}/{media}", self._download)

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        if (wrong := self._wrong(request)) is not None:
            return wrong
        self.uploads.append((dict(request.headers), request.query_string))
        if self.receiving is not None:
            answer: web.StreamResponse = await self.receiving(request)
            return answer
        media_id = f"media{len(self.blobs)}"
        self.blobs[media_id] = await request.read()
        return web.json_response({"content_uri": f"mxc://valbourg.fr/{media_id}"})

    async def _config(self, request: web.Request) -> web.StreamResponse:
        wrong = self._wrong(request)
        return wrong or web.json_response({} if self.largest is None else {"m.upload.size": self.largest})

    async def _download(self, request: web.Request) -> web.StreamResponse:
        if (wrong := self._wrong(request)) is not None:
            return wrong
        media_id = request.match_info["media"]
        self.downloads.append(request.rel_url.raw_path)
        blob = self.blobs.get(media_id)
        if blob is None:
            return web.json_response({"errcode": "M_NOT_FOUND", "error": ""}, status=404)
        if self.serving is not None:
            answer: web.StreamResponse = await self.serving(request, blob)
            return answer
        return web.Response(body=blob)

    def _wrong(self, request: web.Request) -> web.Response | None:
        broken = self._fail(request.method, request.path)
        if broken is not None:
            return web.json_response(broken[1], status=broken[0])
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not self._known(token):
            gone = {"errcode": "M_UNKNOWN_TOKEN", "error": "", "soft_logout": True}
            return web.json_response(gone, status=401)
        return None


async def cut(request: web.Request, blob: bytes) -> web.StreamResponse:
    """Promise all of *blob*, send half, break the connection."""
    response = web.StreamResponse(headers={"Content-Length": str(len(blob))})
    await response.prepare(request)
    await response.write(blob[: len(blob) // 2])
    assert request.transport is not None
    request.transport.close()
    return response


async def cut_chunks(request: web.Request, blob: bytes) -> web.StreamResponse:
    """The same without a length."""
    response = web.StreamResponse()
    response.enable_chunked_encoding()
    await response.prepare(request)
    await response.write(blob[: len(blob) // 2])
    assert request.transport is not None
    request.transport.close()
    return response


async def chunks(request: web.Request, blob: bytes) -> web.StreamResponse:
    """Send *blob* without saying how long it is."""
    response = web.StreamResponse()
    response.enable_chunked_encoding()
    await response.prepare(request)
    for start in range(0, len(blob), 1 << 16):
        await response.write(blob[start : start + (1 << 16)])
    await response.write_eof()
    return response


async def unframed(request: web.Request, blob: bytes) -> web.StreamResponse:
    """As HTTP/1.0 did it: the body ends where the connection ends."""
    assert request.transport is not None
    transport = request.transport
    transport.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + blob)
    transport.close()
    await asyncio.sleep(0)
    return web.Response(status=200)


async def stall(request: web.Request, blob: bytes) -> web.StreamResponse:
    """Send a byte and nothing more until the other side gives up."""
    response = web.StreamResponse(headers={"Content-Length": str(len(blob))})
    await response.prepare(request)
    await response.write(blob[:1])
    await asyncio.Event().wait()
    return response
