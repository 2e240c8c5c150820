"""A town whose units a real systemd runs, brought to another version, and taken back from one that does not do.

The systemd is booted in a copy of this machine's root (``tests/booted.py``); the town's processes, their hardening and
their order are those of the units that ``beffroi systemd`` writes.
"""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bots.database.migrate import newest
from tests.acceptance.versions import MIGRATION, PLANTED, ROOT, Life
from tests.booted import Booted, booted, may_be_booted
from tests.leftovers import delete

pytestmark = [pytest.mark.acceptance, pytest.mark.limit(900)]
USER = "daemon"
TARGET = "beffroi-valbourg.localhost.target"
PROCESSES = ("neighbours", "synapse", "assistant", "share", "calendars", "caddy")
DIES = {
    "bridge/operate/assistant/office.py": (
        "        await migrate(database)\n",
        "        raise RuntimeError('planted')\n",
    )
}


@dataclass(frozen=True)
class Machine:
    """A booted systemd and the town that it runs."""

    systemd: Booted
    life: Life

    def well(self, *command: str) -> str:
        """Run *command* in there as root; it must end well."""
        done = self.systemd.run(*command)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def own(self, version: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run ``beffroi`` of a version in the town's folder, as the town's own user."""
        dropped = ("setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups")
        return self.systemd.run(*dropped, *_beffroi(version), *arguments, folder=self.life.folder)

    def upgrade(self, version: Path) -> "subprocess.CompletedProcess[str]":
        """Call `upgrade` of a version as `sudo` would, in the town's folder."""
        subprocess.run(("chown", "-R", f"{USER}:", str(version)), check=True, timeout=60)
        return self.systemd.run(*_beffroi(version), "upgrade", folder=self.life.folder)

    def pids(self) -> dict[str, str]:
        """The main processes of the units, by the names of the one list."""
        return {name: self._show(name, "MainPID") for name in PROCESSES}

    def programs(self) -> set[str]:
        """Whose code runs: the folders of the versions that the units' processes were started from."""
        lines = [self.well("cat", f"/proc/{pid}/cmdline").replace("\0", " ") for pid in self.pids().values()]
        places = (path for path in self.life.place.iterdir() if path.name.startswith("v"))
        return {place.name for place in places if any(f"{place}/" in line for line in lines)} - {"valbourg"}

    def _show(self, name: str, value: str) -> str:
        unit = f"beffroi-valbourg.localhost-{name}.service"
        return self.well("systemctl", "show", f"--property={value}", "--value", unit).strip()


def _beffroi(version: Path) -> tuple[str, str]:
    return str(version / ".venv" / "bin" / "python"), str(version / "beffroi.py")


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    if not may_be_booted():
        pytest.skip("only root boots a systemd, and no container without privileges")
    # Not below /tmp: each unit has one of its own.
    life = Life(Path(tempfile.mkdtemp(prefix="beffroi-", dir="/srv")))
    try:
        if life.environment.is_relative_to("/tmp") or life.environment.is_relative_to("/var/tmp"):
            life.environment = _copied(life.environment, life.place / "environment")
        life.place.chmod(0o755)
        life.folder.mkdir()
        first = life.version("v1")
        subprocess.run(("chown", "-R", f"{USER}:", str(life.place)), check=True, timeout=60)
        with booted(life.place, [ROOT]) as systemd:
            machine = Machine(systemd, life)
            server = ("--name", "Valbourg", "--server-name", "valbourg.localhost", "--kind", "commune")
            made = ("init", *server, "--siren", "217500016", "--admin", "marie")
            made_well(machine.own(first, *made))
            life.keep_backups_in_files()
            made_well(machine.own(first, "systemd", "--user", USER))
            units = [str(path) for path in (life.folder / "data" / "systemd").iterdir()]
            machine.well("cp", *units, "/etc/systemd/system/")
            machine.well("systemctl", "daemon-reload")
            machine.well("systemctl", "start", TARGET)
            wait_for_the_assistant(machine)
            yield machine
    finally:
        delete(life.place)


def made_well(done: "subprocess.CompletedProcess[str]") -> None:
    assert done.returncode == 0, done.stdout + done.stderr


def _copied(environment: Path, to: Path) -> Path:
    shutil.copytree(environment, to, symlinks=True)
    return to


def wait_for_the_assistant(machine: Machine) -> None:
    """It waits for Synapse by itself."""
    url = f"http://127.0.0.1:{machine.life.collectivity.network.metrics_port}/healthz"
    until = time.monotonic() + 180
    while machine.systemd.run("curl", "--silent", "--fail", url).returncode != 0:
        assert time.monotonic() < until, machine.systemd.run("journalctl", "--output=cat", "--lines=60").stdout
        time.sleep(0.5)


@pytest.mark.nightly
def test_a_version_whose_assistant_does_not_start_is_taken_back(machine: Machine) -> None:
    """The units are the old ones again, the schema too, and what had no part in it was not touched."""
    before, installed = machine.pids(), machine.well("sh", "-c", "cat /etc/systemd/system/beffroi-*")
    broken = machine.life.version("v-broken", DIES, MIGRATION)

    done = machine.upgrade(broken)

    assert done.returncode == 1, done.stdout + done.stderr
    assert "planted" in done.stdout
    assert "L’ancienne version marche de nouveau" in done.stdout
    assert machine.life.schema() == newest()
    assert machine.programs() == {"v1"}
    assert machine.well("sh", "-c", "cat /etc/systemd/system/beffroi-*") == installed
    assert machine.pids()["caddy"] == before["caddy"]


def test_the_new_version_takes_over_and_nothing_of_the_town_becomes_roots(machine: Machine) -> None:
    before = machine.pids()
    second = machine.life.version("v2", migration=MIGRATION)

    done = machine.upgrade(second)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "✔ La nouvelle version marche" in done.stdout
    assert machine.life.schema() == PLANTED
    assert machine.programs() == {"v2"}
    assert machine.pids()["caddy"] == before["caddy"]
    assert machine.well("find", str(machine.life.folder), "-user", "root") == ""
    assert machine.well("systemctl", "is-active", TARGET).strip() == "active"


def test_whoever_is_not_root_is_told_to_use_sudo(machine: Machine) -> None:
    second = machine.life.place / "v2"

    done = machine.own(second, "upgrade")

    assert done.returncode == 2
    assert "sudo" in done.stderr
