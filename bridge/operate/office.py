"""The assistant's process, wired together: the one place that knows every part."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as version_of
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo

import structlog
from aiohttp import web

import bridge.operate.schema  # noqa: F401 - declares every table
from bots.assistant.dispatch.dispatcher import Dispatcher
from bots.assistant.handler.desk import Desk
from bots.assistant.handler.keeping import Keepers
from bots.assistant.handler.welcome import Welcome
from bots.database.engine import Database
from bots.database.migrate import migrate
from bots.files.keeping.everywhere import Everywhere
from bots.files.keeping.keeper import FileKeeper
from bots.files.scanning.inspector import Inspector
from bots.matrix.backoff import SystemClock
from bots.matrix.crypto.model import CrossSigningSeeds
from bots.matrix.edge import EdgeSettings, MatrixEdge
from bots.matrix.errors import LoggedOut
from bots.matrix.homeserver.session import AppserviceLogin
from bots.matrix.seams import NO_SEAMS, DeadlySeams, SeamName, Seams
from bots.register.format.signature import Signer
from bots.register.store.ledger import Ledger
from bridge.operate.calendars import Calendars, calendars
from bridge.operate.capabilities import MemberList, capabilities
from bridge.operate.health import Health, RoomLook, application
from bridge.operate.links import links
from bridge.operate.private import keep_private
from bridge.operate.timing import Timed
from bridge.watch import sample
from bridge.watch.gathering import Gathering
from bridge.watch.sample import Metric
from bridge.watch.watcher import Watcher
from config.errors import MalformedId
from config.federation import Federation
from config.identifiers import RoomId
from config.secrets import Secrets
from config.settings import Collectivity

_log = structlog.get_logger(__name__)
_TICK_S = 1.0
_ERRAND_TICK_S = 0.25
_ERRAND_PAUSE_S = 10
_CATCH_UP_S = 30
"""How long, at a start, what is due waits for what was said meanwhile."""
_STALE_S = 120
"""Without a sync for this long we are not well: a long poll lasts half a minute."""
_STUCK_MS = 60_000
"""Nobody's event may wait for so long without anything being done about it."""


async def serve(collectivity: Collectivity, federation: Federation, secrets: Secrets) -> None:
    """Run the assistant of *collectivity* until SIGTERM or SIGINT."""
    keep_private()
    members = MemberList(federation)
    data = collectivity.paths.assistant
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    async with _database(collectivity) as database:
        await migrate(database)
        clock = SystemClock()
        edge = await MatrixEdge.open(
            _edge_settings(collectivity, secrets, members, data),
            database,
            CrossSigningSeeds(secrets.master_seed, secrets.self_signing_seed, secrets.user_signing_seed),
            clock=clock,
            seams=_seams(),
        )
        ledger = Ledger(collectivity.assistant, Signer(secrets.register_seed), members.keys)
        try:
            async with database.begin() as transaction:
                await ledger.open(transaction)
            feeds = calendars(collectivity, secrets, edge, database, ledger, clock.now_ms)
            keeper = FileKeeper(
                edge, database, clock.now_ms, members.assistants, scanned=collectivity.antivirus is not None
            )
            async with links(collectivity, secrets, edge, database, clock.now_ms, keeper) as linking:
                desk = Desk(
                    edge,
                    database,
                    ledger,
                    Dispatcher(capabilities(collectivity, members, (*linking.offers(), *feeds.offers()))),
                    members.assistants,
                    locale=collectivity.locale,
                    zone=ZoneInfo(collectivity.timezone),
                    keepers=Keepers((keeper, Everywhere(keeper), linking.watch, *feeds.keepers(), linking.box_watch)),
                )
                linking.box_watch.soon, linking.box_watch.lineage = desk.errands.soon, desk.line.gatherer.lineage
                reporter, timed = Reporter(edge, desk, linking.inspector), Timed(desk)
                watcher = Watcher(Gathering(collectivity, federation, secrets, database, reporter.own), edge)
                listening = application(
                    reporter, _looking(database, ledger, desk), lambda: watcher.samples, timed.histogram
                )
                async with _listening(collectivity, listening):
                    _log.info("assistant_ready", user_id=collectivity.assistant)
                    welcome = _welcome(collectivity, edge, database, members, clock)
                    await _until_stopped(edge, desk, timed, watcher, welcome, feeds, linking.inspector)
        finally:
            await edge.close()


