"""Becoming a device of a person's: logged in by password, signed by their identity, written down, in this order."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import aiohttp

from bots.database.engine import Database
from bots.database.migrate import migrate
from bots.matrix.crypto.machine import Machine, open_account
from bots.matrix.crypto.ours.identity import SignedDevice
from bots.matrix.errors import MatrixError, Refused
from bots.matrix.homeserver.http import Http, decode_answer, path
from bots.matrix.person.connection import Connection
from bots.matrix.person.errors import Undiscovered, WrongPassword, WrongRecoveryKey
from bots.matrix.person.kept import DATABASE, KeptDevice, make_private
from bots.matrix.person.unlocking import Unlocked, Unlocking
from bots.matrix.port import Raw
from config.identifiers import DeviceId, ServerName, UserId

_TRIES: Final = 3
_PATIENCE: Final = aiohttp.ClientTimeout(total=20)
_MOST_ANSWER: Final = 65_536

Ask = Callable[[bool], Awaitable[str]]
"""Asks for the recovery key; told whether the one before was wrong."""


async def homeserver_of(server: ServerName) -> str:
    """Return where clients of *server* connect (spec v1.18, "Well-known URI"); raise ``Undiscovered``."""
    try:
        async with aiohttp.ClientSession(timeout=_PATIENCE) as http:
            where = f"https://{server}/.well-known/matrix/client"
            async with http.get(where, allow_redirects=False) as response:
                if response.status == 404:
                    return f"https://{server}"
                found = decode_answer(response.status, await response.content.read(_MOST_ANSWER), None)
    except (aiohttp.ClientError, MatrixError, TimeoutError, OSError, ValueError) as exc:
        raise Undiscovered(server) from exc
    named = found.get("m.homeserver")
    url = named.get("base_url") if isinstance(named, dict) else None
    if not isinstance(url, str) or not url.startswith("https://"):
        raise Undiscovered(server)
    return url


async def enroll(folder: Path, url: str, user_id: UserId, password: str, ask: Ask) -> KeptDevice:
    """Make a signed device of *user_id* and keep it in *folder*; raise what is wrong, and leave no device behind.

    The password is sent and forgotten. *ask* is called three times at most. Raises ``WrongPassword``,
    ``WrongRecoveryKey``, ``NothingStored``, ``Refused`` and ``Unreachable``.
    """
    http = Http(url, user_id)
    try:
        answer = await _log_in(http, user_id, password)
        connection = Connection(http, str(answer["access_token"]))
        try:
            unlocked = await _unlock(Unlocking(connection, user_id), ask)
            make_private(folder)
            kept = await _sign(folder, url, connection, user_id, answer, unlocked)
            kept.write(folder)
        except BaseException:
            with suppress(MatrixError):
                await connection.request("POST", path("logout"), body={})
            raise
        return kept
    finally:
        await http.close()


async def leave(kept: KeptDevice) -> None:
    """Have the homeserver forget the device; one that it does not know any more is as good."""
    http = Http(kept.homeserver_url, kept.user_id)
    try:
        with suppress(Refused):
            await Connection(http, kept.access_token).request("POST", path("logout"), body={})
    finally:
        await http.close()


async def _log_in(http: Http, user_id: UserId, password: str) -> Raw:
    body: Raw = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": str(user_id)},
        "password": password,
        "initial_device_display_name": "Beffroi (beffroi files)",
    }
    try:
        answer = await http.request("POST", path("login"), body=body, token="")
    except Refused as exc:
        if exc.status == 403:
            raise WrongPassword(user_id) from exc
        raise
    if answer.get("user_id") != user_id or not isinstance(answer.get("access_token"), str):
        raise Refused(200, "M_UNKNOWN", "logged in as somebody else")
    return answer


async def _unlock(unlocking: Unlocking, ask: Ask) -> Unlocked:
    vault = await unlocking.vault()
    for tried in range(_TRIES):
        try:
            return await unlocking.unlock(vault, await ask(tried > 0))
        except WrongRecoveryKey:
            if tried == _TRIES - 1:
                raise
    raise AssertionError


async def _sign(
    folder: Path, url: str, connection: Connection, user_id: UserId, answer: Raw, unlocked: Unlocked
) -> KeptDevice:
    """Make the device's keys, have them signed, and show both to the server; return what is to be kept."""
    # The keys of a device that has ended open nothing any more.
    _clear(folder)
    database = Database.open(f"sqlite:///{folder / DATABASE}")
    try:
        await migrate(database)
        device_id = DeviceId.parse(answer["device_id"])
        account = await open_account(database, user_id, device_id)
        identity = SignedDevice.sign(unlocked.master, unlocked.seed, account)
        machine = await Machine.of(database, connection, account, identity, {}, lambda: datetime.now(UTC))
        await machine.publish()
    finally:
        await database.close()
    token = str(answer["access_token"])
    chain = (identity.master, identity.self_signing, identity.signature)
    return KeptDevice(url, user_id, device_id, token, *chain, unlocked.backup)


def _clear(folder: Path) -> None:
    for old in folder.glob(f"{DATABASE}*"):
        old.unlink()
