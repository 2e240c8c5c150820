"""Links to test with: made by the code that makes them for people."""

import os
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

from bots.links.format.address import ShareLink
from bots.links.format.chunks import ChunkHasher
from bots.links.format.manifest import Manifest, Scan, SharedFile
from bots.links.format.publication import Publication, Terms, new_blob_id


def encrypted(plaintext: bytes, name: str = "délibération 12.pdf") -> tuple[SharedFile, bytes]:
    """Return what a manifest says of *plaintext*, and its ciphertext."""
    key, iv = os.urandom(32), os.urandom(8) + bytes(8)
    ciphertext = Cipher(AES(key), CTR(iv)).encryptor().update(plaintext)
    hasher = ChunkHasher()
    hasher.update(ciphertext)
    file = SharedFile(name, "application/pdf", len(plaintext), key, iv, hasher.sha256(), hasher.digests())
    return file, ciphertext


@dataclass(frozen=True, slots=True)
class Made:
    """A link that was sealed: what its holder has, and what the server is given."""

    link: ShareLink
    password: str | None
    manifest: Manifest
    publication: Publication
    ciphertexts: tuple[bytes, ...]


def made(
    origin: str,
    *plaintexts: bytes,
    password: str | None = None,
    expires: datetime | None = None,
    downloads: int | None = None,
    burn: bool = False,
    names: tuple[str, ...] = (),
    scans: tuple[Scan, ...] = (),
) -> Made:
    """Seal a link with a file for each of *plaintexts*; what *scans* says nothing of was not scanned."""
    called = [*names, *(f"pièce {number}.pdf" for number in range(len(names), len(plaintexts)))]
    files = [encrypted(plaintext, name) for plaintext, name in zip(plaintexts, called, strict=True)]
    link = ShareLink.new(origin)
    unsaid: list[Scan] = ["unscanned"] * (len(files) - len(scans))
    said = zip(files, [*scans, *unsaid], strict=True)
    shared = tuple(replace(file, scan=scan) for (file, _), scan in said)
    manifest = Manifest(shared, "Mairie de Valbourg", "Pour le conseil du 12")
    terms = Terms(expires or datetime.now(UTC) + timedelta(days=7), downloads, burn=burn)
    blobs = [new_blob_id() for _ in files]
    publication = Publication.seal(link, password, manifest, blobs, terms)
    return Made(link, password, manifest, publication, tuple(ciphertext for _, ciphertext in files))
