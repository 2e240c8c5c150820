"""How each collectivity of a demo, or one town, is doing, asked from its own processes: nothing from memory."""

import asyncio
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp

from bridge.backup.making import noted
from bridge.operate.ports import HOST
from bridge.operate.process import Roster
from bridge.operate.services.fullness import is_full
from bridge.operate.services.keeping.timekeeping import now, runs
from bridge.operate.services.plan import Town
from bridge.operate.services.running import running
from bridge.operate.services.timers import BACKUP, REHEARSAL, plan
from bridge.people.administration import administering
from bridge.people.errors import PeopleError
from config.federation import Federation, FederationMember
from config.load import load_collectivity, load_federation
from config.secrets import Secrets
from config.settings import Collectivity

_TIMEOUT = aiohttp.ClientTimeout(total=5)


@dataclass(frozen=True, slots=True)
class RunTimes:
    """When something was last done, and when it is due next (ISO 8601); None: never."""

    last: str | None
    next: str | None
    failed: bool = False


@dataclass(frozen=True, slots=True)
class TownStatus:
    """One collectivity. None means: could not be asked. ``reaches`` tells for each neighbour if its server answers."""

    name: str
    server_name: str
    processes: Mapping[str, int | bool | None]
    synapse_version: str | None
    assistant_version: str | None
    assistant_status: str | None
    device_signed: bool | None
    rooms: int | None
    last_sync: str | None
    operations: int | None
    gaps: int | None
    waiting: int | None
    identities_changed: int | None = None
    without_identity: int | None = None
    scanned: bool | None = None
    scans_waiting: int | None = None
    scanner_away: bool | None = None
    snapshots: Mapping[str, int] = field(default_factory=dict)
    state_hashes: Mapping[str, str] = field(default_factory=dict)
    reaches: Mapping[str, bool | None] = field(default_factory=dict)
    timers: Mapping[str, RunTimes] = field(default_factory=dict)
    """Of ``backup`` and ``rehearsal``: the last, and the next."""
    full: bool = False
    """Whether the disk of the data holds hardly anything more."""
    timezone: str = "UTC"
    """Whose clocks people there look at, and what the settings' hours mean."""

    @property
    def well(self) -> bool:
        """Whether nothing needs anybody's attention."""
        return (
            all(self.processes.values())
            and self.assistant_status == "ok"
            and self.device_signed is True
            and not self.gaps
            and not self.identities_changed
            and not self.scanner_away
            and all(self.reaches.values())
            and not any(timed.failed for timed in self.timers.values())
            and not self.full
        )


async def look(directory: Path) -> tuple[TownStatus, ...]:
    """Ask every collectivity below *directory*; raises ``InvalidSettings`` when there is no demo there."""
    federation = load_federation(directory / "federation.yaml")
    labels = [each.server_name.partition(".")[0] for each in federation.members]
    collectivities = [load_collectivity(directory / label / "collectivity.yaml") for label in labels]
    alive = {name: each.pid for name, each in Roster.read(directory / "processes").items()}
    async with aiohttp.ClientSession(timeout=_TIMEOUT) as http:
        return tuple(await asyncio.gather(*(_ask(http, each, federation, alive, directory) for each in collectivities)))


async def look_at_town(town: Town, federation: Federation, secrets: Secrets) -> TownStatus:
    """Ask the processes of one town, whoever keeps them running; see ``services.running``."""
    collectivity = town.collectivity
    async with aiohttp.ClientSession(timeout=_TIMEOUT) as http:
        found = await _facts(http, collectivity)
    others = [each for each in federation.members if not each.former and each.server_name != collectivity.server_name]
    return replace(
        found,
        processes=await running(town),
        reaches=await _reached(collectivity, secrets, others),
        timers=_timers(collectivity),
        full=_is_full(collectivity),
    )


def _is_full(collectivity: Collectivity) -> bool:
    found = shutil.disk_usage(collectivity.paths.data)
    return is_full(found.total, found.free)


def _timers(collectivity: Collectivity) -> Mapping[str, RunTimes]:
    """Return what is done by the clock, and by hand: whoever did it last counts."""
    notes, done = noted(collectivity.paths.data), runs(collectivity.paths.run)
    planned = plan(collectivity, now())
    moments = {BACKUP: notes.get(BACKUP, {}).get("made"), REHEARSAL: notes.get(REHEARSAL, {}).get("at")}
    return {
        name: RunTimes(
            None if last is None else str(last),
            planned[name].isoformat(timespec="minutes") if name in planned else None,
            name in done and done[name].failed and not _since(last, done[name].began),
        )
        for name, last in moments.items()
    }


