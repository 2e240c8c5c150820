"""The README's chapter “A town” on a bare Debian: `sudo apt install` of the chapter, and then line by line.

Then what the one person in a town hall does next: people, a backup, its rehearsal, the machine that is lost.
"""

import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.element_client import ElementClient
from tests.acceptance.terminal import Terminal
from tests.acceptance.town.test_readme_town import ANSWERS, NOT_COPIED, ROOT, Town, believe, commands
from tests.bare import Bare, bare, may_be_made, shared
from tests.leftovers import delete

pytestmark = [pytest.mark.acceptance, pytest.mark.nightly, pytest.mark.limit(3000)]
HOME = Path("/home/mairie")


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bare]:
    if not may_be_made():
        pytest.skip("only root makes a Debian by debootstrap")
    place = Path(tempfile.mkdtemp(prefix="beffroi-", dir="/srv"))
    place.chmod(0o755)
    try:
        with bare(place, shared(tmp_path_factory)) as found:
            checkout = found.root / "home" / found.user / "beffroi"
            shutil.copytree(ROOT, checkout, ignore=shutil.ignore_patterns(*NOT_COPIED), symlinks=True)
            owner = checkout.parent.stat()
            for path in (checkout, *checkout.rglob("*")):
                os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)
            yield found
    finally:
        delete(place)


def somebody(machine: Bare) -> Terminal:
    """Who sits there, in the folder of the software, with a French terminal."""
    kept = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_", "http", "HTTP"))}
    usual = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(HOME), "LANG": "fr_FR.UTF-8", "COLUMNS": "200"}
    environment = {**kept, **usual, "TERM": "dumb", "DEBIAN_FRONTEND": "noninteractive"}
    return Terminal(HOME / "beffroi", environment, entered=machine.entered)


def follow(line: str, terminal: Terminal, town: Town) -> str:
    answers = ANSWERS[terminal.folder.name] if line.endswith(" init") else []
    if " neighbour add" in line:
        answers = [("comparé les clés", "oui")]
    # Nobody sits there to confirm what apt would install.
    typed = line.replace("apt install", "apt-get install -y")
    began = time.monotonic()
    shown = terminal.type(typed, answers)
    town.steps.append((line, time.monotonic() - began))
    town.passwords.update(re.findall(r"connexion de (@\S+) : mot de passe (\S+)", shown))
    return shown


async def test_from_a_bare_machine_to_a_town_that_was_lost_and_restored(
    machine: Bare, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    terminal, town = somebody(machine), Town(machine.root / "home" / machine.user / "beffroi")
    for line in commands():
        follow(line, terminal, town)

    valbourg = town.collectivity("valbourg")
    assert valbourg.database == valbourg.synapse_database == "postgresql"
    assert valbourg.backups.repository.endswith("/backups")
    believe({"valbourg": valbourg}, monkeypatch, tmp_path)
    marie = f"@marie:{valbourg.server_name}"
    async with await ElementClient.start(valbourg.network.client_url, marie, town.passwords[marie]) as client:
        room = await client.create_room("Pont de la Lys")
        await client.invite(room, valbourg.assistant)
        await client.wait_for_membership(room, valbourg.assistant, timeout=180)
        asked = await client.send(room, "!tâche ajouter relancer le SDIS")
        answer = await client.wait_for(room, in_reply_to=asked, readable=True, timeout=180)
        assert "relancer le SDIS" in answer.body

    people = machine.root / "home" / machine.user / "beffroi" / "valbourg" / "agents.csv"
    people.write_text("Prénom;Nom;Fonction\nÉlodie;Lefèvre;DGS\nPaul;Roux;voirie\n", "utf-8")
    people.chmod(0o644)
    assert "paul.roux" in follow("../beffroi user import agents.csv", terminal, town)
    assert "elodie.lefevre" in follow("../beffroi user list", terminal, town)
    follow("../beffroi status", terminal, town)
    assert "#" in follow("../beffroi backup", terminal, town)
    rehearsed = follow("../beffroi backup rehearse", terminal, town)
    assert "✔ Tâches : 1" in rehearsed
    assert "✔ Répétition faite" in rehearsed
    follow("../beffroi user leave paul.roux --to elodie.lefevre", terminal, town)

    # The machine is lost but for what was carried away: the backups and their key.
    follow("../beffroi down", terminal, town)
    follow("mkdir ../away && cp -r backups data/backup/key.txt ../away && cd .. && rm -rf valbourg", terminal, town)
    follow("./beffroi restore away/backups --into valbourg --key away/key.txt", terminal, town)
    follow("cd valbourg", terminal, town)
    follow("../beffroi check", terminal, town)
    follow("../beffroi up", terminal, town)
    # He left after the backup: whoever restores is where the backup was.
    assert "paul.roux" in follow("../beffroi user list", terminal, town)
    follow("../beffroi down", terminal, town)
    follow("cd ../rivemont && ../beffroi down", terminal, town)

    with capsys.disabled():
        print("\n" + "\n".join(f"{seconds:7.1f} s  {step}" for step, seconds in town.steps))
        print(f"{sum(seconds for _, seconds in town.steps):7.1f} s  together")
