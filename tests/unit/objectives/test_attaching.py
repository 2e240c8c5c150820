"""Tasks and the objectives that they are attached to: neither package knows the other."""

from typing import Any

import pytest

from bots.assistant.talk.offers.census import Tally
from bots.tasks.saying.census import CENSUS


@pytest.fixture
def two(talk: Any) -> Any:
    talk.body("!objectif ajouter rénover l’éclairage")
    talk.body("!objectif ajouter ouvrir la maison de santé")
    return talk


def aim(talk: Any, number: int) -> Any:
    return talk.state.get("task", talk.id_of(number, "task")).value("objective")


@pytest.mark.parametrize("word", ["objectif:2", "objective:2", "Objectif:n°2"])
def test_a_new_task_says_its_objective(two: Any, word: str) -> None:
    reply = two.body(f"!tâche ajouter demander un devis {word} vendredi @dgs")
    assert "demander un devis (vendredi 27 novembre 2026) → @dgs\nobjectif 2" in reply
    assert aim(two, 1) == two.id_of(2)
    assert "objectif 2" in two.card("task", 1)
    assert "objectif 2" in two.body("!tâche 1")
    assert "0/1 tâche" in two.body("!objectif 2")


@pytest.mark.parametrize(
    "said",
    [
        "demander un devis @dgs pour vendredi, objectif 2",
        "demander un devis pour vendredi @dgs dans l'objectif 2",
        "demander un devis @dgs dans objectif n° 2 vendredi",
        "demander un devis @dgs vendredi pour l objectif 2",
        "demander un devis @dgs vendredi pour l’objectif 2",
        "sous l objectif 2 : demander un devis, pour vendredi @dgs",
        "demander un devis vendredi @dgs objectif 2",
        "demander un devis vendredi @dgs under objective 2",
    ],
)
def test_people_say_it_without_a_sign(two: Any, said: str) -> None:
    reply = two.body(f"!tâche ajouter {said}")
    assert "demander un devis (vendredi 27 novembre 2026) → @dgs\nobjectif 2" in reply


@pytest.mark.parametrize(
    "title",
    ["atteindre l'objectif 2", "un plan pour l'objectif 2030", "relire le bilan de l'objectif 2", "fixer l'objectif"],
)
def test_a_title_may_speak_of_one(two: Any, title: str) -> None:
    two.body(f"!tâche ajouter {title}")
    assert title in two.body("!tâche 1")
    assert aim(two, 1) is None


@pytest.mark.parametrize(
    "said", ["objectif 2", "mets la dans l'objectif 2", "rattacher à l'objectif 2", "objective: 2"]
)
def test_the_card_is_answered_by_it(two: Any, said: str) -> None:
    two.body("!tâche ajouter demander un devis")
    two.reply(said, card=two.id_of(1, "task"))
    assert aim(two, 1) == two.id_of(2)


@pytest.mark.parametrize("said", ["rattache la tâche 1", "ajoute la tache 1 !", "attach task 1"])
def test_its_own_card_is_answered_by_a_task(two: Any, said: str) -> None:
    """It was silent, and nothing showed how a task is attached."""
    two.body("!tâche ajouter demander un devis")
    asked = two.reply(said, card=two.id_of(2))
    assert "Rattacher la tâche 1 à l’objectif 2" in asked.body
    two.body(asked.question.candidates[0].command)
    assert aim(two, 1) == two.id_of(2)


@pytest.mark.parametrize("said", ["on en est à 40 %", "on en est a 40%", "avancement 40%", "avancement : 40 %"])
def test_how_far_it_is_follows_from_its_tasks_and_that_is_said(two: Any, said: str) -> None:
    asked = two.reply(said, card=two.id_of(2))
    assert "L’avancement d’un objectif suit celui de ses tâches" in asked.body
    assert "objectif:2" in asked.body


