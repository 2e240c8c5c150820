"""Encrypted attachments: AES-256-CTR and SHA-256, piece by piece. Pure: bytes in, bytes out.

Source: Matrix specification v1.18, client-server API, "Sending encrypted attachments".
"""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

from bots.matrix.errors import Corrupt, MalformedFile
from config.errors import MalformedId
from config.identifiers import MxcUri

_KEY_BYTES = 32
_IV_BYTES = 16
_HASH_BYTES = 32
_MOST_OPERATIONS = 16
_STANDARD = re.compile(r"[A-Za-z0-9+/]{1,64}={0,2}")
_URL_SAFE = re.compile(r"[A-Za-z0-9_-]{1,64}={0,2}")


@dataclass(frozen=True, slots=True)
class EncryptedFile:
    """Where a ciphertext is and how to read it: ``file`` of an ``m.file``, ``m.image`` … in an encrypted room.

    *key* is secret and not shown by ``repr``. *iv* is the first counter block; *sha256* is over the ciphertext.
    """

    url: MxcUri
    key: bytes = field(repr=False)
    iv: bytes
    sha256: bytes

    @classmethod
    def parse(cls, raw: object) -> Self:
        """Return what *raw* (decoded JSON) says, or raise ``MalformedFile``.

        As strict as the specification, but for padded base64, which every other client takes.
        """
        whole = _object(raw, "file")
        _same(whole.get("v"), "v2", "v")
        key = _object(whole.get("key"), "key")
        _same(key.get("kty"), "oct", "key.kty")
        _same(key.get("alg"), "A256CTR", "key.alg")
        _same(key.get("ext"), True, "key.ext")
        _operations(key.get("key_ops"))
        try:
            url = MxcUri.parse(whole.get("url"))
        except MalformedId as exc:
            raise MalformedFile("url") from exc
        return cls(
            url,
            _decode(key.get("k"), _URL_SAFE, _KEY_BYTES, "key.k"),
            _counter(_decode(whole.get("iv"), _STANDARD, _IV_BYTES, "iv")),
            _decode(_object(whole.get("hashes"), "hashes").get("sha256"), _STANDARD, _HASH_BYTES, "hashes.sha256"),
        )

    def as_json(self) -> dict[str, Any]:
        """What to write into an event as ``file``."""
        return {
            "v": "v2",
            "url": str(self.url),
            "key": {
                "kty": "oct",
                "alg": "A256CTR",
                "ext": True,
                "key_ops": ["encrypt", "decrypt"],
                "k": base64.urlsafe_b64encode(self.key).decode().rstrip("="),
            },
            "iv": base64.b64encode(self.iv).decode().rstrip("="),
            "hashes": {"sha256": base64.b64encode(self.sha256).decode().rstrip("=")},
        }


Attachment = EncryptedFile | MxcUri
"""A media as an event names it: encrypted, or in the clear."""


def parse_attachment(content: Mapping[str, Any]) -> Attachment:
    """Return the media of an ``m.file``, ``m.image`` …, or raise ``MalformedFile``.

    ``file`` wins over ``url``, so that nobody can put something unencrypted in the place of an encrypted file.
    """
    if "file" in content:
        return EncryptedFile.parse(content["file"])
    try:
        return MxcUri.parse(content.get("url"))
    except MalformedId as exc:
        raise MalformedFile("url") from exc


def as_content(attachment: Attachment) -> dict[str, Any]:
    """Return the part of an event's content that names *attachment*: ``file`` or ``url``."""
    if isinstance(attachment, EncryptedFile):
        return {"file": attachment.as_json()}
    return {"url": str(attachment)}


class Encryptor:
    """Encrypts one attachment under a key of its own."""

    def __init__(self) -> None:
        # A random half and a counter half that begins at 0: two blocks never meet, and no reader has to carry.
        self._key, self._iv = secrets.token_bytes(_KEY_BYTES), secrets.token_bytes(8) + bytes(8)
        self._cipher = Cipher(AES(self._key), CTR(self._iv)).encryptor()
        self._hash = hashlib.sha256()

    def update(self, plaintext: bytes | memoryview) -> bytes:
        """Return the ciphertext of the next piece, as long as *plaintext*."""
        ciphertext = self._cipher.update(plaintext)
        self._hash.update(ciphertext)
        return ciphertext

    def finish(self, url: MxcUri) -> EncryptedFile:
        """Return how to read it, now that the whole of it is at *url*."""
        return EncryptedFile(url, self._key, self._iv, self._hash.digest())


class Decryptor:
    """Decrypts one attachment. Nothing of it may be used before :meth:`finish` has returned."""

    def __init__(self, file: EncryptedFile) -> None:
        self._cipher = Cipher(AES(file.key), CTR(file.iv)).decryptor()
        self._hash = hashlib.sha256()
        self._expected = file.sha256

    def update(self, ciphertext: bytes | memoryview) -> bytes:
        """Return the plaintext of the next piece, as long as *ciphertext*."""
        self._hash.update(ciphertext)
        return self._cipher.update(ciphertext)

    def finish(self) -> None:
        """Raise ``Corrupt`` unless all the ciphertext was what its sender hashed."""
        if not hmac.compare_digest(self._hash.digest(), self._expected):
            raise Corrupt("the SHA-256 is another")


def _object(raw: object, where: str) -> Mapping[str, Any]:
    if not isinstance(raw, dict):
        raise MalformedFile(where)
    return raw


def _same(raw: object, expected: str | bool, where: str) -> None:
    # 1 == True in Python, not in JSON.
    if type(raw) is not type(expected) or raw != expected:
        raise MalformedFile(where)


def _operations(raw: object) -> None:
    if not isinstance(raw, list) or len(raw) > _MOST_OPERATIONS or not {"encrypt", "decrypt"} <= _strings(raw):
        raise MalformedFile("key.key_ops")


def _strings(raw: list[object]) -> set[str]:
    found = {each for each in raw if isinstance(each, str)}
    return found if len(found) == len(raw) else set()


def _decode(raw: object, alphabet: re.Pattern[str], size: int, where: str) -> bytes:
    if not isinstance(raw, str) or alphabet.fullmatch(raw) is None:
        raise MalformedFile(where)
    bare = raw.rstrip("=")
    altchars = b"-_" if alphabet is _URL_SAFE else b"+/"
    try:
        decoded = base64.b64decode(bare + "=" * (-len(bare) % 4), altchars, validate=True)
    except binascii.Error:
        # Not "from": the error of the decoder may show what it decoded.
        raise MalformedFile(where) from None
    if len(decoded) != size:
        raise MalformedFile(where)
    return decoded


def _counter(iv: bytes) -> bytes:
    # WebCrypto counts in the last 64 bits alone, OpenSSL carries into the first. Below 2⁶³ nobody can tell them apart;
    # "v2" says that the counter begins at 0, and the clients before it cleared just this bit.
    if iv[8] & 0x80:
        raise MalformedFile("iv")
    return iv
