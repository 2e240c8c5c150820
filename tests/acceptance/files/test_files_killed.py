"""Links and drop boxes of real processes: the assistant dies at each step of one and the same work, one by one.

Nothing is half published, nothing that was receipted is lost, nothing is said twice.
"""

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest

from bots.links.box.deposit import number_of
from bots.links.client.fetching import Visitor
from bots.links.format.address import ShareLink
from tests.acceptance.assistants import Assistant, dies_at, revive
from tests.acceptance.citizens import until
from tests.acceptance.conftest import Country, People
from tests.acceptance.element_client import ElementClient, Seen
from tests.acceptance.files.test_files import PAGE, TEXT, node, sends, share  # noqa: F401 - a fixture
from tests.acceptance.rooms.test_first_light import answers, asks, office
from tests.acceptance.work.test_report import alone
from tests.boxes import Citizen

PUBLISHING = (
    *("stored", "handled", "heard GET links/ID", "heard POST uploads/ID"),
    *("sends PATCH uploads/ID", "heard PATCH uploads/ID", "heard PUT links/ID"),
)
REVOKING = ("asks DELETE links/ID", "heard DELETE links/ID")
GIVING_MORE = (
    *("stored", "handled", "due share.change", "asks PUT links/ID/terms", "heard PUT links/ID/terms"),
    "done share.change",
)
TELLING = ("heard PUT links/ID", "done share.publish", "due share.tell", "done share.tell")
COLLECTING = (
    *("heard GET deposits", "heard GET deposits/ID", "heard GET deposits/ID/file/N"),
    *("asks PUT deposits/ID/said", "heard PUT deposits/ID/said"),
)
OPENING = ("stored", "handled", "asks PUT boxes/ID", "heard PUT boxes/ID")
CLOSING = ("asks DELETE boxes/ID", "heard DELETE boxes/ID")
_HEALTHY = 90.0
_PASSWORD = re.compile(r"[a-z2-9]{4}(?:-[a-z2-9]{4}){3}")


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def may_die_saying_it(assistant: Assistant) -> None:
    """Have it live until it dies with a message that the server has and it has not noted, or has said everything."""
    assistant.launch({"BEFFROI_DIE_AT": "sent:1"})

    async def over() -> bool:
        health = await assistant.health() or {}
        idle = [health.get("status"), health.get("inbox_waiting"), health.get("outbox_waiting")] == ["ok", 0, 0]
        return idle or not assistant.alive

    await until(f"{assistant.user_id} dies, or has said everything", over, _HEALTHY)
    if assistant.alive:
        assistant.stop()


@pytest.mark.usefixtures("share")
async def test_a_link_is_published_once_whenever_the_assistant_dies(country: Country, people: People) -> None:
    """Then it is withdrawn, by a word and by its author's leaving, and dies at each step of that."""
    ours = country.assistants["valbourg"]
    anne, zoe = await people.arrive("valbourg", "anne"), await people.arrive("valbourg", "zoe")
    room = await office(anne, ours, others=[zoe])
    await sends(anne, country.servers["valbourg"], room, "plan.pdf", TEXT)
    await until("the library has it", lambda: _lists(anne, room, ours, "plan.pdf"), 60)
    links, blobs = links_of(ours), blobs_of(ours)
    try:
        ours.stop()
        command = await anne.send(room, "!partager plan.pdf 2 jours")
        await dies_at(ours, *PUBLISHING)
        await may_die_saying_it(ours)
        await asyncio.to_thread(ours.start)
        said = await anne.wait_for(room, sender=ours.user_id, in_reply_to=command, readable=True, timeout=90)
        address = _address(said)
        assert await node(PAGE, "open.mjs", address) == TEXT
        assert (len(links_of(ours) - links), len(blobs_of(ours) - blobs)) == (1, 1)

        ours.stop()
        ending = await anne.send(room, "révoquer", reply_to=said.event_id)
        await dies_at(ours, *REVOKING)
        await asyncio.to_thread(ours.start)
        await anne.wait_for(room, sender=ours.user_id, in_reply_to=ending, readable=True, timeout=90)
        await ended(address)
        await only_once(anne, room, ours, command, ending)

        # Another one, and its author leaves while the assistant is down.
        other = _address(await asks(zoe, room, "!partager plan.pdf 2 jours", ours))
        ours.stop()
        await zoe.leave(room)
        await anne.wait_for_membership(room, zoe.user_id, "leave")
        await dies_at(ours, "heard DELETE links/ID")
        await asyncio.to_thread(ours.start)
        await until("the link of who left is closed", lambda: is_over(other), 60)
        assert len(links_of(ours) - links) == 2
        await until("nothing of them is left on the disk", lambda: _has(ours, blobs), 60)
    finally:
        await revive(ours)


