"""One Synapse on this machine: how to start it, know that it answers, and make accounts on it."""

import asyncio
import hashlib
import hmac
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from bridge.operate.errors import StartFailed
from bridge.operate.ports import HOST
from bridge.operate.private import write_private
from bridge.operate.process import Child, tail
from config.identifiers import ServerName, UserId
from config.sentence import sentence

_POLL = 0.1
_TIMEOUT = aiohttp.ClientTimeout(total=30)


@dataclass(frozen=True, slots=True)
class Homeserver:
    """A rendered Synapse: *directory* holds its ``homeserver.yaml``; *registration_secret* makes accounts."""

    server_name: ServerName
    directory: Path
    client_port: int
    registration_secret: str
    proxy_port: int | None = None

    @property
    def client_url(self) -> str:
        """Where clients on this machine reach it."""
        return f"http://{HOST}:{self.client_port}"

    @property
    def log(self) -> Path:
        """What Synapse prints."""
        return self.directory / "synapse.log"

    def child(self) -> Child:
        """The process to run; writes the overlay that makes it fit for one machine."""
        overlay = self.directory / "local.yaml"
        write_private(overlay, json.dumps(_overlay(self.proxy_port), indent=2) + "\n")
        configuration = (str(self.directory / "homeserver.yaml"), str(overlay))
        return Child(
            name=f"synapse {self.server_name}",
            command=(sys.executable, "-m", "synapse.app.homeserver", "-c", configuration[0], "-c", configuration[1]),
            log=self.log,
            directory=self.directory,
        )


def _overlay(proxy_port: int | None) -> dict[str, Any]:
    """What only holds on one machine; Synapse reads it after ``homeserver.yaml`` (JSON is YAML).

    After a cut Synapse would leave a server alone for ten minutes, then twenty …: right between towns, not in a demo.
    """
    federation = {
        "client_timeout": "10s",
        "max_short_retries": 1,
        "max_short_retry_delay": 500,
        "max_long_retries": 2,
        "max_long_retry_delay": "1s",
        "destination_min_retry_interval": "1s",
        "destination_retry_multiplier": 1,
        "destination_max_retry_interval": "5s",
    }
    # Every password here is random (72 bits or more), so that stretching it (0.25 s of CPU each time) adds nothing.
    local: dict[str, Any] = {"federation": federation, "bcrypt_rounds": 4}
    if proxy_port is None:
        return local
    return {**local, "https_proxy": f"http://{HOST}:{proxy_port}", "no_proxy_hosts": []}


async def wait_until_ready(
    http: aiohttp.ClientSession, homeserver: Homeserver, ended: Callable[[], bool], patience: float = 60.0
) -> None:
    """Return when the client API answers; *ended* tells that the process is gone.

    Raises :class:`StartFailed` with the tail of the log when it ends, or is not ready after *patience* seconds.
    """
    url = f"{homeserver.client_url}/_matrix/client/versions"
    try:
        async with asyncio.timeout(patience):
            while not await _answers(http, url):
                if ended():
                    stopped = sentence("it has stopped")
                    raise StartFailed(f"synapse {homeserver.server_name}", stopped, tail(homeserver.log))
                await asyncio.sleep(_POLL)
    except TimeoutError as error:
        reason = sentence("no answer within {seconds:.0f} s", seconds=patience)
        raise StartFailed(f"synapse {homeserver.server_name}", reason, tail(homeserver.log)) from error


async def _answers(http: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with http.get(url, timeout=aiohttp.ClientTimeout(total=5)) as response:
            return response.status == 200
    except (aiohttp.ClientError, TimeoutError):
        return False


async def register(
    http: aiohttp.ClientSession,
    homeserver: Homeserver,
    localpart: str,
    password: str,
    *,
    admin: bool = False,
    display_name: str | None = None,
) -> bool:
    """Make the account *localpart*; return False when it is there already (its password stays as it was).

    Source: Synapse admin API, "Shared-Secret Registration". Raises ``aiohttp.ClientError`` when Synapse refuses.
    """
    url = f"{homeserver.client_url}/_synapse/admin/v1/register"
    async with http.get(url, timeout=_TIMEOUT) as response:
        response.raise_for_status()
        nonce = str((await response.json())["nonce"])
    body = {
        "nonce": nonce,
        "username": localpart,
        "displayname": display_name or localpart,
        "password": password,
        "admin": admin,
        "mac": registration_mac(homeserver.registration_secret, nonce, localpart, password, admin=admin),
    }
    async with http.post(url, json=body, timeout=_TIMEOUT) as response:
        if response.status == 400 and (await response.json()).get("errcode") == "M_USER_IN_USE":
            return False
        response.raise_for_status()
        return True


def registration_mac(
    secret: str, nonce: str, localpart: str, password: str, *, admin: bool, user_type: str | None = None
) -> str:
    """Return what proves to Synapse that whoever registers *localpart* holds the registration *secret*."""
    parts = (nonce, localpart, password, "admin" if admin else "notadmin", *([user_type] if user_type else ()))
    return hmac.new(secret.encode(), b"\0".join(each.encode() for each in parts), hashlib.sha1).hexdigest()


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who has logged in: just enough to call the client API without encryption."""

    user_id: UserId
    password: str
    device_id: str
    access_token: str
    client_url: str

    async def call(
        self, http: aiohttp.ClientSession, method: str, path: str, body: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Call ``path`` below ``/_matrix/client`` (or an absolute ``/_synapse`` path) and return the JSON answer.

        Raises ``aiohttp.ClientResponseError`` when the answer is not 2xx.
        """
        url = self.client_url + (path if path.startswith("/_") else f"/_matrix/client{path}")
        headers = {"Authorization": f"Bearer {self.access_token}"}
        async with http.request(method, url, json=body, headers=headers, timeout=_TIMEOUT) as response:
            if not response.ok:
                reason = (await response.text())[:300]
                raise aiohttp.ClientResponseError(
                    response.request_info, response.history, status=response.status, message=reason
                )
            answer: dict[str, Any] = await response.json()
            return answer


async def log_in(http: aiohttp.ClientSession, client_url: str, localpart: str, password: str) -> Account:
    """Log in by password as a new device; raises ``aiohttp.ClientResponseError`` when that is refused."""
    body = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": localpart},
        "password": password,
        "initial_device_display_name": "Beffroi",
    }
    async with http.post(f"{client_url}/_matrix/client/v3/login", json=body, timeout=_TIMEOUT) as response:
        response.raise_for_status()
        raw = await response.json()
    return Account(UserId.parse(raw["user_id"]), password, raw["device_id"], raw["access_token"], client_url)
