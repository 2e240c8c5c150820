"""The keys of a drop box and of a deposit: HKDF-SHA-256 (RFC 5869), HPKE (RFC 9180), Ed25519. Pure. DEPOSITS.md §2."""

import hashlib
from dataclasses import dataclass, field
from typing import Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bots.links.format.errors import Altered, MalformedLink

_BOX: Final = "beffroi/box/1/"
_DEPOSIT: Final = "beffroi/deposit/1/"
_INFO: Final = b"beffroi/deposit/1"
VERSION: Final = b"\x01"
X25519: Final = b"\x01"
P256: Final = b"\x02"
_SUITES: Final = {
    X25519: Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM),
    P256: Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_256_GCM),
}
# FIPS 186-5, P-256: the order of its group.
_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@dataclass(frozen=True, slots=True)
class BoxKeys:
    """The private keys of a box: one for each kind of browser, and the one that signs receipts."""

    x25519: X25519PrivateKey = field(repr=False)
    p256: ec.EllipticCurvePrivateKey = field(repr=False)
    ed25519: Ed25519PrivateKey = field(repr=False)

    @classmethod
    def derive(cls, material: bytes) -> Self:
        """Return the keys that follow from *material*, 32 bytes that nobody else has."""
        # 384 bits, so that no number below the order is likelier than another (FIPS 186-5, A.2.1).
        number = int.from_bytes(_expanded(material, b"", _BOX + "p256", 48)) % (_ORDER - 1) + 1
        return cls(
            X25519PrivateKey.from_private_bytes(_expanded(material, b"", _BOX + "x25519")),
            ec.derive_private_key(number, ec.SECP256R1()),
            Ed25519PrivateKey.from_private_bytes(_expanded(material, b"", _BOX + "ed25519")),
        )

    @property
    def public(self) -> "PublicKeys":
        """What the descriptor says."""
        return PublicKeys(
            self.x25519.public_key().public_bytes_raw(),
            self.p256.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint),
            self.ed25519.public_key().public_bytes_raw(),
        )

    def open(self, sealed: bytes, box: str, deposit: str) -> bytes:
        """Return what was sealed for this *box* and under this *deposit*'s name, and no other.

        Raises :class:`Altered`, and :class:`MalformedLink` for a suite that we do not know.
        """
        suite = _SUITES.get(sealed[1:2])
        if sealed[:1] != VERSION or suite is None:
            raise MalformedLink("suite")
        key = self.x25519 if sealed[1:2] == X25519 else self.p256
        try:
            return suite.decrypt(sealed[2:], key, _info(box, deposit))
        except (InvalidTag, ValueError):
            raise Altered("the deposit") from None


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """The public keys of a box: X25519 (32 bytes), P-256 (65 bytes, uncompressed), Ed25519 (32 bytes)."""

    x25519: bytes
    p256: bytes
    ed25519: bytes

    def seal(self, plaintext: bytes, box: str, deposit: str) -> bytes:
        """Return *plaintext* as only the box's holder opens it (RFC 9180 §6.1, base mode): as a browser seals it."""
        from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey  # noqa: PLC0415 - tests, and talk

        key = X25519PublicKey.from_public_bytes(self.x25519)
        return VERSION + X25519 + _SUITES[X25519].encrypt(plaintext, key, _info(box, deposit))


@dataclass(frozen=True, slots=True)
class Entrance:
    """What whoever has the address of a box shows, and what opens its descriptor, 32 bytes each."""

    knock: bytes = field(repr=False)
    seal: bytes = field(repr=False)

    @classmethod
    def derive(cls, digest: bytes, box: str) -> Self:
        """Return what follows from the *digest* in the address of *box*."""
        return cls(*(_expanded(digest, box.encode(), _BOX + label) for label in ("knock", "seal")))

    @property
    def knock_hash(self) -> bytes:
        """What the server keeps to know a knock."""
        return hashlib.sha256(self.knock).digest()


@dataclass(frozen=True, slots=True)
class DepositKeys:
    """What whoever made a deposit has of it: *hold* is shown to the server, *reply* opens what the town says of it."""

    hold: bytes = field(repr=False)
    reply: bytes = field(repr=False)

    @classmethod
    def derive(cls, secret: bytes, deposit: str) -> Self:
        """Return what follows from the *secret* (32 bytes) of *deposit*."""
        return cls(*(_expanded(secret, deposit.encode(), _DEPOSIT + label) for label in ("hold", "reply")))


def _info(box: str, deposit: str) -> bytes:
    return _INFO + box.encode() + deposit.encode()


def _expanded(material: bytes, salt: bytes, label: str, length: int = 32) -> bytes:
    return HKDF(SHA256(), length, salt=salt, info=label.encode()).derive(material)