@pytest.mark.usefixtures("share")
async def test_one_more_download_is_one_whenever_the_assistant_dies(country: Country, people: People) -> None:
    ours = country.assistants["valbourg"]
    anne = await people.arrive("valbourg", "anne")
    room = await office(anne, ours)
    await sends(anne, country.servers["valbourg"], room, "plan.pdf", TEXT)
    await until("the library has it", lambda: _lists(anne, room, ours, "plan.pdf"), 60)
    said = await asks(anne, room, "!partager plan.pdf 2 jours 1 téléchargement", ours)
    address = _address(said)
    assert await node(PAGE, "open.mjs", address) == TEXT
    assert downloads_of(ours, address) == (1, 1)
    try:
        ours.stop()
        command = await anne.send(room, "encore un téléchargement", reply_to=said.event_id)
        await dies_at(ours, *GIVING_MORE)
        await may_die_saying_it(ours)
        await asyncio.to_thread(ours.start)
        given = await anne.wait_for(room, sender=ours.user_id, in_reply_to=command, readable=True, timeout=90)
        assert "2 téléchargements" in given.body.replace("\u00a0", " ")
        assert downloads_of(ours, address) == (1, 2)
        assert await node(PAGE, "open.mjs", address) == TEXT
        await only_once(anne, room, ours, command)
        assert downloads_of(ours, address) == (2, 2)
    finally:
        await revive(ours)


@pytest.mark.usefixtures("share")
async def test_a_password_is_told_once_and_in_private_whenever_the_assistant_dies(
    country: Country, people: People, http: aiohttp.ClientSession
) -> None:
    ours = country.assistants["valbourg"]
    anne, zoe = await people.arrive("valbourg", "anne"), await people.arrive("valbourg", "zoe")
    # Not alone with the assistant: there a password would be told where the link is.
    room, private = await office(anne, ours, others=[zoe]), await alone(anne, ours)
    await sends(anne, country.servers["valbourg"], room, "plan.pdf", TEXT)
    await until("the library has it", lambda: _lists(anne, room, ours, "plan.pdf"), 60)
    try:
        ours.stop()
        command = await anne.send(room, "!partager plan.pdf 2 jours protégé")
        await dies_at(ours, *TELLING)
        # The address in the room, and the password.
        for _ in range(2):
            await may_die_saying_it(ours)
        await asyncio.to_thread(ours.start)
        told = await anne.wait_for(private, sender=ours.user_id, body="Mot de passe", readable=True, timeout=90)
        said = await anne.wait_for(room, sender=ours.user_id, in_reply_to=command, readable=True, timeout=90)
        password = _PASSWORD.search(told.body)
        assert password is not None, told.body
        opened = await Visitor(http).open(ShareLink.parse(_address(said)), password[0])
        assert [file.name for file in opened.manifest.files] == ["plan.pdf"]

        await only_once(anne, room, ours, command)
        await asks(anne, private, "!partages", ours)
        assert len([each for each in await anne.history(private) if "Mot de passe" in each.body]) == 1
        assert not any(password[0] in each.body for each in await anne.history(room))
    finally:
        await revive(ours)


