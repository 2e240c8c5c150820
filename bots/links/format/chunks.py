"""A ciphertext in pieces of 1 MiB, each with its own SHA-256: checked before it is opened, from any piece on. Pure.

AES-256-CTR as Matrix attachments have it (client-server API v1.18, "Sending encrypted attachments"): piece *k* begins
at counter block *k* × 65,536. So a reader can begin anywhere, and nothing unchecked is ever decrypted. FORMAT.md §4.
"""

import hashlib
import hmac
from collections.abc import Iterator, Sequence
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

from bots.links.format.errors import Altered

CHUNK: Final = 2**20
DIGEST: Final = 32
_BLOCK: Final = 16


def chunks_of(size: int) -> int:
    """Return into how many pieces *size* bytes fall; nothing is no piece."""
    return -(-size // CHUNK)


def chunk_length(index: int, size: int) -> int:
    """Return how long piece *index* of a file of *size* bytes is."""
    return min(CHUNK, size - index * CHUNK)


class ChunkHasher:
    """Takes a ciphertext as it passes, in pieces of any length, and returns what a manifest says of it."""

    def __init__(self) -> None:
        self._whole = hashlib.sha256()
        self._piece = hashlib.sha256()
        self._held = 0
        self._digests: list[bytes] = []
        self.size = 0
        """How many bytes have passed."""

    def update(self, ciphertext: bytes | memoryview) -> None:
        """Take the next bytes."""
        view = memoryview(ciphertext)
        self._whole.update(view)
        self.size += len(view)
        while view:
            taken = min(len(view), CHUNK - self._held)
            self._piece.update(view[:taken])
            self._held += taken
            view = view[taken:]
            if self._held == CHUNK:
                self._close()

    def digests(self) -> tuple[bytes, ...]:
        """Return the SHA-256 of every piece; call it once, at the end."""
        if self._held:
            self._close()
        return tuple(self._digests)

    def sha256(self) -> bytes:
        """Return the SHA-256 of all that has passed."""
        return self._whole.digest()

    def _close(self) -> None:
        self._digests.append(self._piece.digest())
        self._piece, self._held = hashlib.sha256(), 0


class ChunkOpener:
    """Checks and decrypts the pieces of one file, in any order."""

    def __init__(self, key: bytes, iv: bytes, digests: Sequence[bytes]) -> None:
        self._key, self._iv, self._digests = key, int.from_bytes(iv), digests

    def open(self, index: int, ciphertext: bytes) -> bytes:
        """Return the plaintext of piece *index*, or raise :class:`Altered` and decrypt nothing."""
        if not hmac.compare_digest(hashlib.sha256(ciphertext).digest(), self._digests[index]):
            raise Altered(f"piece {index}")
        return self._passed(index, ciphertext)

    def is_right(self, index: int, plaintext: bytes) -> bool:
        """Tell whether *plaintext*, which somebody has kept, is piece *index*: encrypted again it must be the same."""
        digest = hashlib.sha256(self._passed(index, plaintext)).digest()
        return hmac.compare_digest(digest, self._digests[index])

    def _passed(self, index: int, data: bytes) -> bytes:
        # In counter mode one way is the other.
        counter = (self._iv + index * (CHUNK // _BLOCK)) % 2**128
        return Cipher(AES(self._key), CTR(counter.to_bytes(_BLOCK))).encryptor().update(data)


def split(digests: bytes) -> Iterator[bytes]:
    """Yield the digests that stand one behind the other in *digests*."""
    for start in range(0, len(digests), DIGEST):
        yield digests[start : start + DIGEST]
