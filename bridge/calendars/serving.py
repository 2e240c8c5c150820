"""The process: one port for everybody's applications, and the messenger that follows addresses."""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from aiohttp import web

from bridge.calendars.answering import application
from bridge.calendars.fetching import Fetcher
from bridge.calendars.messenger import Messenger
from bridge.calendars.settings import GateSettings

_log = structlog.get_logger(__name__)


async def serve(settings: GateSettings) -> None:
    """Serve until SIGTERM or SIGINT."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    async with running(settings):
        _log.info("calendars_ready", port=settings.port)
        await stopped.wait()


@asynccontextmanager
async def running(settings: GateSettings) -> AsyncIterator[None]:
    """Serve until the block ends."""
    settings.feeds.mkdir(mode=0o700, parents=True, exist_ok=True)
    # aiohttp logs addresses, and of what it cannot read the very line: an address is what opens a feed.
    messenger = Messenger(settings.folder, Fetcher(settings.private_addresses, settings.patience_s), settings.look_s)
    silent = logging.Logger("calendars", logging.CRITICAL + 1)
    runner = web.AppRunner(
        application(settings),
        access_log=None,
        logger=silent,
        keepalive_timeout=30,
        lingering_time=5,
        shutdown_timeout=2,
    )
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.bind, settings.port).start()
        carrying = asyncio.create_task(messenger.run())
        try:
            yield
        finally:
            carrying.cancel()
            await asyncio.gather(carrying, return_exceptions=True)
    finally:
        await runner.cleanup()
