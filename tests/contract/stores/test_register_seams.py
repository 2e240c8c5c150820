"""What generated histories found where erasure, time and failed transactions meet; one small case for each."""

from collections.abc import Callable
from typing import Any

import pytest

from bots.assistant.sync.noticeboard import NoticeBoard
from bots.assistant.sync.reconciler import Reconciler
from bots.assistant.sync.registrar import Registrar
from bots.assistant.sync.signals import Signals
from bots.assistant.talk.lineage import Lineage
from bots.database.engine import Database
from bots.matrix.events import ToDevice
from bots.matrix.fake import FakeEdge
from bots.register.format.operation import Change, Operation, Tombstone, parse
from bots.register.format.signature import Signer, digest_of
from bots.register.format.wire import SIGNAL, Signal, signal_content, split_relay
from bots.register.replica.places import ERASED
from bots.register.replica.tombstone import tombstone
from bots.register.store import operations as store
from bots.register.store import sequence
from bots.register.store.ledger import Ledger, Outcome
from config.identifiers import DeviceId, EventId, RoomId, UserId

ROOM = RoomId("!room")
V, R = UserId("@beffroi:valbourg.fr"), UserId("@beffroi:rivemont.fr")
SIGNERS = {V: Signer(b"v" * 32), R: Signer(b"r" * 32)}
TASK = "00000000-0000-5000-8000-000000000001"
NOW = 1_700_000_000_000
FAR = NOW + 700_000


def keys(sender: UserId) -> tuple[str, ...]:
    return (SIGNERS[sender].public_key,) if sender in SIGNERS else ()


def ledger(now: Callable[[], int] = lambda: NOW) -> Ledger:
    return Ledger(V, SIGNERS[V], keys, now)


def signed(seq: int, clock: int, sender: UserId = R, **parts: Any) -> Operation:
    """An operation of the other assistant."""
    envelope = {"v": 1, "src": "source-0", "seq": seq, "clock": clock, "ts": 1, "by": sender, **parts}
    raw = SIGNERS[sender].sign(envelope, ROOM, sender)
    return parse(raw, ROOM, sender, digest_of(raw, ROOM, sender))


def task(**parts: Any) -> list[dict[str, Any]]:
    return [{"kind": "task", "id": TASK, **parts}]


def void(seq: int, clock: int, *erased: Operation) -> Operation:
    return signed(seq, clock, void=[tombstone(each).as_json() for each in erased])


async def receive(desk: Ledger, database: Database, *operations: Operation) -> list[Outcome]:
    async with database.begin() as transaction:
        return [
            (await desk.receive(transaction, ROOM, each.raw, each.sender, EventId(f"${each.digest}")))[0]
            for each in operations
        ]


async def read_again(database: Database) -> str:
    desk = ledger(lambda: FAR)
    async with database.begin() as transaction:
        await desk.open(transaction)
    return desk.state_hash(ROOM)


async def write_and_fail(desk: Ledger, database: Database) -> None:
    async with database.begin() as transaction:
        await desk.write(transaction, ROOM, [Change("task", TASK, set={"title": "lost"})], by=V)
        raise ConnectionError


async def test_a_void_that_waited_for_its_time_erases_when_it_comes(database: Database) -> None:
    now = [NOW]
    desk = ledger(lambda: now[0])
    secret = signed(1, 1, ops=task(add={"labels": ["secret"]}, set={"title": "secret"}))
    await receive(desk, database, secret, void(2, FAR, secret))
    now[0] = FAR
    async with database.begin() as transaction:
        assert await desk.ripen(transaction, ROOM)
        assert await store.find(transaction, ROOM, secret.identity) is None
    found = desk.known(ROOM).get("task", TASK)
    assert found is not None
    assert (found.elements("labels"), found.value("title")) == ([], ERASED)


async def test_a_void_that_takes_another_contents_place_erases_too(database: Database) -> None:
    secret = signed(1, 1, ops=task(add={"labels": ["secret"]}))
    winner, loser = sorted(
        [void(2, 2, secret), *(signed(2, 2, ops=task(set={"title": str(each)})) for each in range(40))],
        key=lambda each: (not each.void, each.digest),
    )[0::40]
    assert winner.void
    assert winner.digest < loser.digest
    desk = ledger()
    assert (await receive(desk, database, secret, loser, winner))[-1] is Outcome.CONFLICT
    async with database.begin() as transaction:
        assert await store.find(transaction, ROOM, secret.identity) is None


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (2, 1, 0)])
async def test_a_void_cannot_be_voided(database: Database, order: tuple[int, ...]) -> None:
    secret = signed(1, 1, ops=task(add={"labels": ["secret"]}, set={"title": "secret"}))
    first = void(2, 2, secret)
    second = signed(3, 3, void=[{"src": "source-0", "seq": 2, "clock": 2, "digest": first.digest, "ops": []}])
    said = (secret, first, second)
    desk = ledger()
    await receive(desk, database, *[said[each] for each in order])
    found = desk.known(ROOM).get("task", TASK)
    assert found is not None
    assert (found.value("title"), found.elements("labels")) == (ERASED, [])
    assert await read_again(database) == desk.state_hash(ROOM)


