"""What one device tells another, outside of any room."""

import pytest

from bots.matrix.crypto.fake import FakeServer
from bots.matrix.crypto.machine import Undecryptable
from bots.matrix.errors import Unreachable
from config.identifiers import UserId
from tests.unit.crypto.people import ALICE, BOB, CAROL, ROOM, Clock, Make, Person
from tests.unit.crypto.test_trust import add_unsigned, change_identity

WORD = {"v": 1, "said": "é🔔"}


async def tell(who: Person, to: UserId = BOB, txn: str = "t") -> bool:
    return await who.machine.send_to_devices(to, "fr.test", WORD, txn=txn)


async def identify(who: Person, number: int = -1) -> str:
    """Return the device that a message is from, or why it is nobody's."""
    told = who.told[number]
    async with who.database.begin() as transaction:
        found = await who.machine.identify(ROOM, told.sender, told.sender_key, told.ed25519, transaction)
    return found.reason if isinstance(found, Undecryptable) else found


async def test_it_arrives_and_is_its_sender_s(alice: Person, bob: Person) -> None:
    assert await tell(alice)
    await bob.sync()

    (told,) = bob.told
    assert (told.sender, told.type, told.content) == (ALICE, "fr.test", WORD)
    assert await identify(bob) == "ALICEDEV"


async def test_each_signed_device_gets_it_and_no_other(
    alice: Person, bob: Person, make: Make, server: FakeServer
) -> None:
    second, spy = await make(BOB, "SECOND"), await add_unsigned(server, make, BOB, "SPY")
    assert await tell(alice)
    for each in (bob, second, spy):
        await each.sync()
    assert [len(each.told) for each in (bob, second, spy)] == [1, 1, 0]


async def test_where_there_is_no_device_there_is_nothing_to_do(alice: Person, make: Make, server: FakeServer) -> None:
    assert await tell(alice, CAROL)
    await add_unsigned(server, make, CAROL, "SPY")
    await alice.sync(CAROL)
    assert await tell(alice, CAROL)
    assert server.count("sendToDevice") == 0


async def test_a_server_that_names_no_devices_is_asked_again(alice: Person, bob: Person, server: FakeServer) -> None:
    server.unreachable = {"rivemont.test"}
    assert not await tell(alice)


async def test_a_device_without_a_key_to_claim_is_tried_again(
    alice: Person, bob: Person, server: FakeServer, clock: Clock
) -> None:
    place = (BOB, "BOBDEV")
    held, fallback = server.one_time.pop(place), server.fallback.pop(place)
    assert not await tell(alice)

    server.one_time[place], server.fallback[place] = held, fallback
    assert not await tell(alice), "not at once"
    clock.pass_time(seconds=11)
    assert await tell(alice)


async def test_a_server_that_is_away_keeps_it_where_there_is_a_channel(
    alice: Person, bob: Person, server: FakeServer
) -> None:
    assert await tell(alice)
    server.unreachable = {"rivemont.test"}
    assert await tell(alice, txn="t2")
    await bob.sync()
    assert len(bob.told) == 2


@pytest.mark.parametrize("planned", ["fail", "lose"])
async def test_after_a_lost_answer_the_repeat_is_taken_once(alice: Person, bob: Person, planned: str) -> None:
    getattr(alice.connection, planned)["sendToDevice"] = [Unreachable("cut")]
    with pytest.raises(Unreachable):
        await tell(alice)
    assert await tell(alice)
    await bob.sync()
    assert [each.content for each in bob.told] == [WORD]


class Killed(BaseException):
    """SIGKILL, as far as a test can have it."""


@pytest.mark.parametrize("planned", ["fail", "lose"])
async def test_killed_while_it_is_sent_no_ratchet_goes_back(alice: Person, bob: Person, planned: str) -> None:
    """The step is on disk before the request: what follows can be opened whether the request arrived or not."""
    getattr(alice.connection, planned)["sendToDevice"] = [Killed()]
    with pytest.raises(Killed):
        await tell(alice)
    await alice.start()

    assert await tell(alice, txn="t2")
    await bob.sync()
    assert bob.garbled == set()
    assert len(bob.told) == (1 if planned == "fail" else 2)


async def test_received_in_a_transaction_that_fails_it_is_received_again(
    alice: Person, bob: Person, server: FakeServer
) -> None:
    assert await tell(alice)
    sync = server.sync(BOB, bob.device_id)

    async def receive(*, fail: bool) -> int:
        async with bob.database.begin() as transaction:
            found = await bob.machine.receive(sync, transaction)
            if fail:
                raise Killed
        return len(found.messages)

    with pytest.raises(Killed):
        await receive(fail=True)
    await bob.start()
    assert await receive(fail=False) == 1


async def test_an_unsigned_device_is_nobody_s(alice: Person, bob: Person, make: Make, server: FakeServer) -> None:
    spy = await add_unsigned(server, make, ALICE, "SPY")
    assert await tell(spy)
    await bob.sync()
    assert await identify(bob) == "untrusted_device"


async def test_without_an_identity_nobody_vouches_for_a_device(bob: Person, make: Make, server: FakeServer) -> None:
    """People who never set up cross-signing are read; but no partner is one of them."""
    carol = await add_unsigned(server, make, CAROL, "CAROLDEV")
    assert await tell(carol)
    await bob.sync()
    assert await identify(bob) == "untrusted_device"


async def test_a_changed_identity_vouches_for_nothing(
    alice: Person, bob: Person, make: Make, server: FakeServer
) -> None:
    assert await tell(alice)
    await bob.sync()
    impostor = await change_identity(server, make)
    assert impostor.user_id == BOB
    await alice.sync(BOB)
    await tell(impostor, ALICE)
    await alice.sync()
    assert await identify(alice) == "untrusted_device"
    assert await tell(alice, txn="t3")
    await impostor.sync()
    assert impostor.told == []


async def test_who_is_not_known_yet_is_asked_for(alice: Person, bob: Person, server: FakeServer) -> None:
    assert await tell(alice)
    async with bob.database.begin() as transaction:
        found = await bob.machine.receive(server.sync(BOB, bob.device_id), transaction)
        bob.told += found.messages
    assert await identify(bob) == "no_session"
    assert (ROOM, bob.told[0].sender_key) in await bob.machine.maintain()
    assert await identify(bob) == "ALICEDEV"


async def test_what_no_session_opens_tells_whose_it_was(alice: Person, bob: Person, server: FakeServer) -> None:
    """As from a store that was put back from a backup: its channels go on from where they had been."""
    assert await tell(alice)
    again = [*server.inbox[BOB, "BOBDEV"]]
    await bob.sync()
    assert bob.garbled == set()

    server.inbox[BOB, "BOBDEV"] = again
    await bob.sync()
    assert (len(bob.told), bob.garbled) == (1, {ALICE})


@pytest.mark.parametrize("kind", ["m.room_key_request", "m.secret.send", "m.dummy"])
async def test_matrix_s_own_words_are_not_for_others(alice: Person, bob: Person, kind: str) -> None:
    await alice.machine.send_to_devices(BOB, kind, {}, txn="t")
    await bob.sync()
    assert bob.told == []
