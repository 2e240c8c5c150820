"""Two deeds in one sentence, and a date that goes: all of it is done, told once, and taken back at once."""

from typing import Any

import pytest

from tests.unit.tasks.conftest import SECRETAIRE


@pytest.fixture
def some(talk: Any) -> Any:
    talk.body("!tâche ajouter relancer le SDIS jeudi à 10h")
    talk.body("!objectif ajouter rénover l’école")
    return talk


def card(talk: Any) -> str:
    return str(talk.task_of(1).id)


def stands(talk: Any) -> dict[str, Any]:
    task = talk.task_of(1)
    return {"when": task.value("when"), "people": set(task.elements("assignees")), "priority": task.value("priority")}


@pytest.mark.parametrize(
    "words",
    [
        *(
            "décale la tache 1 à mercredi et mets @secretaire dessus",
            "tâche 1 pour mercredi et confie-la à @secretaire",
        ),
        *(
            "reporte ma tâche 1 à mercredi et assigne @secretaire",
            "move my task 1 to wednesday and give it to @secretaire",
        ),
        "reporte la tâche 1 à mercredi puis mets-la pour @secretaire",
    ],
)
def test_both_of_two_deeds_are_done_by_a_number(some: Any, words: str) -> None:
    some.body("!tâche 1 pour mardi")
    body = some.body(f"@beffroi {words}")
    assert stands(some)["people"] == {SECRETAIRE}
    assert "2026-11-25" in str(stands(some)["when"])
    assert body.count("Tâche 1 modifiée") == 1
    assert "mercredi 25 novembre 2026" in body
    assert "@secretaire" in body


@pytest.mark.parametrize(
    "words", ["repousse à vendredi et mets @secretaire dessus", "confie-la à @secretaire et reporte à vendredi"]
)
def test_both_are_done_in_answer_to_the_card(some: Any, words: str) -> None:
    some.body(words, card=card(some))
    assert stands(some)["people"] == {SECRETAIRE}
    assert "2026-11-27" in str(stands(some)["when"])


def test_both_are_taken_back_together(some: Any) -> None:
    before = stands(some)
    some.body("@beffroi décale la tâche 1 à vendredi et mets @secretaire dessus")
    some.deletes(some.last)
    assert stands(some) == before


def test_two_lines_about_one_task_are_taken_back_together(some: Any) -> None:
    before = stands(some)
    some.body("!tâche 1 pour vendredi\n!tâche 1 @secretaire")
    assert stands(some) != before
    some.deletes(some.last)
    assert stands(some) == before


@pytest.mark.parametrize(
    "words",
    ["décale la tâche 1 à vendredi et mets le chauffage", "décale la tâche 1 à la trinité et mets @secretaire dessus"],
)
def test_where_one_of_two_is_not_understood_nothing_is_done(some: Any, words: str) -> None:
    before = stands(some)
    some.says(f"@beffroi {words}")
    assert stands(some) == before


@pytest.mark.parametrize("words", ["on fait comme ça et on voit lundi", "il faut voir avec le maire et le dgs"])
def test_conversation_with_an_and_in_it_stays_a_comment(some: Any, words: str) -> None:
    before = stands(some)
    assert "Noté sur la tâche 1" in some.body(words, card=card(some))
    assert stands(some) == before


def test_an_and_in_a_title_parts_nothing(some: Any) -> None:
    some.body("!tâche titre 1 acheter du pain et mettre @dgs dessus")
    assert some.task_of(1).value("title").startswith("acheter du pain et mettre")


@pytest.mark.parametrize("words", ["sans échéance", "plus de date", "pas d'échéance", "sans date", "no due date"])
def test_a_date_goes_by_a_number_and_below_the_card(some: Any, words: str) -> None:
    some.body(words, card=card(some))
    assert stands(some)["when"] is None
    some.body("!tâche 1 pour vendredi")
    some.body(f"!tâche 1 {words}")
    assert stands(some)["when"] is None


def test_an_hour_goes_and_its_day_stays(some: Any) -> None:
    some.body("finalement sans heure", card=card(some))
    assert stands(some)["when"] == {"due": "2026-11-26"}


@pytest.mark.parametrize(
    ("words", "name", "value"),
    [
        ("!tâche modifier 1 titre relancer le préfet", "title", "relancer le préfet"),
        ("!task change 1 title call the fire brigade", "title", "call the fire brigade"),
        ("!tâche modifier 1 bloquée", "status", "blocked"),
        ("@beffroi modifie la tâche 1 : titre relancer le préfet", "title", "relancer le préfet"),
        ("@beffroi mets la tâche 1 en urgent", "priority", 1),
    ],
)
def test_what_the_help_suggests_behind_modifier_is_understood(some: Any, words: str, name: str, value: str) -> None:
    some.body(words)
    assert some.task_of(1).value(name) == value


@pytest.mark.parametrize(
    "words",
    [
        *(
            "qu'est ce que le technicien doit faire cette semaine ?",
            "que doit faire @technicien",
        ),
        *("que fait le technicien en novembre ?", "what does the technicien have to do this week?"),
        "qu’est-ce que l’technicien a à faire",
    ],
)
def test_somebodys_tasks_are_listed_for_whoever_asks(some: Any, words: str) -> None:
    some.body("!tâche 1 @technicien:valbourg.localhost")
    assert "relancer le SDIS" in some.body(f"@beffroi {words}")


def test_what_tasks_speak_of_is_still_looked_for(some: Any) -> None:
    some.body("!tâche ajouter appeler le chauffagiste")
    assert "appeler le chauffagiste" in some.body("@beffroi que fait le chauffagiste ?")
    assert "Personne ne s’appelle @notaire" in some.body("@beffroi qu'est-ce que le notaire doit faire ?")


@pytest.mark.parametrize("words", ["what is on my list?", "what's on my plate?", "qu'y a-t-il sur ma liste ?"])
def test_ones_own_list_is_that_of_the_room(some: Any, words: str) -> None:
    some.body("!tâche 1 @secretaire")
    assert "relancer le SDIS" in some.body(f"@beffroi {words}")
