"""What a careful colleague would say."""

from pathlib import Path
from typing import Any

import pytest

from config.advice import on_files, on_membership, on_server_name
from config.federation import Federation
from config.identifiers import ServerName
from config.secrets import Secrets
from config.settings import Collectivity


@pytest.mark.parametrize("name", ["valbourg.fr", "mairie-valbourg.fr", "valbourg.gouv.fr", "valbourg.localhost"])
def test_a_domain_of_ones_own_needs_no_warning(name: str) -> None:
    assert list(on_server_name(ServerName(name))) == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("matrix.valbourg.fr", "Usually valbourg.fr is meant"),
        ("ville.valbourg.fr", "is a subdomain"),
        ("matrix.localhost", "name of a host"),
        ("a.valbourg.gouv.fr", "is a subdomain"),
        ("valbourg", "no domain name"),
        ("valbourg.fr:8448", "holds a port"),
    ],
)
def test_a_name_to_regret_is_warned_about(name: str, words: str) -> None:
    assert words in " ".join(on_server_name(ServerName(name)))


@pytest.fixture
def secrets(tmp_path: Path) -> Secrets:
    return Secrets.load_or_create(tmp_path / "secrets")


def collectivity(**network: Any) -> Collectivity:
    settings = {"name": "V", "server_name": "valbourg.fr", "kind": "commune", "siren": "217500016", "network": network}
    return Collectivity.model_validate(settings)


def test_our_own_entry_must_hold_our_keys(secrets: Secrets) -> None:
    entry: dict[str, Any] = {
        "server_name": "valbourg.fr",
        "register_keys": [secrets.register_public_key],
        "master_key": secrets.master_public_key,
    }

    def said(changes: dict[str, Any], known: Secrets | None = secrets) -> str:
        members = Federation.model_validate({"members": [entry | changes]})
        return " ".join(on_membership(collectivity(), members, known))

    assert said({}) == ""
    assert secrets.register_public_key in said({"register_keys": [secrets.master_public_key]} | {"master_key": None})
    assert secrets.master_public_key in said({"master_key": None})
    assert said({"master_key": None}, None) == ""
    assert "as former" in said({"former": True})
    assert "@bot:valbourg.fr" in said({"assistant": "@bot:valbourg.fr"})
    assert "does not list valbourg.fr" in said({"server_name": "rivemont.fr"})


def test_files_that_synapse_would_miss_are_named(tmp_path: Path) -> None:
    (tmp_path / "there.pem").touch()
    network = {"certificate_authorities": [str(tmp_path / "there.pem"), str(tmp_path / "gone.pem")]}

    assert [each.split(":")[0] for each in on_files(collectivity(**network))] == [str(tmp_path / "gone.pem")]
