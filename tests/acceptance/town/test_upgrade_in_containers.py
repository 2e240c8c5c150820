"""A town whose processes are those of `beffroi compose`, brought to another version, and taken back from one that dies.

No engine of containers can be had here: ``tests/engine.py`` plays one, and says what of it is real. Everything else is:
Synapse, the assistant, the share server, Caddy, their databases, and whoever knocks meanwhile.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from bots.database.migrate import newest
from tests.acceptance.machine import OWNER, Machine, settle, standing
from tests.acceptance.versions import MIGRATION, PLANTED, Life
from tests.booted import may_be_booted
from tests.leftovers import delete

pytestmark = [pytest.mark.acceptance, pytest.mark.limit(900)]
DIES = {
    "bridge/operate/assistant/office.py": (
        "        await migrate(database)\n",
        "        raise RuntimeError('planted')\n",
    )
}
KNOCKS = """
import json, sys, time, urllib.error, urllib.request
statuses = []
try:
    while not open(sys.argv[1]).read():
        request = urllib.request.Request(
            "https://matrix.valbourg.test/_matrix/client/v3/account/whoami",
            method="GET" if len(statuses) % 2 else "POST",
        )
        try:
            statuses.append(urllib.request.urlopen(request, timeout=90).status)
        except urllib.error.HTTPError as answered:
            statuses.append(answered.code)
        except OSError as broken:
            statuses.append(str(broken))
        time.sleep(0.05)
finally:
    print(json.dumps(statuses))
"""


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.nightly)])
def machine(request: pytest.FixtureRequest) -> Iterator[Machine]:
    if not may_be_booted():
        pytest.skip("only root makes such a machine, and no container without privileges")
    # Not below /tmp: each container has one of its own.
    life = Life(Path(tempfile.mkdtemp(prefix="beffroi-", dir="/srv")))
    life.place.chmod(0o755)
    try:
        settle(life, database=request.param, synapse_database=request.param)
        with standing(life) as machine:
            machine.begin(life.version("v1"))
            yield machine
    finally:
        delete(life.place)


@pytest.fixture
def knocking(machine: Machine, tmp_path: Path) -> Iterator[Callable[[], list[int | str]]]:
    """Have somebody knock at Caddy until called, and then tell what they were answered."""
    end = machine.life.place / f"end-{time.monotonic_ns()}"
    end.write_text("")
    command = (*machine.entered(machine.life.folder), f"{sys.prefix}/bin/python", "-c", KNOCKS, str(end))
    knocker = subprocess.Popen(command, env=machine.environment, stdout=subprocess.PIPE, text=True)

    def told() -> list[int | str]:
        end.write_text("end")
        answered: list[int | str] = json.loads(knocker.communicate(timeout=120)[0])
        return answered

    yield told
    knocker.kill()
    knocker.wait()


def theirs(pids: Mapping[str, int]) -> dict[str, int]:
    """What holds nothing of ours, and goes on running."""
    return {name: pid for name, pid in pids.items() if name in {"caddy", "postgresql"}}


def test_a_version_whose_assistant_does_not_start_is_taken_back(
    machine: Machine, knocking: Callable[[], list[int | str]]
) -> None:
    """The images are the old ones again, the schema too; what is not ours was not touched, and nobody saw an error.

    An engine starts what dies again and again, so that it is never seen to have ended: the wait has its own end.
    """
    before = machine.pids()
    broken = machine.life.version("v-broken", DIES, MIGRATION)

    done = machine.beffroi(broken, "upgrade", hurry=4)

    assert done.returncode == 1, done.stdout + done.stderr
    assert "planted" in done.stdout
    assert "L’ancienne version marche de nouveau" in done.stdout
    assert machine.schema() == newest()
    assert machine.tag() == "v1"
    assert theirs(machine.pids()) == theirs(before)
    statuses = knocking()
    assert len(statuses) > 20
    assert set(statuses) <= {401, 405}, statuses


def test_the_new_version_takes_over_behind_the_queue(machine: Machine, knocking: Callable[[], list[int | str]]) -> None:
    before, questions = machine.pids(), machine.questions()
    second = machine.life.version("v2", migration=MIGRATION)

    done = machine.beffroi(second, "upgrade")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "✔ La nouvelle version marche, et l’assistant répond" in done.stdout
    # Nothing was said beforehand that is not so: Synapse was asked by its socket, the assistant in its container.
    for false in ("Le serveur Matrix ne répond pas", "n’écoute", "ne répond pas", "ce que disent les réglages"):
        assert false not in done.stdout, done.stdout
    # Of the new version only what the old one had answered.
    assert machine.questions() == questions + 2
    assert machine.schema() == PLANTED
    assert machine.tag() == "v2"
    after = machine.pids()
    assert theirs(after) == theirs(before)
    assert after["synapse"] != before["synapse"]
    assert machine.well("find", str(machine.life.folder), "-user", "root") == ""
    assert list((machine.life.folder / "backups").glob("*.age")), "no backup was made"
    statuses = knocking()
    assert len(statuses) > 20
    assert set(statuses) <= {401, 405}, statuses


@pytest.mark.parametrize("uid", [OWNER, 1000], ids=["its owner", "somebody else"])
def test_whoever_is_not_root_is_told_to_use_sudo(machine: Machine, uid: int) -> None:
    """Also who may not read the town's secrets."""
    version = machine.life.place / "v1"
    program = (str(version / ".venv" / "bin" / "python"), str(version / "beffroi.py"), "upgrade")

    done = machine.run("setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups", *program)

    assert done.returncode == 2
    assert "sudo" in done.stderr
