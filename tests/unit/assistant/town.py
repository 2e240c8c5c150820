"""Several assistants in one room: each with its own edge, database and desk, and a wire between them."""

import itertools
from collections.abc import Callable, Iterable
from typing import Any

import bridge.operate.schema  # noqa: F401 - declares every table
from bots.assistant.dispatch.capability import Capability
from bots.assistant.testing.house import House
from bots.matrix.events import Event, Incoming, Member, Outgoing, OutgoingRedaction, OutgoingToDevice, Redaction, Room
from bots.matrix.fake import FakeEdge, FakeRepository
from bots.register.format.operation import Change
from bots.register.format.signature import Signer
from bots.register.format.wire import CHAPTER, OPS, chapter_content
from bots.tasks.commands import TASKS
from config.identifiers import DeviceId, RoomId, UserId

ROOM = RoomId("!room")
V, R, C = UserId("@beffroi:valbourg.fr"), UserId("@beffroi:rivemont.fr"), UserId("@beffroi:cassel.fr")
SIGNERS = {each: Signer(each.encode()[:32].ljust(32, b"x")) for each in (V, R, C)}


def keys(sender: UserId) -> tuple[str, ...]:
    return (SIGNERS[sender].public_key,) if sender in SIGNERS else ()


class Died(BaseException):
    """Stands for SIGKILL: nothing catches it, as what merely fails is caught."""


class Side(House):
    """One assistant."""

    def __init__(self, me: UserId, town: "Town") -> None:
        self.me = me
        self._town = town
        edge = FakeEdge(me, repository=town.repository)
        # One event is one event, whoever hears of it.
        edge._numbers = town.numbers
        self.carried = 0
        self._writes = itertools.count()
        self.told = 0
        super().__init__(edge, town.capabilities, town.now, SIGNERS, lambda: town.listed)

    async def open(self) -> None:
        await self.make_tables()

    @property
    def person(self) -> str:
        return f"@dgs:{self.me.server}"

    async def ask(self, body: str) -> Event:
        """Let one of our people say something, that everybody hears."""
        event = await self.edge.say(ROOM, self.person, body)
        for each in self._town.inside:
            if each is not self:
                await each.edge.deliver(event)
        return event

    async def write(self, title: str, number: int = 0, *, thread: bool = False) -> None:
        """Write an operation and say it, as an answer does."""
        change = Change("task", f"00000000-0000-5000-8000-{number:012}", set={"title": title})
        async with self.edge.database.begin() as transaction:
            txn = f"write {number} {next(self._writes)}"
            chapter = await self.desk.registrar.chapter(transaction, ROOM)
            opens = None if chapter else await self.desk.registrar.opening(transaction, ROOM, txn)
            also = self.desk.registrar.loose(ROOM)
            operation = await self.ledger.write(transaction, ROOM, [change], by=UserId(self.person), also=also)
            self.desk.registrar.wrote(ROOM)
            content: dict[str, Any] = {"msgtype": "m.notice", "body": title, OPS: dict(operation.raw)}
            if opens is not None:
                content[CHAPTER] = chapter_content(opens)
            if thread:
                content["m.relates_to"] = {"rel_type": "m.thread", "event_id": "$thread"}
            elif chapter is not None:
                content["m.relates_to"] = {"rel_type": "m.reference", "event_id": chapter}
            await self.edge.enqueue(Outgoing(ROOM, txn, "m.room.message", content), transaction)
        await self.edge.flush()

    def signals(self) -> list[dict[str, Any]]:
        """What we have told the others' devices."""
        return [dict(each.content) for each in self.edge.told]

    def said(self, kind: str = "m.room.message") -> list[dict[str, Any]]:
        return [dict(each.content) for each in self.edge.said if isinstance(each, Outgoing) and each.type == kind]

    def answers(self) -> list[str]:
        """What was answered to people's commands; introductions and what :meth:`write` says are none."""
        return [each["body"] for each in self.said() if "m.in_reply_to" in each.get("m.relates_to", {})]

    def chapters(self) -> list[dict[str, Any]]:
        found = [each[CHAPTER] for each in self.said() if CHAPTER in each]
        return [each for each in found if each["snapshot"] is not None]

    @property
    def hash(self) -> str:
        return self.ledger.state_hash(ROOM)


class Town:
    """The room that they share, and the time."""

    def __init__(self, *assistants: UserId, capabilities: Callable[[], Iterable[Capability]] = lambda: [TASKS]) -> None:
        self.capabilities = capabilities
        self.time = 1_795_431_600_000
        self.listed = [*assistants]
        self.repository = FakeRepository()
        self.numbers = itertools.count(1)
        self.sides = {each: Side(each, self) for each in assistants}
        self.inside: list[Side] = []
        self.lost: Callable[[UserId, Event | OutgoingToDevice], bool] = lambda _to, _event: False

    def now(self) -> int:
        return self.time

    async def enter(self, me: UserId) -> Side:
        """Let an assistant join: the others see it come, and it sees who is there."""
        side = self.sides[me]
        await side.open()
        self.inside.append(side)
        people = [UserId(each.person) for each in self.sides.values()]
        members = {each: Member(each, "join") for each in [*(each.me for each in self.inside), *people]}
        room = Room(ROOM, encrypted=True, members=members)
        for each in self.inside[:-1]:
            each.edge.set_room(room)
            content = {"membership": "join"}
            event_id = each.edge.new_event_id()
            await each.edge.deliver(Event(ROOM, event_id, me, "m.room.member", content, self.time, state_key=me))
        side.carried = side.told = 0
        await side.edge.join(room, side.person)
        return side

    async def carry(self) -> bool:
        """Carry what was said to the others, once; tell whether there was anything."""
        new = [(side, each) for side in self.inside for each in side.edge.said[side.carried :]]
        told = [(side, each) for side in self.inside for each in side.edge.told[side.told :]]
        for side in self.inside:
            side.carried, side.told = len(side.edge.said), len(side.edge.told)
        for source, message in new:
            for side in self.inside:
                event = self._event(source, message)
                if side is source:
                    continue
                if isinstance(event, Event) and self.lost(side.me, event):
                    # Its homeserver has it, and never told it.
                    side.edge._remember(event)
                else:
                    await side.edge.deliver(event)
        for source, signal in told:
            for side in self.inside:
                if side.me in signal.to and not self.lost(side.me, signal):
                    await side.edge.hear(source.me, signal)
        return bool(new or told)

    def _event(self, source: Side, message: Outgoing | OutgoingRedaction) -> Incoming:
        event_id = source.edge.event_ids[ROOM, message.txn]
        if isinstance(message, OutgoingRedaction):
            return Redaction(ROOM, event_id, source.me, message.target, self.time)
        return Event(
            ROOM,
            event_id,
            source.me,
            message.type,
            dict(message.content),
            self.time,
            relates_to=message.content.get("m.relates_to", {}),
            device=DeviceId("FAKE"),
            encrypted=True,
        )

    async def pass_time(self, milliseconds: int = 0, *, step: int = 500) -> None:
        """Let everybody be idle and hear what is said, for a while (0: until all is quiet)."""
        for _ in range(max(1, milliseconds // step)):
            for _ in range(20):
                for side in self.inside:
                    await side.edge.idle()
                if not await self.carry():
                    break
            self.time += step if milliseconds else 0

    async def close(self) -> None:
        for side in self.sides.values():
            await side.edge.database.close()
