"""A rehearsal: the newest backup is restored into a throw-away place, started there alone, and looked at.

What is started there reaches nobody: no other server, no push gateway. It has the town's own keys.
"""

import json
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp
from sqlalchemy import text

from bots.database.engine import Database
from bots.database.migrate import migrate
from bots.matrix.backoff import SystemClock
from bots.matrix.crypto.model import CrossSigningSeeds
from bots.matrix.edge import EdgeSettings, MatrixEdge
from bots.matrix.events import Event
from bots.matrix.homeserver.session import AppserviceLogin
from bridge.backup.copies import Copy
from bridge.backup.counting import Census, differences
from bridge.backup.databases import opened
from bridge.backup.errors import ArchiveTooLarge, NoRoomToRehearse
from bridge.backup.manifest import Counts, Manifest
from bridge.backup.restoring import fill, unpacked
from bridge.backup.served import own_cluster
from bridge.backup.staging import COLLECTIVITY, DATA, FEDERATION
from bridge.operate.capabilities import MemberList
from bridge.operate.ports import HOST, free_port
from bridge.operate.private import write_private
from bridge.operate.process import spawn, stop
from bridge.operate.synapse import Homeserver, wait_until_ready
from config.federation import Federation
from config.identifiers import EventId, RoomId
from config.load import load_collectivity, load_federation
from config.secrets import Secrets
from config.sections.fields import OWN_POSTGRESQL
from config.settings import Collectivity
from config.writing.render import render

_PATIENCE_S = 300
_MOST_TRIED = 200
_ENCRYPTED = text(
    "SELECT room_id, event_id FROM events WHERE type = 'm.room.encrypted' AND sender <> :me AND NOT outlier"
    " ORDER BY stream_ordering DESC LIMIT :most"
)
_MEDIA = text("SELECT media_id FROM local_media_repository WHERE url_cache IS NULL")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at; *expected* and *found* are what people compare."""

    what: str
    expected: str
    found: str

    @property
    def well(self) -> bool:
        """Whether it is as it was."""
        return self.expected == self.found


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What came of a rehearsal."""

    copy: Copy
    manifest: Manifest
    checks: Sequence[Check]
    seconds: float

    @property
    def well(self) -> bool:
        """Whether the backup is worth its name."""
        return all(check.well for check in self.checks)


async def rehearse(copy: Copy, key: str, secrets: Mapping[str, str] | None = None) -> Rehearsed:
    """Restore *copy*, start it, look, and throw it away; raises ``BackupError``, ``StartFailed`` and ``OSError``."""
    began = time.monotonic()
    place = Path(tempfile.mkdtemp(prefix="rehearsal-"))
    try:
        with unpacked(copy.place, key, place, secrets) as (folder, manifest):
            checks = await _look(folder, manifest)
    except ArchiveTooLarge as exc:
        raise NoRoomToRehearse(exc.room, place.parent) from exc
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return Rehearsed(copy, manifest, checks, time.monotonic() - began)


async def _look(folder: Path, manifest: Manifest) -> list[Check]:
    town = _throw_away(folder)
    collectivity, _members, _secrets = town
    async with AsyncExitStack() as stack:
        if collectivity.owns_postgresql:
            await stack.enter_async_context(own_cluster(collectivity, folder / "postgresql.log"))
            await fill(collectivity, folder)
        checks = _compared(manifest.counts, await _counted(*town))
        checks.append(Check("media files", "0", str(await _missing_media(collectivity))))
        edge = await stack.enter_async_context(_started(*town, folder))
        checks.append(Check("device signed", "True", str(edge.status().device_signed)))
        checks.append(Check("decrypted", *await _decrypted(edge, collectivity)))
    return checks


def _throw_away(folder: Path) -> tuple[Collectivity, Federation, Secrets]:
    """Return the town as it stands in *folder*, on ports and databases of its own."""
    told = load_collectivity(folder / COLLECTIVITY)
    port = free_port()
    network = told.network.model_copy(
        update={
            "bind": HOST,
            "client_port": port,
            "client_url": f"http://{HOST}:{port}",
            "certificate": None,
            "private_key": None,
            "certificate_authorities": (),
        }
    )
    paths = told.paths.model_copy(update={"data": folder / DATA})
    dumps = folder / "databases"
    alone = {
        "network": network,
        "paths": paths,
        "web": None,
        "database": OWN_POSTGRESQL if (dumps / "assistant.dump").is_file() else "sqlite",
        "synapse_database": OWN_POSTGRESQL if (dumps / "synapse.dump").is_file() else "sqlite",
    }
    return told.model_copy(update=alone), load_federation(folder / FEDERATION), Secrets.load(paths.secrets)


async def _counted(collectivity: Collectivity, federation: Federation, secrets: Secrets) -> Counts:
    census = Census(collectivity, federation, secrets)
    async with opened(_synapse_url(collectivity)) as transaction:
        await census.synapse(transaction)
    if collectivity.database != "sqlite" or (collectivity.paths.assistant / "assistant.db").is_file():
        async with opened(collectivity.database_url) as transaction:
            await census.assistant(transaction)
    return census.counts


