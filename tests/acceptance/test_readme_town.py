"""The README's chapter “A town”, read out of it and done line by line, by a user who is not root, in a fresh checkout.

Two towns, one of them on PostgreSQL, each behind its own Caddy with its own authority; then people, through Caddy, with
the strict client. What `sudo apt install` names must be installed already: a test does not change the machine.
"""

import asyncio
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest

from bridge.operate.process import Roster
from bridge.operate.services.keeper import ROSTER
from bridge.operate.synapse import Homeserver, register
from bridge.people.passwords import first_password
from config.load import load_collectivity
from config.secrets import Secrets
from config.settings import Collectivity
from tests.acceptance.element_client import ELEMENT, ElementClient, ElementError
from tests.acceptance.terminal import Terminal

ROOT = Path(__file__).parents[2]
NOT_COPIED = (".git", ".venv*", "__pycache__", ".*_cache", ".hypothesis", "demo", "node_modules")

ANSWERS = {
    "valbourg": [
        ("Nom de la collectivité", "Valbourg"),
        ("Nom du serveur", "valbourg.localhost"),
        ("définitif ?", "o"),
        ("Nature", "commune"),
        ("SIREN", "217500016"),
        ("administrat", "marie"),
        ("Base de données", "2"),
    ],
    "rivemont": [
        ("Nom de la collectivité", "Rivemont"),
        ("Nom du serveur", "rivemont.localhost"),
        ("définitif ?", ""),
        ("Nature", "1"),
        ("SIREN", "217500016"),
        ("administrat", "jean"),
        ("Base de données", ""),
    ],
}


def commands() -> list[str]:
    """The chapter's lines to type."""
    chapter = re.search(r"^## A town\n(.*?)^## ", (ROOT / "README.md").read_text(), re.DOTALL | re.MULTILINE)
    assert chapter is not None
    return re.findall(r"^    (\S.*)$", chapter[1], re.MULTILINE)


@dataclass
class Town:
    """What the chapter has made: *passwords* by user id, *steps* with their seconds."""

    checkout: Path
    passwords: dict[str, str] = field(default_factory=dict)
    steps: list[tuple[str, float]] = field(default_factory=list)

    def collectivity(self, name: str) -> Collectivity:
        """The settings of one of the two."""
        return load_collectivity(self.checkout / name / "collectivity.yaml")


@pytest.fixture(scope="module")
def followed() -> Iterator[Town]:
    """The chapter, done."""
    # A short path: a Unix socket's has 108 bytes at most. Others must get through: the town's user is not root.
    place = Path(tempfile.mkdtemp(prefix="beffroi-"))
    checkout = place / "beffroi"
    shutil.copytree(ROOT, checkout, ignore=shutil.ignore_patterns(*NOT_COPIED), symlinks=True)
    user = _unprivileged(place)
    terminal = Terminal(checkout, _environment(place), user)
    town = Town(checkout)
    try:
        for line in commands():
            _follow(line, terminal, town)
        yield town
    finally:
        for name in ANSWERS:
            with suppress(AssertionError, FileNotFoundError):
                terminal.folder = checkout / name
                terminal.type("../beffroi down")
        shutil.rmtree(place, ignore_errors=True)


def _unprivileged(place: Path) -> str | None:
    if os.geteuid() != 0:
        return None
    place.chmod(0o755)
    subprocess.run(("chown", "-R", "nobody:nogroup", str(place)), check=True, timeout=60)
    return "nobody"


def _environment(place: Path) -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if name.startswith(("PIP_", "UV_", "SSL_", "http", "HTTP"))
    }
    path = "/usr/local/bin:/usr/bin:/bin"
    return {**kept, "PATH": path, "HOME": str(place), "LANG": "fr_FR.UTF-8", "COLUMNS": "200", "TERM": "dumb"}


def _follow(line: str, terminal: Terminal, town: Town) -> None:
    if line.startswith("sudo apt install"):
        packages = [word for word in line.split()[3:] if not word.startswith("-")]
        subprocess.run(("dpkg", "-s", *packages), check=True, capture_output=True, timeout=60)
        return
    answers = ANSWERS[terminal.folder.name] if line.endswith(" init") else []
    if " neighbour add" in line:
        answers = [("comparé les clés", "oui")]
    began = time.monotonic()
    shown = terminal.type(line, answers)
    town.steps.append((line, time.monotonic() - began))
    town.passwords.update(re.findall(r"connexion de (@\S+) : mot de passe (\S+)", shown))


