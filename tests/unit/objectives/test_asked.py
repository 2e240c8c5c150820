"""How objectives stand, asked as people ask it; and what is said of one that was not reached after all."""

from typing import Any

import pytest

from bots.assistant.talk.scene import Scene
from bots.register.replica.state import State
from tests.unit.objectives.conftest import DGS
from tests.unit.tasks.conftest import ROOM


@pytest.fixture
def some(talk: Any) -> Any:
    talk.body("!objectif ajouter rénover l’école @dgs")
    talk.body("!objectif ajouter adresser les 40 rues")
    talk.body("!tâche ajouter demander un devis pour le préau")
    return talk


@pytest.mark.parametrize(
    "words",
    [
        *("où en sont les objectifs ?", "ou en sont nos objectifs", "où en est-on sur les objectifs ?"),
        *("how are the objectives going?", "where are we with our objectives?", "quels sont les objectifs ?"),
        *("et les objectifs ?", "alors, où en sont les objectifs ?"),
    ],
)
def test_all_of_them_are_shown_to_whoever_asks_how_they_stand(some: Any, words: str) -> None:
    body = some.body(f"@beffroi {words}")
    assert body.startswith("2 objectifs ouverts :")
    assert "rénover l’école · aucune tâche" in body


@pytest.mark.parametrize(
    "words",
    [
        *("où en est l’objectif 1 ?", "ou en est l objectif 1", "où en est-on de l’objectif 1 maintenant ?"),
        *("ou en est l objectif école", "où en est notre objectif école ?", "où en est l’école ?"),
        *("et l’objectif 1 ?", "alors, où en est-on de l’école ?"),
        *("how is objective 1 going?", "where are we with the objective 1?", "how's objective 1 coming along?"),
    ],
)
def test_one_is_shown_by_its_number_or_what_it_is_called(some: Any, words: str) -> None:
    reply = some.reply(f"@beffroi {words}")
    assert reply.body.startswith("1 rénover l’école")
    assert reply.shows == (("objective", some.id_of(1)),)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("où en est l’objectif 7 ?", "Aucun objectif 7 dans ce salon. Il y a : 1, 2."),
        ("how is objective 7 going?", "Aucun objectif 7 dans ce salon. Il y a : 1, 2."),
        ("où en est l’objectif piscine ?", "Aucun objectif de ce salon ne s’appelle « piscine »."),
        ("où en est l’objectif 1 de la piscine ?", "Aucun objectif de ce salon ne s’appelle « 1 de la piscine »."),
    ],
)
def test_of_one_that_there_is_not_that_is_said(some: Any, words: str, said: str) -> None:
    assert some.body(f"@beffroi {words}") == said


def test_what_only_a_task_speaks_of_is_still_looked_for_among_tasks(some: Any) -> None:
    assert "demander un devis pour le préau" in some.body("@beffroi où en est le préau ?")
    assert "« piscine »" in some.body("@beffroi où en est-on sur la piscine ?")
    assert "Rien ici ne s’appelle « piscine »." in some.body("@beffroi comment avance la piscine ?")
    assert some.body("@beffroi où en est la piscine ?") == "Aucune tâche ouverte ne parle de « piscine »."


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("où en est l objectif école", "1 objectif ouvert :"),
        ("où en est l’objectif 2", "adresser les 40 rues"),
        ("où en sont les objectifs", "2 objectifs ouverts :"),
        ("où en est l’objectif 7", "Aucun objectif ouvert « 7 » dans les salons où nous sommes"),
    ],
)
def test_alone_with_us_those_of_all_rooms_are_looked_at(some: Any, words: str, said: str) -> None:
    there = Scene(ROOM, some.state, some.members, some.now, name="Commun")
    assert said in some.body(words, direct=True, private=True, rooms=(there,), state=State())


def test_alone_with_us_nothing_is_told_of_rooms_that_one_is_not_in(some: Any) -> None:
    there = Scene(ROOM, some.state, {DGS: None}, some.now, name="Commun")
    body = some.body("où en sont les objectifs", direct=True, private=True, rooms=(there,), state=State())
    assert body == "Aucun objectif ouvert dans les salons où nous sommes, vous et moi."


@pytest.mark.parametrize("words", ["ça avance ?", "ça en est où ?", "où en est-on ?", "how is it going?"])
def test_asked_below_its_card_it_says_how_it_stands(some: Any, words: str) -> None:
    assert some.body(words, card=some.id_of(1)).startswith("1 rénover l’école")


@pytest.mark.parametrize(
    "words",
    [
        "en fait pas atteint, rouvrir",
        "finalement pas atteint",
        "non, pas encore atteint",
        "en fait rouvrir",
        "not reached",
    ],
)
def test_what_is_not_reached_after_all_is_open_again(some: Any, words: str) -> None:
    some.body("!objectif atteint 1")
    assert "L’objectif 1 est rouvert" in some.body(words, card=some.id_of(1))
    assert some.value(1, "status") == "open"


@pytest.mark.parametrize("words", ["en fait atteint", "pas trop tôt", "pas atteint", "en fait non"])
def test_what_says_nothing_new_of_an_open_one_stays_conversation(some: Any, words: str) -> None:
    assert some.value(1, "status") == "open"
    some.says(words, card=some.id_of(1))
    assert some.value(1, "status") == "open"
