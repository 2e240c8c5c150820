"""Sealing a manifest: AES-256-GCM (NIST SP 800-38D), bound to the link's id and to one key. Pure. FORMAT.md §3."""

import hmac
import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bots.links.format.errors import Altered, MalformedLink, WrongSecret
from bots.links.format.keys import LinkKeys
from bots.links.format.manifest import MOST_BYTES, Manifest

VERSION: Final = b"\x01"
_COMMIT: Final = 32
_NONCE: Final = 12
_HEAD: Final = len(VERSION) + _COMMIT + _NONCE
_CONTEXT: Final = b"beffroi/link/1"


def seal(manifest: Manifest, keys: LinkKeys, link_id: str) -> bytes:
    """Return *manifest* as the server keeps it: version ‖ commitment ‖ nonce ‖ ciphertext and tag.

    Raises ``ValueError`` where it is larger than a server takes.
    """
    # A key is used for one manifest only (a change is a new link), so a random nonce cannot meet another.
    nonce = secrets.token_bytes(_NONCE)
    sealed = VERSION + keys.commit + nonce + AESGCM(keys.seal).encrypt(nonce, manifest.to_json(), _bound(link_id))
    if len(sealed) > MOST_BYTES:
        raise ValueError("too many files for one link")
    return sealed


def open_seal(sealed: bytes, keys: LinkKeys, link_id: str) -> Manifest:
    """Return the manifest; raises :class:`WrongSecret`, :class:`Altered` or :class:`MalformedLink`.

    GCM alone would let whoever makes a link seal one text that opens to two manifests under two keys: the commitment
    says which key it is.
    """
    if sealed[:1] != VERSION:
        raise MalformedLink("version")
    if not hmac.compare_digest(sealed[1 : 1 + _COMMIT], keys.commit):
        raise WrongSecret("the commitment is another key's")
    try:
        opened = AESGCM(keys.seal).decrypt(sealed[1 + _COMMIT : _HEAD], sealed[_HEAD:], _bound(link_id))
    except (InvalidTag, ValueError):
        raise Altered("the manifest") from None
    return Manifest.from_json(opened)


def _bound(link_id: str) -> bytes:
    return _CONTEXT + link_id.encode() + VERSION
