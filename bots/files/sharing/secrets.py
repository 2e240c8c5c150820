"""The secret, the password and the names of a share link, all derived from the command that asked for it (pure).

So nothing of it is written anywhere: a process that dies between two steps makes the same link again, and a link can be
ended although nobody kept its secret. The key is the assistant's own, and good for nothing else. RFC 5869 (HKDF).
"""

from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bots.links.format.address import ID_BYTES, SECRET_BYTES, ShareLink
from bots.links.format.encoding import encode
from bots.register.format.canonical import Json
from bots.register.format.canonical import encode as canonical

# Without what is misread aloud or on paper: 0 o 1 l i.
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
_FIVE_BITS: Final = 32
_GROUPS: Final = 4
_GROUP: Final = 4
_BLOB_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class LinkMaker:
    """Derives links on the server at *origin* from *seed* (32 bytes, kept by the assistant)."""

    origin: str
    seed: bytes = field(repr=False)

    def link(self, asked: Json) -> ShareLink:
        """Return the link that what was *asked* leads to: the same each time, and another for anything else."""
        whole = self._bytes("link", asked, ID_BYTES + SECRET_BYTES)
        return ShareLink(self.origin.rstrip("/"), encode(whole[:ID_BYTES]), whole[ID_BYTES:])

    def password(self, asked: Json) -> str:
        """Return its password: four groups of four letters to dictate, 78 bits."""
        drawn = (byte % _FIVE_BITS for byte in self._bytes("password", asked, 128))
        # One value of 32 stands for no letter, so that each letter is as likely as any other.
        found = [_LETTERS[value] for value in drawn if value < len(_LETTERS)]
        groups = ["".join(found[at : at + _GROUP]) for at in range(0, _GROUPS * _GROUP, _GROUP)]
        return "-".join(groups)

    def blobs(self, asked: Json, count: int) -> tuple[str, ...]:
        """Return the names of its ciphertexts on the server: an upload that was cut is gone on with."""
        whole = self._bytes("blobs", asked, _BLOB_BYTES * count)
        return tuple(encode(whole[at : at + _BLOB_BYTES]) for at in range(0, len(whole), _BLOB_BYTES))

    def _bytes(self, what: str, asked: Json, length: int) -> bytes:
        info = canonical({"beffroi/share/1": what, "asked": asked})
        return HKDF(SHA256(), length, None, info).derive(self.seed)
