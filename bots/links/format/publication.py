"""What the blind server is given of a link: nothing that opens anything. Pure."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from bots.links.format.address import ShareLink
from bots.links.format.encoding import encode
from bots.links.format.keys import LinkKeys
from bots.links.format.manifest import Manifest
from bots.links.format.seal import seal


def new_blob_id() -> str:
    """Return a name for a ciphertext on the server: 128 random bits. Kept with the errand, it resumes after a crash."""
    return encode(secrets.token_bytes(16))


@dataclass(frozen=True, slots=True)
class Terms:
    """Until when and how often a link may be used.

    *downloads* counts people who fetch, each for a day and with all files; None is without end. *burn* deletes the
    ciphertext as soon as the last of them has it whole.
    """

    expires: datetime
    downloads: int | None = None
    burn: bool = False


@dataclass(frozen=True, slots=True)
class Publication:
    """All that the server learns: hashes, a sealed manifest, which blobs, and the terms. Safe to keep and to repeat."""

    id: str
    knock_hash: bytes
    proof_hash: bytes
    manifest: bytes = field(repr=False)
    blobs: tuple[str, ...]
    terms: Terms
    protected: bool
    """Whether the page has to ask for a password."""

    @classmethod
    def seal(
        cls, link: ShareLink, password: str | None, manifest: Manifest, blobs: Sequence[str], terms: Terms
    ) -> Self:
        """Seal *manifest* for *link*; *blobs* names the ciphertext of each of its files, in the same order.

        With a *password* this takes 64 MiB and a moment of CPU: call it in a thread.
        """
        if len(blobs) != len(manifest.files):
            raise ValueError("one blob for each file")
        keys = LinkKeys.derive(link, password)
        return cls(
            id=link.id,
            knock_hash=keys.knock_hash,
            proof_hash=keys.proof_hash,
            manifest=seal(manifest, keys, link.id),
            blobs=tuple(blobs),
            terms=terms,
            protected=password is not None,
        )