def believe(towns: Mapping[str, Collectivity], monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Have clients find the towns, and believe their authorities."""
    authorities = folder / "authorities.pem"
    roots = [town.paths.authority / "authority.crt" for town in towns.values()]
    authorities.write_text("".join(root.read_text() for root in roots))
    monkeypatch.setenv("NODE_EXTRA_CA_CERTS", str(authorities))
    monkeypatch.setenv("NODE_OPTIONS", f"--import {ELEMENT / 'localhost.mjs'}")


async def arrive(followed: Town, name: str, person: str) -> ElementClient:
    """Sign somebody in, through Caddy."""
    town = followed.collectivity(name)
    user = f"@{person}:{town.server_name}"
    return await ElementClient.start(town.network.client_url, user, followed.passwords[user])


@contextmanager
def with_logs(towns: Mapping[str, Collectivity]) -> Iterator[None]:
    """Add the end of the assistants' logs to what goes wrong inside: the towns are gone when somebody reads of it."""
    try:
        yield
    except BaseException as exc:
        for name, town in towns.items():
            lines = (town.paths.logs / "assistant.log").read_text("utf-8", "replace").splitlines()
            exc.add_note("\n".join((f"the assistant of {name}:", *lines[-40:])))
        raise


async def newcomer(town: Collectivity, name: str) -> str:
    """Make an account, and return its password: whoever was here before has an identity that nobody else has."""
    secret = Secrets.load(town.paths.secrets).registration_shared_secret
    server = Homeserver(town.server_name, town.paths.rendered, town.network.client_port, secret)
    password = first_password()
    async with aiohttp.ClientSession() as http:
        assert await register(http, server, name, password, admin=False)
    return password


async def test_what_the_chapter_says_makes_two_towns_that_work_together(
    followed: Town, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Sign in through Caddy, find the assistant, a task, and the neighbour sees it."""
    towns = {name: followed.collectivity(name) for name in ANSWERS}
    believe(towns, monkeypatch, tmp_path)
    assert towns["valbourg"].database == towns["valbourg"].synapse_database == "postgresql"

    with with_logs(towns):
        await _work_together(followed, towns)

    with capsys.disabled():
        print("\n" + "\n".join(f"{seconds:7.1f} s  {step}" for step, seconds in followed.steps))
        print(f"{sum(seconds for _, seconds in followed.steps):7.1f} s  together")


async def _work_together(followed: Town, towns: Mapping[str, Collectivity]) -> None:
    began = time.monotonic()
    async with (
        await arrive(followed, "valbourg", "marie") as marie,
        await arrive(followed, "rivemont", "jean") as jean,
    ):
        room = await marie.create_room("Pont de la Lys")
        await marie.invite(room, towns["valbourg"].assistant)
        await marie.wait_for_membership(room, towns["valbourg"].assistant, timeout=60)
        asked = await marie.send(room, "!tâche ajouter relancer le SDIS")
        answer = await marie.wait_for(room, in_reply_to=asked, readable=True, timeout=60)
        assert "Tâche 1 ajoutée" in answer.body
        assert (answer.encrypted, answer.failure) == (True, None)
        followed.steps.append(("a task asked for and answered, through Caddy", time.monotonic() - began))

        began = time.monotonic()
        await marie.invite(room, jean.user_id)
        await jean.join(room, ["valbourg.localhost"])
        await marie.invite(room, towns["rivemont"].assistant)
        for person in (marie, jean):
            await person.wait_for_membership(room, towns["rivemont"].assistant, timeout=90)
        asked = await jean.send(room, "!tâche ajouter relire la convention")
        answer = await jean.wait_for(room, in_reply_to=asked, readable=True, timeout=90)
        assert answer.sender == towns["rivemont"].assistant
        assert "relire la convention" in answer.body
        await marie.wait_for(room, event_id=answer.event_id, readable=True, timeout=60)
        followed.steps.append(("the neighbour joins, asks and is answered", time.monotonic() - began))


async def answered(client: ElementClient, room: str, assistant: str, asked: Sequence[str]) -> list[str | None]:
    """Return what the assistant's messages answer, as the server has them, once nothing is missing (or in vain)."""
    answers: list[str | None] = []
    with suppress(TimeoutError):
        async with asyncio.timeout(180):
            while not set(asked) <= set(answers):
                await asyncio.sleep(1)
                seen = await client.history(room)
                answers = [each.in_reply_to for each in seen if each.sender == assistant and "ajoutée" in each.body]
    return answers


async def test_a_postgresql_that_is_killed_under_load_loses_nothing_that_was_taken(
    followed: Town, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Synapse and the assistant both stand on it; whatever Synapse has acknowledged is answered, once."""
    town = followed.collectivity("valbourg")
    believe({"valbourg": town}, monkeypatch, tmp_path)
    asked: list[str] = []
    password = await newcomer(town, "paul")
    async with await ElementClient.start(town.network.client_url, f"@paul:{town.server_name}", password) as paul:
        room = await paul.create_room("Travaux")
        await paul.invite(room, town.assistant)
        await paul.wait_for_membership(room, town.assistant, timeout=60)
        before = Roster.read(town.paths.run / ROSTER)["postgresql"]
        refused = 0
        async with asyncio.timeout(240):
            while len(asked) < 20:
                if len(asked) == 8 and not refused:
                    os.kill(before.pid, signal.SIGKILL)
                try:
                    asked.append(await paul.send(room, f"!tâche ajouter numéro {len(asked)}"))
                except (ElementError, TimeoutError):
                    # What people do who are told that it was not sent.
                    refused += 1
                    await asyncio.sleep(1)
        after = Roster.read(town.paths.run / ROSTER)["postgresql"]
        assert after != before
        # Not what the client shows: after a sync that left something out, the SDK shows the newest of it only.
        answers = await answered(paul, room, town.assistant, asked)
        assert {event: answers.count(event) for event in asked} == dict.fromkeys(asked, 1)
