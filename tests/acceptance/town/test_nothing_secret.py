"""What people say, names of files, keys and tokens: planted in a real town, and looked for in all that it writes."""

import asyncio
import json
import re
from base64 import b64decode, b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from tests.acceptance.citizens import until
from tests.acceptance.element_client import ELEMENT, ElementClient
from tests.acceptance.files.test_files import node
from tests.trial import TrialTown, make, running

pytestmark = [pytest.mark.acceptance, pytest.mark.limit(400)]

SAID = "licenciement-planté-de-monsieur-x"
TASK = "relancer-le-sous-préfet-planté"
FILE = "bulletin-de-paie-planté.pdf"
EVENT = "entretien-préalable-planté"


@pytest.fixture
def town(tmp_path: Path) -> Iterator[TrialTown]:
    with running(make(tmp_path)) as found:
        yield found


def written(town: TrialTown) -> dict[str, str]:
    """All that the town's processes have written for whoever runs them."""
    paths = town.collectivity.paths
    folders = (
        paths.logs.rglob("*"),
        paths.synapse.glob("*.log*"),
        paths.run.glob("*"),
        paths.data.glob("backup/*.json"),
    )
    files = [path for folder in folders for path in folder]
    return {str(path.relative_to(paths.data)): path.read_text(errors="replace") for path in files if path.is_file()}


async def told(town: TrialTown) -> dict[str, str]:
    """What the assistant tells programs on this machine."""
    base = f"http://127.0.0.1:{town.collectivity.network.metrics_port}"
    found = {}
    async with aiohttp.ClientSession() as http:
        for path in ("/metrics", "/healthz"):
            async with http.get(base + path) as answer:
                found[path] = await answer.text()
    return found


def secrets(town: TrialTown) -> dict[str, str]:
    """The town's own, by their files' names."""
    paths = town.collectivity.paths
    files = [*paths.secrets.iterdir(), paths.share / "token", paths.data / "backup" / "key.txt"]
    found = {path.name: path.read_text().split()[-1] for path in files if path.is_file()}
    session = json.loads((paths.assistant / "session.json").read_text())
    return found | {f"session {name}": str(value) for name, value in session.items() if "token" in name}


async def send_file(marie: ElementClient, town: TrialTown, room: str) -> None:
    """Send a file as Element does: encrypted by its own code, uploaded through Caddy, named in an encrypted message."""
    asked = json.dumps({"encrypt": b64encode(b"%PDF-1.4 planted").decode()}).encode()
    made = json.loads(await node(ELEMENT, "attachment.mjs", said=asked))
    body = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": "marie"},
        "password": town.passwords[marie.user_id],
    }
    async with town.outside() as http:
        async with http.post("/_matrix/client/v3/login", json=body) as answer:
            headers = {"Authorization": f"Bearer {(await answer.json())['access_token']}"}
        async with http.post("/_matrix/media/v3/upload", data=b64decode(made["data"]), headers=headers) as answer:
            url = (await answer.json())["content_uri"]
    content = {"msgtype": "m.file", "body": FILE, "filename": FILE, "file": {**made["file"], "url": url}}
    await marie.send_event(room, "m.room.message", {**content, "info": {"mimetype": "application/pdf", "size": 16}})


async def read_the_agenda(marie: ElementClient, town: TrialTown, room: str) -> str:
    """Read her agenda at its address, through Caddy, until she closes that; return the secret in it."""
    day = datetime.now(UTC) + timedelta(days=20)
    asked = await marie.send(room, f"!agenda ajouter {EVENT} le {day:%d/%m/%Y} 18h30-21h")
    assert EVENT in (await marie.wait_for(room, in_reply_to=asked, readable=True, timeout=60)).body
    await marie.send(room, "!agenda lien")
    told = await marie.wait_for(room, sender=town.collectivity.assistant, body="/agenda/", readable=True, timeout=60)
    found = re.search(r"https://\S+/agenda/(\S+)\.ics", told.body)
    assert found is not None, told.body

    async with town.outside() as http:
        await until("the agenda is written", lambda: answers(http, found[0], 200))
        async with http.get(found[0]) as answer:
            tag, calendar = answer.headers["ETag"], await answer.text()
            assert answer.content_type == "text/calendar"
        lines = calendar.splitlines()
        assert lines.count("BEGIN:VEVENT") == 1
        assert {f"SUMMARY:{EVENT}", f"DTSTART;TZID=Europe/Paris:{day:%Y%m%d}T183000"} <= {*lines}
        assert await answers(http, found[0], 304, {"If-None-Match": tag})

        await marie.send(room, "révoquer", reply_to=told.event_id)
        await until("the address is closed", lambda: answers(http, found[0], 404))
    return found[1]


async def answers(
    http: aiohttp.ClientSession, address: str, status: int, headers: dict[str, str] | None = None
) -> bool:
    async with http.get(address, headers=headers) as answer:
        return answer.status == status


async def test_nothing_that_is_secret_is_in_a_log_or_a_metric(town: TrialTown, monkeypatch: pytest.MonkeyPatch) -> None:
    collectivity = town.collectivity
    monkeypatch.setenv("NODE_EXTRA_CA_CERTS", str(collectivity.paths.authority / "authority.crt"))
    monkeypatch.setenv("NODE_OPTIONS", f"--import {ELEMENT / 'localhost.mjs'}")
    user = f"@marie:{collectivity.server_name}"
    async with await ElementClient.start(collectivity.network.client_url, user, town.passwords[user]) as marie:
        room = await marie.create_room("Conseil")
        await marie.invite(room, collectivity.assistant)
        await marie.wait_for_membership(room, collectivity.assistant, timeout=60)
        await marie.send(room, SAID)
        asked = await marie.send(room, f"!tâche ajouter {TASK}")
        assert TASK in (await marie.wait_for(room, in_reply_to=asked, readable=True, timeout=60)).body
        await send_file(marie, town, room)
        asked = await marie.send(room, f"!partager {FILE} 7j")
        answer = await marie.wait_for(room, in_reply_to=asked, readable=True, timeout=60)
        link = re.search(r"/s/[A-Za-z0-9_-]+#(\S+)", answer.body)
        assert link is not None, answer.body
        agenda = await read_the_agenda(marie, town, room)
    await asyncio.to_thread(town.well, "backup")
    await asyncio.to_thread(town.well, "restart")

    planted = {
        "message": SAID,
        "task": TASK,
        "file": FILE,
        "password": town.passwords[user],
        "link": link[1],
        "event": EVENT,
        "agenda": agenda,
        **secrets(town),
    }
    assert len(planted) > 14
    looked = {**written(town), **await told(town)}
    assert {"log/assistant.log", "log/synapse.log", "log/share.log", "log/keeper.log", "/metrics"} <= looked.keys()
    # So that it can fail: what is there is found.
    assert any(room in text for text in looked.values())
    found = [(name, where) for name, what in planted.items() for where, text in looked.items() if what in text]
    assert found == []
