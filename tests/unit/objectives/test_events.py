"""Events and the objectives that hold them: neither package knows the other."""

import re
from datetime import timedelta
from typing import Any

import pytest

from bots.events.capability import events
from bots.events.talk.aiming import MEETINGS
from bots.objectives.commands import objectives
from bots.register.format.canonical import Json
from bots.register.format.operation import Change
from bots.tasks.commands import TASKS
from bots.tasks.saying.census import CENSUS
from tests.unit.objectives.conftest import OTHER, Talk


@pytest.fixture
def two() -> Any:
    talk = Talk(capabilities=[TASKS, objectives(CENSUS, MEETINGS), events()])
    talk.body("!objectif ajouter rénover l’éclairage")
    talk.body("!objectif ajouter ouvrir la maison de santé")
    return talk


def aim(talk: Any, number: int) -> Any:
    return talk.state.get("event", talk.id_of(number, "event")).value("objective")


def title(talk: Any, number: int) -> Any:
    return talk.state.get("event", talk.id_of(number, "event")).value("title")


@pytest.mark.parametrize(
    "said",
    [
        "!réunion de chantier jeudi 10h objectif:2",
        "!agenda ajouter réunion de chantier jeudi 10h, objectif 2",
        "!agenda ajouter réunion de chantier jeudi 10h dans l'objectif 2",
        "!objectif réunion 2 de chantier jeudi 10h",
        "!objective réunion 2 jeudi 10h de chantier",
    ],
)
def test_a_new_event_says_its_objective(two: Any, said: str) -> None:
    reply = two.body(said)
    assert "objectif 2" in reply
    assert aim(two, 1) == two.id_of(2)
    assert title(two, 1) == "Réunion de chantier" or title(two, 1) == "réunion de chantier"
    assert "objectif 2" in two.card("event", 1)


def test_an_objective_tells_when_its_events_are(two: Any) -> None:
    two.body("!objectif réunion 2 jeudi 10h de chantier")
    assert "événement 1 : jeudi 26 novembre 2026" in two.card("objective", 2)
    assert "événement 1 : jeudi 26 novembre 2026" in two.body("!objectif 2")
    assert "événement" not in two.card("objective", 1)
    assert "de chantier" not in two.card("objective", 2), "its title stands in its own card"
    assert "événement 1" in two.body("!objectifs")


def test_what_is_over_or_cancelled_is_not_told(two: Any) -> None:
    for day in ("jeudi", "vendredi"):
        two.body(f"!objectif réunion 2 {day} 10h de chantier")
    two.body("!agenda annuler 1")
    assert "événement 1" not in two.card("objective", 2)
    assert "événement 2" in two.card("objective", 2)
    two.now += timedelta(days=4)
    assert "événement" not in two.card("objective", 2)


def test_many_events_are_not_all_told(two: Any) -> None:
    for hour in range(9, 14):
        two.body(f"!objectif réunion 2 jeudi {hour}h")
    card = two.card("objective", 2)
    assert card.count("événement") == 2
    assert "…" in card


def test_it_is_attached_moved_and_detached(two: Any) -> None:
    two.body("!réunion de chantier jeudi 10h")
    for said, number in (
        ("!événement objectif 1 1", 1),
        ("!agenda objectif 1 2", 2),
        ("!event objective 1 1", 1),
        ("objectif 2", 2),
    ):
        reply = two.body(said) if said[0] == "!" else two.body(said, card=two.id_of(1, "event"))
        assert f"objectif {number}" in reply
        assert aim(two, 1) == two.id_of(number)
    two.deletes(two.last)
    assert aim(two, 1) == two.id_of(1)
    two.body("!événement objectif 1 aucun")
    assert aim(two, 1) is None
    assert "événement" not in two.card("objective", 1)


def test_its_history_says_so(two: Any) -> None:
    two.body("!réunion de chantier jeudi 10h")
    two.body("!événement objectif 1 2")
    assert re.search(r"objectif\W+2", two.body("!événement historique 1"))


@pytest.mark.parametrize("said", ["rattache la réunion 1", "ajoute l'événement 1 !", "attach event 1"])
def test_the_card_of_an_objective_is_answered_by_an_event(two: Any, said: str) -> None:
    two.body("!réunion de chantier jeudi 10h")
    asked = two.reply(said, card=two.id_of(2))
    assert "Rattacher l’événement 1 à l’objectif 2" in asked.body
    two.body(asked.question.candidates[0].command)
    assert aim(two, 1) == two.id_of(2)


@pytest.mark.parametrize("said", ["réunion jeudi 10h {bilan}", "prévois une réunion jeudi 10h {bilan}"])
def test_the_card_of_an_objective_is_answered_by_a_new_event(two: Any, said: str) -> None:
    asked = two.reply(said, card=two.id_of(2))
    assert not asked.changes
    two.body(asked.question.candidates[0].command)
    assert aim(two, 1) == two.id_of(2)
    assert title(two, 1) == "Réunion {bilan}"


@pytest.mark.parametrize(
    "said",
    [
        *(
            "comité de pilotage reporté",
            "réunion très utile",
            "atelier annulé faute de monde",
            "réunion hier très utile",
        ),
        *("réunion sans le maire", "meeting went well", "meeting on the roof"),
    ],
)
def test_what_is_said_of_a_meeting_without_a_time_to_come_is_conversation(two: Any, said: str) -> None:
    assert two.says(said, card=two.id_of(2)) is None


def test_a_new_event_is_added_in_english_in_answer_to_the_card(two: Any) -> None:
    asked = two.reply("meeting Thursday 10am works", card=two.id_of(2))
    assert "meeting Thursday 10am works" in asked.body
    assert asked.question is not None


@pytest.mark.parametrize(
    "said", ["!événement objectif 1 9", "!événement objectif 1", "!réunion jeudi 10h objectif:9", "!objectif réunion"]
)
def test_an_objective_that_is_not_there_is_asked_about(two: Any, said: str) -> None:
    two.body("!réunion de chantier jeudi 10h")
    reply = two.says(said)
    assert not reply.changes


@pytest.mark.parametrize("said", ["l'objectif 2030 jeudi 10h", "bilan de l'objectif 2 jeudi 10h"])
def test_a_title_may_speak_of_one(two: Any, said: str) -> None:
    two.body(f"!agenda ajouter {said}")
    assert aim(two, 1) is None


def test_an_edited_event_loses_the_objective_that_it_no_longer_says(two: Any) -> None:
    two.body("!réunion de chantier jeudi 10h objectif:2")
    two.edits(two.last, "!réunion de chantier jeudi 10h")
    assert aim(two, 1) is None


def test_a_change_of_an_event_concerns_the_objective_that_it_leaves_too(two: Any) -> None:
    two.body("!réunion de chantier jeudi 10h objectif:1")
    assert "événement 1" in two.card("objective", 1)
    two.body("!événement objectif 1 2")
    key = ("event", two.id_of(1, "event"))
    about = set(two.dispatcher.makers["event"].about(two.state, key))
    assert about == {key, ("objective", two.id_of(1)), ("objective", two.id_of(2))}


def test_what_another_server_writes_there_hurts_nobody(two: Any) -> None:
    """Text that names nothing, and what is no text."""
    two.body("!réunion de chantier jeudi 10h")
    strange: list[Json] = ["x" * 10_000, "\u0000", 7, None, ["a"], {"b": 1}]
    for odd in strange:
        two.fold(Change("event", two.id_of(1, "event"), set={"objective": odd}), author=OTHER)
        assert "objectif" not in two.card("event", 1)
        two.card("objective", 2)
        two.body("!agenda semaine")
