"""``!aide``: short to whoever asks for nothing more, and all of it to be had."""

from typing import Any

import pytest

from tests.unit.assistant.conftest import PEOPLE

SECRETAIRE = PEOPLE[0]


async def asked(town: Any, words: str) -> list[str]:
    await town.say(SECRETAIRE, words)
    lines: list[str] = town.sentences()[-1].splitlines()
    return lines


async def test_the_essential_fits_on_a_phone_and_says_how_to_ask_for_the_rest(town: Any) -> None:
    said = await asked(town, "!aide")
    assert len(said) <= 13
    assert any("!tâche ajouter" in each for each in said)
    assert "!aide tâche" in said[-1]
    assert "!aide objectif" in said[-1]
    assert "!aide tout" in said[-1]


@pytest.mark.parametrize(
    ("words", "in_it", "not_in_it"),
    [
        ("!aide tâche", "!tâche historique", "!objectifs"),
        ("!aide objectifs", "!objectif atteint", "!tâche historique"),
        ("!aide tout", "!objectif atteint", "Plus de détails"),
        ("!help all", "!tâche historique", "Plus de détails"),
    ],
)
async def test_one_topic_or_all_of_it(town: Any, words: str, in_it: str, not_in_it: str) -> None:
    said = "\n".join(await asked(town, words))
    assert in_it in said
    assert not_in_it not in said
