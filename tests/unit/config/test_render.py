"""Rendering: same input, same bytes; the bytes are in golden/.

After a change on purpose: ``BEFFROI_GOLDEN=write pytest tests/unit/config/test_render.py``, then read the diff.
"""

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from config.federation import Federation
from config.secrets import Secrets
from config.settings import Collectivity
from config.writing.render import REGISTRATION_SENDER, render, rendered
from config.writing.templating import as_yaml, environment

GOLDEN = Path(__file__).parent / "golden"
TARGET = Path("/srv/beffroi/rendered")
SECRETS = Secrets(
    synapse_signing_key="ed25519 a_Gold " + "A" * 43,
    registration_shared_secret="1" * 64,
    macaroon_secret_key="2" * 64,
    form_secret="3" * 64,
    as_token="4" * 64,
    hs_token="5" * 64,
    register_seed=b"6" * 32,
    master_seed=b"7" * 32,
    self_signing_seed=b"8" * 32,
    user_signing_seed=b"9" * 32,
)
FEDERATION = Federation.model_validate(
    {
        "members": [
            {"server_name": "valbourg.fr"},
            {"server_name": "rivemont.fr"},
            {"server_name": "ancienne.fr", "former": True},
        ]
    }
)
PLAIN: dict[str, Any] = {
    "name": "Valbourg-l'Évêque 🔔",
    "server_name": "valbourg.fr",
    "kind": "commune",
    "siren": "217500016",
    "paths": {"data": "/srv/beffroi/data"},
}
LARGE: dict[str, Any] = PLAIN | {
    "locale": "en",
    "synapse_database": "postgresql://synapse@db.valbourg.fr:5433/synapse?sslmode=verify-full",
    "network": {
        "client_url": "https://chat.valbourg.fr",
        "bind": "0.0.0.0",
        "certificate": "/etc/tls/cert.pem",
        "private_key": "/etc/tls/key.pem",
        "certificate_authorities": ["/etc/tls/ca.pem"],
        "private_addresses": True,
        "generous_limits": True,
    },
}


def files(settings: dict[str, Any], members: Federation = FEDERATION) -> dict[str, str]:
    made = rendered(Collectivity.model_validate(settings), members, SECRETS, TARGET)
    return {name: text for name, (text, _) in made.items()}


@pytest.mark.parametrize(("case", "settings"), [("plain", PLAIN), ("large", LARGE)])
def test_the_files_are_those_in_golden(case: str, settings: dict[str, Any]) -> None:
    made = files(settings)
    folder = GOLDEN / case
    if os.environ.get("BEFFROI_GOLDEN") == "write":
        for name, text in made.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")

    golden = {str(each.relative_to(folder)): each.read_text("utf-8") for each in folder.rglob("*") if each.is_file()}
    assert made == golden


def test_only_the_public_files_are_for_everybody() -> None:
    made = rendered(Collectivity.model_validate(PLAIN), FEDERATION, SECRETS, TARGET)

    public = {name: text for name, (text, mode) in made.items() if mode == 0o644}
    assert set(public) == {
        "log.config.yaml", "element/config.json", "well-known/matrix/client", "well-known/matrix/server"
    }  # fmt: skip
    for secret in ("1" * 64, "2" * 64, "3" * 64, "4" * 64, "5" * 64, "A" * 43):
        assert not any(secret in text for text in public.values())


def test_a_former_member_is_cut_off_and_we_never_cut_ourselves_off() -> None:
    nobody = Federation.model_validate({"members": []})

    assert yaml.safe_load(files(PLAIN)["homeserver.yaml"])["federation_domain_whitelist"] == [
        "rivemont.fr",
        "valbourg.fr",
    ]
    assert yaml.safe_load(files(PLAIN, nobody)["homeserver.yaml"])["federation_domain_whitelist"] == ["valbourg.fr"]


