"""One snapshot, written and loaded, in a process of its own: prints one line of JSON."""

import argparse
import json
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter, process_time
from typing import Any

from bots.register.bulk import keeping
from bots.register.fold import state_hash
from bots.register.packing import pack, unpack
from bots.register.selection import Record, Selection
from bots.register.snapshot import Entry, Header, Loaded, Loading, Writing, judge, read_header
from bots.register.state import State
from config.identifiers import UserId
from tests.bench._operations import AUTHOR, ROOM, SIGNER, signed
from tests.bench._results import rss_mib

_SRC = "bench-source-0001"
_CHUNK = 500


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
    del writing, lines, records, state
    before = rss_mib(os.getpid())
    one = _load(packed, expected, 1)
    with_one = rss_mib(os.getpid()) - before
    two = _load(packed, expected, 2)
    return {
        "operations": count,
        "carried": carried,
        "unpacked_mib": round(unpacked / 2**20, 2),
        "packed_mib": round(len(packed) / 2**20, 2),
        "select_ms": round((selected - started) * 1000, 1),
        "write_s": round(written - started, 2),
        "pack_s": round(written - chosen, 2),
        "load_s": one["load_s"],
        "load_cpu_s": one["load_cpu_s"],
        "load_two_threads_s": two["load_s"],
        "judged_per_second": round(carried / one["judge_s"]),
        "judged_two_threads_per_second": round(carried / two["judge_s"]),
        "fold_and_hash_s": one["finish_s"],
        "load_mib": round(with_one, 1),
        "rss_mib": rss_mib(os.getpid()),
    }


def _load(packed: bytes, expected: str, threads: int) -> dict[str, float]:
    started, cpu = perf_counter(), process_time()
    with keeping(), ThreadPoolExecutor(threads) as pool:
        lines = unpack([packed])
        header = read_header(next(lines), {ROOM})
        entries = [each for part in pool.map(_judge, _chunks(lines)) for each in part]
        judged = perf_counter()
        loaded = _finish(header, entries)
    ended = perf_counter()
    assert loaded.header.state_hash == expected
    return {
        "load_s": round(ended - started, 2),
        "load_cpu_s": round(process_time() - cpu, 2),
        "judge_s": judged - started,
        "finish_s": round(ended - judged, 2),
    }


def _judge(lines: Sequence[bytes]) -> list[Entry]:
    return [judge(each, {ROOM}, _keys) for each in lines]


def _finish(header: Header, entries: Sequence[Entry]) -> Loaded:
    loading = Loading(header)
    for each in entries:
        loading.take(each)
    return loading.finish()


def _chunks(lines: Iterator[bytes]) -> Iterator[list[bytes]]:
    chunk: list[bytes] = []
    for each in lines:
        chunk.append(each)
        if len(chunk) == _CHUNK:
            yield chunk
            chunk = []
    yield chunk


def _keys(_: UserId) -> tuple[str, ...]:
    return (SIGNER.public_key,)


if __name__ == "__main__":
    main()
