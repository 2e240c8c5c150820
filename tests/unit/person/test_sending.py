"""What a person's device learns of a room, and whom it sends what: over a homeserver that may lie."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from bots.matrix.crypto.fake import FakeServer
from bots.matrix.crypto.model import Decrypted
from bots.matrix.errors import Refused
from bots.matrix.events import Unreadable
from bots.matrix.person.device import PersonDevice
from bots.matrix.person.kept import KeptDevice
from bots.matrix.person.opening import Backups
from bots.matrix.port import Raw
from bots.matrix.tables import edge_facts  # noqa: F401 - declares the table
from config.identifiers import RoomId, UserId
from tests.unit.crypto.people import ALICE, BOB, CAROL, TEXT, Clock, Person
from tests.unit.person.test_device import Laptop

ROOM = RoomId("!room")


class Homeserver:
    """The rooms of a homeserver, and behind them the keys that the fake has."""

    def __init__(self, laptop: Laptop) -> None:
        self.laptop = laptop
        self.state: dict[str, Raw] = {
            "m.room.encryption": {"algorithm": "m.megolm.v1.aes-sha2"},
            "m.room.name": {"name": "Bureau"},
        }
        self.members: dict[UserId, str] = {ALICE: "join", BOB: "join"}
        self.messages: list[Raw] = []
        self.sent: list[Raw] = []
        self.uploads = 0

    async def request(self, method: str, path: str, *, body: Raw | None = None, **of: Any) -> Raw:
        parts = unquote(path).split("/")[4:]
        match parts:
            case ["rooms", _, "state", kind, *_]:
                if kind not in self.state:
                    raise Refused(404, "M_NOT_FOUND", "")
                return self.state[kind]
            case ["rooms", _, "members"]:
                return {"chunk": [*map(self._member, self.members), {"type": 7}, "x"]}
            case ["rooms", _, "messages"]:
                return {"chunk": self.messages}
            case ["rooms", _, "send", "m.room.encrypted", txn]:
                assert body is not None
                self.sent.append({"content": body, "txn": txn})
                return {"event_id": f"$sent{len(self.sent)}"}
            case ["sync"]:
                return {"next_batch": "s1", "rooms": {"join": self._joined()}}
        return await self.laptop.connection.request(method, path, body=body)

    def _member(self, user_id: UserId) -> Raw:
        return _event("m.room.member", user_id, {"membership": self.members[user_id]}, user_id)

    def _joined(self) -> Raw:
        names = {"!room": "Bureau", "!bare": None, "!odd": 7}
        return {
            room_id: {"state": {"events": [] if name is None else [_event("m.room.name", ALICE, {"name": name}, "")]}}
            for room_id, name in names.items()
        }


def _event(kind: str, sender: UserId, content: Raw, state_key: str | None = None) -> Raw:
    event = {"type": kind, "sender": sender, "event_id": f"${kind}{sender}", "origin_server_ts": 1, "content": content}
    return event if state_key is None else {**event, "state_key": state_key}


@pytest.fixture
async def people() -> AsyncIterator[tuple[Laptop, Person, Person]]:
    server, clock = FakeServer(), Clock()
    phone = await Person(server, clock, ALICE, "PHONE", ALICE).start()
    laptop = await Laptop(server, clock).start()
    bob = await Person(server, clock, BOB, "BOBDEV", BOB).start()
    carol = await Person(server, clock, CAROL, "CAROLDEV", CAROL).start()
    yield laptop, bob, carol
    for person in (phone, laptop, bob, carol):
        await person.database.close()


def device_of(laptop: Laptop, homeserver: Homeserver, tmp_path: Path) -> PersonDevice:
    kept = KeptDevice("http://valbourg.test", ALICE, laptop.device_id, "t", "m", "s", "x", None)
    backups = Backups(homeserver, None)
    return PersonDevice(
        tmp_path,
        kept,
        homeserver,  # type: ignore[arg-type]
        laptop.database,
        laptop.machine,
        backups,
        backed_up=False,
    )


async def test_what_is_sent_is_read_by_those_who_are_there(
    people: tuple[Laptop, Person, Person], tmp_path: Path
) -> None:
    laptop, bob, carol = people
    homeserver = Homeserver(laptop)
    device = device_of(laptop, homeserver, tmp_path)
    room = await device.enter(ROOM)
    assert (room.name, room.encrypted, room.joined) == ("Bureau", True, frozenset({ALICE, BOB}))
    await device.send(ROOM, TEXT, "txn1")
    event = {**_event("m.room.encrypted", ALICE, homeserver.sent[0]["content"]), "event_id": "$e"}
    assert isinstance(await bob.hear(event, ALICE), Decrypted)
    assert not isinstance(await carol.hear(event, ALICE), Decrypted)

    # Who has left since gets nothing of the next.
    homeserver.members = {ALICE: "join", BOB: "leave", CAROL: "invite"}
    await device.enter(ROOM)
    await device.send(ROOM, TEXT, "txn2")
    event = {**_event("m.room.encrypted", ALICE, homeserver.sent[1]["content"]), "event_id": "$f"}
    assert not isinstance(await bob.hear(event, ALICE), Decrypted)
    assert isinstance(await carol.hear(event, ALICE), Decrypted)


async def test_who_stands_in_somebody_s_place_is_sent_nothing(
    people: tuple[Laptop, Person, Person], tmp_path: Path
) -> None:
    laptop, bob, _ = people
    homeserver = Homeserver(laptop)
    device = device_of(laptop, homeserver, tmp_path)
    await device.enter(ROOM)

    del bob.server.masters[BOB], bob.server.self_signing[BOB]
    impostor = await Person(bob.server, bob.clock, BOB, "IMPOSTOR", "impostor").start()
    await laptop.sync(BOB)
    await device.enter(ROOM)
    await device.send(ROOM, TEXT, "txn1")
    event = {**_event("m.room.encrypted", ALICE, homeserver.sent[0]["content"]), "event_id": "$e"}
    assert not isinstance(await impostor.hear(event, ALICE), Decrypted)
    assert isinstance(await bob.hear(event, ALICE), Decrypted)
    await impostor.database.close()


async def test_a_room_that_was_once_encrypted_is_sent_nothing_in_the_clear(
    people: tuple[Laptop, Person, Person], tmp_path: Path
) -> None:
    laptop, *_ = people
    homeserver = Homeserver(laptop)
    assert (await device_of(laptop, homeserver, tmp_path).enter(ROOM)).encrypted

    del homeserver.state["m.room.encryption"]
    homeserver.messages = [_event("m.room.message", BOB, {"msgtype": "m.file", "body": "faux.pdf", "url": "mxc://x/y"})]
    device = device_of(laptop, homeserver, tmp_path)
    assert (await device.enter(ROOM)).encrypted
    await device.send(ROOM, TEXT, "txn1")
    assert "ciphertext" in homeserver.sent[0]["content"]
    # Nor is anything believed that was said there in the clear.
    pages = [page async for page in device.history(ROOM)]
    assert [type(event) for page in pages for event in page.events] == [Unreadable]

    bare = RoomId("!bare")
    assert not (await device.enter(bare)).encrypted
    with pytest.raises(Refused):
        await device.send(bare, TEXT, "txn2")
    assert len(homeserver.sent) == 1


async def test_rooms_have_the_names_that_they_have(people: tuple[Laptop, Person, Person], tmp_path: Path) -> None:
    device = device_of(people[0], Homeserver(people[0]), tmp_path)
    assert await device.names() == [(RoomId("!room"), "Bureau"), (RoomId("!bare"), ""), (RoomId("!odd"), "")]
