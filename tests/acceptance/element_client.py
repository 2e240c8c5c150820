"""The SDK under Element, driven from Python: one Node process for each client, one line of JSON for each call.

It is the client that the acceptance tests believe: matrix-js-sdk with Rust cryptography and, unless told otherwise,
``OnlySignedDevicesIsolationMode``, in which it neither shares keys with nor shows messages of unsigned devices.
"""

import asyncio
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ELEMENT = Path(__file__).parent / "element"
GRACE = 10.0
"""Seconds on top of a call's own timeout before we take the process for hung."""
_LONGEST_LINE = 64 * 2**20
_KEY_MAY_COME = "MEGOLM_UNKNOWN_INBOUND_SESSION_ID"


class ElementError(Exception):
    """A call was refused; ``errcode`` and ``status`` are the homeserver's, or None when it was not asked."""

    def __init__(self, message: str, errcode: str | None = None, status: int | None = None) -> None:
        super().__init__(message)
        self.errcode = errcode
        self.status = status


@dataclass(frozen=True, slots=True)
class Seen:
    """One event as the client shows it.

    ``content`` is as first sent, ``shown`` after edits, ``relates_to`` what stands in the clear. ``failure`` is the
    SDK's code of why it could not decrypt, ``session`` the key that it needs for that, ``shield`` the mark that Element
    draws beside the message (None: plaintext).
    """

    event_id: str
    room_id: str
    sender: str
    type: str
    state_key: str | None
    content: Mapping[str, Any]
    shown: Mapping[str, Any]
    relates_to: Mapping[str, Any] | None
    timestamp: int
    encrypted: bool
    redacted: bool
    failure: str | None
    session: str | None
    shield: Mapping[str, Any] | None

    @property
    def body(self) -> str:
        """What a person reads now; empty when it cannot be decrypted (the SDK then shows a text of its own)."""
        if self.failure is not None:
            return ""
        return str(self.shown.get("body", ""))

    @property
    def in_reply_to(self) -> str | None:
        """The event that this one answers."""
        answered: str | None = ((self.relates_to or {}).get("m.in_reply_to") or {}).get("event_id")
        return answered


@dataclass(frozen=True, slots=True)
class Verification:
    """What the client thinks of one device."""

    signed_by_owner: bool
    cross_signing_verified: bool
    local_verified: bool
    tofu: bool