def test_the_assistant_is_not_its_own_registrations_sender() -> None:
    """Synapse 1.163 raises NotImplementedError when an application service's sender calls /sync."""
    registration = yaml.safe_load(files(PLAIN)["assistant-registration.yaml"])

    assert registration["sender_localpart"] == REGISTRATION_SENDER != "beffroi"
    served = [namespace["regex"] for namespace in registration["namespaces"]["users"]]
    assert served == [r"^@beffroi:valbourg\.fr$", r"^@beffroi\-admin:valbourg\.fr$"]


def test_the_assistant_is_found_in_the_directory_by_people_who_share_no_room_with_it() -> None:
    """Synapse 1.163 leaves out whoever is in an exclusive namespace (``should_include_local_user_in_dir``)."""
    found = files(PLAIN)
    registration, homeserver = (
        yaml.safe_load(found[name]) for name in ("assistant-registration.yaml", "homeserver.yaml")
    )

    assert {namespace["exclusive"] for namespace in registration["namespaces"]["users"]} == {False}
    assert homeserver["user_directory"] == {"search_all_users": True, "prefer_local_users": True}


def test_element_reads_its_choices() -> None:
    found = json.loads(files(PLAIN)["element/config.json"])

    assert found["features"]["feature_exclude_insecure_devices"] is True
    assert found["show_labs_settings"] is False
    assert found["setting_defaults"]["language"] == "fr"
    assert found["default_server_config"]["io.element.e2ee"]["default"] is True


@pytest.mark.parametrize(
    ("network", "expected"),
    [
        ({}, "matrix.valbourg.fr:443"),
        ({"client_url": "https://chat.valbourg.fr:8443"}, "chat.valbourg.fr:8443"),
        ({"client_url": "http://[::1]:8008"}, "[::1]:8008"),
        ({"client_url": "https://[::1]"}, "[::1]:443"),
        ({"certificate": "/a", "private_key": "/b", "federation_port": 9448}, "valbourg.fr:9448"),
    ],
)
def test_other_servers_are_sent_to_where_federation_is(network: dict[str, Any], expected: str) -> None:
    assert json.loads(files(PLAIN | {"network": network})["well-known/matrix/server"]) == {"m.server": expected}


def test_a_socket_and_its_folder_reach_psycopg2() -> None:
    made = files(PLAIN | {"synapse_database": "postgresql:///synapse?host=/run/postgresql"})

    assert yaml.safe_load(made["homeserver.yaml"])["database"] == {
        "name": "psycopg2",
        "args": {"dbname": "synapse", "host": "/run/postgresql", "cp_min": 5, "cp_max": 10},
    }


def test_relative_paths_are_refused_by_the_pure_part() -> None:
    with pytest.raises(ValueError, match="absolute"):
        files(PLAIN | {"paths": {"data": "data"}})


def test_writing_puts_all_of_it_there_twice_the_same(tmp_path: Path) -> None:
    settings = Collectivity.model_validate(PLAIN | {"paths": {"data": str(tmp_path / "data")}})
    target = tmp_path / "out"
    before = os.umask(0)
    try:
        render(settings, FEDERATION, SECRETS, target)
        first = {each: each.read_bytes() for each in target.rglob("*") if each.is_file()}
        render(settings, FEDERATION, SECRETS, target)
    finally:
        os.umask(before)

    assert {each: each.read_bytes() for each in target.rglob("*") if each.is_file()} == first
    assert stat.S_IMODE((target / "homeserver.yaml").stat().st_mode) == 0o600
    assert stat.S_IMODE((target / "element/config.json").stat().st_mode) == 0o644
    assert stat.S_IMODE((tmp_path / "data" / "synapse").stat().st_mode) == 0o700


def test_a_name_that_is_missing_stops_a_template() -> None:
    with pytest.raises(UndefinedError):
        environment().from_string("{{ nothing }}").render()


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
@example("🔔")
@example("# no: comment")
@example("no")
@example("é\x85\u2028\t'\"\\")
def test_any_text_comes_back_from_yaml(text: str) -> None:
    written = as_yaml({"key": [text, 3, True]})

    assert "\n" not in written
    assert yaml.safe_load(written) == {"key": [text, 3, True]}
