"""Several assistants in several rooms, with a wire between them: what is said in one room reaches who is in it."""

import itertools
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import bridge.operate.schema  # noqa: F401 - declares every table
from bots.assistant.testing.house import House
from bots.database.engine import metadata
from bots.matrix.events import Event, Member, Outgoing, OutgoingRedaction, Redaction, Room
from bots.matrix.fake import FakeEdge, FakeRepository
from bots.objectives.commands import objectives
from bots.tasks.commands import TASKS
from bots.tasks.saying.census import CENSUS
from config.identifiers import DeviceId, EventId, RoomId, UserId
from tests.unit.assistant.town import SIGNERS

OLD, NEW = RoomId("!old"), RoomId("!new")


class Side(House):
    """One assistant, and a person of its town."""

    def __init__(self, me: UserId, hall: "Hall") -> None:
        self.me, self.hall = me, hall
        edge = FakeEdge(me, repository=hall.repository)
        edge._numbers = hall.numbers
        self.carried = 0
        self.told = 0
        super().__init__(edge, lambda: [TASKS, objectives(CENSUS)], hall.now, SIGNERS, lambda: hall.listed)

    @property
    def person(self) -> str:
        return f"@dgs:{self.me.server}"

    def said(self, room: RoomId) -> list[dict[str, Any]]:
        """What was said in *room* for people to read."""
        found = [each for each in self.edge.said if isinstance(each, Outgoing) and each.type == "m.room.message"]
        return [dict(each.content) for each in found if each.room_id == room and "m.new_content" not in each.content]

    def bodies(self, room: RoomId) -> list[str]:
        return [each["body"] for each in self.said(room)]

    async def ask(self, room: RoomId, body: str, sender: str | None = None) -> str:
        """Let one of our people say something in *room*, that everybody hears; return what we said last."""
        event = await self.edge.say(room, sender or self.person, body)
        for each in self.hall.inside(room):
            if each is not self:
                await each.edge.deliver(event)
        await self.hall.settle()
        return self.bodies(room)[-1]

    def titles(self, room: RoomId) -> dict[int, str]:
        """The tasks of *room*, by number."""
        tasks = [each for each in self.ledger.known(room).objects() if each.kind == "task"]
        return {each.first("number"): each.value("title") for each in tasks}

    def event_of(self, room: RoomId, words: str) -> EventId:
        """The message of ours in *room* that says *words*."""
        found = [each for each in self.edge.said if isinstance(each, Outgoing) and each.room_id == room]
        said = next(each for each in found if words in str(each.content.get("body")))
        return self.edge.event_ids[room, said.txn]


class Hall:
    """The rooms, and the time."""

    def __init__(self, *assistants: UserId) -> None:
        self.time = 1_795_431_600_000
        self.listed = [*assistants]
        self.repository = FakeRepository()
        self.numbers = itertools.count(1)
        self.sides = {each: Side(each, self) for each in assistants}
        self.rooms: dict[RoomId, Room] = {}
        self.deaf: set[tuple[UserId, RoomId]] = set()
        """Who hears nothing any more of which room."""

    def now(self) -> int:
        return self.time

    async def open(self) -> None:
        for side in self.sides.values():
            async with side.edge.database.engine.begin() as connection:
                await connection.run_sync(metadata.create_all)

    async def close(self) -> None:
        for side in self.sides.values():
            await side.edge.database.close()

    def inside(self, room: RoomId) -> list[Side]:
        return [side for side in self.sides.values() if side.edge.room(room) is not None]

    def hearing(self, room: RoomId) -> list[Side]:
        return [each for each in self.inside(room) if (each.me, room) not in self.deaf]

    def change(self, room_id: RoomId, **what: Any) -> None:
        """Change what is known of a room, for all who are in it."""
        room = self.rooms[room_id] = replace(self.rooms[room_id], **what)
        for side in self.inside(room_id):
            side.edge.set_room(room)

    async def make(self, room_id: RoomId, assistants: Iterable[UserId], predecessor: RoomId | None = None) -> None:
        """Make a room with all people in it; the *assistants* join one after the other."""
        people = {UserId(each.person): Member(UserId(each.person), "join") for each in self.sides.values()}
        self.rooms[room_id] = Room(room_id, encrypted=True, members=people, predecessor=predecessor)
        for each in assistants:
            await self.enter(room_id, each)

    async def enter(self, room_id: RoomId, me: UserId) -> None:
        self.change(room_id, members={**self.rooms[room_id].members, me: Member(me, "join")})
        side = self.sides[me]
        await side.edge.join(self.rooms[room_id], side.person)
        for each in self.inside(room_id):
            if each is not side:
                event_id, content = each.edge.new_event_id(), {"membership": "join"}
                await each.edge.deliver(Event(room_id, event_id, me, "m.room.member", content, self.time, state_key=me))
        await self.settle()

    async def close_room(self, room_id: RoomId, successor: RoomId, mover: str = "@admin:valbourg.fr") -> None:
        """Somebody with the power to do so closes a room in favour of *successor*."""
        self.change(room_id, successor=successor, moved_by=UserId(mover))
        content = {"replacement_room": successor, "body": "moved"}
        for side in self.inside(room_id):
            event = Event(
                *(room_id, side.edge.new_event_id(), UserId(mover), "m.room.tombstone", content),
                timestamp=self.time,
                state_key="",
            )
            await side.edge.deliver(event)
        await self.settle()

    async def redact(self, room_id: RoomId, target: EventId, sender: str) -> None:
        for side in self.hearing(room_id):
            await side.edge.deliver(Redaction(room_id, side.edge.new_event_id(), UserId(sender), target, self.time))
        await self.settle()

    async def settle(self) -> None:
        """Let everybody hear what is said, until all is quiet."""
        for _ in range(30):
            for side in self.sides.values():
                await side.edge.idle()
            if not await self._carry():
                return

    async def wait(self, seconds: int) -> None:
        for _ in range(seconds):
            self.time += 1_000
            await self.settle()

    async def _carry(self) -> bool:
        new = [(side, each) for side in self.sides.values() for each in side.edge.said[side.carried :]]
        told = [(side, each) for side in self.sides.values() for each in side.edge.told[side.told :]]
        for side in self.sides.values():
            side.carried, side.told = len(side.edge.said), len(side.edge.told)
        for source, message in new:
            for side in self.hearing(message.room_id):
                if side is not source:
                    await side.edge.deliver(self._event(source, message))
        for source, signal in told:
            for side in self.hearing(signal.room_id):
                if side.me in signal.to:
                    await side.edge.hear(source.me, signal)
        return bool(new or told)

    def _event(self, source: Side, message: Outgoing | OutgoingRedaction) -> Event | Redaction:
        event_id = source.edge.event_ids[message.room_id, message.txn]
        if isinstance(message, OutgoingRedaction):
            return Redaction(message.room_id, event_id, source.me, message.target, self.time)
        return Event(
            *(message.room_id, event_id, source.me, message.type, dict(message.content), self.time),
            relates_to=message.content.get("m.relates_to", {}),
            device=DeviceId("FAKE"),
            encrypted=True,
        )
