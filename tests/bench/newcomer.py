"""A newcomer: how long after its join another collectivity's assistant has the state of a room with a long past.

Two real Synapses, an encrypted room, and as many commands as operations; the floor is the same number of signatures,
verified one after the other in this process.
"""

import argparse
import asyncio
import sqlite3
import tempfile
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import aiohttp
from nacl.signing import SigningKey
from sqlalchemy.engine import make_url

from bots.matrix.homeserver.http import path
from bridge.operate.ports import HOST
from bridge.operate.synapse import Account, log_in, register
from bridge.operate.town import Site
from config.identifiers import RoomId
from tests.bench._results import Foreign, cpu_s, rss_mib, save
from tests.bench._tables import show
from tests.bench.parts._client import Member, following
from tests.bench.parts._town import Assistant
from tests.servers import THIRD, VALBOURG, running

_IN_FLIGHT = 20
_POLL = 0.02
_PATIENCE = 120


@dataclass(frozen=True, slots=True)
class Place:
    """A room of *anne*'s, known to *host*, into which *newcomer* comes."""

    anne: Member
    host: Assistant
    newcomer: Assistant


def main() -> None:
    """Measure and write ``results/newcomer.json``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--operations", type=int, nargs="*", default=[1_000, 10_000])
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    rounds = asyncio.run(_measure(asked.operations, asked.rounds))
    save("newcomer", {"operations": asked.operations, "rounds": asked.rounds}, rounds)
    show("newcomer")


async def _measure(operations: list[int], rounds: int) -> list[dict[str, Any]]:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="beffroi-bench-")))
        servers = stack.enter_context(running(folder, [VALBOURG, THIRD]))
        layout = servers.layout
        host, newcomer = (Assistant(each, layout.federation_file) for each in layout.sites)
        for each in (host, newcomer):
            stack.push_async_callback(each.stop)
            await each.start()
        anne = await stack.enter_async_context(following(await _person(layout.sites[0])))
        place = Place(anne, host, newcomer)
        found: list[dict[str, Any]] = []
        for count in operations:
            room = await anne.make_room(host.user_id, encrypted=True)
            await _work(place, room, count)
            for number in range(rounds):
                found.append({"round": number, "operations": count, **await _come(place, room, count)})
                await _go(place, room)
        return found


async def _person(site: Site) -> Account:
    async with aiohttp.ClientSession() as http:
        await register(http, site.homeserver, "anne", "not a secret here")
        return await log_in(http, site.homeserver.client_url, "anne", "not a secret here")


async def _work(place: Place, room: RoomId, count: int) -> None:
    """Give *count* commands: adding and, now and then, finishing what was added."""
    gate = asyncio.Semaphore(_IN_FLIGHT)

    async def ask(number: int) -> None:
        async with gate:
            done = number % 4 == 3
            await place.anne.send(room, f"!tâche fait {number // 2}" if done else f"!tâche ajouter dossier {number}")

    await place.anne.hears(await place.anne.send(room, "!tâche ajouter dossier 0"))
    await asyncio.gather(*map(ask, range(1, count)))
    async with asyncio.timeout(60 + count / 5):
        while (await _known(place.host, room)).get("operations") != count or await _busy(place.host):
            await asyncio.sleep(1)


async def _come(place: Place, room: RoomId, count: int) -> dict[str, Any]:
    """Invite the newcomer; return how long after its join it had the host's state."""
    newcomer = place.newcomer
    expected = await _known(place.host, room)
    foreign, cpu = Foreign.look([newcomer.pid, place.host.pid]), cpu_s(newcomer.pid)
    invited = perf_counter()
    await place.anne._http.request("POST", path("rooms", room, "invite"), body={"user_id": newcomer.user_id})
    async with asyncio.timeout(_PATIENCE), place.anne._news:
        await place.anne._news.wait_for(lambda: (room, newcomer.user_id) in place.anne._joined)
    joined = perf_counter()
    async with asyncio.timeout(_PATIENCE):
        while (known := await _known(newcomer, room)).get("state_hash") != expected["state_hash"]:
            await asyncio.sleep(_POLL)
    same = perf_counter()
    assert known["operations"] == count, known
    return {
        "join_s": round(joined - invited, 2),
        "same_hash_s": round(same - joined, 2),
        "floor_s": round(_verified(count), 2),
        "cpu_s": round(cpu_s(newcomer.pid) - cpu, 2),
        "rss_mib": rss_mib(newcomer.pid),
        "foreign_percent": foreign.percent(),
    }


async def _go(place: Place, room: RoomId) -> None:
    """Put the newcomer out and have it forget the room, so that the next time it knows nothing again."""
    body = {"user_id": place.newcomer.user_id}
    await place.anne._http.request("POST", path("rooms", room, "kick"), body=body)
    await asyncio.sleep(1)
    await place.newcomer.stop()
    with sqlite3.connect(str(make_url(place.newcomer.site.collectivity.database_url).database)) as store:
        tables = [name for (name,) in store.execute("SELECT name FROM sqlite_master WHERE name LIKE 'register_%'")]
        for each in tables:
            columns = [row[1] for row in store.execute(f"PRAGMA table_info({each})")]
            if "room_id" in columns:
                store.execute(f"DELETE FROM {each} WHERE room_id = ?", (room,))
    store.close()
    place.anne._joined.discard((room, place.newcomer.user_id))
    await place.newcomer.start()


async def _busy(assistant: Assistant) -> bool:
    """Tell whether it still has something to read or to say: the newcomer's snapshot would queue behind it."""
    url = f"http://{HOST}:{assistant.site.collectivity.network.metrics_port}/healthz"
    async with aiohttp.ClientSession() as http, http.get(url) as response:
        told = await response.json()
    return bool(told["outbox_waiting"] or told["inbox_waiting"])


async def _known(assistant: Assistant, room: RoomId) -> dict[str, Any]:
    url = f"http://{HOST}:{assistant.site.collectivity.network.metrics_port}/rooms/{room}"
    async with aiohttp.ClientSession() as http, http.get(url) as response:
        return dict(await response.json()) if response.status == 200 else {}


def _verified(count: int) -> float:
    """Return how long so many signatures take on one core."""
    key = SigningKey.generate()
    message = b"x" * 400
    signature, public = key.sign(message).signature, key.verify_key
    started = perf_counter()
    for _ in range(count):
        public.verify(message, signature)
    return perf_counter() - started


if __name__ == "__main__":
    main()
