"""The end-to-end machine on each database."""

from collections.abc import AsyncIterator

import pytest

from bots.matrix.crypto.fake import FakeServer
from bots.matrix.crypto.machine import Decrypted, Undecryptable
from tests.unit.crypto.people import ALICE, BOB, ROOM, Clock, Person


@pytest.fixture
async def pair(database_url: str) -> AsyncIterator[tuple[Person, Person]]:
    server, clock = FakeServer(), Clock()
    alice = await Person(server, clock, ALICE, "ALICEDEV", ALICE).start()
    bob = await Person(server, clock, BOB, "BOBDEV", BOB, database_url).start()
    yield alice, bob
    await alice.database.close()
    await bob.database.close()


async def test_a_conversation_survives_restarts(pair: tuple[Person, Person]) -> None:
    alice, bob = pair
    event = await alice.say(BOB)
    assert isinstance(await bob.hear(event), Decrypted)
    assert isinstance(await alice.hear(await bob.say(ALICE)), Decrypted)
    await bob.start()

    assert isinstance(await bob.read(event), Decrypted)
    assert await bob.read({**event, "event_id": "$again"}) == Undecryptable("replayed")
    assert isinstance(await alice.hear(await bob.say(ALICE)), Decrypted)


async def test_what_is_owed_and_refused_is_written_down(pair: tuple[Person, Person]) -> None:
    alice, bob = pair
    server = bob.server
    held, server.one_time[ALICE, "ALICEDEV"] = server.one_time[ALICE, "ALICEDEV"], {}
    fallback = server.fallback.pop((ALICE, "ALICEDEV"))
    event = await bob.say(ALICE)
    server.one_time[ALICE, "ALICEDEV"], server.fallback[ALICE, "ALICEDEV"] = held, fallback
    await bob.start()
    await bob.sync()

    assert isinstance(await alice.hear(event), Decrypted)


async def test_broken_channels_and_changed_identities_are_kept(pair: tuple[Person, Person]) -> None:
    alice, bob = pair
    await bob.say(ALICE)
    server = bob.server
    server.masters.pop(ALICE)
    raw = {
        "type": "m.room_key.withheld",
        "sender": ALICE,
        "content": {"algorithm": "m.megolm.v1.aes-sha2", "code": "m.no_olm", "sender_key": "A" * 43},
    }
    server.inbox[BOB, "BOBDEV"] += [raw, raw]
    await bob.sync(ALICE)
    [change] = bob.machine.identity_changes()
    assert change.user_id == ALICE
    assert await bob.machine.confirm_identity(ALICE, None)
    bob.machine.discard(ROOM)

    assert bob.machine.identity_changes() == ()
    assert isinstance(await alice.hear(await bob.say(ALICE)), Decrypted)
