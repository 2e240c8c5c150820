"""📌 on « @dgs tu peux … ? »: what is asked is the title, whom it asks is offered, and a colleague may consent."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

import bridge.operate.schema  # noqa: F401 - declares every table
from bots.assistant.testing.hall import Hall
from bots.assistant.testing.people import DGS, ROOM, SECRETAIRE
from bots.objectives.commands import objectives
from bots.register.replica.object import Object
from bots.tasks.commands import TASKS
from bots.tasks.saying.census import CENSUS


@pytest.fixture
async def hall() -> AsyncIterator[Hall]:
    made = Hall(lambda: (TASKS, objectives(CENSUS)))
    await made.open()
    yield made
    await made.close()


def task(hall: Hall) -> Object:
    (found,) = [held for held in hall.ledger.known(ROOM).objects() if held.kind == "task"]
    return found


async def pinned(hall: Hall, words: str, **more: Any) -> str:
    said = await hall.say(words, **more)
    await hall.react(said.event_id, "📌", sender=DGS)
    return hall.said()[-1]


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("@dgs tu peux rappeler le notaire stp ?", "rappeler le notaire"),
        ("bonjour, DGS : pourriez-vous relire le PV, merci", "relire le PV"),
        ("@dgs:valbourg.fr peux-tu relancer le SDIS ?", "relancer le SDIS"),
        ("@dgs relancer la préfecture svp", "relancer la préfecture"),
    ],
)
async def test_what_is_asked_is_the_title_and_whom_it_asks_is_offered(hall: Hall, words: str, title: str) -> None:
    body = await pinned(hall, words)

    assert task(hall).value("title") == title
    assert not task(hall).elements("assignees"), "it was not written to us"
    assert "Pour @dgs, semble-t-il. Répondez « oui » pour le noter." in body


@pytest.mark.parametrize(
    "words", ["@dgs est en congés lundi", "tu peux venir ?", "@inconnu tu peux rappeler le notaire ?", "le portail"]
)
async def test_nobody_is_offered_of_what_asks_nobody_here(hall: Hall, words: str) -> None:
    assert "Pour @" not in await pinned(hall, words)


async def test_what_is_no_request_stays_as_it_was_written(hall: Hall) -> None:
    await pinned(hall, "@dgs est en congés lundi")
    assert task(hall).value("title") == "@dgs est en congés lundi"


@pytest.mark.parametrize("sender", [DGS, SECRETAIRE])
async def test_whoever_may_change_the_task_consents(hall: Hall, sender: Any) -> None:
    """The colleague's « oui » was noted as a comment, and the day was not."""
    await pinned(hall, "@dgs tu peux rappeler le notaire avant le 10 décembre 2026 stp ?")
    card = hall.id_of("rappeler le notaire")

    await hall.say("oui", sender=sender, about=card)

    assert task(hall).value("when") == {"due": "2026-12-09"}
    assert task(hall).elements("assignees") == [str(DGS)]
    assert not [held for held in hall.ledger.known(ROOM).objects() if held.kind == "comment"]


async def test_other_words_of_a_colleague_stay_a_comment(hall: Hall) -> None:
    await pinned(hall, "@dgs tu peux rappeler le notaire avant le 10 décembre 2026 stp ?")
    await hall.say("j'ai essayé, il est absent", about=hall.id_of("rappeler le notaire"))
    assert task(hall).value("when") is None
    assert [held for held in hall.ledger.known(ROOM).objects() if held.kind == "comment"]


async def test_a_colleagues_consent_that_is_said_to_nobody_changes_nothing(hall: Hall) -> None:
    await pinned(hall, "@dgs tu peux rappeler le notaire avant le 10 décembre 2026 stp ?")
    await hall.say("oui")
    assert task(hall).value("when") is None
