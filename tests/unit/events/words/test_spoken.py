"""Events as people speak of them: the day first, one person more, who has answered, who is free together."""

import pytest

from bots.assistant.testing.people import BEFFROI, DGS, MAIRE, OTHER, SECRETAIRE, plain
from bots.assistant.testing.talk import Talk
from bots.events.capability import events
from bots.events.polls.commands import polls
from bots.tasks.commands import TASKS
from config.identifiers import UserId

# It is Tuesday 24 November 2026, 11 h in Paris.
PAUL = UserId("@adjoint:valbourg.fr")
MEMBERS = {
    BEFFROI: "Beffroi",
    OTHER: "Beffroi (Rivemont)",
    SECRETAIRE: "Secrétariat de mairie",
    DGS: "DGS",
    PAUL: "Paul Martin (adjoint)",
    MAIRE: "Maire de Rivemont",
}


@pytest.fixture
def talk() -> Talk:
    return Talk([TASKS, events(), polls()], members=MEMBERS)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            "jeudi 14h-16h commission finances avec Paul",
            "Commission finances\njeudi 26 novembre 2026 de 14 h à 16 h · a",
        ),
        ("demain à 9h réunion de service", "Réunion de service\nmercredi 25 novembre 2026 de 9 h"),
        ("le 17 décembre à 18h30 réunion publique salle des fêtes", "de 18 h 30 à 19 h 30 · 📍 salle des fêtes"),
        ("bureau municipal jeudi 3 décembre à 17h", "Bureau municipal\njeudi 3 décembre 2026 de 17 h"),
    ],
)
def test_an_event_is_known_by_its_noun_behind_the_day_too(talk: Talk, said: str, told: str) -> None:
    assert told in plain(talk.body(f"@beffroi {said}"))


@pytest.mark.parametrize(
    ("said", "title", "place"),
    [
        ("réunion publique salle des fêtes jeudi 18h", "Réunion publique\n", "salle des fêtes"),
        ("conseil municipal salle du conseil le 14 à 20h", "Conseil municipal\n", "salle du conseil"),
        ("jeudi 18h réunion publique grande salle", "Réunion publique\n", "grande salle"),
        ("réunion salle polyvalente travaux de peinture mardi 10h", "travaux de peinture\n", ""),
        ("réunion ménage de la salle des fêtes jeudi 18h", "Réunion ménage de la salle des fêtes\n", ""),
        ("rendez-vous louer salle des fêtes vendredi 18h", "Rendez-vous louer salle des fêtes\n", ""),
    ],
)
def test_a_room_before_the_time_is_the_place(talk: Talk, said: str, title: str, place: str) -> None:
    told = plain(talk.body(f"@beffroi {said}"))
    assert title in told
    assert told.partition("📍 ")[2].partition("\n")[0] == place


@pytest.mark.parametrize(
    "said",
    [
        "lundi 9h appeler la commission de sécurité",
        "jeudi 14h commission finances ?",
        "jeudi commission finances",
        "14h commission finances",
        "le maire vient jeudi 14h réunion",
    ],
)
def test_what_is_no_event_for_sure_is_made_none(talk: Talk, said: str) -> None:
    talk.says(f"@beffroi {said}")
    assert not [*talk.state.all("event")]


@pytest.mark.parametrize(
    "said",
    [
        "ajoute aussi la maire de Rivemont, c'est une salle intercommunale",
        "invite aussi le maire de Rivemont",
        "ajoute le maire de Rivemont aussi",
    ],
)
def test_one_person_more_is_no_task_but_asked_about(talk: Talk, said: str) -> None:
    talk.says("!réunion chantier vendredi 14h")

    reply = talk.reply(f"@beffroi {said}")

    assert reply.question is not None
    assert not reply.changes
    talk.reply(reply.question.offered[0].command)
    assert "avec @maire" in talk.card("event", 1)


@pytest.mark.parametrize("said", ["ajoute aussi un vidéoprojecteur", "ajoute aussi relancer le SDIS"])
def test_what_is_nobody_here_is_a_task_as_before(talk: Talk, said: str) -> None:
    talk.says("!réunion chantier vendredi 14h")
    assert "Tâche 1 ajoutée" in talk.body(f"@beffroi {said}")


@pytest.mark.parametrize(
    "said",
    [
        "qui n'a pas répondu pour vendredi ?",
        "qui n'a pas encore répondu pour la réunion chantier ?",
        "combien de réponses avons-nous pour la réunion chantier ?",
        "combien de réponses pour vendredi ?",
    ],
)
def test_who_has_answered_is_told_of_an_event_that_is_named(talk: Talk, said: str) -> None:
    talk.says("!réunion chantier vendredi 14h avec @dgs")
    assert "Pas encore de réponse : @dgs" in plain(talk.body(f"@beffroi {said}"))


def test_who_has_answered_to_a_poll_is_told_of_that(talk: Talk) -> None:
    talk.says("!réunion chantier vendredi 14h avec @dgs")
    talk.says("!sondage repas : mardi 8 décembre, jeudi 10 décembre")
    assert talk.reply("@beffroi qui n'a pas répondu au sondage repas ?").errands


def test_several_people_are_asked_about_at_once(talk: Talk) -> None:
    talk.says("!réunion chantier jeudi 14h-16h avec Paul")
    said = plain(talk.body("@beffroi est-ce que le DGS et M. Martin sont libres jeudi à 15h ?"))
    assert "libre : @dgs" in said
    assert "pris : @adjoint" in said


