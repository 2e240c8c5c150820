"""``beffroi files``: an agent's computer becomes a device of theirs: it lists, fetches and sends a room's files."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest

from tests.acceptance.assistants import ROOT
from tests.acceptance.citizens import until
from tests.acceptance.conftest import Country
from tests.acceptance.element_client import ElementClient
from tests.acceptance.files.test_files import sends
from tests.acceptance.rooms.test_first_light import asks, office
from tests.acceptance.terminal import Terminal
from tests.recorder import Recorder, recording
from tests.servers import Server

MIB = 2**20
COMMAND = f"{sys.executable} {ROOT / 'beffroi.py'} files"


@dataclass
class Agent:
    """Somebody with a strict Element, a recovery key, and a computer of their own."""

    element: ElementClient
    server: Server
    home: Path
    password: str
    key: str
    token: str
    environment: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.home.mkdir()
        self.environment = {**os.environ, "XDG_CONFIG_HOME": str(self.home / "config"), "LC_ALL": "fr_FR.UTF-8"}

    @property
    def kept(self) -> Path:
        return self.home / "config" / "beffroi" / "devices" / self.element.user_id

    async def log_in(self, *keys: str, ends: str = "", url: str | None = None) -> str:
        """Log in at a terminal, typing *keys* one after the other."""
        terminal = Terminal(self.home, self.environment)
        answers = [("Mot de passe", self.password), *(("Clé de récupération", key) for key in keys)]
        line = f"{COMMAND} login {self.element.user_id} --homeserver {url or self.server.client_url}{ends}"
        return await asyncio.to_thread(terminal.type, line, answers)

    async def start(self, *arguments: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *COMMAND.split(),
            *arguments,
            cwd=self.home,
            env=self.environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    async def run(self, *arguments: str) -> tuple[int | None, str, str]:
        process = await self.start(*arguments)
        out, error = await process.communicate()
        return process.returncode, out.decode(), error.decode()

    async def done(self, *arguments: str) -> str:
        status, out, error = await self.run(*arguments)
        assert status == 0, error
        return out

    async def refused(self, *arguments: str) -> str:
        status, out, error = await self.run(*arguments)
        assert (status, out) == (2, ""), out + error
        return error

    async def backed_up(self, count: int) -> None:
        """Wait until Element has backed up the keys of so many sessions: it takes its time."""

        async def whole() -> bool:
            headers = {"Authorization": f"Bearer {self.token}"}
            async with (
                aiohttp.ClientSession(headers=headers) as http,
                http.get(f"{self.server.client_url}/_matrix/client/v3/room_keys/version") as answer,
            ):
                return int((await answer.json())["count"]) >= count

        await until(f"{count} keys in the backup", whole, 90)


@pytest.fixture
async def agent(country: Country, tmp_path: Path) -> AsyncIterator[Agent]:
    server = country.servers["valbourg"]
    account = await server.user("anne")
    async with AsyncExitStack() as stack:
        client = await ElementClient.start(account.client_url, account.user_id, account.password)
        await stack.enter_async_context(client)
        key = await client.make_recovery()
        yield Agent(client, server, tmp_path / "anne", account.password, key, account.access_token)


def listed(printed: str) -> dict[str, dict[str, object]]:
    return {file["path"]: file for file in json.loads(printed)}


async def test_a_computer_that_was_not_there_lists_fetches_and_sends(agent: Agent, country: Country) -> None:
    ours, theirs = country.assistants["valbourg"], country.assistants["rivemont"]
    account = await country.servers["rivemont"].user("bruno")
    async with await ElementClient.start(account.client_url, account.user_id, account.password) as bruno:
        room = await office(agent.element, ours, theirs, others=[bruno])
        text, plan = os.urandom(3 * MIB + 17), b"plan " * 1000
        first = await sends(agent.element, agent.server, room, "délib-12.pdf", text)
        await sends(bruno, country.servers["rivemont"], room, "../../\u202eplan.dwg", plan)
        filed = await agent.element.send(room, "ranger dans Conseil", reply_to=first)
        await agent.element.wait_for(room, sender=ours.user_id, in_reply_to=filed, readable=True)
        await agent.backed_up(4)

        # A slip of the keyboard is no end; a device that everybody sees as hers is the beginning.
        said = await agent.log_in(agent.key[:-1] + ("a" if agent.key[-1] != "a" else "b"), agent.key)
        assert "Encore une fois" in said
        kept = json.loads((agent.kept / "device.json").read_text())
        assert (agent.kept.stat().st_mode & 0o777, (agent.kept / "device.json").stat().st_mode & 0o777) == (
            0o700,
            0o600,
        )
        assert agent.password not in (agent.kept / "device.json").read_text()
        for person in (bruno, agent.element):
            seen = await person.device_verification(agent.element.user_id, kept["device_id"])
            assert seen is not None
            assert seen.signed_by_owner

        # What was said before it was there: listed as the assistant lists it, fetched byte for byte.
        files = listed(await agent.done("list", "bureau", "--json"))
        assert set(files) == {"Conseil/délib-12.pdf", "plan.dwg"}
        assert files["plan.dwg"]["sender"] == bruno.user_id
        assert not files["plan.dwg"]["vouched"]
        assert "Conseil/délib-12.pdf" in await agent.done("list", room, "conseil")
        assert "entier et vérifié" in await agent.done("get", "Bureau du maire", "délib-12.pdf")
        await agent.done("get", room, "Conseil/délib-12.pdf")
        await agent.done("get", room, "plan.dwg", "--to", "plan de masse.dwg")
        held = {path.name: path.read_bytes() for path in agent.home.iterdir() if path.is_file()}
        assert held == {"délib-12.pdf": text, "délib-12 (2).pdf": text, "plan de masse.dwg": plan}

        # Nothing is overwritten, here or there.
        assert "rien n’est remplacé" in await agent.refused("get", room, "plan.dwg", "--to", "plan de masse.dwg")
        assert "aucun fichier" in (await agent.refused("get", room, "budget.ods")).lower()
        assert "Bureau du maire" in await agent.refused("list", "Bureau du préfet")

        # What it sends is read by strict clients of both towns, and filed.
        (agent.home / "devis.pdf").write_bytes(b"devis " * 100_000)
        sent = await agent.done("put", "bureau", "devis.pdf", "--folder", "Marchés/Lot 3")
        assert "Marchés/Lot 3/devis.pdf" in sent
        for person in (agent.element, bruno):
            event = await person.wait_for(room, sender=agent.element.user_id, body="ranger dans Marchés", readable=True)
            assert (event.content["filename"], event.encrypted, event.shield) == ("devis.pdf", True, event.shield)
        assert "Marchés/Lot 3/devis.pdf" in (await asks(agent.element, room, "!fichiers", ours)).body
        again = listed(await agent.done("list", room, "--json"))
        assert again["Marchés/Lot 3/devis.pdf"]["size"] == 600_000
        assert "--new-version" in await agent.refused("put", room, "devis.pdf", "--folder", "marches/lot 3")
        await agent.done("put", room, "devis.pdf", "--folder", "Marchés/Lot 3", "--new-version")
        assert listed(await agent.done("list", room, "--json"))["Marchés/Lot 3/devis.pdf"]["versions"] == 2

        # What was said to it since it is there needs no backup, and is its sender's word.
        await sends(bruno, country.servers["rivemont"], room, "budget.pdf", b"2026")
        assert listed(await agent.done("list", room, "--json"))["budget.pdf"]["vouched"]

        assert "plus un de vos appareils" in await agent.done("logout")
        assert not agent.kept.exists()
        assert await agent.element.device_verification(agent.element.user_id, kept["device_id"]) is None


async def test_f94_four_files_of_an_encrypted_room_are_four_on_a_device_that_is_new(
    agent: Agent, country: Country
) -> None:
    ours = country.assistants["valbourg"]
    room = await office(agent.element, ours)
    texts = {name: f"{name} ".encode() * place for place, name in enumerate(("a.pdf", "b.pdf", "c.pdf", "d.pdf"), 1)}
    sent = {name: await sends(agent.element, agent.server, room, name, text) for name, text in texts.items()}
    filed = await agent.element.send(room, "ranger dans Conseil/2026", reply_to=sent["d.pdf"])
    await agent.element.wait_for(room, sender=ours.user_id, in_reply_to=filed, readable=True)
    said = (await asks(agent.element, room, "!fichiers", ours)).body
    assert [name for name in texts if name not in said] == []
    await agent.backed_up(2)
    await agent.log_in(agent.key)

    files = json.loads(await agent.done("list", room, "--json"))
    assert {file["name"]: (file["folder"], file["size"], file["sender"]) for file in files} == {
        name: ("Conseil/2026" if name == "d.pdf" else "", len(text), agent.element.user_id)
        for name, text in texts.items()
    }


@dataclass
class Slow:
    """A homeserver behind a slow line: what ``beffroi files`` is told the homeserver is."""

    recorder: Recorder
    agent: Agent


@pytest.fixture
async def slow(agent: Agent) -> AsyncIterator[Slow]:
    port = int(agent.server.client_url.rpartition(":")[2])
    async with recording(port) as recorder:
        await agent.log_in(agent.key, url=f"http://127.0.0.1:{recorder.port}")
        yield Slow(recorder, agent)


async def alone(agent: Agent, name: str) -> str:
    """A room with nobody else, encrypted."""
    return await agent.element.create_room(name)


async def test_a_command_that_is_killed_leaves_nothing_under_the_name(slow: Slow) -> None:
    agent, data = slow.agent, os.urandom(8 * MIB + 5)
    room = await alone(agent, "Marchés")
    (agent.home / "source.bin").write_bytes(data)
    await agent.done("put", room, "source.bin")
    folder = agent.home / "ici"
    folder.mkdir()

    slow.recorder.rate = 2 * MIB
    process = await agent.start("get", room, "source.bin", "--to", str(folder))

    async def some_came() -> bool:
        return any(path.stat().st_size >= MIB for path in folder.glob(".beffroi-*/.*.part"))

    await until("a piece of the file", some_came, 90)
    process.send_signal(signal.SIGKILL)
    await process.wait()
    left = [path.name for path in folder.iterdir()]
    assert [name.startswith(".beffroi-") for name in left] == [True]

    slow.recorder.rate = None
    status, out, error = await agent.run("get", room, "source.bin", "--to", str(folder))
    assert status == 0, error
    assert "repris du début" in error
    assert "entier et vérifié" in out
    assert [path.name for path in folder.iterdir()] == ["source.bin"]
    assert (folder / "source.bin").read_bytes() == data

    # A line that breaks each time ends in a sentence, and nothing is left either.
    slow.recorder.cut_after = 3 * MIB
    assert "ne peut pas être joint" in await agent.refused("get", room, "source.bin", "--to", str(folder / "deux.bin"))
    assert [path.name for path in folder.iterdir()] == ["source.bin"]


async def test_what_was_altered_is_not_kept(agent: Agent) -> None:
    await agent.log_in(agent.key)
    room = await alone(agent, "Dossiers")
    await sends(agent.element, agent.server, room, "acte.pdf", b"acte " * 1000)
    event = await agent.element.wait_for(room, sender=agent.element.user_id, body="acte.pdf", readable=True)
    altered = {**event.content, "body": "faux.pdf", "filename": "faux.pdf"}
    altered["file"] = {**altered["file"], "hashes": {"sha256": "A" * 43}}
    await agent.element.send_event(room, "m.room.message", altered)
    before = sorted(agent.home.iterdir())
    assert "altéré" in await agent.refused("get", room, "faux.pdf")
    assert sorted(agent.home.iterdir()) == before

    (agent.home / "note.txt").write_bytes(b"note")
    assert "personne ne le rangerait" in await agent.refused("put", room, "note.txt", "--folder", "Actes")


async def test_another_recovery_key_makes_no_device(agent: Agent) -> None:
    wrong = "EsTc LW2K PGiF wKEA 3As5 g5c4 BXwk qeeJ ZJV8 Q9fu gUMN UE4d"
    said = await agent.log_in(wrong, wrong, wrong, ends=" || true")
    assert "n’ouvre pas le compte. Rien n’a été gardé" in said
    assert not agent.kept.exists()
    assert set(await agent.element.user_devices(agent.element.user_id)) == {agent.element.device_id}
    assert "beffroi files login" in await agent.refused("list", "Bureau")
    agent.password = "pas le sien"
    assert "refuse cette adresse et ce mot de passe" in await agent.log_in(ends=" || true")
