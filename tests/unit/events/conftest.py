"""A room with an agenda: a conversation without Matrix, and a hall with it."""

from collections.abc import AsyncIterator

import pytest

import bridge.operate.schema  # noqa: F401 - declares every table
from bots.assistant.testing.hall import Hall
from bots.assistant.testing.talk import Talk
from bots.events.capability import events
from bots.tasks.commands import TASKS


@pytest.fixture
def talk() -> Talk:
    return Talk([TASKS, events()])


@pytest.fixture
def english() -> Talk:
    return Talk([TASKS, events()], locale="en")


@pytest.fixture
async def hall() -> AsyncIterator[Hall]:
    made = Hall(lambda: [TASKS, events()])
    await made.open()
    yield made
    await made.close()
