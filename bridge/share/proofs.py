"""Knocks, proofs, tickets: what is shown and what is kept of it; and how guessing is slowed. Pure."""

import hashlib
import hmac
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final

from bridge.share.errors import Unknown

_SHOWN: Final = re.compile(r"[A-Za-z0-9_-]{43}")
TRIES: Final = 5
_FIRST_LOCK: Final = 15 * 60 * 1000
_LONGEST_LOCK: Final = 24 * 3600 * 1000
_MOST_WRONG: Final = 100
"""After so many wrong passwords a link listens to none any more: its sender makes another."""
FOR_GOOD: Final = 2**62


def hashed(shown: object) -> bytes:
    """Return the SHA-256 of 32 bytes that somebody shows in base64url; raises :class:`Unknown` for anything else."""
    if not is_shown(shown):
        raise Unknown("not spelt so")
    return hashlib.sha256(urlsafe_b64decode(f"{shown}=")).digest()


def is_shown(shown: object) -> bool:
    """Tell whether somebody shows 32 bytes in base64url."""
    return isinstance(shown, str) and _SHOWN.fullmatch(shown) is not None


def is_same(one: bytes, other: bytes) -> bool:
    """Compare two hashes in constant time; nothing is never the same as anything."""
    return len(one) == hashlib.sha256().digest_size and hmac.compare_digest(one, other)


def new_ticket() -> str:
    """Return what the holder of a lease shows: 256 random bits, base64url."""
    return urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("=")


def lock_after(wrong: int, now: int) -> int:
    """Return until when a link listens to no password after its *wrong*-th wrong one; 0: it listens on.

    Five tries, a quarter of an hour, five tries, half an hour …, a day at most between them, a hundred in all.
    """
    if wrong >= _MOST_WRONG:
        return FOR_GOOD
    if wrong % TRIES:
        return 0
    return now + min(_FIRST_LOCK << (wrong // TRIES - 1), _LONGEST_LOCK)
