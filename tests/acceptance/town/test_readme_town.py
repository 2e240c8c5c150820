"""The README's chapter “A town”, read out of it and done line by line, by a user who is not root, in a fresh checkout.

Two towns, one of them on PostgreSQL, each behind its own Caddy with its own authority; then people, through Caddy, with
the strict client; the machine lost, restored elsewhere, brought to another version (killed is each process in
``test_killed.py``). What `sudo apt install` names must be installed already: a test does not change the machine.
"""

import asyncio
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bridge.operate.services.reach import connector
from bridge.operate.synapse import Homeserver, log_in, register
from bridge.people.passwords import first_password
from config.identifiers import UserId
from config.load import load_collectivity
from config.secrets import Secrets
from config.settings import Collectivity
from tests.acceptance.citizens import until
from tests.acceptance.element_client import ELEMENT, ElementClient, Seen
from tests.acceptance.files.test_files import TEXT, attached
from tests.acceptance.terminal import Terminal
from tests.leftovers import delete

pytestmark = pytest.mark.limit(1500)

ROOT = Path(__file__).parents[3]
DIRECTORY = "/_matrix/client/v3/user_directory/search"
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
        ("SIREN", "999999980"),
        ("administrat", "jean"),
        ("Base de données", ""),
    ],
}


AGENTS = "Prénom;Nom;Fonction\nÉlodie;Lefèvre;DGS\nPaul;Roux;voirie\n"
TOGETHER = "A town"
ANSWERED = "a task asked for and answered, through Caddy"
BOUND_S = 900
"""Generous: five minutes are asked of a quiet machine, and the table that is printed says what it took."""


def commands(section: str = TOGETHER) -> list[str]:
    """The lines to type of a section of the chapter; the first one has the chapter's own name."""
    heading = rf"^###? {re.escape(section)}\n(.*?)^##"
    found = re.search(heading, (ROOT / "README.md").read_text("utf-8"), re.DOTALL | re.MULTILINE)
    assert found is not None, section
    return re.findall(r"^    (\S.*)$", found[1], re.MULTILINE)


@dataclass
class Town:
    """What the chapter has made: *passwords* by user id, *steps* with their seconds; *moved* says who is elsewhere."""

    checkout: Path
    passwords: dict[str, str] = field(default_factory=dict)
    steps: list[tuple[str, float]] = field(default_factory=list)
    moved: dict[str, str] = field(default_factory=dict)
    terminal: Terminal | None = None

    def folder(self, name: str) -> Path:
        """Where one of the two is now."""
        return self.checkout / self.moved.get(name, name)

    def collectivity(self, name: str) -> Collectivity:
        """The settings of one of the two."""
        return load_collectivity(self.folder(name) / "collectivity.yaml")

    def follow(self, section: str) -> str:
        """Do what a section says, where the last one has left us; return all that was shown."""
        assert self.terminal is not None
        return "".join([_follow(line, self.terminal, self) for line in commands(section)])

    def to_the_first_answer(self) -> float:
        """Seconds from nothing to the first answered command: what one town types, and its first command."""
        names = [step for step, _ in self.steps]
        own = self.steps[: names.index("../beffroi ps") + 1]
        return sum(seconds for _, seconds in own) + dict(self.steps)[ANSWERED]

    def table(self) -> str:
        """What took how long, and together."""
        rows = [f"{seconds:7.1f} s  {step}" for step, seconds in self.steps]
        together = f"{sum(seconds for _, seconds in self.steps):7.1f} s  together"
        if any(step == ANSWERED for step, _ in self.steps):
            rows.append(f"{self.to_the_first_answer():7.1f} s  from nothing to the first answered command")
        return "\n".join((*rows, together))


@pytest.fixture(scope="module")
def followed(request: pytest.FixtureRequest) -> Iterator[Town]:
    """Both towns, and people in them; the table is printed at the end."""
    # A short path: a Unix socket's has 108 bytes at most. Others must get through: the town's user is not root.
    place = Path(tempfile.mkdtemp(prefix="beffroi-"))
    checkout = place / "beffroi"
    shutil.copytree(ROOT, checkout, ignore=shutil.ignore_patterns(*NOT_COPIED), symlinks=True)
    user = _unprivileged(place)
    terminal = Terminal(checkout, _environment(place), user)
    town = Town(checkout, terminal=terminal)

    def end(name: str) -> None:
        with suppress(AssertionError, FileNotFoundError):
            Terminal(town.folder(name), _environment(place), user).type("../beffroi down")

    try:
        town.follow(TOGETHER)
        (checkout / "valbourg" / "agents.csv").write_text(AGENTS, "utf-8")
        (checkout / "valbourg" / "agents.csv").chmod(0o644)
        town.follow("People")
        town.passwords.update(_on_paper(checkout / "valbourg"))
        yield town
    finally:
        began = time.monotonic()
        with ThreadPoolExecutor() as ending:
            list(ending.map(end, ANSWERS))
        town.steps.append(("both towns ended", time.monotonic() - began))
        delete(place)
        shown: Any = request.config.pluginmanager.getplugin("capturemanager")
        with shown.global_and_fixture_disabled():
            print("\n" + town.table())


