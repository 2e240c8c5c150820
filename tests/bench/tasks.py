"""What a command costs in a room of many tasks: our own part, from the request to the reply and its fold."""

import argparse
import gc
import os
import random
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bots.assistant.dispatch import Dispatcher
from bots.assistant.reply import Reply
from bots.assistant.request import Request
from bots.register.bulk import keeping
from bots.register.operation import Change, Operation
from bots.register.state import State
from bots.tasks.commands import TASKS
from bots.tasks.model import Board
from config.identifiers import EventId, RoomId, UserId
from tests.bench._results import SEED, Foreign, percentiles, rss_mib, save
from tests.bench._tables import show

ROOM = RoomId("!bench:valbourg.localhost")
BEFFROI = UserId("@beffroi:valbourg.localhost")
PEOPLE = tuple(UserId(f"@agent{number}:valbourg.localhost") for number in range(40))
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
    for number in range(asked.rounds):
        for count in asked.counts:
            rounds += _measured(number, count, asked.commands)
    save("tasks", {"rounds": asked.rounds, "counts": asked.counts, "commands": asked.commands}, rounds)
    show("tasks")


def _measured(number: int, count: int, commands: int) -> list[dict[str, Any]]:
    foreign = Foreign.look((os.getpid(),))
    chance, state = random.Random(SEED + number), State()
    with keeping():
        for at in range(1, count + 1):
            _fold(state, (_task(chance, at),))
    before = rss_mib(os.getpid())
    started, cpu = time.perf_counter(), time.process_time()
    Board(state)
    index = {"index_s": round(time.perf_counter() - started, 3), "index_cpu_s": round(time.process_time() - cpu, 3)}
    index["index_mib"] = round(rss_mib(os.getpid()) - before, 1)
    talk, found = _Talk(state), []
    for name, text in _COMMANDS:
        took = [talk.says(text.format(chance.randrange(10, count))) for _ in range(commands)]
        found.append({"round": number, "tasks": count, "command": name, **percentiles(took), **index})
    gc.unfreeze()
    return [{**each, "foreign_percent": foreign.percent()} for each in found]


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
            now=datetime(2026, 11, 23, 10, tzinfo=UTC),
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
