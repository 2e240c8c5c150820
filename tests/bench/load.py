"""A town at work: 10 and 50 people's clients, with and without the assistant, on SQLite and on PostgreSQL.

Everything of the town runs, from the one process list, and people come through Caddy. Both sides share the machine:
what the clients cost stands in the table.
"""

import argparse
import asyncio
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import islice, product
from random import Random
from time import perf_counter
from typing import Any

import aiohttp

from bridge.operate.services.plan import ASSISTANT
from bridge.operate.services.reach import connector
from config.identifiers import UserId
from tests.bench._results import SEED, Foreign, cpu_s, percentiles, rss_mib, save
from tests.bench._tables import show
from tests.bench.parts._agents import Agent, Room
from tests.bench.parts._client import present
from tests.bench.parts._served import Cost, Served, served

DATABASES = ("sqlite", "postgresql")
_TEAM = 5
_DRAIN_S = 20.0
_POLL_S = 0.2


@dataclass(frozen=True, slots=True)
class Crowd:
    """Everybody at work, and each one's rooms: the one for all, then the team's."""

    agents: Sequence[Agent]
    rooms: Mapping[UserId, Sequence[Room]]

    def everywhere(self) -> Iterator[tuple[Agent, Room]]:
        """Yield each room once, with the one who made it."""
        founders = {rooms[1]: agent for agent in reversed(self.agents) if (rooms := self.rooms[agent.user_id])}
        yield self.agents[0], self.rooms[self.agents[0].user_id][0]
        yield from ((agent, room) for room, agent in founders.items())


