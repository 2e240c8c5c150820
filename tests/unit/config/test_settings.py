"""What a collectivity and a federation may be."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from config.federation import Federation
from config.identifiers import ServerName
from config.settings import Collectivity

VALBOURG: dict[str, Any] = {
    "name": "Valbourg",
    "server_name": "valbourg.fr",
    "kind": "commune",
    "siren": "217500016",
}
KEY = "PusU7uFPNl7DE616ykvO+z9NK0AMSAda156fx4EUPu4"
OTHER_KEY = "UUgCmjXA49Q15nMBh2NLlNhCZYXgMijLODzcqso5ipg"


def valbourg(**changes: Any) -> Collectivity:
    return Collectivity.model_validate(VALBOURG | changes)


def federation(*members: dict[str, Any]) -> Federation:
    return Federation.model_validate({"members": list(members)})


def test_four_keys_are_enough() -> None:
    found = valbourg()

    assert found.assistant == "@beffroi:valbourg.fr"
    assert found.network.client_url == "https://matrix.valbourg.fr"
    assert (found.locale, found.timezone, found.database) == ("fr", "Europe/Paris", "sqlite")
    assert found.territory == ""
    assert valbourg(territory="6AE").territory == "6AE"


def test_the_default_address_has_no_federation_port() -> None:
    assert valbourg(server_name="valbourg.fr:8448").network.client_url == "https://matrix.valbourg.fr"


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        valbourg().name = "Rivemont"


@pytest.mark.parametrize("raw", ["217500016", "217 500 016", 217500016, "356000000", "356 000 000"])
def test_a_siren_is_nine_digits_however_written(raw: object) -> None:
    assert valbourg(siren=raw).siren == str(raw).replace(" ", "").replace(" ", "")


@given(st.integers(0, 8), st.integers(1, 9))
def test_any_single_wrong_digit_of_a_siren_is_seen(place: int, by: int) -> None:
    digits = list("217500016")
    digits[place] = str((int(digits[place]) + by) % 10)

    with pytest.raises(ValidationError, match="SIREN"):
        valbourg(siren="".join(digits))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"siren": "21750001"}, "nine digits"),
        ({"siren": True}, "nine digits"),
        ({"kind": "région"}, "commune"),
        ({"server_name": "Valbourg.fr"}, "lower case: valbourg.fr"),
        ({"server_name": "val bourg.fr"}, "is no server name"),
        ({"name": " "}, "write a name"),
        ({"name": "a\nb"}, "control characters"),
        ({"timezone": "Paris"}, "Europe/Paris"),
        ({"timezone": "../../etc/passwd"}, "Europe/Paris"),
        ({"territory": "75"}, "Moselle, Alsace"),
        ({"territory": "Zone A"}, "Moselle, Alsace"),
        ({"territory": 57}, "territory"),
        ({"admins": ["@maire:rivemont.fr"]}, "not on valbourg.fr"),
        ({"admins": ["maire"]}, "not a valid user id"),
        ({"bots": ["@supervision:rivemont.fr"]}, "not on valbourg.fr; it must be"),
        ({"database": "mysql://h/d"}, "postgresql://user@host/database"),
        ({"database": "postgresql://h"}, "postgresql://user@host/database"),
        ({"database": "postgresql://u:secret@h/d"}, "pgpass"),
        ({"database": "postgresql://h/d", "synapse_database": "postgresql://h/d"}, "two databases"),
        ({"network": {"client_url": "matrix.valbourg.fr"}}, "no web address"),
        ({"network": {"client_url": "https://[::1"}}, "no web address"),
        ({"network": {"client_url": "https://valbourg.fr:x"}}, "no web address"),
        ({"network": {"client_url": "http://matrix.valbourg.fr"}}, "use https://matrix.valbourg.fr"),
        ({"network": {"client_url": "https://u:p@valbourg.fr"}}, "only scheme, host and port"),
        ({"network": {"client_url": "https://valbourg.fr/chat"}}, "only scheme, host and port"),
        ({"network": {"bind": "localhost"}}, "127.0.0.1"),
        ({"network": {"client_port": 0}}, "between 1 and 65535"),
        ({"network": {"client_port": 65536}}, "between 1 and 65535"),
        ({"network": {"client_port": 9108}}, "must differ"),
        ({"network": {"certificate": "a.pem"}}, "go together"),
    ],
)
def test_what_cannot_be_is_refused_with_the_remedy(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        valbourg(**changes)

    assert words in str(caught.value)
    assert "secret" not in str([each["msg"] for each in caught.value.errors()])


def test_a_port_that_is_given_twice_is_named() -> None:
    with pytest.raises(ValidationError, match="port 8009 is given twice"):
        valbourg(web={"https_port": 8009}, network={"client_port": 8009})


@pytest.mark.parametrize("url", ["http://127.0.0.1:8008", "http://[::1]:8008", "http://valbourg.localhost:1"])
def test_plain_http_is_for_this_machine_only(url: str) -> None:
    assert valbourg(network={"client_url": url + "/"}).network.client_url == url


def test_the_federation_port_counts_only_with_a_certificate() -> None:
    network = {"client_port": 8448}
    assert valbourg(network=network).network.client_port == 8448

    with pytest.raises(ValidationError, match="must differ"):
        valbourg(network=network | {"certificate": "a", "private_key": "b"})


def test_a_member_is_found_by_its_server() -> None:
    members = federation({"server_name": "valbourg.fr"}, {"server_name": "rivemont.fr", "former": True})

    found = members.member_for("rivemont.fr")
    assert found is not None
    assert found.assistant == "@beffroi:rivemont.fr"
    assert members.member_for("ailleurs.fr") is None
    assert members.listed_servers == {ServerName("valbourg.fr")}


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ([{"server_name": "a.fr"}, {"server_name": "a.fr"}], "listed twice"),
        ([{"server_name": "a.fr", "assistant": "@beffroi:b.fr"}], "not on a.fr"),
        ([{"server_name": "a.fr", "register_keys": [KEY + "="]}], f"unpadded base64: {KEY}"),
        ([{"server_name": "a.fr", "register_keys": ["AAAA"]}], "32 bytes"),
        ([{"server_name": "a.fr", "master_key": KEY[:-1] + "5"}], "unpadded base64"),
        ([{"server_name": "a.fr", "register_keys": [KEY]}, {"server_name": "b.fr", "master_key": KEY}], "same key"),
    ],
)
def test_a_member_list_that_cannot_be_is_refused(members: list[dict[str, Any]], words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        federation(*members)

    assert words in str(caught.value)


def test_past_keys_are_kept_in_order() -> None:
    member = federation({"server_name": "a.fr", "register_keys": [KEY, OTHER_KEY]}).members[0]

    assert member.register_keys == (KEY, OTHER_KEY)
