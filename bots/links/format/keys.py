"""What follows from a link's secret and its password: HKDF-SHA-256 (RFC 5869), one label each. Pure. FORMAT.md §2."""

import hashlib
from dataclasses import dataclass, field
from typing import Final, Self

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bots.links.format.address import ShareLink
from bots.links.format.password import stretched

_LABEL: Final = "beffroi/link/1/"


@dataclass(frozen=True, slots=True)
class LinkKeys:
    """The four keys of a link, 32 bytes each; none is shown.

    *knock* follows from the secret alone: it tells the server that somebody holds the link, before any password.
    *proof* tells it that they have the password too. *seal* opens the manifest, *commit* says that it is the right one.
    """

    knock: bytes = field(repr=False)
    proof: bytes = field(repr=False)
    seal: bytes = field(repr=False)
    commit: bytes = field(repr=False)

    @classmethod
    def derive(cls, link: ShareLink, password: str | None = None) -> Self:
        """Return the keys of *link*; with a *password* this takes a moment (:func:`stretched`)."""
        whole = link.secret + (b"" if password is None else stretched(password, link.id))
        return cls(
            knock=_expanded(link.secret, link.id, "knock"),
            proof=_expanded(whole, link.id, "proof"),
            seal=_expanded(whole, link.id, "seal"),
            commit=_expanded(whole, link.id, "commit"),
        )

    @property
    def knock_hash(self) -> bytes:
        """What the server keeps to know a knock: SHA-256, enough for 256 random bits."""
        return hashlib.sha256(self.knock).digest()

    @property
    def proof_hash(self) -> bytes:
        """What the server keeps to know a proof."""
        return hashlib.sha256(self.proof).digest()


def _expanded(material: bytes, link_id: str, label: str) -> bytes:
    return HKDF(SHA256(), 32, salt=link_id.encode(), info=(_LABEL + label).encode()).derive(material)
