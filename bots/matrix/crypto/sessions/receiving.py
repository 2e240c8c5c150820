"""What comes in: to-device messages, and events to open. Works in the caller's transaction and asks nobody."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import vodozemac

from bots.database.engine import Transaction
from bots.matrix.crypto import store
from bots.matrix.crypto.devices import DeviceLists
from bots.matrix.crypto.errors import Malformed
from bots.matrix.crypto.model import MEGOLM, NO_OLM, Decrypted, FromDevice, Received, Undecryptable
from bots.matrix.crypto.ours.account import Account
from bots.matrix.crypto.sessions import olm
from bots.matrix.crypto.sessions.megolm import Inbound, InboundSessions
from bots.matrix.crypto.signing import key, parse_json, text
from bots.matrix.events import JsonObject
from bots.matrix.port import Raw
from config.errors import MalformedId
from config.identifiers import DeviceId, RoomId, UserId

Session = tuple[RoomId, str]
_MAX_CIPHERTEXT = 100_000  # an event has at most 65,536 bytes
_MAX_WAITING = 10_000


class Receiving:
    """The inward half of the machine."""

    def __init__(self, account: Account, inbound: InboundSessions, lists: DeviceLists) -> None:
        self._user_id = account.user_id
        self._device_id = account.device_id
        self._curve25519 = account.curve25519
        self._inbound = inbound
        self._lists = lists
        self._waiting: dict[Session, UserId] = {}
        self._ready: set[Session] = set()
        self.ignored: Counter[str] = Counter()
        self.broken = False
        """Whether a broken channel was written down since this was last reset."""

    async def receive(self, to_device: Iterable[object], transaction: Transaction, now: int) -> Received:
        """Take in to-device messages of any shape; return what they brought."""
        found: list[Session | FromDevice | UserId | None] = []
        for raw in to_device:
            try:
                found.append(await self._take(raw, transaction, now))
            except Malformed:
                self.ignored["malformed"] += 1
        return Received(
            frozenset(each for each in found if isinstance(each, tuple)),
            tuple(each for each in found if isinstance(each, FromDevice)),
            frozenset(each for each in found if isinstance(each, UserId)),
        )

    async def identify(
        self, room_id: RoomId, sender: UserId, sender_key: str, ed25519: str, transaction: Transaction
    ) -> DeviceId | Undecryptable:
        """Return the device that these keys are of; see :meth:`Machine.identify`."""
        keys = await self._lists.known(sender, transaction)
        device = keys.find(sender_key, ed25519)
        if device is not None and keys.vouches(device):
            return device.device_id
        if keys.outdated:
            self._wait(room_id, sender_key, sender)
        elif device is not None:
            return Undecryptable("untrusted_device")
        return Undecryptable("no_session")

    async def decrypt(self, room_id: RoomId, event: Raw, transaction: Transaction) -> Decrypted | Undecryptable:
        """Open one event; see :meth:`Machine.decrypt`."""
        try:
            return await self._decrypt(room_id, event, transaction)
        except Malformed:
            return Undecryptable("malformed")

    def note_refreshed(self, users: frozenset[UserId]) -> None:
        """Let the events that waited for the devices of *users* be tried again."""
        ready = {session for session, user_id in self._waiting.items() if user_id in users}
        for session in ready:
            del self._waiting[session]
        self._ready |= ready

    def take_ready(self) -> frozenset[Session]:
        """Return the sessions that have become worth another try since the last call."""
        ready, self._ready = self._ready, set()
        return frozenset(ready)

    async def _take(self, raw: object, transaction: Transaction, now: int) -> Session | FromDevice | UserId | None:
        if not isinstance(raw, dict) or not isinstance(raw.get("content"), dict):
            raise Malformed("no event")
        sender, content = _user(raw.get("sender")), raw["content"]
        match raw.get("type"):
            case "m.room.encrypted":
                return await self._take_encrypted(sender, content, transaction, now)
            case "m.room_key.withheld":
                await self._take_withheld(sender, content, transaction, now)
            case _:
                # Among others m.room_key_request and m.forwarded_room_key: we neither give nor take keys that way.
                self.ignored["unused_type"] += 1
        return None

    async def _take_encrypted(
        self, sender: UserId, content: Raw, transaction: Transaction, now: int
    ) -> Session | FromDevice | UserId | None:
        """Open one message; return the session that it brought, what it says to others, or whose was not opened."""
        loaded = await store.load_account(transaction)
        if loaded is None:
            raise Malformed("no account")
        self._lists.want(sender)
        try:
            opened = await olm.decrypt(transaction, *loaded, content, sender, now)
        except olm.Undecipherable as exc:
            self.ignored["undecipherable"] += 1
            await store.note_wedged(transaction, exc.sender_key, sender)
            self.broken = True
            return sender
        if opened.type == "m.room_key":
            return await self._inbound.add(transaction, sender, opened, now)
        if not opened.type.startswith("m."):
            return FromDevice(sender, opened.sender_key, opened.ed25519, opened.type, opened.content)
        self.ignored[f"olm_{'dummy' if opened.type == 'm.dummy' else 'unused'}"] += 1
        return None

    async def _take_withheld(self, sender: UserId, content: Raw, transaction: Transaction, now: int) -> None:
        if content.get("algorithm") != MEGOLM:
            raise Malformed("not Megolm")
        code = text(content.get("code"), 64)
        if code == NO_OLM:
            # Its sender found no one-time key of ours: a session made by us serves both.
            await store.note_wedged(transaction, key(content.get("sender_key")), sender)
            self._lists.want(sender)
            self.broken = True
            return
        row = {
            "room_id": _room(content.get("room_id")),
            "session_id": key(content.get("session_id")),
            "user_id": sender,
            "code": code,
            "received_at": now,
        }
        await store.save_withheld(transaction, row)

    async def _decrypt(self, room_id: RoomId, event: Raw, transaction: Transaction) -> Decrypted | Undecryptable:
        content = event.get("content")
        if not isinstance(content, dict) or content.get("algorithm") != MEGOLM:
            raise Malformed("not Megolm")
        sender, event_id = _user(event.get("sender")), text(event.get("event_id"))
        session_id, ciphertext = key(content.get("session_id")), text(content.get("ciphertext"), _MAX_CIPHERTEXT)
        found = await self._inbound.find(transaction, room_id, session_id, sender)
        if found is None:
            withheld = await store.is_withheld(transaction, room_id, session_id, sender)
            return Undecryptable("withheld" if withheld else "no_session")
        device = await self._judge(room_id, session_id, found, transaction)
        if isinstance(device, Undecryptable) and device.reason != "untrusted_device":
            return device
        try:
            plaintext, index = found.session.decrypt(ciphertext)
        except ValueError as exc:
            if _precedes(ciphertext, found):
                return Undecryptable("no_session")
            raise Malformed("not decryptable") from exc
        if isinstance(device, Undecryptable):
            return replace(device, said=_message(plaintext, room_id))
        holder = await store.claim_index(transaction, room_id, session_id, found.sender_key, index, event_id)
        if holder != event_id:
            return Undecryptable("replayed")
        payload = parse_json(plaintext)
        if payload.get("room_id") != room_id or not isinstance(payload.get("content"), dict):
            raise Malformed("of another room")
        device_id, signed, changed = device
        return Decrypted(text(payload.get("type")), payload["content"], device_id, session_id, index, signed, changed)

    async def _judge(
        self, room_id: RoomId, session_id: str, found: Inbound, transaction: Transaction
    ) -> tuple[DeviceId, bool, bool] | Undecryptable:
        """Find the device that *found* came from and tell whether we believe it; see :class:`Decrypted`."""
        if (found.user_id, found.sender_key) == (self._user_id, self._curve25519):
            return self._device_id, True, False
        keys = await self._lists.known(found.user_id, transaction)
        device = keys.find(found.sender_key, found.ed25519)
        if device is not None and keys.trusts(device) and not _came_after(found, device.deleted_at):
            return device.device_id, device.signed or device.signed_anew, keys.impostor(device)
        if not keys.outdated:
            return Undecryptable("untrusted_device")
        self._wait(room_id, session_id, found.user_id)
        return Undecryptable("no_session")

    def _wait(self, room_id: RoomId, session_id: str, user_id: UserId) -> None:
        """Have what came with that session tried again once the devices of *user_id* have been asked for anew."""
        self._lists.want(user_id)
        if len(self._waiting) < _MAX_WAITING:
            self._waiting[room_id, session_id] = user_id


def _message(plaintext: str, room_id: RoomId) -> JsonObject | None:
    """Return what a message says; no index is claimed for it, nor is it kept: it is nobody's word."""
    try:
        payload = parse_json(plaintext)
    except Malformed:
        return None
    said = payload.get("content")
    ours = payload.get("type") == "m.room.message" and payload.get("room_id") == room_id
    return said if ours and isinstance(said, dict) else None


def _came_after(found: Inbound, deleted_at: int | None) -> bool:
    # What a device said before its owner logged it out stays said; its keys are worth nothing afterwards.
    return deleted_at is not None and found.received_at > deleted_at


def _precedes(ciphertext: str, found: Inbound) -> bool:
    try:
        index: int = vodozemac.MegolmMessage.from_base64(ciphertext).message_index()
    except ValueError:
        return False
    return index < found.session.first_known_index


def _user(raw: Any) -> UserId:
    try:
        return UserId.parse(text(raw))
    except MalformedId as exc:
        raise Malformed("no user") from exc


def _room(raw: Any) -> RoomId:
    try:
        return RoomId.parse(text(raw))
    except MalformedId as exc:
        raise Malformed("no room") from exc
