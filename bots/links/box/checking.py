"""A receipt, held against itself, the town's signature and the files that somebody has: without any server. Pure.

Each step is said on its own: that the descriptor is the one that the address names, that its key has signed, that what
was signed is what the receipt says, that a file is one of those. Of a receipt that is a
page, what lies inside it counts, never what it shows.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Self

from bots.links.box.address import BoxAddress, parse_box
from bots.links.box.descriptor import Descriptor
from bots.links.box.receipt import digest_of, is_signed
from bots.links.format.encoding import decode
from bots.links.format.errors import DamagedLink, MalformedLink

MOST_BYTES: Final = 4 * 2**20

Signature = Literal["signed", "unsigned", "false"]

_INSIDE: Final = re.compile(rb'<meta\s+name="beffroi-receipt"\s+content="([A-Za-z0-9_-]+)"')


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A file as a receipt lists it."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class ReceiptFile:
    """A receipt as its page saves it."""

    number: str
    title: str
    sender: str
    address: BoxAddress
    files: tuple[ListedFile, ...]
    answers: tuple[tuple[str, str], ...] | None = field(repr=False)
    """None: whoever asks, or has come back for the receipt, does not have them."""
    descriptor: str = field(repr=False)
    statement: str | None = field(repr=False)
    signature: bytes = field(repr=False)

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Return the receipt in *raw*, a page or, as earlier versions saved it, JSON; raises :class:`MalformedLink`."""
        inside = _INSIDE.search(raw)
        try:
            said = json.loads(decode(inside[1].decode()) if inside else raw)
            if not isinstance(said, dict) or said.get("beffroi") != "receipt-file/1":
                raise MalformedLink("no receipt")
            return cls(
                str(said["number"]),
                str(said["title"]),
                str(said["from"]),
                parse_box(str(said["address"])),
                tuple(_listed(file) for file in said["files"]),
                _answered(said["answers"]),
                str(said["descriptor"]),
                None if said["statement"] is None else str(said["statement"]),
                decode(said["signature"], 64) if said["signature"] else b"",
            )
        except (ValueError, KeyError, TypeError, RecursionError, DamagedLink) as error:
            raise MalformedLink("receipt") from error

    def signature_of(self) -> Signature:
        """Tell whether the town has signed what the receipt says: by the key that its address stands for."""
        if self.statement is None:
            return "unsigned"
        if hashlib.sha256(self.descriptor.encode()).digest() != self.address.digest:
            return "false"
        key = Descriptor.from_json(self.descriptor.encode()).keys.ed25519
        right = is_signed(self.statement, self.signature, key) and self._is_stated(json.loads(self.statement))
        return "signed" if right else "false"

    def _is_stated(self, stated: Mapping[str, Any]) -> bool:
        files = [ListedFile(file["name"], file["size"], file["sha256"]) for file in stated["files"]]
        return (
            stated["box"] == self.address.id
            and stated["number"] == self.number
            and files == [*self.files]
            and (self.answers is None or stated["answers"] == digest_of(self.answers))
        )


def places_of(files: Sequence[ListedFile], size: int, sha256: str) -> list[ListedFile]:
    """Return the files of a receipt that a file of *size* bytes with this SHA-256 is."""
    return [file for file in files if file.size == size and file.sha256 == sha256]


def _answered(raw: Sequence[tuple[Any, Any]] | None) -> tuple[tuple[str, str], ...] | None:
    return None if raw is None else tuple((str(label), str(answer)) for label, answer in raw)


def _listed(raw: Mapping[str, Any]) -> ListedFile:
    if type(raw["size"]) is not int:
        raise MalformedLink("files")
    return ListedFile(str(raw["name"]), raw["size"], str(raw["sha256"]))
