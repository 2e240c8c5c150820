"""The assistant's process, wired together: the one place that knows every part."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
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
from bots.matrix.backoff import SystemClock
from bots.matrix.crypto.model import CrossSigningSeeds
from bots.matrix.edge import EdgeSettings, MatrixEdge
from bots.matrix.homeserver.session import AppserviceLogin
from bots.register.format.signature import Signer
from bots.register.store.ledger import Ledger
from bridge.operate.assistant.calendars import calendars
from bridge.operate.assistant.dying import errand_seams, seams
from bridge.operate.assistant.health import RoomLook, application
from bridge.operate.assistant.links import links
from bridge.operate.assistant.loops import until_stopped
from bridge.operate.assistant.reporter import Reporter
from bridge.operate.assistant.timing import Timed
from bridge.operate.capabilities import MemberList, capabilities
from bridge.operate.private import keep_private
from bridge.watch.gathering import Gathering
from bridge.watch.watcher import Watcher
from config.errors import MalformedId
from config.federation import Federation
from config.identifiers import RoomId
from config.secrets import Secrets
from config.settings import Collectivity

_log = structlog.get_logger(__name__)


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
            seams=seams(),
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
                    zones=members.zones(),
                    keepers=Keepers((keeper, Everywhere(keeper), linking.watch, *feeds.keepers(), linking.box_watch)),
                )
                desk.errands.reach = errand_seams()
                linking.box_watch.soon, linking.box_watch.lineage = desk.errands.soon, desk.line.gatherer.lineage
                reporter = Reporter(edge, desk, linking.inspector, lambda: linking.box_watch.unknown)
                timed = Timed(desk)
                watcher = Watcher(Gathering(collectivity, federation, secrets, database, reporter.own), edge)
                listening = application(
                    reporter, _looking(database, ledger, desk), lambda: watcher.samples, timed.histogram
                )
                async with _listening(collectivity, listening):
                    _log.info("assistant_ready", user_id=collectivity.assistant)
                    welcome = _welcome(collectivity, edge, database, members, clock)
                    await until_stopped(edge, desk, timed, watcher, welcome, feeds, linking.inspector)
        finally:
            await edge.close()


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
        from bridge.operate.assistant.inspection import inspect, report_json  # noqa: PLC0415

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
