"""Which plaintext a file in a room is, told without reading it and without keeping its key (pure).

Not the hash in the event alone, which is of the ciphertext: under another key the same ciphertext is another file, and
whoever sends both would have the second one called clean.
"""

import hashlib
from typing import Final

from bots.envelope.file import EncryptedFile

_LABEL: Final = b"beffroi/scan/1"


def fingerprint(file: EncryptedFile) -> str:
    """Return the name of what *file* decrypts to: 64 hexadecimal digits. The key cannot be had from it."""
    return hashlib.sha256(_LABEL + file.key + file.iv + file.sha256).hexdigest()


def fingerprint_of(plaintext: bytes) -> str:
    """Return the name of a file that lies in the clear; never one of an encrypted file's."""
    return hashlib.sha256(_LABEL + b"/clear" + plaintext).hexdigest()
