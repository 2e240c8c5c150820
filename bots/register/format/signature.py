"""Who may have written an operation: Ed25519 over its canonical JSON (FORMAT.md §3)."""

import hashlib
from base64 import b64decode, b64encode, urlsafe_b64encode
from binascii import a2b_base64
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from nacl.bindings import crypto_sign_PUBLICKEYBYTES

from bots.register.format.canonical import MAX_BYTES, encode
from bots.register.format.ed25519 import Question, is_signed
from bots.register.format.errors import Reason, Rejected
from config.identifiers import RoomId, UserId

TYPE = "fr.beffroi.ops"
"""What a signature is for: nothing that was signed for another use counts here."""


class Signer:
    """The assistant's register key. *seed* is 32 bytes (RFC 8032 §5.1.5)."""

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)

    @property
    def public_key(self) -> str:
        """The public key, unpadded base64, as the member list has it."""
        return unpadded(self._key.public_key().public_bytes_raw())

    def sign(self, envelope: Mapping[str, Any], room_id: RoomId, sender: UserId) -> dict[str, Any]:
        """Return *envelope* with its ``sig``."""
        return {**envelope, "sig": unpadded(self._key.sign(signed_bytes(envelope, room_id, sender)))}


def signed_bytes(envelope: Mapping[str, Any], room_id: RoomId, sender: UserId) -> bytes:
    """Return what is signed: the envelope without ``sig``, bound to its use, its room and its sender."""
    content = {key: value for key, value in envelope.items() if key != "sig"}
    return encode({"type": TYPE, "room": room_id, "sender": sender, "content": content})


def verify(envelope: Mapping[str, Any], room_id: RoomId, sender: UserId, keys: tuple[str, ...]) -> str:
    """Return the operation's digest, or raise :class:`Rejected` when none of *keys* has signed it."""
    claim = Claim.of(signed_bytes(envelope, room_id, sender), envelope.get("sig"), keys)
    if not is_signed(claim.question):
        raise Rejected(Reason.BAD_SIGNATURE, "no listed key has signed this")
    return claim.digest()


class Claim(NamedTuple):
    """A signature that is well-formed, and nobody has verified."""

    message: bytes
    signature: bytes
    keys: tuple[bytes, ...]

    @classmethod
    def of(cls, message: bytes, sig: object, keys: tuple[str, ...]) -> "Claim":
        """Return what is to be verified; raise :class:`Rejected` where that cannot come to anything."""
        if len(message) > MAX_BYTES:
            raise Rejected(Reason.TOO_LARGE, f"{len(message)} bytes")
        return cls(message, _signature(sig), _publics(keys))

    @property
    def question(self) -> Question:
        """What is to be answered with yes before :meth:`digest` counts for anything."""
        return self.signature + self.message, self.keys

    def digest(self) -> str:
        """Return the digest of the message."""
        return digest(self.message, self.signature)


def digest(message: bytes, signature: bytes) -> str:
    """Return 16 characters of base64url.

    The signature is part of it, so that whoever keeps only the digest of an erased operation cannot guess its contents.
    """
    return urlsafe_b64encode(hashlib.sha256(message + signature).digest()[:12]).decode()


def digest_of(envelope: Mapping[str, Any], room_id: RoomId, sender: UserId) -> str:
    """Return the digest of an envelope that has been verified before."""
    return digest(signed_bytes(envelope, room_id, sender), _signature(envelope.get("sig")))


def unpadded(raw: bytes) -> str:
    """Return unpadded base64 (Matrix spec, appendices)."""
    return b64encode(raw).decode().rstrip("=")


def _signature(raw: object) -> bytes:
    try:
        # Whatever is overlooked here does not come out again below.
        signature = a2b_base64(f"{raw}==") if isinstance(raw, str) and len(raw) == 86 else b""
    except ValueError:
        signature = b""
    if len(signature) != 64 or unpadded(signature) != raw:
        raise Rejected(Reason.BAD_SIGNATURE, "sig is not 64 bytes of unpadded base64")
    return signature


@lru_cache(maxsize=256)
def _publics(keys: tuple[str, ...]) -> tuple[bytes, ...]:
    """Return the bytes of those of *keys* that are public keys."""
    return tuple([each for each in map(_public, keys) if each is not None])


def _public(key: str) -> bytes | None:
    try:
        decoded = b64decode(key + "=", validate=True)
    except ValueError:
        return None
    return decoded if len(decoded) == crypto_sign_PUBLICKEYBYTES else None
