"""The disk of a town fills up in the middle of an upgrade: the old version runs on, the next upgrade goes through."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bots.database.migrate import newest
from tests.acceptance.town.test_disk_full import fill, flaws
from tests.acceptance.versions import MIGRATION, PLANTED, Life

pytestmark = [pytest.mark.acceptance, pytest.mark.nightly, pytest.mark.limit(900)]
SIZE = "420m"
"""What a backup before an upgrade may need, and a little more."""


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    """A town on a small disk of its own; its versions lie elsewhere."""
    found = Life(tmp_path)
    found.folder.mkdir()
    mounting = ("mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=0700", "tmpfs", str(found.folder))
    if subprocess.run(mounting, check=False).returncode != 0:
        pytest.skip("nothing can be mounted here")
    try:
        first = found.version("v1")
        found.begin(first)
        yield found
    finally:
        found.run(found.place / "v1", "down")
        subprocess.run(("umount", "--lazy", str(found.folder)), check=True, timeout=60)


def upgraded_while_it_fills(life: Life, version: Path) -> tuple[int, str]:
    """Upgrade, and fill the disk in the moment in which the versions are exchanged; return what came of it."""
    command = (str(version / ".venv" / "bin" / "python"), str(version / "beffroi.py"), "upgrade")
    told = []
    with subprocess.Popen(
        command,
        cwd=life.folder,
        env={**os.environ, "LC_ALL": "fr_FR.UTF-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as upgrading:
        assert upgrading.stdout is not None
        for line in upgrading.stdout:
            told.append(line)
            if f"→ {version}" in line:
                fill(life.folder / "filler")
    return upgrading.returncode, "".join(told)


def test_the_old_version_runs_on_and_the_next_upgrade_goes_through(life: Life) -> None:
    first, second = life.place / "v1", life.version("v2", migration=MIGRATION)

    status, told = upgraded_while_it_fills(life, second)

    assert (life.folder / "filler").exists(), told
    assert status == 1, told
    assert "Le disque est plein" in told
    assert "L’ancienne version marche de nouveau" in told
    assert life.schema() == newest()
    assert [name for name, row in life.processes().items() if not row["ready"]] == []
    assert not [line for line in life.commands() if str(second) in line]
    assert (life.folder / "beffroi").resolve() == first / "beffroi"

    (life.folder / "filler").unlink()
    done = life.run(second, "upgrade")

    assert done.returncode == 0, done.stdout + done.stderr
    assert life.schema() == PLANTED
    paths = life.collectivity.paths
    for database in (paths.synapse / "homeserver.db", paths.assistant / "assistant.db"):
        assert flaws(database) == ["ok"]
    assert not [path for path in paths.data.iterdir() if path.name.startswith(".")]
