"""The agenda, as people ask for it: politely, roundabout, briefly."""

import pytest

from bots.assistant.testing.people import DGS
from bots.assistant.testing.talk import Talk
from bots.assistant.words.commands.asking import opening

# It is Tuesday 24 November 2026, 11 h in Paris.
COUNCIL = "!agenda ajouter conseil municipal mercredi 2 décembre 18h"
NEXT_WEEK = [
    "je voudrais l'agenda de la semaine prochaine",
    "Je voudrais bien voir l’agenda de la semaine prochaine, s'il te plaît",
    "est-ce que je peux avoir l'agenda de la semaine prochaine ?",
    "j'aimerais consulter le planning de la semaine prochaine",
    "j'ai besoin de l'agenda de la semaine prochaine",
    "il me faudrait le programme de la semaine prochaine svp",
    "on peut voir le calendrier de la semaine prochaine ?",
    "peux-tu m'afficher les réunions de la semaine prochaine ?",
    "montre-nous les rendez-vous de la semaine prochaine",
    "envoie-moi la liste des réunions de la semaine prochaine",
    "rappelle-moi le programme de la semaine prochaine",
    "bonjour, puis-je voir l'agenda de la semaine prochaine ?",
    "c'est quoi l'agenda de la semaine prochaine ?",
    "il y a quoi au programme la semaine prochaine ?",
    "y a-t-il quelque chose de prévu la semaine prochaine ?",
    "quels événements la semaine prochaine ?",
    "les réunions de la semaine prochaine",
]
TODAY = [
    "montre-moi l'agenda",
    "je veux l'agenda",
    "fais voir l'agenda",
    "puis-je avoir l'agenda d'aujourd'hui ?",
    "l'agenda du jour",
]


@pytest.mark.parametrize("asked", NEXT_WEEK)
def test_the_days_that_are_asked_for_are_shown(talk: Talk, asked: str) -> None:
    talk.says(COUNCIL)

    said = talk.body(f"@beffroi {asked}", sender=DGS)

    assert said.startswith("Agenda du lundi 30 novembre au dimanche 6 décembre 2026")
    assert "conseil municipal" in said


@pytest.mark.parametrize("asked", TODAY)
def test_without_days_it_is_today(talk: Talk, asked: str) -> None:
    assert talk.body(f"@beffroi {asked}", sender=DGS).startswith("Agenda du mardi 24 novembre 2026")


def test_other_lists_are_asked_for_as_politely(talk: Talk) -> None:
    talk.says("!tâche ajouter relancer le SDIS")

    assert "relancer le SDIS" in talk.body("@beffroi je voudrais voir la liste des tâches")
    assert "relancer le SDIS" in talk.body("@beffroi est-ce que je pourrais avoir les tâches ?")


def test_what_is_wished_and_is_no_command_is_not_understood(talk: Talk) -> None:
    assert talk.body("@beffroi je voudrais voir le maire vendredi").startswith("Je n’ai pas compris")


@pytest.mark.parametrize("said", ["voir 3", "avoir 3", "get 3"])
def test_seeing_is_polite_behind_a_wish_only(said: str) -> None:
    assert opening(said.split(), wished=False, widely=True) == 0
    assert opening(said.split(), wished=True, widely=True) == 1


def test_what_one_may_do_is_a_wish_only_where_something_is_to_be_seen() -> None:
    assert opening(["on", "peut", "voir", "3"], wished=False, widely=True) == 2
    assert opening(["on", "peut", "décaler", "3"], wished=False, widely=True) == 0
    assert opening(["on", "peut", "voir", "3"], wished=False, widely=False) == 0
