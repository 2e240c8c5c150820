"""Somebody leaves the town: rooms, tasks, objectives and events go to a successor, and nothing is left."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from bridge.operate.synapse import Account, log_in
from bridge.operate.town import DemoTown
from tests.acceptance.assistants import ROOT, Assistant
from tests.acceptance.citizens import until
from tests.acceptance.element_client import ElementClient
from tests.servers import Background, Server, running

DEPART = DemoTown("depart", "Départ", "999999998", welcome=False)


@dataclass(frozen=True)
class Place:
    server: Server
    assistant: Assistant


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A town with its assistant."""
    background = Background()
    with running(tmp_path_factory.mktemp("depart"), [DEPART]) as servers:
        assistant = Assistant(servers.layout.sites[0], servers.layout.federation_file, background)
        try:
            assistant.start()
            yield Place(servers["depart"], assistant)
        finally:
            assistant.stop()
            background.close()


@asynccontextmanager
async def client(account: Account) -> AsyncIterator[ElementClient]:
    async with await ElementClient.start(account.client_url, account.user_id, account.password) as found:
        yield found


async def leave(town: Place, who: str, heir: str) -> tuple[int, str]:
    """Run ``beffroi user leave WHO --to HEIR``."""
    return await beffroi(town, "user", "leave", who, "--to", heir)


async def beffroi(town: Place, *words: str) -> tuple[int, str]:
    """Run a command about this town."""
    site = town.server.site
    files = ("--config", str(site.collectivity_file), "--federation", str(site.folder.parent / "federation.yaml"))
    command = (sys.executable, str(ROOT / "beffroi.py"), *words, *files)
    process = await asyncio.create_subprocess_exec(
        *command, cwd=site.folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


async def say(speaker: ElementClient, room: str, text: str, assistant: Assistant) -> str:
    command = await speaker.send(room, text)
    answer = await speaker.wait_for(room, sender=assistant.user_id, in_reply_to=command, readable=True, timeout=120)
    return answer.body


async def test_a_town_is_said_to_be_well_but_for_what_does_not_run(town: Place) -> None:
    """Also by the doctor, but for the backup that nobody has made yet."""
    status, told = await beffroi(town, "status", "--json")
    assert status == 1, told
    (shown,) = json.loads(told)["collectivities"]
    assert (shown["well"], shown["assistant_status"], shown["device_signed"], shown["processes"]) == (
        False,
        "ok",
        True,
        {"synapse": True, "assistant": True, "share": None, "calendars": None},
    )

    async def found() -> bool:
        _, told = await beffroi(town, "doctor", "--json")
        findings = json.loads(told)["findings"]
        return [each["check"] for each in findings if each["standing"] == "ill"] == ["backup"]

    await until("nothing hurts but the backup", found, 60)
    assert (await beffroi(town, "backup"))[0] == 0
    assert (await beffroi(town, "backup", "rehearse"))[0] == 0
    status, told = await beffroi(town, "doctor")
    assert status == 0, told
    assert "Tout va bien" in told

    town.assistant.stop()
    try:
        status, told = await beffroi(town, "status", "--json")
        assert status == 1
        assert json.loads(told)["collectivities"][0]["processes"]["assistant"] is None
    finally:
        town.assistant.start()


async def test_somebody_leaves_and_nothing_is_lost_with_them(town: Place) -> None:
    paul, eve, anne = [await town.server.user(name) for name in ("paul", "eve", "anne")]
    async with client(paul) as paul_there, client(eve) as eve_there:
        room = await paul_there.create_room("Voirie", [eve.user_id, town.assistant.user_id])
        await eve_there.join(room)
        await paul_there.wait_for_membership(room, town.assistant.user_id, timeout=120)
        await paul_there.wait_for_membership(room, eve.user_id, timeout=120)
        for title in ("relancer le SDIS", "saler la côte"):
            assert "ajoutée" in await say(paul_there, room, f"!tâche ajouter {title} {paul.user_id}", town.assistant)
        await say(paul_there, room, "!tâche ajouter celle de tous", town.assistant)
        assert "fait" in await say(paul_there, room, "!tâche fait 2", town.assistant)
        await say(paul_there, room, f"!objectif ajouter zéro nid-de-poule {paul.user_id}", town.assistant)
        day = f"{datetime.now(UTC) + timedelta(days=20):%d/%m/%Y}"
        meeting = f"!agenda ajouter visite du chantier le {day} 10h avec {paul.user_id} {eve.user_id}"
        assert "visite du chantier" in await say(paul_there, room, meeting, town.assistant)
        private = await paul_there.create_room("", [eve.user_id])
        await eve_there.join(private)

        status, said = await leave(town, paul.user_id, anne.user_id.localpart)

        assert status == 0, said
        assert "✔ Voirie" in said
        assert "3 choses en cours" in said
        assert "1 conversation privée" in said
        assert "rien ne reste" in said
        told = await eve_there.wait_for(room, sender=town.assistant.user_id, body="s’en va", readable=True, timeout=60)
        assert told.content["m.mentions"] == {"user_ids": [anne.user_id]}
        assert "1 événement (1)" in told.body
        assert anne.user_id.localpart in await say(eve_there, room, "!tâche historique 1", town.assistant)
        assert anne.user_id.localpart in await say(eve_there, room, "!agenda historique 1", town.assistant)

        async def gone() -> bool:
            return (await eve_there.members(room)).get(paul.user_id) != "join"

        await until("eve sees that he has gone", gone, 60)
        members = await eve_there.members(room)
        assert members[anne.user_id] == "join"
        assert anne.user_id not in await eve_there.members(private)
    async with aiohttp.ClientSession() as http:
        with pytest.raises(aiohttp.ClientResponseError):
            await log_in(http, paul.client_url, paul.user_id, paul.password)
        # Who takes over may do what he could.
        await anne.call(http, "PUT", f"/v3/rooms/{room}/state/m.room.name/", {"name": "Voirie et réseaux"})

    status, said = await leave(town, paul.user_id, anne.user_id)
    assert (status, "Départ" in said) == (2, True), said


async def test_where_something_cannot_be_handed_over_nothing_is_closed(town: Place) -> None:
    """A room of somebody else's, into which he may bring nobody."""
    remy, zoe, anne = [await town.server.user(name) for name in ("remy", "zoe", "anne")]
    levels = {"invite": 100}
    async with aiohttp.ClientSession() as http:
        made = await zoe.call(
            http,
            "POST",
            "/v3/createRoom",
            {"name": "Clos", "invite": [remy.user_id], "power_level_content_override": levels},
        )
        room = made["room_id"]
        await remy.call(http, "POST", f"/v3/join/{room}", {})

        status, said = await leave(town, remy.user_id, anne.user_id)

        assert status == 1, said
        assert "✖ Clos" in said
        assert "reste ouvert" in said
        assert (await remy.call(http, "GET", "/v3/account/whoami"))["user_id"] == remy.user_id

        await zoe.call(http, "POST", f"/v3/rooms/{room}/invite", {"user_id": anne.user_id})
        status, said = await leave(town, remy.user_id, anne.user_id)
        assert status == 0, said
