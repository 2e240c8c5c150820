"""One body on the fake edge and on the real one."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bots.database.engine import Database, Transaction
from bots.envelope.errors import Corrupt
from bots.envelope.file import EncryptedFile, as_content, parse_attachment
from bots.matrix.errors import Refused, TooLarge, Unreachable
from bots.matrix.events import (
    Event,
    IdentityChange,
    Incoming,
    JsonObject,
    Member,
    Membership,
    Outgoing,
    OutgoingRedaction,
    OutgoingToDevice,
    Redaction,
    Sent,
    ToDevice,
    Unreadable,
)
from bots.matrix.fake import FakeEdge
from bots.matrix.port import Edge
from config.identifiers import EventId, MxcUri, RoomId, UserId
from tests.unit.matrix.world import ANNE, BOT, RIVEMONT, ROOM, World

STRANGER = UserId("@beffroi:cassel.fr")

CAT = UserId("@cat:valbourg.fr")


class Recorder:
    """Answers ``!…`` with an answer that refers to it, redacts on ``redact <event id>``."""

    def __init__(self) -> None:
        self.edge: Edge | None = None
        self.incoming: list[Incoming | ToDevice] = []
        self.acknowledged: list[Sent] = []
        self.fetched: list[Incoming | None] = []
        self.told: list[ToDevice] = []

    async def handle(self, incoming: Incoming | ToDevice, transaction: Transaction) -> None:
        assert self.edge is not None
        if isinstance(incoming, ToDevice):
            self.told.append(incoming)
            for _ in range(2):
                answer = OutgoingToDevice(
                    ROOM, f"re {incoming.key}", "fake.signal", {"re": 1}, (incoming.sender, UserId(ANNE))
                )
                await self.edge.enqueue_to_device(answer, transaction)
            return
        self.incoming.append(incoming)
        if not isinstance(incoming, Event) or incoming.sender == BOT:
            return
        body = str(incoming.content.get("body", ""))
        if body == "!fetch":
            # A handler may ask the edge while its transaction is open.
            self.fetched.append(await self.edge.fetch_event(incoming.room_id, incoming.event_id))
        if body.startswith("!"):
            relation = {"rel_type": "m.reference", "event_id": incoming.event_id}
            content = {"msgtype": "m.notice", "body": f"re {body}", "m.relates_to": relation}
            for _ in range(2):
                message = Outgoing(incoming.room_id, f"a{incoming.event_id}", "m.room.message", content)
                await self.edge.enqueue(message, transaction)
            if body == "!corrected":
                words = {"msgtype": "m.notice", "body": "corrected"}
                edit = {"rel_type": "m.replace", "event_id": f"a{incoming.event_id}"}
                content = {**words, "body": "* corrected", "m.new_content": words, "m.relates_to": edit}
                correction = Outgoing(incoming.room_id, f"e{incoming.event_id}", "m.room.message", content)
                await self.edge.enqueue(correction, transaction)
        if body.startswith("redact "):
            target = EventId(body.removeprefix("redact "))
            await self.edge.enqueue(OutgoingRedaction(incoming.room_id, f"r{target}", target), transaction)

    async def sent(self, sent: Sent, transaction: Transaction) -> None:
        self.acknowledged.append(sent)

    async def refused(self, outgoing_txn: str, room_id: RoomId, error: Refused, transaction: Transaction) -> None:
        raise AssertionError(error)

    def garbled(self, sender: UserId) -> None: ...

    async def unfilled(self, room_id: RoomId, transaction: Transaction) -> None: ...

    async def abandoned(self, incoming: Incoming, transaction: Transaction) -> None: ...

    async def crowded(self, room_id: RoomId, person: UserId, waiting: int, transaction: Transaction) -> None: ...

    async def idle(self) -> None: ...


@dataclass
class Bench:
    """An edge under test, and a person in its room."""

    edge: Edge
    database: Database
    recorder: Recorder
    say: Callable[[str], Awaitable[str]]
    move: Callable[[str, Membership], Awaitable[None]]
    """Has somebody else ``join`` or ``leave`` the room."""
    settle: Callable[[], Awaitable[None]]
    cut: Callable[[], None]
    hear: Callable[[str, str, bool], Awaitable[None]]
    """A device of somebody, signed or not, tells ours something under a name."""
    told: Callable[[], list[tuple[str, JsonObject]]]
    """To whose devices we have told what."""
    changed: dict[UserId, IdentityChange]
    """Whose encryption identity is not the one that we knew."""


async def _fake() -> AsyncIterator[Bench]:
    fake, recorder = FakeEdge(BOT), Recorder()
    fake.attach(recorder)
    recorder.edge = fake
    fake.add_room(ROOM, [ANNE, RIVEMONT], encrypted=False)

    async def say(body: str) -> str:
        return (await fake.say(ROOM, ANNE, body)).event_id

    async def move(user: str, membership: Membership) -> None:
        room, user_id = fake.room(ROOM), UserId(user)
        assert room is not None
        fake.set_room(replace(room, members={**room.members, user_id: Member(user_id, membership)}))

    def cut() -> None:
        fake.unreachable = True

    async def hear(sender: str, txn: str, signed: bool) -> None:
        message = OutgoingToDevice(ROOM, txn, "fake.signal", {"said": txn}, (BOT,))
        await fake.hear(sender, message, signed=signed)

    def told() -> list[tuple[str, JsonObject]]:
        return [(user, each.content) for each in fake.told for user in each.to]

    yield Bench(fake, fake.database, recorder, say, move, fake.flush, cut, hear, told, fake.changed)
    await fake.database.close()


async def _real(directory: Path) -> AsyncIterator[Bench]:
    world, recorder = World(directory), Recorder()
    await world.create()
    world.echo = recorder  # type: ignore[assignment]
    world.server.room(members=(ANNE, RIVEMONT))
    world.partners = (RIVEMONT, STRANGER, UserId(ANNE))
    edge = await world.open()
    world.server.join()
    await world.settle()

    async def say(body: str) -> str:
        event_id = world.server.say(ROOM, body)
        await world.settle()
        return event_id

    async def move(user: str, membership: Membership) -> None:
        world.server.state(ROOM, "m.room.member", user, {"membership": membership}, user)
        await world.settle()

    async def settle() -> None:
        await asyncio.sleep(0)
        await world.settle()

    def cut() -> None:
        world.server.fail = lambda method, path: (503, {})

    known: set[str] = set()

    async def hear(sender: str, txn: str, signed: bool) -> None:
        before = len(recorder.told) + len(recorder.incoming)
        world.server.tell(sender, {"said": txn}, txn=txn, key="signed" if signed else "unsigned")
        await world.settle()
        if len(recorder.told) + len(recorder.incoming) == before:
            # Perhaps its sender is just joining.
            world.clock.advance(11)
            await world.pulse.until(lambda: len(recorder.incoming) > before or txn in known)
        known.add(txn)

    def told() -> list[tuple[str, JsonObject]]:
        inner = ("room_id", "fr.beffroi.txn")
        handed = world.encryption.handed.items()
        return [(user, {k: v for k, v in each.items() if k not in inner}) for (user, _), each in handed]

    changed = world.encryption.changed
    yield Bench(edge, world.database, recorder, say, move, settle, cut, hear, told, changed)
    await world.end()


@pytest.fixture(params=["fake", "real"])
async def bench(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Bench]:
    made = _fake() if request.param == "fake" else _real(tmp_path)
    async for each in made:
        yield each


async def test_who_is_not_whom_we_knew_is_told_with_what_they_say_until_confirmed(bench: Bench) -> None:
    anne = UserId(ANNE)
    change = bench.changed[anne] = IdentityChange(anne, "known", "new", datetime.now(UTC))
    await bench.say("perhaps not me")
    assert (bench.edge.identity_changes(), bench.edge.identity_changed(anne)) == ((change,), True)
    assert not await bench.edge.confirm_identity(anne, "another")
    assert await bench.edge.confirm_identity(anne, "new")
    await bench.say("me")

    said = [each for each in bench.recorder.incoming if isinstance(each, Event) and each.sender == ANNE]
    told = {each.content["body"]: each.identity_changed for each in said if "body" in each.content}
    assert told == {"perhaps not me": True, "me": False}
    assert (bench.edge.identity_changes(), bench.edge.identity_changed(anne)) == ((), False)
    assert bench.edge.without_identity == {}


async def test_an_answer_enqueued_twice_is_sent_once_and_told_once(bench: Bench) -> None:
    command = await bench.say("!hello")
    await bench.say("and on")

    told = [each for each in bench.recorder.acknowledged if each.txn == f"a{command}"]
    assert [(each.type, each.content["body"]) for each in told] == [("m.room.message", "re !hello")]
    assert told[0].content["m.relates_to"] == {"rel_type": "m.reference", "event_id": command}
    # We know what we said: it does not come back as news.
    assert not [
        each
        for each in bench.recorder.incoming
        if isinstance(each, Event) and each.sender == BOT and "body" in each.content
    ]


async def test_an_edit_of_what_is_not_sent_yet_learns_its_event_id(bench: Bench) -> None:
    command = await bench.say("!corrected")
    await bench.settle()

    told = {each.txn: each for each in bench.recorder.acknowledged}
    answer, edit = told[f"a{command}"], told[f"e{command}"]
    assert edit.content["m.relates_to"] == {"rel_type": "m.replace", "event_id": answer.event_id}
    shown = await bench.edge.fetch_event(ROOM, edit.event_id)
    assert isinstance(shown, Event)
    assert shown.relates_to["event_id"] == answer.event_id


async def test_an_event_can_be_fetched_even_inside_the_handlers_transaction(bench: Bench) -> None:
    await bench.say("before")
    known = await bench.say("x")

    await bench.say("!fetch")
    fetched = await bench.edge.fetch_event(ROOM, EventId(known))

    assert isinstance(fetched, Event)
    assert fetched.content["body"] == "x"
    assert await bench.edge.fetch_event(ROOM, EventId("$nothing")) is None
    assert len(bench.recorder.fetched) == 1


async def test_who_was_there_is_whoever_has_not_left_since(bench: Bench) -> None:
    early = EventId(await bench.say("early"))
    await bench.move(CAT, "join")
    heard = EventId(await bench.say("heard"))
    assert [await bench.edge.was_there(ROOM, each, CAT) for each in (early, heard)] == [False, True]
    assert await bench.edge.was_there(ROOM, early, UserId(ANNE))

    await bench.move(CAT, "leave")
    missed = EventId(await bench.say("missed"))
    assert [await bench.edge.was_there(ROOM, each, CAT) for each in (heard, missed)] == [False, False]

    await bench.move(CAT, "join")
    late = EventId(await bench.say("late"))
    there = [await bench.edge.was_there(ROOM, each, CAT) for each in (early, heard, missed, late)]
    assert there == [False, False, False, True]
    assert not await bench.edge.was_there(ROOM, EventId("$nothing"), CAT)


async def test_relations_come_newest_first_and_in_pages(bench: Bench) -> None:
    root = await bench.say("!root")

    page = await bench.edge.fetch_relations(ROOM, EventId(root))

    assert [each.content["body"] for each in page.events if isinstance(each, Event)] == ["re !root"]
    assert page.next is None


async def test_what_somebody_has_said_comes_newest_first_and_whole(bench: Bench) -> None:
    for number in range(4):
        await bench.say(f"!{number}")
    gone = await bench.say("oops")
    await bench.say(f"redact {gone}")
    await bench.settle()
    await bench.say("and on")

    async def said(*names: str) -> list[str | None]:
        found: list[str | None] = []
        senders = [UserId(name) for name in names]
        since: str | None = None
        while True:
            page = await bench.edge.fetch_messages(ROOM, senders, since)
            found += [
                None if each.redacted else each.content["body"]
                for each in page.events
                if isinstance(each, Event) and each.type == "m.room.message"
            ]
            if page.next is None:
                return found
            since = page.next

    answers = ["re !3", "re !2", "re !1", "re !0"]
    assert await said(BOT) == answers
    assert [each for each in await said(ANNE, BOT) if each in answers] == answers
    assert (await said(ANNE))[0] == "and on"


async def test_a_redaction_comes_back_as_one(bench: Bench) -> None:
    target = await bench.say("oops")

    await bench.say(f"redact {target}")
    await bench.settle()

    assert [each.target for each in bench.recorder.incoming if isinstance(each, Redaction)] == [target]


async def test_what_a_partner_s_device_tells_is_handed_over_once_and_answered_once(bench: Bench) -> None:
    for _ in range(2):
        await bench.hear(RIVEMONT, "t1", True)
    await bench.settle()

    (told,) = bench.recorder.told
    assert (told.room_id, told.sender, told.type) == (ROOM, RIVEMONT, "fake.signal")
    assert told.content == {"said": "t1", "room_id": ROOM, "fr.beffroi.txn": "t1"}
    assert told.key.startswith("~")
    assert bench.told() == [(RIVEMONT, {"re": 1}), (ANNE, {"re": 1})]


@pytest.mark.parametrize(
    ("sender", "signed", "reason"), [(STRANGER, True, "absent"), (RIVEMONT, False, "untrusted_device")]
)
async def test_who_is_not_in_the_room_or_whose_device_is_not_signed_tells_nothing(
    bench: Bench, sender: str, signed: bool, reason: str
) -> None:
    await bench.hear(sender, "t1", signed)

    assert bench.recorder.told == []
    assert [each.reason for each in bench.recorder.incoming if isinstance(each, Unreadable)] == [reason]


async def test_whoever_is_not_in_the_room_is_told_nothing(bench: Bench) -> None:
    async with bench.database.begin() as transaction:
        message = OutgoingToDevice(ROOM, "t1", "fake.signal", {"x": 1}, (RIVEMONT, STRANGER))
        await bench.edge.enqueue_to_device(message, transaction)
    await bench.settle()

    assert bench.told() == [(RIVEMONT, {"x": 1})]


async def test_rooms_show_their_members(bench: Bench) -> None:
    room = bench.edge.room(ROOM)

    assert room is not None
    assert room.joined == {BOT, ANNE, RIVEMONT}
    assert [each.room_id for each in bench.edge.rooms()] == [ROOM]
    assert bench.edge.room(RoomId("!other")) is None


async def test_fetching_from_a_server_that_is_away_is_unreachable(bench: Bench) -> None:
    bench.cut()

    with pytest.raises(Unreachable):
        await bench.edge.fetch_event(ROOM, EventId("$x"))
    with pytest.raises(Unreachable):
        await bench.edge.was_there(ROOM, EventId("$x"), CAT)
    with pytest.raises(Unreachable):
        await bench.edge.fetch_relations(ROOM, EventId("$x"))


async def test_an_encrypted_upload_comes_back_and_is_unreadable_to_the_server(bench: Bench) -> None:
    file = await bench.edge.upload(b"the bell rings", content_type="text/plain", encrypted=True)

    assert isinstance(file, EncryptedFile)
    assert parse_attachment(as_content(file)) == file
    assert await bench.edge.download(file, most=100) == b"the bell rings"
    assert await bench.edge.download(file.url, most=100) not in (b"", b"the bell rings")


async def test_an_upload_for_a_plain_room_is_named_by_its_mxc_alone(bench: Bench) -> None:
    file = await bench.edge.upload(b"the bell rings", content_type="text/plain", encrypted=False)

    assert isinstance(file, MxcUri)
    assert parse_attachment(as_content(file)) == file
    assert await bench.edge.download(file, most=14) == b"the bell rings"


@pytest.mark.parametrize("encrypted", [True, False])
async def test_a_download_larger_than_its_reader_wants_is_refused(bench: Bench, encrypted: bool) -> None:
    file = await bench.edge.upload(b"the bell rings", content_type="text/plain", encrypted=encrypted)

    with pytest.raises(TooLarge) as caught:
        await bench.edge.download(file, most=13)

    assert (caught.value.most, caught.value.size) == (13, 14)


async def test_a_media_with_another_hash_is_corrupt(bench: Bench) -> None:
    file = await bench.edge.upload(b"the bell rings", content_type="text/plain", encrypted=True)
    assert isinstance(file, EncryptedFile)

    with pytest.raises(Corrupt):
        await bench.edge.download(replace(file, sha256=bytes(32)), most=100)


async def test_a_media_that_is_not_there_is_refused(bench: Bench) -> None:
    with pytest.raises(Refused) as caught:
        await bench.edge.download(MxcUri("mxc://valbourg.fr/nothing"), most=100)

    assert (caught.value.status, caught.value.errcode) == (404, "M_NOT_FOUND")


async def test_media_of_a_server_that_is_away_are_unreachable(bench: Bench) -> None:
    file = await bench.edge.upload(b"x", content_type="text/plain", encrypted=True)
    bench.cut()

    with pytest.raises(Unreachable):
        await bench.edge.download(file, most=100)
    with pytest.raises(Unreachable):
        await bench.edge.upload(b"x", content_type="text/plain", encrypted=True)
