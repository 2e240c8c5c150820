"""What people state of an event that they name: its place, its hours, who is asked to it, whether they come."""

import pytest

from bots.assistant.testing.people import plain
from bots.assistant.testing.talk import Talk

# It is Tuesday 24 November 2026, 11 h in Paris.
ONCE = "!agenda ajouter commission urbanisme mercredi 9 décembre 18h30-20h"
SERIES = "!agenda ajouter réunion hebdo tous les mardis 8h30-9h30"
STATED = [
    ("la commission urbanisme sera à la mairie", "lieu « mairie » ?", "📍 mairie"),
    ("la commission urbanisme aura lieu en salle du conseil", "lieu « salle du conseil » ?", "📍 salle du conseil"),
    ("change le lieu de la commission urbanisme : salle du conseil", "lieu « salle du conseil » ?", "salle du conseil"),
    ("la commission urbanisme finit à 21h", "de 18 h 30 à 21 h ?", "de 18 h 30 à 21 h"),
    ("la commission urbanisme dure jusqu'à 21h", "de 18 h 30 à 21 h ?", "de 18 h 30 à 21 h"),
    ("la commission urbanisme est prolongée jusqu'à 21h", "de 18 h 30 à 21 h ?", "de 18 h 30 à 21 h"),
    ("la commission urbanisme passe à 19h", "de 19 h à 20 h 30 ?", "de 19 h à 20 h 30"),
    ("la commission urbanisme passe au jeudi 10 décembre", "jeudi 10 décembre 2026", "jeudi 10 décembre 2026"),
    ("la commission urbanisme dure 2h", "de 18 h 30 à 20 h 30 ?", "de 18 h 30 à 20 h 30"),
    ("la commission urbanisme sera finalement à 19h", "de 19 h à 20 h 30 ?", "de 19 h à 20 h 30"),
    ("la commission urbanisme commence à 19h", "de 19 h à 20 h 30 ?", "de 19 h à 20 h 30"),
    ("on décale la commission urbanisme au 10 décembre", "jeudi 10 décembre 2026", "jeudi 10 décembre 2026"),
    ("invite @dgs à la commission urbanisme", "y inviter @dgs ?", "avec @dgs"),
    ("ajoute @dgs à la commission urbanisme", "y inviter @dgs ?", "avec @dgs"),
    ("ajoute @maire et @dgs à la commission urbanisme", "y inviter @maire et @dgs ?", "avec @dgs, @maire"),
]


@pytest.mark.parametrize(("said", "asked", "told"), STATED, ids=[said for said, *_ in STATED])
def test_it_is_asked_about_and_then_done(talk: Talk, said: str, asked: str, told: str) -> None:
    talk.says(ONCE)
    question = talk.reply(f"@beffroi {said}")

    assert asked in plain(question.body)
    assert not question.changes
    assert question.question is not None
    (candidate,) = question.question.candidates
    assert told in talk.body(candidate.command)
    assert not [*talk.state.all("task")]


COMING = [
    ("je ne peux pas venir à la commission urbanisme", "❌ @secretaire ne vient pas à l’événement 1"),
    ("je serai pas là à la commission urbanisme", "❌ @secretaire ne vient pas"),
    ("excusez-moi pour la commission urbanisme", "❌ @secretaire ne vient pas"),
    ("je viens à la commission urbanisme", "✅ @secretaire vient à l’événement 1"),
    ("je serai bien présente à la commission urbanisme", "✅ @secretaire vient"),
]


@pytest.mark.parametrize(("said", "told"), COMING, ids=[said for said, _ in COMING])
def test_who_says_that_they_come_is_noted(talk: Talk, said: str, told: str) -> None:
    talk.says(ONCE)

    assert talk.body(f"@beffroi {said}").startswith(told)


def test_of_several_it_is_asked_which(talk: Talk) -> None:
    talk.says(ONCE)
    talk.says("!agenda ajouter commission urbanisme et travaux jeudi 10 décembre 18h-19h")

    asked = talk.reply("@beffroi je ne viens pas à la commission urbanisme")

    assert asked.question is not None
    assert not asked.changes
    assert len(asked.question.offered) == 2
    assert "❌ @secretaire ne vient pas à l’événement 2" in talk.body(asked.question.candidates[1].command)


