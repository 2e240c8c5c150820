"""Who gets keys and who is believed, when a server or a user is hostile (DESIGN §5, "Trust")."""

import asyncio
import copy
from typing import Any

import pytest

from bots.matrix.crypto import store
from bots.matrix.crypto.fake import FakeServer
from bots.matrix.crypto.machine import Decrypted, IdentityChange, Undecryptable
from bots.matrix.crypto.ours.account import Account
from bots.matrix.crypto.ours.cross_signing import CrossSigning
from bots.matrix.crypto.sessions import olm
from bots.matrix.crypto.sessions.sharing import Sharing
from bots.matrix.crypto.signing import sign
from bots.matrix.crypto.trust import Shown, UserKeys, evaluate
from bots.matrix.port import Raw
from config.identifiers import DeviceId, UserId
from tests.unit.crypto.people import ALICE, BOB, CAROL, ROOM, TEXT, Clock, Make, Person, seeds


async def add_unsigned(server: FakeServer, make: Make, user_id: UserId, device_id: str) -> Person:
    """A device that the server adds to somebody's account: whole, but not signed by its owner."""
    identity, chain = server.masters.get(user_id), server.self_signing.get(user_id)
    other = await make(user_id, device_id, publish=False)
    server.masters.pop(user_id, None)
    server.self_signing.pop(user_id, None)
    await other.machine.publish()
    server.masters.pop(user_id, None)
    server.self_signing.pop(user_id, None)
    if identity and chain:
        server.masters[user_id], server.self_signing[user_id] = identity, chain
    server.devices[user_id][device_id]["signatures"][user_id] = {
        name: value
        for name, value in server.devices[user_id][device_id]["signatures"][user_id].items()
        if name == f"ed25519:{device_id}"
    }
    return other


def identity_of_bob() -> tuple[Raw, Raw]:
    keys = CrossSigning(BOB, seeds(BOB)).upload(Account.create(BOB, DeviceId("ANY")))
    return keys["master_key"], keys["self_signing_key"]


def withheld(server: FakeServer, person: Person) -> list[Any]:
    inbox = server.inbox[person.user_id, person.device_id]
    return [each["content"].get("code") for each in inbox if each["type"] == "m.room_key.withheld"]


async def test_an_injected_device_gets_no_key_and_is_told_so(
    alice: Person, bob: Person, make: Make, server: FakeServer
) -> None:
    spy = await add_unsigned(server, make, BOB, "SPY")
    event = await alice.say(BOB)

    assert withheld(server, spy) == ["m.unverified"]
    await spy.sync()
    assert await spy.read(event) == Undecryptable("withheld")
    assert isinstance(await bob.hear(event), Decrypted)


def sign_device(server: FakeServer, device: Person, identity: str = BOB) -> None:
    """Bob signs a device of his, as one does a moment after one has logged in."""
    devices = server.devices[BOB]
    devices[device.device_id] = CrossSigning(BOB, seeds(identity)).sign_device(devices[device.device_id])


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_device_that_is_signed_later_reads_what_was_said_meanwhile(
    restarted: bool, alice: Person, bob: Person, make: Make, server: FakeServer
) -> None:
    """Its owner could read it; that we had met the device a moment too early is nobody's fault."""
    before = await alice.say(BOB)
    phone = await add_unsigned(server, make, BOB, "BOBPHONE")
    await alice.sync(BOB)
    meanwhile = await alice.say(BOB)
    assert await phone.hear(meanwhile) == Undecryptable("withheld")

    sign_device(server, phone)
    if restarted:
        await alice.start()
        await alice.sync()
    await alice.sync(BOB)

    assert isinstance(await phone.hear(meanwhile), Decrypted)
    assert await phone.read(before) != await bob.hear(before), "it was not there"
    assert isinstance(await phone.hear(await alice.say(BOB)), Decrypted)
    async with alice.database.begin() as transaction:
        assert not await store.load_refused(transaction)
        assert not await store.load_owed(transaction)


async def test_a_device_that_only_a_later_identity_signs_reads_nothing_from_before(
    alice: Person, bob: Person, make: Make, server: FakeServer, clock: Clock
) -> None:
    """Who runs a server can add a device, and later an identity that signs it."""
    spy = await add_unsigned(server, make, BOB, "SPY")
    event = await alice.say(BOB)
    clock.pass_time(minutes=1)
    await change_identity(server, make)
    sign_device(server, spy, "other seeds")
    await alice.sync(BOB)
    also = await alice.say(BOB, strict=True)
    clock.pass_time(minutes=1)
    assert await alice.machine.confirm_identity(BOB, shown(server))
    await alice.sync(BOB)

    assert await spy.hear(event) == Undecryptable("withheld")
    assert await spy.read(also) == Undecryptable("withheld")
    assert isinstance(await spy.hear(await alice.say(BOB)), Decrypted)


