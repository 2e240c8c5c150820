"""A town is lost and restored beside a partner that has gone on living."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bridge.backup import key as keys
from bridge.backup.counting import Census
from bridge.backup.databases import opened
from bridge.backup.making import back_up
from bridge.backup.manifest import Counts
from bridge.backup.rehearsal import rehearse
from bridge.backup.restoring import restore
from bridge.backup.staging import Town as Backed
from bridge.operate.town import Site
from config.identifiers import RoomId
from config.load import load_collectivity, load_federation
from config.secrets import Secrets
from config.writing.render import render
from tests.acceptance.assistants import Assistant
from tests.acceptance.citizens import UNREAD, Citizen, citizen, gather_in, one_answer_each, settled, until
from tests.acceptance.conftest import Country
from tests.acceptance.element_client import ElementClient, ElementError
from tests.servers import RIVEMONT, VALBOURG, Background, running


@pytest.fixture
def land(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Country]:
    """Two towns of this test's own: one of them is destroyed."""
    background = Background()
    with running(tmp_path_factory.mktemp("land"), [VALBOURG, RIVEMONT]) as servers:
        sites = {site.town.label: site for site in servers.layout.sites}
        members = servers.layout.federation_file
        assistants = {label: Assistant(site, members, background) for label, site in sites.items()}
        try:
            for assistant in assistants.values():
                assistant.start()
            yield Country(servers, assistants)
        finally:
            for assistant in assistants.values():
                assistant.stop()
            background.close()


@asynccontextmanager
async def element(country: Country, town: str, name: str) -> AsyncIterator[ElementClient]:
    account = await country.servers[town].user(name)
    async with await ElementClient.start(account.client_url, account.user_id, account.password) as client:
        yield client


async def counted(site: Site) -> Counts:
    """What the assistant of *site* holds now."""
    census = Census(site.collectivity, load_federation(site.folder.parent / "federation.yaml"), site.secrets)
    async with opened(site.collectivity.database_url) as transaction:
        await census.assistant(transaction)
    return census.counts


async def work(people: list[Citizen], room: RoomId, tasks: int, chats: int) -> None:
    async def one(person: Citizen) -> None:
        for number in range(max(tasks, chats)):
            if number < tasks:
                await person.ask(room)
            if number < chats:
                await person.chat(room)

    await asyncio.gather(*(one(person) for person in people))


async def done(people: list[Citizen], assistants: list[Assistant], room: RoomId) -> None:
    """Wait until all that was asked stands in the registers of both sides, the same."""
    asked = sum(len(person.asked[room]) for person in people)

    async def is_done() -> bool:
        told = [await assistant.health() or {} for assistant in assistants]
        return all(found.get("operations", 0) >= asked for found in told)

    await until(f"{asked} operations on both sides", is_done, 240)
    await settled(assistants, [room], 240)


async def lose_and_restore(land: Country, archive: Path, key: str, tmp_path: Path) -> None:
    """Valbourg's machine is gone with all that was on it; another one takes its place."""
    site = land.servers["valbourg"].site
    land.assistants["valbourg"].kill()
    land.servers["valbourg"].kill()
    carried = Path(shutil.copy(archive, tmp_path / "carried-away.age"))
    shutil.rmtree(site.folder)
    restored = await restore(carried, key, site.folder)
    assert restored.config == site.collectivity_file
    assert Secrets.load(site.collectivity.paths.secrets) == site.secrets
    render(load_collectivity(restored.config), land.servers.layout.federation, site.secrets, site.rendered)
    land.servers["valbourg"].start()
    land.assistants["valbourg"].start()


async def heard(sender: ElementClient, readers: Sequence[ElementClient], room: str, words: str) -> str:
    """Say *words* until all *readers* can read them, three times at most; return the event that they have read.

    A restored homeserver shows a client some events a second time, and where matrix-js-sdk knows one event of a
    ``limited`` sync, it leaves out all that stand before it there, its own message too: people say it again.
    """
    for last in (False, False, True):
        event = await sender.send(room, words)
        try:
            for reader in readers:
                assert (await reader.wait_for(room, event_id=event, readable=True, timeout=60)).encrypted
        except ElementError:
            if last:
                raise
            continue
        return event
    raise AssertionError("not reached")


@pytest.mark.limit(600)
async def test_a_town_is_restored_beside_a_living_partner(land: Country, tmp_path: Path) -> None:
    country, servers, assistants = land, land.servers, land.assistants
    site = servers["valbourg"].site
    async with AsyncExitStack() as stack:
        anne, rita = [
            await stack.enter_async_context(element(country, town, name))
            for town, name in (("valbourg", "anne"), ("rivemont", "rita"))
        ]
        people = [
            await stack.enter_async_context(citizen(country, town, name, tmp_path))
            for town, name in (("valbourg", "paul"), ("rivemont", "remy"))
        ]
        room = await gather_in(anne, "Pont", list(assistants.values()), *people, also=[rita.user_id])
        await rita.join(room)
        await anne.wait_for_membership(room, rita.user_id, timeout=120)
        await work(people, room, 5, 5)
        await done(people, list(assistants.values()), room)

        made = await back_up(Backed.load(site.collectivity_file, servers.layout.federation_file), datetime.now(UTC))
        key = keys.load(keys.key_file(site.collectivity.paths.data))
        assert made.manifest.counts.objects["task"] == 10

        own = assistants["valbourg"].user_id
        devices = await rita.user_devices(own)
        rehearsed = await rehearse(made.copy, key)
        assert rehearsed.well, rehearsed.checks
        assert [check.found for check in rehearsed.checks if check.what in ("task", "decrypted")] == ["10", "1"]
        # It was started with the town's own keys, and nobody has heard of it.
        assert await rita.user_devices(own) == devices

        await work(people, room, 20, 75)
        # What is said last comes to the restored assistant as if it were new, and it has keys for some of it.
        await work(people, room, 5, 0)
        await done(people, list(assistants.values()), room)

        await lose_and_restore(land, Path(made.copy.place), key, tmp_path)

        said = [await heard(anne, (anne, rita), room, "de retour"), await heard(rita, (anne, rita), room, "bienvenue")]
        await work(people, room, 2, 2)
        await done(people, list(assistants.values()), room)
        asked = {event: title for person in people for event, title in person.asked[room].items()}
        assert len(asked) == 64
        await one_answer_each(rita, room, asked, list(assistants.values()))
        # It answers what it is asked from now on, and says nothing of all that it finds again (edits wake nobody).
        timeline = await rita.timeline(room)
        back = [seen.event_id for seen in timeline].index(said[0])
        told = [seen for seen in timeline[back + 1 :] if seen.sender == own]
        # What somebody wrote before their client knew the new device cannot be read, and that is said.
        unasked = [seen for seen in told if seen.in_reply_to not in asked and not seen.body.startswith(UNREAD)]
        assert [seen.body for seen in unasked if (seen.relates_to or {}).get("rel_type") != "m.replace"] == []
        assert (await counted(site)).objects == {"task": len(asked)}
        after = await rita.user_devices(own)
        assert after.keys().isdisjoint(devices)
        assert [device.signed_by_owner for device in after.values()] == [True]
