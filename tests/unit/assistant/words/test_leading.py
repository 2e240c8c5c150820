"""What leads up to an order is no part of it, and a ``!`` that stands alone is said to us."""

import re
from typing import Any

import pytest

from bots.assistant.dispatch.declaration import assembled
from bots.assistant.testing.people import plain
from bots.assistant.testing.talk import Talk as Everything
from bridge.operate.capabilities import DECLARED
from tests.unit.operate.test_capabilities import GIVEN
from tests.unit.tasks.conftest import Talk


@pytest.fixture
def talk() -> Any:
    talk = Talk()
    talk.task(12, "appeler le notaire")
    return talk


@pytest.mark.parametrize(
    "words",
    [
        *("et aussi", "et", "du coup", "ok", "parfait,", "ah oui", "oups non,", "bon alors,", "au fait,", "et puis"),
        *("bonjour, du coup", "voilà,"),
    ],
)
def test_what_leads_up_to_an_order_is_left_out(talk: Any, words: str) -> None:
    talk.says(f"@beffroi {words} la 12 est faite")
    assert talk.task_of(12).value("status") == "done"


@pytest.mark.parametrize("lead", ["note que", "notez bien que", "sachez que"])
def test_what_is_to_be_noted_is_read_as_it_is_said(lead: str) -> None:
    """« que je suis absent » is the title of no task."""
    assert "Absence 1 notée" in plain(
        Everything(assembled(DECLARED, GIVEN)).body(f"@beffroi {lead} je suis absent demain")
    )


@pytest.mark.parametrize("said", ["note qu'on a voté le budget", "note bien que le portail est vert"])
def test_what_only_tells_something_is_no_task_unasked(said: str) -> None:
    assert not Everything(assembled(DECLARED, GIVEN)).reply(f"@beffroi {said}").changes


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("note que le chauffage de l'école est en panne", "le chauffage de l'école est en panne"),
        ("note que le maire veut un devis", "le maire veut un devis"),
        ("note bien que Paul ne vient plus", "Paul ne vient plus"),
        ("notez qu'on a voté la motion", "on a voté la motion"),
        ("note que le portail n'est pas annulé", "le portail n'est pas annulé"),
    ],
)
@pytest.mark.parametrize("behind_a_task", [False, True])
def test_what_is_noted_and_nobody_reads_is_offered_as_a_task(said: str, title: str, behind_a_task: bool) -> None:
    room = Everything(assembled(DECLARED, GIVEN))
    if behind_a_task:
        room.says("@beffroi ajoute une tâche relire le budget")

    question = room.reply(f"@beffroi {said}").question

    assert question is not None
    assert [re.sub("^nouvelle tâche.: ", "", each.label.plain) for each in question.candidates] == [title]


@pytest.mark.parametrize(
    "said", ["note que personne n'annule rien", "note que tout est annulé", "sache que rien n'est annulé"]
)
def test_what_is_noted_of_all_or_of_nothing_offers_nothing(said: str) -> None:
    room = Everything(assembled(DECLARED, GIVEN))
    room.says("@beffroi ajoute une tâche relire le budget")

    reply = room.reply(f"@beffroi {said}", card=room.object("task", 1).id)

    assert reply.question is None
    assert not reply.changes


@pytest.mark.parametrize("said", ["note qu'il faut relancer le SDIS", "note que je dois relancer le SDIS"])
def test_what_is_to_be_done_is_noted_at_once(said: str) -> None:
    assert "ajoutée : relancer le SDIS" in plain(Everything(assembled(DECLARED, GIVEN)).body(f"@beffroi {said}"))


@pytest.mark.parametrize("words", ["! la 12 est faite", "!! tâche fait 12", "! fait 12"])
def test_a_mark_alone_is_for_us(talk: Any, words: str) -> None:
    talk.says(words)
    assert talk.task_of(12).value("status") == "done"


def test_what_nobody_understands_behind_it_is_answered(talk: Any) -> None:
    assert "pas compris" in talk.body("! blablabla machin truc")


@pytest.mark.parametrize("words", ["!", "! !", "!blablabla machin", "attention !", "!!!"])
def test_other_marks_are_not(talk: Any, words: str) -> None:
    assert talk.says(words) is None
