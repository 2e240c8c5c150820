"""The certificates that a town was given, with their keys: whether a server can show them at all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from bridge.operate.services.errors import Unshowable
from config.sentence import Sentence, joined, sentence
from config.settings import Collectivity


@dataclass(frozen=True, slots=True)
class Given:
    """*certificate* with its chain, its *key*, and the *names* that it must be for."""

    certificate: Path
    key: Path
    names: Sequence[str]


@dataclass(frozen=True, slots=True)
class Flaw:
    """Why no server can show a certificate, and what to do."""

    what: Sentence
    remedy: Sentence


def given(collectivity: Collectivity) -> Iterator[Given]:
    """Yield each certificate that *collectivity* names."""
    network, web = collectivity.network, collectivity.web
    if network.certificate is not None and network.private_key is not None:
        yield Given(network.certificate, network.private_key, (collectivity.host,))
    if web is not None and web.certificate is not None and web.private_key is not None:
        yield Given(web.certificate, web.private_key, collectivity.served_hosts)


def leaf(found: Given) -> x509.Certificate | Flaw:
    """Return the certificate itself, which stands before its chain; or why no server can show it."""
    try:
        chain, key = found.certificate.read_bytes(), found.key.read_bytes()
    except OSError as exc:
        return Flaw(
            _unread(exc),
            sentence("Put it there, where the town's own user may read it, or correct its name in collectivity.yaml."),
        )
    try:
        certificates = x509.load_pem_x509_certificates(chain)
    except ValueError:
        return Flaw(sentence("{file} holds no certificate", file=found.certificate), _swapped())
    try:
        private = load_pem_private_key(key, password=None)
    except TypeError:
        return Flaw(
            sentence("the key {file} has a password, which nobody can type at each start", file=found.key),
            sentence("Write it without one: `openssl pkey -in {file} -out new.key`.", file=found.key),
        )
    except ValueError:
        return Flaw(sentence("{file} holds no private key", file=found.key), _swapped())
    return _first_of(certificates, private, found)


def _unread(error: OSError) -> Sentence:
    if isinstance(error, FileNotFoundError):
        return sentence("{path}: there is no such file or folder", path=error.filename)
    if isinstance(error, IsADirectoryError):
        return sentence("{path}: this is a folder, and a file was wanted", path=error.filename)
    return sentence("{path}: you may not read or write this", path=error.filename)


def _swapped() -> Sentence:
    return sentence(
        "Both are PEM files: `certificate` has lines BEGIN CERTIFICATE, `private_key` one with PRIVATE KEY. Have they "
        "changed places in collectivity.yaml?"
    )


def _first_of(
    certificates: Sequence[x509.Certificate], private: PrivateKeyTypes, found: Given
) -> x509.Certificate | Flaw:
    first, *rest = certificates
    told = {"file": found.certificate, "key": found.key}
    if first.public_key() == private.public_key():
        return first
    if any(other.public_key() == private.public_key() for other in rest):
        return Flaw(
            sentence("{file} begins with another certificate than that of {key}", **told),
            sentence("Put the town's own certificate first in this file, then those that it was signed by."),
        )
    return Flaw(
        sentence("{file} has another key than {key}", **told),
        sentence("Take the key with which this certificate was asked for, or have one issued for that key."),
    )


def flaws(collectivity: Collectivity) -> Iterator[Sentence]:
    """Yield what is wrong with each certificate that no server can show, and what to do."""
    for found in given(collectivity):
        judged = leaf(found)
        if isinstance(judged, Flaw):
            yield joined([judged.what, judged.remedy], ". ")


def want_showable(collectivity: Collectivity) -> None:
    """Raise :class:`Unshowable` where Caddy or Synapse would end over a certificate, in words of its own."""
    wrong = list(flaws(collectivity))
    if wrong:
        raise Unshowable(joined(wrong))
