"""After a start, what the first command would wait for is made before anybody asks."""

from collections.abc import AsyncIterator

import pytest

from bots.assistant.sync import readiness
from bots.register.replica.fold import StateHash, state_hash
from bots.register.replica.state import State
from bots.tasks.kept.index import Index
from tests.unit.assistant.town import ROOM, Side, Town, V


@pytest.fixture
async def side() -> AsyncIterator[Side]:
    town = Town(V)
    entered = await town.enter(V)
    # Alone, it reads back before it answers.
    await town.pass_time()
    await entered.ask("!tâche ajouter relancer le SDIS vendredi")
    await entered.reopen()
    yield entered
    await town.close()


def is_ready(side: Side) -> bool:
    """Tell whether the order of the first list was made before this asks for it."""
    return "by_due" in vars(side.ledger.known(ROOM).view(Index).derived)


async def test_a_start_makes_nothing_of_it(side: Side) -> None:
    assert not is_ready(side)


async def test_idle_it_is_made(side: Side) -> None:
    await side.edge.idle()
    assert is_ready(side)


async def test_it_is_made_once(side: Side) -> None:
    """A room that was read anew pays for its own next command: idle moments come with every message."""
    await side.edge.idle()
    side.ledger.forget(ROOM)
    async with side.edge.database.begin() as transaction:
        await side.ledger.state(transaction, ROOM)
    await side.edge.idle()
    assert not is_ready(side)


async def test_its_hash_is_made_a_part_at_a_time(side: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        await side.ask(f"!tâche ajouter payer le fournisseur {number}")
    await side.reopen()
    monkeypatch.setattr(readiness, "_OBJECTS", 2)
    taken = list[int]()
    advance = StateHash.advance

    def counted(self: StateHash, state: State, most: int) -> bool:
        more = advance(self, state, most)
        taken.append(len(self._digests))
        return more

    monkeypatch.setattr(StateHash, "advance", counted)
    await side.edge.idle()
    assert taken == [2, 4, 6, 6]
    assert side.ledger.state_hash(ROOM) == state_hash(side.ledger.known(ROOM))
