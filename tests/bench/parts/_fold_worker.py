"""One measurement of the fold in a process of its own, so that its memory is its own: prints one line of JSON."""

import argparse
import asyncio
import gc
import json
import os
from itertools import islice
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from bots.database.engine import Database
from bots.register.format.acceptance import accept
from bots.register.format.signature import verify
from bots.register.replica.bulk import keeping
from bots.register.replica.fold import StateHash, state_hash
from bots.register.replica.state import State
from bots.register.store.ledger import Ledger
from tests.bench._results import rss_mib
from tests.bench.parts._operations import AUTHOR, ROOM, SIGNER, operations, signed

_CHUNK = 10_000
_SIGNATURES = 5_000


def main() -> None:
    """Measure what the arguments ask for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=("fold", "signatures", "open"))
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--store", type=Path)
    asked = parser.parse_args()
    match asked.what:
        case "fold":
            print(json.dumps(_fold(asked.count, asked.seed)))
        case "signatures":
            print(json.dumps(_signatures(asked.seed)))
        case _:
            print(json.dumps(asyncio.run(_open(asked.store))))


def _fold(count: int, seed: int) -> dict[str, Any]:
    coming = operations(count, seed)
    state, seconds, cpu_seconds = State(), 0.0, 0.0
    before = rss_mib(os.getpid())
    # In pieces that are thrown away, as a store would deliver them: what remains is the state.
    while chunk := list(islice(coming, _CHUNK)):
        with keeping():
            started, cpu = perf_counter(), process_time()
            for each in chunk:
                state.apply(each)
            seconds, cpu_seconds = seconds + perf_counter() - started, cpu_seconds + process_time() - cpu
    del chunk
    gc.collect()
    after = rss_mib(os.getpid())
    kept, started = StateHash(), perf_counter()
    kept.update(state)
    hashing = perf_counter() - started
    state.apply(next(operations(1, seed + 1, "bench-source-0002")))
    started = perf_counter()
    updated = kept.update(state)
    again = perf_counter() - started
    assert updated == state_hash(state)
    return {
        "operations": state.operations - 1,
        "objects": len(state),
        "operations_per_second": round(count / seconds),
        "operations_per_cpu_second": round(count / cpu_seconds),
        "state_mib": round(after - before, 1),
        "rss_mib": after,
        "hash_s": round(hashing, 3),
        "hash_after_one_more_ms": round(again * 1000, 2),
    }


def _signatures(seed: int) -> dict[str, Any]:
    keys = (SIGNER.public_key,)
    arrived = [each.raw for each in signed(_SIGNATURES, seed)]
    started = perf_counter()
    for each in arrived:
        verify(each, ROOM, AUTHOR, keys)
    verified = perf_counter()
    for each in arrived:
        accept(each, ROOM, AUTHOR, lambda _: keys)
    accepted = perf_counter()
    return {
        "verified_per_second": round(_SIGNATURES / (verified - started)),
        "accepted_per_second": round(_SIGNATURES / (accepted - verified)),
    }


async def _open(store: Path) -> dict[str, Any]:
    database = Database.open(f"sqlite:///{store}")
    ledger = Ledger(AUTHOR, SIGNER, lambda _: (SIGNER.public_key,))
    before, started = rss_mib(os.getpid()), perf_counter()
    async with database.begin() as transaction:
        await ledger.open(transaction)
    seconds = perf_counter() - started
    after = rss_mib(os.getpid())
    await database.close()
    return {
        "operations": ledger.known(ROOM).operations,
        "open_s": round(seconds, 2),
        "opened_per_second": round(ledger.known(ROOM).operations / seconds),
        "ledger_mib": round(after - before, 1),
        "rss_mib": after,
    }


if __name__ == "__main__":
    main()
