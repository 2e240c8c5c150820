"""Passwords of links: RFC 8265 §4.2 (OpaqueString), and Argon2id (RFC 9106). Pure, and slow on purpose."""

import secrets
import unicodedata
from typing import Final

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

# RFC 9106 §4, "second recommended option": 64 MiB, which a telephone has; measured in a page 0.5 s.
MEMORY_KIB: Final = 65_536
PASSES: Final = 3
LANES: Final = 4
LENGTH: Final = 32
# Without what is misread aloud or on paper: 0 o 1 l i.
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
_LENGTHS: Final = (12, 16)
"""Letters of a password of ours: the three groups of a link made by hand, the four of an assistant's."""
_APART: Final = frozenset(" -\t\n\r\u00a0\u2010\u2011\u2013")
_GROUPS: Final = 3
_GROUP: Final = 4


def new_password() -> str:
    """Return a password that can be dictated: three groups of four, 59 bits. The server slows and locks guessing."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))


def meant(typed: str) -> str:
    """Return the password that somebody has *typed* who heard it, or copied it with what stood around it.

    One of ours is the same in capitals, with spaces, and without hyphens; any other is what was typed.
    """
    letters = "".join(char for char in typed.lower() if char not in _APART)
    if len(letters) not in _LENGTHS or not {*letters} <= {*_LETTERS}:
        return typed
    return "-".join(letters[start : start + _GROUP] for start in range(0, len(letters), _GROUP))


def normalised(password: str) -> bytes:
    """Return what is hashed of *password*: NFC, every other space as U+0020, case kept (RFC 8265 §4.2.2).

    So an accent typed on a Mac is the accent typed elsewhere, and a ligature is still another letter.
    """
    spaced = "".join(" " if unicodedata.category(char) == "Zs" else char for char in password)
    return unicodedata.normalize("NFC", spaced).encode()


def stretched(password: str, link_id: str) -> bytes:
    """Return 32 bytes from *password*, for this link alone: its id is the salt. Takes 64 MiB and about 0.2 s."""
    hasher = Argon2id(salt=link_id.encode(), length=LENGTH, iterations=PASSES, lanes=LANES, memory_cost=MEMORY_KIB)
    return hasher.derive(normalised(password))
