"""The demo's parts with real Synapses: they start, federate, notice a cut and come together again."""

import asyncio
import json
import os
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bridge.operate.errors import StartFailed
from bridge.operate.process import Roster, identify
from bridge.operate.proxy import Wiring
from bridge.operate.status.asking import look
from bridge.operate.synapse import Account
from config.errors import InvalidSettings
from tests.servers import RIVEMONT, VALBOURG, Servers, running

pytestmark = pytest.mark.integration

ROOT = Path(__file__).resolve().parents[3]


async def shared_room(http: aiohttp.ClientSession, host: Account, guest: Account) -> str:
    room = await host.call(http, "POST", "/v3/createRoom", {"preset": "private_chat", "invite": [guest.user_id]})
    await until_invited(http, guest, room["room_id"])
    await guest.call(http, "POST", f"/v3/join/{room['room_id']}")
    # Synapse joins with part of the state and fetches the rest behind our back; /messages waits for that.
    await heard(http, guest, room["room_id"])
    return str(room["room_id"])


async def until_invited(http: aiohttp.ClientSession, guest: Account, room_id: str) -> None:
    async with asyncio.timeout(30):
        while room_id not in (await sync(http, guest)).get("invite", {}):
            pass


async def sync(http: aiohttp.ClientSession, account: Account) -> dict[str, Any]:
    answer = await account.call(http, "GET", "/v3/sync?timeout=500")
    rooms: dict[str, Any] = answer.get("rooms", {})
    return rooms


async def say(http: aiohttp.ClientSession, account: Account, room_id: str, word: str) -> None:
    path = f"/v3/rooms/{room_id}/send/m.room.message/{word}"
    await account.call(http, "PUT", path, {"msgtype": "m.text", "body": word})


async def heard(http: aiohttp.ClientSession, account: Account, room_id: str) -> list[str]:
    page = await account.call(http, "GET", f"/v3/rooms/{room_id}/messages?dir=b&limit=50")
    return [each["content"]["body"] for each in page["chunk"] if each["type"] == "m.room.message"]


async def hears(http: aiohttp.ClientSession, account: Account, room_id: str, word: str) -> None:
    async with asyncio.timeout(30):
        while word not in await heard(http, account, room_id):
            await asyncio.sleep(0.05)


async def test_what_one_side_says_the_other_hears(federation: Servers) -> None:
    async with aiohttp.ClientSession() as http:
        anne = await federation["valbourg"].user("anne")
        bruno = await federation["rivemont"].user("bruno")
        room = await shared_room(http, anne, bruno)

        await say(http, anne, room, "bonjour")
        await hears(http, bruno, room, "bonjour")
        await say(http, bruno, room, "salut")
        await hears(http, anne, room, "salut")


async def test_a_cut_holds_messages_back_and_a_mend_lets_them_through(federation: Servers) -> None:
    async with aiohttp.ClientSession() as http:
        anne = await federation["valbourg"].user("anne")
        bruno = await federation["rivemont"].user("bruno")
        room = await shared_room(http, anne, bruno)

        federation.cut()
        try:
            await say(http, anne, room, "pendant-a")
            await say(http, bruno, room, "pendant-b")
            # Both have tried to send, and been refused, before we look.
            assert await heard(http, bruno, room) == ["pendant-b"]
            assert await heard(http, anne, room) == ["pendant-a"]
        finally:
            federation.mend()

        await hears(http, bruno, room, "pendant-a")
        await hears(http, anne, room, "pendant-b")


def test_from_cold_to_federating(tmp_path: Path) -> None:
    """Prints how long it takes; the demo has 30 s for this and its two assistants."""
    started = time.monotonic()
    with running(tmp_path, [VALBOURG, RIVEMONT]) as servers:
        up = time.monotonic() - started

        async def join() -> None:
            async with aiohttp.ClientSession() as http:
                anne, bruno = await servers["valbourg"].user("anne"), await servers["rivemont"].user("bruno")
                await say(http, anne, await shared_room(http, anne, bruno), "bonjour")

        asyncio.run(join())
        print(f"two Synapses up after {up:.1f} s, federating after {time.monotonic() - started:.1f} s")


