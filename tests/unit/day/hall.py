"""Town halls with an assistant each, rooms between them, and direct conversations: for the tests of somebody's day."""

from collections.abc import Iterable, Mapping
from typing import Any

import bridge.operate.schema  # noqa: F401 - declares every table
from bots.assistant.dispatch.capability import Capability
from bots.assistant.testing.house import House
from bots.day.commands import day
from bots.matrix.events import Event, Incoming, Member, Outgoing, OutgoingRedaction, Redaction, Room
from bots.matrix.fake import FakeEdge
from bots.objectives.commands import objectives
from bots.register.format.signature import Signer
from bots.tasks.commands import TASKS
from bots.tasks.saying.agenda import AGENDA
from bots.tasks.saying.census import CENSUS
from config.identifiers import DeviceId, EventId, RoomId, UserId

V, R = UserId("@beffroi:valbourg.fr"), UserId("@beffroi:rivemont.fr")
SEC, SEC2 = UserId("@sec:valbourg.fr"), UserId("@sec:rivemont.fr")
DGS, MAIRE = UserId("@dgs:valbourg.fr"), UserId("@maire:rivemont.fr")
SIGNERS = {V: Signer(b"v" * 32), R: Signer(b"r" * 32)}
NAMES = {V: "Valbourg", R: "Rivemont"}
DIRECT, DIRECT2 = RoomId("!direct"), RoomId("!direct2")
VOIRIE, COMMUN, INTERNE = RoomId("!voirie"), RoomId("!commun"), RoomId("!interne")


class NamedEdge(FakeEdge):
    """Event ids of two edges differ, as those of two servers do."""

    def new_event_id(self) -> EventId:
        return EventId(f"{super().new_event_id()}-{self.user_id.server}")


class Hall(House):
    """One collectivity's assistant."""

    def __init__(self, me: UserId, town: "Town", territory: str = "") -> None:
        self.me, self.town, self.territory = me, town, territory
        self.heard = self.overheard = 0
        super().__init__(NamedEdge(me), self._capabilities, lambda: town.now[0], SIGNERS, lambda: [V, R])

    def _capabilities(self) -> list[Capability]:
        return [TASKS, objectives(CENSUS), day([AGENDA], NAMES[self.me], self.territory)]

    async def open(self) -> None:
        await self.make_tables()

    async def tick(self) -> None:
        """Do what is due now."""
        await self.edge.idle()
        await self.desk.errands.tend()
        await self.edge.flush()

    def said(self, room_id: RoomId) -> list[Outgoing]:
        return [
            each
            for each in self.edge.said
            if isinstance(each, Outgoing)
            and each.type == "m.room.message"
            and each.room_id == room_id
            and "m.new_content" not in each.content
        ]

    def bodies(self, room_id: RoomId) -> list[str]:
        """What was said in a room, notices of deeds as they stand now."""
        found = [each for each in self.edge.said if isinstance(each, Outgoing) and each.room_id == room_id]
        edits = [each.content for each in found if "m.new_content" in each.content]
        now = {each["m.relates_to"]["event_id"]: each["m.new_content"]["body"] for each in edits}
        return [self._body(each, now) for each in self.said(room_id)]

    def _body(self, said: Outgoing, now: Mapping[EventId, str]) -> str:
        first: str = said.content["body"]
        answers = "m.in_reply_to" in said.content.get("m.relates_to", {})
        return first if answers else now.get(self.id_of(said), first)

    def last(self, room_id: RoomId) -> str:
        return self.bodies(room_id)[-1]

    def buttons(self, room_id: RoomId) -> list[str]:
        return [
            each.content["m.relates_to"]["key"]
            for each in self.edge.said
            if isinstance(each, Outgoing) and each.type == "m.reaction" and each.room_id == room_id
        ]

    def redactions(self) -> list[EventId]:
        return [each.target for each in self.edge.said if isinstance(each, OutgoingRedaction)]

    def id_of(self, message: Outgoing) -> EventId:
        return self.edge.event_ids[message.room_id, message.txn]

    def last_id(self, room_id: RoomId) -> EventId:
        return self.id_of(self.said(room_id)[-1])


