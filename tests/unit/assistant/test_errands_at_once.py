"""Errands of several rooms at once: one that waits for a server holds up its own room, and nobody else."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from structlog.testing import capture_logs

from bots.assistant.handler.errands import AT_ONCE, WAITS_MS
from bots.assistant.store import errand_store
from bots.assistant.talk.errand import Cancel, Errand
from bots.assistant.talk.markup import text
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Needs, Request
from bots.database.engine import Database
from bots.matrix.errors import LoggedOut, Unreachable
from bots.matrix.port import Edge
from config.identifiers import RoomId
from tests.unit.assistant.conftest import PEOPLE, Town
from tests.unit.assistant.test_errands import Runner, give, tend, waiting

SECRETAIRE = PEOPLE[0]
ROOMS = [RoomId(f"!r{number}") for number in range(6)]


@dataclass
class Slow(Runner):
    """Waits in prepare until it is let go; *begun* and *most* say what was being done, and how much at once."""

    begun: list[str] = field(default_factory=list)
    running: int = 0
    most: int = 0
    held: dict[str, asyncio.Event] = field(default_factory=dict)

    def hold(self, *what: str) -> None:
        self.held |= {each: asyncio.Event() for each in what}

    async def prepare(self, request: Request, payload: Mapping[str, Any], edge: Edge) -> Any:
        what = str(payload["what"])
        self.begun.append(what)
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            if what in self.held:
                await self.held[what].wait()
            return await super().prepare(request, payload, edge)
        finally:
            self.running -= 1


def each_its_own(_: Request, words: list[str]) -> Reply:
    errands: list[Errand | Cancel] = [Errand("test", each, {"what": each}) for each in words]
    return Reply(text("noté"), errands=tuple(errands))


@pytest.fixture
def slow(town: Town) -> Slow:
    runner = Slow()
    give(town, runner, each_its_own)
    for each in ROOMS:
        town.edge.add_room(each, [SECRETAIRE])
    return runner


async def settle() -> None:
    for _ in range(200):
        await asyncio.sleep(0.001)


@asynccontextmanager
async def tending(town: Town) -> AsyncIterator[None]:
    """Do errands beside what happens inside, which lets go of what it holds."""
    async with asyncio.TaskGroup() as group:
        task = group.create_task(town.desk.errands.tend())
        await settle()
        yield
        await asyncio.wait_for(task, 10)
    await town.edge.flush()


async def ask(town: Town, room_id: RoomId, *what: str) -> None:
    await town.edge.say(room_id, SECRETAIRE, f"!course {' '.join(what)}")


def said_in(town: Town, room_id: RoomId) -> list[str]:
    return [each.content["body"] for each in town.messages() if each.room_id == room_id]


async def test_one_that_waits_holds_up_its_own_room_and_no_other(town: Town, slow: Slow) -> None:
    slow.hold("pont")
    await ask(town, ROOMS[0], "pont", "suite")
    await ask(town, ROOMS[1], "bilan")
    async with tending(town):
        await town.edge.flush()
        assert said_in(town, ROOMS[1]) == ["noté", "fait bilan 1"]
        assert said_in(town, ROOMS[0]) == ["noté"]
        assert slow.begun == ["pont", "bilan"]
        slow.held["pont"].set()
    assert said_in(town, ROOMS[0]) == ["noté", "fait pont 2", "fait suite 3"]
    assert await waiting(town) is None


async def test_what_is_asked_while_another_waits_is_done_at_once(town: Town, slow: Slow) -> None:
    """And the command itself is answered: nothing that waits for a server holds the database."""
    slow.hold("pont")
    await ask(town, ROOMS[0], "pont")
    async with tending(town):
        await ask(town, ROOMS[1], "bilan")
        await settle()
        await town.edge.flush()
        assert said_in(town, ROOMS[1]) == ["noté", "fait bilan 1"]
        slow.held["pont"].set()


async def test_only_some_are_done_at_once(town: Town, slow: Slow) -> None:
    names = [f"x{number}" for number in range(len(ROOMS))]
    slow.hold(*names)
    for room_id, name in zip(ROOMS, names, strict=True):
        await ask(town, room_id, name)
    async with tending(town):
        assert slow.begun == names[:AT_ONCE]
        for each in slow.held.values():
            each.set()
    assert slow.most == AT_ONCE
    assert sorted(slow.begun) == names


async def test_those_that_wait_for_a_server_do_not_keep_the_others_waiting(town: Town, slow: Slow) -> None:
    """A stranger's server that never answers holds four of somebody's imports for two minutes each, ten times."""
    names = [f"x{number}" for number in range(AT_ONCE)]
    slow.hold(*names)
    for room_id, name in zip(ROOMS, names, strict=False):
        await ask(town, room_id, name)
    async with tending(town):
        town.now[0] += WAITS_MS
        await ask(town, ROOMS[AT_ONCE], "bilan")
        await settle()
        await town.edge.flush()
        assert said_in(town, ROOMS[AT_ONCE]) == ["noté", "fait bilan 1"]
        for each in slow.held.values():
            each.set()


async def test_who_asks_for_much_waits_for_those_who_ask_for_little(town: Town, slow: Slow) -> None:
    for at, room_id in enumerate(ROOMS[:AT_ONCE]):
        await ask(town, room_id, *(f"m{at}-{number}" for number in range(10)))
    town.now[0] += 1
    await ask(town, ROOMS[AT_ONCE], "une")
    await tend(town)
    assert slow.begun.index("une") <= 2 * AT_ONCE
    assert len(slow.begun) == 10 * AT_ONCE + 1


async def test_one_that_is_logged_out_lets_the_others_end_and_is_still_due(town: Town, slow: Slow) -> None:
    slow.errors = [LoggedOut(401, "M_UNKNOWN_TOKEN", "gone", soft=False)]
    slow.hold("bilan")
    await ask(town, ROOMS[0], "pont")
    await ask(town, ROOMS[1], "bilan")
    with pytest.raises(BaseExceptionGroup) as raised:
        async with tending(town):
            slow.held["bilan"].set()
    assert raised.group_contains(LoggedOut)
    await tend(town)
    assert said_in(town, ROOMS[1]) == ["noté", "fait bilan 2"]
    assert said_in(town, ROOMS[0]) == ["noté", "fait pont 3"]


class Full(Database):
    """Stands before the database: while *full*, no transaction begins."""

    def __init__(self, database: Database) -> None:
        self.full, self._whole = True, database

    @asynccontextmanager
    async def begin(self) -> Any:
        if self.full:
            raise OSError("database or disk is full")
        async with self._whole.begin() as transaction:
            yield transaction


async def test_a_disk_that_was_full_forgets_nothing(town: Town, slow: Slow) -> None:
    await ask(town, ROOMS[0], "pont")
    town.desk.errands.database = disk = Full(town.edge.database)
    with pytest.raises(BaseExceptionGroup):
        await town.desk.errands.tend()
    disk.full = False
    await tend(town)
    assert said_in(town, ROOMS[0]) == ["noté", "fait pont 1"]


async def test_one_whose_request_cannot_be_made_holds_nothing_up(town: Town, slow: Slow) -> None:
    class Broken(Slow):
        @property
        def needs(self) -> Needs:
            raise ValueError("a defect of ours")

        @needs.setter
        def needs(self, _: Needs) -> None: ...

    await ask(town, ROOMS[0], "pont")
    await ask(town, ROOMS[1], "bilan")
    async with town.edge.database.begin() as transaction:
        first = await errand_store.first(transaction, town.now[0])
        assert first is not None
        await errand_store.keep(transaction, errand_store.WaitingErrand(**_of(first) | {"kind": "broken"}))
    town.desk.dispatcher.runners["broken"] = Broken()  # type: ignore[index]
    with capture_logs():
        await tend(town)
    assert said_in(town, ROOMS[1]) == ["noté", "fait bilan 1"]
    assert said_in(town, ROOMS[0]) == ["noté", "fait pont 2"]


def _of(each: errand_store.WaitingErrand) -> dict[str, Any]:
    return {name: getattr(each, name) for name in each.__slots__}


async def test_a_server_that_says_when_is_not_asked_before(town: Town, slow: Slow) -> None:
    slow.errors = [Unreachable("429", retry_after=60.0)]
    await ask(town, ROOMS[0], "pont")
    for seconds, begun in ((0, 1), (59, 1), (1, 2)):
        town.now[0] += seconds * 1_000
        await tend(town)
        assert len(slow.begun) == begun


async def test_a_server_that_asks_for_a_year_gets_ten_minutes(town: Town, slow: Slow) -> None:
    slow.errors = [Unreachable("429", retry_after=31_536_000.0)]
    await ask(town, ROOMS[0], "pont")
    await tend(town)
    town.now[0] += 600_000
    await tend(town)
    assert said_in(town, ROOMS[0]) == ["noté", "fait pont 2"]
