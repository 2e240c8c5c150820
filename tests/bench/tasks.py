"""What a room of many tasks costs: each command (our own part, from the request to the reply and its fold), counting
them for a report, a cold start from the local store by its parts, and memory.
"""

import argparse
import asyncio
import gc
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bots.assistant.dispatch.dispatcher import Dispatcher
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Request
from bots.database.engine import Database
from bots.register.format.operation import Change, Operation
from bots.register.replica.bulk import keeping, kept
from bots.register.replica.state import State
from bots.tasks.commands import TASKS
from bots.tasks.kept.model import Board
from config.identifiers import EventId, RoomId, UserId
from tests.bench._results import SEED, Foreign, percentiles, rss_mib, save
from tests.bench._tables import show
from tests.bench.parts._operations import fill_with

ROOM = RoomId("!bench:valbourg.localhost")
BEFFROI = UserId("@beffroi:valbourg.localhost")
_TOWNS = ("valbourg", "rivemont", "cassel", "lys")
PEOPLE = tuple(UserId(f"@agent{number}:{_TOWNS[number % len(_TOWNS)]}.localhost") for number in range(40))
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
_LABELS = ("voirie", "eau", "budget", "école", "sécurité", "élections")
_COMMANDS = (
    ("add", "!tâche ajouter relancer le SDIS vendredi à 14h @agent1 #voirie !haute"),
    ("add, recurring", "!tâche ajouter relever les compteurs *tous les lundis @agent2"),
    ("list", "!tâches"),
    ("list, filtered", "!tâches @agent3 en retard #voirie"),
    ("list, by priority, page 40", "!tâches par priorité page 40"),
    ("list, done this week", "!tâches faites cette semaine"),
    ("list, blocked", "!tâches bloquées"),
    ("show", "!tâche {}"),
    ("change", "!tâche {} pour lundi @agent4 !basse"),
    ("depends", "!tâche dépend {} de 5"),
    ("done", "!tâche fait {}"),
)


