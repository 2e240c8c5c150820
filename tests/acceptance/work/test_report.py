"""The report, as a manager gets it: alone with the assistant, of the rooms that they are in, with a picture."""

from collections.abc import Mapping
from typing import Any

import aiohttp
from nio.crypto.attachments import decrypt_attachment

from config.identifiers import RoomId
from tests.acceptance.assistants import Assistant
from tests.acceptance.citizens import settled, until
from tests.acceptance.conftest import Country, People
from tests.acceptance.element_client import ElementClient
from tests.acceptance.rooms.test_first_light import asks, office, seen_by
from tests.servers import Server


async def alone(person: ElementClient, *assistants: Assistant) -> str:
    """An encrypted direct conversation with the assistants."""
    room = await person.create_room("", [each.user_id for each in assistants], is_direct=True)
    for each in assistants:
        await seen_by([person], room, each.user_id)
    return room


async def downloaded(server: Server, file: Mapping[str, Any]) -> bytes:
    """The plaintext of an encrypted file, decrypted by nio, which none of our code is made of."""
    account = await server.user("reader")
    url = f"{server.client_url}/_matrix/client/v1/media/download/{file['url'].removeprefix('mxc://')}"
    headers = {"Authorization": f"Bearer {account.access_token}"}
    async with aiohttp.ClientSession(headers=headers) as http, http.get(url) as response:
        assert response.status == 200
        blob = await response.read()
    return bytes(decrypt_attachment(blob, file["key"]["k"], file["hashes"]["sha256"], file["iv"]))


async def test_a_manager_reads_how_their_rooms_stand_and_nobody_else_does(country: Country, people: People) -> None:
    ours, theirs = country.assistants["valbourg"], country.assistants["rivemont"]
    anne, bruno = await people.arrive("valbourg", "anne"), await people.arrive("rivemont", "bruno")
    shared = await office(anne, ours, theirs, others=[bruno])
    own = await office(anne, ours)
    name = bruno.user_id[1:].partition(":")[0]
    for words in (f"saler la route @{name}", "rendre compte objectif:1"):
        if "objectif" in words:
            await asks(anne, shared, "!objectif ajouter passer l'hiver", ours)
        await asks(anne, shared, f"!tâche ajouter {words}", ours)
    await asks(anne, own, "!tâche ajouter secret de Valbourg", ours)
    await settled([ours, theirs], [RoomId(shared)])

    refused = await asks(anne, shared, "!bilan", ours)
    assert "direct" in refused.body
    assert "passer" not in refused.body

    room = await alone(anne, ours)
    told = await asks(anne, room, "bilan", ours)
    assert "passer l'hiver" in told.body
    assert "<table>" in told.content["formatted_body"]
    picture = await anne.wait_for(room, sender=ours.user_id, body="Bilan du", not_in=[told.event_id], readable=True)
    assert picture.content["msgtype"] == "m.image"
    assert picture.shield is None or picture.shield.get("color") in (None, 0)
    png = await downloaded(country.servers["valbourg"], picture.content["file"])
    assert png.startswith(b"\x89PNG\r\n")
    assert len(png) == picture.content["info"]["size"]

    # Bruno is in one of the two rooms, and asks his own assistant.
    his = await alone(bruno, theirs)
    before = (await asks(bruno, his, "bilan", theirs)).body
    assert "passer l'hiver" in before
    await anne.kick(shared, bruno.user_id)

    async def sees_nothing_more() -> bool:
        return "passer" not in (await asks(bruno, his, "bilan", theirs)).body

    # His server hears of it in its own time.
    await until("a report without the room that he is no longer in", sees_nothing_more, 30)
