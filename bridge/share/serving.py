"""The process: one public port, one for the assistant, one sweeper."""

import asyncio
import contextlib
import fcntl
import logging
import os
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import structlog
from aiohttp import web

from bots.database.engine import Database
from bridge.share import api, guard
from bridge.share.box import api as box_api
from bridge.share.box import opening as box_opening
from bridge.share.box.opening import Drop
from bridge.share.content import Content
from bridge.share.disk import Disk
from bridge.share.limiting import Addresses
from bridge.share.opening import Opening
from bridge.share.page.assembly import Place
from bridge.share.page.routes import add_routes
from bridge.share.settings import Clock, ShareSettings
from bridge.share.store.schema import prepare
from bridge.share.sweeping import Sweeper
from bridge.share.uploading import Uploads

_log = structlog.get_logger()


class AnotherRuns(Exception):
    """Another process serves *folder*."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"another share server runs on {folder}")
        self.folder = folder


def now_ms() -> int:
    """Return the time of this machine, in milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


async def serve(settings: ShareSettings, clock: Clock = now_ms) -> None:
    """Serve until SIGTERM or SIGINT."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    async with running(settings, clock):
        _log.info("share_ready", port=settings.port, api_port=settings.api_port)
        await stopped.wait()


@asynccontextmanager
async def running(settings: ShareSettings, clock: Clock) -> AsyncIterator[Database]:
    """Serve until the block ends. Raises :class:`AnotherRuns`."""
    settings.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone(settings):
        database = Database.open(settings.database)
        try:
            await prepare(database)
            async with _sites(database, settings, clock):
                yield database
        finally:
            await database.close()


@asynccontextmanager
async def _sites(database: Database, settings: ShareSettings, clock: Clock) -> AsyncIterator[None]:
    disk = Disk(settings.folder / "blobs")
    await disk.sweep(database)
    addresses = Addresses()
    content = Content(database, disk, settings, clock, addresses)
    opening = Opening(database, disk, settings, clock, addresses)
    sweeper = Sweeper(database, disk, clock, content.running)
    uploads = Uploads(database, disk, settings, clock)
    door = api.application(api.Api(database, disk, clock, content.running), uploads, settings)
    box_api.add_routes(door, box_api.BoxApi(database, disk, clock))
    drop = Drop(database, disk, settings, clock, addresses, uploads)
    async with contextlib.AsyncExitStack() as stack:
        await stack.enter_async_context(_site(door, "127.0.0.1", settings.api_port))
        await stack.enter_async_context(
            _site(public(opening, content, drop, sweeper, settings), settings.bind, settings.port)
        )
        sweeping = asyncio.create_task(sweeper.run())
        try:
            yield
        finally:
            sweeping.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await sweeping


def public(
    opening: Opening, content: Content, drop: Drop, sweeper: Sweeper, settings: ShareSettings
) -> web.Application:
    """Return the application for everybody."""

    async def health(_request: web.Request) -> web.Response:
        return web.Response(text="ok\n") if sweeper.healthy() else web.Response(text="stuck\n", status=503)

    app = web.Application(middlewares=[guard.judged, guard.same_origin(settings)], client_max_size=2**16)
    app.on_response_prepare.append(guard.add_headers)
    app.router.add_post("/s/{link}/open", opening.open)
    app.router.add_post("/s/{link}/lease", opening.lease)
    app.router.add_post("/s/{link}/release", opening.release)
    app.router.add_post("/s/{link}/done", opening.done)
    app.router.add_get("/s/{link}/blob/{place}", content.serve)
    box_opening.add_routes(app, drop)
    app.router.add_get("/healthz", health)
    add_routes(app, Place(settings.office, settings.zone))
    return app


@asynccontextmanager
async def _site(app: web.Application, host: str, port: int) -> AsyncIterator[None]:
    # aiohttp logs addresses, and of what it cannot read the very line: an address may hold a link's secret (case F20).
    silent = logging.Logger("share", logging.CRITICAL + 1)
    runner = web.AppRunner(
        app, access_log=None, logger=silent, keepalive_timeout=30, lingering_time=5, shutdown_timeout=2
    )
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        yield
    finally:
        await runner.cleanup()


@contextmanager
def _alone(settings: ShareSettings) -> Iterator[None]:
    file = os.open(settings.folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AnotherRuns(settings.folder) from None
        yield
    finally:
        os.close(file)
