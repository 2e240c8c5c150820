"""Input of any shape is ignored and counted, never fatal."""

import asyncio
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bots.matrix.crypto.fake import FakeServer
from bots.matrix.crypto.machine import CryptoSync, Decrypted, Undecryptable
from bots.matrix.crypto.trust import Shown, UserKeys, evaluate
from config.identifiers import UserId
from tests.unit.crypto.people import ALICE, BOB, ROOM, Clock, Person

leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=60)
json = st.recursive(
    leaves, lambda each: st.lists(each, max_size=4) | st.dictionaries(st.text(max_size=12), each, max_size=4)
)
keys = st.sampled_from(["A" * 43, "dQ3/6bVZR/uzMtQ7KCtGhkTk6hL05uXpAs/AYz5xkVE", "\ud800", "a\x00b", ""]) | json
olm = st.fixed_dictionaries(
    {
        "algorithm": st.sampled_from(["m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"]) | json,
        "sender_key": keys,
        "session_id": keys,
        "room_id": st.sampled_from(["!room", "!\ud800", "!" + "x" * 300]) | json,
        "code": st.sampled_from(["m.unverified", "m.no_olm", "x" * 300, "\ud800"]) | json,
        "ciphertext": json | st.dictionaries(st.text(max_size=43), st.fixed_dictionaries({"type": json, "body": json})),
    }
)
kinds = st.sampled_from(["m.room.encrypted", "m.room_key", "m.room_key.withheld", "m.dummy", "m.forwarded_room_key"])
senders = st.sampled_from([ALICE, "@\ud800:x", "@" + "x" * 300 + ":x", "nobody"])
to_device = json | st.fixed_dictionaries({"type": kinds | json, "sender": senders | json, "content": olm | json})


async def _receive(raws: list[Any]) -> None:
    server = FakeServer()
    alice, bob = [await Person(server, Clock(), user_id, "DEV", user_id).start() for user_id in (ALICE, BOB)]
    event = await alice.say(BOB)
    good = server.sync(BOB, bob.device_id)
    async with bob.database.begin() as transaction:
        await bob.machine.receive(CryptoSync((*raws, *good.to_device, *raws)), transaction)
    await bob.machine.maintain()
    assert isinstance(await bob.read(event), Decrypted)
    for raw in raws:
        if isinstance(raw, dict):
            heard = await bob.read({**raw, "event_id": "$junk"})
            assert isinstance(heard, Undecryptable)
    await alice.database.close()
    await bob.database.close()


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.lists(to_device, max_size=12))
def test_to_device_messages_of_any_shape(raws: list[Any]) -> None:
    asyncio.run(_receive(raws))


device = st.fixed_dictionaries(
    {
        "user_id": st.just(BOB) | json,
        "device_id": st.just("DEV") | json,
        "algorithms": st.just(["m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"]) | json,
        "keys": st.fixed_dictionaries({"ed25519:DEV": keys, "curve25519:DEV": keys}) | json,
        "signatures": st.just({BOB: {"ed25519:DEV": "A" * 86}}) | json,
    }
)
cross = json | st.fixed_dictionaries(
    {
        "user_id": st.just(BOB) | json,
        "usage": st.just(["master", "self_signing"]) | json,
        "keys": st.dictionaries(st.just("ed25519:" + "A" * 43), keys) | json,
        "signatures": json,
    }
)


@settings(deadline=None)
@given(cross, cross, st.dictionaries(st.sampled_from(["DEV", "\ud800", ""]), device | json))
def test_device_lists_of_any_shape(master: Any, self_signing: Any, devices: Any) -> None:
    after = evaluate(UserKeys(BOB), Shown(master, self_signing, devices), 0)

    assert not after.outdated
    assert not after.devices


@given(json)
def test_answers_of_any_shape(answer: Any) -> None:
    if isinstance(answer, dict):
        Shown.of({**answer, "device_keys": answer}, UserId(BOB))


async def test_deep_json_and_long_texts_are_malformed(alice: Person, bob: Person) -> None:
    event = await alice.say(BOB)
    await bob.sync()
    content = event["content"]
    for junk in ("A" * 200_000, "", None, 7, "Aw", "\ud800"):
        heard = await bob.read({**event, "content": {**content, "ciphertext": junk}})
        assert heard == Undecryptable("malformed")
    assert isinstance(await bob.read(event), Decrypted)
    assert ROOM == "!room"