def test_whoever_stays_away_from_one_time_comes_to_the_others(talk: Talk) -> None:
    talk.says(SERIES)
    reply = talk.reply("@beffroi je ne viens pas à la réunion hebdo du 15")

    assert [change.kind for change in reply.changes] == ["event.answer.once"]
    assert "(mardi 15 décembre 2026)" in plain(reply.body)


def test_what_no_single_time_can_have_changes_not_all_of_them(talk: Talk) -> None:
    talk.says(SERIES)

    assert not talk.reply("@beffroi la réunion hebdo du 15 sera à la mairie").changes


def test_what_is_asked_about_one_time_of_a_series_is_what_is_done(talk: Talk) -> None:
    talk.says(SERIES)
    asked = talk.reply("@beffroi on décale la réunion hebdo du 15 à jeudi")

    assert asked.question is not None
    assert "jeudi 17 décembre 2026 de 8 h 30 à 9 h 30 ?" in plain(asked.body)
    assert "jeudi 17 décembre 2026 de 8 h 30" in talk.body(asked.question.candidates[0].command)


def test_a_day_that_may_be_either_still_names_the_series(talk: Talk) -> None:
    talk.says(SERIES)

    assert "l’annuler ?" in talk.body("@beffroi pas de réunion hebdo mardi prochain")


OFFERED = [
    ("le CM aura lieu le 17/12 à 20h30 en salle du conseil", "jeudi 17 décembre 2026 de 20 h 30"),
    ("y a conseil le 17 décembre à 20h", "jeudi 17 décembre 2026 de 20 h"),
    ("on se voit vendredi 14h pour le budget", "vendredi 27 novembre 2026 de 14 h"),
]


@pytest.mark.parametrize(("said", "told"), OFFERED, ids=[said for said, _ in OFFERED])
def test_what_sounds_like_an_event_is_offered(talk: Talk, said: str, told: str) -> None:
    asked = talk.reply(f"@beffroi {said}")

    assert "est-ce pour l’agenda ?" in plain(asked.body)
    assert not asked.changes
    assert asked.question is not None
    agenda, task, alarm = asked.question.candidates
    assert told in talk.body(agenda.command)
    assert talk.body(task.command).startswith("✔ Tâche 1")
    assert alarm.command.startswith("!rappel ")


ABOUT = [
    ("supprime l'événement 1", "✖ Événement 1 annulé"),
    ("qui est invité à la commission urbanisme ?", "Personne n’a encore répondu"),
    ("qui vient au conseil d'école ?", "Personne n’a encore répondu"),
    ("on est combien au conseil d'école ?", "Personne n’a encore répondu"),
    ("à quelle heure la commission urbanisme ?", "de 18 h 30 à 20 h"),
    ("combien de temps dure la commission urbanisme ?", "de 18 h 30 à 20 h"),
    ("c'est où la commission urbanisme ?", "• mercredi 9 décembre 2026 de 18 h 30 à 20 h · 1 commission urbanisme"),
    ("à quelle heure finit la commission urbanisme ?", "de 18 h 30 à 20 h"),
    ("jusqu'à quelle heure dure la commission urbanisme ?", "de 18 h 30 à 20 h"),
    ("la commission urbanisme c'est à 19h", "le déplacer à mercredi 9 décembre 2026 de 19 h à 20 h 30 ?"),
    ("quelles sont les réunions de décembre ?", "1 commission urbanisme"),
]


@pytest.mark.parametrize(("said", "told"), ABOUT, ids=[said for said, _ in ABOUT])
def test_it_is_asked_about_as_people_do(talk: Talk, said: str, told: str) -> None:
    talk.says(ONCE)
    talk.says("!agenda ajouter conseil d'école mardi 8 décembre 18h-19h")

    assert told in talk.body(f"@beffroi {said}")


def test_an_appointment_that_is_to_be_noted_is_no_task(talk: Talk) -> None:
    assert talk.body("@beffroi note que j'ai rdv chez le médecin jeudi 9h").startswith("✔ Événement 1 ajouté")


