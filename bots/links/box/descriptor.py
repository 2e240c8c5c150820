"""What a drop box is, as its page is told: title, form, limits, keys. Pure. DEPOSITS.md §3.

The SHA-256 of it stands in the box's address, so nobody can put another key, or another question, in its place; and
what the server keeps of it is sealed under that digest, so that the server reads none of it.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, Self, cast, get_args

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bots.links.box.keys import VERSION, Entrance, PublicKeys
from bots.links.format.encoding import decode, encode
from bots.links.format.errors import Altered, MalformedLink

MOST_FIELDS: Final = 40
MOST_CHOICES: Final = 40
MOST_LABEL: Final = 120
MOST_FILES: Final = 20
_MOST_TEXT: Final = 2_000
_MOST_SIZE: Final = 2**40
_CONTEXT: Final = b"beffroi/box/1"

FieldKind = Literal["text", "lines", "date", "choice", "email"]
"""One line, several lines, a day, one of ``choices``, an e-mail address."""


@dataclass(frozen=True, slots=True)
class FormField:
    """One question of the form."""

    label: str
    kind: FieldKind = "text"
    required: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Descriptor:
    """A drop box. *files* and *size* (bytes, all files together) are what one deposit may hold."""

    title: str
    sender: str
    """The collectivity, as the page names it."""
    keys: PublicKeys
    files: int
    size: int
    fields: tuple[FormField, ...] = ()
    note: str = ""

    def to_json(self) -> bytes:
        """Return the one spelling that is hashed: UTF-8, keys sorted, nothing between."""
        said = {
            "v": 1,
            "title": self.title,
            "from": self.sender,
            "note": self.note,
            "files": self.files,
            "size": self.size,
            "fields": [
                {"label": field.label, "kind": field.kind, "required": field.required, "choices": list(field.choices)}
                for field in self.fields
            ],
            "x25519": encode(self.keys.x25519),
            "p256": encode(self.keys.p256),
            "ed25519": encode(self.keys.ed25519),
        }
        return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    @classmethod
    def from_json(cls, raw: bytes) -> Self:
        """Return the descriptor in *raw*; raises :class:`MalformedLink`."""
        try:
            said = json.loads(raw)
        except (ValueError, RecursionError):
            raise MalformedLink("JSON") from None
        if not isinstance(said, dict) or said.get("v") != 1:
            raise MalformedLink("version")
        fields = said.get("fields")
        if not isinstance(fields, list) or len(fields) > MOST_FIELDS:
            raise MalformedLink("fields")
        return cls(
            title=_text(said, "title", MOST_LABEL),
            sender=_text(said, "from", MOST_LABEL),
            keys=PublicKeys(_key(said, "x25519", 32), _key(said, "p256", 65), _key(said, "ed25519", 32)),
            files=_number(said, "files", MOST_FILES),
            size=_number(said, "size", _MOST_SIZE),
            fields=tuple(_field(field) for field in fields),
            note=_text(said, "note", _MOST_TEXT),
        )

    @property
    def digest(self) -> bytes:
        """What stands in the address."""
        return hashlib.sha256(self.to_json()).digest()

    def sealed(self, box: str) -> bytes:
        """Return what the server of *box* keeps: version ‖ AES-256-GCM, the same each time.

        The nonce is nothing but zeros: the key follows from the text, so it never seals another one.
        """
        entrance = Entrance.derive(self.digest, box)
        return VERSION + AESGCM(entrance.seal).encrypt(bytes(12), self.to_json(), _bound(box))


def open_descriptor(sealed: bytes, digest: bytes, box: str) -> tuple[Descriptor, bytes]:
    """Return what the server of *box* keeps, opened, and as it was spelt.

    Raises :class:`Altered`, :class:`MalformedLink`.
    """
    if sealed[:1] != VERSION:
        raise MalformedLink("version")
    try:
        opened = AESGCM(Entrance.derive(digest, box).seal).decrypt(bytes(12), sealed[1:], _bound(box))
    except (InvalidTag, ValueError):
        raise Altered("the descriptor") from None
    if hashlib.sha256(opened).digest() != digest:
        raise Altered("the descriptor")
    return Descriptor.from_json(opened), opened


def _bound(box: str) -> bytes:
    return _CONTEXT + box.encode() + VERSION


def _field(raw: object) -> FormField:
    if not isinstance(raw, dict):
        raise MalformedLink("fields")
    kind, choices, required = raw.get("kind"), raw.get("choices"), raw.get("required")
    if kind not in get_args(FieldKind) or not isinstance(required, bool):
        raise MalformedLink("fields")
    if not isinstance(choices, list) or len(choices) > MOST_CHOICES or not all(isinstance(one, str) for one in choices):
        raise MalformedLink("choices")
    return FormField(_text(raw, "label", MOST_LABEL), cast(FieldKind, kind), required, tuple(choices))


def _text(said: Mapping[str, Any], name: str, most: int) -> str:
    found = said.get(name)
    if not isinstance(found, str) or len(found) > most:
        raise MalformedLink(name)
    return found


def _number(said: Mapping[str, Any], name: str, most: int) -> int:
    found = said.get(name)
    if type(found) is not int or not 0 <= found <= most:
        raise MalformedLink(name)
    return found


def _key(said: Mapping[str, Any], name: str, size: int) -> bytes:
    try:
        return decode(_text(said, name, 100), size)
    except ValueError:
        raise MalformedLink(name) from None