class Reporter:
    """Puts together what ``/healthz`` says."""

    def __init__(self, edge: MatrixEdge, desk: Desk, inspector: Inspector | None) -> None:
        self._edge = edge
        self._desk = desk
        self._inspector = inspector

    def own(self) -> Mapping[Metric, float]:
        """Return what of that is watched."""
        ledger = self._desk.ledger
        gaps = sum(_missing(ledger, room) for room in ledger.rooms())
        return {sample.STUCK: self._edge.status().stuck_ms / 1000, sample.GAPS: float(gaps)}

    def __call__(self) -> Health:
        """Return how the assistant is now."""
        edge, ledger = self._edge.status(), self._desk.ledger
        synced = None if edge.last_sync is None else datetime.fromtimestamp(edge.last_sync / 1000, UTC)
        stale = synced is None or (datetime.now(UTC) - synced).total_seconds() > _STALE_S
        stuck = edge.stuck_ms > _STUCK_MS
        rooms = sorted(ledger.rooms())
        return Health(
            status="stale" if stale else "stuck" if stuck else "ok",
            version=version(),
            user_id=self._edge.user_id,
            device_id=edge.device_id,
            device_signed=edge.device_signed,
            rooms=edge.rooms,
            last_sync=synced.isoformat() if synced else None,
            operations=sum(ledger.known(each).operations for each in rooms),
            gaps=sum(_missing(ledger, each) for each in rooms),
            waiting=sum(ledger.waiting(each) for each in rooms),
            inbox_waiting=edge.inbox_waiting,
            outbox_waiting=edge.outbox_waiting,
            to_device_waiting=edge.to_device_waiting,
            unreadable=edge.unreadable,
            failed=edge.failed,
            stuck_s=edge.stuck_ms // 1000,
            identities_changed=edge.identities_changed,
            without_identity=edge.without_identity,
            rejected=dict(self._desk.registrar.rejected + self._desk.reconciler.counts),
            handled=dict(self._desk.handled),
            snapshots=dict(self._desk.newcomers.counts + self._desk.chapters.counts),
            joining=len(self._desk.newcomers.waiting()),
            scanned=self._inspector is not None,
            scans_waiting=0 if self._inspector is None else self._inspector.waiting,
            scanner_away=self._inspector is not None and self._inspector.away,
            state_hashes={each: ledger.state_hash(each) for each in rooms},
        )


def _missing(ledger: Ledger, room_id: str) -> int:
    gaps = ledger.gaps(room_id)  # type: ignore[arg-type] # the ledger's own room ids
    return sum(last - first + 1 for ranges in gaps.values() for first, last in ranges)


def version() -> str:
    """Return our version; a checkout that is not installed says so."""
    try:
        return version_of("beffroi")
    except PackageNotFoundError:
        return "0.1.0+checkout"


def _edge_settings(collectivity: Collectivity, secrets: Secrets, members: MemberList, data: Path) -> EdgeSettings:
    return EdgeSettings(
        homeserver_url=collectivity.homeserver_url,
        user_id=collectivity.assistant,
        login=AppserviceLogin(secrets.as_token),
        data=data,
        display_name=f"Beffroi · {collectivity.name}",
        pinned=members.pinned(),
        listed=members.servers,
        partners=members.assistants,
    )


def _seams() -> Seams:
    """Return the seams; ``BEFFROI_DIE_AT=handled:3`` (acceptance tests) kills this process at the third ``handled``."""
    name, _, nth = os.environ.get("BEFFROI_DIE_AT", "").partition(":")
    return DeadlySeams(name, int(nth or 1)) if name in get_args(SeamName) else NO_SEAMS  # type: ignore[arg-type]


@asynccontextmanager
async def _database(collectivity: Collectivity) -> AsyncIterator[Database]:
    database = Database.open(collectivity.database_url)
    try:
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def _listening(collectivity: Collectivity, listening: web.Application) -> AsyncIterator[None]:
    runner = web.AppRunner(listening, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", collectivity.network.metrics_port).start()
        yield
    finally:
        await runner.cleanup()


def _looking(database: Database, ledger: Ledger, desk: Desk) -> RoomLook:
    async def look(room: str) -> Mapping[str, object] | None:
        try:
            room_id = RoomId.parse(room)
        except MalformedId:
            return None
        # Only when somebody asks: tables for people are no business of this process.
        from bridge.operate.inspection import inspect, report_json  # noqa: PLC0415

        report = await inspect(database, ledger, desk, room_id)
        return None if report is None else report_json(report)

    return look


def _welcome(
    collectivity: Collectivity, edge: MatrixEdge, database: Database, members: MemberList, clock: SystemClock
) -> Welcome:
    return Welcome(
        edge,
        database,
        members.assistants,
        clock.now_ms,
        locale=collectivity.locale,
        bots=frozenset(collectivity.bots),
        wanted=collectivity.welcome,
    )


async def _until_stopped(
    edge: MatrixEdge,
    desk: Desk,
    timed: Timed,
    watcher: Watcher,
    welcome: Welcome,
    feeds: Calendars,
    inspector: Inspector | None,
) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with asyncio.TaskGroup() as group:
        work = [
            group.create_task(edge.run(timed)),
            group.create_task(watcher.run()),
            group.create_task(_tick(desk)),
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
