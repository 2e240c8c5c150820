"""What is missing is read from the chapters, operation by operation."""

from collections.abc import AsyncIterator

import pytest

from bots.matrix.events import OutgoingToDevice
from bots.register.format.wire import OPS
from bots.register.store import sequence
from tests.unit.assistant.town import ROOM, C, R, Side, Town, V


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    made = Town(V, R, C)
    yield made
    await made.close()


async def behind(town: Town, chat: int = 0, *, thread: bool = False) -> tuple[Side, Side]:
    """Rivemont has missed twelve of the operations of Valbourg."""
    valbourg, rivemont = await town.enter(V), await town.enter(R)
    await town.pass_time()
    await valbourg.write("la première")
    await town.carry()
    town.lost = lambda to, event: to == R and (OPS in event.content or isinstance(event, OutgoingToDevice))
    for number in range(12):
        await valbourg.write(f"perdue {number}", number % 3, thread=thread and number == 5)
        await town.carry()
    for number in range(chat):
        await rivemont.edge.say(ROOM, rivemont.person, f"bavardage {number}")
    town.lost = lambda _to, _event: False
    await valbourg.write("la dernière", 4)
    await town.carry()
    assert rivemont.ledger.gaps(ROOM)
    return valbourg, rivemont


@pytest.mark.parametrize("chat", [0, 300])
async def test_it_reads_the_operations_and_not_the_chat(town: Town, chat: int) -> None:
    valbourg, rivemont = await behind(town, chat)
    await rivemont.edge.idle()
    assert rivemont.hash == valbourg.hash
    assert not rivemont.ledger.gaps(ROOM)
    assert rivemont.desk.catch_up.counts["events"] == 13
    assert not any("need" in each for each in rivemont.signals())


async def test_where_the_look_up_is_refused_the_others_are_asked(town: Town) -> None:
    valbourg, rivemont = await behind(town)
    async with valbourg.edge.database.begin() as transaction:
        root = await sequence.chapter(transaction, ROOM)
    assert root is not None
    rivemont.edge.no_relations.add(root)
    await rivemont.edge.idle()
    assert rivemont.ledger.gaps(ROOM)
    assert rivemont.desk.catch_up.counts == {"refused": 1}
    await town.pass_time(8_000)
    assert rivemont.hash == valbourg.hash
    assert any("need" in each for each in rivemont.signals())
    assert rivemont.desk.catch_up.counts == {"refused": 1}, "once for the same gap"


async def test_what_was_said_in_a_thread_is_named_by_the_next_operation_and_read_too(town: Town) -> None:
    """One relation per event: in a thread it is the thread's, and no chapter's."""
    valbourg, rivemont = await behind(town, thread=True)
    await rivemont.edge.idle()
    assert rivemont.hash == valbourg.hash
    assert not rivemont.ledger.gaps(ROOM)
    # And the very first, which was written before there was a chapter: it was known already, and is not read again.
    assert rivemont.desk.catch_up.counts["beside"] == 1