def test_it_is_attached_moved_and_detached(two: Any) -> None:
    two.body("!tâche ajouter demander un devis")
    for said, number in (("!tâche objectif 1 1", 1), ("!tâche 1 objectif:2", 2), ("!task objective 1 1", 1)):
        assert f"objectif {number}" in two.body(said)
        assert aim(two, 1) == two.id_of(number)
    two.deletes(two.last)
    assert aim(two, 1) == two.id_of(2)
    assert "objectif" not in two.body("!tâche objectif 1 aucun")
    assert aim(two, 1) is None


@pytest.mark.parametrize("said", ["!tâche objectif 1 9", "!tâche objectif 1", "!tâche ajouter x objectif:9"])
def test_an_objective_that_is_not_there_is_asked_about(two: Any, said: str) -> None:
    two.body("!tâche ajouter demander un devis")
    reply = two.says(said)
    assert not reply.changes
    assert "objectif" in reply.body


def test_an_edited_task_loses_the_objective_that_it_no_longer_says(two: Any) -> None:
    two.body("!tâche ajouter demander un devis objectif:2")
    two.edits(two.last, "!tâche ajouter demander un devis")
    assert aim(two, 1) is None


def test_a_list_holds_those_of_an_objective(two: Any) -> None:
    for said in ("un objectif:1", "deux objectif:2", "trois objectif:1", "quatre"):
        two.body(f"!tâche ajouter {said}")
    listed = two.body("!tâches objectif:1")
    assert "2 tâches correspondent" in listed
    assert "un" in listed
    assert "trois" in listed
    assert "deux" not in listed
    two.body("!tâche fait 1")
    assert "1 tâche correspond" in two.body("!tâches objectif:1 faites")
    assert "pas d’objectif 9" in two.body("!tâches objectif:9")


def test_a_tasks_change_concerns_the_objective_that_it_leaves_too(two: Any) -> None:
    two.body("!tâche ajouter demander un devis objectif:1")
    two.body("!tâche objectif 1 2")
    key = ("task", two.id_of(1, "task"))
    about = set(two.dispatcher.makers["task"].about(two.state, key))
    assert about == {key, ("objective", two.id_of(1)), ("objective", two.id_of(2))}
    assert set(two.dispatcher.makers["objective"].about(two.state, key)) == set()


def test_what_an_edit_had_lent_to_the_index_is_not_counted(two: Any) -> None:
    two.body("!tâche ajouter demander un devis objectif:1")
    two.body("!tâche fait 1")
    # Judged on a board where it is not done; it is again when it is counted.
    two.edits(two.last, "!tâche bloquer 99")
    assert CENSUS.towards(two.state, two.id_of(1), two.now) == Tally(open=0, late=0, done=1)


def test_a_series_stays_with_its_objective(two: Any) -> None:
    two.body("!tâche ajouter relever les compteurs objectif:2 toutes les semaines le vendredi")
    two.body("!tâche fait 1")
    assert aim(two, 2) == two.id_of(2)
    assert "1/2 tâches" in two.body("!objectif 2")


def test_one_reaction_two_sorts_of_cards(two: Any) -> None:
    two.body("!tâche ajouter demander un devis")
    assert "Objectif 1 atteint" in two.reacts("✅", two.id_of(1)).body
    assert "Tâche 1 faite" in two.reacts("✅", two.id_of(1, "task")).body
    assert two.reacts("✅", two.id_of(1)) is None
    assert two.reacts("👀", two.id_of(2)) is None


def test_an_answer_to_a_card_is_for_what_the_card_shows(two: Any) -> None:
    two.body("!tâche ajouter demander un devis")
    card = two.id_of(2)
    assert two.says("fait", card=card) is None, "said of a task"
    assert two.says("@dgs", card=card) is None
    assert "Objectif 2 abandonné" in two.body("abandonner", card=card)
    assert "L’objectif 2 est rouvert" in two.body("rouvrir", card=card)
    assert "Objectif 2 atteint" in two.body("atteint", card=card)
    task = two.id_of(1, "task")
    assert "Tâche 1 abandonnée" in two.body("abandonner", card=task)
    assert two.value(1, "status") == "open"
