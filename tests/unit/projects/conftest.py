"""One assistant over a fake edge, with a room of two collectivities in which projects are asked for."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

import bridge.operate.schema  # noqa: F401 - declares every table
from bots.assistant.dispatch.capability import Capability
from bots.assistant.testing.house import House
from bots.assistant.words.belonging import project_of
from bots.events.capability import events
from bots.events.talk.aiming import MEETINGS
from bots.events.talk.seeding import SEEDER as EVENT_SEEDER
from bots.matrix.events import Event, Outgoing, Redaction
from bots.matrix.fake import FakeEdge
from bots.objectives.commands import objectives
from bots.objectives.seeding import ObjectiveSeeder
from bots.projects.commands import projects
from bots.projects.federation import Partners
from bots.register.format.signature import Signer
from bots.tasks.commands import TASKS
from bots.tasks.doing.seeding import SEEDER
from bots.tasks.saying.census import CENSUS
from config.identifiers import EventId, RoomId, ServerName, UserId
from config.load import load_project_templates

ROOM = RoomId("!room")
V, R = UserId("@beffroi:valbourg.fr"), UserId("@beffroi:rivemont.fr")
ANNE, DGS, MAIRE = "@anne:valbourg.fr", "@dgs:valbourg.fr", "@maire:rivemont.fr"
SIGNER = Signer(b"v" * 32)
LISTED = frozenset({ServerName("valbourg.fr"), ServerName("rivemont.fr")})


class Hall(House):
    """The assistant of Valbourg."""

    def __init__(self) -> None:
        self.time = 1_795_431_600_000  # Monday 23 November 2026, 12 h in Paris
        self.templates = load_project_templates(Path("nowhere"))
        super().__init__(FakeEdge(V), self._capabilities, lambda: self.time, {V: SIGNER}, lambda: [V, R])

    def _capabilities(self) -> list[Capability]:
        partners = Partners(lambda: LISTED, lambda: (V, R))
        made = projects(
            self.templates,
            partners,
            objectives=ObjectiveSeeder(CENSUS),
            tasks=SEEDER,
            events=EVENT_SEEDER,
            meetings=MEETINGS,
        )
        return [TASKS, objectives(CENSUS, MEETINGS), made, events()]

    async def open(self) -> None:
        await self.make_tables()
        self.edge.add_room(ROOM, [ANNE, DGS, MAIRE, R], name="Mairie")

    async def say(self, body: str, sender: str = ANNE, room: str = ROOM) -> Event:
        return await self.edge.say(room, sender, body)

    async def edit(self, event: Event, body: str) -> None:
        new = {"msgtype": "m.text", "body": body}
        relation = {"rel_type": "m.replace", "event_id": event.event_id}
        content = {"m.new_content": new, "m.relates_to": relation}
        await self.edge.say(ROOM, event.sender, f"* {body}", content=content)

    async def redact(self, event: Event) -> None:
        event_id = self.edge.new_event_id()
        await self.edge.deliver(Redaction(ROOM, event_id, event.sender, event.event_id, self.edge.now()))

    async def work(self, seconds: int = 30) -> None:
        """Let the errands be done that fall due meanwhile."""
        for _ in range(seconds):
            await self.desk.errands.tend()
            await self.edge.idle()
            self.time += 1_000

    async def create(self, words: str = "Pont de la Lys avec @dgs @maire:rivemont.fr", sender: str = ANNE) -> Event:
        asked = await self.say(f"!projet créer {words}", sender)
        await self.work()
        return asked

    @property
    def rooms(self) -> list[RoomId]:
        """What was made, the space first."""
        return [room for _, room in sorted(self.edge.made.items(), key=lambda each: each[0][1])]

    def said(self, room: str = ROOM) -> list[str]:
        """The sentences in a room, edits left out."""
        messages = [each for each in self.edge.said if isinstance(each, Outgoing) and each.room_id == room]
        talk = [each for each in messages if each.type == "m.room.message" and "m.new_content" not in each.content]
        return [str(each.content["body"]) for each in talk]

    def members(self, room: str) -> dict[str, str]:
        found = self.edge.room(RoomId(room))
        assert found is not None
        return {str(each.user_id): each.membership for each in found.members.values()}

    async def project(self, room: RoomId) -> str | None:
        async with self.edge.database.begin() as transaction:
            found = project_of(await self.ledger.state(transaction, room))
        return None if found is None else found.name

    async def count(self, room: RoomId) -> dict[str, int]:
        """How many objects of each kind a room holds."""
        kinds = {"project", "objective", "task", "task.item"}
        async with self.edge.database.begin() as transaction:
            state = await self.ledger.state(transaction, room)
        return {kind: sum(1 for each in state.objects() if each.kind == kind) for kind in sorted(kinds)}

    def pinned(self, room: RoomId) -> list[EventId]:
        content = self.edge.state.get((room, "m.room.pinned_events", ""), {})
        return [EventId(each) for each in content.get("pinned", [])]


@pytest.fixture
async def hall() -> AsyncIterator[Hall]:
    found = Hall()
    await found.open()
    yield found
    await found.close()
