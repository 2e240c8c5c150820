"""Whom a name means, and how people are named to others."""

import pytest

from bots.assistant.words.names.people import Nobody, Person, Several, find, name_of
from config.identifiers import UserId
from tests.unit.tasks.conftest import Talk

ERIC, MARIE, OTHER = (UserId(f"@{name}:valbourg.fr") for name in ("e.legoff", "m.dupont", "marie.l"))
MEMBERS = {ERIC: "Éric Le Goff (DGS)", MARIE: "Marie Dupont", OTHER: "Marie-Line Petit"}


@pytest.mark.parametrize("typed", ["@Éric", "@eric", "@e.legoff", "@éric,"])
def test_a_first_name_is_enough_where_it_fits_one(typed: str) -> None:
    assert find(typed, Talk().request("", members=MEMBERS)) == Person(ERIC)


def test_where_it_fits_several_it_is_asked() -> None:
    found = find("@Marie", Talk().request("", members=MEMBERS))

    assert isinstance(found, Several)
    assert set(found.users) == {MARIE, OTHER}


def test_of_two_towns_one_says_which() -> None:
    here, there = UserId("@dgs:valbourg.fr"), UserId("@dgs:rivemont.fr")
    request = Talk().request("", members={here: "DGS", there: "DGS"})
    assert find("@dgs.rivemont", request) == Person(there)
    assert find("@dgs.valbourg,", request) == Person(here)


@pytest.mark.parametrize("typed", ["@dgs", "@DGS,"])
def test_what_somebody_does_names_them_where_their_name_says_it(typed: str) -> None:
    assert find(typed, Talk().request("", members=MEMBERS)) == Person(ERIC)


@pytest.mark.parametrize("typed", ["@jean", "@Jean"])
def test_two_people_of_one_name_in_two_towns_are_asked_about(typed: str) -> None:
    """Of two, the nearer one may not be meant; whoever is called by their id is."""
    here, there = UserId("@j.martin:valbourg.fr"), UserId("@jmartin:rivemont.fr")
    request = Talk().request("", members={here: "Jean Martin", there: "Jean Martin"})

    assert find(typed, request) == Several(typed, (here, there))
    assert find("@jmartin", request) == Person(there)


@pytest.mark.parametrize("typed", ["@Eri", "@Goff", "@Mar"])
def test_a_part_of_a_word_is_nobody(typed: str) -> None:
    assert isinstance(find(typed, Talk().request("", members=MEMBERS)), Nobody)


def test_somebody_elsewhere_is_named_in_full_and_without_a_pill() -> None:
    said = name_of(UserId("@maire:rivemont.fr"), Talk().request("", members=MEMBERS))

    assert (said.plain, said.html) == ("@maire:rivemont.fr", "@maire:rivemont.fr")