def _synapse_url(collectivity: Collectivity) -> str:
    if collectivity.synapse_database == "sqlite":
        return f"sqlite:///{collectivity.paths.synapse / 'homeserver.db'}"
    return collectivity.synapse_database_url


def _compared(before: Counts, after: Counts) -> list[Check]:
    wrong = differences(before, after)
    checks = [
        Check(name, str(getattr(before, name)), str(getattr(after, name)))
        for name in ("users", "rooms", "events", "media", "operations")
    ]
    kinds = sorted(before.objects.keys() | after.objects.keys())
    checks += [Check(kind, str(before.objects.get(kind, 0)), str(after.objects.get(kind, 0))) for kind in kinds]
    same = "0" if "states" not in wrong else str(_unlike(before.states, after.states))
    return [*checks, Check("states", "0", same)]


def _unlike(before: object, after: object) -> int:
    assert isinstance(before, dict)
    assert isinstance(after, dict)
    return sum(before.get(room) != after.get(room) for room in before.keys() | after.keys())


async def _missing_media(collectivity: Collectivity) -> int:
    store = collectivity.paths.synapse / "media_store" / "local_content"
    async with opened(_synapse_url(collectivity)) as transaction:
        ids = [str(row.media_id) for row in await transaction.execute(_MEDIA)]
    return sum(not (store / name[:2] / name[2:4] / name[4:]).is_file() for name in ids)


@asynccontextmanager
async def _started(
    collectivity: Collectivity, federation: Federation, secrets: Secrets, folder: Path
) -> AsyncIterator[MatrixEdge]:
    """Run the homeserver alone, and be its assistant; nothing is said."""
    rendered = folder / "rendered"
    render(collectivity, federation, secrets, rendered)
    server = Homeserver(
        collectivity.server_name, rendered, collectivity.network.client_port, secrets.registration_shared_secret
    )
    child = server.child()
    # After the others, so that it wins: nobody is written to, neither servers nor telephones.
    alone = rendered / "alone.yaml"
    write_private(alone, json.dumps(isolation(collectivity)) + "\n")
    process = await spawn(replace(child, command=(*child.command, "-c", str(alone))))
    try:
        async with aiohttp.ClientSession() as http:
            await wait_until_ready(http, server, lambda: process.returncode is not None, _PATIENCE_S)
        async with _assistant(collectivity, federation, secrets) as edge:
            yield edge
    finally:
        await stop([process])


def isolation(collectivity: Collectivity) -> dict[str, object]:
    """Return the configuration under which a Synapse reaches nobody."""
    return {
        "federation_domain_whitelist": [collectivity.server_name],
        "send_federation": False,
        "start_pushers": False,
        # A port of this machine where nobody listens: whatever is still tried ends there.
        "http_proxy": f"http://{HOST}:9",
        "https_proxy": f"http://{HOST}:9",
        "no_proxy_hosts": [],
    }


@asynccontextmanager
async def _assistant(collectivity: Collectivity, federation: Federation, secrets: Secrets) -> AsyncIterator[MatrixEdge]:
    members = MemberList(federation)
    database = Database.open(collectivity.database_url)
    try:
        await migrate(database)
        settings = EdgeSettings(
            homeserver_url=f"http://{HOST}:{collectivity.network.client_port}",
            user_id=collectivity.assistant,
            login=AppserviceLogin(secrets.as_token),
            data=collectivity.paths.assistant,
            display_name=f"Beffroi · {collectivity.name}",
            pinned=members.pinned(),
            listed=members.servers,
            partners=members.assistants,
        )
        seeds = CrossSigningSeeds(secrets.master_seed, secrets.self_signing_seed, secrets.user_signing_seed)
        edge = await MatrixEdge.open(settings, database, seeds, clock=SystemClock())
        try:
            yield edge
        finally:
            await edge.close()
    finally:
        await database.close()


async def _decrypted(edge: MatrixEdge, collectivity: Collectivity) -> tuple[str, str]:
    """Return ("1", how many of the last encrypted messages could be read, at most 1); ("0", "0") when there is none."""
    # What we said as another device is closed to us (bots/matrix/crypto, "Weak spots").
    asked = {"most": _MOST_TRIED, "me": str(collectivity.assistant)}
    async with opened(_synapse_url(collectivity)) as transaction:
        said = [(row.room_id, row.event_id) for row in await transaction.execute(_ENCRYPTED, asked)]
    known = [(RoomId(room), EventId(event)) for room, event in said if edge.room(RoomId(room)) is not None]
    for room_id, event_id in known:
        event = await edge.fetch_event(room_id, event_id)
        if isinstance(event, Event) and event.encrypted:
            return "1", "1"
    return ("1", "0") if known else ("0", "0")
