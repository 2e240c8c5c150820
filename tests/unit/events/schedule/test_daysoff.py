"""Public and school holidays where people look at their days."""

import pytest

from bots.assistant.testing.talk import Talk
from bots.calendar.daysoff import DaysOff
from bots.events.capability import events


@pytest.fixture
def brittany() -> Talk:
    return Talk([events(DaysOff(zone="B"))])


def test_lists_name_them(brittany: Talk) -> None:
    brittany.says("!agenda ajouter repas vendredi 25 décembre 12h")
    brittany.says("!agenda ajouter point lundi 28 décembre 9h")

    said = brittany.body("!agenda décembre")

    assert "vendredi 25 décembre 2026 · férié : Noël\n• de 12 h" in said
    assert (
        "Vacances scolaires, zone B : Vacances de Noël, du samedi 19 décembre 2026 au dimanche 3 janvier 2027" in said
    )
    assert "férié : Noël" in brittany.body("!agenda 25 décembre")
    assert "vendredi 1er janvier 2027 · férié : Jour de l’an" in brittany.body("!agenda du 29 décembre au 3 janvier")
    assert "scolaires" not in brittany.body("!agenda semaine")


def test_an_event_on_one_says_so(brittany: Talk) -> None:
    assert "ℹ Vendredi 1er janvier 2027 : jour férié (Jour de l’an)" in brittany.body("!réunion le 1er janvier 11h")
    assert "férié" not in brittany.body("!réunion point le 4 janvier 11h")
    assert "jour férié (Noël)" in brittany.body("!agenda déplacer 2 au 25 décembre")
    assert "jour férié (Noël)" not in brittany.body("!agenda inviter 2 @dgs")


def test_a_series_names_the_ones_that_it_meets(brittany: Talk) -> None:
    assert "ℹ Vendredi 25 décembre 2026" in brittany.body("!agenda ajouter permanence tous les vendredis à 9h")


def test_those_of_a_year_are_listed_and_what_is_unknown_is_said(brittany: Talk, talk: Talk) -> None:
    assert "• jeudi 11 novembre 2027 · Armistice" in brittany.body("!jours fériés")
    assert "Vacances d’hiver, du samedi 20 février au dimanche 7 mars 2027" in brittany.body("!vacances scolaires")
    assert "Je ne connais pas les vacances scolaires d’ici" in talk.body("!vacances scolaires")
    assert "Je ne connais pas encore les vacances scolaires" in brittany.body("!agenda juillet 2028")


@pytest.mark.parametrize(
    "said",
    [
        *("quels sont les jours fériés en 2027 ?", "jours fériés 2027", "c'est quand les vacances scolaires"),
        *("c'est quand les vacances de noël ?", "vacances scolaires", "quand sont les vacances de la Toussaint"),
        *("les prochaines vacances", "quelles sont les vacances scolaires de l'année 2027 ?", "school holidays 2027"),
    ],
)
def test_they_are_told_to_whoever_asks(brittany: Talk, said: str) -> None:
    told = brittany.body(f"@beffroi {said}")

    assert "• jeudi 11 novembre 2027 · Armistice" in told
    assert "Vacances scolaires, zone B : Vacances de Noël" in told
    assert ("Noël · " in told or "2026 · Noël" in told) is ("2027" not in said)


def test_somebodys_own_holidays_are_no_question_about_them(brittany: Talk) -> None:
    reply = brittany.says("@beffroi vacances de noël du 20 au 31 décembre")

    assert reply is None or "Jours fériés" not in reply.body


@pytest.mark.parametrize(
    "asked", ["quels sont les jours fériés en mai ?", "jours fériés de mai 2027", "les jours fériés en mai"]
)
def test_those_of_a_month_are_that_months(brittany: Talk, asked: str) -> None:
    """They were looked for among the names of events once."""
    said = brittany.body(f"@beffroi {asked}")

    assert "samedi 1er mai 2027 · Fête du Travail" in said
    assert "14 juillet" not in said
    assert "Je ne connais pas" not in said


def test_a_month_without_any_says_so(brittany: Talk) -> None:
    assert "Rien." in brittany.body("@beffroi jours fériés en juin 2027")


@pytest.mark.parametrize("asked", ["jours fériés en février", "jours fériés en février 2027"])
def test_february_is_a_month_and_no_name_of_holidays_alone(brittany: Talk, asked: str) -> None:
    said = brittany.body(f"@beffroi {asked}")

    assert "Vacances d’hiver" in said
    assert "Rien." in said
    assert "Noël" not in said