def _since(moment: object, began: datetime) -> bool:
    try:
        return datetime.fromisoformat(str(moment)) >= began
    except ValueError:
        return False


async def _reached(
    collectivity: Collectivity, secrets: Secrets, others: Sequence[FederationMember]
) -> Mapping[str, bool | None]:
    try:
        async with administering(collectivity, secrets) as administration:
            return {each.server_name: await administration.reaches(each.assistant) for each in others}
    except PeopleError:
        return {each.server_name: None for each in others}


async def _ask(
    http: aiohttp.ClientSession,
    collectivity: Collectivity,
    federation: Federation,
    alive: Mapping[str, int],
    directory: Path,
) -> TownStatus:
    name = collectivity.server_name
    others = [each for each in sorted(federation.listed_servers) if each != name]
    reaches = await asyncio.gather(*(_reaches(name, each, directory) for each in others))
    return replace(
        await _facts(http, collectivity),
        processes={
            "synapse": alive.get(f"synapse {name}"),
            "assistant": alive.get(f"assistant {name}"),
        },
        reaches=dict(zip(others, reaches, strict=True)),
    )


async def _facts(http: aiohttp.ClientSession, collectivity: Collectivity) -> TownStatus:
    """Return what both processes say of themselves."""
    network = collectivity.network
    health = await _json(http, f"http://{HOST}:{network.metrics_port}/healthz") or {}
    url = f"http://{network.bind}:{network.client_port}/_synapse/admin/v1/server_version"
    version = await _json(http, url) or {}
    return TownStatus(
        name=collectivity.name,
        server_name=collectivity.server_name,
        processes={},
        synapse_version=_text(version, "server_version"),
        assistant_version=_text(health, "version"),
        assistant_status=_text(health, "status"),
        device_signed=_yes(health, "device_signed"),
        rooms=_count(health, "rooms"),
        last_sync=_text(health, "last_sync"),
        operations=_count(health, "operations"),
        gaps=_count(health, "gaps"),
        waiting=_count(health, "waiting"),
        identities_changed=_count(health, "identities_changed"),
        without_identity=_count(health, "without_identity"),
        scanned=_yes(health, "scanned"),
        scans_waiting=_count(health, "scans_waiting"),
        scanner_away=_yes(health, "scanner_away"),
        snapshots=_counts(health.get("snapshots")),
        state_hashes=_hashes(health.get("state_hashes")),
        timezone=collectivity.timezone,
    )


async def _json(http: aiohttp.ClientSession, url: str) -> dict[str, Any] | None:
    try:
        async with http.get(url) as response:
            # Not only 200: an assistant that is not well says so with 503 and the same facts.
            raw = await response.json(content_type=None)
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return None
    return raw if isinstance(raw, dict) else None


async def _reaches(source: str, target: str, directory: Path) -> bool | None:
    """Tell whether a federation request gets from *source*'s side of the proxy to *target*; None when unknown."""
    try:
        wiring = json.loads(await asyncio.to_thread((directory / "wiring.json").read_text, "utf-8"))
        entrance = int(wiring["entrances"][source])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    try:
        async with asyncio.timeout(5):
            reader, writer = await asyncio.open_connection(HOST, entrance)
            try:
                writer.write(f"CONNECT {target}:8448 HTTP/1.1\r\n\r\n".encode())
                answer = await reader.readline()
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return False
    return answer.split()[1:2] == [b"200"]


def _text(raw: Mapping[str, Any], key: str) -> str | None:
    value = raw.get(key)
    return value if isinstance(value, str) else None


def _yes(raw: Mapping[str, Any], key: str) -> bool | None:
    value = raw.get(key)
    return value if isinstance(value, bool) else None


def _count(raw: Mapping[str, Any], key: str) -> int | None:
    value = raw.get(key)
    return value if isinstance(value, int) else None


def _hashes(raw: object) -> Mapping[str, str]:
    return {str(room): str(value) for room, value in raw.items()} if isinstance(raw, dict) else {}


def _counts(raw: object) -> Mapping[str, int]:
    return {str(key): each for key, each in raw.items() if isinstance(each, int)} if isinstance(raw, dict) else {}