def _on_paper(folder: Path) -> dict[str, str]:
    """First passwords, by user id, as people read them on the page that they are handed."""
    (pages,) = folder.glob("premiers-mots-de-passe-*.html")
    found = re.findall(r"<dd><code>(@[^<]+)</code></dd>.*?<dd><code>([^<]+)</code></dd>", pages.read_text(), re.DOTALL)
    assert [user for user, _ in found] == ["@elodie.lefevre:valbourg.localhost", "@paul.roux:valbourg.localhost"]
    return dict(found)


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


def _follow(line: str, terminal: Terminal, town: Town) -> str:
    if line.startswith("sudo apt install"):
        packages = [word for word in line.split()[3:] if not word.startswith("-")]
        subprocess.run(("dpkg", "-s", *packages), check=True, capture_output=True, timeout=60)
        return ""
    answers = ANSWERS[terminal.folder.name] if line.endswith(" init") else []
    if " neighbour add" in line:
        answers = [("comparé les clés", "oui")]
    began = time.monotonic()
    shown = terminal.type(line, answers)
    town.steps.append((line, time.monotonic() - began))
    if line.startswith("tar "):
        _have_the_same_packages(terminal, town)
    town.passwords.update(re.findall(r"connexion de (@\S+) : mot de passe (\S+)", shown))
    return shown


def _have_the_same_packages(terminal: Terminal, town: Town) -> None:
    """Spare the new version half a minute of installing what the first line of the chapter has seen installed."""
    old, new = town.checkout, town.checkout.parent / "beffroi-new"
    terminal.type(f"cp -al {old}/.venv {new}/.venv && sed -i 's#{old}$#{new}#' {new}/.venv/beffroi-stamp")


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
    followed: Town, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Sign in through Caddy, find the assistant, a task, a file, and the neighbour sees both."""
    towns = {name: followed.collectivity(name) for name in ANSWERS}
    believe(towns, monkeypatch, tmp_path)
    assert towns["valbourg"].database == towns["valbourg"].synapse_database == "postgresql"

    with with_logs(towns):
        await _work_together(followed, towns)

    assert followed.to_the_first_answer() < BOUND_S


async def _work_together(followed: Town, towns: Mapping[str, Collectivity]) -> None:
    ours, theirs = towns["valbourg"].assistant, towns["rivemont"].assistant
    began = time.monotonic()
    async with (
        await arrive(followed, "valbourg", "marie") as marie,
        await arrive(followed, "rivemont", "jean") as jean,
        await arrive(followed, "valbourg", "elodie.lefevre") as elodie,
        through_caddy(followed, "valbourg", "elodie.lefevre") as http,
    ):
        room = await marie.create_room("Pont de la Lys")
        await marie.invite(room, ours)
        await marie.wait_for_membership(room, ours, timeout=60)
        answer = await asks(marie, room, "!tâche ajouter relancer le SDIS", ours)
        assert "Tâche 1 ajoutée" in answer.body
        assert (answer.encrypted, answer.failure) == (True, None)
        followed.steps.append((ANSWERED, time.monotonic() - began))

        began = time.monotonic()
        await marie.invite(room, jean.user_id)
        await jean.join(room, ["valbourg.localhost"])
        await marie.invite(room, theirs)
        for person in (marie, jean):
            await person.wait_for_membership(room, theirs, timeout=90)
        answer = await asks(jean, room, "!tâche ajouter relire la convention", theirs)
        assert "relire la convention" in answer.body
        await marie.wait_for(room, event_id=answer.event_id, readable=True, timeout=60)
        followed.steps.append(("the neighbour joins, asks and is answered", time.monotonic() - began))

        began = time.monotonic()
        await marie.invite(room, elodie.user_id)
        await elodie.join(room)
        for person in (marie, jean):
            await person.wait_for_membership(room, elodie.user_id, timeout=90)
        assert ours in await found(http, "beffroi")
        content = await attached(http, towns["valbourg"].network.client_url, "délib-12.pdf", TEXT)
        await elodie.send_event(room, "m.room.message", content)
        for person, assistant in ((elodie, ours), (jean, theirs)):
            await until(f"the library of {person.user_id}", _lists(person, room, assistant, "délib-12.pdf"), 90)
        followed.steps.append(("somebody of the list finds the assistant; a file", time.monotonic() - began))


@asynccontextmanager
async def through_caddy(followed: Town, name: str, person: str) -> AsyncIterator[aiohttp.ClientSession]:
    """Somebody's session without an Element, for what no client here does."""
    town = followed.collectivity(name)
    async with aiohttp.ClientSession(town.network.client_url, connector=connector(town)) as http:
        user = f"@{person}:{town.server_name}"
        account = await log_in(http, town.network.client_url, user, followed.passwords[user])
        http.headers["Authorization"] = f"Bearer {account.access_token}"
        http.headers["Content-Type"] = "application/octet-stream"
        yield http