async def test_what_is_dated_ahead_and_erased_waits_like_what_is_not(database: Database) -> None:
    """Or whoever dates an operation to the end of time and redacts it would own its fields for ever."""
    ahead, plain = signed(1, 2**53 - 1, ops=task(set={"title": "x"})), signed(2, 1, ops=task(set={"title": "relancer"}))
    desk = ledger()
    await receive(desk, database, ahead, plain)
    async with database.begin() as transaction:
        await desk.erase(transaction, ROOM, ahead)
    found = desk.known(ROOM).get("task", TASK)
    assert found is not None
    assert found.value("title") == "relancer"
    assert (desk.waiting(ROOM), desk.gaps(ROOM)) == (1, {})


async def test_a_room_whose_transaction_failed_is_read_again_and_not_taken_for_empty(database: Database) -> None:
    desk = ledger()
    await receive(desk, database, signed(1, 1, ops=task(set={"title": "relancer"})))
    before = desk.state_hash(ROOM)
    desk.forget(ROOM)
    desk.state_hash(ROOM)
    async with database.begin() as transaction:
        await desk.state(transaction, ROOM)
    assert desk.state_hash(ROOM) == before


async def test_a_source_that_a_failed_transaction_made_is_not_used(database: Database) -> None:
    desk = ledger()
    with pytest.raises(ConnectionError):
        await write_and_fail(desk, database)
    desk.forget(ROOM)
    async with database.begin() as transaction:
        written = await desk.write(transaction, ROOM, [Change("task", TASK)], by=V)
        assert (written.src, written.seq) == (sequence.source_in(ROOM, await sequence.own_seed(transaction)), 1)


async def test_a_withdrawn_operation_counts_as_never_written(database: Database) -> None:
    desk = ledger()
    async with database.begin() as transaction:
        await desk.write(transaction, ROOM, [Change("task", TASK, set={"title": "avant"})], by=V)
        own = await desk.write(transaction, ROOM, [Change("task", TASK, set={"title": "après"})], by=V)
        stone = Tombstone(own.src, own.seq, own.clock, own.digest, ())
        await desk.write(transaction, ROOM, [], by=V, void=[stone])
    found = desk.known(ROOM).get("task", TASK)
    assert found is not None
    assert found.value("title") == "avant"
    assert await read_again(database) == desk.state_hash(ROOM)


async def test_a_restored_store_learns_its_own_voids_from_another_assistant(database: Database) -> None:
    """They stand in no timeline; and until they are here, none of their numbers is given again."""
    edge, desk = FakeEdge(V), ledger()
    board, lineage = NoticeBoard(lambda: NOW), Lineage(edge)
    signals = Signals(edge, lambda: [V, R])
    reconciler = Reconciler(desk, edge, board, signals, lineage, lambda: [V, R], lambda: NOW)
    registrar = Registrar(desk, edge, reconciler, board, lineage, lambda: [V, R], lambda: NOW)
    async with database.begin() as transaction:
        src = sequence.source_in(ROOM, await sequence.own_seed(transaction))
        said = signed(1, 1, V, src=src, ops=task(set={"title": "secret"}))
        erased = signed(2, 2, V, src=src, void=[tombstone(said).as_json()])
        for signal in (Signal(frontier={V: {src: 2}}), Signal(relay=split_relay([erased])[0])):
            told = ToDevice(ROOM, "~1", R, SIGNAL, signal_content(signal), DeviceId("D"))
            await registrar.listen(told, transaction)
            written = await desk.write(transaction, ROOM, [Change("task", TASK, set={"title": "x"})], by=V)
            assert written.src != src
        assert await store.find(transaction, ROOM, erased.identity) is not None
    await edge.database.close()


async def test_a_liar_makes_us_take_one_new_source_and_no_more(database: Database) -> None:
    desk = ledger()
    async with database.begin() as transaction:
        sources = set()
        for _ in range(3):
            sources.add(src := sequence.source_in(ROOM, await sequence.own_seed(transaction)))
            await desk.hear(transaction, ROOM, {V: {src: 1_000}})
    assert len(sources) == 2
