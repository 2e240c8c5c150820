"""The backup of room keys that a person's clients keep on their server: how one of them is opened (pure).

Source: Matrix specification v1.18 §11.12.3.2, ``m.megolm_backup.v1.curve25519-aes-sha2``. It hides keys from the server
and proves nothing of where they come from: whoever knows the public key, the server does, can put one there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self

import vodozemac
from nio.crypto.sessions import InboundGroupSession

from bots.matrix.crypto.errors import Malformed
from bots.matrix.crypto.model import MEGOLM
from bots.matrix.crypto.signing import decode64, key, parse_json, text, unpadded
from config.identifiers import RoomId

ALGORITHM: Final = "m.megolm_backup.v1.curve25519-aes-sha2"
_LONGEST: Final = 16_384


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A Megolm session out of a backup; the keys are those of the device that is said to have made it."""

    session: InboundGroupSession
    sender_key: str
    ed25519: str


@dataclass(frozen=True, slots=True)
class BackupKey:
    """The private half of a backup's key, 32 bytes (Curve25519)."""

    raw: bytes = field(repr=False)

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Return the key that secret storage held; raise :class:`Malformed`."""
        if len(raw) != 32:
            raise Malformed("not a key")
        return cls(raw)

    @property
    def public(self) -> str:
        """The public half, as ``auth_data.public_key`` has it (unpadded base64)."""
        return unpadded(self._decryption().public_key.to_bytes())

    def opens(self, version: Mapping[str, Any]) -> bool:
        """Tell whether this is the key of the backup that the server describes (``/room_keys/version``)."""
        facts = version.get("auth_data")
        return (
            version.get("algorithm") == ALGORITHM
            and isinstance(facts, dict)
            and str(facts.get("public_key")).rstrip("=") == self.public
        )

    def open(self, room_id: RoomId, session_id: str, stored: object) -> BackedUp:
        """Open ``sessions[session_id]`` of ``/room_keys/keys/…``; raise :class:`Malformed`."""
        sealed = stored.get("session_data") if isinstance(stored, dict) else None
        if not isinstance(sealed, dict):
            raise Malformed("no session data")
        said = parse_json(self._decrypt(sealed))
        claimed = said.get("sender_claimed_keys")
        if said.get("algorithm") != MEGOLM or not isinstance(claimed, dict):
            raise Malformed("not Megolm")
        sender_key, ed25519 = key(said.get("sender_key")), key(claimed.get("ed25519"))
        try:
            session = InboundGroupSession.import_session(
                text(said.get("session_key"), 1_024), ed25519, sender_key, room_id
            )
        except ValueError as exc:
            raise Malformed("not a session key") from exc
        if session.id != session_id:
            raise Malformed("another session's key")
        return BackedUp(session, sender_key, ed25519)

    def _decrypt(self, sealed: Mapping[str, Any]) -> bytes:
        ephemeral, ciphertext, mac = (decode64(sealed.get(part)) for part in ("ephemeral", "ciphertext", "mac"))
        if len(ephemeral) != 32 or len(ciphertext) > _LONGEST:
            raise Malformed("not sealed to a key")
        try:
            plaintext: bytes = self._decryption().decrypt(vodozemac.Message(ciphertext, mac, ephemeral))
        except ValueError as exc:
            raise Malformed("sealed to another key") from exc
        return plaintext

    def _decryption(self) -> Any:
        return vodozemac.PkDecryption.from_key(vodozemac.Curve25519SecretKey.from_bytes(self.raw))
