"""Several things to do in one sentence are asked about; and tasks are given, reopened and listed as people say it."""

import pytest

from bots.assistant.dispatch.answering import How, Taken, read
from bots.assistant.testing.people import plain
from bots.assistant.testing.talk import Talk
from bots.tasks.commands import TASKS

THREE = "commander les sapins, réserver le traiteur pour les vœux et prévenir l'école pour le 12/12"


@pytest.fixture
def talk() -> Talk:
    return Talk([TASKS])


@pytest.mark.parametrize(
    "said",
    [
        *(f"ajoute : {THREE}", f"ajoute {THREE}", f"note {THREE}", f"tâche ajouter {THREE}"),
        *(
            "ajoute appeler EDF, relancer le macon, prevenir le maire",
            "ajoute appeler EDF; relancer Orange; fermer la salle",
        ),
    ],
)
def test_three_things_to_do_are_asked_about(talk: Talk, said: str) -> None:
    reply = talk.reply(f"@beffroi {said}")
    assert not reply.changes
    assert "Est-ce une tâche, ou plusieurs ?" in plain(reply.body)


@pytest.mark.parametrize(
    "said",
    [
        *("commander les sapins, les boules et les guirlandes", "acheter du papier, courrier urgent et dossier bleu"),
        *("appeler EDF et relancer le maçon", "« appeler EDF, relancer le maçon, prévenir le maire »"),
    ],
)
def test_one_thing_with_several_objects_is_one_task(talk: Talk, said: str) -> None:
    assert talk.reply(f"!tâche ajouter {said}").changes


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("les trois", "Tâche 3 ajoutée : prévenir l'école (samedi 12 décembre 2026)"),
        ("oui 3 tâches", "Tâche 2 ajoutée : réserver le traiteur pour les vœux"),
        ("plusieurs", "Tâche 1 ajoutée : commander les sapins"),
        ("une seule", "vœux et prévenir l'école (samedi 12 décembre 2026)"),
    ],
)
def test_the_answer_makes_three_or_one(talk: Talk, answer: str, told: str) -> None:
    asked = talk.reply(f"@beffroi ajoute : {THREE}")
    assert asked.question is not None
    meant = read(talk.request(answer), asked.question, How.REPLY, lambda: False)
    assert isinstance(meant, Taken)
    assert told in plain(talk.body(f"@beffroi {meant.command}" if meant.command[0] != "!" else meant.command))


@pytest.mark.parametrize("said", ["rouvre la 1", "rouvre 1", "rouvrez la tâche 1"])
def test_a_task_is_reopened_as_one_says_it(talk: Talk, said: str) -> None:
    talk.says("!tâche ajouter relancer EDF")
    talk.says("!tâche fait 1")
    assert "de nouveau à faire" in plain(talk.body(f"@beffroi {said}"))


@pytest.mark.parametrize(
    ("said", "who"),
    [
        *((said, "@dgs") for said in ("confie la 1 à la dgs", "assigne la 1 a la directrice générale")),
        *((said, "@secretaire") for said in ("attribue la tâche 1 à moi", "confie la 1 à @secretaire")),
    ],
)
def test_a_task_is_given_to_somebody_by_what_they_do(talk: Talk, said: str, who: str) -> None:
    talk.says("!tâche ajouter relancer EDF")
    assert f"relancer EDF → {who}" in plain(talk.body(f"@beffroi {said}"))


@pytest.mark.parametrize(
    "said", ["qu'est-ce qu'il reste à faire ?", "que reste-t-il a faire ?", "il reste quoi à faire", "reste à faire ?"]
)
def test_what_is_left_to_do_is_asked(talk: Talk, said: str) -> None:
    talk.says("!tâche ajouter relancer EDF")
    assert "1 · relancer EDF" in plain(talk.body(f"@beffroi {said}"))
