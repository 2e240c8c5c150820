"""Who we are towards our homeserver: one user, one device, one access token."""

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import structlog
from sqlalchemy import text

from bots.database.engine import Database, Transaction
from bots.matrix.errors import LoggedOut, Refused, Unreachable
from bots.matrix.homeserver.http import Http, path
from bots.matrix.port import Raw
from config.files import write_whole
from config.identifiers import DeviceId, UserId

log = structlog.get_logger(__name__)

_T = TypeVar("_T")

DEVICE_PREFIX = "BEFFROI"
"""What the ids of the devices begin with that we make."""
_READ = text("SELECT value FROM matrix_edge WHERE name = :name")
_WRITE = text(
    "INSERT INTO matrix_edge (name, value) VALUES (:name, :value)"
    " ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)


@dataclass(frozen=True, slots=True)
class AppserviceLogin:
    """Log in by the ``as_token`` of our registration; the user is registered when it does not exist yet."""

    as_token: str

    def __repr__(self) -> str:
        return "AppserviceLogin(…)"


@dataclass(frozen=True, slots=True)
class PasswordLogin:
    """Log in by password."""

    password: str

    def __repr__(self) -> str:
        return "PasswordLogin(…)"


Login = AppserviceLogin | PasswordLogin


async def read_fact(name: str, transaction: Transaction) -> str | None:
    """Return a single stored value of the edge."""
    value: str | None = (await transaction.execute(_READ, {"name": name})).scalar_one_or_none()
    return value


async def write_fact(name: str, value: str, transaction: Transaction) -> None:
    """Store a single value of the edge."""
    await transaction.execute(_WRITE, {"name": name, "value": value})


class Session:
    """An authenticated connection: the ``Homeserver`` of the end-to-end machine.

    The device id stands in the database, beside the crypto store: when one is lost, so is the other, and a new device
    is made. Reusing a device id with new keys would make us silently deaf.
    """

    def __init__(self, http: Http, user_id: UserId, login: Login, database: Database, token_file: Path) -> None:
        self._http = http
        self._user_id = user_id
        self._login = login
        self._database = database
        self._file = token_file
        self._renewing = asyncio.Lock()
        self.device_id = DeviceId("")

    async def start(self) -> None:
        """Take up the stored device, or make one; log in unless the stored token is still there."""
        async with self._database.begin() as transaction:
            known = await read_fact("device_id", transaction)
        if known is None:
            await self.replace_device()
            return
        self.device_id = DeviceId.parse(known)
        self._http.token = _read_token(self._file, self._user_id, self.device_id)
        if self._http.token is None:
            await self._log_in()

    async def replace_device(self) -> None:
        """Become a new device: after a hard logout, or when the old device's keys are lost (a restored backup)."""
        await self._leave()
        # We choose the id, and write it down first: a crash before the token is saved logs the same device in again.
        self.device_id = DeviceId(DEVICE_PREFIX + secrets.token_hex(6).upper())
        async with self._database.begin() as transaction:
            await write_fact("device_id", self.device_id, transaction)
        await self._log_in()
        log.info("device_made", device_id=self.device_id)

    async def _leave(self) -> None:
        """Log the device out that we were, where we still can: others would go on encrypting for it."""
        if self._http.token is None:
            return
        try:
            await self._http.request("POST", path("logout"), body={}, token=self._http.token)
        except (LoggedOut, Refused, Unreachable) as exc:
            log.info("device_not_left", device_id=self.device_id, error=type(exc).__name__)
        self._http.token = None

    async def request(
        self,
        method: str,
        path: str,
        *,
        body: Raw | None = None,
        query: Mapping[str, str] | None = None,
        timeout_s: float = 30,
    ) -> Raw:
        """Send one request; a soft logout is mended on the way.

        Raises ``Refused``, ``Unreachable``, and ``LoggedOut`` when only a new device can go on.
        """

        async def send(bearer: str) -> Raw:
            return await self._http.request(method, path, body=body, query=query, timeout_s=timeout_s, token=bearer)

        return await self.authorised(send)

    async def authorised(self, send: Callable[[str], Awaitable[_T]]) -> _T:
        """Run *send* with our access token, and a second time with a new one after a soft logout.

        Raises what *send* raises, ``LoggedOut`` when only a new device can go on.
        """
        token = self._http.token
        try:
            return await send(token or "")
        except LoggedOut as exc:
            # Another request may have mended it while this one was on its way.
            if not exc.soft and self._http.token == token:
                raise
        async with self._renewing:
            if self._http.token == token:
                log.info("soft_logout", device_id=self.device_id)
                await self._log_in()
        return await send(self._http.token or "")

    async def _log_in(self) -> None:
        body: Raw = {
            "identifier": {"type": "m.id.user", "user": self._user_id.localpart},
            "device_id": self.device_id,
            "initial_device_display_name": "Beffroi",
        }
        match self._login:
            case AppserviceLogin(as_token):
                await _register(self._http, self._user_id, as_token)
                body["type"] = "m.login.application_service"
                answer = await self._http.request("POST", path("login"), body=body, token=as_token)
            case PasswordLogin(password):
                body |= {"type": "m.login.password", "password": password}
                answer = await self._http.request("POST", path("login"), body=body, token="")
        if answer.get("user_id") != self._user_id or answer.get("device_id") != self.device_id:
            raise Refused(200, "M_UNKNOWN", "logged in as somebody else")
        self._http.token = str(answer["access_token"])
        _write_token(self._file, self._user_id, self.device_id, self._http.token)


async def _register(http: Http, user_id: UserId, as_token: str) -> None:
    body = {"type": "m.login.application_service", "username": user_id.localpart, "inhibit_login": True}
    try:
        await http.request("POST", path("register"), body=body, token=as_token)
    except Refused as exc:
        if exc.errcode != "M_USER_IN_USE":
            raise


def _read_token(file: Path, user_id: UserId, device_id: DeviceId) -> str | None:
    try:
        stored = json.loads(file.read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    if not isinstance(stored, dict) or (stored.get("user_id"), stored.get("device_id")) != (user_id, device_id):
        return None
    token = stored.get("access_token")
    return token if isinstance(token, str) and token else None


def _write_token(file: Path, user_id: UserId, device_id: DeviceId, token: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    write_whole(file, json.dumps({"user_id": user_id, "device_id": device_id, "access_token": token}), 0o600)