def main() -> None:
    """Measure in rounds and write ``results/tasks.json``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--counts", type=int, nargs="*", default=[1_000, 100_000])
    parser.add_argument("--commands", type=int, default=60)
    asked = parser.parse_args()
    rounds: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="beffroi-bench-") as folder:
        stores = _stores(Path(folder), asked.counts)
        for number in range(asked.rounds):
            for count in asked.counts:
                rounds += _measured(number, count, asked.commands)
            rounds += [_cold(number, count, sort, path) for (count, sort), path in stores.items()]
    save("tasks", {"rounds": asked.rounds, "counts": asked.counts, "commands": asked.commands}, rounds)
    show("tasks")


def _stores(folder: Path, counts: Sequence[int]) -> dict[tuple[int, str], Path]:
    """Make a local store for each number of tasks, of bare ones and of whole ones."""
    stores = {(count, sort): folder / f"{sort}-{count}.db" for count in counts for sort in ("bare", "whole")}
    for (count, sort), path in stores.items():
        chance = random.Random(SEED)
        made = (_task(chance, number) for number in range(1, count + 1))
        changes = made if sort == "whole" else (_bare(each) for each in made)
        asyncio.run(_fill(path, changes))
    return stores


async def _fill(path: Path, changes: Iterable[Change]) -> None:
    database = Database.open(f"sqlite:///{path}")
    try:
        await fill_with(database, changes)
    finally:
        await database.close()


def _bare(task: Change) -> Change:
    return replace(task, set={"title": task.set["title"], "status": "todo"}, add={})


def _cold(number: int, count: int, sort: str, path: Path) -> dict[str, Any]:
    foreign = Foreign.look(())
    parts, start = (_worker(each, path) for each in ("parts", "start"))
    measured = {
        "read_s": parts["read_s"],
        "json_s": round(parts["loaded_s"] - parts["read_s"], 3),
        "fold_s": round(start["open_s"] - parts["loaded_s"], 3),
        "floor_ratio": round(start["cold_s"] / parts["floor_s"], 2),
    }
    shared = {"round": number, "what": "cold", "sort": sort, "tasks": count}
    return {**start, **parts, **measured, **shared, "foreign_percent": foreign.percent()}


def _worker(what: str, path: Path) -> dict[str, Any]:
    command = (sys.executable, "-m", "tests.bench.parts._tasks_worker", what, str(path))
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured


def _measured(number: int, count: int, commands: int) -> list[dict[str, Any]]:
    foreign = Foreign.look((os.getpid(),))
    chance, state = random.Random(SEED + number), State()
    with keeping():
        for at in range(1, count + 1):
            _fold(state, (_task(chance, at),))
    kept()
    before = rss_mib(os.getpid())
    started, cpu = time.perf_counter(), time.process_time()
    Board(state)
    index = {"index_s": round(time.perf_counter() - started, 3), "index_cpu_s": round(time.process_time() - cpu, 3)}
    index["index_mib"] = round(rss_mib(os.getpid()) - before, 1)
    talk, found = _Talk(state), []
    for name, text in _COMMANDS:
        took = [talk.says(text.format(chance.randrange(10, count))) for _ in range(commands)]
        found.append({"round": number, "tasks": count, "command": name, **percentiles(took), **index})
    found += [{"round": number, "tasks": count, **each, **index} for each in _counted(state, commands)]
    gc.unfreeze()
    return [{**each, "foreign_percent": foreign.percent()} for each in found]


def _counted(state: State, times: int) -> list[dict[str, Any]]:
    """Count for a report: the first time makes the tables, the next ones come after a change each."""
    took, chance = [], random.Random(SEED)
    for _ in range(times + 1):
        started = time.perf_counter()
        counts = Board(state).index.count(NOW, NOW - timedelta(days=7))
        took.append(time.perf_counter() - started)
        _fold(state, (_task(chance, chance.randrange(1, len(state))),))
    shared = {"late": counts.total.late, "servers": len(counts.by_server)}
    return [
        {"command": "count for a report, the first time", **shared, **percentiles(took[:1])},
        {"command": "count for a report, in total and by server", **shared, **percentiles(took[1:])},
    ]


class _Talk:
    def __init__(self, state: State) -> None:
        self._dispatcher = Dispatcher([TASKS])
        self._request = Request(
            room_id=ROOM,
            event_id=EventId("$0"),
            sender=PEOPLE[0],
            text="",
            served_by=BEFFROI,
            members=dict.fromkeys(PEOPLE),
            state=state,
            now=NOW,
        )
        self._said = 0

    def says(self, text: str) -> float:
        """Return the seconds that one command takes, its fold included."""
        self._said += 1
        request = replace(self._request, event_id=EventId(f"${self._said}"), text=text)
        started = time.perf_counter()
        reply = self._dispatcher.answer(request)
        assert isinstance(reply, Reply)
        if reply.changes:
            _fold(request.state, reply.changes)
        return time.perf_counter() - started


def _fold(state: State, changes: Sequence[Change]) -> None:
    seq = state.operations + 1
    state.apply(
        Operation(ROOM, BEFFROI, "bench-source-0001", seq, seq, seq, BEFFROI, tuple(changes), (), f"{seq:016}", {})
    )


def _task(chance: random.Random, number: int) -> Change:
    status = chance.choice(("todo", "todo", "doing", "blocked", "done"))
    fields: dict[str, Any] = {"title": f"relancer le dossier {number}", "status": status}
    if status == "done":
        fields["completed"] = f"2026-11-{chance.randrange(1, 24):02}T09:00Z"
    if chance.random() < 0.7:
        fields["when"] = {"due": f"2026-{chance.randrange(9, 13):02}-{chance.randrange(1, 29):02}"}
    if chance.random() < 0.3:
        fields["priority"] = chance.choice((1, 9))
    return Change(
        "task",
        f"00000000-0000-4000-8000-{number:012}",
        set=fields,
        first={"number": number, "creator": str(PEOPLE[0])},
        add={"assignees": (str(chance.choice(PEOPLE)),), "labels": (chance.choice(_LABELS),)},
    )


if __name__ == "__main__":
    main()