def main() -> None:
    """Measure and write ``results/load.json``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agents", type=int, nargs="*", default=[10, 50])
    parser.add_argument("--seconds", type=float, default=45)
    parser.add_argument("--period", type=float, default=15, help="seconds between two messages of one person")
    parser.add_argument("--databases", nargs="*", choices=DATABASES, default=DATABASES)
    parser.add_argument("--note", default="", help="what else is to be known of this run")
    asked = parser.parse_args()
    began, rounds = perf_counter(), []
    settings = {"seconds": asked.seconds, "period_s": asked.period, "team": _TEAM, "note": asked.note}
    for database, agents in product(asked.databases, asked.agents):
        rounds += asyncio.run(measure(database, agents, asked.seconds, asked.period))
        # Each takes minutes: what is measured is not lost when somebody ends this.
        save("load", {**settings, "took_s": round(perf_counter() - began)}, rounds)
    show("load")


async def measure(database: str, agents: int, seconds: float, period_s: float) -> list[dict[str, Any]]:
    """Measure one town, without the assistant and then with it."""
    found = []
    async with AsyncExitStack() as stack:
        place = await stack.enter_async_context(served(postgresql=database == "postgresql", without={ASSISTANT}))
        crowd = await _crowd(place, agents, stack)
        for assistant in (False, True):
            if assistant:
                await place.start(ASSISTANT)
                crowd = await _with(place.collectivity.assistant, crowd)
            await _warm(crowd)
            measured = await _work(place, crowd, seconds, period_s)
            found.append({"round": 0, "agents": agents, "database": database, "assistant": assistant, **measured})
    return found


async def _crowd(place: Served, count: int, stack: AsyncExitStack) -> Crowd:
    way = connector(place.collectivity)
    way._limit = 0
    http = await stack.enter_async_context(aiohttp.ClientSession(connector=way))
    base = place.collectivity.network.client_url
    accounts = await asyncio.gather(*(place.person(f"agent{number:02}") for number in range(count)))
    agents = [Agent(account, http, base) for account in accounts]
    for agent in agents:
        await stack.enter_async_context(present(agent))
        stack.push_async_callback(agent.rest)
    return Crowd(agents, await _rooms(agents))


async def _with(assistant: UserId, crowd: Crowd) -> Crowd:
    """Return *crowd* once the assistant is in every room of it."""
    grown = {room.room_id: Room(room.room_id, room.members | {assistant}) for _, room in crowd.everywhere()}
    for founder, room in crowd.everywhere():
        await founder.invite(room.room_id, assistant)
        await founder.sees_all_in(grown[room.room_id])
    rooms = {user: [grown[room.room_id] for room in rooms] for user, rooms in crowd.rooms.items()}
    for agent in crowd.agents:
        agent.begin_again()
        for room in rooms[agent.user_id]:
            agent.enter(room)
    return Crowd(crowd.agents, rooms)


async def _work(place: Served, crowd: Crowd, seconds: float, period_s: float) -> dict[str, Any]:
    foreign, before, mine, began = Foreign.look(place.all_pids()), place.costs(), _own(), perf_counter()
    until = began + seconds
    await asyncio.gather(
        *(
            agent.work(crowd.rooms[agent.user_id], Random(SEED + number), period_s, until)
            for number, agent in enumerate(crowd.agents)
        )
    )
    await asyncio.sleep(max(0.0, until - perf_counter()))
    after, mine_after, took = place.costs(), _own(), perf_counter() - began
    load = foreign.percent()
    await _drained(crowd.agents)
    return {
        **_counted(crowd.agents),
        "processes": {name: _cost(before[name], cost, took) for name, cost in after.items()},
        "clients": _cost(mine, mine_after, took),
        "foreign_percent": load,
    }


def _own() -> Cost:
    return Cost(cpu_s(os.getpid()), rss_mib(os.getpid()))


def _cost(before: Cost, after: Cost, seconds: float) -> dict[str, float]:
    return {"cpu_percent": round(100 * (after.cpu_s - before.cpu_s) / seconds, 1), "mib": round(after.mib)}


def _counted(agents: Sequence[Agent]) -> dict[str, Any]:
    """Return what became of what was said: each message must arrive at each other member, each command be answered."""
    by_name = {agent.user_id: agent for agent in agents}
    took: list[float] = []
    answered: list[float] = []
    lost = unanswered = 0
    for agent in agents:
        for event_id, began in agent.said.at.items():
            readers = [
                by_name[user] for user in agent.said.where[event_id].members - {agent.user_id} if user in by_name
            ]
            arrivals = [reader.arrived[event_id] - began for reader in readers if event_id in reader.arrived]
            took += arrivals
            lost += len(readers) - len(arrivals)
        for event_id in agent.said.asked:
            if event_id in agent.answered:
                answered.append(agent.answered[event_id] - agent.said.at[event_id])
            else:
                unanswered += 1
    return {
        "messages": sum(len(agent.said.at) for agent in agents),
        "arrivals": len(took),
        "lost": lost,
        "refused": sum(agent.said.refused for agent in agents),
        "decrypted": sum(agent.read for agent in agents),
        "unreadable": sum(agent.unreadable for agent in agents),
        **percentiles(took),
        "commands": len(answered) + unanswered,
        "answered": len(answered),
        "answer": percentiles(answered) if answered else None,
    }


async def _drained(agents: Sequence[Agent]) -> None:
    """Return once everything has arrived and is answered, or nothing more is to be expected."""
    until = perf_counter() + _DRAIN_S
    while perf_counter() < until:
        found = _counted(agents)
        if not found["lost"] and found["answered"] in (0, found["commands"]):
            return
        await asyncio.sleep(_POLL_S)


async def _rooms(agents: Sequence[Agent]) -> Mapping[UserId, Sequence[Room]]:
    """Make a room for all and one for each team; return each agent's, the one for all first."""
    hall = await _room(agents)
    found: dict[UserId, Sequence[Room]] = {}
    for team in _teams(agents):
        own = await _room(team)
        found |= {agent.user_id: (hall, own) for agent in team}
    return found


def _teams(agents: Iterable[Agent]) -> Iterator[Sequence[Agent]]:
    left = iter(agents)
    while team := list(islice(left, _TEAM)):
        yield team


async def _room(agents: Sequence[Agent]) -> Room:
    founder, *others = agents
    guests = [agent.user_id for agent in others]
    room = Room(await founder.found(guests), frozenset({founder.user_id, *guests}))
    await asyncio.gather(*(agent.join(room.room_id, encrypted=True) for agent in others))
    for agent in agents:
        agent.enter(room)
    await founder.sees_all_in(room)
    return room


async def _warm(crowd: Crowd) -> None:
    """Have everybody's keys with everybody who needs them: what a client does once a week is not what is measured."""
    for team in _teams(crowd.agents):
        await asyncio.gather(*(_greet(agent, crowd.rooms[agent.user_id]) for agent in team))


async def _greet(agent: Agent, rooms: Sequence[Room]) -> None:
    for room in rooms:
        await agent.send(room.room_id, "bonjour")


if __name__ == "__main__":
    main()