@pytest.mark.parametrize(
    "said",
    [
        "peux-tu trouver une heure la semaine prochaine où le DGS, Paul et moi sommes libres ensemble ?",
        "trouve-nous un créneau la semaine prochaine où le DGS, Paul et moi sommes disponibles",
    ],
)
def test_a_time_is_sought_where_those_who_are_named_are_free(talk: Talk, said: str) -> None:
    found = plain(talk.body(f"@beffroi {said}"))
    assert all(f"@{name}" in found.split("\n")[0] for name in ("secretaire", "dgs", "adjoint"))
    assert "lundi 30 novembre 2026 de 9 h à 10 h" in found


@pytest.mark.parametrize("said", ["qu'y a-t-il de prévu vendredi ?", "quelles sont les dates de novembre ?"])
def test_what_is_on_is_asked_in_more_ways(talk: Talk, said: str) -> None:
    talk.says("!réunion chantier vendredi 14h")
    assert "Réunion chantier" in talk.body(f"@beffroi {said}")


@pytest.mark.parametrize("said", ["clôture le sondage vendredi midi", "clôture le sondage repas vendredi midi"])
def test_a_poll_of_things_is_closed_later_by_its_name(talk: Talk, said: str) -> None:
    talk.says("!sondage repas : poisson, viande")
    talk.says(f"@beffroi {said}")
    assert "clôture le vendredi 27 novembre 2026 à 12 h" in talk.card("poll", 1)


def test_below_its_card_one_time_is_left_out_at_once(talk: Talk) -> None:
    talk.says("!agenda ajouter réunion de service tous les lundis 9h")
    said = talk.body("pas celle du 28 décembre", card=talk.object("event", 1).id)
    assert "n’aura pas lieu lundi 28 décembre 2026" in plain(said)


@pytest.mark.parametrize(
    "said", ["pas le 21 ni le 28", "sauf les 21 et 28", "mais pas le 21, ni le 28", "le 21 ni le 28"]
)
def test_below_its_card_several_times_are_left_out_when_that_is_confirmed(talk: Talk, said: str) -> None:
    talk.says("!agenda ajouter réunion de service tous les lundis 9h")
    reply = talk.reply(said, card=talk.object("event", 1).id)
    assert reply.question is not None
    told = plain(talk.body(reply.question.candidates[0].command))
    assert told.count("n’aura pas lieu") == 2
    assert "lundi 21 décembre" in told


@pytest.mark.parametrize("said", ["pas le 21 ni le 28", "pas le 45 ni le 50"])
def test_what_takes_place_once_has_no_times_to_leave_out(talk: Talk, said: str) -> None:
    talk.says("!agenda ajouter réunion de service lundi 9h")
    assert not talk.says(said, card=talk.object("event", 1).id)
    talk.says("!agenda ajouter réunion hebdo tous les lundis 9h")
    assert said == "pas le 21 ni le 28" or not talk.says(said, card=talk.object("event", 2).id)


def test_a_series_is_made_without_the_days_that_it_denies(talk: Talk) -> None:
    made = plain(talk.body("@beffroi permanence tous les lundis à 16h, mais pas le 21 ni le 28 décembre"))
    assert "tous les lundis, sauf le lundi 21 décembre 2026, lundi 28 décembre 2026" in made


@pytest.mark.parametrize(
    ("said", "when"),
    [
        ("mets 1h30", "de 14 h à 15 h 30"),
        ("plutôt 2 h", "de 14 h à 16 h"),
        ("plutôt 2 heures finalement", "de 14 h à 16 h"),
        ("plutôt 15h", "de 15 h à 16 h"),
    ],
)
def test_so_few_hours_are_how_long_what_begins_by_day_lasts(talk: Talk, said: str, when: str) -> None:
    talk.says("!agenda ajouter réunion chantier vendredi 14h")
    assert when in plain(talk.body(said, card=talk.object("event", 1).id))


def test_so_long_is_asked_about_where_no_card_is_answered(talk: Talk) -> None:
    talk.says("!agenda ajouter réunion chantier vendredi 14h")
    reply = talk.reply("@beffroi mets 1h30")
    assert reply.question is not None
    assert "de 14 h à 15 h 30" in plain(talk.body(reply.question.candidates[0].command))


@pytest.mark.parametrize("said", ["mets à 2h", "déplacer à 2h"])
def test_at_such_an_hour_is_no_length(talk: Talk, said: str) -> None:
    talk.says("!agenda ajouter réunion chantier vendredi 14h")
    assert "de 2 h à 3 h" in plain(talk.body(said, card=talk.object("event", 1).id))


def test_what_begins_at_night_is_at_such_an_hour(talk: Talk) -> None:
    talk.says("!agenda ajouter astreinte vendredi 23h")
    assert "1 h" in plain(talk.body("plutôt 1 h", card=talk.object("event", 1).id)).partition("(")[0]


@pytest.mark.parametrize("said", ["ajoute le 12/12", "ajoute le samedi 12 décembre", "ajoute le 12/12 à 10h"])
def test_a_day_more_is_an_answer_of_the_poll(talk: Talk, said: str) -> None:
    talk.says("!sondage repas : mardi 8 décembre, jeudi 10 décembre")
    reply = talk.reply(f"@beffroi {said}")
    assert reply.question is not None
    assert "!sondage Repas" in reply.question.offered[0].command


def test_who_has_not_voted_yet_is_no_title(talk: Talk) -> None:
    talk.says("!sondage repas : mardi 8 décembre, jeudi 10 décembre")
    assert talk.reply("@beffroi qui n'a pas encore voté ?").errands
