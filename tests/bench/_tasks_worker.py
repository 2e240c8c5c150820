"""One cold start of a room of tasks in a process of its own, so that its memory is its own: prints one line of JSON."""

import argparse
import asyncio
import gc
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from sqlalchemy import text

from bots.assistant.dispatch import Dispatcher
from bots.assistant.reply import Reply
from bots.assistant.request import Request
from bots.database.engine import Database
from bots.register import store
from bots.register.ledger import Ledger
from bots.tasks.commands import TASKS
from bots.tasks.derived import Derived
from bots.tasks.index import Index
from config.identifiers import EventId, UserId
from tests.bench._operations import AUTHOR, ROOM, SIGNER
from tests.bench._results import rss_mib

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
    empty, began = rss_mib(os.getpid()), perf_counter()
    async with database.begin() as transaction:
        await ledger.open(transaction)
    opened, state = perf_counter(), ledger.known(ROOM)
    folded = rss_mib(os.getpid())
    looked = perf_counter()
    index = state.view(Index)
    indexed = perf_counter()
    with_index = rss_mib(os.getpid())
    asked = perf_counter()
    request = Request(
        room_id=ROOM,
        event_id=EventId("$0"),
        sender=UserId("@agent0:valbourg.localhost"),
        text="!tâches",
        served_by=AUTHOR,
        members={},
        state=state,
        now=_NOW,
    )
    assert isinstance(Dispatcher([TASKS]).answer(request), Reply)
    answered = perf_counter()
    for name in vars(Derived):
        if not name.startswith("_"):
            getattr(index.derived, name)
    everything, tasks = rss_mib(os.getpid()), len(index.rows)
    await database.close()
    return {
        "tasks": tasks,
        "open_s": round(opened - began, 3),
        "index_s": round(indexed - looked, 3),
        "cold_s": round(opened - began + indexed - looked, 3),
        "first_list_ms": round((answered - asked) * 1000, 1),
        "state_bytes": round((folded - empty) * _MIB / tasks),
        "index_bytes": round((with_index - folded) * _MIB / tasks),
        "derived_bytes": round((everything - with_index) * _MIB / tasks),
    }


async def _parts(path: Path) -> dict[str, Any]:
    """What there is no doing without: the rows, and the JSON in them (read by the standard library: the floor)."""
    database = Database.open(f"sqlite:///{path}")
    gc.disable()
    async with database.begin() as transaction:

        async def through(each: Callable[[list[str]], object]) -> float:
            began = perf_counter()
            rows = await transaction.stream(_ROWS, {"room_id": ROOM})
            async for part in rows.scalars().partitions(100):
                each(list(part))
            return perf_counter() - began

        read = await through(lambda _: None)
        floor = await through(lambda part: [json.loads(each) for each in part])
        began = perf_counter()
        async for rows in store.load_rows(transaction, ROOM):
            for _ in rows:
                pass
        loaded = perf_counter() - began
    await database.close()
    return {"read_s": round(read, 3), "floor_s": round(floor, 3), "loaded_s": round(loaded, 3)}


if __name__ == "__main__":
    main()
