"""How a person's device opens what was said: with the keys that it was sent, and else with those of the backup."""

from collections.abc import Mapping
from typing import Any

from bots.database.engine import Transaction
from bots.matrix.crypto.errors import Malformed
from bots.matrix.crypto.homeserver import Homeserver
from bots.matrix.crypto.machine import Machine
from bots.matrix.crypto.model import MEGOLM, Decrypted, Undecryptable
from bots.matrix.crypto.signing import key, parse_json, text
from bots.matrix.homeserver.http import path
from bots.matrix.homeserver.missing import unless_missing
from bots.matrix.person.backup import BackedUp, BackupKey
from bots.matrix.port import Raw
from config.identifiers import DeviceId, RoomId, UserId

_MAX_CIPHERTEXT = 100_000


class Backups:
    """The backed-up room keys, room by room, in memory only."""

    def __init__(self, homeserver: Homeserver, backup: BackupKey | None) -> None:
        self._homeserver = homeserver
        self._key = backup
        self._version: str | None = None
        self._stored: dict[RoomId, Mapping[str, Any]] = {}
        self._opened: dict[tuple[RoomId, str], BackedUp | None] = {}

    async def start(self) -> bool:
        """Tell whether there is a backup that our key opens."""
        if self._key is None:
            return False
        version = await self._ask(path("room_keys", "version"), {})
        if not self._key.opens(version) or not isinstance(version.get("version"), str):
            return False
        self._version = version["version"]
        return True

    async def load(self, room_id: RoomId) -> None:
        """Fetch the keys of a room, all at once, still sealed."""
        if self._version is None:
            return
        answer = await self._ask(path("room_keys", "keys", room_id), {"version": self._version})
        sessions = answer.get("sessions")
        self._stored[room_id] = sessions if isinstance(sessions, dict) else {}

    def find(self, room_id: RoomId, session_id: str) -> BackedUp | None:
        """Return a session of the backup."""
        place = (room_id, session_id)
        if place not in self._opened:
            self._opened[place] = self._open(room_id, session_id)
        return self._opened[place]

    def _open(self, room_id: RoomId, session_id: str) -> BackedUp | None:
        stored = self._stored.get(room_id, {}).get(session_id)
        if stored is None or self._key is None:
            return None
        try:
            return self._key.open(room_id, session_id, stored)
        except Malformed:
            return None

    async def _ask(self, target: str, query: Mapping[str, str]) -> Raw:
        return await unless_missing(self._homeserver.request("GET", target, query=query, timeout_s=120)) or {}


class Opener:
    """Implements ``Opening`` for a person's device.

    What a key of the backup opens is never ``signed``: nobody can tell who has put that key there.
    """

    def __init__(self, machine: Machine, backups: Backups) -> None:
        self._machine = machine
        self._backups = backups
        self._indices: dict[tuple[RoomId, str, int], str] = {}

    async def decrypt(self, room_id: RoomId, event: Raw, transaction: Transaction) -> Decrypted | Undecryptable:
        """Open one event."""
        found = await self._machine.decrypt(room_id, event, transaction)
        if not isinstance(found, Undecryptable) or found.reason not in ("no_session", "withheld"):
            return found
        try:
            return await self._from_backup(room_id, event, transaction) or found
        except Malformed:
            return Undecryptable("malformed")

    async def identify(
        self, room_id: RoomId, sender: UserId, sender_key: str, ed25519: str, transaction: Transaction
    ) -> DeviceId | Undecryptable:
        """Return the device that these keys are of."""
        return await self._machine.identify(room_id, sender, sender_key, ed25519, transaction)

    def identity_changed(self, user_id: UserId) -> bool:
        """Tell whether *user_id*'s identity is not the one that this device knew."""
        return self._machine.identity_changed(user_id)

    async def _from_backup(
        self, room_id: RoomId, event: Raw, transaction: Transaction
    ) -> Decrypted | Undecryptable | None:
        content = event["content"]
        if content.get("algorithm") != MEGOLM:
            raise Malformed("not Megolm")
        session_id = key(content.get("session_id"))
        found = self._backups.find(room_id, session_id)
        if found is None:
            return None
        sender = UserId(event["sender"])
        if await self._machine.disowns(sender, found.sender_key, found.ed25519, transaction):
            return Undecryptable("untrusted_device")
        try:
            ciphertext = text(content.get("ciphertext"), _MAX_CIPHERTEXT)
            plaintext, index = found.session.decrypt(ciphertext)
        except ValueError as exc:
            raise Malformed("not decryptable") from exc
        if self._indices.setdefault((room_id, session_id, index), event["event_id"]) != event["event_id"]:
            return Undecryptable("replayed")
        said = parse_json(plaintext)
        if said.get("room_id") != room_id or not isinstance(said.get("content"), dict):
            raise Malformed("of another room")
        return Decrypted(text(said.get("type")), said["content"], DeviceId(""), session_id, index, signed=False)