@pytest.mark.usefixtures("share")
async def test_a_deposit_is_posted_once_whenever_the_assistant_dies(
    country: Country, people: People, http: aiohttp.ClientSession
) -> None:
    ours = country.assistants["valbourg"]
    anne = await people.arrive("valbourg", "anne")
    room = await office(anne, ours)
    said = await asks(anne, room, '!dépôt ouvrir "Permis" 30j tâche champs: nom!', ours)
    address = re.search(r"http://\S+/d/\S+", said.body)
    assert address is not None
    citizen, blobs = Citizen(http, address[0]), blobs_of(ours)
    files = [("plan.pdf", b"plan " * 300_000), ("vide.txt", b"")]
    try:
        ours.stop()
        made = await citizen.deposit(files, ["Zoé Lefèvre"])
        await dies_at(ours, *COLLECTING)
        await may_die_saying_it(ours)
        await asyncio.to_thread(ours.start)
        number = number_of(citizen.box.id, made.id)
        await anne.wait_for(room, sender=ours.user_id, body=number, readable=True, timeout=90)

        async def all_there() -> bool:
            return len([each for each in await anne.timeline(room) if "file" in each.content]) == len(files)

        await until("each file is in the room", all_there)

        async def told() -> bool:
            return await made.look() is not None

        await until("the citizen is told", told)
        # Whatever would be said again has been said before the answer to this.
        listed = await asks(anne, room, "!tâches", ours)
        history = await anne.history(room)
        ours_said = [each for each in history if each.sender == ours.user_id]
        assert sorted(each.content["filename"] for each in ours_said if "file" in each.content) == [
            "plan.pdf",
            "vide.txt",
        ]
        assert len([each for each in ours_said if number in each.body and "file" not in each.content]) == 1
        assert listed.body.count("Permis") == 1, listed.body
        await until("nothing of it is left at the share server", lambda: _has(ours, blobs), 60)
    finally:
        await revive(ours)


@pytest.mark.usefixtures("share")
async def test_a_box_is_opened_once_and_stays_closed_whenever_the_assistant_dies(
    country: Country, people: People, http: aiohttp.ClientSession
) -> None:
    ours = country.assistants["valbourg"]
    anne = await people.arrive("valbourg", "anne")
    room, before = await office(anne, ours), boxes_of(ours)
    try:
        ours.stop()
        command = await anne.send(room, '!dépôt ouvrir "Voirie" 30j')
        await dies_at(ours, *OPENING)
        await may_die_saying_it(ours)
        await asyncio.to_thread(ours.start)
        said = await anne.wait_for(room, sender=ours.user_id, in_reply_to=command, readable=True, timeout=90)
        address = re.search(r"http://\S+/d/\S+", said.body)
        assert address is not None, said.body
        assert len(boxes_of(ours) - before) == 1
        made = await Citizen(http, address[0]).deposit([("trou.jpg", b"trou")])
        number = number_of(Citizen(http, address[0]).box.id, made.id)
        await anne.wait_for(room, sender=ours.user_id, body=number, readable=True, timeout=90)

        ours.stop()
        ending = await anne.send(room, "fermer", reply_to=said.event_id)
        await dies_at(ours, *CLOSING)
        await asyncio.to_thread(ours.start)
        await anne.wait_for(room, sender=ours.user_id, in_reply_to=ending, readable=True, timeout=90)
        assert (await Citizen(http, address[0]).begin().start([4]))[0] == 410
        await asks(anne, room, "!dépôts", ours)
        history = await anne.history(room)
        assert [len(answers(history, each, [ours])) for each in (command, ending)] == [1, 1]
        assert len(boxes_of(ours) - before) == 1
    finally:
        await revive(ours)


