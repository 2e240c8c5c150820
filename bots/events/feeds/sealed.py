"""A feed on the disk: sealed by its own address, so that who has the disk, or a backup of it, reads nothing (pure).

One line of JSON (:class:`Facts`), then a nonce of twelve bytes and AES-256-GCM of the gzipped calendar, the line being
its additional data. The name of the file and the key are derived from the secret in the address (RFC 5869), by ways
that lead to neither of the others: whoever serves it can open it while somebody asks, and not before.
"""

import base64
import gzip
import hashlib
import hmac
import json
import re
import secrets
from dataclasses import asdict, dataclass
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SECRET_BYTES: Final = 24
SECRET: Final = re.compile(r"[A-Za-z0-9_-]{32}")
"""192 bits, in the letters that every application leaves alone in an address."""
NAME: Final = re.compile(r"[0-9a-f]{32}")
MOST_FACTS: Final = 512
"""Bytes: how much of a file is read to know its facts."""
_NONCE: Final = 12


class Damaged(Exception):
    """What lies there is no feed, or not the one that this secret opens."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What may be known of a feed without its secret. *modified* and *until* are in seconds since the epoch.

    *etag* changes with what it says, and tells nothing of it. From *until* on it counts no more: its writer is gone.
    *size* is that of the calendar, in bytes.
    """

    etag: str
    modified: int
    until: int
    size: int


def name_of(secret: str) -> str:
    """Return the name of the file that belongs to *secret*."""
    return _derived(secret, b"name", 16).hex()


def etag_of(secret: str, calendar: bytes) -> str:
    """Return what stands for *calendar* where it is compared."""
    digest = hmac.digest(_derived(secret, b"etag", 32), calendar, hashlib.sha256)
    return base64.urlsafe_b64encode(digest[:15]).decode()


def seal(secret: str, calendar: bytes, facts: Facts) -> bytes:
    """Return the file that holds *calendar*."""
    head = json.dumps(asdict(facts)).encode() + b"\n"
    nonce = secrets.token_bytes(_NONCE)
    # Without a time in it: the same calendar is the same bytes.
    packed = gzip.compress(calendar, compresslevel=5, mtime=0)
    return head + nonce + AESGCM(_derived(secret, b"key", 32)).encrypt(nonce, packed, head)


def facts_of(data: bytes) -> Facts:
    """Return the facts of a file, of which :data:`MOST_FACTS` bytes are enough; raises :class:`Damaged`."""
    head, found, _ = data[:MOST_FACTS].partition(b"\n")
    try:
        raw: Any = json.loads(head) if found else None
        return Facts(str(raw["etag"]), int(raw["modified"]), int(raw["until"]), int(raw["size"]))
    except (ValueError, KeyError, TypeError) as exc:
        raise Damaged from exc


def unseal(secret: str, data: bytes) -> bytes:
    """Return the calendar in a file, gzipped; raises :class:`Damaged`."""
    head, found, rest = data.partition(b"\n")
    try:
        return AESGCM(_derived(secret, b"key", 32)).decrypt(rest[:_NONCE], rest[_NONCE:], head + found)
    except (InvalidTag, ValueError) as exc:
        raise Damaged from exc


def _derived(secret: str, what: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, None, b"beffroi/feed/1/" + what).derive(secret.encode())
