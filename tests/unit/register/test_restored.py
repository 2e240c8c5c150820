"""A store that went back in time: what we did before, and others still hold, is known to be done."""

from collections.abc import AsyncIterator

import pytest

import bots.register.store.tables  # noqa: F401 - declares its tables
from bots.database.engine import Database, metadata
from bots.register.format.operation import Change
from bots.register.format.signature import Signer
from bots.register.store import roots, sequence
from bots.register.store.ledger import Ledger
from config.identifiers import RoomId, UserId

ROOM, ME, ANNE = RoomId("!room"), UserId("@beffroi:valbourg.fr"), UserId("@anne:valbourg.fr")
SIGNER = Signer(b"v" * 32)
TASK = "00000000-0000-5000-8000-000000000001"
NOW = 1_700_000_000_000


@pytest.fixture
async def database() -> AsyncIterator[Database]:
    """An empty store."""
    found = Database.open("sqlite://")
    async with found.engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    yield found
    await found.close()


def ledger() -> Ledger:
    return Ledger(ME, SIGNER, lambda _: (SIGNER.public_key,), lambda: NOW)


async def test_what_our_former_self_did_is_known(database: Database) -> None:
    """And what we do ourselves, crashes and all, goes by what was answered."""
    before = ledger()
    async with database.begin() as transaction:
        await before.open(transaction)
        await before.write(transaction, ROOM, [Change("task", TASK, set={"title": "x"})], by=ANNE, cause="$command")
        assert not await before.was_done(transaction, ROOM, "$command")

    after = ledger()
    async with database.begin() as transaction:
        await sequence.renew_source(transaction)
        await after.open(transaction)
        assert await after.was_done(transaction, ROOM, "$command")
        assert not await after.was_done(transaction, ROOM, "$another")


async def test_a_restored_store_knows_no_room_until_it_is_told(database: Database) -> None:
    async with database.begin() as transaction:
        await roots.join(transaction, ROOM, 5)
        await roots.joined(transaction, ROOM)
        await roots.join(transaction, RoomId("!waits"), 7)

        await roots.begin_anew(transaction, NOW)

        assert await roots.all_joining(transaction) == {ROOM: NOW, RoomId("!waits"): 7}
