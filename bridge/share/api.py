"""The assistant's door, on a port of its own on loopback: uploads, links, their terms and what became of them."""

import hashlib
import hmac
import json
import re
from typing import Any, Final

from aiohttp import web
from aiohttp.typedefs import Middleware

from bots.database.engine import Database
from bridge.share.disk import Blobs, collect
from bridge.share.encoded import read_bytes
from bridge.share.errors import Refused
from bridge.share.guard import Handler, judged
from bridge.share.metering import CONTENT_TYPE, metered
from bridge.share.opening import LINK_ID
from bridge.share.running import Running
from bridge.share.settings import Clock, ShareSettings
from bridge.share.store import events, links
from bridge.share.store.links import HeldLink, NewLink
from bridge.share.uploading import Uploads

MOST_MANIFEST: Final = 8 * 2**20
MOST_BODY: Final = 12 * 2**20
_MOST_FILES: Final = 1000
_METRICS: Final = "/metrics"
_BLOB: Final = re.compile(r"[A-Za-z0-9_-]{22}")
_HERE: Final = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\])(?::[0-9]{1,5})?")


class Malformed(Refused):
    """The assistant said what makes no sense: *where*."""


class Api:
    """What the assistant asks."""

    def __init__(self, database: Database, disk: Blobs, clock: Clock, running: Running) -> None:
        self._database, self._disk, self._clock, self._running = database, disk, clock, running

    async def publish(self, request: web.Request) -> web.Response:
        """``PUT /api/links/<id>``: keep a link; the same again is the same link (200 instead of 201)."""
        new = read_link(_link_of(request), await request.read())
        async with self._database.begin() as transaction:
            fresh = await links.publish(transaction, new, self._clock())
        return web.json_response({}, status=201 if fresh else 200)

    async def tell(self, request: web.Request) -> web.Response:
        """``GET /api/links/<id>``: how it stands."""
        async with self._database.begin() as transaction:
            link = await links.find(transaction, _link_of(request))
        return web.json_response(_told(link, self._clock()))

    async def agree(self, request: web.Request) -> web.Response:
        """``PUT /api/links/<id>/terms``: other terms, absolute ones."""
        said = read_object(await request.read())
        expires, downloads = read_time(said.get("expires")), _downloads(said.get("downloads"))
        async with self._database.begin() as transaction:
            link = await links.agree(transaction, _link_of(request), expires, downloads, self._clock())
        return web.json_response(_told(link, self._clock()))

    async def revoke(self, request: web.Request) -> web.Response:
        """``DELETE /api/links/<id>``: end it now, in the middle of what is being sent; known or not, once or again."""
        name = _link_of(request)
        async with self._database.begin() as transaction:
            await links.end(transaction, name, "revoked", self._clock())
        self._running.cut(name)
        await collect(self._database, self._disk)
        return web.Response(status=204)

    async def events(self, request: web.Request) -> web.Response:
        """``GET /api/events?after=N``: what became of links, oldest first, a hundred at most."""
        raw = request.query.get("after", "0")
        if re.fullmatch(r"[0-9]{1,18}", raw) is None:
            raise Malformed("after")
        async with self._database.begin() as transaction:
            found = await events.after(transaction, int(raw), 100)
        told = [{"seq": event.seq, "link": event.link, "what": event.what, "at": event.at} for event in found]
        return web.json_response({"events": told})

    async def metrics(self, _request: web.Request) -> web.Response:
        """``GET /metrics``: how much of everything there is, in Prometheus' text format."""
        return web.Response(body=await metered(self._database, self._clock), headers={"Content-Type": CONTENT_TYPE})


def application(api: Api, uploads: Uploads, settings: ShareSettings) -> web.Application:
    """Return the application for ``api_port``."""
    app = web.Application(middlewares=[judged, _only_the_assistant(settings.token)], client_max_size=MOST_BODY)
    app.router.add_put("/api/links/{link}", api.publish)
    app.router.add_get("/api/links/{link}", api.tell)
    app.router.add_put("/api/links/{link}/terms", api.agree)
    app.router.add_delete("/api/links/{link}", api.revoke)
    app.router.add_get("/api/events", api.events)
    app.router.add_get(_METRICS, api.metrics)
    app.router.add_route("*", "/api/uploads/{blob}", uploads.handle)
    return app


