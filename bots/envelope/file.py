"""What an event says of an attachment: where its ciphertext is, and how to read it (pure).

Source: Matrix specification v1.18, client-server API, "Sending encrypted attachments".
"""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self

from bots.envelope.errors import MalformedFile
from config.errors import MalformedId
from config.identifiers import MxcUri

KEY_BYTES: Final = 32
IV_BYTES: Final = 16
_HASH_BYTES: Final = 32
_MOST_OPERATIONS: Final = 16
_STANDARD: Final = re.compile(r"[A-Za-z0-9+/]{1,64}={0,2}")
_URL_SAFE: Final = re.compile(r"[A-Za-z0-9_-]{1,64}={0,2}")


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
            _decode(key.get("k"), _URL_SAFE, KEY_BYTES, "key.k"),
            _counter(_decode(whole.get("iv"), _STANDARD, IV_BYTES, "iv")),
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
