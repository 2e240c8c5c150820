"""Who of a list is new, and the page that each of them is handed."""

import re
from datetime import date

import pytest

from bridge.people.accounts import TownAccount
from bridge.people.enrolling import Enrolled, plan
from bridge.people.errors import BadRoll
from bridge.people.leaflet import leaflets
from bridge.people.passwords import ADMINISTRATORS, first_password
from bridge.people.roll import Newcomer
from config.identifiers import UserId
from config.settings import Collectivity
from config.texts import texts

ANNE, PAUL = Newcomer("anne", "Anne", line=2), Newcomer("paul", "Paul", line=3)


def account(localpart: str, *, departed: bool = False) -> TownAccount:
    user_id = UserId.parse(f"@{localpart}:valbourg.fr")
    return TownAccount(
        user_id, localpart.title(), admin=False, locked=False, departed=departed, machine=False, seen=None
    )


def test_who_is_there_stays_as_they_are() -> None:
    planned = plan([ANNE, PAUL], [account("anne")], {}, texts("fr"))

    assert planned.new == (PAUL,)
    assert [each.user_id for each in planned.known] == ["@anne:valbourg.fr"]


def test_what_an_interrupted_run_has_made_still_gets_its_page() -> None:
    planned = plan([ANNE, PAUL], [account("anne")], {"anne": "bodu"}, texts("fr"))

    assert planned.new == (ANNE, PAUL)


def test_an_address_is_never_given_to_somebody_else() -> None:
    with pytest.raises(BadRoll) as caught:
        plan([ANNE, PAUL], [account("paul", departed=True)], {}, texts("fr"))

    assert [fault.line for fault in caught.value.faults] == [3]


def test_first_passwords_differ_and_can_be_read_aloud() -> None:
    found = {first_password() for _ in range(200)}

    assert len(found) == 200
    assert all(
        re.fullmatch(r"(?:[bdfgkmnprstvz][aeiou]){2}(?:-(?:[bdfgkmnprstvz][aeiou]){2}){4}", each) for each in found
    )


def test_an_administrator_s_is_longer() -> None:
    assert len(first_password(ADMINISTRATORS).split("-")) > len(first_password().split("-")) == 5


def town(locale: str = "fr") -> Collectivity:
    return Collectivity.model_validate(
        {
            "name": "Valbourg <b>& Cie</b>",
            "server_name": "valbourg.fr",
            "kind": "commune",
            "siren": "217500016",
            "locale": locale,
            "admins": ["@dsi:valbourg.fr"],
        }
    )


def test_a_page_says_all_that_its_reader_needs_and_nothing_is_markup() -> None:
    anne = Enrolled(UserId.parse("@anne:valbourg.fr"), "Anne <script>alert(1)</script>", "bodu-kife")

    page = leaflets(town(), [anne, anne], date(2026, 11, 28))

    for word in (
        "@anne:valbourg.fr",
        "bodu-kife",
        "https://matrix.valbourg.fr",
        "clé de récupération",
        "@dsi:valbourg.fr",
    ):
        assert word in page
    assert "28 novembre 2026" in page
    assert "<script" not in page
    assert "<b>" not in page
    assert page.count("<section>") == 2


def test_the_page_is_there_in_english() -> None:
    anne = Enrolled(UserId.parse("@anne:valbourg.fr"), "Anne", "bodu-kife")

    assert "Your recovery key" in leaflets(town("en"), [anne], date(2026, 11, 28))