@pytest.mark.parametrize("told", [True, False])
async def test_what_is_said_once_somebody_has_left_is_closed_to_a_device_that_they_sign_later(
    told: bool, alice: Person, make: Make, server: FakeServer
) -> None:
    phone = await add_unsigned(server, make, BOB, "BOBPHONE")
    server.masters[BOB], server.self_signing[BOB] = identity_of_bob()
    before = await alice.say(BOB)
    if told:
        alice.machine.member_left(ROOM, BOB)
    after = await alice.say()
    assert after["content"]["session_id"] != before["content"]["session_id"]

    sign_device(server, phone)
    await alice.sync(BOB)
    assert isinstance(await phone.hear(before), Decrypted)


async def test_a_device_injected_into_our_own_account_gets_no_key(
    alice: Person, bob: Person, make: Make, server: FakeServer
) -> None:
    spy = await add_unsigned(server, make, ALICE, "SPY")
    await alice.sync(ALICE)
    event = await alice.say(BOB)

    assert await spy.hear(event) == Undecryptable("withheld")


async def test_an_injected_device_is_not_believed(alice: Person, bob: Person, make: Make, server: FakeServer) -> None:
    spy = await add_unsigned(server, make, BOB, "SPY")
    event = await spy.say(ALICE)

    heard = await alice.hear(event, BOB)
    assert heard == Undecryptable("untrusted_device")
    # What it says is known, so that only who asked us something is told that it is not done.
    assert isinstance(heard, Undecryptable)
    assert heard.said == TEXT


async def test_a_device_that_is_on_no_list_is_not_believed(
    alice: Person, bob: Person, make: Make, server: FakeServer
) -> None:
    spy = await add_unsigned(server, make, BOB, "SPY")
    event = await spy.say(ALICE)
    del server.devices[BOB]["SPY"]

    assert await alice.hear(event, BOB) == Undecryptable("untrusted_device")


async def test_a_user_without_identity_is_served_and_believed(alice: Person, make: Make, server: FakeServer) -> None:
    bob = await add_unsigned(server, make, BOB, "OLD")
    heard = await bob.hear(await alice.say(BOB))
    assert isinstance(heard, Decrypted)

    answer = await alice.hear(await bob.say(ALICE))
    assert isinstance(answer, Decrypted)
    assert not answer.signed


async def test_once_there_is_an_identity_unsigned_devices_are_out(
    alice: Person, make: Make, server: FakeServer
) -> None:
    old = await add_unsigned(server, make, BOB, "OLD")
    before = await alice.say(BOB)
    new = await make(BOB, "NEW")
    await alice.sync(BOB)
    after = await alice.say(BOB)

    assert isinstance(await new.hear(after), Decrypted)
    assert isinstance(await old.hear(before), Decrypted)
    assert await old.read(after) == Undecryptable("withheld")
    assert before["content"]["session_id"] != after["content"]["session_id"]


async def test_an_identity_that_vanishes_does_not_open_the_door(
    alice: Person, bob: Person, make: Make, server: FakeServer, clock: Clock
) -> None:
    """A server that hides the identity and adds a device gains nothing; it is reported."""
    await alice.say(BOB)
    pinned = server.masters[BOB]
    spy = await add_unsigned(server, make, BOB, "SPY")
    server.masters.pop(BOB)
    server.self_signing.pop(BOB)
    await alice.sync(BOB)
    event = await alice.say(BOB)

    assert await spy.hear(event) == Undecryptable("withheld")
    assert isinstance(await bob.hear(event), Decrypted)
    [public] = pinned["keys"].values()
    assert alice.machine.identity_changes() == (IdentityChange(BOB, public, None, clock.now),)
    await alice.start()
    spied = await spy.say(ALICE)
    assert await alice.hear(spied) == Undecryptable("untrusted_device")


async def change_identity(server: FakeServer, make: Make) -> Person:
    server.masters.pop(BOB)
    server.self_signing.pop(BOB)
    return await make(BOB, "OTHER", "other seeds")


def shown(server: FakeServer) -> str:
    """The master key that the server shows of Bob."""
    [public] = server.masters[BOB]["keys"].values()
    return str(public)


