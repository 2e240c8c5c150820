"""An event in everyday sentences: its noun, its people and its place, and what is asked before it is noted."""

import pytest

from bots.assistant.testing.people import plain
from bots.assistant.testing.talk import Talk

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
    ("point vendredi 4 à 10h avec @dgs et le maire", "Point avec le maire", "de 10 h à 11 h · avec @dgs"),
    ("conférence de presse demain aprem", "Conférence de presse", "mercredi 25 novembre 2026 de 14 h à 18 h"),
    ("visite des pompiers le 12/12 à 9h", "Visite des pompiers", "samedi 12 décembre 2026 de 9 h"),
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


UNSAID = [
    ("conseil municipal jeudi 17 décembre 20h", "Aucune heure de fin n’a été dite : répondez « jusqu’à 22h »"),
    ("réunion demain aprem", "Aucune heure n’a été dite : répondez « de 14h à 16h »"),
    ("réunion lundi matin", "Aucune heure n’a été dite : répondez « de 8h à 10h »"),
    ("réunion lundi 14h-16h", ""),
    ("réunion mardi 14h pendant 2h", ""),
    ("réunion mercredi toute la journée", ""),
    ("réunion mercredi de midi à 14h", ""),
    ("congrès du 3 au 5 décembre", ""),
]


@pytest.mark.parametrize(("said", "told"), UNSAID, ids=[said for said, _ in UNSAID])
def test_what_nobody_has_said_of_its_hours_is_not_invented_in_silence(talk: Talk, said: str, told: str) -> None:
    body = talk.body(f"!agenda ajouter {said}")

    assert body.startswith("✔ Événement 1 ajouté")
    assert told in body
    assert ("Aucune heure" in body) is bool(told)


def test_a_meeting_said_without_a_time_is_shown_where_there_is_one_else_asked_about(talk: Talk) -> None:
    asked = talk.reply("@beffroi réunion cantine")
    assert "Quand est-ce" in plain(asked.body)
    talk.says("@beffroi réunion cantine mardi 10h")

    for said in ("@beffroi réunion cantine", "!agenda reunion cantine", "!agenda cantine"):
        assert "• mardi 1er décembre 2026 de 10 h à 11 h · 1 Réunion cantine" in talk.body(said)
    assert "Quand est-ce" in talk.body("@beffroi réunion parents"), "it is not the one of the canteen"


NO_EVENT = ["point sur les 3 dossiers", "visite ?", "la réunion était bien", "commission de sécurité"]


@pytest.mark.parametrize("said", NO_EVENT)
def test_what_only_sounds_like_an_event_makes_none(talk: Talk, said: str) -> None:
    assert not talk.reply(f"@beffroi {said}").changes
