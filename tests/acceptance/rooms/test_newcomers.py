"""A third collectivity comes into an encrypted room that has a past; its assistant knows it within seconds."""

import asyncio
import sqlite3
import time
from collections.abc import Iterator

import aiohttp
import pytest
from sqlalchemy.engine import make_url

from bridge.operate.ports import HOST
from tests.acceptance.assistants import Assistant
from tests.acceptance.conftest import Country, People
from tests.acceptance.element_client import ElementClient
from tests.acceptance.rooms.test_first_light import asks, office, seen_by
from tests.servers import RIVEMONT, THIRD, VALBOURG, Background, running

OPERATIONS = 300


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Country]:
    """Three servers that all have an assistant: the others' tests need one that has none."""
    directory = tmp_path_factory.mktemp("three")
    background = Background()
    with running(directory, [VALBOURG, RIVEMONT, THIRD]) as servers:
        members = servers.layout.federation_file
        assistants = {each.town.label: Assistant(each, members, background) for each in servers.layout.sites}
        try:
            for each in assistants.values():
                each.start()
            yield Country(servers, assistants)
        finally:
            for each in assistants.values():
                each.stop()
            background.close()


async def known(assistant: Assistant, room: str) -> dict[str, object]:
    """What ``beffroi room check`` would be told; empty while it does not know the room."""
    url = f"http://{HOST}:{assistant.site.collectivity.network.metrics_port}/rooms/{room}"
    async with aiohttp.ClientSession() as http, http.get(url) as response:
        return await response.json() if response.status == 200 else {}


async def agreed(room: str, *assistants: Assistant, operations: int = 1, patience: float = 60) -> str:
    """Wait until all of them know at least so many operations and make the same of them; return the hash."""
    seen: list[tuple[object, object]] = []
    try:
        async with asyncio.timeout(patience):
            while True:
                reports = [await known(each, room) for each in assistants]
                seen = [(each.get("operations"), each.get("state_hash")) for each in reports]
                if len({*seen}) == 1 and int(str(seen[0][0] or 0)) >= operations:
                    return str(seen[0][1])
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise AssertionError(f"after {patience} s: {seen}") from None


async def refused(newcomer: Assistant, before: int, patience: float = 30) -> None:
    """Wait until it has refused another snapshot for a bad operation."""
    async with asyncio.timeout(patience):
        while ((await newcomer.health()) or {}).get("snapshots", {}).get("refused bad_operation", 0) == before:
            await asyncio.sleep(0.05)


async def bring(anne: ElementClient, carla: ElementClient, room: str, newcomer: Assistant) -> None:
    """Let somebody of the third collectivity in, then its assistant."""
    await anne.invite(room, carla.user_id)
    await carla.join(room, [anne.user_id.partition(":")[2]])
    await seen_by([anne, carla], room, carla.user_id)
    await anne.invite(room, newcomer.user_id)


async def test_a_newcomer_has_the_state_of_the_others_within_seconds(country: Country, people: People) -> None:
    valbourg, rivemont, newcomer = (country.assistants[each] for each in ("valbourg", "rivemont", "ailleurs"))
    anne, carla = await people.arrive("valbourg", "anne"), await people.arrive("ailleurs", "carla")
    room = await office(anne, valbourg, rivemont)
    for number in range(OPERATIONS):
        await anne.send(room, f"!tâche ajouter relancer le fournisseur {number}")
    await agreed(room, valbourg, rivemont, operations=OPERATIONS, patience=180)

    await bring(anne, carla, room, newcomer)
    await seen_by([anne], room, newcomer.user_id)
    start = time.monotonic()
    await agreed(room, valbourg, rivemont, newcomer, operations=OPERATIONS, patience=30)
    # How fast is a bench (tests/bench/newcomer.py), not a test: machines differ.
    print(f"\n{OPERATIONS} operations: the same hash {time.monotonic() - start:.2f} s after its join was seen")

    start = time.monotonic()
    listed = await asks(carla, room, "!tâches", newcomer)
    print(f"its person's list: {time.monotonic() - start:.2f} s")
    assert "relancer le fournisseur" in listed.body
    told = await newcomer.health() or {}
    assert told["snapshots"]["loaded"] >= 1
    assert (told["gaps"], told["joining"]) == (0, 0)


async def test_a_forged_snapshot_is_refused_and_the_other_assistant_is_asked(country: Country, people: People) -> None:
    """Valbourg's assistant says what nobody signed: somebody has written into its store."""
    valbourg, rivemont, newcomer = (country.assistants[each] for each in ("valbourg", "rivemont", "ailleurs"))
    anne, carla = await people.arrive("valbourg", "anne"), await people.arrive("ailleurs", "carla")
    room = await office(anne, valbourg, rivemont)
    for number in range(5):
        await anne.send(room, f"!tâche ajouter payer le fournisseur {number}")
    true = await agreed(room, valbourg, rivemont, operations=5)
    await asyncio.to_thread(valbourg.stop)
    with sqlite3.connect(str(make_url(valbourg.site.collectivity.database_url).database)) as store:
        forged = store.execute(
            "UPDATE register_operation SET envelope = replace(envelope, 'fournisseur 3', 'faussaire 3')"
            " WHERE room_id = ? AND envelope LIKE '%fournisseur 3%'",
            (room,),
        )
        assert forged.rowcount == 1
    store.close()
    await asyncio.to_thread(valbourg.start)
    before = ((await newcomer.health()) or {}).get("snapshots", {})

    # Whichever answers first is loaded first, and a machine may be slow: so the other one says nothing before.
    with rivemont.paused():
        await bring(anne, carla, room, newcomer)
        await refused(newcomer, before.get("refused bad_operation", 0))
    assert await agreed(room, rivemont, newcomer, operations=5, patience=30) == true

    told = ((await newcomer.health()) or {})["snapshots"]
    assert told["loaded"] == before.get("loaded", 0) + 1
    listed = await asks(carla, room, "!tâches", newcomer)
    assert "faussaire" not in listed.body