class ElementClient:
    """One logged-in Element. Use :meth:`start`, and :meth:`stop` or ``async with`` to end it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._calls: dict[int, asyncio.Future[Any]] = {}
        self._last = 0
        self._login: Mapping[str, str] = {}
        self._reader = asyncio.create_task(self._read())
        self.user_id = ""
        self.device_id = ""

    @classmethod
    async def start(
        cls,
        url: str,
        user: str,
        password: str,
        *,
        signed: bool = True,
        strict: bool = True,
        log: Path | None = None,
    ) -> Self:
        """Log in and sync; with *signed*, make the user's cross-signing identity and sign this device.

        Raises :class:`ElementError` when the homeserver refuses, ``TimeoutError`` when it does not answer.
        """
        login = {"url": url, "user": user, "password": password}
        client = await cls._start(login, signed=signed, strict=strict, log=log)
        client._login = login
        return client

    async def another_device(self) -> Self:
        """Log the same user in once more, as a :meth:`rogue`."""
        return await self._start(self._login, signed=False, strict=False, log=None)

    @classmethod
    async def rogue(cls, url: str, user: str, password: str, *, log: Path | None = None) -> Self:
        """Add a device that its owner never signed and that itself trusts everybody: what a hostile server can add."""
        return await cls.start(url, user, password, signed=False, strict=False, log=log)

    @classmethod
    async def rogue_by_token(
        cls, url: str, user_id: str, device_id: str, access_token: str, *, log: Path | None = None
    ) -> Self:
        """Make a rogue of a device that somebody has logged in without a password."""
        login = {"url": url, "user": user_id, "device_id": device_id, "access_token": access_token}
        return await cls._start(login, signed=False, strict=False, log=log)

    @classmethod
    async def _start(cls, login: Mapping[str, str], *, signed: bool, strict: bool, log: Path | None) -> Self:
        client = cls(await _spawn(log))
        try:
            identity = await client._call("login", timeout=30, **login)
            client.user_id, client.device_id = identity["user_id"], identity["device_id"]
            await client._call("start", timeout=90, signed=signed, strict=strict)
        except BaseException:
            await client.stop()
            raise
        return client

    async def __aenter__(self) -> Self:
        """Return the running client."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        """Stop it."""
        await self.stop()

    async def reset_identity(self) -> None:
        """Replace the user's cross-signing identity: what a hostile server, or a careless person, would do."""
        await self._call("reset_identity", timeout=60)

    async def sign_device(self, device: str) -> None:
        """Sign another device of this user's with their identity, as verifying it does."""
        await self._call("sign_device", timeout=60, device=device)

    async def make_recovery(self, passphrase: str | None = None) -> str:
        """Make a recovery key, keep the identity's secrets under it, back room keys up; return the key as it is shown.

        Keys are uploaded some seconds later.
        """
        return str((await self._call("make_recovery", timeout=60, passphrase=passphrase))["key"])

    @property
    def pid(self) -> int:
        """The Node process."""
        return self._process.pid

    async def create_room(
        self,
        name: str,
        invite: Sequence[str] = (),
        *,
        encrypted: bool = True,
        preset: str = "private_chat",
        is_direct: bool = False,
        initial_state: Sequence[Mapping[str, Any]] = (),
    ) -> str:
        """Create a room and return its id once the client knows it (and its encryption)."""
        made = await self._call(
            "create_room",
            name=name,
            invite=list(invite),
            encrypted=encrypted,
            preset=preset,
            is_direct=is_direct,
            initial_state=list(initial_state),
        )
        return str(made["room_id"])

    async def join(self, room: str, via: Sequence[str] = ()) -> None:
        """Join *room* and wait until sync has brought it."""
        await self._call("join", timeout=60, room=room, via=list(via))

    async def invite(self, room: str, user: str) -> None:
        """Invite *user*."""
        await self._call("invite", room=room, user=user)

    async def kick(self, room: str, user: str, reason: str = "") -> None:
        """Remove *user* from the room."""
        await self._call("kick", room=room, user=user, reason=reason)

    async def leave(self, room: str) -> None:
        """Leave the room."""
        await self._call("leave", room=room)

    async def send(
        self,
        room: str,
        body: str,
        *,
        reply_to: str | None = None,
        edit_of: str | None = None,
        thread: str | None = None,
        msgtype: str = "m.text",
        mentions: Sequence[str] = (),
        more: Mapping[str, Any] | None = None,
    ) -> str:
        """Send a message, encrypted when the room is; *more* is added to its content. Return the event id."""
        sent = await self._call(
            "send",
            timeout=60,
            room=room,
            body=body,
            reply_to=reply_to,
            edit_of=edit_of,
            thread=thread,
            msgtype=msgtype,
            mentions=list(mentions),
            more=dict(more or {}),
        )
        return str(sent["event_id"])

    async def send_event(self, room: str, kind: str, content: Mapping[str, Any]) -> str:
        """Send any message event, encrypted when the room is. Return the event id."""
        return str(
            (await self._call("send_event", timeout=60, room=room, type=kind, content=dict(content)))["event_id"]
        )

    async def send_state(self, room: str, kind: str, content: Mapping[str, Any], state_key: str = "") -> str:
        """Send a state event. Return the event id."""
        sent = await self._call("send_state", room=room, type=kind, content=dict(content), state_key=state_key)
        return str(sent["event_id"])

    async def react(self, room: str, event_id: str, key: str) -> str:
        """React to *event_id* with the emoji *key*. Return the reaction's event id."""
        return str((await self._call("react", timeout=60, room=room, event_id=event_id, key=key))["event_id"])

    async def redact(self, room: str, event_id: str, reason: str | None = None) -> str:
        """Redact *event_id*. Return the redaction's event id."""
        return str((await self._call("redact", room=room, event_id=event_id, reason=reason))["event_id"])

    async def timeline(self, room: str) -> tuple[Seen, ...]:
        """Everything that sync has brought in this room, in order of arrival."""
        return tuple(Seen(**each) for each in await self._call("timeline", room=room))

    async def history(self, room: str, *, patience: float = 15.0) -> tuple[Seen, ...]:
        """The whole room as the server tells it now, oldest first, decrypted with the keys we have.

        Keys come by another way than messages, on a busy machine later: for those that may still come this waits
        *patience* seconds.
        """
        until = asyncio.get_running_loop().time() + patience
        while True:
            seen = tuple(Seen(**event) for event in await self._call("history", timeout=120, room=room))
            late = any(event.failure == _KEY_MAY_COME for event in seen)
            if not late or asyncio.get_running_loop().time() > until:
                return seen
            await asyncio.sleep(0.5)

    async def beside(self) -> dict[str, Any]:
        """What there is beside messages: the state and account data of each room, the user's own, what devices told."""
        return dict(await self._call("beside", timeout=60))

    async def set_account_data(self, kind: str, content: Mapping[str, Any]) -> None:
        """Keep *content* on the server for the user's other clients."""
        await self._call("set_account_data", timeout=60, type=kind, content=dict(content))

    async def unread(self, room: str) -> int:
        """How many events of *room* the homeserver counts as unread: what badges show, and telephones are woken for."""
        return int((await self._call("unread", timeout=60, room=room))["notification_count"])

    async def wait_for(self, room: str, *, timeout: float = 30.0, **wanted: Any) -> Seen:
        """Return the first event of the room, seen already or yet to come, that has all *wanted* fields.

        Fields: ``event_id``, ``sender``, ``type``, ``state_key``, ``body`` (contains), ``in_reply_to``, ``relates_to``,
        ``encrypted``, ``readable`` (not waiting for its key), ``failure`` (a code, or True for any), ``redacted``,
        ``membership``, ``not_in`` (event ids). Raises :class:`ElementError`, which shows the last events,
        after *timeout* seconds.
        """
        return Seen(
            **await self._call("wait_for", timeout=timeout, room=room, timeout_ms=round(timeout * 1000), **wanted)
        )

    async def wait_for_membership(
        self, room: str, user: str, membership: str = "join", *, timeout: float = 30.0
    ) -> None:
        """Wait until *user* has this membership, as this client sees it."""
        await self._call(
            "wait_for_membership",
            timeout=timeout,
            room=room,
            user=user,
            membership=membership,
            timeout_ms=round(timeout * 1000),
        )

    async def members(self, room: str) -> dict[str, str]:
        """The room's users and their membership."""
        return dict(await self._call("members", room=room))

    async def rooms(self) -> dict[str, str]:
        """The rooms that this client knows and its membership in each."""
        return dict(await self._call("rooms"))

    async def user_devices(self, user: str) -> dict[str, Verification]:
        """All devices of *user*, asked from the server now, and what we think of each."""
        devices = await self._call("user_devices", user=user)
        return {device: _verification(status) for device, status in devices.items()}

    async def device_verification(self, user: str, device: str) -> Verification | None:
        """What we think of one device; None when the server knows none of that name."""
        status = await self._call("device_verification", user=user, device=device)
        return _verification(status) if status else None

    async def stop(self) -> None:
        """End the process, politely and then not; safe to call twice."""
        if self._process.returncode is None:
            try:
                await self._call("stop", timeout=2)
            except (ElementError, TimeoutError, ConnectionError):
                self._kill()
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), 5)
        except TimeoutError:
            self._kill()
            await self._process.wait()
        await self._reader

    def _kill(self) -> None:
        if self._process.returncode is None:
            self._process.kill()

    async def _call(self, method: str, *, timeout: float = 30.0, **params: object) -> Any:
        self._last += 1
        number = self._last
        answer = self._calls[number] = asyncio.get_running_loop().create_future()
        line = json.dumps(
            {"id": number, "method": method, "params": {k: v for k, v in params.items() if v is not None}}
        )
        try:
            if self._reader.done() or self._process.stdin is None:
                raise ElementError(f"the client has ended with status {self._process.returncode}")
            self._process.stdin.write(line.encode() + b"\n")
            await self._process.stdin.drain()
            return await asyncio.wait_for(answer, timeout + GRACE)
        finally:
            self._calls.pop(number, None)

    async def _read(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            message = json.loads(line)
            call = self._calls.get(message.get("id", -1))
            if call is None or call.done():
                continue
            if (error := message.get("error")) is None:
                call.set_result(message["result"])
            else:
                call.set_exception(ElementError(error["message"], error["errcode"], error["status"]))
        for call in self._calls.values():
            if not call.done():
                call.set_exception(ElementError("the client ended before it answered"))


async def _spawn(log: Path | None) -> asyncio.subprocess.Process:
    node = shutil.which("node")
    if node is None or not (ELEMENT / "node_modules").is_dir():
        raise ElementError(
            "no Element SDK here: `./beffroi test` installs Node and runs `npm ci` in tests/acceptance/element"
        )
    environment = dict(os.environ) | ({"ELEMENT_LOG": "1"} if log else {})
    errors = log.open("ab") if log else None
    try:
        return await asyncio.create_subprocess_exec(
            node,
            str(ELEMENT / "client.mjs"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=errors or asyncio.subprocess.DEVNULL,
            limit=_LONGEST_LINE,
            env=environment,
        )
    finally:
        if errors is not None:
            errors.close()


def _verification(status: Mapping[str, bool]) -> Verification:
    return Verification(
        signed_by_owner=status["signedByOwner"],
        cross_signing_verified=status["crossSigningVerified"],
        local_verified=status["localVerified"],
        tofu=status["tofu"],
    )
