"""A private certificate authority for servers that federate on one machine.

Not for a public server: there, certificates come from a public authority (ACME).
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from bridge.operate.private import write_private

_AUTHORITY_LIFE = timedelta(days=3650)
_SERVER_LIFE = timedelta(days=397)  # what public authorities give at most; clients refuse longer ones
_RENEW_BEFORE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Certificate:
    """Where a server's certificate and its private key lie, both PEM and mode 0600."""

    certificate: Path
    private_key: Path


class Authority:
    """A certificate authority kept in *directory*; made there when it is missing, damaged or about to expire."""

    def __init__(self, directory: Path, now: datetime | None = None) -> None:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._directory = directory
        self._now = now or datetime.now(UTC)
        loaded = self._load("authority")
        self._key, self._root = loaded if loaded is not None else self._found()

    @property
    def certificate(self) -> Path:
        """The authority's own certificate, for those who shall trust it (PEM)."""
        return self._directory / "authority.crt"

    def issue(self, name: str) -> Certificate:
        """Return the certificate of the server *name* (a DNS name), renewing it when needed."""
        loaded = self._load(name)
        if loaded is None or not self._signed(loaded[1]):
            key = ec.generate_private_key(ec.SECP256R1())
            self._save(name, key, self._sign(name, key.public_key()))
        return Certificate(self._directory / f"{name}.crt", self._directory / f"{name}.key")

    def _found(self) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Beffroi local authority")])
        built = (
            _dated(self._now, _AUTHORITY_LIFE)
            .subject_name(subject)
            .issuer_name(subject)
            .public_key(key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(_usage(signs_certificates=True), critical=True)
            .sign(key, hashes.SHA256())
        )
        self._save("authority", key, built)
        return key, built

    def _sign(self, name: str, public: ec.EllipticCurvePublicKey) -> x509.Certificate:
        return (
            _dated(self._now, _SERVER_LIFE)
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])]))
            .issuer_name(self._root.subject)
            .public_key(public)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
            .add_extension(_usage(signs_certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .sign(self._key, hashes.SHA256())
        )

    def _signed(self, certificate: x509.Certificate) -> bool:
        try:
            certificate.verify_directly_issued_by(self._root)
        except (ValueError, TypeError, InvalidSignature):
            return False
        return True

    def _load(self, name: str) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate] | None:
        try:
            key = load_pem_private_key((self._directory / f"{name}.key").read_bytes(), password=None)
            certificate = x509.load_pem_x509_certificate((self._directory / f"{name}.crt").read_bytes())
        except (FileNotFoundError, ValueError):
            return None
        if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
            return None
        if not certificate.not_valid_before_utc <= self._now < certificate.not_valid_after_utc - _RENEW_BEFORE:
            return None
        return key, certificate

    def _save(self, name: str, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> None:
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        write_private(self._directory / f"{name}.key", pem)
        write_private(self._directory / f"{name}.crt", certificate.public_bytes(Encoding.PEM))


def _dated(now: datetime, life: timedelta) -> x509.CertificateBuilder:
    # An hour of grace: two machines' clocks, or a laptop that has just woken up, may differ.
    begins = now - timedelta(hours=1)
    return (
        x509.CertificateBuilder()
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(now + life)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )
