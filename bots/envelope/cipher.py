"""AES-256-CTR and SHA-256 over the ciphertext, piece by piece. Pure: bytes in, bytes out, memory of one piece.

Source: Matrix specification v1.18, client-server API, "Sending encrypted attachments".
"""

import hashlib
import hmac
import secrets
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

from bots.envelope.errors import Corrupt, TooLong, Trailing, Truncated
from bots.envelope.file import IV_BYTES, KEY_BYTES, EncryptedFile
from config.identifiers import MxcUri

Piece = bytes | memoryview

_BLOCK: Final = 16
_HALF: Final = 8


class Encryptor:
    """Encrypts one attachment under a key of its own."""

    def __init__(self) -> None:
        # A random half and a counter half that begins at 0: two blocks never meet, and no reader has to carry.
        self._key, self._iv = secrets.token_bytes(KEY_BYTES), secrets.token_bytes(_HALF) + bytes(IV_BYTES - _HALF)
        self._cipher = cipher_at(self._key, self._iv, 0)
        self._hash = hashlib.sha256()

    def update(self, plaintext: Piece) -> bytes:
        """Return the ciphertext of the next piece, as long as *plaintext*."""
        ciphertext = self._cipher.update(plaintext)
        self._hash.update(ciphertext)
        return ciphertext

    def finish(self, url: MxcUri) -> EncryptedFile:
        """Return how to read it, now that the whole of it is at *url*."""
        return EncryptedFile(url, self._key, self._iv, self._hash.digest())


class Verifier:
    """Hashes a ciphertext and says whether it is the one that its sender hashed; *size* in bytes where they said it."""

    def __init__(self, sha256: bytes, size: int | None = None) -> None:
        self._hash = hashlib.sha256()
        self._expected = sha256
        self._size = size
        self.seen = 0
        """Bytes so far."""

    def update(self, ciphertext: Piece) -> None:
        """Take the next piece."""
        self._hash.update(ciphertext)
        self.seen += len(ciphertext)

    def finish(self) -> None:
        """Raise :class:`Corrupt` unless all that came was what its sender hashed.

        The size is only the sender's word in the event: where the hash is right, what they said of it does not count.
        """
        if hmac.compare_digest(self._hash.digest(), self._expected):
            return
        if self._size is None or self.seen == self._size:
            raise Corrupt("the SHA-256 is another")
        raise (Truncated if self.seen < self._size else Trailing)(f"{self.seen} bytes instead of {self._size}")


class Decryptor:
    """Decrypts one attachment. Nothing of it may be used before :meth:`finish` has returned.

    :meth:`verify` and :meth:`decrypt` may run beside each other, in two threads; :meth:`update` does both.
    """

    def __init__(self, file: EncryptedFile, size: int | None = None) -> None:
        self._cipher = cipher_at(file.key, file.iv, 0)
        self._verifier = Verifier(file.sha256, size)

    def update(self, ciphertext: Piece) -> bytes:
        """Return the plaintext of the next piece, as long as *ciphertext*."""
        self.verify(ciphertext)
        return self.decrypt(ciphertext)

    def verify(self, ciphertext: Piece) -> None:
        """Hash the next piece."""
        self._verifier.update(ciphertext)

    def decrypt(self, ciphertext: Piece) -> bytes:
        """Return the plaintext of the next piece."""
        return self._cipher.update(ciphertext)

    def finish(self) -> None:
        """Raise ``Corrupt``, ``Truncated`` or ``Trailing`` unless it was what its sender hashed."""
        self._verifier.finish()


def cipher_at(key: bytes, iv: bytes, offset: int) -> CipherContext:
    """Return the key stream from byte *offset* on: encrypting and decrypting are the same. Raises :class:`TooLong`.

    The counter is the low 64 bits of the block (specification); a carry out of them is nobody's to define.
    """
    block = int.from_bytes(iv[_HALF:]) + offset // _BLOCK
    if offset < 0 or block >> 64:
        raise TooLong(offset)
    cipher = Cipher(AES(key), CTR(iv[:_HALF] + block.to_bytes(_HALF))).encryptor()
    cipher.update(bytes(offset % _BLOCK))
    return cipher
