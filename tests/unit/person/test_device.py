"""A person's device among strict ones: who believes it, what it opens with the backup, what it keeps on disk."""

import json
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import vodozemac

from bots.database.engine import Database, metadata
from bots.matrix.crypto.fake import FakeServer
from bots.matrix.crypto.machine import Machine, open_account
from bots.matrix.crypto.model import Decrypted, Undecryptable
from bots.matrix.crypto.ours.identity import SignedDevice
from bots.matrix.crypto.signing import SeedSigner, unpadded
from bots.matrix.errors import IdentityLost
from bots.matrix.person.backup import BackedUp, BackupKey
from bots.matrix.person.errors import NotLoggedIn
from bots.matrix.person.kept import KeptDevice, accounts, folder_of, make_private
from bots.matrix.person.opening import Backups, Opener
from bots.matrix.port import Raw
from config.identifiers import DeviceId, RoomId, UserId
from tests.unit.crypto.people import ALICE, BOB, ROOM, TEXT, Clock, Person, seeds

LAPTOP = DeviceId("LAPTOP")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server() -> FakeServer:
    return FakeServer()


@pytest.fixture
async def alice(server: FakeServer, clock: Clock) -> AsyncIterator[Person]:
    person = await Person(server, clock, ALICE, "PHONE", ALICE).start()
    yield person
    await person.database.close()


@pytest.fixture
async def bob(server: FakeServer, clock: Clock) -> AsyncIterator[Person]:
    person = await Person(server, clock, BOB, "BOBDEV", BOB).start()
    yield person
    await person.database.close()


class Laptop(Person):
    """Alice's second device: signed once, and without any of her identity's keys since."""

    def __init__(self, server: FakeServer, clock: Clock) -> None:
        super().__init__(server, clock, ALICE, LAPTOP, ALICE)
        self.identity_kept: SignedDevice | None = None

    async def start(self, *, publish: bool = True) -> "Laptop":
        async with self.database.engine.begin() as connection:
            await connection.run_sync(metadata.create_all)
        account = await open_account(self.database, ALICE, LAPTOP)
        if self.identity_kept is None:
            master = SeedSigner(seeds(ALICE).master).public
            self.identity_kept = SignedDevice.sign(master, seeds(ALICE).self_signing, account)
        self.machine = await Machine.of(self.database, self.connection, account, self.identity_kept, {}, self.clock)
        if publish:
            await self.machine.publish()
        return self


@pytest.fixture
async def laptop(server: FakeServer, clock: Clock, alice: Person) -> AsyncIterator[Laptop]:
    person = await Laptop(server, clock).start()
    yield person
    await person.database.close()


async def test_strict_devices_read_it_and_are_read(laptop: Laptop, bob: Person) -> None:
    assert isinstance(await bob.hear(await laptop.say(BOB, strict=True), ALICE), Decrypted)
    assert isinstance(await laptop.hear(await bob.say(ALICE, strict=True), BOB), Decrypted)

    # And so it is after a start without any private key of hers.
    await laptop.start()
    heard = await bob.hear(await laptop.say(BOB, strict=True), ALICE)
    assert isinstance(heard, Decrypted)
    assert heard.signed


async def test_it_makes_no_identity_and_takes_no_other(laptop: Laptop, server: FakeServer) -> None:
    server.masters.pop(ALICE)
    server.self_signing.pop(ALICE)
    with pytest.raises(IdentityLost):
        await laptop.start()
    assert ALICE not in server.masters

    await Person(server, laptop.clock, ALICE, "OTHER", "somebody").start()
    with pytest.raises(IdentityLost):
        await laptop.start()


class Stored:
    """The backup on the server, as its client asks for it."""

    def __init__(self, key: BackupKey, sessions: dict[str, Any]) -> None:
        self.key, self.sessions = key, sessions

    async def request(self, method: str, path: str, **_: Any) -> Raw:
        if path.endswith("/room_keys/version"):
            facts = {"public_key": self.key.public}
            return {"version": "1", "algorithm": "m.megolm_backup.v1.curve25519-aes-sha2", "auth_data": facts}
        return {"sessions": self.sessions}


def exported(said: Raw, session: vodozemac.InboundGroupSession, key: BackupKey) -> dict[str, Any]:
    whole = {**said, "session_key": session.export_at(0).to_base64()}  # type: ignore[union-attr]
    public = vodozemac.Curve25519PublicKey.from_base64(key.public)
    message = vodozemac.PkEncryption.from_key(public).encrypt(json.dumps(whole).encode())
    parts = {"ciphertext": message.ciphertext, "mac": message.mac, "ephemeral": message.ephemeral_key}
    return {"session_data": {name: unpadded(raw) for name, raw in parts.items()}}