async def found(http: aiohttp.ClientSession, words: str) -> list[str]:
    """Search the directory, for a minute at most."""
    people: list[str] = []
    with suppress(TimeoutError):
        async with asyncio.timeout(60):
            while not people:
                async with http.post(DIRECTORY, json={"search_term": words}) as answer:
                    people = [person["user_id"] for person in (await answer.json())["results"]]
                await asyncio.sleep(0.2)
    return people


async def asks(person: ElementClient, room: str, words: str, assistant: UserId) -> Seen:
    """Say *words* and return what *assistant* answers."""
    asked = await person.send(room, words)
    return await person.wait_for(room, sender=assistant, in_reply_to=asked, readable=True, timeout=90)


def _lists(person: ElementClient, room: str, assistant: UserId, name: str) -> Callable[[], Awaitable[bool]]:
    async def listed() -> bool:
        return name in (await asks(person, room, "!fichiers", assistant)).body

    return listed


async def test_a_lost_town_is_restored_elsewhere_and_brought_to_a_new_version(
    followed: Town, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What was said before the backup is there, with the neighbour's room; and all is well for the doctor."""
    towns = {name: followed.collectivity(name) for name in ANSWERS}
    ours, theirs = towns["valbourg"].assistant, towns["rivemont"].assistant
    believe(towns, monkeypatch, tmp_path)
    passwords = [await newcomer(towns[name], person) for name, person in (("valbourg", "zoe"), ("rivemont", "rita"))]
    places = [(towns["valbourg"], "zoe"), (towns["rivemont"], "rita")]
    users = [(town.network.client_url, f"@{name}:{town.server_name}") for town, name in places]
    async with (
        await ElementClient.start(*users[0], passwords[0]) as zoe,
        await ElementClient.start(*users[1], passwords[1]) as rita,
    ):
        room = await zoe.create_room("Piscine", [ours, rita.user_id])
        await rita.join(room, ["valbourg.localhost"])
        await zoe.invite(room, theirs)
        for person in (zoe, rita):
            for assistant in (ours, theirs):
                await person.wait_for_membership(room, assistant, timeout=90)
        assert "vider le bassin" in (await asks(zoe, room, "!tâche ajouter vider le bassin", ours)).body

        shown = await asyncio.to_thread(followed.follow, "Backups")
        assert "✔ Répétition faite" in shown
        assert "Tout va bien" in shown
        assert "\n✖" not in shown

        await asyncio.to_thread(_lose, followed)
        followed.moved["valbourg"] = "elsewhere"
        await asyncio.to_thread(followed.follow, "When a machine is lost")
        with with_logs({name: followed.collectivity(name) for name in ANSWERS}):
            began = time.monotonic()
            assert "vider le bassin" in (await asks(zoe, room, "!tâches", ours)).body
            answer = await asks(rita, room, "!tâche ajouter prévenir les écoles", theirs)
            await zoe.wait_for(room, event_id=answer.event_id, readable=True, timeout=90)
            assert "prévenir les écoles" in (await asks(zoe, room, "!tâches", ours)).body
            followed.steps.append(("restored: what was there is there, both ways", time.monotonic() - began))

            await asyncio.to_thread(_another_version, followed)
            shown = await asyncio.to_thread(followed.follow, "A new version")
            assert "✔ La nouvelle version marche" in shown
            assert "Tâche 3 ajoutée" in (await asks(zoe, room, "!tâche ajouter rouvrir", ours)).body
    link = followed.folder("valbourg") / "beffroi"
    assert link.resolve() == followed.checkout.parent / "beffroi-new" / "beffroi"


def _lose(followed: Town) -> None:
    """Valbourg's machine is gone, with all that was on it."""
    assert followed.terminal is not None
    followed.terminal.type("../beffroi down")
    shutil.rmtree(followed.folder("valbourg"))
    # Whoever sits there is in no folder any more: the chapter's first word is `cd ..`.
    followed.folder("valbourg").mkdir()


def _another_version(followed: Town) -> None:
    """What somebody would have downloaded into their home: this very version, in an archive."""
    with tarfile.open(followed.checkout.parent / "beffroi-new.tar.gz", "w:gz") as archive:
        for path in sorted(followed.checkout.iterdir()):
            if not any(fnmatch(path.name, pattern) for pattern in (*NOT_COPIED, *ANSWERS, "away", "elsewhere")):
                archive.add(path, f"beffroi-new/{path.name}", filter=_nobodys)


def _nobodys(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    member.uid = member.gid = 0
    return None if member.name.endswith("__pycache__") else member
