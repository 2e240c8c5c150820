"""What is watched, looked at: the assistant's own queues, the town's other processes, its disks, its partners."""

import asyncio
import shutil
import ssl
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import aiohttp
import structlog
from cryptography import x509
from sqlalchemy import text

from bots.database.engine import Database
from bridge.operate.ports import HOST
from bridge.people.administration import Administration, administering
from bridge.people.errors import PeopleError
from bridge.people.listing import list_anew, missing
from bridge.watch import sample
from bridge.watch.notes import noted
from bridge.watch.pace import Pace
from bridge.watch.sample import Sample
from config.federation import Federation
from config.secrets import Secrets
from config.settings import Collectivity

PARTNERS_S: Final = 300
"""How often the homeserver is asked about the partners: each time we sign in for it."""
RELIST_S: Final = 86_400
"""Whoever is not found after that will not be found by listing them once more."""
_log = structlog.get_logger(__name__)
_TIMEOUT: Final = aiohttp.ClientTimeout(total=5)
_ERRAND: Final = text("SELECT MIN(due) FROM assistant_errand")
_QUEUED: Final = text("SELECT MIN(enqueued_at) FROM matrix_outbox WHERE state = 'queued'")
_SIZE: Final = text("SELECT pg_database_size(current_database())")


@dataclass(slots=True)
class Gathering:
    """Looks at one town; *own* gives what the assistant says of itself."""

    collectivity: Collectivity
    federation: Federation
    secrets: Secrets
    database: Database
    own: Callable[[], Mapping[sample.Metric, float]]
    now: Callable[[], float] = time.time
    _pace: Pace = field(default_factory=Pace)
    _partners: Sequence[Sample] = ()
    _asked: float = field(default=0.0)
    _relisted: float = field(default=0.0)

    async def look(self) -> list[Sample]:
        """Return everything that is watched, as it is now; what cannot be looked at is not in it."""
        found = [Sample(metric, value) for metric, value in self.own().items()]
        found += [one async for one in self._queues()]
        found += self._timers()
        found += self._disks()
        async with aiohttp.ClientSession(timeout=_TIMEOUT) as http:
            found += [one async for one in self._services(http)]
            found += [one async for one in self._synapse(http)]
        days = await self._certificate()
        if days is not None:
            found.append(Sample(sample.CERTIFICATE, days))
        return [*found, *await self._partners_now()]

    async def _queues(self) -> AsyncIterator[Sample]:
        async with self.database.begin() as transaction:
            due = (await transaction.execute(_ERRAND)).scalar()
            queued = (await transaction.execute(_QUEUED)).scalar()
            size = None if self.collectivity.database == "sqlite" else (await transaction.execute(_SIZE)).scalar()
        yield Sample(sample.ERRANDS, self._age(due))
        yield Sample(sample.OUTBOX, self._age(queued))
        paths = self.collectivity.paths
        sizes = {
            "assistant": size if size is not None else _size(paths.assistant / "assistant.db"),
            "synapse": _size(paths.synapse / "homeserver.db"),
            "share": _size(paths.share / "share.db"),
        }
        for name, held in sizes.items():
            if held:
                yield Sample(sample.DATABASE, float(held), name)

    def _age(self, moment_ms: int | None) -> float:
        return 0.0 if moment_ms is None else max(0.0, self.now() - moment_ms / 1000)

    def _timers(self) -> Iterator[Sample]:
        paths = self.collectivity.paths
        notes = noted(paths)
        # Without any, since there is a town: a fresh one has two days for its first.
        begun = _moment(paths.secrets)
        yield Sample(sample.BACKUP, self.now() - (notes.backup or begun))
        yield Sample(sample.REHEARSAL, self.now() - (notes.rehearsal or begun))
        for name, failed in notes.failed.items():
            yield Sample(sample.FAILED, float(failed), name)

    def _disks(self) -> Iterator[Sample]:
        for name, folder in (("data", self.collectivity.paths.data), ("backups", self.collectivity.backups.place)):
            if folder is not None and folder.is_dir():
                used = shutil.disk_usage(folder)
                yield Sample(sample.DISK, used.free / used.total, name)

    async def _services(self, http: aiohttp.ClientSession) -> AsyncIterator[Sample]:
        collectivity = self.collectivity
        # In containers each has its own loopback: their health checks are the engine's.
        if collectivity.containers:
            return
        yield Sample(sample.SERVICE, float(await _answers(http, f"{collectivity.homeserver_url}/health")), "synapse")
        if collectivity.web is None:
            return
        share, calendars = collectivity.share, collectivity.calendars
        for name, port in (("share", share.port), ("calendars", calendars.port)):
            yield Sample(sample.SERVICE, float(await _answers(http, f"http://{HOST}:{port}/healthz")), name)
        yield Sample(sample.SERVICE, float(await _listens(collectivity.web.https_port)), "caddy")

    async def _synapse(self, http: aiohttp.ClientSession) -> AsyncIterator[Sample]:
        """Ask Synapse itself; it tells only where nobody else hears it."""
        try:
            async with http.get(f"{self.collectivity.homeserver_url}/_synapse/metrics") as response:
                took = self._pace.since(await response.read()) if response.status == 200 else None
        except (aiohttp.ClientError, TimeoutError):
            return
        # Nobody has written for a minute: nobody waits.
        yield Sample(sample.SENDING, took or 0.0)

    async def _certificate(self) -> float | None:
        """Return for how many days the certificate holds that Caddy shows; None where it shows none."""
        web = self.collectivity.web
        if web is None or self.collectivity.containers:
            return None
        # Whether it is believed is the doctor's question; here it is only when it ends.
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        try:
            async with asyncio.timeout(5):
                _reader, writer = await asyncio.open_connection(
                    HOST, web.https_port, ssl=context, server_hostname=self.collectivity.client_host
                )
        except (OSError, TimeoutError):
            return None
        shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        writer.close()
        end = x509.load_der_x509_certificate(shown).not_valid_after_utc
        return (end - datetime.fromtimestamp(self.now(), UTC)).total_seconds() / 86_400

    async def _partners_now(self) -> Sequence[Sample]:
        if self.now() - self._asked < PARTNERS_S:
            return self._partners
        self._asked = self.now()
        try:
            async with administering(self.collectivity, self.secrets) as administration:
                self._partners = await self._failing(administration)
                await self._have_found(administration)
        except PeopleError:
            # That the homeserver is away is said by another number.
            return self._partners
        return self._partners

    async def _have_found(self, administration: Administration) -> None:
        """Have the homeserver list everybody anew where its first list went without us; once a day at most."""
        wanted = (self.collectivity.assistant, *self.collectivity.admins)
        if self.now() - self._relisted < RELIST_S or not await missing(administration, wanted):
            return
        if await list_anew(administration):
            self._relisted = self.now()
            _log.warning("directory_listed_anew")

    async def _failing(self, administration: Administration) -> Sequence[Sample]:
        told = await administration.ask("GET", "/_synapse/admin/v1/federation/destinations", query={"limit": "1000"})
        since = {str(row["destination"]): row.get("failure_ts") for row in told.get("destinations", ())}
        names = [
            member.server_name
            for member in self.federation.members
            if not member.former and member.server_name != self.collectivity.server_name
        ]
        return [Sample(sample.PARTNER, self._age(since.get(name)), name) for name in names]


async def _answers(http: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with http.get(url) as response:
            return response.status == 200
    except (aiohttp.ClientError, TimeoutError):
        return False


async def _listens(port: int) -> bool:
    try:
        async with asyncio.timeout(5):
            _reader, writer = await asyncio.open_connection(HOST, port)
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _moment(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
