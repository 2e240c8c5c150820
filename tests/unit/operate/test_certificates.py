"""A certificate that no server could show is said before anything starts, with what to do about it."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from bridge.operate.authority import Authority, Certificate
from bridge.operate.services.certificates import flaws, want_showable
from bridge.operate.services.errors import Unshowable
from config.load import collectivity_from
from config.sentence import said
from config.settings import Collectivity
from config.texts import texts


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "authority")


@pytest.fixture
def issued(authority: Authority) -> Certificate:
    return authority.issue("matrix.valbourg.fr")


def town(certificate: Path, key: Path) -> Collectivity:
    web: dict[str, Any] = {"tls": "given", "certificate": str(certificate), "private_key": str(key)}
    answers = {"name": "Valbourg", "server_name": "valbourg.fr", "kind": "commune", "siren": "217500016", "web": web}
    return collectivity_from(answers)


def told(certificate: Path, key: Path) -> str:
    """The one thing that is wrong, in French, with ordinary spaces."""
    (found,) = flaws(town(certificate, key))
    return said(found, texts("fr")).replace("\u00a0", " ").replace("\u202f", " ")


def test_one_that_fits_is_shown(issued: Certificate) -> None:
    want_showable(town(issued.certificate, issued.private_key))


def test_a_chain_in_the_wrong_order_is_told_from_another_s_key(
    authority: Authority, issued: Certificate, tmp_path: Path
) -> None:
    """As whoever puts the authority's certificate first has it; Caddy says the same of both."""
    chain = tmp_path / "chain.pem"
    chain.write_bytes(authority.certificate.read_bytes() + issued.certificate.read_bytes())
    other = authority.issue("autre.fr").private_key

    assert "Mettez d’abord dans ce fichier le certificat de la collectivité" in told(chain, issued.private_key)
    assert "n’a pas la même clé" in told(issued.certificate, other)
    chain.write_bytes(issued.certificate.read_bytes() + authority.certificate.read_bytes())
    want_showable(town(chain, issued.private_key))


def test_a_key_with_a_password_is_said_with_the_line_that_takes_it_off(issued: Certificate, tmp_path: Path) -> None:
    key = load_pem_private_key(issued.private_key.read_bytes(), password=None)
    locked = tmp_path / "locked.key"
    locked.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x")))

    assert f"openssl pkey -in {locked}" in told(issued.certificate, locked)


def test_what_has_changed_places_is_said(issued: Certificate) -> None:
    assert "échangés" in told(issued.private_key, issued.certificate)
    assert "échangés" in told(issued.certificate, issued.certificate)


def test_what_is_not_there_is_named(issued: Certificate, tmp_path: Path) -> None:
    gone = tmp_path / "gone.key"

    assert told(issued.certificate, gone).startswith(f"{gone} : ")
    assert "c’est un dossier" in told(issued.certificate, tmp_path)
    with pytest.raises(Unshowable, match=str(gone)):
        want_showable(town(issued.certificate, gone))


def test_a_certificate_of_synapse_s_own_is_looked_at_too(issued: Certificate, tmp_path: Path) -> None:
    shutil.copy(issued.certificate, tmp_path / "cert.pem")
    network = {"certificate": str(tmp_path / "cert.pem"), "private_key": str(tmp_path / "key.pem")}
    answers = {"name": "V", "server_name": "valbourg.fr", "kind": "commune", "siren": "217500016", "network": network}

    (found,) = flaws(collectivity_from(answers))
    assert str(tmp_path / "key.pem") in found
