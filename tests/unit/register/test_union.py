"""A room and the one that it was upgraded to are one register: however their operations come, all fold alike."""

import asyncio
from collections.abc import Iterator
from itertools import count
from random import Random

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import bridge.operate.schema  # noqa: F401 - declares every table
from bots.database.engine import Database, metadata
from bots.register.format.operation import Change, Identity, Operation
from bots.register.format.signature import Signer
from bots.register.replica.fold import state_hash
from bots.register.replica.tombstone import tombstone
from bots.register.store import operations as store
from bots.register.store.ledger import Ledger
from config.identifiers import RoomId, UserId
from tests.model.at_once import fold

NAMES = tuple(UserId(f"@beffroi:{town}.fr") for town in ("valbourg", "rivemont", "cassel"))
SIGNERS = {each: Signer(each.encode()[:32].ljust(32, b"x")) for each in NAMES}
NOW = 1_795_431_600_000

Step = tuple[str, int, int]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(("write old", "write old", "write new", "write new", "deliver", "deliver", "relay", "carry"))
        | st.sampled_from(("redact", "restart")),
        st.integers(0, 2),
        st.integers(0, 1000),
    ),
    max_size=40,
)


def keys(sender: UserId) -> tuple[str, ...]:
    return (SIGNERS[sender].public_key,) if sender in SIGNERS else ()


class Follows:
    """The old room is before the new one."""

    def __init__(self, old: RoomId, new: RoomId) -> None:
        self._old, self._new = old, new

    def before(self, room_id: RoomId) -> tuple[RoomId, ...]:
        return (self._old,) if room_id == self._new else ()

    def after(self, room_id: RoomId) -> RoomId | None:
        return self._new if room_id == self._old else None


class Replica:
    """One assistant's store."""

    def __init__(self, name: UserId, database: Database, old: RoomId, new: RoomId) -> None:
        self.name, self.database, self.old, self.new = name, database, old, new
        self.restart()

    def restart(self) -> None:
        self.ledger = Ledger(self.name, SIGNERS[self.name], keys, lambda: NOW)
        self.ledger.lineage = Follows(self.old, self.new)

    async def write(self, room: RoomId, number: int) -> Operation:
        task = f"00000000-0000-5000-8000-00000000000{number % 3}"
        change = Change("task", task, {"title": f"{number}"}, {"number": number}, {"labels": (f"{number % 5}",)})
        async with self.ledger.begin(self.database, self.old, self.new) as transaction:
            held = (await self.ledger.state(transaction, room)).get("task", task)
            tags = held.tags("labels", f"{number % 5}") if held is not None else ()
            if tags:
                change = Change("task", task, {"title": f"{number}"}, remove={"labels": tags})
            return await self.ledger.write(transaction, room, [change], by=self.name)

    async def hear(self, operation: Operation, *, relayed: bool) -> None:
        """Receive an operation in its own room, or in the new one from another assistant's hands."""
        room = self.new if relayed else operation.room_id
        async with self.ledger.begin(self.database, self.old, self.new) as transaction:
            await self.ledger.receive(
                *(transaction, room, dict(operation.raw), operation.sender, None), signed_for=operation.room_id
            )

    async def carry(self) -> None:
        async with self.ledger.begin(self.database, self.old, self.new) as transaction:
            await self.ledger.carry(transaction, self.old, self.new)

    async def redact(self, operation: Operation) -> Operation | None:
        """See an operation's event redacted in its room; its author voids it there."""
        async with self.ledger.begin(self.database, self.old, self.new) as transaction:
            held = await store.find(transaction, operation.room_id, operation.identity)
            if held is None or held.void:
                return None
            await self.ledger.erase(transaction, operation.room_id, held)
            if held.sender != self.name:
                return None
            return await self.ledger.write(transaction, operation.room_id, [], by=self.name, void=[tombstone(held)])


class Towns:
    """Three stores that all examples share; each has rooms of its own."""

    def __init__(self) -> None:
        self.runner = asyncio.Runner()
        self._numbers = count()
        self._databases = [Database.open("sqlite://") for _ in NAMES]
        self.runner.run(self._make())

    async def _make(self) -> None:
        for each in self._databases:
            async with each.engine.begin() as connection:
                await connection.run_sync(metadata.create_all)

    def replicas(self) -> list[Replica]:
        number = next(self._numbers)
        rooms = RoomId(f"!old{number}"), RoomId(f"!new{number}")
        return [Replica(name, database, *rooms) for name, database in zip(NAMES, self._databases, strict=True)]

    async def _end(self) -> None:
        for each in self._databases:
            await each.close()

    def close(self) -> None:
        self.runner.run(self._end())
        self.runner.close()


@pytest.fixture(scope="module")
def towns() -> Iterator[Towns]:
    made = Towns()
    yield made
    made.close()


@given(steps=STEPS, order=st.randoms(use_true_random=False))
@example(
    steps=[("write old", 0, 1), ("deliver", 1, 0), ("carry", 1, 0), ("redact", 1, 0), ("redact", 0, 0)], order=None
)
@settings(max_examples=60, deadline=None, suppress_health_check=[*HealthCheck])
def test_operations_split_over_both_rooms_fold_alike_for_everybody(
    towns: Towns, steps: list[Step], order: Random | None
) -> None:
    towns.runner.run(_live(towns.replicas(), steps, order))


class Events:
    """What was said so far, and what of it is to be erased."""

    def __init__(self) -> None:
        self.said: list[Operation] = []
        self.redacted: dict[Identity, Operation] = {}

    async def step(self, replica: Replica, verb: str, number: int) -> None:
        match verb.split():
            case ["write", room]:
                self.said.append(await replica.write(replica.old if room == "old" else replica.new, number))
            case ["carry"]:
                await replica.carry()
            case ["restart"]:
                replica.restart()
            case [_] if self.said:
                await self._about(replica, verb, self.said[number % len(self.said)])

    async def _about(self, replica: Replica, verb: str, one: Operation) -> None:
        if verb != "redact":
            await replica.hear(one, relayed=verb == "relay")
        elif not one.void:
            self.redacted[one.identity] = one
            await self.redact(replica, one)

    async def redact(self, replica: Replica, one: Operation) -> None:
        void = await replica.redact(one)
        if void is not None:
            self.said.append(void)


async def _live(replicas: list[Replica], steps: list[Step], order: Random | None) -> None:
    events = Events()
    for verb, who, number in steps:
        await events.step(replicas[who], verb, number)
    for one in events.redacted.values():
        # Its author hears of it in the end.
        await events.redact(next(each for each in replicas if each.name == one.sender), one)
    for replica in replicas:
        mine = list(events.said)
        if order is not None:
            order.shuffle(mine)
        for place, one in enumerate(mine):
            await replica.hear(one, relayed=place % 2 == 0)
        await replica.carry()
    expected = state_hash(fold(events.said))
    assert {each.ledger.state_hash(each.new) for each in replicas} == {expected}
    assert len({str(each.ledger.frontier(each.new)) for each in replicas}) == 1
    assert [each.ledger.gaps(each.new) for each in replicas] == [{}] * 3
    for replica in replicas:
        async with replica.database.begin() as transaction:
            for one in events.redacted.values():
                for room in (replica.old, replica.new):
                    assert await store.find(transaction, room, one.identity) is None
        await replica.carry()
        replica.restart()
        async with replica.database.begin() as transaction:
            await replica.ledger.state(transaction, replica.new)
        assert replica.ledger.state_hash(replica.new) == expected
