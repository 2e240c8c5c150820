"""The secrets that an account keeps on its server, sealed by its recovery key (pure).

Source: Matrix specification v1.18 §11.12.7 "m.secret_storage.v1.aes-hmac-sha2".
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final, Self

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bots.matrix.crypto.errors import Malformed
from bots.matrix.crypto.signing import decode64
from bots.matrix.person import recovery
from bots.matrix.person.errors import NothingStored, WrongRecoveryKey

_ALGORITHM: Final = "m.secret_storage.v1.aes-hmac-sha2"
_IV_BYTES: Final = 16
_MOST_BYTES: Final = 4_096


@dataclass(frozen=True, slots=True)
class StorageKey:
    """The key of an account's secret storage, and the id under which secrets name it."""

    key_id: str
    key: bytes = field(repr=False)

    @classmethod
    def typed(cls, key_id: str, description: Mapping[str, Any], typed: str) -> Self:
        """Return the key that somebody has *typed*, proved by *description*; raise :class:`WrongRecoveryKey`."""
        if description.get("algorithm") != _ALGORITHM:
            raise NothingStored("key")
        try:
            key = recovery.key_of(typed)
        except WrongRecoveryKey:
            if not isinstance(description.get("passphrase"), dict):
                raise
            key = recovery.key_from_passphrase(typed.strip(), description)
        if not _proves(key, description):
            raise WrongRecoveryKey("another account's, or an older one")
        return cls(key_id, key)

    def open(self, name: str, content: Mapping[str, Any]) -> bytes:
        """Return the bytes of the secret *name* (which stands there in base64), from its account data.

        Raises :class:`NothingStored` where it is not there under this key, or is not what was put there.
        """
        encrypted = content.get("encrypted")
        sealed = encrypted.get(self.key_id) if isinstance(encrypted, dict) else None
        if not isinstance(sealed, dict):
            raise NothingStored(name)
        try:
            iv, ciphertext, mac = (decode64(sealed.get(part)) for part in ("iv", "ciphertext", "mac"))
            if len(iv) != _IV_BYTES or len(ciphertext) > _MOST_BYTES:
                raise NothingStored(name)
            aes, signing = _keys(self.key, name)
            if not hmac.compare_digest(hmac.digest(signing, ciphertext, sha256), mac):
                raise NothingStored(name)
            return decode64(_ctr(aes, iv, ciphertext).decode("ascii"))
        except (Malformed, UnicodeDecodeError) as exc:
            raise NothingStored(name) from exc


def _proves(key: bytes, description: Mapping[str, Any]) -> bool:
    """Tell whether *key* is the described one: it seals 32 zeros to the same MAC."""
    try:
        iv, mac = decode64(description.get("iv")), decode64(description.get("mac"))
    except Malformed as exc:
        # The specification lets both be absent; then nobody could tell a wrong key from a damaged secret.
        raise NothingStored("key") from exc
    if len(iv) != _IV_BYTES:
        raise NothingStored("key")
    aes, signing = _keys(key, "")
    return hmac.compare_digest(hmac.digest(signing, _ctr(aes, iv, bytes(recovery.KEY_BYTES)), sha256), mac)


def _keys(key: bytes, info: str) -> tuple[bytes, bytes]:
    derived = HKDF(SHA256(), 2 * recovery.KEY_BYTES, bytes(32), info.encode()).derive(key)
    return derived[: recovery.KEY_BYTES], derived[recovery.KEY_BYTES :]


def _ctr(key: bytes, iv: bytes, data: bytes) -> bytes:
    cipher = Cipher(algorithms.AES(key), modes.CTR(iv)).encryptor()
    return cipher.update(data) + cipher.finalize()
