"""Another title for one time of a series, for all from one on, or for the whole of it."""

import pytest

from bots.assistant.testing.talk import Talk


@pytest.fixture
def weekly(talk: Talk) -> Talk:
    talk.says("!agenda ajouter permanence tous les lundis 9h-12h")
    return talk


def called(talk: Talk, *days: str) -> list[str]:
    """What takes place on these days of December, as the agenda of each calls it."""
    return [talk.body(f"!agenda {day} décembre").rpartition(" · 1 ")[2] for day in days]


def test_one_time_is_called_otherwise_and_the_card_says_so(weekly: Talk) -> None:
    said = weekly.body("!agenda renommer 1 celle du 7 décembre en permanence du budget")

    assert said == "✔ Événement 1, lundi 7 décembre 2026 de 9 h à 12 h : permanence du budget"
    assert called(weekly, "7", "14") == ["permanence du budget", "permanence"]
    assert "le lundi 7 décembre 2026 : « permanence du budget »" in weekly.body("!agenda 1")


def test_it_is_taken_back_with_its_command(weekly: Talk) -> None:
    weekly.says("!agenda titre 1 cette fois : accueil")
    assert "accueil" in weekly.body("!agenda 30 novembre")
    weekly.deletes(weekly.last if weekly.last in weekly.inverses else [*weekly.inverses][-1])
    assert "accueil" not in weekly.body("!agenda 30 novembre")


def test_all_from_one_on_are_called_otherwise(weekly: Talk) -> None:
    weekly.says("!agenda titre 1 à partir du 14 décembre : grande permanence")
    assert called(weekly, "7", "14", "21") == ["permanence", "grande permanence", "grande permanence"]


def test_the_whole_series_is_called_otherwise_but_for_what_is_so_once(weekly: Talk) -> None:
    weekly.says("!agenda renommer 1 celle du 7 décembre en bilan")
    weekly.says("!agenda renommer 1 toute la série en permanence générale")
    assert called(weekly, "7", "14") == ["bilan", "permanence générale"]


def test_a_title_that_speaks_of_no_time_is_the_title(weekly: Talk) -> None:
    weekly.says("!agenda titre 1 permanence en mairie")
    assert called(weekly, "7", "14") == ["permanence en mairie"] * 2


def test_what_was_cancelled_stays_so(weekly: Talk) -> None:
    weekly.says("!agenda annuler 1 celle du 14 décembre")
    weekly.says("!agenda titre 1 celle du 14 décembre en bilan")
    assert called(weekly, "14") == ["bilan · annulé"]


def test_a_day_on_which_it_is_not_is_said(weekly: Talk) -> None:
    assert "n’a pas lieu ce jour-là" in weekly.body("!agenda renommer 1 celle du 8 décembre en bilan")
