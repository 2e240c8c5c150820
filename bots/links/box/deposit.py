"""What a deposit holds once it is opened: answers, files with their keys, and how its maker is told of it. Pure.

All of it is a stranger's word. What has no sense is refused whole; names and texts are cleaned by whoever shows them.
DEPOSITS.md §4.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self

from bots.links.box.address import is_id
from bots.links.box.descriptor import MOST_FIELDS, MOST_FILES
from bots.links.format.chunks import CHUNK, DIGEST, chunks_of, split
from bots.links.format.encoding import decode, encode
from bots.links.format.errors import MalformedLink

MOST_ANSWER: Final = 5_000
MOST_BYTES: Final = 8 * 2**20
"""Of a sealed deposit: the hashes of 256 GiB."""
_MOST_NAME: Final = 1_000
_MOST_SIZE: Final = 2**40
_COUNTER: Final = 0x80
_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U to be misread."""


@dataclass(frozen=True, slots=True)
class DepositedFile:
    """One file: *size* in bytes; *sha256* of the plaintext; *chunks*: the SHA-256 of each MiB of the ciphertext."""

    name: str = field(repr=False)
    type: str
    size: int
    sha256: bytes = field(repr=False)
    key: bytes = field(repr=False)
    iv: bytes = field(repr=False)
    chunks: tuple[bytes, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier deposit that this one adds to: *reply* shows that whoever says so has made it."""

    deposit: str
    reply: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Deposit:
    """A deposit: *answers* in the order of the box's fields; *reply* is the key under which its maker is told."""

    id: str
    language: str
    answers: tuple[str, ...] = field(repr=False)
    files: tuple[DepositedFile, ...]
    reply: bytes = field(repr=False)
    earlier: Earlier | None = None

    def to_json(self) -> bytes:
        """Return it as it is sealed."""
        said = {
            "v": 1,
            "chunk": CHUNK,
            "deposit": self.id,
            "language": self.language,
            "answers": list(self.answers),
            "files": [_as_json(file) for file in self.files],
            "reply": encode(self.reply),
            "earlier": None
            if self.earlier is None
            else {"deposit": self.earlier.deposit, "reply": encode(self.earlier.reply)},
        }
        return json.dumps(said, ensure_ascii=False).encode()

    @classmethod
    def from_json(cls, raw: bytes) -> Self:
        """Return what *raw* holds; raises :class:`MalformedLink`."""
        try:
            said = json.loads(raw)
        except (ValueError, RecursionError):
            raise MalformedLink("JSON") from None
        if not isinstance(said, dict) or said.get("v") != 1 or said.get("chunk") != CHUNK:
            raise MalformedLink("version")
        answers, files = _list(said, "answers", MOST_FIELDS), _list(said, "files", MOST_FILES)
        return cls(
            _id(said, "deposit"),
            _text(said, "language", 10),
            tuple(_text({"answer": answer}, "answer", MOST_ANSWER) for answer in answers),
            tuple(_file(file) for file in files),
            _bytes(said, "reply", 32),
            _earlier(said.get("earlier")),
        )


def number_of(box: str, deposit: str) -> str:
    """Return the number of a deposit as people say it: three groups of four, 60 bits of a hash."""
    bits = int.from_bytes(hashlib.sha256(f"beffroi/deposit/1/number{box}{deposit}".encode()).digest()[:8]) >> 4
    letters = "".join(_LETTERS[bits >> 5 * place & 31] for place in range(11, -1, -1))
    return "-".join(letters[at : at + 4] for at in (0, 4, 8))


def _as_json(file: DepositedFile) -> dict[str, Any]:
    return {
        "name": file.name,
        "type": file.type,
        "size": file.size,
        "sha256": encode(file.sha256),
        "key": encode(file.key),
        "iv": encode(file.iv),
        "chunks": base64.b64encode(b"".join(file.chunks)).decode(),
    }


def _file(raw: object) -> DepositedFile:
    if not isinstance(raw, dict):
        raise MalformedLink("files")
    size, iv = raw.get("size"), _bytes(raw, "iv", 16)
    if type(size) is not int or not 0 <= size <= _MOST_SIZE or iv[8] & _COUNTER:
        raise MalformedLink("files")
    try:
        chunks = base64.b64decode(_text(raw, "chunks", MOST_BYTES), validate=True)
    except ValueError:
        raise MalformedLink("chunks") from None
    if len(chunks) != chunks_of(size) * DIGEST:
        raise MalformedLink("chunks")
    return DepositedFile(
        _text(raw, "name", _MOST_NAME),
        _text(raw, "type", 200),
        size,
        _bytes(raw, "sha256", 32),
        _bytes(raw, "key", 32),
        iv,
        tuple(split(chunks)),
    )


def _earlier(raw: object) -> Earlier | None:
    if raw is None:
        return None
    if not isinstance(raw, dict):
        raise MalformedLink("earlier")
    return Earlier(_id(raw, "deposit"), _bytes(raw, "reply", 32))


def _list(said: Mapping[str, Any], name: str, most: int) -> list[object]:
    found = said.get(name)
    if not isinstance(found, list) or len(found) > most:
        raise MalformedLink(name)
    return found


def _id(said: Mapping[str, Any], name: str) -> str:
    found = said.get(name)
    if not isinstance(found, str) or not is_id(found):
        raise MalformedLink(name)
    return found


def _text(said: Mapping[str, Any], name: str, most: int) -> str:
    found = said.get(name)
    if not isinstance(found, str) or len(found) > most:
        raise MalformedLink(name)
    # Half a surrogate pair can neither be signed nor stored.
    return found.encode(errors="replace").decode()


def _bytes(said: Mapping[str, Any], name: str, size: int) -> bytes:
    try:
        return decode(_text(said, name, 100), size)
    except ValueError:
        raise MalformedLink(name) from None