async def test_a_changed_identity_is_served_in_our_own_rooms_and_reported(
    alice: Person, bob: Person, make: Make, server: FakeServer
) -> None:
    """Whom we knew goes on reading, and so reads the warning."""
    await alice.say(BOB)
    other = await change_identity(server, make)
    await alice.sync(BOB)
    event = await alice.say(BOB)

    assert isinstance(await other.hear(event), Decrypted)
    assert isinstance(await bob.hear(event), Decrypted)
    [change] = alice.machine.identity_changes()
    assert change.user_id == BOB
    assert change.seen == next(iter(server.masters[BOB]["keys"].values()))


async def test_what_a_changed_identity_says_tells_so_until_it_is_confirmed(
    alice: Person, bob: Person, make: Make, server: FakeServer
) -> None:
    before = await alice.hear(await bob.say(ALICE))
    assert isinstance(before, Decrypted)
    assert not before.identity_changed
    other = await change_identity(server, make)
    event = await other.say(ALICE)
    heard = await alice.hear(event, BOB)
    assert isinstance(heard, Decrypted)
    assert heard.identity_changed
    assert alice.machine.identity_changed(BOB)
    await alice.start()
    assert alice.machine.identity_changed(BOB)

    assert await alice.machine.confirm_identity(BOB, shown(server))
    confirmed = await alice.read(event)
    assert isinstance(confirmed, Decrypted)
    assert not confirmed.identity_changed
    assert not alice.machine.identity_changed(BOB)


async def test_a_changed_identity_gets_nothing_in_partners_rooms_until_confirmed(
    alice: Person, bob: Person, make: Make, server: FakeServer
) -> None:
    await alice.say(BOB, strict=True)
    other = await change_identity(server, make)
    await alice.sync(BOB)
    event = await alice.say(BOB, strict=True)

    assert await other.hear(event) == Undecryptable("withheld")
    assert isinstance(await bob.hear(event), Decrypted)
    assert await alice.machine.confirm_identity(BOB, shown(server))
    after = await alice.say(BOB, strict=True)
    assert isinstance(await other.hear(after), Decrypted)
    assert await bob.hear(after) == Undecryptable("withheld")
    assert alice.machine.identity_changes() == ()


async def test_what_was_written_before_we_learnt_of_a_change_is_not_for_the_new_identity(
    alice: Person, bob: Person, make: Make, server: FakeServer, clock: Clock
) -> None:
    """A digest composed for whom we knew, sent when their server shows somebody else."""
    await alice.say(BOB)
    written_at = int(clock.now.timestamp() * 1000)
    clock.pass_time(seconds=1)
    other = await change_identity(server, make)
    async with alice.database.begin() as transaction:
        await alice.machine.receive(server.sync(ALICE, alice.device_id, BOB), transaction)
    early = await alice.say(BOB, written_at=written_at)
    clock.pass_time(seconds=1)

    assert await other.hear(early) == Undecryptable("withheld")
    assert isinstance(await bob.hear(early), Decrypted)
    later = await alice.say(BOB, written_at=int(clock.now.timestamp() * 1000))
    assert isinstance(await other.hear(later), Decrypted)
    again = await alice.say(BOB, written_at=written_at)
    assert await other.hear(again) == Undecryptable("withheld")


async def test_whom_we_knew_is_believed_as_before_although_another_identity_is_shown(
    alice: Person, bob: Person, make: Make, server: FakeServer
) -> None:
    """Also where the server leaves out that the known identity has signed the device."""
    await alice.hear(await bob.say(ALICE))
    await change_identity(server, make)
    signatures = server.devices[BOB]["BOBDEV"]["signatures"][BOB]
    server.devices[BOB]["BOBDEV"]["signatures"][BOB] = {"ed25519:BOBDEV": signatures["ed25519:BOBDEV"]}
    heard = await alice.hear(await bob.say(ALICE), BOB)

    assert isinstance(heard, Decrypted)
    assert not heard.identity_changed


async def test_a_device_of_an_identity_that_came_and_went_is_not_believed(
    alice: Person, bob: Person, make: Make, server: FakeServer
) -> None:
    """It must not become the word of whom we knew once their own identity is shown again."""
    await alice.hear(await bob.say(ALICE))
    masters, chains = dict(server.masters), dict(server.self_signing)
    other = await change_identity(server, make)
    event = await other.say(ALICE)
    await alice.sync(BOB)
    server.masters.update(masters)
    server.self_signing.update(chains)
    del server.devices[BOB]["OTHER"]

    assert await alice.hear(event, BOB) == Undecryptable("untrusted_device")


