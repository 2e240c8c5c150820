"""``!annuler``: what somebody asked for last is taken back, theirs and nobody else's, once."""

from typing import Any

import pytest

from bots.matrix.events import Event
from bots.tasks.kept.model import Board
from config.identifiers import EventId
from tests.unit.assistant.conftest import PEOPLE, ROOM, Town

SECRETAIRE, DGS, _ = PEOPLE
MAIRE = "@maire:valbourg.fr"


def board(town: Town) -> Board:
    return Board(town.ledger.known(ROOM))


def titles(town: Town) -> dict[str, str]:
    return {each.title: each.status.value for each in board(town).tasks(board(town).index.rows)}


async def say(town: Town, sender: str, words: str, about: EventId | None = None) -> Event:
    """Say it a second later: what was last is what was answered last."""
    town.now[0] += 1_000
    return await town.say(sender, words, about)


async def test_it_takes_back_one_command_after_the_other_from_the_last(town: Town) -> None:
    await town.task("appeler")
    await say(town, SECRETAIRE, "!tâche titre 1 rappeler")
    await say(town, SECRETAIRE, "!tâche fait 1")
    await say(town, SECRETAIRE, "!annuler")
    assert town.sentences()[-1] == "↩ La tâche 1 est de nouveau à faire."
    await say(town, SECRETAIRE, "!annuler")
    assert titles(town) == {"appeler": "todo"}
    await say(town, SECRETAIRE, "!annuler")
    assert titles(town) == {"appeler": "dropped"}
    await say(town, SECRETAIRE, "!annuler")
    assert "rien à annuler" in town.sentences()[-1]


@pytest.mark.parametrize(
    "words",
    [
        *("!annule ça", "!annule cette dernière modif, le maire préfère rester à 10", "Beffroi, remets comme c’était"),
        "Beffroi, trop tôt, remets comme avant",
    ],
)
async def test_it_may_be_named_with_a_reason(town: Town, words: str) -> None:
    await say(town, SECRETAIRE, "!tâche ajouter appeler")
    await say(town, SECRETAIRE, "!tâche titre 1 rappeler")
    await say(town, SECRETAIRE, words)
    assert titles(town) == {"appeler": "todo"}


async def test_what_others_asked_for_stands(town: Town) -> None:
    await town.task("appeler")
    await say(town, MAIRE, "!tâche ajouter inaugurer")
    await say(town, SECRETAIRE, "!annuler")
    assert titles(town) == {"appeler": "dropped", "inaugurer": "todo"}
    theirs = town.id_of(next(each for each in town.messages() if "inaugurer" in each.content["body"]))
    await say(town, SECRETAIRE, "!annuler", about=theirs)
    assert titles(town)["inaugurer"] == "todo"


async def test_in_answer_to_a_message_it_takes_back_what_that_was_about(town: Town) -> None:
    card = await town.task("appeler")
    command = await say(town, SECRETAIRE, "!tâche ajouter ranger")
    await town.task("saler")
    await say(town, SECRETAIRE, "!annuler", about=card)
    await say(town, SECRETAIRE, "!annuler", about=command.event_id)
    assert titles(town) == {"appeler": "dropped", "ranger": "dropped", "saler": "todo"}


async def test_a_button_that_was_pressed_counts_too(town: Town) -> None:
    card = await town.task("appeler")
    await town.wait(15)
    await town.react(SECRETAIRE, card, "✅")
    await say(town, SECRETAIRE, "!annuler")
    assert titles(town) == {"appeler": "todo"}


async def test_what_was_taken_back_is_not_taken_back_again_when_its_command_is_deleted(town: Town) -> None:
    await town.task("appeler")
    command = await say(town, SECRETAIRE, "!tâche fait 1")
    await say(town, SECRETAIRE, "!annuler")
    await say(town, MAIRE, "!tâche fait 1")
    await town.redact(SECRETAIRE, command.event_id)
    assert titles(town) == {"appeler": "done"}


async def test_after_a_day_nothing_is_guessed(town: Town, now: list[int]) -> None:
    card = await town.task("appeler")
    now[0] += 25 * 3_600_000
    await say(town, SECRETAIRE, "!annuler")
    assert titles(town) == {"appeler": "todo"}
    await say(town, SECRETAIRE, "!annuler", about=card)
    assert titles(town) == {"appeler": "dropped"}


async def test_with_a_number_it_says_what_to_write_instead(town: Any) -> None:
    await town.task("appeler")
    await say(town, SECRETAIRE, "!annuler 1")
    assert "!tâche abandonner 12" in town.sentences()[-1]
    assert titles(town) == {"appeler": "todo"}


async def test_it_survives_a_restart(town: Town) -> None:
    await town.task("appeler")
    town.restart()
    await say(town, SECRETAIRE, "!annuler")
    assert titles(town) == {"appeler": "dropped"}
