"""Device lists while the world goes on: people who appear in the middle, answers that leave somebody out."""

from collections.abc import AsyncIterator, Iterable

import pytest

from bots.database.engine import Database, Transaction, metadata
from bots.matrix.crypto import tables  # noqa: F401 - declares the tables
from bots.matrix.crypto.devices import DeviceLists
from bots.matrix.crypto.fake import FakeServer
from bots.matrix.port import Raw
from config.identifiers import DeviceId, UserId
from tests.unit.crypto.people import ALICE, BOB, CAROL, Person

NOW = 1_795_431_600_000


@pytest.fixture
async def database() -> AsyncIterator[Database]:
    database = Database.open("sqlite://")
    async with database.engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    yield database
    await database.close()


def lists(database: Database, server: FakeServer) -> DeviceLists:
    return DeviceLists(database, server.connect(ALICE, DeviceId("DEV")), {})


async def test_somebody_wanted_while_a_refresh_reads_waits_for_the_next(
    database: Database, server: FakeServer, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = lists(database, server)
    known.want(BOB)
    load = DeviceLists._load

    async def slow_load(self: DeviceLists, users: Iterable[UserId], transaction: Transaction) -> None:
        await load(self, users, transaction)
        known.want(CAROL)

    monkeypatch.setattr(DeviceLists, "_load", slow_load)
    assert await known.refresh(NOW) == {BOB}
    monkeypatch.setattr(DeviceLists, "_load", load)
    assert await known.refresh(NOW) == {BOB, CAROL}


async def test_somebody_left_out_of_an_answer_is_asked_for_again_within_seconds(
    database: Database, server: FakeServer, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Two servers that have just met: ours answers without the other's users, and without a failure either.
    query = FakeServer._query

    def forgetful(self: FakeServer, body: Raw) -> Raw:
        answer = query(self, body)
        answer["device_keys"].pop(BOB)
        return answer

    known = lists(database, server)
    monkeypatch.setattr(FakeServer, "_query", forgetful)
    assert (await known.up_to_date([BOB], NOW))[BOB].outdated
    monkeypatch.setattr(FakeServer, "_query", query)
    assert (await known.up_to_date([BOB], NOW + 500))[BOB].outdated, "not at once: that would be a busy loop"

    found = (await known.up_to_date([BOB], NOW + 2_500))[BOB]

    assert not found.outdated
    assert list(found.devices) == ["BOBDEV"]
