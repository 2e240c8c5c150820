"""What ``!bilan`` costs: our own part, from the request to the reply, and the chart, drawn beside everything else."""

import argparse
import gc
import os
import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from bots.assistant.dispatch.dispatcher import Dispatcher
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import Scene
from bots.objectives.goals import ObjectiveGoals
from bots.register.format.operation import Change, Operation
from bots.register.replica.bulk import keeping, kept
from bots.register.replica.state import State
from bots.report.collecting import Sources, collect
from bots.report.commands import reports
from bots.report.drawing import draw
from bots.report.figure import figure
from bots.tasks.saying.census import CENSUS
from config.identifiers import EventId, RoomId, UserId
from tests.bench._results import SEED, Foreign, percentiles, save
from tests.bench._tables import show

BEFFROI = UserId("@beffroi:valbourg.localhost")
MAIRE = UserId("@maire:valbourg.localhost")
SERVERS = ("valbourg.localhost", "rivemont.localhost", "cassel.localhost")
PEOPLE = tuple(UserId(f"@agent{number}:{SERVERS[number % 3]}") for number in range(40))
SOURCES = Sources(CENSUS, ObjectiveGoals(CENSUS))
_OBJECTIVES = 12
_PROJECTS = 8


def main() -> None:
    """Measure in rounds and write ``results/report.json``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tasks", type=int, default=100_000)
    parser.add_argument("--rooms", type=int, nargs="*", default=[1, 40])
    parser.add_argument("--reports", type=int, default=40)
    asked = parser.parse_args()
    rounds: list[dict[str, Any]] = []
    for number in range(asked.rounds):
        for rooms in asked.rooms:
            rounds += _measured(number, asked.tasks, rooms, asked.reports)
    save(
        "report", {"rounds": asked.rounds, "tasks": asked.tasks, "rooms": asked.rooms, "reports": asked.reports}, rounds
    )
    show("report")


def _measured(number: int, tasks: int, rooms: int, reports_: int) -> list[dict[str, Any]]:
    foreign = Foreign.look((os.getpid(),))
    chance = random.Random(SEED + number)
    with keeping():
        scenes = [_scene(chance, at, tasks // rooms) for at in range(rooms)]
    kept()
    request = _request(tuple(scenes))
    dispatcher = Dispatcher([reports(SOURCES)])

    def asks() -> None:
        assert dispatcher.needs(request).rooms
        reply = dispatcher.answer(request)
        assert isinstance(reply, Reply)
        assert reply.errands
        assert len(reply.body) > 100
        assert len(reply.html) > 100

    first = _took(asks)
    said = [_took(asks) for _ in range(reports_)]
    drawn = figure(request, collect(request, SOURCES))
    drawing = [_took(lambda: draw(drawn)) for _ in range(max(1, reports_ // 4))]
    gc.unfreeze()
    facts = {"round": number, "tasks": tasks, "rooms": rooms, "first_s": round(first, 3)}
    facts["foreign_percent"] = foreign.percent()
    return [{**facts, "what": "table", **percentiles(said)}, {**facts, "what": "chart", **percentiles(drawing)}]


def _took(act: Any) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def _request(scenes: tuple[Scene, ...]) -> Request:
    return Request(
        room_id=RoomId("!direct:valbourg.localhost"),
        event_id=EventId("$0"),
        sender=MAIRE,
        text="!bilan",
        served_by=BEFFROI,
        members={MAIRE: None, BEFFROI: None},
        state=State(),
        now=datetime(2026, 11, 25, 10, tzinfo=UTC),
        direct=True,
        rooms=scenes,
        private=True,
    )


def _scene(chance: random.Random, at: int, tasks: int) -> Scene:
    room_id, state = RoomId(f"!bench{at}:valbourg.localhost"), State()
    for seq, change in enumerate(_changes(chance, at, tasks), 1):
        state.apply(
            Operation(room_id, BEFFROI, "bench-source-0001", seq, seq, seq, BEFFROI, (change,), (), f"{seq:016}", {})
        )
    members = dict.fromkeys((MAIRE, BEFFROI, *PEOPLE))
    return Scene(room_id, state, members, datetime(2026, 11, 25, 10, tzinfo=UTC), name=f"Salon n° {at} de l’équipe")


def _changes(chance: random.Random, room: int, tasks: int) -> Iterator[Change]:
    yield Change("project", _id(0, room % _PROJECTS), set={"name": f"Projet n° {room % _PROJECTS}"})
    for number in range(1, _OBJECTIVES // 4 + 1):
        yield Change("objective", _id(1, number), set={"title": f"objectif {number}"}, first={"number": number})
    for number in range(1, tasks + 1):
        yield _task(chance, number)


def _task(chance: random.Random, number: int) -> Change:
    status = chance.choice(("todo", "todo", "doing", "blocked", "done"))
    fields: dict[str, Any] = {"title": f"relancer le dossier {number}", "status": status}
    if status == "done":
        fields["completed"] = f"2026-11-{chance.randrange(1, 26):02}T09:00Z"
    if chance.random() < 0.7:
        fields["when"] = {"due": f"2026-{chance.randrange(9, 13):02}-{chance.randrange(1, 29):02}"}
    if chance.random() < 0.01:
        fields["objective"] = _id(1, chance.randrange(1, _OBJECTIVES // 4 + 1))
    add: dict[str, Any] = {"assignees": tuple(map(str, chance.sample(PEOPLE, chance.choice((1, 1, 2)))))}
    return Change("task", _id(2, number), set=fields, first={"number": number}, add=add)


def _id(sort: int, number: int) -> str:
    return f"{sort:08}-0000-4000-8000-{number:012}"


if __name__ == "__main__":
    main()
