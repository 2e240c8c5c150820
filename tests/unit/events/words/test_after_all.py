"""« En fait, c'est à 18h30 », « à 9h30 toutes les semaines »: what is there changes, and keeps the rest."""

import pytest

from bots.assistant.testing.people import plain
from bots.assistant.testing.talk import Talk

# It is Tuesday 24 November 2026, 11 h in Paris.
TEAM = "!agenda ajouter réunion d'équipe tous les lundis 9h sauf le 28 décembre"
WISHES = "!agenda ajouter cérémonie des vœux vendredi 8 janvier 19h-21h"


def december(talk: Talk) -> str:
    """The agenda of December in one line."""
    return talk.body("!agenda décembre").replace("\n", " ")


def agreed(talk: Talk, *, card: str | None = None, said: str) -> str:
    """What is answered to *said*, and to the « oui » that it asks for."""
    question = talk.reply(said, card=card).question
    assert question is not None
    return plain(talk.reply(question.offered[0].command).body)


@pytest.mark.parametrize(
    "said",
    [
        "c'est à 9h30 maintenant toutes les semaines",
        "c'est à 9h30 tous les lundis",
        "tous les lundis à 9h30",
    ],
)
def test_a_series_at_another_hour_keeps_what_is_otherwise_once(talk: Talk, said: str) -> None:
    talk.says(TEAM)
    talk.says("!agenda annuler 1 celle du 14 décembre")
    talk.says("!agenda déplacer 1 celle du 21 décembre à mardi 22 à 10h")

    answer = agreed(talk, card=talk.object("event", 1).id, said=said)

    assert "de 9 h 30 à 10 h 30" in answer
    assert "9 h à 10 h ·" not in answer
    assert "lundi 7 décembre 2026 • de 9 h 30 à 10 h 30" in december(talk)
    assert "lundi 14 décembre 2026 • de 9 h 30 à 10 h 30 · 1 réunion d'équipe · annulé" in december(talk)
    assert "mardi 22 décembre 2026 • de 10 h à 11 h" in december(talk)
    assert "28 décembre" not in december(talk)


def test_another_rule_keeps_the_days_off_that_it_still_has(talk: Talk) -> None:
    talk.says(TEAM)
    talk.says("!agenda annuler 1 celle du 14 décembre")

    answer = talk.body("!agenda répéter 1 tous les lundis et mardis à 10h")

    assert "prochaine fois : lundi 30 novembre 2026 de 10 h à 11 h" in answer
    assert "lundi 14 décembre 2026 • de 10 h à 11 h · 1 réunion d'équipe · annulé" in december(talk)
    assert "28 décembre" not in december(talk)


@pytest.mark.parametrize(
    "said",
    [
        "la réunion d'équipe passe a 9h30 toutes les semaines",
        "la réunion d'équipe c'est à 9h30 tous les lundis maintenant",
    ],
)
def test_of_every_week_no_single_time_is_moved(talk: Talk, said: str) -> None:
    talk.says(TEAM)

    assert "de 9 h 30 à 10 h 30" in agreed(talk, said=f"@beffroi {said}")
    assert "lundi 14 décembre 2026 • de 9 h 30 à 10 h 30" in december(talk)
    assert "28 décembre" not in december(talk)


@pytest.mark.parametrize(
    ("said", "when"),
    [
        ("la cérémonie des voeux commence à 18h30 en fait", "de 18 h 30 à 20 h 30"),
        ("en fait la ceremonie des voeux sera à 18h30", "de 18 h 30 à 20 h 30"),
        ("la cérémonie des voeux c'est plutôt 18h30", "de 18 h 30 à 20 h 30"),
        ("cérémonie des vœux à 18h30 finalement", "de 18 h 30 à 20 h 30"),
        ("la cérémonie des vœux se termine à 22h finalement", "de 19 h à 22 h"),
        ("la cérémonie des vœux c'est le 9 janvier finalement", "samedi 9 janvier 2027 de 19 h"),
        ("la cérémonie des vœux passe au 9 janvier à 18h30 du coup", "samedi 9 janvier 2027 de 18 h 30"),
    ],
)
def test_what_is_there_is_moved_and_not_added_once_more(talk: Talk, said: str, when: str) -> None:
    talk.says(WISHES)

    question = talk.reply(f"@beffroi {said}")

    assert question.question is not None
    assert not question.changes
    assert "le déplacer à" in plain(question.body)
    assert when in agreed(talk, said=f"@beffroi {said}")
    assert "2 ·" not in talk.body("!agenda janvier")


def test_what_is_not_there_is_added(talk: Talk) -> None:
    assert talk.reply("@beffroi réunion CCAS finalement mardi 15 décembre à 18h").changes
