"""The partners: whether each answers our homeserver, and whether it gets through to us; told apart."""

import asyncio
import json
import re
import ssl
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import aiohttp

from bridge.backup.staging import Town
from bridge.doctor.finding import Finding, ill, unknown, well
from bridge.operate.ports import HOST
from bridge.people.administration import Administration
from config.identifiers import ServerName
from config.settings import Collectivity
from config.texts import Texts

_SOON: Final = aiohttp.ClientTimeout(total=5)
_PATIENCE: Final = aiohttp.ClientTimeout(total=20, sock_connect=5)
"""A partner's homeserver tries for about ten seconds before it says that it does not get through."""
_MOST: Final = 1 << 20
_PORT: Final = 8448
_DAY_MS: Final = 86_400_000
_ASKED: Final = re.compile(
    rb'^synapse_http_server_response_time_seconds_count\{[^}\n]*servlet="LocalKey"[^}\n]*\} (\S+)$', re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Way:
    """How other homeservers are reached from here: by *proxy* where there is no DNS, trusting *authorities* too."""

    proxy: str | None = None
    authorities: tuple[Path, ...] = ()

    @classmethod
    def of(cls, collectivity: Collectivity) -> "Way":
        """Return the way that our own homeserver takes."""
        web, own = collectivity.web, collectivity.network.certificate_authorities
        if web is None or web.neighbours_port is None:
            return cls(None, own)
        # What `render` has written for Synapse: the neighbours' own authorities.
        trusted = sorted((collectivity.paths.rendered / "authorities").glob("*.pem"))
        return cls(f"http://{HOST}:{web.neighbours_port}", (*own, *trusted))

    def trust(self) -> ssl.SSLContext:
        """Whom we believe there; raises ``OSError``."""
        context = ssl.create_default_context()
        for authority in self.authorities:
            context.load_verify_locations(authority)
        return context


async def on_partners(
    administration: Administration, town: Town, texts: Texts, way: Way | None = None
) -> AsyncIterator[Finding]:
    """Have Synapse ask each partner for its assistant's name; where it answers, have it ask us for our keys."""
    _ = texts.gettext
    known = await _destinations(administration)
    own = town.collectivity.server_name
    members = [member for member in town.federation.members if not member.former and member.server_name != own]
    # At once: who does not answer is waited for, up to twenty seconds each.
    answered = await asyncio.gather(*(administration.reaches(member.assistant) for member in members))
    for member, reached in zip(members, answered, strict=True):
        server = member.server_name
        if reached:
            # One after the other: our homeserver counts who comes for its keys, and does not say who it was.
            yield well("federation", _("{server} answers our homeserver").format(server=server))
            yield _back(server, await gets_through(server, town, way or Way.of(town.collectivity)), texts)
            continue
        since = known.get(server, {}).get("failure_ts")
        sentence = _("{server} does not answer our homeserver").format(server=server)
        if since:
            day = datetime.fromtimestamp(since / 1000, UTC).isoformat(sep=" ", timespec="minutes")
            sentence = _("{server} has not answered our homeserver since {day}").format(server=server, day=day)
        yield ill(
            "federation",
            sentence,
            _("Ask them whether they run, and whether their member list names us; see that port 8448 or 443 is open."),
        )


def _back(server: ServerName, through: bool | None, texts: Texts) -> Finding:
    _ = texts.gettext
    if through is None:
        return unknown(
            "federation.back",
            _("whether {server} gets through to us could not be asked").format(server=server),
            _("Ask those who run it what their own `beffroi doctor` says of us."),
        )
    if not through:
        return ill(
            "federation.back",
            _("{server} answers us, but does not get through to us").format(server=server),
            _("Nothing that is said there comes in: see that our federation port is open to them, and our name right."),
        )
    return well("federation.back", _("{server} gets through to us").format(server=server))


async def gets_through(partner: ServerName, town: Town, way: Way) -> bool | None:
    """Tell whether the homeserver of *partner* gets through to ours; None where it cannot be asked from here.

    Any homeserver that has heard of us is a notary for our keys, for anybody, and looks them up at our door when its
    copy is older than was asked for (server-server API, "Querying keys through another server").
    """
    algorithm, version, _seed = town.secrets.synapse_signing_key.split()
    now = time.time_ns() // 1_000_000
    # Beyond any copy that it may have: it must look.
    wanted = {"minimum_valid_until_ts": now + 30 * _DAY_MS}
    query = {"server_keys": {str(town.collectivity.server_name): {f"{algorithm}:{version}": wanted}}}
    async with aiohttp.ClientSession() as http:
        before = await _asked(http, town.collectivity)
        try:
            found = await _query(http, partner, query, way)
        except (aiohttp.ClientError, OSError, ValueError):
            return None
        after = await _asked(http, town.collectivity)
    if before is not None and after is not None:
        return after > before
    # Nobody counts here. Synapse's keys are valid for a day, told anew each half: its copy is of today, or it is not.
    return found is not None and found >= now + _DAY_MS / 2


async def _query(http: aiohttp.ClientSession, partner: ServerName, query: Mapping[str, Any], way: Way) -> int | None:
    """Return until when the newest copy is valid that *partner* has of our keys; None where it does not say so in time.

    Raises ``OSError`` and ``aiohttp.ClientError`` where it is not reached from here, ``ValueError`` where it is no
    homeserver that answers.
    """
    trust = way.trust()
    host = await _host(http, partner, way, trust)
    url = f"https://{host}/_matrix/key/v2/query"
    try:
        async with http.post(url, json=query, proxy=way.proxy, ssl=trust, timeout=_PATIENCE) as response:
            response.raise_for_status()
            told = await _json(response)
    except aiohttp.ConnectionTimeoutError:
        raise
    except TimeoutError:
        # It is still trying.
        return None
    keys = told.get("server_keys") if isinstance(told, dict) else None
    if not isinstance(keys, list):
        raise ValueError("no list of keys")  # noqa: TRY004 - a stranger's answer, not our type
    times = [key.get("valid_until_ts") for key in keys if isinstance(key, dict)]
    return max((moment for moment in times if isinstance(moment, int)), default=None)


async def _host(http: aiohttp.ClientSession, partner: ServerName, way: Way, trust: ssl.SSLContext) -> str:
    """Return where *partner* listens (server-server API, "Resolving server names"); SRV records are not asked."""
    if re.search(r":\d+$", partner):
        return partner
    url = f"https://{partner}/.well-known/matrix/server"
    return listening(partner, None if way.proxy is not None else await _read(http, url, ssl=trust))


def listening(partner: ServerName, told: Mapping[str, Any] | None) -> str:
    """Return where *partner* listens by what it has *told* of itself; raises ``ValueError`` for what is no address."""
    named = told.get("m.server") if told is not None else None
    host = ServerName.parse(named) if isinstance(named, str) and named else str(partner)
    return host if re.search(r":\d+$", host) else f"{host}:{_PORT}"


async def _asked(http: aiohttp.ClientSession, collectivity: Collectivity) -> float | None:
    """Return how often our homeserver was asked for its keys; None where it does not tell."""
    try:
        async with http.get(f"{collectivity.homeserver_url}/_synapse/metrics", timeout=_SOON) as response:
            told = await response.read() if response.status == 200 else None
    except (aiohttp.ClientError, TimeoutError):
        return None
    return None if told is None else sum(float(count) for count in _ASKED.findall(told))


async def _read(http: aiohttp.ClientSession, url: str, **how: Any) -> Mapping[str, Any] | None:
    try:
        async with http.get(url, timeout=_SOON, **how) as response:
            told = await _json(response) if response.status == 200 else None
    except (aiohttp.ClientError, TimeoutError, ValueError, OSError):
        return None
    return told if isinstance(told, dict) else None


async def _json(response: aiohttp.ClientResponse) -> Any:
    """Return what a stranger's server has answered; raises ``ValueError`` where it is no JSON, or too much of it."""
    raw = bytearray()
    async for piece in response.content.iter_chunked(1 << 16):
        raw += piece
        if len(raw) > _MOST:
            raise ValueError("too much of it")
    try:
        return json.loads(raw)
    except RecursionError as exc:
        raise ValueError("too deep") from exc


async def _destinations(administration: Administration) -> Mapping[str, Mapping[str, Any]]:
    told = await administration.ask("GET", "/_synapse/admin/v1/federation/destinations", query={"limit": "1000"})
    return {str(row["destination"]): row for row in told.get("destinations", ())}
