"""An event in everyday sentences: its noun, its people and its place, and what is asked before it is noted."""

import pytest

from bots.assistant.testing import Talk, plain

# It is Tuesday 24 November 2026, 11 h in Paris.
ADDED = [
    (
        "ajoute une réunion du conseil municipal le jeudi 17 décembre à 20h salle des mariages",
        "Réunion du conseil municipal",
        "📍 salle des mariages",
    ),
    ("ajoute réunion avec Mme Petit lundi 14h", "Réunion avec Mme Petit", "lundi 30 novembre 2026 de 14 h à 15 h"),
    (
        "ajoute un rdv avec le SDIS tous les premiers mardis du mois à 14h",
        "Rendez-vous avec le SDIS",
        "le premier mardi du mois",
    ),
    ("ajoute le conseil municipal du mois le jeudi 17 décembre à 20h", "Conseil municipal du mois", "de 20 h"),
    ("ajoute une commission finances mardi 18h", "Commission finances", "mardi 1er décembre 2026 de 18 h"),
    ("reu commission finances mardi 8 a 18h", "Réunion commission finances", "mardi 8 décembre 2026 de 18 h"),
    ("réunion avec @dgs et @secretaire mardi 10h préparation du budget", "Réunion préparation du budget", "avec @dgs"),
    ("réunion de service tous les lundis 9h bureau du maire", "Réunion de service", "📍 bureau du maire"),
    ("agenda ajouter salon des maires du 3 au 5 décembre à Paris", "salon des maires", "📍 Paris"),
    ("agenda ajouter visite jeudi 10h à Saint-Omer", "visite", "📍 Saint-Omer"),
    ("rdv garage vendredi à 6h du matin", "Rendez-vous garage", "de 6 h à 7 h"),
]


@pytest.mark.parametrize(("said", "title", "fact"), ADDED, ids=[said for said, *_ in ADDED])
def test_an_event_keeps_its_noun_and_sheds_its_people_and_place(talk: Talk, said: str, title: str, fact: str) -> None:
    body = talk.body(f"@beffroi {said}")

    assert body.startswith(f"✔ Événement 1 ajouté : {title}\n")
    assert fact in body


def test_a_task_that_speaks_of_a_meeting_stays_a_task(talk: Talk) -> None:
    assert talk.body("@beffroi ajoute préparer la réunion de lundi").startswith("✔ Tâche 1")


def test_two_more_commands_in_a_title_are_asked_about(talk: Talk) -> None:
    reply = talk.reply("@beffroi ajouter une réunion jeudi à 11h avec le maire et envoyer le devis au notaire")

    assert "« Réunion avec le maire »" in plain(reply.body)
    assert not reply.changes
    assert reply.question is not None
    assert "✔ Événement 1 ajouté : Réunion avec le maire\n" in talk.body(reply.question.candidates[0].command)


def test_six_o_clock_is_asked_about(talk: Talk) -> None:
    reply = talk.reply("@beffroi rdv notaire vendredi à 6h")

    assert not reply.changes
    assert reply.question is not None
    evening, morning = (candidate.command for candidate in reply.question.candidates)
    assert "vendredi 27 novembre 2026 de 18 h à 19 h" in talk.body(evening)
    assert "vendredi 27 novembre 2026 de 6 h à 7 h" in talk.body(morning)


ASKED = ["quoi de prévu jeudi ?", "y a quoi jeudi ?", "quels sont mes rdv de jeudi ?", "j'ai quoi jeudi ?"]


@pytest.mark.parametrize("said", ASKED)
def test_what_there_is_on_a_day(talk: Talk, said: str) -> None:
    assert talk.body(f"@beffroi {said}").startswith("Agenda du jeudi 26 novembre 2026")
