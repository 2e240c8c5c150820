"""A town hall whose assistant keeps the library of its rooms; Rivemont's is in the shared one, too."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from typing import Any

import pytest

import bridge.operate.schema  # noqa: F401 - declares every table
from bots.assistant.dispatch.capability import Capability
from bots.assistant.handler.keeping import Keeper
from bots.assistant.testing.house import House
from bots.envelope.cipher import Encryptor
from bots.events.capability import events
from bots.events.talk.aiming import MEETINGS
from bots.files.keeping.everywhere import Everywhere
from bots.files.keeping.keeper import FileKeeper
from bots.files.library.commands import files
from bots.matrix.events import Event, Member, Outgoing, OutgoingRedaction, Redaction
from bots.matrix.fake import FakeEdge
from bots.objectives.commands import objectives
from bots.register.format.signature import Signer
from bots.tasks.commands import TASKS
from bots.tasks.saying.census import CENSUS
from config.identifiers import EventId, MxcUri, RoomId, UserId

V, R = UserId("@beffroi:valbourg.fr"), UserId("@beffroi:rivemont.fr")
SEC, DGS, NEW = UserId("@sec:valbourg.fr"), UserId("@dgs:valbourg.fr"), UserId("@nouveau:valbourg.fr")
GUEST = UserId("@invite:ailleurs.fr")
ROOM, DIRECT = RoomId("!commun"), RoomId("!direct")
SIGNER = Signer(b"v" * 32)


class Hall(House):
    """The assistant of Valbourg, with the files of its rooms."""

    def __init__(self, *more: Capability) -> None:
        self.time = 1_795_431_600_000  # Monday 23 November 2026, 12 h in Paris
        super().__init__(
            FakeEdge(V),
            lambda: [TASKS, objectives(CENSUS), files(meetings=MEETINGS), events(), *more],
            self.now,
            {V: SIGNER},
            lambda: [V, R],
        )

    def keepers(self) -> Iterable[Keeper]:
        self.keeper = FileKeeper(self.edge, self.edge.database, self.now, lambda: [V, R])
        return self.keeper, Everywhere(self.keeper)

    def now(self) -> int:
        return self.time

    async def open(self) -> None:
        await self.make_tables()
        self.edge.add_room(ROOM, [SEC, DGS, R, GUEST], name="Commun")
        self.edge.add_room(DIRECT, [SEC], direct=True)

    async def send(self, name: object, sender: UserId = SEC, room: RoomId = ROOM, **more: Any) -> Event:
        """Send a file; *more* goes into its message."""
        encryptor = Encryptor()
        self.edge.repository.add("valbourg.fr", encryptor.update(b"x" * 1000), "application/octet-stream")
        file = encryptor.finish(MxcUri.parse(f"mxc://valbourg.fr/file{self.time}")).as_json()
        info = {"mimetype": "application/pdf", "size": 1000}
        content = {"msgtype": "m.file", "body": name, "filename": name, "info": info, "file": file, **more}
        self.time += 60_000
        event = await self.edge.say(room, sender, "", content=content)
        await self.tend()
        return event

    async def say(self, body: str, sender: UserId = SEC, room: RoomId = ROOM, about: EventId | None = None) -> str:
        """Say something and return the one answer, "" for none."""
        self.time += 1_000
        before = len(self.said(room))
        relation = {} if about is None else {"m.relates_to": {"m.in_reply_to": {"event_id": about}}}
        self.command = await self.edge.say(room, sender, body, content={"msgtype": "m.text", "body": body, **relation})
        await self.tend()
        # Edits of cards are no answers.
        answers = [body for body in self.said(room)[before:] if not body.startswith("* ")]
        assert len(answers) < 2, answers
        return "".join(answers)

    async def tend(self) -> None:
        """Do what is due, as the process does."""
        await self.edge.idle()
        self.desk.errands.soon(0)
        await self.desk.errands.tend()
        await self.edge.flush()

    async def enter(self, user: UserId, room: RoomId = ROOM) -> None:
        """Somebody joins."""
        held = self.edge.room(room)
        assert held is not None
        self.edge.set_room(replace(held, members={**held.members, user: Member(user, "join")}))
        self.time += 1_000
        content = {"membership": "join"}
        member = Event(room, self.edge.new_event_id(), user, "m.room.member", content, self.time, state_key=user)
        await self.edge.deliver(member)

    async def leave(self, user: UserId, room: RoomId = ROOM) -> None:
        """Somebody leaves."""
        held = self.edge.room(room)
        assert held is not None
        members = {each: member for each, member in held.members.items() if each != user}
        self.edge.set_room(replace(held, members=members))
        content = {"membership": "leave"}
        member = Event(room, self.edge.new_event_id(), user, "m.room.member", content, self.time, state_key=user)
        await self.edge.deliver(member)

    async def redact(self, event: Event, sender: UserId | None = None) -> None:
        """Somebody redacts a message."""
        redaction = Redaction(
            event.room_id, self.edge.new_event_id(), sender or event.sender, event.event_id, self.time
        )
        await self.edge.deliver(redaction)
        await self.tend()

    def id_of(self, number: int = -1, room: RoomId = ROOM) -> EventId:
        """The event id of a message of ours."""
        sent = [each for each in self.edge.said if isinstance(each, Outgoing) and each.type == "m.room.message"]
        message = [each for each in sent if each.room_id == room][number]
        return self.edge.event_ids[room, message.txn]

    def messages(self, room: RoomId = ROOM) -> list[dict[str, Any]]:
        return [
            dict(each.content)
            for each in self.edge.said
            if isinstance(each, Outgoing) and each.type == "m.room.message" and each.room_id == room
        ]

    def said(self, room: RoomId = ROOM) -> list[str]:
        return [each["body"].replace("\u00a0", " ").replace("\u202f", " ") for each in self.messages(room)]

    @property
    def redacted(self) -> list[EventId]:
        return [each.target for each in self.edge.said if isinstance(each, OutgoingRedaction)]


@pytest.fixture
async def hall() -> AsyncIterator[Hall]:
    made = Hall()
    await made.open()
    yield made
    await made.close()
