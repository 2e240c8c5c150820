"""Signatures verified by other processes come to what they come to here, whatever becomes of these processes."""

import asyncio
import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable

import pytest
from nacl.signing import SigningKey

from bots.register.format import ed25519
from bots.register.format.acceptance import Keys
from bots.register.format.ed25519 import Question, is_signed, written
from bots.register.format.errors import BadSnapshot, Flaw
from bots.register.format.operation import Operation
from bots.register.format.signature import Signer
from bots.register.replica.fold import state_hash
from bots.register.replica.selection import Record
from bots.register.replica.snapshot import batched
from bots.register.replica.state import State
from bots.register.store import snapshot_io, verifiers
from tests.bench.parts._operations import AUTHOR, ROOM, SIGNER, signed
from tests.model.at_once import write_snapshot

KEY, OTHER = SigningKey(b"k" * 32), SigningKey(b"o" * 32)
PUBLIC = KEY.verify_key.encode()


def questions(count: int = 20) -> list[Question]:
    """Good ones, forged ones, and such as nobody would ask."""
    found: list[Question] = []
    for number in range(count):
        good = bytes(KEY.sign(b"%d: payer le fournisseur" % number))
        forged = good[:-1] + b"?"
        both = (OTHER.verify_key.encode(), PUBLIC)
        found += [(good, (PUBLIC,)), (forged, (PUBLIC,)), (good, both), (good, ()), (good, (b"short",)), (b"", both)]
    return found


def expected(asked: list[Question]) -> bytes:
    return bytes(map(is_signed, asked))


def test_of_these_some_hold_and_some_do_not() -> None:
    assert sum(expected(questions(1))) == 2


@pytest.mark.parametrize("helpers", [0, 1, 2])
async def test_the_answers_are_those_of_this_process(helpers: int) -> None:
    async with verifiers.verifiers(helpers) as verifying:
        several = [questions(count) for count in (1, 30, 7, 0, 200)]
        assert await asyncio.gather(*map(verifying.verify, several)) == [*map(expected, several)]


def test_the_program_ends_when_whoever_asks_does() -> None:
    batch = written(questions(3))
    for asked, answered in ((b"", b""), (batch, expected(questions(3))), (batch + batch[:50], expected(questions(3)))):
        command = (sys.executable, "-I", ed25519.__file__)
        done = subprocess.run(command, input=asked, capture_output=True, timeout=60, check=False)
        assert done.stdout == answered


def test_a_batch_is_read_whole() -> None:
    sink = io.BytesIO()
    ed25519.answer(io.BytesIO(written(questions(4)) + written([]) + written(questions(1))), sink)
    assert sink.getvalue() == expected(questions(4)) + expected(questions(1))


def pids(verifying: verifiers.Verifiers) -> list[int]:
    return [each._process.pid for each in verifying._helpers]


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def test_a_helper_that_is_killed_is_done_without() -> None:
    async with verifiers.verifiers(2) as verifying:
        assert await verifying.verify(questions()) == expected(questions())
        for each in pids(verifying):
            os.kill(each, signal.SIGKILL)
        for _ in range(6):
            assert await verifying.verify(questions()) == expected(questions())


async def test_a_helper_that_hangs_is_done_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifiers, "_PATIENCE_S", 0.2)
    async with verifiers.verifiers(1) as verifying:
        (pid,) = pids(verifying)
        os.kill(pid, signal.SIGSTOP)
        assert await verifying.verify(questions()) == expected(questions())
        os.kill(pid, signal.SIGCONT)
        # What it says now answers what was asked before.
        good = [(bytes(KEY.sign(b"x")), (PUBLIC,))] * 120
        assert await verifying.verify(good) == b"\1" * 120


async def test_the_answer_to_what_nobody_waits_for_is_no_answer_to_the_next() -> None:
    async with verifiers.verifiers(1) as verifying:
        (pid,) = pids(verifying)
        os.kill(pid, signal.SIGSTOP)
        waiting = asyncio.create_task(verifying.verify([(b"forged" * 20, (PUBLIC,))] * 50))
        await asyncio.sleep(0.05)
        waiting.cancel()
        os.kill(pid, signal.SIGCONT)
        assert await verifying.verify([(bytes(KEY.sign(b"x")), (PUBLIC,))] * 50) == b"\1" * 50


