"""A room with vehicles in it: a conversation without Matrix, and a hall with it."""

from collections.abc import AsyncIterator
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import bridge.operate.schema  # noqa: F401 - declares every table
from bots.assistant.testing.hall import Hall
from bots.assistant.testing.talk import Talk
from config.texts import texts
from tests.unit.items.vehicle import VEHICLES


@pytest.fixture(scope="session", autouse=True)
def french() -> None:
    """The vehicles' own words, beside the product's: gettext asks a fallback where a catalogue says nothing."""
    compiled, known = BytesIO(), texts("fr")
    write_mo(compiled, read_po(BytesIO(Path(__file__).with_name("vehicle.po").read_bytes()), locale="fr"))
    compiled.seek(0)
    assert isinstance(known, GNUTranslations)
    known.add_fallback(GNUTranslations(compiled))


@pytest.fixture
def talk() -> Talk:
    return Talk([VEHICLES])


@pytest.fixture
def english() -> Talk:
    return Talk([VEHICLES], locale="en")


@pytest.fixture
async def hall() -> AsyncIterator[Hall]:
    made = Hall(lambda: [VEHICLES])
    await made.open()
    yield made
    await made.close()
