"""Two towns cut off from each other go on working, and agree when the link is mended."""

import asyncio
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import aiohttp

from bots.matrix.homeserver.sync import FILTER
from config.identifiers import RoomId
from tests.acceptance.assistants import Assistant, revive
from tests.acceptance.citizens import (
    Citizen,
    citizen,
    gather_in,
    one_answer_each,
    settled,
    until,
)
from tests.acceptance.conftest import Country, People
from tests.acceptance.element_client import ElementClient, ElementError

_MENDED = 60.0
"""Seconds in which Synapse must have found the other one again: the test's servers try every five."""


async def write_much(writer: Citizen, room: RoomId, *, commands: int, chat: int) -> None:
    """Say *commands* and *chat*, a few at a time."""
    for _ in range(commands):
        await writer.ask(room)
        await asyncio.gather(*(writer.chat(room) for _ in range(chat // commands)))


async def hear_of_each_other(room: RoomId, speakers: list[tuple[Citizen, ElementClient]]) -> None:
    """Say something on each side until it is seen on the other: a new event makes Synapse try again."""
    for speaker, listener in speakers:

        async def crossed(speaker: Citizen = speaker, listener: ElementClient = listener) -> bool:
            said = await speaker.chat(room)
            try:
                await listener.wait_for(room, event_id=said, timeout=2)
            except ElementError:
                return False
            return True

        await until(f"{speaker.user_id} is heard by {listener.user_id}", crossed, _MENDED)


async def next_sync_is_limited(assistant: Assistant, room: RoomId) -> bool:
    """Ask the homeserver what the assistant, which is down, will be told when it comes back."""
    with closing(sqlite3.connect(assistant.site.collectivity.paths.assistant / "assistant.db")) as database:
        ((since,),) = database.execute("SELECT value FROM matrix_edge WHERE name = 'since'")
    url = f"{assistant.site.homeserver.client_url}/_matrix/client/v3/sync"
    token = json.loads((assistant.site.collectivity.paths.assistant / "session.json").read_text())["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    query = {"since": since, "filter": FILTER, "timeout": "0", "set_presence": "offline"}
    async with (
        aiohttp.ClientSession(headers=headers, raise_for_status=True) as http,
        http.get(url, params=query) as response,
    ):
        told = json.loads(await response.text())
    return bool(told["rooms"]["join"][room]["timeline"]["limited"])


async def test_both_sides_go_on_in_a_cut_and_agree_after_it(country: Country, people: People, tmp_path: Path) -> None:
    """More is said on each side than a sync holds, a part of it to an assistant that is down as well."""
    ours, theirs = country.assistants["valbourg"], country.assistants["rivemont"]
    async with (
        citizen(country, "valbourg", "anne", tmp_path) as anne,
        citizen(country, "rivemont", "bruno", tmp_path) as bruno,
    ):
        notary, other = await people.arrive("valbourg", "notaire"), await people.arrive("rivemont", "notaire")
        room = await gather_in(notary, "Coupure", [ours, theirs], anne, bruno, also=[other.user_id])
        await other.join(room, ["valbourg.localhost"])
        await asyncio.gather(*(each.ask(room) for each in (anne, bruno)))
        async with asyncio.timeout(60):
            await asyncio.gather(anne.hear_all(), bruno.hear_all())
        await settled([ours, theirs], [room])
        country.servers.cut()
        try:
            async with asyncio.timeout(90):
                await asyncio.gather(*(write_much(each, room, commands=12, chat=24) for each in (anne, bruno)))
                await asyncio.gather(anne.hear_all(), bruno.hear_all())
            ours.kill()
            theirs.kill()
            async with asyncio.timeout(90):
                await asyncio.gather(*(write_much(each, room, commands=21, chat=84) for each in (anne, bruno)))
            country.servers.mend()
            await hear_of_each_other(room, [(anne, other), (bruno, notary)])
            limited = [await next_sync_is_limited(each, room) for each in (ours, theirs)]
        finally:
            country.servers.mend()
            await revive(ours, theirs)
        assert limited == [True, True]
        async with asyncio.timeout(90):
            await asyncio.gather(anne.hear_all(), bruno.hear_all())
        await settled([ours, theirs], [room])
        asked = {**anne.asked[room], **bruno.asked[room]}
        for witness in (notary, other):
            await one_answer_each(witness, room, asked, [ours, theirs])
            # Gaps, snapshots and frontiers of a hundred commands: nothing that a client has no words for.
            assert not [each.type for each in await witness.history(room) if not each.type.startswith("m.")]


async def test_an_operation_soft_failed_by_a_kick_is_recovered(
    country: Country, people: People, tmp_path: Path
) -> None:
    """Written before its author knew of the kick, never shown to the other side, found missing, asked for, relayed."""
    ours, theirs = country.assistants["valbourg"], country.assistants["rivemont"]
    async with (
        citizen(country, "valbourg", "anne", tmp_path) as anne,
        citizen(country, "rivemont", "bruno", tmp_path) as bruno,
    ):
        moderator, notary = await people.arrive("rivemont", "moderateur"), await people.arrive("valbourg", "notaire")
        room = await gather_in(moderator, "Exclusion", [ours, theirs], anne, bruno, also=[notary.user_id])
        await notary.join(room, ["rivemont.localhost"])
        async with asyncio.timeout(60):
            for each in (anne, bruno):
                await each.hear(await each.ask(room))
        await settled([ours, theirs], [room])
        start = theirs.log.stat().st_size
        country.servers.cut()
        try:
            await moderator.kick(room, ours.user_id, "essai")
            command = await anne.ask(room)
            async with asyncio.timeout(60):
                answer = await anne.hear(command)
        finally:
            country.servers.mend()
        await hear_of_each_other(room, [(anne, moderator), (bruno, notary)])
        await notary.wait_for_membership(room, ours.user_id, "leave")
        await moderator.invite(room, ours.user_id)
        await moderator.wait_for_membership(room, ours.user_id)
        async with asyncio.timeout(60):
            # The sequence number of this answer tells that there is another before it.
            await anne.hear(await anne.ask(room))
        await settled([ours, theirs], [room])

        seen_here, seen_there = await notary.history(room), await moderator.history(room)
        assert answer.event_id in {each.event_id for each in seen_here}
        assert answer.event_id not in {each.event_id for each in seen_there}
        # Asked for and relayed from device to device: nobody else has seen anything of it.
        assert b"operations_needed" in theirs.log.read_bytes()[start:]
        for history in (seen_here, seen_there):
            assert not [each.type for each in history if not each.type.startswith("m.")]
        async with asyncio.timeout(60):
            listed = await bruno.resident.ask(room, "!tâches", "liste")
            body = (await bruno.hear(listed)).content["body"]
        assert anne.asked[room][command] in body
