"""One cold start of a room of tasks in a process of its own, so that its memory is its own: prints one line of JSON."""

import argparse
import asyncio
import gc
import json
import os
import random
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from sqlalchemy import text

from bots.assistant.dispatch.dispatcher import Dispatcher
from bots.assistant.store.history import supplied
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Request
from bots.database.engine import Database, Transaction
from bots.register.format.operation import Change
from bots.register.replica.state import State
from bots.register.store import reading
from bots.register.store.ledger import Ledger
from bots.tasks.commands import TASKS
from bots.tasks.kept.derived import Derived
from bots.tasks.kept.index import Index
from bots.tasks.kept.task import ITEM
from config.identifiers import EventId, UserId
from tests.bench._results import SEED, percentiles, rss_mib
from tests.bench.parts._operations import AUTHOR, ROOM, SIGNER

_NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
_ROWS = text("SELECT envelope FROM register_operation WHERE room_id = :room_id")
_MIB = 1024 * 1024


def main() -> None:
    """Measure what the arguments ask for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=("start", "parts"))
    parser.add_argument("store", type=Path)
    asked = parser.parse_args()
    print(json.dumps(asyncio.run({"start": _start, "parts": _parts}[asked.what](asked.store))))


async def _start(path: Path) -> dict[str, Any]:
    """The whole way, as a process goes it: the ledger, the index, and what the first list asks for."""
    database = Database.open(f"sqlite:///{path}")
    ledger = Ledger(AUTHOR, SIGNER, lambda _: (SIGNER.public_key,))
    empty, began, cpu = rss_mib(os.getpid()), perf_counter(), process_time()
    async with database.begin() as transaction:
        await ledger.open(transaction)
    opened, open_cpu, state = perf_counter(), process_time() - cpu, ledger.known(ROOM)
    folded = rss_mib(os.getpid())
    looked, cpu = perf_counter(), process_time()
    index = state.view(Index)
    indexed, index_cpu = perf_counter(), process_time() - cpu
    with_index = rss_mib(os.getpid())
    asked = perf_counter()
    assert isinstance(Dispatcher([TASKS]).answer(_request(state, "!tâches")), Reply)
    answered = perf_counter()
    for name in vars(Derived):
        if not name.startswith("_"):
            getattr(index.derived, name)
    everything, tasks = rss_mib(os.getpid()), len(index.rows)
    histories = await _histories(database, ledger, tasks)
    await database.close()
    return {
        "tasks": tasks,
        "open_s": round(opened - began, 3),
        "index_s": round(indexed - looked, 3),
        "cold_s": round(opened - began + indexed - looked, 3),
        "cold_cpu_s": round(open_cpu + index_cpu, 3),
        "histories": histories,
        "first_list_ms": round((answered - asked) * 1000, 1),
        "state_bytes": round((folded - empty) * _MIB / tasks),
        "index_bytes": round((with_index - folded) * _MIB / tasks),
        "derived_bytes": round((everything - with_index) * _MIB / tasks),
    }


def _request(state: State, words: str) -> Request:
    return Request(
        room_id=ROOM,
        event_id=EventId("$0"),
        sender=UserId("@agent0:valbourg.localhost"),
        text=words,
        served_by=AUTHOR,
        members={},
        state=state,
        now=_NOW,
    )


async def _histories(database: Database, ledger: Ledger, tasks: int) -> dict[str, Any]:
    """The history of tasks here and there, and of one with a checklist of thirty lines, each ticked."""
    chance = random.Random(SEED)
    async with database.begin() as transaction:
        numbers = [chance.randrange(1, tasks) for _ in range(60)]
        several = [await _history(transaction, ledger, each) for each in numbers]
        task = await _with_lines(transaction, ledger, tasks)
        one = [await _history(transaction, ledger, task) for _ in range(60)]
        # The store is for the next round too.
        await transaction.rollback()
    return {"of a task": percentiles(several), "of a task with 30 lines, ticked one by one": percentiles(one)}


async def _with_lines(transaction: Transaction, ledger: Ledger, number: int) -> int:
    lines = [f"00000000-0000-4000-9000-{each:012}" for each in range(30)]
    task = f"00000000-0000-4000-8000-{number:012}"
    made = [Change(ITEM, each, set={"text": each}, first={"task": task, "rank": 1}) for each in lines]
    for change in (*made, *(Change(ITEM, each, set={"done": True}) for each in lines)):
        await ledger.write(transaction, ROOM, [change], by=AUTHOR)
    return number


async def _history(transaction: Transaction, ledger: Ledger, number: int) -> float:
    dispatcher, request = Dispatcher([TASKS]), _request(ledger.known(ROOM), f"!tâche historique {number}")
    began = perf_counter()
    told = dispatcher.answer(await supplied(request, dispatcher.needs(request), transaction, ledger.speaks))
    took = perf_counter() - began
    assert isinstance(told, Reply)
    assert told.shows, "nothing was told"
    return took


async def _parts(path: Path) -> dict[str, Any]:
    """What there is no doing without: the rows, and the JSON in them (read by the standard library: the floor)."""
    database = Database.open(f"sqlite:///{path}")
    gc.disable()
    async with database.begin() as transaction:

        async def through(each: Callable[[list[str]], object]) -> float:
            began = perf_counter()
            rows = await transaction.stream(_ROWS, {"room_id": ROOM})
            async for part in rows.partitions(100):
                each([row[0] for row in part])
            return perf_counter() - began

        read = await through(lambda _: None)
        floor = await through(lambda part: [json.loads(each) for each in part])
        began = perf_counter()
        async for rows in reading.load_rows(transaction, ROOM):
            for _ in rows:
                pass
        loaded = perf_counter() - began
    await database.close()
    return {"read_s": round(read, 3), "floor_s": round(floor, 3), "loaded_s": round(loaded, 3)}


if __name__ == "__main__":
    main()
