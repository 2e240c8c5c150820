"""A burst: 500 commands by 5 people in 5 rooms, 10 sends in flight each; also with the bot killed in the middle."""

import argparse
import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from random import Random
from time import perf_counter
from typing import Any

from config.identifiers import EventId, RoomId
from tests.bench._results import SEED, Foreign, cpu_s, rss_mib, save
from tests.bench._tables import show
from tests.bench.parts._client import Member, following
from tests.bench.parts._town import Bot, Town, town

_PEOPLE = 5
_IN_FLIGHT = 10
_DARK_S = 1.0
_POLL = 0.2


@dataclass(frozen=True, slots=True)
class Subject:
    """One row: *bot* None is the floor, twice the sends and nobody who answers."""

    name: str
    bot: Bot | None
    encrypted: bool
    killed: bool = False


@dataclass(slots=True)
class Crowd:
    """Five people with a room each, and what they have asked so far."""

    people: Sequence[Member]
    rooms: Sequence[RoomId]
    asked: list[tuple[int, EventId]]

    async def ask(self, commands: int, command: str) -> None:
        """Let everybody ask at once; return when Synapse has taken all."""
        await asyncio.gather(*(self._one(number, commands, command) for number in range(len(self.people))))

    async def _one(self, number: int, commands: int, command: str) -> None:
        gate = asyncio.Semaphore(_IN_FLIGHT)

        async def send() -> None:
            async with gate:
                self.asked.append((number, await self.people[number].send(self.rooms[number], command)))

        await asyncio.gather(*(send() for _ in range(commands)))

    def answered(self) -> int:
        """Count the answered questions that have been seen."""
        return sum(event_id in self.people[number].answered for number, event_id in self.asked)


def main() -> None:
    """Measure and write ``results/burst.json``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--commands", type=int, default=100, help="by each of five people")
    parser.add_argument(
        "--quiet", type=float, default=12, help="seconds without an answer after which none is expected"
    )
    asked = parser.parse_args()
    settings = {
        "rounds": asked.rounds,
        "commands": asked.commands * _PEOPLE,
        "people": _PEOPLE,
        "in_flight": _IN_FLIGHT,
        "quiet_s": asked.quiet,
    }

    def keep(rounds: Sequence[dict[str, Any]]) -> None:
        # Each takes minutes: what is measured is not lost when somebody ends this.
        save("burst", settings, rounds)

    asyncio.run(_measure(asked.rounds, asked.commands, asked.quiet, keep))
    show("burst")


async def _measure(
    rounds: int, commands: int, quiet: float, keep: Callable[[Sequence[dict[str, Any]]], object]
) -> None:
    async with AsyncExitStack() as stack:
        place = await stack.enter_async_context(town())
        people = [
            await stack.enter_async_context(following(await place.person(f"agent{each}"))) for each in range(_PEOPLE)
        ]
        peer = await stack.enter_async_context(following(await place.person("peer")))
        bots: list[Bot] = [await place.echo(), place.assistant()]
        for bot in bots:
            stack.push_async_callback(bot.stop)
            await bot.start()
        subjects = [Subject("floor", None, encrypted) for encrypted in (False, True)]
        subjects += [Subject(bot.name, bot, encrypted) for bot in bots for encrypted in (False, True)]
        subjects += [Subject(bot.name, bot, encrypted=True, killed=True) for bot in bots]
        random = Random(SEED)
        found: list[dict[str, Any]] = []
        for number in range(rounds):
            for each in random.sample(subjects, len(subjects)):
                measured = await _round(each, people, peer, commands, quiet, place)
                found.append({"round": number, **measured})
                keep(found)


async def _round(
    subject: Subject, people: Sequence[Member], peer: Member, commands: int, quiet: float, place: Town
) -> dict[str, Any]:
    bot = subject.bot
    rooms = [await _room(each, bot, peer, encrypted=subject.encrypted) for each in people]
    for person, room in zip(people, rooms, strict=True):
        # Keys are exchanged, and the introduction is over, before the clock starts.
        first = await person.send(room, "!aide")
        await (person.hears(first) if bot else peer.sees(first))
    crowd = Crowd(people, rooms, [])
    foreign = Foreign.look([place.pid] + ([bot.pid] if bot else []))
    cpu, started = cpu_s(bot.pid) if bot else 0.0, perf_counter()
    total = commands if bot else 2 * commands
    asking = asyncio.create_task(crowd.ask(total, "!aide"))
    if bot and subject.killed:
        await _kill_in_the_middle(bot, crowd, total * len(people) // 2)
    await asking
    sent = perf_counter()
    ended = await _last_answer(crowd, quiet) if bot else sent
    counts = await _count(crowd, bot)
    return {
        "subject": subject.name,
        "encrypted": subject.encrypted,
        "killed": subject.killed,
        "asked": len(crowd.asked),
        "sends_s": round(sent - started, 2),
        "last_answer_s": round(ended - started, 2),
        "answered": sum(1 for each in counts.values() if each),
        "lost": sum(1 for each in counts.values() if not each) if bot else None,
        "doubled": sum(1 for each in counts.values() if each > 1) if bot else None,
        "bot_cpu_ms": round((cpu_s(bot.pid) - cpu) * 1000 / len(crowd.asked), 2)
        if bot and not subject.killed
        else None,
        "rss_mib": rss_mib(bot.pid) if bot else None,
        "foreign_percent": foreign.percent(),
    }


async def _room(person: Member, bot: Bot | None, peer: Member, *, encrypted: bool) -> RoomId:
    if bot is not None:
        return await person.make_room(bot.user_id, encrypted=encrypted)
    making = asyncio.create_task(person.make_room(peer.user_id, encrypted=encrypted))
    await peer.join(await peer.invitation(), person.user_id, encrypted=encrypted)
    return await making


async def _kill_in_the_middle(bot: Bot, crowd: Crowd, middle: int) -> None:
    while len(crowd.asked) < middle:
        await asyncio.sleep(_POLL / 10)
    await bot.kill()
    await asyncio.sleep(_DARK_S)
    await bot.start()


async def _last_answer(crowd: Crowd, quiet: float) -> float:
    """Return when the last answer came: all are there, or nothing has come for *quiet* seconds."""
    began = perf_counter()
    while crowd.answered() < len(crowd.asked):
        last = max(began, *(each.last_answer for each in crowd.people))
        if perf_counter() - last > quiet:
            break
        await asyncio.sleep(_POLL)
    # Now that nobody waits for the time any more: does a second answer come to anything?
    times = [crowd.people[number].answered.get(event_id, 0.0) for number, event_id in crowd.asked]
    await asyncio.sleep(quiet / 4)
    return max(times)


async def _count(crowd: Crowd, bot: Bot | None) -> Counter[str]:
    """Count the answers to each question in the rooms' own history."""
    counts: Counter[str] = Counter()
    if bot is None:
        return counts
    for number, (person, room) in enumerate(zip(crowd.people, crowd.rooms, strict=True)):
        found = await person.count_answers(room, bot.user_id)
        counts.update({event_id: found[event_id] for asker, event_id in crowd.asked if asker == number})
    return counts


if __name__ == "__main__":
    main()