async def test_an_identity_that_changes_again_is_not_the_one_that_was_confirmed(
    alice: Person, bob: Person, make: Make, server: FakeServer
) -> None:
    await alice.say(BOB)
    await change_identity(server, make)
    await alice.sync(BOB)
    confirmed = shown(server)
    server.masters.pop(BOB)
    third = await make(BOB, "THIRD", "third seeds")
    await alice.sync(BOB)

    assert not await alice.machine.confirm_identity(BOB, confirmed)
    assert await third.hear(await alice.say(BOB, strict=True)) == Undecryptable("withheld")
    assert await alice.machine.confirm_identity(BOB, shown(server))
    assert await alice.machine.confirm_identity(BOB, shown(server)), "once more: it is the one that is pinned"


async def test_a_confirmation_is_not_lost_while_the_server_is_being_asked(
    alice: Person, bob: Person, make: Make, server: FakeServer
) -> None:
    await alice.say(BOB)
    await change_identity(server, make)
    await alice.sync(BOB)
    async with alice.database.begin() as transaction:
        await alice.machine.receive(server.sync(ALICE, alice.device_id, BOB), transaction)
    await asyncio.gather(alice.machine.maintain(), alice.machine.confirm_identity(BOB, shown(server)))

    assert alice.machine.identity_changes() == ()
    await alice.sync(BOB)
    assert alice.machine.identity_changes() == ()


async def test_who_has_no_identity_is_counted_until_they_make_one(
    alice: Person, make: Make, server: FakeServer, clock: Clock
) -> None:
    await add_unsigned(server, make, BOB, "OLD")
    await alice.say(BOB)
    since = clock.now
    clock.pass_time(hours=1)
    await alice.sync(BOB)
    await alice.start()
    assert alice.machine.without_identity == {BOB: since}

    await make(BOB, "NEW")
    await alice.say(BOB)
    assert alice.machine.without_identity == {}


async def test_the_member_list_stands_whatever_a_server_says(
    alice: Person, bob: Person, make: Make, server: FakeServer
) -> None:
    alice.pinned = {BOB: next(iter(server.masters[BOB]["keys"].values()))}
    await alice.start()
    other = await change_identity(server, make)
    event = await alice.say(BOB)

    assert await other.hear(event) == Undecryptable("withheld")
    assert await alice.hear(await other.say(ALICE)) == Undecryptable("untrusted_device")
    assert not await alice.machine.confirm_identity(BOB, shown(server))
    assert await other.hear(await alice.say(BOB)) == Undecryptable("withheld")


async def test_an_assistant_without_identity_gets_nothing(alice: Person, make: Make, server: FakeServer) -> None:
    alice.pinned = {BOB: CrossSigning(BOB, seeds(BOB)).master}
    await alice.start()
    bob = await add_unsigned(server, make, BOB, "OLD")

    assert await bob.hear(await alice.say(BOB)) == Undecryptable("withheld")


async def test_a_device_that_comes_back_with_other_keys_is_refused(
    alice: Person, bob: Person, make: Make, server: FakeServer
) -> None:
    await alice.say(BOB)
    old = server.devices[BOB].pop("BOBDEV")
    await alice.sync(BOB)
    spy = Account.create(BOB, DeviceId("BOBDEV"))
    server.devices[BOB]["BOBDEV"] = CrossSigning(BOB, seeds(BOB)).sign_device(spy.device_keys())
    await alice.sync(BOB)
    before = len(server.inbox[BOB, "BOBDEV"])
    await alice.say(BOB)
    assert len(server.inbox[BOB, "BOBDEV"]) == before

    server.devices[BOB]["BOBDEV"] = old
    await alice.sync(BOB)
    assert isinstance(await bob.hear(await alice.say(BOB)), Decrypted)


async def test_a_logged_out_device_ends_the_session_and_is_believed_for_the_past(
    alice: Person, bob: Person, make: Make, server: FakeServer, clock: Clock
) -> None:
    event = await bob.say(ALICE)
    assert isinstance(await alice.hear(event), Decrypted)
    first = await alice.say(BOB)
    clock.pass_time(minutes=1)
    server.devices[BOB].clear()
    clock.pass_time(minutes=1)
    bob.machine.discard(ROOM)
    late = await bob.say(ALICE)
    second = await alice.say(BOB)
    assert first["content"]["session_id"] == second["content"]["session_id"]
    await alice.sync(BOB)
    third = await alice.say(BOB)

    assert third["content"]["session_id"] != second["content"]["session_id"]
    assert isinstance(await alice.read(event), Decrypted)
    del late


