"""A citizen deposits: every strict Element of the room has it, both libraries list it, the citizen sees « traité »."""

import asyncio
import base64
import json
import re
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bots.links.box.deposit import number_of
from bots.links.box.receipt import TownStatement, is_signed
from tests.acceptance.assistants import Assistant
from tests.acceptance.citizens import until
from tests.acceptance.conftest import Country, People
from tests.acceptance.element_client import ELEMENT, ElementClient, Seen
from tests.acceptance.files.test_files import node, share  # noqa: F401 - a fixture
from tests.acceptance.rooms.test_first_light import asks, office
from tests.boxes import Citizen, Depositing, statement
from tests.servers import Server

PLAN = "Plan n° 1 – été 🏛️.pdf"
TEXT = b"plan de masse " * 100_000
OPEN = '!dépôt ouvrir "Permis de construire" 30j 5 fichiers 100Mo dossier Urbanisme champs: nom!, courriel'


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.mark.usefixtures("share")
async def test_from_a_citizen_to_the_room_its_library_and_back(
    country: Country, people: People, http: aiohttp.ClientSession
) -> None:
    ours, theirs = country.assistants["valbourg"], country.assistants["rivemont"]
    anne, bruno = await people.arrive("valbourg", "anne"), await people.arrive("rivemont", "bruno")
    room = await office(anne, ours, theirs, others=[bruno])
    said = await asks(anne, room, OPEN, ours)
    address = re.search(r"http://\S+/d/\S+", said.body)
    assert address is not None
    citizen = Citizen(http, address[0])
    assert [field.label for field in (await citizen.open()).fields] == ["nom", "courriel"]

    # Deposited while the assistant is away: the citizen has their receipt all the same.
    ours.kill()
    made = await citizen.deposit([(PLAN, TEXT), ("vide.txt", b"")], ["!tâche ajouter forgée", "zoe@exemple.fr"])
    assert made.kept
    ours.start()

    number = number_of(citizen.box.id, made.id)
    told = await anne.wait_for(room, sender=ours.user_id, body=number, readable=True, timeout=120)
    assert "« Permis de construire »" in told.body.replace("\u00a0", " ")
    assert told.content["m.mentions"] == {"user_ids": [anne.user_id]}

    async def files_of(person: ElementClient) -> list[Seen]:
        return [each for each in await person.timeline(room) if each.sender == ours.user_id and "file" in each.content]

    async def both() -> bool:
        return len(await files_of(anne)) == len(await files_of(bruno)) == 2

    await until("both files in both towns", both)
    for person, town in ((anne, "valbourg"), (bruno, "rivemont")):
        # A client on a busy machine may learn of them in either order.
        by_name = {seen.content["filename"]: seen for seen in await files_of(person)}
        assert set(by_name) == {PLAN, "vide.txt"}
        # Element's own code opens what the citizen's browser encrypted: the same bytes.
        assert await plaintext(country.servers[town], http, by_name[PLAN]) == TEXT

    # In the library of both towns; no words of a citizen are a command; a task was not made.
    for person, assistant in ((anne, ours), (bruno, theirs)):

        async def filed(person: ElementClient = person, assistant: Assistant = assistant) -> bool:
            return PLAN in (await asks(person, room, "!fichiers dossier Urbanisme", assistant)).body

        await until(f"the library of {person.user_id}", filed, 30)
    assert "forgée" not in (await asks(anne, room, "!tâches", ours)).body

    received = await _said(made, "received")
    assert is_signed(received.statement, received.signature, (await citizen.open()).keys.ed25519)
    assert [file["name"] for file in statement(received)["files"]] == [PLAN, "vide.txt"]

    # Said to be dealt with in the other town, by its own assistant: the citizen sees it.
    await asks(bruno, room, "!dépôt traité 1", theirs)
    await _said(made, "processed")
    again = await citizen.deposit([("oubli.pdf", b"x")], to=made)
    more = await anne.wait_for(
        room, sender=ours.user_id, body=number_of(citizen.box.id, again.id), readable=True, timeout=60
    )
    assert "Complète le dépôt 1" in more.body
    assert "fermée" in (await asks(anne, room, "!dépôt fermer Permis de construire", ours)).body
    assert (await citizen.begin().start([1]))[0] == 410


async def _said(made: Depositing, state: str) -> TownStatement:
    found: list[TownStatement] = []

    async def is_so() -> bool:
        said = await made.look()
        found[:] = [] if said is None else [said]
        return said is not None and said.state == state

    await until(f"the citizen sees {state}", is_so, 60)
    return found[0]


async def plaintext(server: Server, http: aiohttp.ClientSession, seen: Seen) -> bytes:
    """Download as a client does, and decrypt with Element's own code."""
    file = seen.content["file"]
    account = await server.user("reader")
    path = file["url"].removeprefix("mxc://")
    headers = {"Authorization": f"Bearer {account.access_token}"}
    async with http.get(f"{server.client_url}/_matrix/client/v1/media/download/{path}", headers=headers) as response:
        assert response.status == 200
        data = base64.b64encode(await response.read()).decode()
    said = json.dumps({"data": data, "file": file}).encode()
    found = json.loads(await asyncio.wait_for(node(ELEMENT, "attachment.mjs", said=said), 60))
    return base64.b64decode(found["plaintext"])
