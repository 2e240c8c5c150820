"""What is shown and done in one room for another, and when errands are due, on every database."""

from collections.abc import AsyncIterator

import pytest

from bots.assistant.store import errand_store, memory
from bots.assistant.talk.scene import ELSEWHERE, elsewhere
from bots.database.engine import Database, Transaction
from bots.database.migrate import migrate
from bots.register.format.operation import Change
from config.identifiers import EventId, RoomId, UserId

DIRECT, TASK = RoomId("!direct"), "00000001-0000-5000-8000-000000000000"
ANNE = UserId("@anne:valbourg.fr")


@pytest.fixture
async def transaction(database_url: str) -> AsyncIterator[Transaction]:
    database = Database.open(database_url)
    await migrate(database)
    async with database.begin() as opened:
        yield opened
    await database.close()


@pytest.mark.parametrize("raw", ["!a_b%c|d", '!salle-é\\n"x', "!plain:valbourg.fr"])
async def test_what_shows_an_object_of_another_room_is_found_by_it_alone(transaction: Transaction, raw: str) -> None:
    room = RoomId(raw)
    await memory.show(transaction, DIRECT, "one", ((ELSEWHERE, elsewhere(room, TASK)),))
    await memory.show(transaction, DIRECT, "alike", ((ELSEWHERE, elsewhere(RoomId("!aXbYc|d"), TASK)),))
    await memory.show(transaction, DIRECT, "unsent", ((ELSEWHERE, elsewhere(room, TASK)),))
    await memory.acknowledge(transaction, DIRECT, "one", EventId("$one"))
    await memory.acknowledge(transaction, DIRECT, "alike", EventId("$alike"))
    assert await memory.shown_elsewhere(transaction, room, TASK) == [(DIRECT, EventId("$one"))]
    assert await memory.shown_elsewhere(transaction, room, "another") == []


async def test_what_was_done_elsewhere_is_found_by_its_cause(transaction: Transaction) -> None:
    room, cause = RoomId("!room"), EventId("$press")
    inverse = (Change("task", TASK, set={"status": "todo"}),)
    await memory.remember(transaction, DIRECT, cause, memory.AnsweredCommand(ANNE, ()), 1)
    await memory.remember(transaction, room, cause, memory.AnsweredCommand(ANNE, inverse), 1)
    found = await memory.answered_elsewhere(transaction, DIRECT, cause)
    assert found == [(room, memory.AnsweredCommand(ANNE, inverse))]
    assert await memory.answered_elsewhere(transaction, DIRECT, EventId("$other")) == []


async def test_when_an_errand_is_due(transaction: Transaction) -> None:
    waiting = errand_store.WaitingErrand("day.digest", ANNE, DIRECT, {}, 1_795_503_600_000, EventId("$asked"), ANNE)
    assert await errand_store.due_at(transaction, "day.digest", ANNE, DIRECT) is None
    await errand_store.keep(transaction, waiting)
    assert await errand_store.due_at(transaction, "day.digest", ANNE, DIRECT) == 1_795_503_600_000
    assert await errand_store.due_at(transaction, "day.digest", ANNE, RoomId("!other")) is None
