"""Two assistants over fake edges, with one room between them, for the tests of cards and buttons."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

import bridge.operate.schema  # noqa: F401 - declares every table
from bots.assistant.talk.messages import CARD
from bots.assistant.testing.house import House
from bots.day.commands import day
from bots.matrix.events import Event, Outgoing, OutgoingRedaction, Redaction
from bots.matrix.fake import FakeEdge
from bots.objectives.commands import objectives
from bots.register.format.signature import Signer
from bots.tasks.commands import TASKS
from bots.tasks.saying.agenda import AGENDA
from bots.tasks.saying.census import CENSUS
from config.identifiers import DeviceId, EventId, RoomId, UserId

ROOM = RoomId("!room")
V, R = UserId("@beffroi:valbourg.fr"), UserId("@beffroi:rivemont.fr")
SIGNERS = {V: Signer(b"v" * 32), R: Signer(b"r" * 32)}
PEOPLE = ("@secretaire:valbourg.fr", "@dgs:rivemont.fr", "@citoyen:ailleurs.fr")


class NamedEdge(FakeEdge):
    """Event ids of two edges differ, as those of two servers do."""

    def new_event_id(self) -> EventId:
        return EventId(f"{super().new_event_id()}-{self.user_id.server}")


class Town(House):
    """One collectivity's assistant."""

    def __init__(self, me: UserId, now: list[int]) -> None:
        self.now = now
        self.heard = self.told = 0
        capabilities = [TASKS, objectives(CENSUS), day([AGENDA])]
        super().__init__(NamedEdge(me), lambda: capabilities, lambda: now[0], SIGNERS, lambda: [V, R])

    async def open(self) -> None:
        await self.make_tables()
        self.edge.add_room(ROOM, [*PEOPLE, *SIGNERS])

    async def say(self, sender: str, body: str, about: EventId | None = None, **more: Any) -> Event:
        relation = {} if about is None else {"m.relates_to": {"m.in_reply_to": {"event_id": about}}}
        return await self.edge.say(ROOM, sender, body, content={**relation, **more})

    async def react(self, sender: str, target: EventId, key: str) -> Event:
        relation = {"rel_type": "m.annotation", "event_id": target, "key": key}
        return await self.edge.say(ROOM, sender, "", content={"m.relates_to": relation}, kind="m.reaction")

    async def redact(self, sender: str, target: EventId) -> None:
        event_id = self.edge.new_event_id()
        await self.edge.deliver(Redaction(ROOM, event_id, UserId(sender), target, self.edge.now()))

    async def wait(self, seconds: float) -> None:
        """Let time pass, a tick a second."""
        for _ in range(int(seconds)):
            self.now[0] += 1_000
            await self.edge.idle()

    def messages(self) -> list[Outgoing]:
        return [each for each in self.edge.said if isinstance(each, Outgoing) and each.type == "m.room.message"]

    def edits(self) -> list[Outgoing]:
        """The edits of cards; those of notices are :meth:`notices`."""
        edited = [each for each in self.messages() if "m.new_content" in each.content]
        return [each for each in edited if each.content["m.relates_to"]["event_id"] not in self._notices()]

    def notices(self) -> list[str]:
        """What each notice of deeds says now."""
        latest: dict[EventId, str] = {}
        for each in self.messages():
            if self.id_of(each) in self._notices():
                latest[self.id_of(each)] = each.content["body"]
            elif "m.new_content" in each.content and each.content["m.relates_to"]["event_id"] in latest:
                latest[each.content["m.relates_to"]["event_id"]] = each.content["m.new_content"]["body"]
        return [*latest.values()]

    def _notices(self) -> set[EventId]:
        """Of all that we say in a room, they alone answer nothing and are no card."""
        said = [each for each in self.messages() if "m.new_content" not in each.content and CARD not in each.content]
        return {self.id_of(each) for each in said if "m.in_reply_to" not in each.content.get("m.relates_to", {})}

    def sentences(self) -> list[str]:
        return [each.content["body"] for each in self.messages() if "m.new_content" not in each.content]

    def redactions(self) -> list[EventId]:
        return [each.target for each in self.edge.said if isinstance(each, OutgoingRedaction)]

    def id_of(self, message: Outgoing) -> EventId:
        return self.edge.event_ids[ROOM, message.txn]

    async def task(self, title: str, sender: str = PEOPLE[0]) -> EventId:
        """Add a task; return the event id of its card."""
        await self.say(sender, f"!tâche ajouter {title}")
        return self.id_of([each for each in self.messages() if "m.new_content" not in each.content][-1])

    async def tell(self, other: "Town") -> None:
        """Bring *other* all that this one has said since it was last told."""
        said, self.heard = self.edge.said[self.heard :], len(self.edge.said)
        for each in said:
            event_id = self.edge.event_ids[ROOM, each.txn]
            me = self.edge.user_id
            if isinstance(each, OutgoingRedaction):
                await other.edge.deliver(Redaction(ROOM, event_id, me, each.target, other.edge.now()))
                continue
            content = {**each.content, "fr.beffroi.txn": each.txn}
            relation = content.get("m.relates_to", {})
            event = Event(ROOM, event_id, me, each.type, content, other.edge.now(), relation, device=DeviceId("D"))
            await other.edge.deliver(event)
        told, self.told = self.edge.told[self.told :], len(self.edge.told)
        for each_told in told:
            await other.edge.hear(self.edge.user_id, each_told)


@pytest.fixture
async def now() -> list[int]:
    return [1_795_431_600_000]  # Monday 23 November 2026, 12 h in Paris


@pytest.fixture
async def towns(now: list[int]) -> AsyncIterator[tuple[Town, Town]]:
    both = Town(V, now), Town(R, now)
    for each in both:
        await each.open()
    yield both
    for each in both:
        await each.close()


@pytest.fixture
async def town(towns: tuple[Town, Town]) -> Town:
    return towns[0]