async def test_a_repeat_under_another_event_id_is_refused_for_good(alice: Person, bob: Person) -> None:
    event = await alice.say(BOB)
    assert isinstance(await bob.hear(event), Decrypted)
    assert isinstance(await bob.read(event), Decrypted)
    await bob.start()

    assert await bob.read({**event, "event_id": "$again"}) == Undecryptable("replayed")


async def test_a_repeat_in_another_room_or_by_another_sender_is_refused(alice: Person, bob: Person, make: Make) -> None:
    event = await alice.say(BOB)
    await bob.sync()
    async with bob.database.begin() as transaction:
        elsewhere = await bob.machine.decrypt(type(ROOM)("!other"), event, transaction)

    assert elsewhere == Undecryptable("no_session")
    assert await bob.read({**event, "sender": CAROL}) == Undecryptable("no_session")


async def test_who_passes_a_key_on_does_not_take_its_senders_place(
    alice: Person, bob: Person, make: Make, server: FakeServer
) -> None:
    """Carol, a member, gives Bob Alice's session key as her own before Alice's arrives."""
    carol = await make(CAROL, "CAROLDEV")
    event = await alice.say(BOB, CAROL)
    delayed = server.inbox.pop((BOB, "BOBDEV"))
    key = await stolen_key(carol, server)
    await carol.say(BOB)
    [raw] = await reseal(carol, server, key)
    server.inbox[BOB, "BOBDEV"] = [raw, *delayed]

    assert isinstance(await bob.hear(event), Decrypted)


async def stolen_key(carol: Person, server: FakeServer) -> Raw:
    """The content of the room key that Alice sent Carol."""
    sync = server.sync(carol.user_id, carol.device_id)
    async with carol.database.begin() as transaction:
        loaded = await store.load_account(transaction)
        assert loaded is not None
        opened = await olm.decrypt(transaction, *loaded, sync.to_device[0]["content"], ALICE, 0)
    return opened.content


async def reseal(carol: Person, server: FakeServer, content: Raw) -> list[Raw]:
    """The same key, sent to Bob by Carol."""
    server.inbox.pop((BOB, "BOBDEV"), None)
    sharing = Sharing(carol.database, carol.connection, CrossSigning(CAROL, seeds(CAROL)))
    async with carol.database.begin() as transaction:
        known = await store.load_users(transaction, [BOB])
    await sharing.deliver("m.room_key", [(known[BOB].devices[DeviceId("BOBDEV")], content)], 0)
    return server.inbox.pop((BOB, "BOBDEV"))


async def test_a_key_signed_by_nobody_is_not_claimed(alice: Person, bob: Person, server: FakeServer) -> None:
    """A server that hands out one-time keys of its own would read along."""
    spy = Account.create(BOB, DeviceId("BOBDEV"))
    server.one_time[BOB, "BOBDEV"] = dict(spy.make_one_time_keys(5))
    await alice.say(BOB)

    assert [each["type"] for each in server.inbox[BOB, "BOBDEV"]] == ["m.room_key.withheld"]


async def test_a_padded_or_foreign_identity_key_is_none(alice: Person, bob: Person, server: FakeServer) -> None:
    master = copy.deepcopy(server.masters[BOB])
    [public] = master["keys"].values()
    server.masters[BOB] = sign(
        {**master, "keys": {f"ed25519:{public}=": f"{public}="}, "signatures": {}},
        BOB,
        bob.device_id,
        Account.create(BOB, bob.device_id),
    )
    await alice.say(BOB)

    # No identity was ever seen, so Bob is served as somebody without.
    assert alice.machine.identity_changes() == ()
    answer = await alice.hear(await bob.say(ALICE))
    assert isinstance(answer, Decrypted)
    assert not answer.signed


def test_a_device_id_never_changes_its_keys() -> None:
    """Even signed by the right identity: the first keys stay, and the device counts as gone."""
    identity = CrossSigning(BOB, seeds(BOB))
    first, second = (Account.create(BOB, DeviceId("DEV")) for _ in range(2))
    keys = identity.upload(first)

    def show(account: Account) -> Shown:
        device = identity.sign_device(account.device_keys())
        return Shown(keys["master_key"], keys["self_signing_key"], {"DEV": device})

    known = evaluate(UserKeys(BOB), show(first), 1)
    after = evaluate(known, show(second), 2)

    assert known.devices[DeviceId("DEV")].signed
    assert after.devices[DeviceId("DEV")].ed25519 == first.ed25519
    assert after.readers(strict=False) == ((), ())