@pytest.mark.usefixtures("share")
async def test_a_link_ends_at_once_when_its_author_is_deactivated(
    country: Country, people: People, http: aiohttp.ClientSession
) -> None:
    """By whoever runs the homeserver, with nothing of ours; also while the assistant is down, and dies in between."""
    ours, homeserver = country.assistants["valbourg"], country.servers["valbourg"]
    anne, zoe, paul = [await people.arrive("valbourg", name) for name in ("anne", "zoe", "paul")]
    room = await office(anne, ours, others=[zoe, paul])
    await sends(anne, homeserver, room, "plan.pdf", TEXT)
    await until("the library has it", lambda: _lists(anne, room, ours, "plan.pdf"), 60)
    of_zoe = _address(await asks(zoe, room, "!partager plan.pdf 2 jours", ours))
    of_paul = _address(await asks(paul, room, "!partager plan.pdf 2 jours", ours))
    of_anne = _address(await asks(anne, room, "!partager plan.pdf 2 jours", ours))
    assert await node(PAGE, "open.mjs", of_zoe) == TEXT
    try:
        admin = await homeserver.admin()
        path = "/_synapse/admin/v1/deactivate/"
        await admin.call(http, "POST", f"{path}{zoe.user_id}", {"erase": False})
        await until("the link of who was deactivated is closed", lambda: is_over(of_zoe), 60)

        ours.stop()
        await admin.call(http, "POST", f"{path}{paul.user_id}", {"erase": False})
        await anne.wait_for_membership(room, paul.user_id, "leave")
        await dies_at(ours, "heard DELETE links/ID")
        await asyncio.to_thread(ours.start)
        await until("the other's too", lambda: is_over(of_paul), 60)
        assert await node(PAGE, "open.mjs", of_anne) == TEXT, "nobody else's"
    finally:
        await revive(ours)


def _address(said: Seen) -> str:
    found = re.search(r"http://\S+/s/\S+", said.body)
    assert found is not None, said.body
    return found[0]


async def _lists(person: ElementClient, room: str, assistant: Assistant, name: str) -> bool:
    return name in (await asks(person, room, "!fichiers", assistant)).body


async def only_once(reader: ElementClient, room: str, assistant: Assistant, *commands: str) -> None:
    """See that each of *commands* has one answer, now that a later one has been answered too."""
    await asks(reader, room, "!partages", assistant)
    history = await reader.history(room)
    assert [len(answers(history, command, [assistant])) for command in commands] == [1] * len(commands)


async def is_over(address: str) -> bool:
    """Tell whether a link opens no more."""
    status = await node(PAGE, "open.mjs", address, "status")
    assert status in {b"200", b"410"}, status
    return status == b"410"


async def ended(address: str) -> None:
    assert await is_over(address)


def _share(assistant: Assistant) -> Path:
    return assistant.site.collectivity.paths.share


def links_of(assistant: Assistant) -> set[str]:
    """Return the links that the share server knows."""
    with closing(sqlite3.connect(_share(assistant) / "share.db")) as database:
        return {name for (name,) in database.execute("SELECT id FROM share_links")}


def downloads_of(assistant: Assistant, address: str) -> tuple[int, int]:
    """Return how many downloads of a link were taken, and how many it has."""
    link = ShareLink.parse(address)
    with closing(sqlite3.connect(_share(assistant) / "share.db")) as database:
        (row,) = database.execute("SELECT used, downloads FROM share_links WHERE id = ?", [link.id])
    used, downloads = row
    return int(used), int(downloads)


def boxes_of(assistant: Assistant) -> set[str]:
    """Return the boxes that the share server knows."""
    with closing(sqlite3.connect(_share(assistant) / "share.db")) as database:
        return {name for (name,) in database.execute("SELECT id FROM share_boxes")}


async def _has(assistant: Assistant, blobs: set[str]) -> bool:
    return blobs_of(assistant) <= blobs


def blobs_of(assistant: Assistant) -> set[str]:
    """Return the ciphertexts that lie at the share server."""
    return {path.name for path in (_share(assistant) / "blobs").rglob("*") if path.is_file()}
