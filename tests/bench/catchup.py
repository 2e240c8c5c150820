"""Catching up: what it costs to read missing operations where little, or a hundred times as much, was said since.

Most of its time goes into saying the chat through Synapse: it is said once, in one room that grows. In the same
run, of the same room: what it takes to page over the same distance with ``/messages``, as one must without relations.
"""

import argparse
import asyncio
import json
import sqlite3
from contextlib import AsyncExitStack
from pathlib import Path
from time import perf_counter
from typing import Any

from sqlalchemy.engine import make_url

from bots.matrix.homeserver.http import Http, path
from config.identifiers import RoomId
from tests.bench._results import Foreign, cpu_s, save
from tests.bench._tables import show
from tests.bench.parts._client import Member, following
from tests.bench.parts._town import Assistant, Town, town

_IN_FLIGHT = 20
_POLL = 0.05
_PATIENCE = 120


def main() -> None:
    """Measure and write ``results/catchup.json``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--operations", type=int, nargs="*", default=[50, 200])
    parser.add_argument("--chat", type=int, nargs="*", default=[50, 500, 5_000])
    parser.add_argument("--talkative", type=int, default=200, help="the operations in the room whose chat grows")
    asked = parser.parse_args()
    rounds = asyncio.run(_measure(asked.rounds, asked.operations, asked.chat, asked.talkative))
    save("catchup", {"rounds": asked.rounds, "operations": asked.operations, "chat": asked.chat}, rounds)
    show("catchup")


async def _measure(rounds: int, operations: list[int], chat: list[int], talkative: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    async with AsyncExitStack() as stack:
        place = await stack.enter_async_context(town())
        person = await stack.enter_async_context(following(await place.person("agent")))
        bot = place.assistant()
        stack.push_async_callback(bot.stop)
        await bot.start()
        for count in operations:
            room = await person.make_room(bot.user_id, encrypted=False)
            await _work(person, room, count)
            said = 0
            # One room that grows: the same operations, first in it, and more and more chat after them.
            for messages in sorted(chat) if count == talkative else [min(chat)]:
                await _chat(person, room, range(said, messages))
                said = messages
                # Answered once the assistant has read all that: a restart has no gap in its sync to fill.
                await person.hears(await person.send(room, "!aide"))
                for number in range(rounds):
                    row = {"round": number, "operations": count, "chat": messages}
                    found.append({**row, **await _catch_up(place, bot, person, room)})
    return found


async def _work(person: Member, room: RoomId, count: int) -> None:
    """Write *count* operations; the first opens the chapter that the others reference."""
    gate = asyncio.Semaphore(_IN_FLIGHT)

    async def ask(number: int) -> None:
        async with gate:
            await person.hears(await person.send(room, f"!tâche ajouter chose {number}"))

    await ask(0)
    await asyncio.gather(*map(ask, range(1, count)))


async def _chat(person: Member, room: RoomId, numbers: range) -> None:
    """Say what nobody answers; the assistant is alone with us here, so it would answer an ``m.text``."""
    gate = asyncio.Semaphore(_IN_FLIGHT)
    http: Http = person._http

    async def say(number: int) -> None:
        async with gate:
            target = path("rooms", room, "send", "m.room.message", f"chat{number}")
            body = {"msgtype": "m.notice", "body": f"bavardage {number}"}
            await http.request("PUT", target, body=body, timeout_s=120)

    await asyncio.gather(*map(say, numbers))


async def _catch_up(place: Town, bot: Assistant, person: Member, room: RoomId) -> dict[str, Any]:
    """Take all operations but the last out of the assistant's store, and let it find them in the chapters."""
    await bot.stop()
    log = bot.site.folder / "assistant.log"
    before = log.stat().st_size
    with sqlite3.connect(str(make_url(bot.site.collectivity.database_url).database)) as store:
        store.execute(
            "DELETE FROM register_operation WHERE room_id = ? AND seq > 1"
            " AND seq < (SELECT max(seq) FROM register_operation WHERE room_id = ?)",
            (room, room),
        )
    store.close()
    foreign, started = Foreign.look([place.pid]), perf_counter()
    await bot.start()
    told = await _told(log, before)
    took = perf_counter() - started
    return {
        "events": told["events"],
        "requests": told["requests"],
        "catch_up_ms": told["ms"],
        "start_and_catch_up_s": round(took, 2),
        "cpu_s": round(cpu_s(bot.pid), 2),
        "missing_after": told["sources_missing"],
        **await _reading_the_chat(place, person, room),
        "foreign_percent": foreign.percent(),
    }


async def _told(log: Path, before: int) -> dict[str, Any]:
    async with asyncio.timeout(_PATIENCE):
        while True:
            for line in log.read_bytes()[before:].splitlines():
                if b'"caught_up"' in line:
                    found: dict[str, Any] = json.loads(line)
                    return found
            await asyncio.sleep(_POLL)


async def _reading_the_chat(place: Town, person: Member, room: RoomId) -> dict[str, Any]:
    """Read the room as one must without relations: ``/messages`` to its beginning."""
    started, requests, events = perf_counter(), 0, 0
    http: Http = person._http
    query = {"dir": "b", "limit": "100"}
    while True:
        page = await http.request("GET", path("rooms", room, "messages"), query=query, timeout_s=60)
        requests += 1
        events += len(page["chunk"])
        if "end" not in page:
            break
        query["from"] = page["end"]
    took = round((perf_counter() - started) * 1000)
    return {"chat_ms": took, "chat_requests": requests, "chat_events": events}


if __name__ == "__main__":
    main()
