"""What passes by itself is waited for, and nothing else."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bridge.upgrade import looking
from config.texts import texts

UNDER_WAY: dict[str, Any] = {"enabled": True, "current_updates": {"master": {}}}
DONE: dict[str, Any] = {"enabled": True, "current_updates": {}}
OFF: dict[str, Any] = {"enabled": False, "current_updates": {"master": {}}}


class Homeserver:
    """Says one thing after the other, and the last one for ever; or never *answers*."""

    def __init__(self, *told: dict[str, Any], answers: bool = True) -> None:
        self._told, self._answers = list(told), answers
        self.asked = 0

    async def ask(self, _method: str, _path: str) -> dict[str, Any]:
        self.asked += 1
        if not self._answers:
            await asyncio.Event().wait()
        return self._told.pop(0) if len(self._told) > 1 else self._told[0]


@pytest.mark.parametrize(
    ("told", "asked"),
    [
        ((UNDER_WAY, UNDER_WAY, DONE), 3),
        # Switched off, it never passes: whoever waits waits in vain.
        ((OFF,), 1),
    ],
)
async def test_it_is_asked_until_it_has_passed(
    monkeypatch: pytest.MonkeyPatch, told: tuple[dict[str, Any], ...], asked: int
) -> None:
    homeserver = Homeserver(*told)
    entered(monkeypatch, homeserver)

    await looking.until_it_has_passed(Town(), texts("fr"), 60)  # type: ignore[arg-type] # only what is handed on

    assert homeserver.asked == asked


@pytest.mark.parametrize("answers", [True, False])
async def test_it_is_waited_for_as_long_as_one_has_patience(monkeypatch: pytest.MonkeyPatch, answers: bool) -> None:
    """A busy Synapse takes its time for each answer, which was not counted: ten minutes could be hours."""
    homeserver = Homeserver(UNDER_WAY, answers=answers)
    entered(monkeypatch, homeserver)

    async with asyncio.timeout(10):
        await looking.until_it_has_passed(Town(), texts("fr"), 0.05)  # type: ignore[arg-type] # only what is handed on

    assert homeserver.asked


def entered(monkeypatch: pytest.MonkeyPatch, homeserver: Homeserver) -> None:
    """Have *homeserver* be the town's, and asked without rests."""

    @asynccontextmanager
    async def administering(*_town: object) -> AsyncIterator[Homeserver]:
        yield homeserver

    monkeypatch.setattr(looking, "administering", administering)
    monkeypatch.setattr(looking, "_POLL_S", 0.001)


class Town:
    """Nothing of it is looked at but these two."""

    collectivity = None
    secrets = None
