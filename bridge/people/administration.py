"""The town's homeserver, asked as an administrator: through an account that is nobody's and has no password.

``@beffroi-admin:<server>`` is made when it is first needed, by the registration secret, and entered through the
assistant's registration: nothing is kept, and each command leaves by logging out. It is hidden from the directory.
"""

import secrets as randomness
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any
from urllib.parse import quote, urlencode

import aiohttp

from bridge.operate.services.fullness import is_full
from bridge.operate.synapse import registration_mac
from bridge.people.errors import DiskFull, HomeserverAway, HomeserverRefused
from config.identifiers import RoomId, ServerName, UserId
from config.secrets import Secrets
from config.settings import ADMINISTRATOR, Collectivity

_TIMEOUT = aiohttp.ClientTimeout(total=60)
_PAGE = 500


class Administration:
    """What an administrator may ask; get one from :func:`administering`."""

    def __init__(self, http: aiohttp.ClientSession, url: str, server: ServerName, token: str) -> None:
        self._http = http
        self._url = url
        self._token = token
        self.server = server

    async def ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, str] | None = None,
        *,
        token: str | None = None,
    ) -> dict[str, Any]:
        """Send one request to the absolute *path* and return the JSON answer; *token* speaks as somebody else.

        Raises :class:`HomeserverRefused` (its ``status`` is the answer's) and :class:`HomeserverAway`.
        """
        address = path + (f"?{urlencode(query)}" if query else "")
        found = await _send(self._http, self._url, method, address, body, token or self._token)
        if not isinstance(found, dict):
            raise HomeserverRefused(type(found).__name__)
        return found

    async def room_state(self, room_id: RoomId, token: str) -> list[dict[str, Any]]:
        """Return all state events of a room, as who holds *token* sees them; raises like :meth:`ask`."""
        path = f"/_matrix/client/v3/rooms/{quote(room_id, safe='')}/state"
        found = await _send(self._http, self._url, "GET", path, None, token)
        return [event for event in found if isinstance(event, dict)] if isinstance(found, list) else []

    async def find(self, user_id: UserId) -> dict[str, Any] | None:
        """Return what the homeserver knows of *user_id*; None when there is no such account."""
        try:
            return await self.ask("GET", f"/_synapse/admin/v2/users/{quote(user_id)}")
        except HomeserverRefused as exc:
            if exc.status != 404:
                raise
            return None

    async def reaches(self, assistant: UserId) -> bool:
        """Tell whether the homeserver of *assistant* answers ours: asked for a name, there, signed, and back."""
        try:
            await self.ask("GET", f"/_matrix/client/v3/profile/{quote(assistant)}/displayname")
        except HomeserverRefused as exc:
            # Nobody of that name is an answer too; a server that cannot be asked is told otherwise.
            return exc.status == 404 and "fetch" not in exc.reason.lower()
        return True

    async def everybody(self) -> list[dict[str, Any]]:
        """Return all accounts, locked and deactivated ones too, by name."""
        found: list[dict[str, Any]] = []
        query = {"limit": str(_PAGE), "guests": "false", "deactivated": "true", "locked": "true"}
        start: str | None = "0"
        while start is not None:
            page = await self.ask("GET", "/_synapse/admin/v2/users", query=query | {"from": start})
            found += page["users"]
            start = page.get("next_token")
        return found


@asynccontextmanager
async def administering(collectivity: Collectivity, secrets: Secrets) -> AsyncIterator[Administration]:
    """Enter the homeserver of *collectivity* as its administrator, and leave it when the block ends.

    Raises :class:`HomeserverAway`, and :class:`HomeserverRefused` where what runs is not what was rendered last; also
    :class:`DiskFull`, instead of whatever the homeserver says where it cannot write, here and in the block.
    """
    try:
        async with _entered(collectivity, secrets) as administration:
            yield administration
    except HomeserverRefused as exc:
        if exc.status >= 500 and _is_full(collectivity):
            raise DiskFull from exc
        raise


def _is_full(collectivity: Collectivity) -> bool:
    found = shutil.disk_usage(collectivity.paths.data)
    return is_full(found.total, found.free)


@asynccontextmanager
async def _entered(collectivity: Collectivity, secrets: Secrets) -> AsyncIterator[Administration]:
    url = collectivity.homeserver_url
    async with aiohttp.ClientSession(timeout=_TIMEOUT, connector=_connector(collectivity)) as http:
        try:
            token = await _log_in(http, url, secrets)
        except HomeserverRefused as exc:
            if exc.status != 404:
                raise
            await _register(http, url, secrets)
            token = await _log_in(http, url, secrets)
        try:
            yield Administration(http, url, collectivity.server_name, token)
        finally:
            with suppress(HomeserverAway, HomeserverRefused):
                await _send(http, url, "POST", "/_matrix/client/v3/logout", {}, token)


def _connector(collectivity: Collectivity) -> aiohttp.BaseConnector | None:
    """In containers Synapse has its name for some of them only; whoever sees the town's folder finds its socket."""
    socket = collectivity.synapse_socket
    return aiohttp.UnixConnector(str(socket)) if collectivity.containers and socket and socket.is_socket() else None


async def _log_in(http: aiohttp.ClientSession, url: str, secrets: Secrets) -> str:
    body = {
        "type": "m.login.application_service",
        "identifier": {"type": "m.id.user", "user": ADMINISTRATOR},
        "initial_device_display_name": "beffroi",
    }
    try:
        answer = await _send(http, url, "POST", "/_matrix/client/v3/login", body, secrets.as_token)
    except HomeserverRefused as exc:
        if exc.status in (401, 403):
            # The registration that runs does not know this account, or not this token.
            raise HomeserverRefused(exc.reason, stale=True, status=exc.status) from exc
        raise
    return str(answer["access_token"])


async def _register(http: aiohttp.ClientSession, url: str, secrets: Secrets) -> None:
    """Make the account. Source: Synapse admin API, "Shared-Secret Registration"; ``support`` hides it from people."""
    path = "/_synapse/admin/v1/register"
    nonce = str((await _send(http, url, "GET", path, None, None))["nonce"])
    password = randomness.token_urlsafe(32)
    key = secrets.registration_shared_secret
    body = {
        "nonce": nonce,
        "username": ADMINISTRATOR,
        "displayname": "Beffroi (administration)",
        "password": password,
        "admin": True,
        "user_type": "support",
        "inhibit_login": True,
        "mac": registration_mac(key, nonce, ADMINISTRATOR, password, admin=True, user_type="support"),
    }
    try:
        await _send(http, url, "POST", path, body, None)
    except HomeserverRefused as exc:
        raise HomeserverRefused(exc.reason, stale=exc.status == 403, status=exc.status) from exc


async def _send(
    http: aiohttp.ClientSession, url: str, method: str, path: str, body: Mapping[str, Any] | None, token: str | None
) -> Any:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        async with http.request(method, url + path, json=body, headers=headers) as response:
            raw = await response.json(content_type=None)
            status = response.status
    except (aiohttp.ClientConnectionError, TimeoutError) as exc:
        raise HomeserverAway(url) from exc
    except (aiohttp.ClientError, ValueError) as exc:
        raise HomeserverRefused(type(exc).__name__) from exc
    if status >= 300:
        reason = raw.get("error") if isinstance(raw, dict) else None
        raise HomeserverRefused(str(reason or status), status=status)
    return raw
