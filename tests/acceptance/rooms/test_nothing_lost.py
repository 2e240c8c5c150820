"""Nothing lost, nothing twice: whatever dies, and whenever."""

import asyncio
import signal
import sqlite3
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from random import Random

import aiohttp

from bots.matrix.seams import SEAMS, SeamName
from config.identifiers import EventId, RoomId
from tests.acceptance.assistants import Assistant, revive
from tests.acceptance.citizens import Citizen, citizen, gather_in, one_answer_each, settled, until
from tests.acceptance.conftest import Country, People
from tests.acceptance.element_client import ElementClient, ElementError
from tests.servers import Server

_EACH = 100
"""Commands from each side."""

_RUSH = 4
_LONGEST_LIFE = 14
"""Commands in one life of an assistant, of which the first :data:`_RUSH` are said at once."""

# How often a seam is surely reached in one such life; acknowledgements and syncs take several messages at a time.
_REACHED: dict[SeamName, int] = {
    "fetched": 6,
    "stored": 5,
    "token_saved": 5,
    "handled": 12,
    "sent": 8,
    "acknowledged": 5,
    # At each start the other side is told what we hold.
    "told": 1,
}
_TWO_DAYS_MS = 2 * 86_400_000
_DEATHS = 6
_PATIENCE = 5
"""Seconds in which an answer that the server has reaches a client."""


async def lead_many_lives(speaker: Citizen, rooms: Sequence[RoomId], dice: Random, homeserver: Server | None) -> None:
    """Talk to an assistant while it dies once at each seam; kill *homeserver* in one of those lives."""
    seams = dice.sample(SEAMS, len(SEAMS))
    doomed = dice.randrange(len(seams))
    for number, seam in enumerate(seams):
        await lead_one_life(speaker, rooms, dice, seam, homeserver if number == doomed else None)
    # The last one stays.
    await asyncio.to_thread(speaker.assistant.start)
    said = sum(map(len, speaker.asked.values()))
    await asyncio.gather(*(speaker.ask(dice.choice(rooms)) for _ in range(_EACH - said)))


async def lead_one_life(
    speaker: Citizen, rooms: Sequence[RoomId], dice: Random, seam: SeamName, homeserver: Server | None
) -> None:
    """Start the assistant so that it kills itself at *seam*, and give it work until it does."""
    nth = dice.randint(1, _REACHED[seam])
    print(f"{speaker.assistant.user_id} dies at {seam}:{nth}{' and Synapse too' if homeserver else ''}")
    speaker.assistant.launch({"BEFFROI_DIE_AT": f"{seam}:{nth}"})
    death = asyncio.create_task(speaker.assistant.death())
    await asyncio.gather(*(speaker.ask(dice.choice(rooms)) for _ in range(_RUSH)))
    if homeserver is not None:
        await asyncio.to_thread(homeserver.kill)
        await asyncio.to_thread(homeserver.start)
    for _ in range(_LONGEST_LIFE - _RUSH):
        if death.done():
            break
        command = await speaker.ask(dice.choice(rooms))
        answered = asyncio.create_task(speaker.hear(command))
        await asyncio.wait({death, answered}, return_when=asyncio.FIRST_COMPLETED, timeout=60)
        answered.cancel()
    async with asyncio.timeout(20):
        assert await death == -signal.SIGKILL


async def test_every_command_has_one_answer_whatever_dies(
    country: Country, people: People, dice: Random, seed: int, tmp_path: Path
) -> None:
    """200 commands, two assistants killed at every seam, a homeserver killed; counted by a client of another make."""
    print(f"seed {seed}")
    ours, theirs = country.assistants["valbourg"], country.assistants["rivemont"]
    async with (
        citizen(country, "valbourg", "anne", tmp_path) as anne,
        citizen(country, "rivemont", "bruno", tmp_path) as bruno,
    ):
        notary, other = await people.arrive("valbourg", "notaire"), await people.arrive("rivemont", "notaire")
        shared = await gather_in(notary, "Commun", [ours, theirs], anne, bruno)
        own = await gather_in(notary, "Valbourg", [ours], anne)
        abroad = await gather_in(other, "Rivemont", [theirs], bruno)
        ours.stop()
        theirs.stop()
        try:
            async with asyncio.timeout(900), asyncio.TaskGroup() as group:
                mine, its = Random(dice.random()), Random(dice.random())
                group.create_task(lead_many_lives(anne, [shared, own], mine, country.servers["valbourg"]))
                group.create_task(lead_many_lives(bruno, [shared, abroad], its, None))
        finally:
            await revive(ours, theirs)
        async with asyncio.timeout(120):
            await asyncio.gather(anne.hear_all(), bruno.hear_all())
        await settled([ours, theirs], [shared])

        asked = [anne.asked, bruno.asked]
        assert sum(len(each) for person in asked for each in person.values()) == 2 * _EACH
        for witness, room in ((notary, shared), (notary, own), (other, abroad)):
            here = {command: title for person in asked for command, title in person.get(room, {}).items()}
            await one_answer_each(witness, room, here, [ours, theirs])


