"""One snapshot, written and loaded, in a process of its own: prints one line of JSON."""

import argparse
import asyncio
import gc
import json
import os
from base64 import b64decode
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter, process_time
from typing import Any, NamedTuple

from nacl.bindings import crypto_sign_open
from nacl.signing import SigningKey

from bots.register.format.packing import pack
from bots.register.format.signature import signed_bytes
from bots.register.replica.fold import state_hash
from bots.register.replica.selection import Record, Selection
from bots.register.replica.snapshot import Writing
from bots.register.replica.state import State
from bots.register.store import snapshot_io
from bots.register.store.verifiers import HELPERS
from config.identifiers import UserId
from tests.bench._results import Foreign, cpu_s, rss_mib
from tests.bench.parts._operations import AUTHOR, ROOM, SIGNER, signed

_SRC = "bench-source-0001"


def main() -> None:
    """Measure what the arguments ask for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    print(json.dumps(_measure(asked.count, asked.seed)))


def _measure(count: int, seed: int) -> dict[str, Any]:
    state, records = State(), []
    for each in signed(count, seed, _SRC):
        state.apply(each)
        records.append(Record.of(each))
    expected = state_hash(state)

    started = perf_counter()
    # What a shell does at one go; all that follows can be spread over time and threads.
    writing = Writing(Selection(state, {AUTHOR: {_SRC: count}}))
    selected = perf_counter()
    writing.take(records)
    lines = [*writing.lines(ROOM, state.clock, expected, {"task": 1})]
    chosen = perf_counter()
    packed = pack(lines)
    written = perf_counter()

    carried, unpacked = len(lines) - 1, sum(map(len, lines))
    signatures = [_signed(each) for each in lines[1:]]
    del writing, lines, records, state
    gc.collect()
    before, foreign = rss_mib(os.getpid()), Foreign.look(())
    here = _load(packed, expected, 0)
    with_it = rss_mib(os.getpid()) - before
    alone = _verify(signatures, 1)
    helped, alone_on_two = _load(packed, expected, HELPERS), _verify(signatures, 2)
    return {
        "operations": count,
        "carried": carried,
        "unpacked_mib": round(unpacked / 2**20, 2),
        "packed_mib": round(len(packed) / 2**20, 2),
        "select_ms": round((selected - started) * 1000, 1),
        "write_s": round(written - started, 2),
        "pack_s": round(written - chosen, 2),
        "signatures_s": round(alone.wall_s, 3),
        "signatures_two_threads_s": round(alone_on_two.wall_s, 3),
        "signatures_per_second": round(carried / alone.wall_s),
        "helpers": HELPERS,
        **_compared("", helped, alone),
        **_compared("_here", here, alone),
        "loaded_per_second": round(carried / helped.wall_s),
        "loaded_here_per_second": round(carried / here.wall_s),
        "load_mib": round(with_it, 1),
        "rss_mib": rss_mib(os.getpid()),
        "foreign_percent": foreign.percent(),
    }


class _Took(NamedTuple):
    wall_s: float
    cpu_s: float


def _compared(how: str, load: _Took, alone: _Took) -> dict[str, float]:
    """Return a load, and how it compares with its signatures: by the clock, and by the processor, helpers included."""
    return {
        f"load{how}_s": round(load.wall_s, 3),
        f"load{how}_cpu_s": round(load.cpu_s, 3),
        f"ratio{how}": round(load.wall_s / alone.wall_s, 2),
        f"ratio{how}_cpu": round(load.cpu_s / alone.cpu_s, 2),
    }


def _load(packed: bytes, expected: str, helpers: int) -> _Took:
    """Do what the assistant does with an attachment, down to its hash."""
    started, cpu = perf_counter(), cpu_s(os.getpid())
    loaded = asyncio.run(snapshot_io.read(packed, {ROOM}, _keys, helpers))
    took = _Took(perf_counter() - started, cpu_s(os.getpid()) - cpu)
    assert loaded.header.state_hash == expected
    return took


def _verify(signatures: Sequence[bytes], threads: int) -> _Took:
    """Check the same signatures and do nothing else."""
    key = SigningKey(bytes(range(32))).verify_key.encode()
    started, cpu = perf_counter(), process_time()
    with ThreadPoolExecutor(threads) as pool:
        for _ in pool.map(lambda part: [crypto_sign_open(each, key) for each in part], _parts(signatures, threads)):
            pass
    return _Took(perf_counter() - started, process_time() - cpu)


def _parts(signatures: Sequence[bytes], threads: int) -> list[Sequence[bytes]]:
    return [signatures[number::threads] for number in range(threads)]


def _signed(line: bytes) -> bytes:
    """Return the signature of the operation in *line*, and what was signed."""
    envelope = json.loads(line)["ops"]
    return b64decode(f"{envelope['sig']}==") + signed_bytes(envelope, ROOM, AUTHOR)


def _keys(_: UserId) -> tuple[str, ...]:
    return (SIGNER.public_key,)


if __name__ == "__main__":
    main()