async def test_whoever_gives_up_before_its_turn_leaves_no_answer_to_the_next() -> None:
    async with verifiers.verifiers(1) as verifying:
        good: Question = (bytes(KEY.sign(b"x")), (PUBLIC,))
        first = asyncio.create_task(verifying.verify([good] * 3000))
        second = asyncio.create_task(verifying.verify([good] * 5))
        third = asyncio.create_task(verifying.verify([(b"forged" * 20, (PUBLIC,))] * 5))
        await asyncio.sleep(0.01)
        second.cancel()
        assert await first == b"\1" * 3000
        assert await third == b"\0" * 5


async def test_none_is_left_when_the_end_is_cut_short() -> None:
    left = list[int]()

    async def waiting() -> None:
        async with verifiers.verifiers(2) as verifying:
            left.extend(pids(verifying))
            await asyncio.sleep(60)

    task = asyncio.create_task(waiting())
    while len(left) < 2:
        await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    for _ in range(500):
        if not any(map(is_running, left)):
            break
        await asyncio.sleep(0.01)
    assert not any(map(is_running, left))


async def test_where_no_process_can_be_started_there_is_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    async with verifiers.verifiers(2) as verifying:
        assert pids(verifying) == []
        assert await verifying.verify(questions()) == expected(questions())


async def test_none_is_left_whatever_happens_inside() -> None:
    left = list[int]()

    async def failing() -> None:
        async with verifiers.verifiers(2) as verifying:
            left.extend(pids(verifying))
            assert all(map(is_running, left))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await failing()
    assert len(left) == 2
    assert not any(map(is_running, left))


def keys(_: object) -> tuple[str, ...]:
    return (SIGNER.public_key,)


def snapshot(forge: Callable[[Operation], Record]) -> tuple[bytes, str]:
    """Return a snapshot of six hundred operations, of which one is what *forge* makes of it, and its hash."""
    state, records = State(), list[Record]()
    for number, each in enumerate(signed(600, 7)):
        state.apply(each)
        records.append(forge(each) if number == 400 else Record.of(each))
    (src,) = {each.src for each in records}
    return write_snapshot(ROOM, state, {AUTHOR: {src: 600}}, records), state_hash(state)


def test_long_lines_come_fewer_at_a_time() -> None:
    """Or a stranger's snapshot would take half a gigabyte of memory: several batches are judged at a time."""
    many = [b"x" * 60_000] * 40
    sizes = [len(each._lines) for each in batched(iter(many), {ROOM}, keys)]
    assert sizes == [9, 9, 9, 9, 4]
    assert [len(each._lines) for each in batched(iter([b"x"] * 1200), {ROOM}, keys)] == [500, 500, 200]


@pytest.fixture
def helped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot_io, "_MANY", 1)


@pytest.mark.usefixtures("helped")
async def test_a_snapshot_is_loaded_with_their_help() -> None:
    packed, expected_hash = snapshot(Record.of)
    loaded = await snapshot_io.read(packed, {ROOM}, keys, 2)
    assert (loaded.header.state_hash, state_hash(loaded.state)) == (expected_hash, expected_hash)


@pytest.mark.usefixtures("helped")
@pytest.mark.parametrize("listed", [keys, lambda _: (Signer(b"s" * 32).public_key,), lambda _: ()])
async def test_a_signature_that_does_not_hold_is_found_by_them(listed: Keys) -> None:
    """Of one line, of all by a key that is not the author's, and of an author who is not listed."""

    def forge(operation: Operation) -> Record:
        true = Record.of(operation)
        assert true.envelope is not None
        envelope = true.envelope.replace('"ts":1', '"ts":2') if listed is keys else true.envelope
        return Record(true.room_id, true.sender, true.src, true.seq, true.digest, true.clock, envelope)

    with pytest.raises(BadSnapshot) as told:
        await snapshot_io.read(snapshot(forge)[0], {ROOM}, listed, 2)
    assert told.value.flaw is Flaw.BAD_OPERATION