def _only_the_assistant(token: str) -> Middleware:
    right = hashlib.sha256(f"Bearer {token}".encode()).digest()

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        shown = hashlib.sha256(request.headers.get("Authorization", "").encode(errors="replace")).digest()
        # A page in somebody's browser on this machine: its name leads here, or it says which page it is.
        if _HERE.fullmatch(request.host) is None or "Origin" in request.headers:
            return web.json_response({"error": "origin"}, status=403)
        if request.path == _METRICS:
            # Numbers only: whoever reads them need not hold what opens this door.
            return await handler(request)
        if not hmac.compare_digest(shown, right):
            return web.json_response({"error": "token"}, status=401)
        try:
            return await handler(request)
        except Malformed as malformed:
            return web.json_response({"error": "malformed", "where": str(malformed)}, status=400)

    return check


def read_link(name: str, raw: bytes) -> NewLink:
    """Return what the assistant wants kept; raises :class:`Malformed`. Pure."""
    said = read_object(raw)
    named = said.get("blobs")
    if not isinstance(named, list) or not 0 < len(named) <= _MOST_FILES or len(set(map(str, named))) < len(named):
        raise Malformed("blobs")
    if not all(isinstance(blob, str) and _BLOB.fullmatch(blob) for blob in named):
        raise Malformed("blobs")
    manifest = _bytes(said.get("manifest"), "manifest")
    if not 0 < len(manifest) <= MOST_MANIFEST:
        raise Malformed("manifest")
    return NewLink(
        id=name,
        knock_hash=read_hash(said.get("knock_hash"), "knock_hash"),
        proof_hash=read_hash(said.get("proof_hash"), "proof_hash"),
        manifest=manifest,
        protected=_flag(said.get("protected"), "protected"),
        made=hashlib.sha256(json.dumps(said, sort_keys=True).encode()).digest(),
        expires=read_time(said.get("expires")),
        downloads=_downloads(said.get("downloads")),
        burn=_flag(said.get("burn"), "burn"),
        blobs=tuple(named),
    )


def _told(link: HeldLink, now: int) -> dict[str, object]:
    how = link.end(now)
    state = how or ("exhausted" if link.exhausted() else "open")
    return {
        "state": state,
        "opened": link.opened,
        "last_opened": link.last_opened,
        "used": link.used,
        "downloads": link.downloads,
        "expires": link.expires,
        "burn": link.burn,
        "wrong": link.wrong,
        "locked": link.locked_until > now,
    }


def _link_of(request: web.Request) -> str:
    name = request.match_info["link"]
    if LINK_ID.fullmatch(name) is None:
        raise Malformed("link")
    return name


def read_object(raw: bytes) -> dict[str, Any]:
    """Return the JSON object that *raw* is; raises :class:`Malformed`."""
    try:
        said = json.loads(raw)
    except (ValueError, RecursionError):
        raise Malformed("JSON") from None
    if not isinstance(said, dict):
        raise Malformed("JSON")
    return said


def _bytes(raw: object, where: str) -> bytes:
    found = read_bytes(raw)
    if found is None:
        raise Malformed(where)
    return found


def read_hash(raw: object, where: str) -> bytes:
    """Return the SHA-256 that *raw* spells; raises :class:`Malformed`."""
    found = _bytes(raw, where)
    if len(found) != hashlib.sha256().digest_size:
        raise Malformed(where)
    return found


def _flag(raw: object, where: str) -> bool:
    if not isinstance(raw, bool):
        raise Malformed(where)
    return raw


def read_time(raw: object) -> int:
    """Return the date (ms) that *raw* is; raises :class:`Malformed`."""
    if type(raw) is not int or not 0 < raw < 2**53:
        raise Malformed("expires")
    return raw


def _downloads(raw: object) -> int | None:
    if raw is None:
        return None
    if type(raw) is not int or not 0 < raw < 10**6:
        raise Malformed("downloads")
    return raw
