"""What is too long is refused before anything is looked for in it, and told by its real length."""

from typing import Any

import pytest

from bots.tasks.words import timing
from tests.unit.assistant.conftest import PEOPLE, ROOM

SECRETAIRE = PEOPLE[0]
NBSP, THIN = "\u00a0", "\u202f"


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        (
            "!tâche ajouter " + "a" * 40_000,
            f"Votre message a 40015 caractères, j’en lis 8000 au plus. Rien n’a été modifié{THIN}; raccourcissez-le.",
        ),
        (
            "!tâche ajouter " + "a" * 7_000,
            f"«{NBSP}{'a' * 40}…{NBSP}» est trop long{NBSP}: 7000 caractères, pour 500 au plus.",
        ),
        (
            "!tâche ajouter " + "a" * 600,
            f"«{NBSP}{'a' * 40}…{NBSP}» est trop long{NBSP}: 600 caractères, pour 500 au plus.",
        ),
        (
            "!objectif ajouter " + "b" * 5_000,
            f"«{NBSP}{'b' * 40}…{NBSP}» est trop long{NBSP}: 5000 caractères, pour 500 au plus.",
        ),
        (
            "!tâche titre 1 " + "c" * 501,
            f"«{NBSP}{'c' * 40}…{NBSP}» est trop long{NBSP}: 501 caractères, pour 500 au plus.",
        ),
        (
            "!tâche commenter 1 " + "d" * 2_001,
            f"«{NBSP}{'d' * 40}…{NBSP}» est trop long{NBSP}: 2001 caractères, pour 2000 au plus.",
        ),
    ],
    ids=["message", "title", "short title", "objective", "new title", "comment"],
)
async def test_what_is_too_long_is_told_by_its_real_length(town: Any, command: str, answer: str) -> None:
    await town.task("relancer le SDIS")
    await town.say(SECRETAIRE, command)

    assert town.sentences()[-1] == answer
    assert len([*town.ledger.known(ROOM).all("task")]) == 1


async def test_no_time_is_looked_for_in_what_is_too_long(town: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """120 commands of 7,900 signs were half a minute of the one thread that answers everybody."""
    looked: list[int] = []

    def find(text: str, *_: object) -> None:
        looked.append(len(text))

    monkeypatch.setattr(timing, "find", find)
    await town.say(SECRETAIRE, "!tâche ajouter " + "#" * 7_900)
    await town.say(SECRETAIRE, "!tâche ajouter " + "1/" * 3_900)
    await town.say(SECRETAIRE, "!tâche ajouter relancer\n" + "à " * 1_900)
    await town.say(SECRETAIRE, "!tâche reporter 1 à " + "# " * 3_900)

    assert max(looked) <= 1_000
    assert len(looked) <= 4


async def test_a_long_remark_is_not_half_kept(town: Any) -> None:
    card = await town.task("relancer le SDIS")
    await town.say(SECRETAIRE, "e" * 9_000, about=card)

    assert town.sentences()[-1].startswith("Votre message a 9000 caractères")
    assert not [*town.ledger.known(ROOM).all("comment")]


async def test_what_is_long_and_no_command_is_nobody_s_business(town: Any) -> None:
    await town.say(SECRETAIRE, "bonjour " * 2_000)

    assert town.sentences() == []
