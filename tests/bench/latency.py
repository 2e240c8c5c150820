"""Command → answer, beside the floor and a bare echo bot, in interleaved rounds on one Synapse."""

import argparse
import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from random import Random
from time import perf_counter
from typing import Any

from config.identifiers import RoomId
from tests.bench._results import SEED, Foreign, cpu_s, percentiles, rss_mib, save
from tests.bench._tables import show
from tests.bench.parts._client import Member, following
from tests.bench.parts._town import Bot, Town, town

_WARM = 5


@dataclass(frozen=True, slots=True)
class Subject:
    """One row: who answers (None: nobody, the floor), to what, in which room."""

    name: str
    bot: Bot | None
    command: str
    encrypted: bool
    room_id: RoomId


def main() -> None:
    """Measure and write ``results/latency.json``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--commands", type=int, default=40)
    asked = parser.parse_args()
    rounds = asyncio.run(_measure(asked.rounds, asked.commands))
    save("latency", {"rounds": asked.rounds, "commands": asked.commands}, rounds)
    show("latency")


async def _measure(rounds: int, commands: int) -> list[dict[str, Any]]:
    async with AsyncExitStack() as stack:
        place = await stack.enter_async_context(town())
        alice = await stack.enter_async_context(following(await place.person("alice")))
        bob = await stack.enter_async_context(following(await place.person("bob")))
        bots: list[Bot] = [await place.echo(), place.assistant()]
        for bot in bots:
            stack.push_async_callback(bot.stop)
            await bot.start()
        subjects = await _subjects(alice, bob, bots)
        for each in subjects:
            await _round(each, alice, bob, _WARM, place)
        random, found = Random(SEED), []
        for number in range(rounds):
            # In another order each time: whoever comes after a heavy one must not always be the same.
            for each in random.sample(subjects, len(subjects)):
                found.append({"round": number, **await _round(each, alice, bob, commands, place)})
        return found


async def _subjects(alice: Member, bob: Member, bots: Sequence[Bot]) -> list[Subject]:
    found: list[Subject] = []
    for encrypted in (False, True):
        making = asyncio.create_task(alice.make_room(bob.user_id, encrypted=encrypted))
        room_id = await _joined(bob, making, alice, encrypted=encrypted)
        found.append(Subject("floor", None, "!aide", encrypted, room_id))
        for bot in bots:
            for command in ("!aide",) if bot.name == "nio echo" else ("!aide", "!tâche ajouter relancer le SDIS"):
                room_id = await alice.make_room(bot.user_id, encrypted=encrypted)
                found.append(Subject(f"{bot.name} {command.split(' relancer')[0]}", bot, command, encrypted, room_id))
    return found


async def _joined(bob: Member, making: "asyncio.Task[RoomId]", alice: Member, *, encrypted: bool) -> RoomId:
    invited = await bob.invitation()
    await bob.join(invited, alice.user_id, encrypted=encrypted)
    return await making


async def _round(subject: Subject, alice: Member, bob: Member, commands: int, place: Town) -> dict[str, Any]:
    bot = subject.bot
    foreign = Foreign.look([place.pid] + ([bot.pid] if bot else []))
    before, synapse, took = cpu_s(bot.pid) if bot else 0.0, cpu_s(place.pid), []
    for _ in range(commands):
        started = perf_counter()
        event_id = await alice.send(subject.room_id, subject.command)
        ended = await (alice.hears(event_id) if bot else bob.sees(event_id))
        took.append(ended - started)
    return {
        "subject": subject.name,
        "encrypted": subject.encrypted,
        **percentiles(took),
        "bot_cpu_ms": round((cpu_s(bot.pid) - before) * 1000 / commands, 2) if bot else None,
        "synapse_cpu_ms": round((cpu_s(place.pid) - synapse) * 1000 / commands, 1),
        "rss_mib": rss_mib(bot.pid) if bot else None,
        "foreign_percent": foreign.percent(),
    }


if __name__ == "__main__":
    main()
