"""What a secretary writes below the card of an event, and the sentences by which she keeps time free."""

import pytest

from bots.assistant.testing.people import plain
from bots.assistant.testing.talk import Talk

# It is Tuesday 24 November 2026, 11 h in Paris.
VISIT = "!agenda ajouter visite du chantier vendredi 14h"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("elle peut plus venir demain, plutot jeudi meme heure", ["jeudi 26 novembre 2026 de 14 h à 15 h"]),
        ("@dgs n'est pas là vendredi, donc plutôt jeudi même heure", ["jeudi 26 novembre 2026 de 14 h à 15 h"]),
        ("le titre c'est juste visite", ["modifié : visite\n"]),
        ("appelle-la visite du toit", ["visite du toit"]),
        ("avec moi et @dgs", ["avec @dgs, @secretaire"]),
        ("jusqu'à 21h, et invite moi", ["de 14 h à 21 h", "avec @secretaire"]),
        ("jusqu'à 15h30, à rivemont", ["de 14 h à 15 h 30", "📍 rivemont"]),
        ("lieu : mairie de Rivemont, et invite @dgs", ["📍 mairie de Rivemont · avec @dgs"]),
    ],
)
def test_it_is_done(talk: Talk, said: str, told: list[str]) -> None:
    talk.says(VISIT)

    body = talk.body(said, card=talk.object("event", 1).id)

    assert all(each in body for each in told), body


@pytest.mark.parametrize(
    ("said", "told"),
    [("à partir de 18h30", "de 18 h 30 à 19 h 30 ?"), ("à Rivemont", "lieu « Rivemont » ?")],
)
def test_what_may_be_about_something_else_is_asked(talk: Talk, said: str, told: str) -> None:
    talk.says(VISIT)

    reply = talk.reply(said, card=talk.object("event", 1).id)

    assert told in plain(reply.body)
    assert not reply.changes


@pytest.mark.parametrize("said", ["à plus tard", "à tout à l'heure", "à bientôt", "merci à tous", "à mon avis oui"])
def test_what_is_said_to_people_is_left_to_them(talk: Talk, said: str) -> None:
    talk.says(VISIT)

    assert talk.says(said, card=talk.object("event", 1).id) is None


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            "cérémonie vendredi 18 décembre à 19h à la salle polyvalente jusqu'à 21h30",
            "vendredi 18 décembre 2026 de 19 h à 21 h 30 · 📍 salle polyvalente",
        ),
        ("conseil d'ecole mardi 1er à 18h, ecole Jules Ferry, jusqu'a 20h", "mardi 1er décembre 2026 de 18 h à 20 h"),
        ("bloque le jeudi 21 janvier toute la journée pour le recensement", "le recensement\njeudi 21 janvier 2027"),
    ],
)
def test_time_is_kept_as_it_is_said(talk: Talk, said: str, told: str) -> None:
    assert told in talk.body(f"@beffroi {said}")


@pytest.mark.parametrize("said", ["oui", "oui juste celle là", "juste celle-là", "cette fois seulement"])
def test_one_time_of_a_series_is_cancelled_by_any_yes(talk: Talk, said: str) -> None:
    talk.says("!agenda ajouter réunion d'équipe tous les lundis 9h")
    asked = talk.reply("@beffroi annule la réunion d'équipe du 14")

    assert asked.question is not None
    assert "l’annuler cette fois seulement ?" in plain(asked.body)
    assert said == "oui" or said in asked.question.offered[0].words


def test_the_days_on_which_a_series_is_not_are_named(talk: Talk) -> None:
    assert "tous les lundis, sauf le lundi 28 décembre 2026" in talk.body(
        "!agenda ajouter réunion d'équipe tous les lundis 9h sauf le 28 décembre"
    )


def test_another_end_moves_nothing(talk: Talk) -> None:
    talk.says(VISIT)
    card = talk.object("event", 1).id

    assert "Événement 1 modifié : visite du chantier" in talk.body("jusqu'à 16h", card=card)
    assert "Événement 1 déplacé : visite du chantier" in talk.body("à 15h plutôt", card=card)


@pytest.mark.parametrize(
    "said",
    [
        "renomme l'événement 1 en conseil municipal",
        "le titre de la réunion 1 c'est : conseil municipal",
        "tu peux renommer l'evenement 1 en conseil municipal stp",
    ],
)
def test_it_is_renamed_by_its_number(talk: Talk, said: str) -> None:
    talk.says(VISIT)

    assert "modifié : conseil municipal\n" in talk.body(f"@beffroi {said}")
