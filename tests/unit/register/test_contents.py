"""Several contents under one identity: what counts depends on what they are, never on which came first."""

import asyncio
from collections.abc import Iterator, Sequence
from itertools import permutations

import pytest

from bots.database.engine import metadata
from bots.register.format.operation import Change, Operation, parse
from bots.register.format.signature import Signer, digest_of
from bots.register.replica.fold import state_hash
from bots.register.replica.tombstone import tombstone
from bots.register.store import operations as store
from bots.register.store import snapshot_io, tables
from bots.register.store.ledger import Ledger
from config.identifiers import RoomId, UserId
from tests.model import reference
from tests.model.at_once import fold
from tests.model.reference import Held
from tests.model.world import Cell

ROOM = RoomId("!room")
VALBOURG, RIVEMONT = UserId("@beffroi:valbourg.fr"), UserId("@beffroi:rivemont.fr")
SIGNER = Signer(b"v" * 32)
NOW = 1_795_431_600_000
TASKS = [f"00000000-0000-5000-8000-00000000000{each}" for each in range(3)]
TABLES = (
    *(tables.source, tables.room, tables.operation, tables.beside),
    *(tables.heard, tables.covered, tables.chapter, tables.peer),
)


def keys(sender: UserId) -> tuple[str, ...]:
    return (SIGNER.public_key,) if sender == VALBOURG else ()


def signed(seq: int, clock: int, **content: object) -> Operation:
    envelope = {"v": 1, "src": "source-0", "seq": seq, "clock": clock, "ts": 1, "by": VALBOURG, **content}
    raw = SIGNER.sign(envelope, ROOM, VALBOURG)
    return parse(raw, ROOM, VALBOURG, digest_of(raw, ROOM, VALBOURG))


def title(seq: int, clock: int, text: str, task: int = 0) -> Operation:
    return signed(seq, clock, ops=[Change("task", TASKS[task], set={"title": text}).as_json()])


def void(seq: int, clock: int, *victims: Operation) -> Operation:
    return signed(seq, clock, void=[tombstone(each).as_json() for each in victims])


ONE, TWO = title(1, 1, "one"), title(2, 2, "two", 1)
STORIES = sorted((title(3, 3, f"story {each}", 2) for each in range(3)), key=lambda each: each.digest)
VOIDS = void(3, 4, ONE), void(3, 5, TWO)


class Site:
    """A ledger over an empty store."""

    def __init__(self, runner: asyncio.Runner) -> None:
        self._runner = runner
        self._cell = runner.run(Cell.make(lambda connection: metadata.create_all(connection, tables=TABLES)))

    def clear(self) -> None:
        self._cell.put()
        self.ledger = Ledger(RIVEMONT, Signer(b"r" * 32), keys, lambda: NOW)

    def receive(self, *operations: Operation) -> None:
        async def work() -> None:
            async with self._cell.database.begin() as transaction:
                for each in operations:
                    await self.ledger.receive(transaction, ROOM, dict(each.raw), VALBOURG, None)

        self._runner.run(work())

    def erase(self, operation: Operation) -> None:
        async def work() -> None:
            async with self._cell.database.begin() as transaction:
                held = await store.find(transaction, ROOM, operation.identity)
                assert held is not None
                await self.ledger.erase(transaction, ROOM, held)

        self._runner.run(work())

    def load(self, writer: "Site") -> None:
        async def work() -> None:
            prepared = await snapshot_io.prepare(writer._cell.database, writer.ledger, ROOM, {})
            loaded = await snapshot_io.read(prepared.packed, {ROOM}, keys)
            async with self._cell.database.begin() as transaction:
                await self.ledger.adopt(transaction, ROOM, loaded, VALBOURG)

        self._runner.run(work())

    def answers(self) -> set[str]:
        async def work() -> set[str]:
            async with self._cell.database.begin() as transaction:
                return {each.digest for each in await store.between(transaction, ROOM, VALBOURG, "source-0", 1, 9)}

        return self._runner.run(work())

    def hash(self) -> str:
        """The state's hash, the same after a restart."""
        before = self.ledger.state_hash(ROOM)

        async def work() -> None:
            self.ledger = Ledger(RIVEMONT, Signer(b"r" * 32), keys, lambda: NOW)
            async with self._cell.database.begin() as transaction:
                await self.ledger.open(transaction)

        self._runner.run(work())
        assert self.ledger.state_hash(ROOM) == before
        return before

    def close(self) -> None:
        self._runner.run(self._cell.database.close())


@pytest.fixture
def sites() -> Iterator[tuple[Site, Site]]:
    with asyncio.Runner() as runner:
        made = Site(runner), Site(runner)
        for each in made:
            each.clear()
        yield made
        for each in made:
            each.close()


def expected(operations: Sequence[Operation]) -> str:
    held = [Held(ROOM, VALBOURG, dict(each.raw)) for each in operations]
    found = reference.state_hash(held, (), NOW)
    assert state_hash(fold(operations)) == found
    return found


@pytest.mark.parametrize(
    "contents",
    [
        [ONE, STORIES[0], VOIDS[0]],
        [ONE, STORIES[2], VOIDS[0]],
        [ONE, TWO, *VOIDS],
        [ONE, TWO, STORIES[0], *VOIDS],
        [ONE, *STORIES],
    ],
    ids=["smaller operation", "larger operation", "two voids", "two voids and an operation", "three operations"],
)
def test_the_order_in_which_contents_come_does_not_matter(sites: tuple[Site, Site], contents: list[Operation]) -> None:
    site, newcomer = sites
    told = expected(contents)
    for order in permutations(contents):
        site.clear()
        site.receive(*order, *order)
        assert site.hash() == told, [each.digest for each in order]
    newcomer.load(site)
    assert newcomer.hash() == told
    assert newcomer.ledger.frontier(ROOM) == site.ledger.frontier(ROOM)


def test_voids_under_one_identity_are_all_passed_on(sites: tuple[Site, Site]) -> None:
    site, newcomer = sites
    site.receive(ONE, TWO, *VOIDS)
    assert site.answers() == {each.digest for each in VOIDS}
    newcomer.load(site)
    assert newcomer.answers() == {each.digest for each in VOIDS}


def test_who_has_erased_a_content_still_takes_the_one_that_counts(sites: tuple[Site, Site]) -> None:
    """Its author erases nothing that counts, so no void will ever come."""
    early, late = sites
    counts, loses = STORIES[0], STORIES[1]
    early.receive(loses)
    early.erase(loses)
    early.receive(counts)
    late.receive(counts, loses)
    assert early.hash() == late.hash() == expected([counts])


def test_an_erased_content_that_counts_lets_none_come_back(sites: tuple[Site, Site]) -> None:
    early, late = sites
    counts, loses = STORIES[0], STORIES[1]
    early.receive(counts)
    early.erase(counts)
    early.receive(loses, counts)
    late.receive(loses, counts)
    late.erase(counts)
    held = [Held(ROOM, VALBOURG, dict(each.raw)) for each in (counts, loses)]
    assert early.hash() == late.hash() == reference.state_hash(held, {held[0].content}, NOW)


def test_a_voided_identity_is_empty_whatever_else_comes_under_it(sites: tuple[Site, Site]) -> None:
    site, _ = sites
    counts, loses = STORIES[0], STORIES[1]
    site.receive(loses, void(4, 4, loses), counts)
    assert site.hash() == expected([loses, counts, void(4, 4, loses)])
