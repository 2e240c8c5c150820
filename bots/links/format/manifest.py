"""What a link holds: its files, by name and with their keys. Pure; sealed before anybody else sees it. FORMAT.md §3."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Self

from bots.links.format.chunks import CHUNK, DIGEST, chunks_of, split
from bots.links.format.encoding import decode, encode
from bots.links.format.errors import MalformedLink
from bots.links.format.names import shown

VERSION: Final = 1
MOST_FILES: Final = 1000
MOST_BYTES: Final = 8 * 2**20
"""Of a sealed manifest: 32 KiB for each GiB that it describes, so 250 GiB."""
_MOST_SIZE: Final = 2**53 - 1
_UNKNOWN_TYPE: Final = "application/octet-stream"

Scan = Literal["clean", "unscanned"]
"""What the antivirus said of the plaintext: clean in every byte, or not looked at (too large, absent, encrypted)."""


@dataclass(frozen=True, slots=True)
class SharedFile:
    """One file of a link: *size* in bytes, *key* 32 bytes, *iv* the first counter block (16 bytes).

    *sha256* is over the ciphertext, *chunks* holds the SHA-256 of each MiB of it. *key* is secret and not shown.
    """

    name: str
    type: str
    size: int
    key: bytes = field(repr=False)
    iv: bytes
    sha256: bytes
    chunks: tuple[bytes, ...] = field(repr=False)
    scan: Scan = "unscanned"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the holder of a link reads first; *sender* is the collectivity's name, *note* a line of text."""

    files: tuple[SharedFile, ...]
    sender: str = ""
    note: str = ""

    def to_json(self) -> bytes:
        """Return what is sealed."""
        whole = {
            "v": VERSION,
            "chunk": CHUNK,
            "from": self.sender,
            "note": self.note,
            "files": [_written(file) for file in self.files],
        }
        return json.dumps(whole, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()

    @classmethod
    def from_json(cls, raw: bytes) -> Self:
        """Return what *raw* says, or raise :class:`MalformedLink`. Keys that we do not know are left alone."""
        try:
            whole = json.loads(raw)
        except (ValueError, RecursionError):
            raise MalformedLink("this is no JSON") from None
        _object(whole, "manifest")
        if whole.get("v") != VERSION or whole.get("chunk") != CHUNK:
            raise MalformedLink("v")
        listed = whole.get("files")
        if not isinstance(listed, list) or not 0 < len(listed) <= MOST_FILES:
            raise MalformedLink("files")
        files = tuple(_read(_object(file, f"files[{index}]"), f"files[{index}]") for index, file in enumerate(listed))
        return cls(files, _text(whole.get("from", ""), "from"), _text(whole.get("note", ""), "note"))


def _written(file: SharedFile) -> Mapping[str, object]:
    return {
        "name": file.name,
        "type": file.type,
        "size": file.size,
        "scan": file.scan,
        "chunks": encode(b"".join(file.chunks)),
        "file": {
            "v": "v2",
            "key": {
                "kty": "oct",
                "alg": "A256CTR",
                "ext": True,
                "key_ops": ["encrypt", "decrypt"],
                "k": encode(file.key),
            },
            # As EncryptedFile has them: the standard alphabet, unpadded.
            "iv": _standard(file.iv),
            "hashes": {"sha256": _standard(file.sha256)},
        },
    }


def _read(raw: Mapping[str, Any], where: str) -> SharedFile:
    encrypted = _object(raw.get("file"), f"{where}.file")
    key = _object(encrypted.get("key"), f"{where}.file.key")
    hashes = _object(encrypted.get("hashes"), f"{where}.file.hashes")
    if encrypted.get("v") != "v2" or key.get("alg") != "A256CTR":
        raise MalformedLink(f"{where}.file.v")
    size = _size(raw.get("size"), f"{where}.size")
    digests = _bytes(raw.get("chunks"), chunks_of(size) * DIGEST, f"{where}.chunks")
    scan = raw.get("scan")
    return SharedFile(
        name=shown(_text(raw.get("name"), f"{where}.name")),
        type=_text(raw.get("type"), f"{where}.type") or _UNKNOWN_TYPE,
        size=size,
        key=_bytes(key.get("k"), 32, f"{where}.file.key.k"),
        iv=_counter(_bytes(encrypted.get("iv"), 16, f"{where}.file.iv"), where),
        sha256=_bytes(hashes.get("sha256"), DIGEST, f"{where}.file.hashes.sha256"),
        chunks=tuple(split(digests)),
        # Whatever else a later version may say is not "clean".
        scan="clean" if scan == "clean" else "unscanned",
    )


def _object(raw: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(raw, dict):
        raise MalformedLink(where)
    return raw


def _text(raw: object, where: str) -> str:
    if not isinstance(raw, str):
        raise MalformedLink(where)
    return raw


def _size(raw: object, where: str) -> int:
    if type(raw) is not int or not 0 <= raw <= _MOST_SIZE:
        raise MalformedLink(where)
    return raw


def _bytes(raw: object, size: int, where: str) -> bytes:
    try:
        return decode(_text(raw, where).translate(str.maketrans("+/", "-_")), size)
    except ValueError:
        raise MalformedLink(where) from None


def _counter(iv: bytes, where: str) -> bytes:
    # WebCrypto counts in the last 64 bits alone, OpenSSL carries on; below 2⁶³ nobody can tell them apart.
    if iv[8] & 0x80:
        raise MalformedLink(f"{where}.file.iv")
    return iv


def _standard(raw: bytes) -> str:
    return base64.b64encode(raw).decode().rstrip("=")