ASIDE = ["le maire est malade", "tu as vu @dgs à 14h ?", "la réunion était bien", "dis bonjour à 14h", "il est 14h"]


@pytest.mark.parametrize("said", ASIDE)
def test_what_only_mentions_an_hour_changes_nothing(talk: Talk, said: str) -> None:
    talk.says(ONCE)

    assert not talk.reply(f"@beffroi {said}").changes


NEXT = [
    "prochaine commission ?",
    "c'est quand la prochaine commission",
    "quelle est la prochaine commission urbanisme ?",
]


@pytest.mark.parametrize("said", NEXT)
def test_the_next_one_is_shown(talk: Talk, said: str) -> None:
    talk.says(ONCE)

    assert "• mercredi 9 décembre 2026 de 18 h 30 à 20 h · 1 commission urbanisme" in talk.body(f"@beffroi {said}")


SHOWN = ["planning de décembre", "c'est quoi le programme de décembre", "y a-t-il une réunion le 9 décembre ?"]


@pytest.mark.parametrize("said", SHOWN)
def test_the_days_are_shown(talk: Talk, said: str) -> None:
    talk.says(ONCE)

    assert "1 commission urbanisme" in talk.body(f"@beffroi {said}")


def test_what_is_put_on_a_list_is_still_a_task(talk: Talk) -> None:
    talk.says(ONCE)

    assert talk.body("@beffroi ajoute @dgs à la liste des invités").startswith("✔ Tâche 1")


UNINVITED = ["retire @dgs de la commission urbanisme", "enlève le dgs de la commission urbanisme"]


@pytest.mark.parametrize("said", UNINVITED)
def test_who_is_invited_no_more_is_asked_about_and_the_others_stay(talk: Talk, said: str) -> None:
    talk.says(f"{ONCE} avec @dgs @maire")

    question = talk.reply(f"@beffroi {said}")

    assert "ne plus y inviter @dgs ?" in plain(question.body)
    assert question.question is not None
    told = talk.body(question.question.candidates[0].command)
    assert "avec @maire" in told
    assert "@dgs" not in told


def test_below_its_card_nothing_is_asked(talk: Talk) -> None:
    talk.says(f"{ONCE} avec @dgs @maire")

    assert "@dgs" not in talk.body("retire @dgs", card=talk.object("event", 1).id)


def test_without_somebody_is_without_them_alone(talk: Talk) -> None:
    """“sans @dgs” was read as “sans personne”."""
    talk.says(f"{ONCE} avec @dgs @maire")

    assert "avec @maire" in talk.body("!agenda inviter 1 sans @dgs")
    assert "avec" not in talk.body("!agenda inviter 1 sans personne").split("\n")[1]


@pytest.mark.parametrize("said", ["retire la réunion hebdo du 8 décembre", "annule la réunion hebdo du 8 décembre"])
def test_what_is_taken_out_may_be_the_event(talk: Talk, said: str) -> None:
    talk.says(SERIES)

    assert "mardi 8 décembre 2026 de 8 h 30 à 9 h 30 : l’annuler cette fois seulement ?" in talk.body(
        f"@beffroi {said}"
    )


@pytest.mark.parametrize("said", ["réunion hebdo passe au mercredi", "la réunion hebdo passe à 10h"])
def test_a_noun_that_moves_is_no_new_event(talk: Talk, said: str) -> None:
    talk.says(SERIES)
    reply = talk.reply(f"@beffroi {said}")

    assert not reply.changes
    assert "Événement 1 « réunion hebdo »" in plain(reply.body)


def test_what_takes_place_at_an_hour_is_no_task(talk: Talk) -> None:
    assert talk.body("@beffroi ajoute une visio demain 11h").startswith("✔ Événement 1 ajouté : Visio")
    assert talk.body("@beffroi ajoute une visite du chantier vendredi à 14h").startswith("✔ Événement 2 ajouté")
    assert talk.body("@beffroi ajoute une signature pour vendredi").startswith("✔ Tâche 1 ajoutée")
