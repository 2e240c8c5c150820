"""What the assistant's process does by itself, beside answering: a loop each, until it is told to stop."""

import asyncio
import signal

import structlog

from bots.assistant.handler.desk import Desk
from bots.assistant.handler.welcome import Welcome
from bots.files.scanning.inspector import Inspector
from bots.matrix.edge import MatrixEdge
from bots.matrix.errors import LoggedOut
from bridge.operate.assistant.calendars import Calendars
from bridge.operate.assistant.timing import Timed
from bridge.watch.watcher import Watcher

_log = structlog.get_logger(__name__)
_TICK_S = 1.0
_ERRAND_TICK_S = 0.25
_ERRAND_PAUSE_S = 10
_CATCH_UP_S = 30
"""How long, at a start, what is due waits for what was said meanwhile."""


async def until_stopped(
    edge: MatrixEdge,
    desk: Desk,
    timed: Timed,
    watcher: Watcher,
    welcome: Welcome,
    feeds: Calendars,
    inspector: Inspector | None,
) -> None:
    """Run all that an open assistant does, until SIGTERM or SIGINT."""
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with asyncio.TaskGroup() as group:
        work = [
            group.create_task(edge.run(timed)),
            group.create_task(watcher.run()),
            group.create_task(_tick(desk)),
            group.create_task(_meet_rooms(desk)),
            group.create_task(_run_errands(edge, desk)),
            group.create_task(_meet_people(welcome)),
            group.create_task(_write_feeds(edge, feeds)),
            group.create_task(feeds.reader.run()),
        ]
        if inspector is not None:
            work.append(group.create_task(_inspect(inspector)))
        await stopped.wait()
        for task in work:
            task.cancel()


async def _tick(desk: Desk) -> None:
    """Do what is due between syncs, which may be half a minute apart."""
    while True:
        await asyncio.sleep(_TICK_S)
        try:
            await desk.idle()
        except LoggedOut:
            # The edge has noticed too, and logs in again.
            continue
        except Exception as exc:  # the outermost loop: what is due now is due at the next tick
            _log.exception("idle_failed", error=type(exc).__name__)


async def _meet_rooms(desk: Desk) -> None:
    """Have rooms that are new answered soon, beside all that is due: a server that is away may hold that up."""
    while True:
        await asyncio.sleep(_TICK_S)
        try:
            await desk.upkeep.meet_rooms()
        except LoggedOut:
            # The edge logs in again.
            continue
        except Exception as exc:  # the outermost loop: who waits is answered at the next tick
            _log.exception("meeting_failed", error=type(exc).__name__)


async def _run_errands(edge: MatrixEdge, desk: Desk) -> None:
    """Do errands as they fall due, beside everything else: the network may take its time over one."""
    await _caught_up(edge)
    while True:
        await asyncio.sleep(_ERRAND_TICK_S)
        try:
            await desk.errands.tend()
        except Exception as exc:  # the outermost loop: what is due stands on disk, and is done later
            _log.exception("errands_failed", error=type(exc).__name__)
            await asyncio.sleep(_ERRAND_PAUSE_S)


async def _caught_up(edge: MatrixEdge) -> None:
    """Wait until what was said while we were away has been heard, if that does not take too long.

    What is due since may have been done by another assistant: then nothing is to be done, and nothing to be taken back.
    """
    for _ in range(int(_CATCH_UP_S / _ERRAND_TICK_S)):
        status = edge.status()
        if status.syncs and not status.inbox_waiting:
            return
        await asyncio.sleep(_ERRAND_TICK_S)


async def _write_feeds(edge: MatrixEdge, feeds: Calendars) -> None:
    """Keep feeds as they should be, once it is known who has left meanwhile."""
    await _caught_up(edge)
    await feeds.writer.run()


async def _inspect(inspector: Inspector) -> None:
    """Ask the antivirus about what was sent, beside everything else: a file may take it minutes."""
    while True:
        await asyncio.sleep(_TICK_S)
        try:
            await inspector.tend()
        except Exception as exc:  # the outermost loop: what waits stands on disk, and is asked about later
            _log.exception("scanning_failed", error=type(exc).__name__)
            await asyncio.sleep(_ERRAND_PAUSE_S)


async def _meet_people(welcome: Welcome) -> None:
    """Write to whoever is new, beside everything else: the homeserver may want us to wait for a long time."""
    while True:
        await asyncio.sleep(_TICK_S)
        try:
            await welcome.tend()
        except LoggedOut:
            # The edge logs in again.
            continue
        except Exception as exc:  # the outermost loop: who is new stays so
            _log.exception("welcome_failed", error=type(exc).__name__)
            await asyncio.sleep(_ERRAND_PAUSE_S)