class Town:
    """All of them, and the time."""

    def __init__(self, *assistants: UserId, territory: str = "") -> None:
        self.now = [1_795_431_600_000]  # Monday 23 November 2026, 12 h in Paris
        self.halls = {each: Hall(each, self, territory) for each in assistants}
        self.unsigned: set[UserId] = set()
        """Who has no encryption identity, so that a server could add devices to their account."""

    def room(
        self,
        room_id: RoomId,
        people: Iterable[str],
        name: str | None = None,
        *,
        encrypted: bool = True,
        more: Any = None,
    ) -> None:
        """Make or change a room, for every assistant among *people*."""
        members = {UserId(each): Member(UserId(each), "join", UserId(each).localpart) for each in people} | (more or {})
        for hall in self.halls.values():
            if hall.me in members:
                hall.edge.set_room(Room(room_id, encrypted, members, name, direct=False))

    async def deliver(self, incoming: Incoming) -> None:
        for hall in self.halls.values():
            if hall.edge.room(incoming.room_id) is not None:
                await hall.edge.deliver(incoming)

    async def event(self, room_id: RoomId, sender: str, content: dict[str, Any], kind: str = "m.room.message") -> Event:
        first = next(each for each in self.halls.values() if each.edge.room(room_id) is not None)
        room = first.edge.room(room_id)
        assert room is not None
        sealed = room.encrypted and kind != "m.reaction"
        event = Event(
            room_id,
            first.edge.new_event_id(),
            UserId(sender),
            kind,
            content,
            self.now[0],
            relates_to=content.get("m.relates_to", {}),
            device=DeviceId("DEVICE") if sealed else None,
            encrypted=sealed,
            signed=sealed and UserId(sender) not in self.unsigned,
        )
        await self.deliver(event)
        return event

    async def say(self, room_id: RoomId, sender: str, body: str, about: EventId | None = None, **more: Any) -> Event:
        relation = {} if about is None else {"m.relates_to": {"m.in_reply_to": {"event_id": about}}}
        return await self.event(room_id, sender, {"msgtype": "m.text", "body": body, **relation, **more})

    async def edit(self, event: Event, body: str) -> None:
        relation = {"rel_type": "m.replace", "event_id": event.event_id}
        new = {"msgtype": "m.text", "body": body}
        content = {"msgtype": "m.text", "body": f"* {body}", "m.new_content": new, "m.relates_to": relation}
        await self.event(event.room_id, event.sender, content)

    async def react(self, room_id: RoomId, sender: str, target: EventId, key: str) -> Event:
        relation = {"rel_type": "m.annotation", "event_id": target, "key": key}
        return await self.event(room_id, sender, {"m.relates_to": relation}, "m.reaction")

    async def redact(self, event: Event, by: str | None = None) -> None:
        for hall in self.halls.values():
            if hall.edge.room(event.room_id) is not None:
                redaction = Redaction(
                    event.room_id, hall.edge.new_event_id(), UserId(by or event.sender), event.event_id, self.now[0]
                )
                await hall.edge.deliver(redaction)

    async def tick(self, seconds: float = 0) -> None:
        self.now[0] += int(seconds * 1000)
        for hall in self.halls.values():
            await hall.tick()

    async def carry(self) -> None:
        """Bring every assistant what the others have said in their common rooms."""
        for hall in self.halls.values():
            said, hall.heard = hall.edge.said[hall.heard :], len(hall.edge.said)
            told, hall.overheard = hall.edge.told[hall.overheard :], len(hall.edge.told)
            for message in told:
                for other in self.halls.values():
                    if other.me in message.to:
                        await other.edge.hear(hall.me, message)
            for each in said:
                for other in self.halls.values():
                    if other is hall or other.edge.room(each.room_id) is None:
                        continue
                    event_id = hall.edge.event_ids[each.room_id, each.txn]
                    if isinstance(each, OutgoingRedaction):
                        await other.edge.deliver(Redaction(each.room_id, event_id, hall.me, each.target, self.now[0]))
                        continue
                    content = {**each.content, "fr.beffroi.txn": each.txn}
                    relation = content.get("m.relates_to", {})
                    await other.edge.deliver(
                        Event(
                            each.room_id,
                            event_id,
                            hall.me,
                            each.type,
                            content,
                            self.now[0],
                            relation,
                            device=DeviceId("D"),
                            encrypted=True,
                        )
                    )

    async def close(self) -> None:
        for hall in self.halls.values():
            await hall.close()
