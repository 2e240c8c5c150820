"""For the tests of capabilities: a whole assistant over ``matrix/fake``, with a real database in memory."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from bots.assistant.dispatch.capability import Capability
from bots.assistant.testing.house import House
from bots.assistant.testing.people import BEFFROI, DGS, DIRECT, MAIRE, OTHER, ROOM, SECRETAIRE, plain
from bots.matrix.events import Event, Member, Membership, Outgoing, Redaction
from bots.matrix.fake import FakeEdge
from bots.register.format.signature import Signer
from config.identifiers import EventId, RoomId, UserId


class Hall(House):
    """The assistant of Valbourg over a fake edge: a common room, and a conversation alone with the secretary.

    :meth:`restart` is what is left of it after a crash. *made* makes the capabilities, anew at each start.
    """

    home: RoomId = ROOM
    """The room in which people speak where no other is named."""
    asker: UserId = SECRETAIRE
    """Who speaks where nobody else is named."""

    def __init__(self, made: Callable[[], Iterable[Capability]], user_id: UserId = BEFFROI) -> None:
        self.time = 1_795_431_600_000  # Monday 23 November 2026, 12 h in Paris
        super().__init__(
            FakeEdge(user_id), made, self.now, {user_id: Signer(b"v" * 32)}, lambda: [self.edge.user_id, OTHER]
        )

    def now(self) -> int:
        """Return what time it is, in ms."""
        return self.time

    async def open(self) -> None:
        """Make the tables and the rooms."""
        await self.make_tables()
        self.edge.add_room(ROOM, [SECRETAIRE, DGS, MAIRE, OTHER], name="Commun")
        self.edge.add_room(DIRECT, [SECRETAIRE], direct=True)

    async def say(
        self,
        body: str,
        room: RoomId | None = None,
        sender: UserId | None = None,
        about: EventId | None = None,
        **content: Any,
    ) -> Event:
        """Let *sender*, who has joined *room*, say *body* there, in answer to the message *about*."""
        place, author = room or self.home, sender or self.asker
        assert self._has_joined(place, author), f"{author} has not joined {place}: nobody hears that (see Hall.member)"
        self.time += 1_000
        relation = {} if about is None else {"m.relates_to": {"m.in_reply_to": {"event_id": about}}}
        event = await self.edge.say(
            place, author, body, content={"msgtype": "m.text", "body": body, **relation, **content}
        )
        await self.tend()
        return event

    def _has_joined(self, room: RoomId, user: UserId) -> bool:
        held = self.edge.room(room)
        member = None if held is None else held.members.get(user)
        return member is not None and member.membership == "join"

    async def edit(self, event: Event, body: str) -> None:
        """Let its sender edit *event*."""
        new = {"msgtype": "m.text", "body": body}
        relation = {"rel_type": "m.replace", "event_id": event.event_id}
        content = {"m.new_content": new, "m.relates_to": relation}
        await self.edge.say(event.room_id, event.sender, f"* {body}", content=content)
        await self.tend()

    async def react(self, target: EventId, key: str, room: RoomId | None = None, sender: UserId | None = None) -> Event:
        """Let *sender* react on the message *target*."""
        relation = {"rel_type": "m.annotation", "event_id": target, "key": key}
        event = await self.edge.say(
            room or self.home, sender or self.asker, "", content={"m.relates_to": relation}, kind="m.reaction"
        )
        await self.tend()
        return event

    async def redact(self, event_id: EventId, room: RoomId | None = None, sender: UserId | None = None) -> None:
        """Let *sender* delete a message."""
        place, author = room or self.home, sender or self.asker
        await self.edge.deliver(Redaction(place, self.edge.new_event_id(), author, event_id, self.time))
        await self.tend()

    async def tend(self) -> None:
        """Do what is due, as the process does."""
        await self.edge.idle()
        self.desk.errands.soon(0)
        await self.desk.errands.tend()
        await self.edge.flush()

    async def wait(self, seconds: int) -> None:
        """Let time pass, a tick a second."""
        for _ in range(seconds):
            self.time += 1_000
            await self.tend()

    async def later(self, *, hours: float = 0, minutes: float = 0) -> None:
        """Let so much time pass at once, as while the process is down."""
        self.time += int((hours * 60 + minutes) * 60_000)
        await self.tend()

    def member(self, room: RoomId, user: UserId, membership: Membership = "join") -> None:
        """Let *user* be in *room*, be invited to it, or have left it."""
        held = self.edge.room(room)
        assert held is not None
        self.edge.set_room(replace(held, members={**held.members, user: Member(user, membership)}))

    def messages(self, room: RoomId | None = None) -> list[Outgoing]:
        """Return what we sent to *room* for people to read, edits too."""
        place = room or self.home
        sent = (message for message in self.edge.said if isinstance(message, Outgoing))
        return [message for message in sent if message.type == "m.room.message" and message.room_id == place]

    def said(self, room: RoomId | None = None) -> list[str]:
        """Return what people read in *room* from us, edits left out."""
        return [plain(str(message.content["body"])) for message in self.messages(room) if not _edits(message)]

    def edited(self, room: RoomId | None = None) -> list[str]:
        """Return what our edits in *room* say."""
        return [plain(message.content["m.new_content"]["body"]) for message in self.messages(room) if _edits(message)]

    def id_of(self, words: str = "", room: RoomId | None = None) -> EventId:
        """Return the event of our last message, no edit, that holds *words*."""
        held = [message for message in self.messages(room) if words in plain(str(message.content["body"]))]
        message = [message for message in held if not _edits(message)][-1]
        return self.edge.event_ids[room or self.home, message.txn]


def _edits(message: Outgoing) -> bool:
    return "m.new_content" in message.content
