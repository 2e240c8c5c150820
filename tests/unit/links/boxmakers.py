"""Drop boxes to test with: made by the code that makes them for people."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

from bots.links.box.address import BoxAddress
from bots.links.box.deposit import Deposit, DepositedFile
from bots.links.box.descriptor import Descriptor, FormField
from bots.links.box.keys import BoxKeys, Entrance
from bots.links.client.boxes import OpenBox
from bots.links.format.chunks import ChunkHasher
from bots.links.format.encoding import encode

FIELDS = (
    FormField("Nom", required=True),
    FormField("Adresse", "lines"),
    FormField("Date de naissance", "date", required=True),
    FormField("Type de bien", "choice", choices=("maison", "appartement")),
    FormField("Courriel", "email"),
)


@dataclass(frozen=True, slots=True)
class MadeBox:
    """A box: what its holder has, and what the server is given."""

    keys: BoxKeys
    descriptor: Descriptor
    address: BoxAddress
    opening: OpenBox

    def opened(self, sealed: bytes, deposit: str) -> Deposit:
        """Open what was sealed for the box."""
        return Deposit.from_json(self.keys.open(sealed, self.address.id, deposit))


def made_box(
    origin: str,
    fields: tuple[FormField, ...] = (),
    *,
    files: int = 5,
    size: int = 100 * 2**20,
    quota: int = 10**9,
    expires: datetime | None = None,
    title: str = "Permis de construire",
) -> MadeBox:
    """Make a box of the server at *origin*."""
    keys, box = BoxKeys.derive(os.urandom(32)), encode(os.urandom(12))
    descriptor = Descriptor(title, "Mairie de Valbourg", keys.public, files, size, fields, "Joignez les plans.")
    entrance = Entrance.derive(descriptor.digest, box)
    until = expires or datetime.now(UTC) + timedelta(days=30)
    opening = OpenBox(box, entrance.knock_hash, descriptor.sealed(box), until, files, size, quota)
    return MadeBox(keys, descriptor, BoxAddress(origin, box, descriptor.digest), opening)


def plaintext_of(file: DepositedFile, ciphertext: bytes) -> bytes:
    """Check each piece of *ciphertext*, and decrypt it."""
    hasher = ChunkHasher()
    hasher.update(ciphertext)
    assert hasher.digests() == file.chunks
    return Cipher(AES(file.key), CTR(file.iv)).decryptor().update(ciphertext)