async def die_having_sent(speaker: Citizen, room: RoomId, witness: ElementClient) -> EventId:
    """Ask, and let the assistant die when the server has the answer and the assistant has not yet noted that."""
    assistant = speaker.assistant
    await settled([assistant], [room])
    assistant.stop()
    command = await speaker.ask(room)
    for _ in range(_DEATHS):
        assistant.launch({"BEFFROI_DIE_AT": "sent:1"})
        async with asyncio.timeout(60):
            assert await assistant.death() == -signal.SIGKILL
        # Perhaps it died of something else that fell due: a frontier in a room of other tests.
        if await has_come(witness, room, command, assistant):
            return command
    raise AssertionError(f"{assistant.user_id} did not come to its answer in {_DEATHS} lives")


async def has_come(witness: ElementClient, room: RoomId, command: EventId, assistant: Assistant) -> bool:
    """Whether the answer to *command* is in the room."""
    with suppress(ElementError):
        await witness.wait_for(room, timeout=_PATIENCE, in_reply_to=command, sender=assistant.user_id)
        return True
    return False


def age_the_outbox(assistant: Assistant) -> int:
    """Make what it has not confirmed two days old; return how many messages that are."""
    with closing(sqlite3.connect(assistant.site.collectivity.paths.assistant / "assistant.db")) as database, database:
        statement = "UPDATE matrix_outbox SET enqueued_at = enqueued_at - ? WHERE state = 'queued'"
        return database.execute(statement, (_TWO_DAYS_MS,)).rowcount


def forget_transactions(homeserver: Server) -> int:
    """Delete what Synapse (stopped) knows of transaction ids, as it does itself after a day; return how many."""
    found = 0
    (file,) = homeserver.site.folder.rglob("homeserver.db")
    with closing(sqlite3.connect(file)) as database, database:
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        for each in tables & {"event_txn_id", "event_txn_id_device_id"}:
            found += database.execute(f"DELETE FROM {each}").rowcount  # a constant above
    return found


async def test_what_was_sent_is_not_sent_again_two_days_later(country: Country, people: People, tmp_path: Path) -> None:
    """Synapse drops a repeated transaction for a day only: afterwards the room itself is asked."""
    assistant, homeserver = country.assistants["valbourg"], country.servers["valbourg"]
    async with citizen(country, "valbourg", "anne", tmp_path) as anne:
        notary = await people.arrive("valbourg", "notaire")
        room = await gather_in(notary, "Lendemain", [assistant], anne)
        try:
            async with asyncio.timeout(60):
                await anne.hear(await anne.ask(room))
            await die_having_sent(anne, room, notary)
            await asyncio.to_thread(homeserver.stop)
            try:
                # Perhaps the answer before it too, if the assistant was stopped before it had noted that one.
                assert (age_the_outbox(assistant) >= 1, forget_transactions(homeserver) > 0) == (True, True)
            finally:
                await asyncio.to_thread(homeserver.start)
        finally:
            await revive(assistant)
        await nothing_doubled(anne, room, notary)


async def test_what_was_sent_is_not_sent_again_from_a_new_device(
    country: Country, people: People, tmp_path: Path
) -> None:
    """Somebody removed the assistant's device, and Synapse tells repeats only from the same device."""
    assistant, homeserver = country.assistants["valbourg"], country.servers["valbourg"]
    async with citizen(country, "valbourg", "anne", tmp_path) as anne:
        notary = await people.arrive("valbourg", "notaire")
        room = await gather_in(notary, "Déménagement", [assistant], anne)
        try:
            async with asyncio.timeout(60):
                await anne.hear(await anne.ask(room))
            before = await device_of(assistant)
            await die_having_sent(anne, room, notary)
            await remove_device(homeserver, assistant, before)
        finally:
            await revive(assistant)
        now = await device_of(assistant)
        assert now != before

        async def trusts_it() -> bool:
            return knows_as_signed(tmp_path / anne.label, assistant, now)

        # What is said between the two would be answered, and rightly, by asking for it once more.
        await until("anne's client has heard that the new device is signed, too", trusts_it)
        await nothing_doubled(anne, room, notary)


def knows_as_signed(client: Path, assistant: Assistant, device: str) -> bool:
    """Tell whether the client that keeps its keys in the folder *client* would encrypt for this device."""
    with closing(sqlite3.connect(client / "resident.db")) as keys:
        found = keys.execute(
            "SELECT signed FROM crypto_device WHERE user_id = ? AND device_id = ?", (assistant.user_id, device)
        )
        return bool(found.fetchone() == (1,))


async def nothing_doubled(speaker: Citizen, room: RoomId, witness: ElementClient) -> None:
    """Ask once more, and see that each command, the one in doubt too, has one answer."""
    assistant = speaker.assistant
    async with asyncio.timeout(60):
        await speaker.hear(await speaker.ask(room))
    await settled([assistant], [room])
    await one_answer_each(witness, room, speaker.asked[room], [assistant])


async def device_of(assistant: Assistant) -> str:
    health = await assistant.health()
    assert health is not None
    return str(health["device_id"])


async def remove_device(homeserver: Server, assistant: Assistant, device: str) -> None:
    """Remove *device*, as an administrator can."""
    admin = await homeserver.admin()
    async with aiohttp.ClientSession() as http:
        await admin.call(http, "DELETE", f"/_synapse/admin/v2/users/{assistant.user_id}/devices/{device}")