def test_a_failing_start_shows_the_log(tmp_path: Path) -> None:
    with running(tmp_path, [VALBOURG]) as servers:
        server = servers["valbourg"]
        server.stop()
        (server.site.rendered / "homeserver.yaml").write_text("nonsense: [")

        with pytest.raises(StartFailed) as caught:
            server.start()
    assert "nonsense" in caught.value.tail or "yaml" in caught.value.tail


async def summary(directory: Path) -> dict[str, Any]:
    try:
        raw: dict[str, Any] = json.loads((directory / "demo.json").read_text("utf-8"))
    except FileNotFoundError:
        return {}
    return raw


async def until_ready(directory: Path, demo: asyncio.subprocess.Process) -> dict[str, Any]:
    async with asyncio.timeout(120):
        while "ready" not in (found := await summary(directory)):
            assert demo.returncode is None
            await asyncio.sleep(0.1)
    return found


async def start(directory: Path, *arguments: str) -> asyncio.subprocess.Process:
    command = (sys.executable, str(ROOT / "beffroi.py"), "demo", "--dir", str(directory), *arguments)
    return await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.DEVNULL, cwd=ROOT)


async def interrupt(demo: asyncio.subprocess.Process) -> float:
    """Press Ctrl-C and return how many seconds the end took."""
    started = time.monotonic()
    demo.send_signal(signal.SIGINT)
    await demo.wait()
    return time.monotonic() - started


@pytest.mark.acceptance
@pytest.mark.limit(900)
async def test_the_demo_is_ready_only_when_federation_is_proved_and_ends_without_orphans(tmp_path: Path) -> None:
    """Started with the wires cut it comes up, and is not ready; once they are mended it is."""
    directory = tmp_path / "demo"
    demo = await start(directory, "--cut")
    try:
        async with asyncio.timeout(120):
            while not await all_signed(directory):
                await asyncio.sleep(0.2)
        assert not any(ok for each in await look(directory) for ok in each.reaches.values())
        assert "ready" not in await summary(directory)

        mend(directory)
        found = await until_ready(directory, demo)
        pids = [each.pid for each in Roster.read(directory / "processes").values()]
        statuses = await look(directory)
    finally:
        took = await interrupt(demo)
    assert demo.returncode == 0
    assert took < 10
    assert len(pids) == 9
    assert not any(identify(pid) for pid in pids)
    assert all(each.device_signed and each.reaches for each in statuses)
    assert [each["name"] for each in found["collectivities"]] == ["Valbourg", "Rivemont"]
    assert set(found["rooms"]) == {"shared", "valbourg", "rivemont"}
    assert not (directory / "demo.json").exists()

    await the_next_start_finds_everything_again(directory, found)


async def the_next_start_finds_everything_again(directory: Path, before: dict[str, Any]) -> None:
    demo = await start(directory)
    try:
        found = await until_ready(directory, demo)
        second = await start(directory)
        assert await second.wait() == 2
        pids = [each.pid for each in Roster.read(directory / "processes").values()]
    finally:
        demo.kill()
        await demo.wait()
    async with asyncio.timeout(10):
        while any(identify(pid) for pid in pids):
            await asyncio.sleep(0.05)
    assert found["rooms"] == before["rooms"]
    for old, new in zip(before["collectivities"], found["collectivities"], strict=True):
        assert {**old, "pids": None} == {**new, "pids": None}


async def all_signed(directory: Path) -> bool:
    try:
        return all(each.device_signed for each in await look(directory))
    except InvalidSettings:
        return False


def mend(directory: Path) -> None:
    path = directory / "wiring.json"
    path.write_text(replace(Wiring.parse(path.read_text()), severed=frozenset()).render())
    os.kill(Roster.read(directory / "processes")["proxy"].pid, signal.SIGHUP)