class Said:
    """What bob said before the laptop was there, and whose keys lie in the backup."""

    def __init__(self, bob: Person, key: BackupKey) -> None:
        self.session = vodozemac.GroupSession()
        self.inbound = vodozemac.InboundGroupSession(self.session.session_key)
        account = bob.machine._publishing._account
        self.facts = {
            "algorithm": "m.megolm.v1.aes-sha2",
            "sender_key": account.curve25519,
            "sender_claimed_keys": {"ed25519": account.ed25519},
        }
        self.stored = {self.session.session_id: exported(self.facts, self.inbound, key)}

    def event(self, name: str, room: RoomId = ROOM, ciphertext: str | None = None) -> Raw:
        payload = {"type": "m.room.message", "room_id": room, "content": TEXT}
        content = {
            "algorithm": "m.megolm.v1.aes-sha2",
            "session_id": self.session.session_id,
            "ciphertext": ciphertext or self.session.encrypt(json.dumps(payload).encode()).to_base64(),
        }
        return {"type": "m.room.encrypted", "sender": str(BOB), "event_id": name, "content": content}


@pytest.fixture
async def said(bob: Person, laptop: Laptop) -> tuple[Said, Opener, Database]:
    key = BackupKey.parse(os.urandom(32))
    before = Said(bob, key)
    backups = Backups(Stored(key, before.stored), key)
    assert await backups.start()
    await backups.load(ROOM)
    await laptop.machine.meet([BOB])
    return before, Opener(laptop.machine, backups), laptop.database


async def opened(opener: Opener, database: Database, event: Raw) -> Decrypted | Undecryptable:
    async with database.begin() as transaction:
        return await opener.decrypt(ROOM, event, transaction)


async def test_what_the_backup_opens_is_read_and_vouched_for_by_nobody(said: tuple[Said, Opener, Database]) -> None:
    before, opener, database = said
    event = before.event("$one")
    for _ in range(2):
        found = await opened(opener, database, event)
        assert isinstance(found, Decrypted)
        assert (found.content, found.signed) == (TEXT, False)


async def test_the_backup_repeats_nothing_and_moves_nothing(said: tuple[Said, Opener, Database]) -> None:
    before, opener, database = said
    event = before.event("$one")
    assert isinstance(await opened(opener, database, event), Decrypted)
    again = before.event("$two", ciphertext=event["content"]["ciphertext"])
    assert await opened(opener, database, again) == Undecryptable("replayed")
    elsewhere = before.event("$three", room=RoomId("!other"))
    assert await opened(opener, database, elsewhere) == Undecryptable("malformed")
    assert await opened(opener, database, before.event("$four", ciphertext="AAAA")) == Undecryptable("malformed")


async def test_a_device_that_its_owner_has_not_signed_is_not_read_by_the_backup_either(
    said: tuple[Said, Opener, Database], bob: Person, server: FakeServer, laptop: Laptop
) -> None:
    before, opener, database = said
    server.devices[BOB]["BOBDEV"]["signatures"][BOB] = {
        name: signature
        for name, signature in server.devices[BOB]["BOBDEV"]["signatures"][BOB].items()
        if "BOBDEV" in name
    }
    await laptop.sync(BOB)
    await laptop.machine.meet([BOB])
    assert await opened(opener, database, before.event("$one")) == Undecryptable("untrusted_device")


async def test_another_backup_s_key_opens_nothing(laptop: Laptop) -> None:
    kept = BackupKey.parse(os.urandom(32))
    backups = Backups(Stored(BackupKey.parse(os.urandom(32)), {"x": {}}), kept)
    assert not await backups.start()
    await backups.load(ROOM)
    found: BackedUp | None = backups.find(ROOM, "x")
    assert found is None


def kept(user_id: UserId = ALICE) -> KeptDevice:
    return KeptDevice("https://valbourg.test", user_id, LAPTOP, "syt_token", "master", "self", "signature", bytes(32))


def test_what_is_kept_is_nobody_else_s_to_read(tmp_path: Path) -> None:
    hostile = UserId("@../../etc/x:valbourg.test")
    for user_id in (ALICE, hostile):
        folder = folder_of(tmp_path, user_id)
        assert folder.parent == tmp_path
        make_private(folder)
        kept(user_id).write(folder)
        assert folder.stat().st_mode & 0o777 == 0o700
        assert (folder / "device.json").stat().st_mode & 0o777 == 0o600
        assert KeptDevice.read(folder) == kept(user_id)
    (tmp_path / "@x").mkdir()
    (tmp_path / "@x" / "device.json").write_text("{}")
    assert sorted(accounts(tmp_path)) == sorted([ALICE, hostile])
    assert "syt_token" not in repr(kept())
    assert str(bytes(32)) not in repr(kept())


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"user_id": 7}', "x" * 100])
def test_what_we_have_not_written_is_no_device(tmp_path: Path, text: str) -> None:
    (tmp_path / "device.json").write_text(text)
    with pytest.raises(NotLoggedIn):
        KeptDevice.read(tmp_path)
