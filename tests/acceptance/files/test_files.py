"""The library of a room of two towns, filled by a strict Element, on both sides; and a link that anybody can open."""

import asyncio
import json
import re
import shutil
import sys
from base64 import b64decode, b64encode
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bridge.operate.process import Child, spawn, stop
from tests.acceptance.assistants import ROOT, Assistant
from tests.acceptance.citizens import until
from tests.acceptance.conftest import Country, People
from tests.acceptance.element_client import ELEMENT, ElementClient
from tests.acceptance.rooms.test_first_light import asks, office
from tests.acceptance.work.test_report import alone
from tests.clamav import MALWARE, SIGNATURE, scanning
from tests.servers import Background, Server

PAGE = Path(__file__).parents[1] / "page"
TEXT = b"le conseil decide " * 1000


async def node(folder: Path, script: str, *arguments: str, said: bytes | None = None) -> bytes:
    """Run a script with nothing of ours and return what it prints."""
    command = shutil.which("node")
    assert command is not None
    process = await asyncio.create_subprocess_exec(
        command, script, *arguments, cwd=folder, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    printed, _ = await process.communicate(said)
    assert process.returncode == 0
    return printed


async def sends(person: ElementClient, server: Server, room: str, name: str, data: bytes) -> str:
    """Send a file as Element does: encrypted by its own code, uploaded, and named in an encrypted message."""
    account = await server.user("uploader")
    headers = {"Authorization": f"Bearer {account.access_token}", "Content-Type": "application/octet-stream"}
    async with aiohttp.ClientSession(headers=headers) as http:
        return await person.send_event(room, "m.room.message", await attached(http, server.client_url, name, data))


async def attached(http: aiohttp.ClientSession, client_url: str, name: str, data: bytes) -> dict[str, Any]:
    """Encrypt and upload *data*, by whose session *http* is, and return what the message says of it."""
    made = json.loads(await node(ELEMENT, "attachment.mjs", said=json.dumps({"encrypt": _base64(data)}).encode()))
    url = f"{client_url}/_matrix/media/v3/upload"
    async with http.post(url, data=BytesIO(b64decode(made["data"]))) as response:
        uploaded = (await response.json())["content_uri"]
    return {
        "msgtype": "m.file",
        "body": name,
        "filename": name,
        "info": {"mimetype": "application/pdf", "size": len(data)},
        "file": {**made["file"], "url": uploaded},
    }


def _base64(data: bytes) -> str:
    return b64encode(data).decode()


@pytest.fixture
def share(country: Country) -> Iterator[None]:
    """Valbourg's share server, as the demo starts it."""
    site = country.assistants["valbourg"].site
    command = (sys.executable, str(ROOT / "beffroi.py"), "share", "run", "--config", str(site.collectivity_file))
    background = Background()
    process = background.run(spawn(Child("share", command, site.folder / "share.log", {}, ROOT)))
    yield
    background.run(stop([process]))
    background.close()


async def test_both_towns_list_what_was_sent_and_a_stranger_opens_what_was_shared(
    country: Country, people: People, share: None
) -> None:
    ours, theirs = country.assistants["valbourg"], country.assistants["rivemont"]
    anne, bruno = await people.arrive("valbourg", "anne"), await people.arrive("rivemont", "bruno")
    room = await office(anne, ours, theirs, others=[bruno])
    before = await bruno.unread(room)
    first = await sends(anne, country.servers["valbourg"], room, "délib-12.pdf", TEXT)
    await sends(bruno, country.servers["rivemont"], room, "budget.pdf", b"2026")

    # Both lists hold both, whoever sent them; nothing was said meanwhile.
    for person, assistant in ((anne, ours), (bruno, theirs)):
        await until(
            f"the library of {person.user_id}", _lists(person, room, assistant, "délib-12.pdf", "budget.pdf"), 60
        )
    assert before is not None
    filed = await anne.send(room, "ranger dans Conseil", reply_to=first)
    assert "rangé dans Conseil" in (await answer(anne, room, ours, filed)).body
    await until("Rivemont's folder", _lists(bruno, room, theirs, "Conseil/délib-12.pdf"), 30)

    # Somebody who comes now learns no name.
    carl = await people.arrive("valbourg", "carl")
    await anne.invite(room, carl.user_id)
    await carl.join(room)
    await anne.wait_for_membership(room, carl.user_id, "join")
    told = (await asks(carl, room, "!fichiers", ours)).body
    assert "délib" not in told
    assert "Conseil" not in told

    # A link, protected: the address here, the password in private; opened by a script that follows FORMAT.md alone.
    private = await alone(anne, ours)
    shared = await asks(anne, room, "!partager délib-12.pdf 2 jours 3 téléchargements", ours)
    address = re.search(r"http://\S+/s/\S+", shared.body)
    assert address is not None
    assert await node(PAGE, "open.mjs", address[0]) == TEXT
    await asks(anne, room, "!partager délib-12.pdf protégé", ours)
    await anne.wait_for(private, sender=ours.user_id, body="Mot de passe", readable=True)
    assert "ouvert 1 fois" in (await asks(anne, room, "!partages", ours)).body

    # Killed between: the index and the link are what they were.
    ours.kill()
    ours.start()
    assert "Conseil/délib-12.pdf" in (await asks(anne, room, "!fichiers", ours)).body

    # Whoever leaves takes their links along.
    await anne.leave(room)
    await until("the end of the link", _closed(address[0]), 30)


@pytest.fixture
def antivirus(country: Country, tmp_path: Path) -> Iterator[None]:
    """A clamd beside Valbourg's assistant; Rivemont has none."""
    assistant = country.assistants["valbourg"]
    settings = assistant.site.collectivity_file
    before = settings.read_text("utf-8")
    with scanning(tmp_path / "clamd") as path:
        settings.write_text(f"{before}\nantivirus: {{socket: {path}}}\n", "utf-8")
        assistant.stop()
        assistant.start()
        yield
        settings.write_text(before, "utf-8")
        assistant.stop()
        assistant.start()


async def test_a_room_of_two_towns_is_warned_once_of_what_one_antivirus_finds(
    country: Country, people: People, antivirus: None
) -> None:
    ours, theirs = country.assistants["valbourg"], country.assistants["rivemont"]
    anne, bruno = await people.arrive("valbourg", "anne"), await people.arrive("rivemont", "bruno")
    room = await office(anne, ours, theirs, others=[bruno])
    await sends(anne, country.servers["valbourg"], room, "facture.pdf", TEXT + MALWARE)
    await sends(anne, country.servers["valbourg"], room, "délib-12.pdf", TEXT)

    for person in (anne, bruno):
        warning = await person.wait_for(room, sender=ours.user_id, body="⛔ L’antivirus trouve", readable=True)
        assert f"facture.pdf ({SIGNATURE}.UNOFFICIAL)" in warning.body

    async def is_scanned() -> bool:
        told = (await asks(anne, room, "!fichier délib-12.pdf", ours)).body
        return "Antivirus : rien trouvé" in told.replace("\u00a0", " ")

    await until("the other file is scanned", is_scanned)
    assert "Rien n’est partagé" in (await asks(anne, room, "!partager facture.pdf", ours)).body

    # Rivemont knows of it by the warning, which is an operation.
    assert "⛔ infecté" in (await asks(bruno, room, "!fichiers", theirs)).body
    health = await ours.health()
    assert health is not None
    assert (health["scanned"], health["scans_waiting"], health["scanner_away"]) == (True, 0, False)


async def answer(person: ElementClient, room: str, assistant: Assistant, asked: str) -> Any:
    return await person.wait_for(room, sender=assistant.user_id, in_reply_to=asked, readable=True)


def _lists(person: ElementClient, room: str, assistant: Assistant, *names: str) -> Any:
    async def holds() -> bool:
        body = (await asks(person, room, "!fichiers", assistant)).body
        return all(name in body for name in names)

    return holds


def _closed(address: str) -> Any:
    async def closed() -> bool:
        try:
            await node(PAGE, "open.mjs", address)
        except AssertionError:
            return True
        return False

    return closed
