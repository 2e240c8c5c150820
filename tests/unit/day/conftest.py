from collections.abc import AsyncIterator

import pytest

from tests.unit.day.hall import COMMUN, DGS, DIRECT, INTERNE, MAIRE, SEC, SEC2, VOIRIE, R, Town, V


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    """Valbourg alone: a direct conversation, two rooms."""
    made = Town(V)
    for each in made.halls.values():
        await each.open()
    made.room(DIRECT, [SEC, V])
    made.room(VOIRIE, [SEC, DGS, V], "Voirie")
    made.room(INTERNE, [DGS, V], "Direction")
    made.room(COMMUN, [SEC, DGS, MAIRE, V], "Pont de la Lys")
    yield made
    await made.close()


@pytest.fixture
async def both() -> AsyncIterator[Town]:
    """Valbourg and Rivemont, each with its assistant, a common room, and a direct conversation with both."""
    made = Town(V, R)
    for each in made.halls.values():
        await each.open()
    made.room(DIRECT, [SEC, V, R])
    made.room(VOIRIE, [SEC, DGS, V], "Voirie")
    made.room(COMMUN, [SEC, DGS, MAIRE, V, R], "Pont de la Lys")
    made.room(INTERNE, [SEC2, MAIRE, R], "Mairie de Rivemont")
    yield made
    await made.close()
