"""From the command line to the end of the first sync, and memory when idle, with a store of many sizes."""

import argparse
import asyncio
from contextlib import AsyncExitStack
from time import perf_counter
from typing import Any

from bots.database.engine import Database
from tests.bench._results import SEED, Foreign, cpu_s, rss_mib, save
from tests.bench._tables import show
from tests.bench.parts._operations import fill
from tests.bench.parts._town import Bot, Town, town

_SETTLED_S = 3.0


def main() -> None:
    """Measure and write ``results/start.json``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--counts", type=int, nargs="*", default=[0, 10_000, 100_000])
    asked = parser.parse_args()
    rounds = asyncio.run(_measure(asked.rounds, asked.counts))
    save("start", {"rounds": asked.rounds, "counts": asked.counts}, rounds)
    show("start")


async def _measure(rounds: int, counts: list[int]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for count in counts:
        async with AsyncExitStack() as stack:
            place = await stack.enter_async_context(town())
            ours, echo = place.assistant(), await place.echo()
            stack.push_async_callback(ours.stop)
            stack.push_async_callback(echo.stop)
            folder = place.site.collectivity.paths.assistant
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            database = Database.open(place.site.collectivity.database_url)
            try:
                await fill(database, count, SEED)
            finally:
                await database.close()
            # The first start logs in and uploads keys; those after it are what a restart costs.
            for number in range(rounds + 1):
                first = {"round": number, "operations": count, "first_start": number == 0}
                found.append({**first, **await _start(ours, place)})
                if count == 0:
                    found.append({**first, **await _start(echo, place)})
    return found


async def _start(bot: Bot, place: Town) -> dict[str, Any]:
    foreign, started = Foreign.look([place.pid]), perf_counter()
    await bot.start()
    took = perf_counter() - started
    cpu = cpu_s(bot.pid)
    await asyncio.sleep(_SETTLED_S)
    measured = {
        "subject": bot.name,
        "start_s": round(took, 2),
        "start_cpu_s": round(cpu, 2),
        "rss_mib": rss_mib(bot.pid),
        "foreign_percent": max(0, foreign.percent() - round(100 * cpu_s(bot.pid) / (took + _SETTLED_S))),
    }
    await bot.stop()
    return measured


if __name__ == "__main__":
    main()
