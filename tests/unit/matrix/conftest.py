from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.unit.matrix.world import World


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    made = World(tmp_path)
    await made.create()
    yield made
    await made.end()
