"""The three key losses of nio (DESIGN §5), and other moments at which a process may die."""

import pytest

from bots.matrix.crypto.errors import DeviceLost
from bots.matrix.crypto.fake import FakeServer
from bots.matrix.crypto.machine import Decrypted, Undecryptable
from bots.matrix.errors import IdentityLost, Refused, Unreachable
from tests.unit.crypto.people import ALICE, BOB, ROOM, Clock, Make, Person

GONE = Unreachable("cut")


class Killed(BaseException):
    """SIGKILL, as far as a test can have it."""


async def test_killed_while_receiving_the_key_it_is_received_again(
    alice: Person, bob: Person, server: FakeServer
) -> None:
    """nio saved the Olm session first: killed before the Megolm key, the repeat could never be opened."""
    event = await alice.say(BOB)
    sync = server.sync(BOB, bob.device_id)

    async def receive_and_die() -> None:
        async with bob.database.begin() as transaction:
            assert await bob.machine.receive(sync, transaction)
            raise Killed

    with pytest.raises(Killed):
        await receive_and_die()
    await bob.start()

    assert await bob.read(event) == Undecryptable("no_session")
    async with bob.database.begin() as transaction:
        assert await bob.machine.receive(sync, transaction)
    await bob.machine.maintain()
    assert isinstance(await bob.read(event), Decrypted)


async def test_a_failed_transaction_is_forgotten_without_a_restart(
    alice: Person, bob: Person, server: FakeServer
) -> None:
    event = await alice.say(BOB)
    sync = server.sync(BOB, bob.device_id)

    async def receive_and_fail() -> None:
        async with bob.database.begin() as transaction:
            await bob.machine.receive(sync, transaction)
            await bob.machine.decrypt(ROOM, event, transaction)
            raise GONE

    with pytest.raises(Unreachable):
        await receive_and_fail()
    bob.machine.rolled_back()

    assert await bob.read(event) == Undecryptable("no_session")
    async with bob.database.begin() as transaction:
        assert await bob.machine.receive(sync, transaction)
    await bob.machine.maintain()
    assert isinstance(await bob.read(event), Decrypted)


@pytest.mark.parametrize("path", ["sendToDevice", "keys/claim", "keys/query"])
@pytest.mark.parametrize("error", [GONE, Refused(400, "M_UNKNOWN", "no")])
@pytest.mark.parametrize("planned", ["fail", "lose"])
async def test_nothing_is_said_before_the_key_is_taken(
    alice: Person, bob: Person, path: str, error: Exception, planned: str
) -> None:
    """nio sent the message although sharing had been refused: an answer that nobody could read."""
    getattr(alice.connection, planned)[path] = [error]

    with pytest.raises(type(error)):
        await alice.say(BOB)

    assert isinstance(await bob.hear(await alice.say(BOB)), Decrypted)


PUBLISHING = [
    ("keys/query", 0),
    ("keys/upload", 0),
    ("keys/device_signing", 0),
    ("keys/signatures", 0),
    ("keys/query", 1),
    ("keys/upload", 1),
]


@pytest.mark.parametrize(("path", "nth"), PUBLISHING)
@pytest.mark.parametrize("planned", ["fail", "lose"])
async def test_killed_while_publishing_it_is_whole_at_the_next_start(
    alice: Person, make: Make, server: FakeServer, path: str, nth: int, planned: str
) -> None:
    """nio uploaded first and saved then: "One time key already exists" for ever."""
    bob = await make(BOB, "BOBDEV", publish=False)
    getattr(bob.connection, planned)[path] = [None] * nth + [Killed()]
    with pytest.raises(Killed):
        await bob.machine.publish()
    await bob.start()

    assert bob.machine.own_device_signed
    assert len(server.one_time[BOB, "BOBDEV"]) >= 50
    assert isinstance(await bob.hear(await alice.say(BOB)), Decrypted)
    assert isinstance(await alice.hear(await bob.say(ALICE)), Decrypted)


async def test_a_broken_channel_is_mended(alice: Person, bob: Person, server: FakeServer) -> None:
    """Bob's database went back to before the channel was made: Alice's messages on it cannot be opened."""
    await bob.hear(await alice.say(BOB))
    async with bob.database.engine.begin() as connection:
        await connection.exec_driver_sql("delete from crypto_olm_session")
    await bob.start()
    alice.machine.discard(ROOM)
    lost = await alice.say(BOB)
    assert await bob.hear(lost) == Undecryptable("no_session")
    assert bob.machine.ignored["undecipherable"] == 1

    await alice.sync()
    alice.machine.discard(ROOM)
    assert isinstance(await bob.hear(await alice.say(BOB)), Decrypted)


async def test_a_channel_is_mended_once_an_hour(alice: Person, bob: Person, server: FakeServer, clock: Clock) -> None:
    await bob.hear(await alice.say(BOB))
    await alice.hear(await bob.say(ALICE))
    junk = await alice.say(BOB)
    raw = {
        "type": "m.room.encrypted",
        "sender": ALICE,
        "content": {
            "algorithm": "m.olm.v1.curve25519-aes-sha2",
            "sender_key": junk["content"]["sender_key"],
            "ciphertext": {(await bob.say(ALICE))["content"]["sender_key"]: {"type": 1, "body": "AwogAAAA"}},
        },
    }
    for _ in range(3):
        server.inbox[BOB, "BOBDEV"] += [raw] * 2
        before = server.count("keys/claim")
        await bob.sync()
    assert server.count("keys/claim") == before


async def test_another_identity_on_the_server_is_not_replaced(alice: Person, server: FakeServer) -> None:
    before = server.masters[ALICE]
    alice.identity = "other seeds"

    with pytest.raises(IdentityLost):
        await alice.start()
    assert server.masters[ALICE] == before


async def test_a_lost_database_is_not_papered_over(alice: Person, make: Make) -> None:
    """The same device id with new keys would make us silently deaf."""
    with pytest.raises(DeviceLost):
        await make(ALICE, "ALICEDEV")


async def test_a_new_login_keeps_the_room_keys(alice: Person, bob: Person) -> None:
    event = await alice.say(BOB)
    await bob.hear(event)
    bob.connection = bob.server.connect(BOB, type(bob.device_id)("NEWDEV"))
    bob.device_id = bob.connection.device_id
    await bob.start()

    assert isinstance(await bob.read(event), Decrypted)
    await alice.sync(BOB)
    assert isinstance(await bob.hear(await alice.say(BOB)), Decrypted)
