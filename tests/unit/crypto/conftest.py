"""Two or three people with machines on one fake homeserver."""

from collections.abc import AsyncIterator

import pytest

from bots.matrix.crypto.fake import FakeServer
from config.identifiers import UserId
from tests.unit.crypto.people import ALICE, BOB, Clock, Make, Person


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server() -> FakeServer:
    return FakeServer()


@pytest.fixture
async def make(server: FakeServer, clock: Clock) -> AsyncIterator[Make]:
    people: list[Person] = []

    async def make_one(user_id: UserId, device_id: str = "DEV", identity: str | None = None, **of: bool) -> Person:
        person = Person(server, clock, user_id, device_id, identity or user_id)
        people.append(person)
        return await person.start(**of)

    yield make_one
    for person in people:
        await person.database.close()


@pytest.fixture
async def alice(make: Make) -> Person:
    return await make(ALICE, "ALICEDEV")


@pytest.fixture
async def bob(make: Make) -> Person:
    return await make(BOB, "BOBDEV")
