"""What rooms were told of identities, what an administrator wishes, and what is shown to them, on each database."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

import bridge.operate.schema  # noqa: F401 - declares every table
from bots.assistant.dispatch.identity import IdentityNotice
from bots.assistant.store import identity_store
from bots.assistant.store.identity_store import IdentityConfirmation
from bots.database.engine import Database, metadata
from bots.matrix.crypto.fake import FakeServer
from bots.matrix.crypto.survey import survey
from config.identifiers import RoomId, UserId
from tests.unit.crypto.people import ALICE, BOB, Clock, Person

ROOM, RITA = RoomId("!room"), UserId("@rita:rivemont.fr")
WISH = IdentityConfirmation(RITA, "master", 1_795_000_000_000)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database.open(database_url)
    async with opened.engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    yield opened
    await opened.close()


async def test_what_was_told_is_known_by_its_last_time(database: Database) -> None:
    async with database.begin() as transaction:
        for at in (1, 2):
            await identity_store.note(transaction, ROOM, RITA, IdentityNotice.CHANGED, at)
        await identity_store.note(transaction, ROOM, RITA, IdentityNotice.CONFIRMED, 3)
    async with database.begin() as transaction:
        assert await identity_store.heard(transaction) == {
            (ROOM, RITA): {IdentityNotice.CHANGED: 2, IdentityNotice.CONFIRMED: 3}
        }
        assert await identity_store.told_at(transaction, ROOM, RITA, IdentityNotice.CHANGED) == 2
        assert await identity_store.told_at(transaction, ROOM, RITA, IdentityNotice.BARE) is None


async def test_a_wish_waits_until_something_comes_of_it(database: Database) -> None:
    later = replace(WISH, seen="another", at=WISH.at + 1)
    async with database.begin() as transaction:
        await identity_store.ask(transaction, WISH)
        assert await identity_store.wishes(transaction) == [WISH]
        await identity_store.ask(transaction, later)
        await identity_store.end(transaction, WISH, confirmed=True)
    async with database.begin() as transaction:
        assert await identity_store.wishes(transaction) == [later], "of an earlier one nothing comes any more"
        await identity_store.end(transaction, later, confirmed=False)
        assert await identity_store.wishes(transaction) == []
        assert await identity_store.outcome(transaction, WISH) is None
        assert await identity_store.outcome(transaction, later) is False


async def test_everybody_is_surveyed(database_url: str) -> None:
    server, clock = FakeServer(), Clock()
    alice = await Person(server, clock, ALICE, "ALICEDEV", ALICE, database_url).start()
    bob = await Person(server, clock, BOB, "BOBDEV", BOB).start()
    await alice.say(BOB)
    async with alice.database.begin() as transaction:
        found = await survey(transaction)
        one = await survey(transaction, BOB)

    assert [each.user_id for each in found] == sorted((ALICE, BOB))
    assert one == [each for each in found if each.user_id == BOB]
    assert one[0].since == clock.now
    await alice.database.close()
    await bob.database.close()
