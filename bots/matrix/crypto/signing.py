"""Signed JSON as Matrix defines it (spec v1.18 appendices, "Signing JSON"), and strict parsing of what is hostile."""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any, Protocol

import vodozemac
from canonicaljson import encode_canonical_json
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bots.matrix.crypto.errors import Malformed
from bots.matrix.port import Raw

_KEY_CHARS = 43  # 32 bytes in unpadded base64
_MAX_SIGNED_BYTES = 65_536


class Signer(Protocol):
    """Something that signs bytes with Ed25519."""

    def sign(self, message: bytes, /) -> str:
        """Return the signature in unpadded base64."""


class SeedSigner:
    """An Ed25519 key made from a 32-byte seed."""

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        # Unpadded: matrix-rust-sdk silently drops a key whose id is padded.
        self.public = unpadded(self._key.public_key().public_bytes_raw())

    def sign(self, message: bytes, /) -> str:
        """Return the signature in unpadded base64."""
        return unpadded(self._key.sign(message))


def unpadded(raw: bytes) -> str:
    """Return *raw* in unpadded base64."""
    return base64.b64encode(raw).decode().rstrip("=")


def decode64(text: object) -> bytes:
    """Return the bytes of a base64 string, padded or not; raise :class:`Malformed`."""
    if not isinstance(text, str):
        raise Malformed("not base64")
    try:
        return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), validate=True)
    except (binascii.Error, ValueError) as exc:
        raise Malformed("not base64") from exc


def key(raw: object) -> str:
    """Return *raw* if it is a 32-byte key in canonical unpadded base64; raise :class:`Malformed`.

    Only the canonical spelling: keys are compared and looked up as strings.
    """
    if not isinstance(raw, str) or len(raw) != _KEY_CHARS or unpadded(decode64(raw)) != raw:
        raise Malformed("not a key")
    return raw


def canonical(value: Mapping[str, Any]) -> bytes:
    """Return the canonical JSON of *value* without signatures and unsigned data; raise :class:`Malformed`."""
    try:
        encoded: bytes = encode_canonical_json(
            {name: each for name, each in value.items() if name not in ("signatures", "unsigned")}
        )
    except (ValueError, TypeError, RecursionError) as exc:
        raise Malformed("no canonical JSON") from exc
    if len(encoded) > _MAX_SIGNED_BYTES:
        raise Malformed("too large")
    return encoded


def sign(value: Raw, user_id: str, key_id: str, signer: Signer) -> Raw:
    """Return *value* with one more signature, ``signatures[user_id]["ed25519:" + key_id]``."""
    signatures = {name: dict(each) for name, each in value.get("signatures", {}).items()}
    signatures.setdefault(user_id, {})[f"ed25519:{key_id}"] = signer.sign(canonical(value))
    return {**value, "signatures": signatures}


def is_signed(value: Mapping[str, Any], user_id: str, key_id: str, public: str) -> bool:
    """Tell whether *value* bears a good signature by *user_id*'s Ed25519 key *public*, filed under *key_id*."""
    try:
        signature = value["signatures"][user_id][f"ed25519:{key_id}"]
        vodozemac.Ed25519PublicKey.from_base64(public).verify_signature(
            canonical(value), vodozemac.Ed25519Signature.from_base64(signature)
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return False
    return True


def parse_json(text: bytes | str) -> Raw:
    """Parse a JSON object from a stranger; raise :class:`Malformed`.

    Refuses what later stages could not store or repeat: NaN, lone surrogates, nesting without end.
    """
    try:
        value = json.loads(text, parse_constant=_refuse)
        if not isinstance(value, dict):
            raise Malformed("not an object")
        # Only an escape can smuggle a lone surrogate in, so the expensive check is rare.
        if (b"\\ud" in text.lower()) if isinstance(text, bytes) else ("\\ud" in text.lower()):
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as exc:
        raise Malformed("not JSON") from exc
    return value


def _refuse(constant: str) -> None:
    raise Malformed(constant)


def text(raw: object, most: int = 255) -> str:
    """Return *raw* if it is a string that any database can store, of at most *most* bytes; raise :class:`Malformed`."""
    if not isinstance(raw, str) or not raw or len(raw) > most or "\x00" in raw:
        raise Malformed("not a short text")
    try:
        if len(raw.encode()) > most:
            raise Malformed("too long")
    except UnicodeEncodeError as exc:
        raise Malformed("lone surrogate") from exc
    return raw
